"""Decisions of reviewers: rows that are only ever added. What was taken back is a row too."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select

from ingest.library.backend.errors import read_json
from ingest.library.database import Database, counter, now, write_meta
from ingest.library.reviewing.reviews import Review, read_review
from ingest.library.schema import decisions, meta, review_searches


@dataclass(frozen=True, slots=True)
class Decision:
    """One row.

    ``kind`` is "decide", "settle" (of a conflict), "import" or "undo" (of the row ``undoes``). ``rank`` is
    the paper's place, from 1, in the order that ``model`` made when it was shown; None where it was not.
    """

    document: str
    stage: str
    who: str
    verdict: str
    kind: str = "decide"
    reason: str = ""
    note: str = ""
    rank: int | None = None
    model: str = ""
    undoes: int | None = None
    made: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many papers are still to be found at a stage, as it was learned from the rows up to ``last``.

    ``expected`` is None where these rows were too few to tell; ``papers``: how many the review had then.
    """

    expected: float | None
    last: int
    papers: int


@dataclass(frozen=True, slots=True)
class ReviewNow:
    """A review at one moment: ``version`` changes with its papers or the library; ``rows`` are the decisions
    with numbers above ``after``."""

    review: Review
    version: tuple[int, int]
    after: int
    rows: list[Decision]


class DecisionsTable(Database):
    """The part of the library that keeps decisions."""

    def decide(self, review: Review, rows: Sequence[Decision]) -> list[int]:
        """Keep decisions; on the disk when this returns. Returns their numbers."""
        made = now()
        with self.writing(shown=False) as connection:
            query = insert(decisions).returning(decisions.c.number)
            return [int(connection.scalars(query, _values(review, row, made)).one()) for row in rows]

    def decisions(self, review: Review, *, after: int = 0) -> list[Decision]:
        """The review's rows with numbers above ``after``, the oldest first."""
        with self.reading() as connection:
            return _decisions(connection, review, after)

    def review_now(self, name: str, after: Callable[[Review], int]) -> ReviewNow:
        """The review of an id or a name, with the rows that are new to who asks, as of one moment.

        Raises:
            NotFoundError: there is none.
        """
        with self.reading() as connection:
            review = read_review(connection, name)
            number = after(review)
            searches = select(func.count()).where(review_searches.c.review == review.number)
            version = counter(connection, "sequence"), connection.scalars(searches).one()
            return ReviewNow(review, version, number, _decisions(connection, review, number))

    def keep_estimate(self, review: Review, stage: str, estimate: Estimate) -> None:
        """Keep what was learned for a stage, unless what is kept was learned from later rows."""
        with self.writing(shown=False) as connection:
            stored = _estimate(connection, review, stage)
            if stored is None or stored.last <= estimate.last:
                write_meta(connection, {_estimate_key(review, stage): json.dumps(asdict(estimate))})

    def estimate(self, review: Review, stage: str) -> Estimate | None:
        """What was learned for a stage last; None while nothing was."""
        with self.reading() as connection:
            return _estimate(connection, review, stage)


def _decisions(connection: Connection, review: Review, after: int) -> list[Decision]:
    query = select(decisions).where(decisions.c.review == review.number, decisions.c.number > after)
    return [_decision(row) for row in connection.execute(query.order_by(decisions.c.number))]


def _estimate_key(review: Review, stage: str) -> str:
    return f"review-estimate:{review.id}:{stage}"


def _estimate(connection: Connection, review: Review, stage: str) -> Estimate | None:
    query = select(meta.c.value).where(meta.c.key == _estimate_key(review, stage))
    stored = connection.scalar(query)
    return read_json(stored, lambda values: Estimate(**values)) if stored else None


def _values(review: Review, row: Decision, made: str) -> dict[str, Any]:
    values = {name: value for name, value in asdict(row).items() if name != "number"}
    return {**values, "review": review.number, "made": row.made or made}


def _decision(row: Any) -> Decision:
    return Decision(
        row.document, row.stage, row.who, row.verdict, row.kind, row.reason, row.note, row.rank, row.model,
        row.undoes, row.made, row.number,
    )  # fmt: skip
