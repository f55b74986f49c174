"""Pairs of records that are, or might be, one paper: which there are, and what people decided of each.

A decision is a row that is only ever added; an undo is a row of its own, which names the one that it takes
back. What holds is kept as joins and splits, as everywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
)

from ingest.duplicates.grouping import BY_HAND, regroup
from ingest.duplicates.signatures import TITLE_REASON
from ingest.errors import InputError, NotFoundError
from ingest.library.database import Database, lock_counters, now, set_counter
from ingest.library.schema import collections, documents, joins, pair_decisions, splits

SAME, DIFFERENT, UNDO = "same", "different", "undo"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that have something in common: why, and how sure that is (0 to 1).

    ``together``: whether they are one paper now; an identifier that differs may keep them apart.
    """

    a: str
    b: str
    reason: str
    score: float
    together: bool


@dataclass(frozen=True, slots=True)
class PairDecision:
    """What somebody decided of two records; ``reason`` and ``score`` are those of the join before ("", None).

    ``verdict`` is "same", "different" or "undo", which names the row that it ``undoes``; ``undone``: whether
    this one was taken back.
    """

    number: int
    a: str
    b: str
    verdict: str
    who: str
    reason: str
    score: float | None
    split: bool
    undoes: int | None
    made: str
    undone: bool


class PairsTable(Database):
    """The part of the library that keeps what people decided of pairs of records."""

    def open_pairs(
        self, visible: frozenset[str] | None = None, *, offset: int = 0, limit: int = 10
    ) -> tuple[int, list[Pair]]:
        """Pairs that nobody decided yet, the least sure first: how many there are, and some of them.

        ``visible``: only pairs of which both records are in these collections (None: all).
        """
        with self.reading() as connection:
            count = connection.scalar(_open(visible, func.count())) or 0
            page = _open(visible, _A.c.id, _B.c.id, joins.c.reason, joins.c.score, _TOGETHER)
            by_title = case((joins.c.reason.startswith(TITLE_REASON), 0), else_=1)
            page = page.order_by(joins.c.score, by_title, _TOGETHER, joins.c.a, joins.c.b)
            rows = connection.execute(page.offset(offset).limit(limit))
            return int(count), [Pair(a, b, reason, score, bool(one)) for a, b, reason, score, one in rows]

    def decide_pair(self, a: str, b: str, verdict: str, *, who: str = "") -> int:
        """Keep that two records are one paper, or that they are not. Returns the decision's number.

        Raises:
            NotFoundError: there is no such record. InputError: they are one record, or other decisions
                contradict.
        """
        return self.decide_pairs([(a, b)], verdict, who=who)[0]

    def decide_pairs(self, pairs: Sequence[tuple[str, str]], verdict: str, *, who: str = "") -> list[int]:
        """Keep the same of several pairs, all or none. Returns the numbers; raises as :meth:`decide_pair`."""
        with self.writing() as connection:
            return [_decide(connection, a, b, verdict, who) for a, b in pairs]

    def undo_pair(self, number: int, *, who: str = "") -> int:
        """Take a decision back: what held of the two before holds again. Returns the number of the undo.

        Raises:
            NotFoundError: there is no such decision that holds. InputError: a later one holds.
        """
        with self.writing() as connection:
            mine = pair_decisions.c.number == number
            row = connection.execute(select(pair_decisions).where(mine, _HOLDS)).one_or_none()
            if row is None:
                raise NotFoundError("There is no such decision.", "It may have been undone already.")
            same_pair = and_(pair_decisions.c.a == row.a, pair_decisions.c.b == row.b, _HOLDS)
            if connection.scalar(select(func.max(pair_decisions.c.number)).where(same_pair)) != number:
                raise InputError("A later decision about these records holds.", "Undo that one first.")
            numbers = _numbers(connection, row.a, row.b)
            _set_split(connection, row.a, row.b, row.split)
            if row.verdict == SAME and len(numbers) == 2:
                ends = max(numbers.values()), min(numbers.values())
                _set_join(connection, ends, row.reason, row.score)
            if numbers:
                _regroup(connection, numbers)
            undo: dict[str, Any] = {
                "a": row.a,
                "b": row.b,
                "verdict": UNDO,
                "who": who,
                "made": now(),
                "undoes": number,
            }
            undo |= {"reason": "", "score": None, "split": row.verdict == DIFFERENT}
            return _kept(connection, undo)

    def pair_decisions(self) -> Iterator[PairDecision]:
        """All decisions, the oldest first."""
        query = select(pair_decisions, (~_HOLDS).label("undone")).order_by(pair_decisions.c.number)
        with self.reading() as connection:
            for row in connection.execute(query):
                undone = row.verdict != UNDO and bool(row.undone)
                yield PairDecision(**{**row._mapping, "split": bool(row.split), "undone": undone})


_A, _B = documents.alias("first_record"), documents.alias("second_record")
_TOGETHER = case((_A.c.paper == _B.c.paper, 1), else_=0)
_UNDO = pair_decisions.alias("taken_back")
_HOLDS = and_(
    pair_decisions.c.verdict != UNDO,
    ~exists(select(_UNDO.c.number).where(_UNDO.c.undoes == pair_decisions.c.number)),
)


