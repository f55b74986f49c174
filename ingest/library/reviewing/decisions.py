"""Decisions of reviewers: rows that are only ever added. What was taken back is a row too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import insert, select

from ingest.library.database import Database, now
from ingest.library.reviewing.reviews import Review
from ingest.library.schema import decisions


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


class DecisionsTable(Database):
    """The part of the library that keeps decisions."""

    def decide(self, review: Review, rows: Sequence[Decision]) -> list[int]:
        """Keep decisions; on the disk when this returns. Returns their numbers."""
        made = now()
        with self.writing() as connection:
            query = insert(decisions).returning(decisions.c.number)
            return [int(connection.scalars(query, _values(review, row, made)).one()) for row in rows]

    def decisions(self, review: Review, *, after: int = 0) -> list[Decision]:
        """The review's rows with numbers above ``after``, the oldest first."""
        query = select(decisions).where(decisions.c.review == review.number, decisions.c.number > after)
        with self.reading() as connection:
            return [_decision(row) for row in connection.execute(query.order_by(decisions.c.number))]


def _values(review: Review, row: Decision, made: str) -> dict[str, Any]:
    values = {name: value for name, value in asdict(row).items() if name != "number"}
    return {**values, "review": review.number, "made": row.made or made}


def _decision(row: Any) -> Decision:
    return Decision(
        row.document, row.stage, row.who, row.verdict, row.kind, row.reason, row.note, row.rank, row.model,
        row.undoes, row.made, row.number,
    )  # fmt: skip
