"""A whole document as the query."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from litatlas.answers import ExploreAnswer
from web.pages.blueprint import as_counts, blueprint, map_parts
from web.rendering import page
from web.rendering.search_links import explore_url
from web.requests import ExplorePageRequest, ExploreRequest, parse
from web.site import atlas
from web.upload_forms import explored

SHOWN = 25


@blueprint.get("/explore")
def explore() -> Response:
    """A place to paste a text or drop a file; ``?text=`` and ``?ids=`` make an exploration a link."""
    params = parse(ExplorePageRequest, request.args)
    if params.ids:
        return _marked(params.ids, diverse=params.diverse)
    if params.text:
        return _explored(params.text, diverse=params.diverse)
    return page("explore.html", answer=None, text="", diverse=params.diverse, **map_parts())


@blueprint.post("/explore", endpoint="explore_text")
def explore_text() -> AnyResponse:
    """The topics and the nearest papers of what was pasted or dropped."""
    file = request.files.get("file")
    form = {name: request.form[name] for name in ("text", "diverse") if name in request.form}
    params = parse(ExploreRequest, form)
    if file and file.filename:
        content, name = explored(file)
        answer = atlas().explore_file(content, name, limit=SHOWN, diverse=params.diverse)
        return _answered(answer, name=name, diverse=params.diverse)
    return _explored(params.text, diverse=params.diverse) if params.text else redirect("/explore", 303)


def _explored(text: str, *, diverse: bool) -> Response:
    return _answered(atlas().explore(text, limit=SHOWN, diverse=diverse), text=text, diverse=diverse)


def _marked(ids: list[str], *, diverse: bool) -> Response:
    """More like several papers."""
    answer = atlas().explore_papers(ids, limit=SHOWN, diverse=diverse)
    papers = [
        (id, title, explore_url([other for other in ids if other != id]))
        for id, title in atlas().papers.titles(ids).items()
    ]
    toggle = explore_url(ids) + ("" if diverse else "&diverse=true")
    return _answered(answer, papers=papers, diverse=diverse, toggle=toggle)


def _answered(answer: ExploreAnswer, *, text: str = "", name: str = "", **more: Any) -> Response:
    lit = map_parts(as_counts(answer["topics"]))
    return page("explore.html", answer=answer, text=text, name=name, **more, **lit)
