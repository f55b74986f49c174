"""A whole document as the query."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from litatlas.answers import ExploreAnswer
from web.pages.blueprint import as_counts, blueprint, map_parts
from web.rendering import page
from web.rendering.links import explore_url
from web.requests import ExplorePageRequest, ExploreRequest, parse
from web.site import atlas
from web.upload_forms import explored

SHOWN = 25


@blueprint.get("/explore")
def explore() -> Response:
    """A place to paste a text or drop a file; ``?text=`` and ``?ids=`` make an exploration a link."""
    asked = parse(ExplorePageRequest, request.args)
    if asked.ids:
        return _marked(asked.ids, diverse=asked.diverse)
    if asked.text:
        return _explored(asked.text, diverse=asked.diverse)
    return page("explore.html", answer=None, text="", diverse=asked.diverse, **map_parts())


@blueprint.post("/explore", endpoint="explore_text")
def explore_text() -> AnyResponse:
    """The topics and the nearest papers of what was pasted or dropped."""
    file = request.files.get("file")
    form = {name: request.form[name] for name in ("text", "diverse") if name in request.form}
    asked = parse(ExploreRequest, form)
    if file and file.filename:
        content, name = explored(file)
        answer = atlas().explore_file(content, name, limit=SHOWN, diverse=asked.diverse)
        return _answered(answer, name=name, diverse=asked.diverse)
    return _explored(asked.text, diverse=asked.diverse) if asked.text else redirect("/explore", 303)


def _explored(text: str, *, diverse: bool) -> Response:
    return _answered(atlas().explore(text, limit=SHOWN, diverse=diverse), text=text, diverse=diverse)


def _marked(ids: list[str], *, diverse: bool) -> Response:
    """More like several papers."""
    answer = atlas().explore_papers(ids, limit=SHOWN, diverse=diverse)
    papers = [
        (id, title, explore_url([other for other in ids if other != id]))
        for id, title in atlas().papers.titles(ids).items()
    ]
    other = explore_url(ids) + ("" if diverse else "&diverse=true")
    return _answered(answer, papers=papers, diverse=diverse, other=other)


def _answered(answer: ExploreAnswer, *, text: str = "", name: str = "", **more: Any) -> Response:
    lit = map_parts(as_counts(answer["topics"]))
    return page("explore.html", answer=answer, text=text, name=name, **more, **lit)
