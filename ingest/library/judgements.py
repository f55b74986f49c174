"""What people judged of the topics: whether a paper, a child or a label belongs to one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select

from ingest.errors import NotFoundError
from ingest.library.database import Database, now
from ingest.library.schema import judgements


@dataclass(frozen=True, slots=True)
class Judgement:
    """One answer: does ``subject`` (a paper, a child, a label: ``kind``) belong to the topic?"""

    number: int
    kind: str
    topic: str
    subject: str
    value: str
    who: str
    model: str
    made: str
    owner: int | None = None


class JudgementsTable(Database):
    """The part of the library that keeps judgements."""

    def judge(
        self,
        kind: str,
        topic: str,
        subject: str,
        value: str,
        *,
        who: str = "",
        model: str = "",
        owner: int | None = None,
    ) -> int:
        """Keep one answer. Returns its number."""
        row = {"kind": kind, "topic": topic, "subject": subject, "value": value, "who": who, "model": model}
        with self.writing() as connection:
            result = connection.execute(insert(judgements), row | {"made": now(), "owner": owner})
            return int(result.inserted_primary_key[0])  # type: ignore[index]

    def take_back_judgement(self, number: int, *, owner: int | None = None) -> None:
        """Forget one answer (of a user, or of nobody).

        Raises:
            NotFoundError: there is no such answer.
        """
        with self.writing() as connection:
            mine = judgements.c.number == number
            if owner is not None:
                mine &= (judgements.c.owner == owner) | judgements.c.owner.is_(None)
            gone = connection.execute(delete(judgements).where(mine)).rowcount
        if not gone:
            raise NotFoundError("There is no such judgement.", "It was already undone.")

    def judgements(self) -> Iterator[Judgement]:
        """All answers, the oldest first."""
        with self.reading() as connection:
            for row in connection.execute(select(judgements).order_by(judgements.c.number)):
                yield Judgement(**row._mapping)

    def judgement_counts(self, *, model: str | None = None) -> dict[str, dict[str, int]]:
        """How often each kind was answered how, of one model or of all: kind → value → count."""
        query = select(judgements.c.kind, judgements.c.value, func.count()).group_by(
            judgements.c.kind, judgements.c.value
        )
        if model is not None:
            query = query.where(judgements.c.model == model)
        counts: dict[str, dict[str, int]] = {}
        with self.reading() as connection:
            for kind, value, count in connection.execute(query):
                counts.setdefault(kind, {})[value] = count
        return counts

    def judged_subjects(self, model: str) -> set[tuple[str, str, str]]:
        """(kind, topic, subject) of what was judged of a model."""
        columns = (judgements.c.kind, judgements.c.topic, judgements.c.subject)
        query = select(*columns).where(judgements.c.model == model)
        with self.reading() as connection:
            return {(row.kind, row.topic, row.subject) for row in connection.execute(query)}
