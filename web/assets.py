"""Static files under an address with the hash of them all, so that browsers may keep them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Blueprint, Response, send_from_directory, url_for

FOLDER = Path(__file__).parent / "static"
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


def _version() -> str:
    digest = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:10]


VERSION = _version()
blueprint = Blueprint("assets", __name__)


@blueprint.get("/static/<version>/<path:name>")
def file(version: str, name: str) -> Response:
    """A file; modules that import each other by relative names stay within one version."""
    response = send_from_directory(FOLDER, name)
    response.direct_passthrough = False
    response.content_type = TYPES.get(Path(name).suffix, response.content_type)
    response.cache_control.public = True
    response.cache_control.max_age = 31_536_000 if version == VERSION else 0
    if version == VERSION:
        response.cache_control.immutable = True
    return response


def asset(name: str) -> str:
    """The address of a static file."""
    return url_for("assets.file", version=VERSION, name=name)
