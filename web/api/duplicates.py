"""Duplicates in the API: pairs to judge, decisions, and their log."""

from __future__ import annotations

from typing import Annotated, TypedDict

from pydantic import Field

from litatlas.parts.duplicates.pair_answers import PairDecisionAnswer, PairsAnswer
from litatlas.vocabulary import GROUP_VERDICTS, MAX_OFFSET, PAIR_VERDICTS
from web.api.operations import operation
from web.requests import Limit, Name, OneOf, Request, Who
from web.site import atlas

Offset = Annotated[int, Field(ge=0, le=MAX_OFFSET)]
Number = Annotated[int, Field(ge=1, le=2**53)]


class PairsRequest(Request):
    """Which of the pairs."""

    limit: Limit = 10
    offset: Offset = 0


class DecidePairRequest(Request):
    """Two records, and whether they are one paper."""

    a: Name
    b: Name
    verdict: Annotated[str, OneOf(PAIR_VERDICTS)]
    who: Who = ""


class DecideGroupRequest(Request):
    """A record, and whether all records of its paper are one, or it is none of them."""

    record: Name
    verdict: Annotated[str, OneOf(GROUP_VERDICTS)]
    who: Who = ""


class GroupDecidedAnswer(TypedDict):
    """The numbers of the decisions that were kept, one a pair."""

    numbers: list[int]


class UndoPairRequest(Request):
    """The decision to take back."""

    number: Number
    who: Who = ""


class PairLogAnswer(TypedDict):
    """All decisions about duplicates."""

    decisions: list[PairDecisionAnswer]


class PairDecidedAnswer(TypedDict):
    """The number of the row that was kept; a decision is undone by it."""

    number: int


@operation("GET", "/duplicates", PairsAnswer, request=PairsRequest)
def duplicate_pairs(params: PairsRequest) -> PairsAnswer:
    """Pairs of records that may be one paper and that nobody decided yet, the least sure first."""
    return atlas().duplicates.pairs(offset=params.offset, limit=params.limit)


@operation("POST", "/duplicates", PairDecidedAnswer, request=DecidePairRequest, status=201, body="json")
def decide_pair(params: DecidePairRequest) -> PairDecidedAnswer:
    """Decide that two records are the same paper, or different ones; a new import keeps it."""
    return {"number": atlas().duplicates.decide(params.a, params.b, params.verdict, who=params.who)}


@operation(
    "POST", "/duplicates/group", GroupDecidedAnswer, request=DecideGroupRequest, status=201, body="json"
)
def decide_group(params: DecideGroupRequest) -> GroupDecidedAnswer:
    """Decide about all records of a paper at once: they are one, or a record is taken out of it."""
    numbers = atlas().duplicates.decide_group(params.record, params.verdict, who=params.who)
    return {"numbers": numbers}


@operation("POST", "/duplicates/undo", PairDecidedAnswer, request=UndoPairRequest, status=201, body="json")
def undo_pair(params: UndoPairRequest) -> PairDecidedAnswer:
    """Take a decision about two records back."""
    return {"number": atlas().duplicates.undo(params.number, who=params.who)}


@operation("GET", "/duplicates/log", PairLogAnswer)
def duplicates_log(_: object) -> PairLogAnswer:
    """Every decision about duplicates, with those that were undone."""
    return {"decisions": atlas().duplicates.log()}
