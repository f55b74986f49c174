"""Duplicates: pairs of records side by side, decided by buttons or keys."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from flask import Response, redirect, request
from flask_babel import lazy_gettext
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from litatlas.vocabulary import EXPORTS
from web.api.duplicates import DecidePairRequest, Number, Offset, UndoPairRequest
from web.downloads import download
from web.pages.blueprint import blueprint
from web.rendering import page
from web.requests import Request, Who, parse
from web.site import atlas

PAIRS = 10
"""Pairs on one page."""

NAMES = {
    "title": lazy_gettext("Title"),
    "authors": lazy_gettext("Authors"),
    "year": lazy_gettext("Year"),
    "venue": lazy_gettext("Venue"),
    "volume": lazy_gettext("Volume"),
    "issue": lazy_gettext("Issue"),
    "pages": lazy_gettext("Pages"),
    "doi": "DOI",
    "pmid": "PMID",
    "arxiv_id": "arXiv",
    "other_ids": lazy_gettext("Other identifiers"),
    "type": lazy_gettext("Type"),
    "lang": lazy_gettext("Language"),
    "abstract": lazy_gettext("Abstract"),
}
"""The fields that are compared, in the reader's language."""
REASONS = {
    "same title and page": lazy_gettext("same title and page"),
    "same title, first author and year": lazy_gettext("same title, first author and year"),
    "nearly the same title": lazy_gettext("nearly the same title"),
    "nearly the same title and abstract": lazy_gettext("nearly the same title and abstract"),
    "preprint and published version": lazy_gettext("preprint and published version"),
    "same DOI": lazy_gettext("same DOI"),
    "same PMID": lazy_gettext("same PMID"),
}
"""Why two records are alike, in the reader's language; other reasons name an identifier."""
Place = Annotated[int, Field(ge=0, lt=PAIRS)]


class PairsPageRequest(Request):
    """Which page, which pair on it is looked at, and what was decided last."""

    offset: Offset = 0
    at: Place = 0
    last: Number | None = None
    who: Who = ""


class DecidePairPageRequest(DecidePairRequest):
    """On the page, also where to go on."""

    offset: Offset = 0
    at: Place = 0


class UndoPairPageRequest(UndoPairRequest):
    """On the page, also where to go on."""

    offset: Offset = 0
    at: Place = 0


@blueprint.get("/duplicates")
def duplicates() -> Response:
    """A page of pairs; after the last one, the last page that there is."""
    params = parse(PairsPageRequest, request.args)
    answer = atlas().duplicates.pairs(offset=params.offset, limit=PAIRS)
    if not answer["pairs"] and answer["total"]:
        params = params.model_copy(update={"offset": (answer["total"] - 1) // PAIRS * PAIRS})
        answer = atlas().duplicates.pairs(offset=params.offset, limit=PAIRS)
    return page(
        "duplicates.html",
        params=params,
        answer=answer,
        at=min(params.at, len(answer["pairs"]) - 1),
        names=NAMES,
        reasons=REASONS,
        step=PAIRS,
        address=_address,
    )


@blueprint.post("/duplicates", endpoint="decide_pair")
def decide_pair() -> AnyResponse:
    """Keep a decision, and go on where it was made."""
    params = parse(DecidePairPageRequest, request.form)
    number = atlas().duplicates.decide(params.a, params.b, params.verdict, who=params.who)
    return redirect(_address(offset=params.offset, at=params.at, last=number, who=params.who), 303)


@blueprint.post("/duplicates/undo", endpoint="undo_pair")
def undo_pair() -> AnyResponse:
    """Take a decision back."""
    params = parse(UndoPairPageRequest, request.form)
    atlas().duplicates.undo(params.number, who=params.who)
    return redirect(_address(offset=params.offset, at=params.at, who=params.who), 303)


@blueprint.get("/duplicates/log.csv")
def duplicates_table() -> Response:
    """Every decision, to download."""
    return download(atlas().duplicates.table(), EXPORTS["csv"].media_type, "duplicates", ".csv")


def _address(**values: Any) -> str:
    query = urlencode({name: value for name, value in values.items() if value})
    return f"/duplicates?{query}" if query else "/duplicates"
