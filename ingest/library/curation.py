"""What people said of topics (with its history), and the generations that were published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from ingest.library.database import Database, check_meta, now, write_meta
from ingest.library.schema import curations, generations


@dataclass(frozen=True, slots=True)
class Curation:
    """One thing that somebody said of a topic: ``kind`` is "label", "hidden", …"""

    number: int
    topic_id: str
    kind: str
    value: str
    who: str
    model: str
    made: str


@dataclass(frozen=True, slots=True)
class Generation:
    """What was made live: a model (None before the first build), an index, and the change it held then."""

    number: int
    model: str | None
    index: str
    analysis: str
    seq: int
    made: str


class CurationTable(Database):
    """The part of the library that keeps curation and generations."""

    def curate(self, topic_id: str, kind: str, value: str, *, who: str = "", model: str = "") -> int:
        """Say something of a topic; the latest of a kind holds. Returns its number."""
        row = {"topic": topic_id, "kind": kind, "value": value, "who": who, "model": model, "made": now()}
        with self.writing() as connection:
            result = connection.execute(insert(curations), row | {"undone": False})
            return int(result.inserted_primary_key[0])  # type: ignore[index]

    def curations(self) -> dict[str, dict[str, str]]:
        """What holds now: topic id → kind → value."""
        by_topic: dict[str, dict[str, str]] = {}
        query = select(curations).where(~curations.c.undone).order_by(curations.c.number)
        with self.reading() as connection:
            for row in connection.execute(query):
                by_topic.setdefault(row.topic, {})[row.kind] = row.value
        return by_topic

    def curation_history(self, topic_id: str | None = None) -> list[Curation]:
        """Everything that was said and not undone, newest first."""
        query = select(curations).where(~curations.c.undone).order_by(curations.c.number.desc())
        if topic_id is not None:
            query = query.where(curations.c.topic == topic_id)
        with self.reading() as connection:
            return [
                Curation(row.number, row.topic, row.kind, row.value, row.who, row.model, row.made)
                for row in connection.execute(query)
            ]

    def undo_curation(self, topic_id: str, kind: str) -> bool:
        """Take the latest saying of a kind back, so that the one before it holds; False: there is none."""
        mine = (curations.c.topic == topic_id) & (curations.c.kind == kind) & ~curations.c.undone
        with self.writing() as connection:
            number = connection.scalar(select(func.max(curations.c.number)).where(mine))
            if number is None:
                return False
            connection.execute(update(curations).where(curations.c.number == number).values(undone=True))
            return True

    def publish(
        self,
        model: str | None,
        index: str,
        analysis: str,
        seq: int,
        *,
        values: Mapping[str, str | None] | None = None,
        expected: Mapping[str, str | None] | None = None,
    ) -> int:
        """Make a generation live: the one commit point of publishing. Returns its number.

        Args:
            values: small values that change with it, in the same transaction; None removes one.
            expected: small values that must be as they were.

        Raises:
            BusyError: one of ``expected`` is not.
        """
        row = {"model": model, "index": index, "analysis": analysis, "seq": seq, "made": now()}
        with self.writing() as connection:
            check_meta(connection, expected or {})
            write_meta(connection, values or {})
            return int(connection.execute(insert(generations), row).inserted_primary_key[0])  # type: ignore[index]

    def generation(self) -> Generation | None:
        """What is live; None before the first publishing."""
        query = select(generations).order_by(generations.c.number.desc()).limit(1)
        with self.glancing() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _generation(row)

    def generations(self) -> list[Generation]:
        """All generations, oldest first; the last one is live."""
        with self.reading() as connection:
            return [
                _generation(row)
                for row in connection.execute(select(generations).order_by(generations.c.number))
            ]


def _generation(row: Row[Any]) -> Generation:
    return Generation(**row._mapping)
