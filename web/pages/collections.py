"""Collections: all of them, the page of one, uploads into it, what could not be taken."""

from __future__ import annotations

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from litatlas.vocabulary import EXPORTS
from web import upload_forms
from web.downloads import download
from web.pages.blueprint import blueprint
from web.rendering import page
from web.site import atlas, site

MISSED = 10
"""How many papers that a collection probably misses its page shows."""


@blueprint.get("/collections")
def collections() -> Response:
    """All collections, a place to start a new one, and the rebuild; with ``?name=`` one of them."""
    if name := request.args.get("name"):
        return collection(name)
    return page(
        "collections.html",
        collections=atlas().collections.all(),
        state=atlas().reports.status(),
        jobs=atlas().jobs.all()[:8],
        draft=atlas().models.draft(),
        can_roll_back=atlas().models.can_roll_back(),
        undecided=atlas().topics.undecided(),
        limit=site().settings.upload_megabytes,
        formats=atlas().reports.formats()["read"],
    )


@blueprint.post("/collections", endpoint="new_collection")
def new_collection() -> AnyResponse:
    """Upload into a collection that is named in the form."""
    return _upload(request.form.get("collection", ""))


@blueprint.get("/collections/<name:name>")
def collection(name: str) -> Response:
    """One collection: counts, coverage, rejects, upload."""
    answer = atlas().collections.one(name)
    drawing = site().drawing()
    covered = atlas().collections.coverage(name, limit=MISSED) if drawing.cells else None
    return page(
        "collection.html",
        collection=answer,
        state={**atlas().reports.status(), "unfit": atlas().reports.unfit(name)},
        coverage=covered,
        harvested=atlas().harvests.has(name),
        drawing=drawing,
        hues=drawing.hues,
        levels={cell["id"]: cell["level"] for cell in drawing.cells},
        limit=site().settings.upload_megabytes,
        formats=atlas().reports.formats()["read"],
        shared=atlas().collections.sharing(name) if atlas().accounts.mode != "off" else None,
    )


@blueprint.post("/collections/<name:name>", endpoint="upload")
def upload(name: str) -> AnyResponse:
    """Upload into a collection."""
    return _upload(name)


def _upload(name: str) -> AnyResponse:
    jobs = upload_forms.submit(name, request.files.getlist("file"), request.form)
    return redirect(upload_forms.page_of(jobs), 303)


@blueprint.post("/collections/<name:name>/refresh")
def refresh(name: str) -> AnyResponse:
    """Harvest again what the collection was harvested from."""
    return redirect(upload_forms.page_of([atlas().jobs.submit_refresh(name)]), 303)


@blueprint.post("/collections/<name:name>/remove")
def remove_empty(name: str) -> AnyResponse:
    """Remove a collection that holds nothing."""
    atlas().collections.remove_empty(name)
    return redirect("/collections", 303)


@blueprint.get("/collections/<name:name>/rejects.csv")
def rejects(name: str) -> Response:
    """What could not be taken, as a table that a spreadsheet opens."""
    table = atlas().collections.rejects_table(name)
    return download(table, EXPORTS["csv"].media_type, f"{name} rejects", ".csv")
