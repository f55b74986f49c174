"""Duplicates: pairs of records side by side, decided by buttons or keys."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from flask import Response, redirect, request
from flask_babel import lazy_gettext
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from litatlas.vocabulary import EXPORTS
from web.api.duplicates import DecideGroupRequest, DecidePairRequest, Offset
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
_MOST_NUMBERS = 100
_NUMBERS = rf"^[0-9]{{1,15}}(,[0-9]{{1,15}}){{0,{_MOST_NUMBERS - 1}}}$"  # \d, of any script, takes .1 s
Numbers = Annotated[str, Field(pattern=rf"^$|{_NUMBERS}")]
"""Decisions that were made at once."""


class PairsPageRequest(Request):
    """Which page, which pair on it is looked at, and what was decided last."""

    offset: Offset = 0
    at: Place = 0
    last: Numbers = ""
    who: Who = ""


class DecidePairPageRequest(DecidePairRequest):
    """On the page, also where to go on."""

    offset: Offset = 0
    at: Place = 0


class DecideGroupPageRequest(DecideGroupRequest):
    """On the page, also where to go on."""

    offset: Offset = 0
    at: Place = 0


class UndoPairPageRequest(Request):
    """The decisions that were made at once, and where to go on."""

    number: Annotated[str, Field(pattern=_NUMBERS)]
    who: Who = ""
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


@blueprint.post("/duplicates/group", endpoint="decide_group")
def decide_group() -> AnyResponse:
    """Keep a decision about all records of a paper, and go on where it was made."""
    params = parse(DecideGroupPageRequest, request.form)
    numbers = atlas().duplicates.decide_group(params.record, params.verdict, who=params.who)
    last = ",".join(map(str, numbers[:_MOST_NUMBERS]))
    return redirect(_address(offset=params.offset, at=params.at, last=last, who=params.who), 303)


@blueprint.post("/duplicates/undo", endpoint="undo_pair")
def undo_pair() -> AnyResponse:
    """Take a decision back."""
    params = parse(UndoPairPageRequest, request.form)
    atlas().duplicates.undo_all([int(number) for number in params.number.split(",")], who=params.who)
    return redirect(_address(offset=params.offset, at=params.at, who=params.who), 303)


@blueprint.get("/duplicates/log.csv")
def duplicates_table() -> Response:
    """Every decision, to download."""
    return download(atlas().duplicates.table(), EXPORTS["csv"].media_type, "duplicates", ".csv")


def _address(**values: Any) -> str:
    query = urlencode({name: value for name, value in values.items() if value})
    return f"/duplicates?{query}" if query else "/duplicates"
