"""Named lists of papers."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from litatlas.vocabulary import EXPORTS, MAX_MARKED
from web.access.identity import reader
from web.downloads import download
from web.pages.blueprint import as_counts, blueprint, map_parts
from web.rendering import page
from web.rendering.search_links import explore_url, saved_url
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
    params = parse(ListPapersRequest, request.args)
    mine = reader().can("note")
    return page(
        "lists.html",
        lists=atlas().lists.all(),
        searches=atlas().searches.all() if mine else [],
        keeping=atlas().papers.titles(params.ids),
        saved_url=saved_url,
    )


@blueprint.post("/lists", endpoint="keep")
def keep() -> AnyResponse:
    """Keep papers in a list there is, or in a new one."""
    params = parse(KeepRequest, request.form)
    id = params.list
    if id:
        atlas().lists.add(id, params.ids)
    else:
        id = atlas().lists.make(params.name, params.ids)
    return redirect(f"/lists/{quote(id)}", 303)


@blueprint.get("/lists/<id>")
def reading_list(id: str) -> Response:
    """A list's papers and their topics on the map."""
    answer = atlas().lists.one(id)
    ids = [hit["id"] for hit in answer["documents"]]
    lit = map_parts(as_counts(answer["topics"]) if ids else None)
    shared = atlas().lists.sharing(id) if atlas().accounts.mode != "off" else None
    mine = atlas().lists.is_mine(id)
    return page(
        "list.html",
        shared=shared,
        mine=mine,
        list=answer,
        like=explore_url(ids[:MAX_MARKED]),
        most=MAX_MARKED,
        **lit,
    )


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
    params = parse(ExportRequest, request.args)
    kind = EXPORTS[params.format]
    pieces = atlas().lists.export(id, params.format, with_collections=params.with_collections)
    return download(pieces, kind.media_type, atlas().lists.name(id), kind.suffix)