def _decide(connection: Connection, a: str, b: str, verdict: str, who: str) -> int:
    a, b = sorted((a, b))
    if a == b:
        raise InputError(f"{a!r} is one record.", "Name two records.")
    numbers = _numbers(connection, a, b)
    for id in (a, b):
        if id not in numbers:
            raise NotFoundError(f"There is no document {id!r}.", "Search results show the ids.")
    ends = max(numbers.values()), min(numbers.values())
    reason, score = _join(connection, ends)
    row: dict[str, Any] = {"a": a, "b": b, "verdict": verdict, "who": who, "made": now(), "undoes": None}
    row |= {"reason": reason, "score": score, "split": _is_split(connection, a, b)}
    joined_by_hand = _by_hand(connection, numbers) - {ends}
    _set_split(connection, a, b, verdict == DIFFERENT)
    if verdict == SAME:
        _set_join(connection, ends, BY_HAND, 1.0)
        joined_by_hand.add(ends)
    _regroup(connection, numbers)
    if any(not _is_one(connection, pair) for pair in joined_by_hand):
        raise InputError(
            "Earlier decisions about these papers contradict.",
            "Undo one of them first; the log of decisions lists them.",
        )
    return _kept(connection, row)


def _open(visible: frozenset[str] | None, *columns: ColumnElement[Any]) -> Select[Any]:
    decided = exists(
        select(pair_decisions.c.number).where(
            or_(
                and_(pair_decisions.c.a == _A.c.id, pair_decisions.c.b == _B.c.id),
                and_(pair_decisions.c.a == _B.c.id, pair_decisions.c.b == _A.c.id),
            ),
            _HOLDS,
        )
    )
    divided = exists(
        select(splits.c.a).where(
            or_(
                and_(splits.c.a == _A.c.id, splits.c.b == _B.c.id),
                and_(splits.c.a == _B.c.id, splits.c.b == _A.c.id),
            )
        )
    )
    query = (
        select(*columns)
        .select_from(joins)
        .join(_A, _A.c.number == joins.c.a)
        .join(_B, _B.c.number == joins.c.b)
        .where(joins.c.reason != BY_HAND, ~decided, ~divided)
    )
    if visible is None:
        return query
    mine = select(collections.c.number).where(collections.c.name.in_(sorted(visible)))
    return query.where(_A.c.collection.in_(mine), _B.c.collection.in_(mine))


def _numbers(connection: Connection, a: str, b: str) -> dict[str, int]:
    rows = connection.execute(select(documents.c.id, documents.c.number).where(documents.c.id.in_((a, b))))
    return {row.id: row.number for row in rows}


def _join(connection: Connection, ends: tuple[int, int]) -> tuple[str, float | None]:
    """The reason and the score of two records' join; ("", None): they have none."""
    query = select(joins.c.reason, joins.c.score).where(joins.c.a == ends[0], joins.c.b == ends[1])
    row = connection.execute(query).one_or_none()
    return (row.reason, row.score) if row else ("", None)


def _by_hand(connection: Connection, numbers: dict[str, int]) -> set[tuple[int, int]]:
    """The joins by hand, among the records of the papers of these, that hold."""
    mine = select(documents.c.paper).where(documents.c.number.in_(numbers.values()))
    query = (
        select(joins.c.a, joins.c.b)
        .join(_A, _A.c.number == joins.c.a)
        .join(_B, _B.c.number == joins.c.b)
        .where(joins.c.reason == BY_HAND, _A.c.paper == _B.c.paper, _A.c.paper.in_(mine))
    )
    return {(row.a, row.b) for row in connection.execute(query)}


def _is_one(connection: Connection, ends: tuple[int, int]) -> bool:
    papers = select(documents.c.paper).where(documents.c.number.in_(ends)).distinct()
    return len(connection.execute(papers).all()) == 1


def _kept(connection: Connection, row: dict[str, Any]) -> int:
    return int(connection.scalars(insert(pair_decisions).returning(pair_decisions.c.number), row).one())


def _is_split(connection: Connection, a: str, b: str) -> bool:
    query = select(splits.c.a).where(splits.c.a == a, splits.c.b == b)
    return connection.execute(query).first() is not None


def _set_split(connection: Connection, a: str, b: str, split: bool) -> None:
    connection.execute(delete(splits).where(splits.c.a == a, splits.c.b == b))
    if split:
        connection.execute(insert(splits), {"a": a, "b": b})


def _set_join(connection: Connection, ends: tuple[int, int], reason: str, score: float | None) -> None:
    """Make the join of two records this one; none where there is no score."""
    a, b = ends
    connection.execute(delete(joins).where(joins.c.a == a, joins.c.b == b))
    if score is not None:
        connection.execute(insert(joins), {"a": a, "b": b, "reason": reason, "score": score})


def _regroup(connection: Connection, numbers: dict[str, int]) -> None:
    sequence, _ = lock_counters(connection)
    set_counter(connection, "sequence", regroup(connection, numbers.values(), sequence))
