"""Saved searches, notes, stars: the forms of pages on which they stand, and a page of starred papers."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from urllib.parse import quote

from flask import Response, abort, redirect, request
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from litatlas.vocabulary import MARKS, MAX_PAPER_NOTE
from web.api.kept import SaveSearchRequest
from web.pages.accounts.sharing import share_or_show
from web.pages.blueprint import blueprint, map_parts
from web.pages.document import document as paper_page
from web.pages.lists import lists as all_lists
from web.rendering import page
from web.requests import OneOf, Request, Text, parse
from web.site import atlas


class NoteForm(Request):
    """The text of a note."""

    text: Annotated[Text, Field(min_length=1, max_length=MAX_PAPER_NOTE)]


class MarkForm(Request):
    """A mark, to put or to take back."""

    kind: Annotated[str, OneOf(MARKS)]
    on: bool


@blueprint.post("/saved-searches", endpoint="save_search")
def save_search() -> AnyResponse:
    """Keep a search under a name."""
    params = parse(SaveSearchRequest, request.form)
    atlas().searches.save(params.name, params.search())
    return redirect("/lists#searches", 303)


@blueprint.post("/saved-searches/<id>/remove", endpoint="remove_search")
def remove_search(id: str) -> AnyResponse:
    """Throw a saved search away."""
    atlas().searches.remove(id)
    return redirect("/lists#searches", 303)


@blueprint.post("/saved-searches/<id>/share", endpoint="share_search")
def share_search(id: str) -> AnyResponse:
    """Say who sees a saved search."""
    return share_or_show(partial(atlas().searches.share, id), all_lists, "/lists#searches", id)


@blueprint.post("/documents/<id>/notes", endpoint="write_note")
def write_note(id: str) -> AnyResponse:
    """Write a note on a paper."""
    return _to_note(atlas().notes.write(id, parse(NoteForm, request.form).text)["document"])


@blueprint.post("/notes/<id>", endpoint="change_note")
def change_note(id: str) -> AnyResponse:
    """Write a note anew."""
    return _to_note(atlas().notes.change(id, parse(NoteForm, request.form).text)["document"])


@blueprint.post("/notes/<id>/remove", endpoint="remove_note")
def remove_note(id: str) -> AnyResponse:
    """Throw a note away."""
    document = atlas().notes.one(id)["document"]
    atlas().notes.remove(id)
    return _to_note(document)


@blueprint.post("/notes/<id>/share", endpoint="share_note")
def share_note(id: str) -> AnyResponse:
    """Say who sees a note."""
    document = atlas().notes.one(id)["document"]
    share = partial(atlas().notes.share, id)
    return share_or_show(share, lambda: paper_page(document), f"/documents/{quote(document)}#notes", id)


@blueprint.post("/documents/<id>/marks", endpoint="mark_paper")
def mark_paper(id: str) -> AnyResponse:
    """Star a paper or say that it was read, or take that back."""
    form = parse(MarkForm, request.form)
    atlas().notes.mark(id, form.kind, on=form.on)
    return redirect(f"/documents/{quote(id)}", 303)


@blueprint.get("/kept/<kind>")
def marked_papers(kind: str) -> Response:
    """The papers that the reader starred or read."""
    if kind not in MARKS:
        abort(404)
    return page("marked.html", kind=kind, papers=atlas().notes.marked(kind), **map_parts())


def _to_note(document: str) -> AnyResponse:
    return redirect(f"/documents/{quote(document)}#notes", 303)
