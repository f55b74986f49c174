"""The WSGI factory."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, jsonify, request
from werkzeug.routing import BaseConverter

from litatlas.atlas import Atlas
from litatlas.errors import UnavailableError
from litatlas.settings import Settings, load
from web import (
    answer_cache,
    api,
    assets,
    encodings,
    pages,
    problems,
    proxies,
    request_limits,
    security,
)
from web import locales as languages
from web.access import identity, quotas
from web.encodings import OrjsonProvider
from web.operations import metrics, request_log
from web.operations.compiled_templates import COMPILED, compile_all
from web.rendering.template_functions import install as install_filters
from web.site import Site


class NameConverter(BaseConverter):
    """A collection's name in an address: any text, slashes too."""

    regex = ".+?"
    part_isolating = False


def create_app(
    settings: Settings | None = None, *, atlas: Atlas | None = None, answers: Path | None = None
) -> Flask:
    """The application that serves one atlas.

    Args:
        settings: where the atlas lives; read from the environment when absent.
        atlas: an open atlas; opened from the settings when absent.
        answers: a folder for answers that the processes of one server share, where there are several.
    """
    settings = settings or load()
    app = _bare()
    app.url_map.converters["name"] = NameConverter
    app.url_map.merge_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = settings.upload_megabytes * 1_000_000 + request_limits.FORM_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = request_limits.FORM_BYTES
    app.config["MAX_FORM_PARTS"] = 100
    app.config["READ_ONLY"] = settings.read_only
    app.json = OrjsonProvider(app)
    app.extensions["litatlas"] = Site(settings, atlas or Atlas(settings))
    request_log.install(app, settings)
    metrics.install(app)
    request_limits.install(app)
    security.install(app, read_only=settings.read_only)
    encodings.install(app)
    proxies.install(app, settings)
    problems.install(app)
    identity.install(app, settings)
    quotas.install(app, settings)
    answer_cache.install(app, answers)
    proxies.begin_links(app)
    app.register_blueprint(assets.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(pages.accounts)
    _add_health(app)

    @app.teardown_request
    def close_files(_: BaseException | None) -> None:
        request.close()

    return app


def preload(settings: Settings) -> None:
    """Check what settings say of the web, and read in what the processes share that will be forked from this
    one, as templates. A wrong setting is a `SettingsError`: in a process of the web it would be met again and
    again."""
    proxies.checked(settings)
    compile_all(_bare())


def _bare() -> Flask:
    """An application that renders pages, and answers nothing yet."""
    app = Flask("web", static_folder=None, template_folder="templates")
    app.jinja_options = {**app.jinja_options, "bytecode_cache": COMPILED}
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    languages.install(app)
    install_filters(app)
    return app


def _add_health(app: Flask) -> None:
    @app.get("/healthz", endpoint="healthz")
    def healthz() -> Response:
        """The process answers."""
        return jsonify({"status": "ok"})

    @app.get("/readyz", endpoint="readyz")
    def readyz() -> Response:
        """The library and the engine answer too."""
        site: Site = app.extensions["litatlas"]
        status = site.atlas.reports.status()
        if status["engine"]["state"] == "red":
            raise UnavailableError(status["engine"]["message"], status["engine"]["hint"])
        if status["jobs"].get("queued") and not site.atlas.jobs.has_worker():
            raise UnavailableError(
                "Jobs are waiting, and no worker is running.", "Start one: litatlas worker"
            )
        return jsonify({"status": "ok", "generation": status["generation"]})
