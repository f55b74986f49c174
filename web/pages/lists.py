"""Named lists of papers."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from litatlas.vocabulary import EXPORTS, MAX_MARKED
from web.downloads import download
from web.pages.blueprint import as_counts, blueprint, map_parts
from web.rendering import page
from web.rendering.links import explore_url
from web.requests import (
    ExportRequest,
    KeepRequest,
    ListNameRequest,
    ListPapersRequest,
    TakeRequest,
    parse,
)
from web.site import atlas


@blueprint.get("/lists")
def lists() -> Response:
    """All lists; with ``?ids=`` the papers that are about to be kept, and where."""
    asked = parse(ListPapersRequest, request.args)
    return page("lists.html", lists=atlas().lists.all(), keeping=atlas().papers.titles(asked.ids))


@blueprint.post("/lists", endpoint="keep")
def keep() -> AnyResponse:
    """Keep papers in a list there is, or in a new one."""
    asked = parse(KeepRequest, request.form)
    id = asked.list
    if id:
        atlas().lists.add(id, asked.ids)
    else:
        id = atlas().lists.make(asked.name, asked.ids)
    return redirect(f"/lists/{quote(id)}", 303)


@blueprint.get("/lists/<id>")
def reading_list(id: str) -> Response:
    """A list's papers and their topics on the map."""
    found = atlas().lists.one(id)
    ids = [hit["id"] for hit in found["documents"]]
    lit = map_parts(as_counts(found["topics"]) if ids else None)
    return page("list.html", list=found, like=explore_url(ids[:MAX_MARKED]), most=MAX_MARKED, **lit)


@blueprint.post("/lists/<id>/rename", endpoint="rename_list")
def rename_list(id: str) -> AnyResponse:
    """Give a list another name."""
    atlas().lists.rename(id, parse(ListNameRequest, request.form).name)
    return redirect(f"/lists/{quote(id)}", 303)


@blueprint.post("/lists/<id>/take", endpoint="take_from_list")
def take(id: str) -> AnyResponse:
    """Take a paper out."""
    atlas().lists.take(id, parse(TakeRequest, request.form).id)
    return redirect(f"/lists/{quote(id)}", 303)


@blueprint.post("/lists/<id>/remove", endpoint="remove_list")
def remove_list(id: str) -> AnyResponse:
    """Throw a list away."""
    atlas().lists.remove(id)
    return redirect("/lists", 303)


@blueprint.get("/lists/<id>/export")
def export_list(id: str) -> Response:
    """A list's papers in a format of reference managers."""
    asked = parse(ExportRequest, request.args)
    kind = EXPORTS[asked.format]
    pieces = atlas().lists.export(id, asked.format, with_collections=asked.with_collections)
    return download(pieces, kind.media_type, atlas().lists.name(id), kind.suffix)
