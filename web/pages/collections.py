"""Collections: all of them, the page of one, uploads into it, what could not be taken."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from flask import Response, redirect, request, stream_with_context
from werkzeug.wrappers import Response as AnyResponse

from litatlas.answers import RejectAnswer
from web import uploads
from web.context import atlas, site
from web.pages.blueprint import blueprint
from web.rendering import page
from web.rendering.text import file_name

MISSED = 10
"""How many papers that a collection probably misses its page shows."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
    found = atlas().collections.one(name)
    drawing = site().drawing()
    covered = atlas().collections.coverage(name, limit=MISSED) if drawing.cells else None
    return page(
        "collection.html",
        collection=found,
        coverage=covered,
        harvested=atlas().harvests.has(name),
        drawing=drawing,
        hues=drawing.hues,
        levels={cell["id"]: cell["level"] for cell in drawing.cells},
        limit=site().settings.upload_megabytes,
        formats=atlas().reports.formats()["read"],
    )


@blueprint.post("/collections/<name:name>", endpoint="upload")
def upload(name: str) -> AnyResponse:
    """Upload into a collection."""
    return _upload(name)


def _upload(name: str) -> AnyResponse:
    jobs = uploads.submit(name, request.files.getlist("file"), request.form)
    return redirect(uploads.page_of(jobs), 303)


@blueprint.post("/collections/<name:name>/refresh")
def refresh(name: str) -> AnyResponse:
    """Harvest again what the collection was harvested from."""
    return redirect(uploads.page_of([atlas().jobs.submit_refresh(name)]), 303)


@blueprint.post("/collections/<name:name>/remove")
def remove_empty(name: str) -> AnyResponse:
    """Remove a collection that holds nothing."""
    atlas().collections.remove_empty(name)
    return redirect("/collections", 303)


@blueprint.get("/collections/<name:name>/rejects.csv")
def rejects(name: str) -> Response:
    """What could not be taken, as a table that a spreadsheet opens."""
    rows = atlas().collections.rejects(name)
    response = Response(stream_with_context(_csv(rows)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="rejects.csv"'
    return response


COLUMNS = ("source", "line", "field", "value", "reason")


def _csv(rows: Iterator[RejectAnswer]) -> Iterator[bytes]:
    yield _row(COLUMNS)
    for row in rows:
        shown = {**row, "source": file_name(str(row.get("source", "")))}
        yield _row([str(shown.get(column, "")) for column in COLUMNS])


def _row(cells: list[str] | tuple[str, ...]) -> bytes:
    """One line; what a spreadsheet would run as a formula gets an apostrophe in front."""
    target = io.StringIO()
    csv.writer(target).writerow(["'" + cell if cell.startswith(FORMULA) else cell for cell in cells])
    return target.getvalue().encode("utf-8", "replace")
