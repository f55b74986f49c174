"""The audit log: who did what, when. Rows are added and, when they are old, dropped; none is changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, select

from ingest.library.database import Database, now
from ingest.library.schema import audit

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One thing that somebody did; ``at`` in ISO 8601, UTC."""

    number: int
    at: str
    who: str
    action: str
    subject: str
    detail: str
    address: str


class AuditTable(Database):
    """The part of the library that remembers who did what."""

    def record(
        self,
        who: str,
        action: str,
        subject: str = "",
        detail: str = "",
        address: str = "",
        *,
        days: int = 400,
    ) -> None:
        """Add a row, and drop those older than ``days``."""
        row = {"at": now(), "who": who, "action": action, "subject": subject, "detail": detail}
        oldest = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
        with self.writing(shown=False) as connection:
            connection.execute(insert(audit), row | {"address": address})
            connection.execute(delete(audit).where(audit.c.at < oldest))

    def audit_rows(self, *, limit: int = 200, before: int | None = None) -> list[AuditRow]:
        """The latest rows (before a number), the newest first."""
        query = select(audit).order_by(audit.c.number.desc()).limit(limit)
        query = query if before is None else query.where(audit.c.number < before)
        with self.reading() as connection:
            return [AuditRow(**row._mapping) for row in connection.execute(query)]

    def all_audit_rows(self) -> Iterator[AuditRow]:
        """All rows, the oldest first."""
        last = 0
        while True:
            query = select(audit).where(audit.c.number > last).order_by(audit.c.number).limit(_PAGE)
            with self.reading() as connection:
                page = [AuditRow(**row._mapping) for row in connection.execute(query)]
            yield from page
            if len(page) < _PAGE:
                return
            last = page[-1].number
