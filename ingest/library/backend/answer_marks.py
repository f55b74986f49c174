"""Marks of what kept answers are made of: counters that say whether something has changed which one may show.

They are read once for each request, so that SQLite is asked beside SQLAlchemy, which would take ten times as
long. A mark stands in the library itself, and is committed with the change: it is the same in every process,
on whichever host.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, case, insert, select, update

from ingest.library import schema
from ingest.library.backend.errors import translated

SHOWN = "shown"
"""The counter of every change that a kept answer may show."""
SHOWN_SECONDS = 120.0
"""How long answers that were given before may be given again while batches of papers come in."""
BUSY_MILLISECONDS = 60_000


def marks_counter(owner: int) -> str:
    """The counter of what a user (0: nobody) has marked."""
    return f"marks:{owner}"


def advance(connection: Connection, name: str) -> None:
    """Give a counter a value that it never had, inside a transaction that writes.

    That is at least the time, in microseconds: a library that was restored to an earlier state does not come
    by the same values again.
    """
    counters, at = schema.counters, time.time_ns() // 1_000
    here = counters.c.name == name
    later = case((counters.c.value < at, at), else_=counters.c.value + 1)
    if not connection.execute(update(counters).where(here).values(value=later)).rowcount:
        connection.execute(insert(counters), {"name": name, "value": at})


def advance_seldom(connection: Connection) -> None:
    """As :func:`advance` for `SHOWN`, where that was longer ago than `SHOWN_SECONDS`."""
    before = time.time_ns() // 1_000 - int(SHOWN_SECONDS * 1_000_000)
    here = schema.counters.c.name == SHOWN
    if int(connection.scalar(select(schema.counters.c.value).where(here)) or 0) <= before:
        advance(connection, SHOWN)


class AnswerMarks:
    """The counters of one library, for reading."""

    def __init__(self, engine: Engine, file: Path | None) -> None:
        """``file``: SQLite's, where the library is one."""
        self._engine = engine
        self._file = file
        self._lock = Lock()
        self._opened: sqlite3.Connection | None = None

    def value(self, name: str) -> int | None:
        """The value of a counter, 0 for one that nothing has advanced; None where it cannot be told."""
        if self._engine.dialect.name == "postgresql":
            query = select(schema.counters.c.value).where(schema.counters.c.name == name)
            with translated("the library"), self._engine.connect() as plain:
                connection = plain.execution_options(isolation_level="AUTOCOMMIT")
                return int(connection.scalar(query) or 0)
        if self._file is None:  # in memory: each connection has its own
            return None
        with self._lock:
            try:
                self._opened = self._opened or self._open(self._file)
                row = self._opened.execute("SELECT value FROM counters WHERE name = ?", (name,)).fetchone()
            except sqlite3.Error:
                return None
        return int(row[0]) if row else 0

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    @staticmethod
    def _open(file: Path) -> sqlite3.Connection:
        opened = sqlite3.connect(str(file), isolation_level=None, check_same_thread=False)
        opened.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        return opened
