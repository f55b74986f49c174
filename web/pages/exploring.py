"""A whole document as the query."""

from __future__ import annotations

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from web.context import atlas
from web.pages.base import as_counts, blueprint, map_parts
from web.rendering import page
from web.rendering.links import explore_url
from web.requests import ExplorePageRequest, ExploreRequest, parse
from web.uploads import explored

SHOWN = 25


@blueprint.get("/explore")
def explore() -> Response:
    """A place to paste a text or drop a file; ``?text=`` and ``?ids=`` make an exploration a link."""
    asked = parse(ExplorePageRequest, request.args)
    if asked.ids:
        return _marked(asked.ids)
    return _explored(asked.text) if asked.text else page("explore.html", answer=None, text="", **map_parts())


@blueprint.post("/explore", endpoint="explore_text")
def explore_text() -> AnyResponse:
    """The topics and the nearest papers of what was pasted or dropped."""
    file = request.files.get("file")
    if file and file.filename:
        content, name = explored(file)
        answer = atlas().explore_file(content, name, limit=SHOWN)
        return page(
            "explore.html", answer=answer, text="", name=name, **map_parts(as_counts(answer["topics"]))
        )
    text = parse(ExploreRequest, {"text": request.form.get("text", "")}).text
    return _explored(text) if text else redirect("/explore", 303)


def _explored(text: str) -> Response:
    answer = atlas().explore(text, limit=SHOWN)
    return page("explore.html", answer=answer, text=text, name="", **map_parts(as_counts(answer["topics"])))


def _marked(ids: list[str]) -> Response:
    """More like several papers."""
    answer = atlas().explore_papers(ids, limit=SHOWN)
    papers = [
        (id, title, explore_url([other for other in ids if other != id]))
        for id, title in atlas().titles(ids).items()
    ]
    lit = map_parts(as_counts(answer["topics"]))
    return page("explore.html", answer=answer, text="", name="", papers=papers, **lit)
