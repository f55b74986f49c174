"""Copying a whole library from one database to another, SQLite or PostgreSQL, verified row by row.

One transaction reads one state of the source, and one transaction writes all of the target: whoever looks, or
kills the process, sees an empty library or the whole copy. PostgreSQL takes the rows by COPY.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, collate, delete, func, insert, inspect, select, text
from sqlalchemy.types import Text

from ingest.library import schema
from ingest.library.backend.errors import translated
from ingest.library.database import Database, LibraryError
from ingest.library.migrations import row_checksums
from ingest.progress import Progress
from litatlas.errors import is_disk_full

BATCH = 2_000
"""Rows that are read at once; a table of large rows says how many by its ``rows_at_once``."""
NOT_A_LIBRARY_YET = {"counters", "meta", "generations", "jobs"}
"""Tables that hold rows as soon as a library is opened, before anybody gave it anything."""


def is_empty(library: Database) -> bool:
    """Whether nobody gave this library anything yet."""
    with library.reading() as connection:
        return _is_empty(connection)


def copy_library(source: Database, target: Database, progress: Progress) -> int:
    """Copy everything into an empty library and compare every row; how many there are.

    Raises:
        LibraryError: the target is not empty, or a row is not the same after it was copied.
    """
    tables = schema.metadata.sorted_tables
    with source.reading() as reading, target.writing(shown=False) as writing:
        _check_tables(reading)
        writing.execute(select(schema.counters).with_for_update())  # others who copy wait here
        if not _is_empty(writing):
            raise LibraryError("The library to copy into is not empty.", "Name an empty database or folder.")
        for table in reversed(tables):
            writing.execute(delete(table))
        total = sum(reading.scalar(select(func.count()).select_from(table)) or 0 for table in tables)
        done = 0
        for table in tables:
            for batch in _batches(reading, table):
                _write(writing, table, batch)
                done += len(batch)
                progress.step("Copying the library", done, total)
            _verify(reading, writing, table)
            _set_sequence(writing, table)
        return done


def snapshot(library: Database, path: Path, progress: Progress) -> None:
    """Write one state of a library into a new SQLite file, while others read and write.

    Raises:
        LibraryError: the library is damaged, so that the copy would be.
    """
    path.unlink(missing_ok=True)
    if library.dialect == "sqlite":
        library.copy_file(path)
    else:
        with Database.open(f"sqlite:///{path}") as copy:
            copy_library(library, copy, progress)
    faults = _faults_of(path)
    if faults != ["ok"]:
        raise LibraryError(
            f"The library is damaged, so it was not copied: {row_checksums.explained(faults[0])[:200]}.",
            "Keep the backups that there are. See what is wrong: litatlas doctor",
        )


def _faults_of(path: Path) -> list[str]:
    """What SQLite finds wrong with a copy, which is then one file with nothing beside it."""
    with translated("the library's copy"), closing(sqlite3.connect(path)) as plain:
        row_checksums.register(plain)
        try:
            faults = [str(row[0]) for row in plain.execute("PRAGMA integrity_check(1)")]
            plain.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.Error as error:
            if is_disk_full(error):  # which is no damage
                raise
            return [str(error)]
    return faults


def _is_empty(connection: Connection) -> bool:
    tables = [table for table in schema.metadata.sorted_tables if table.name not in NOT_A_LIBRARY_YET]
    return all(connection.execute(select(table).limit(1)).first() is None for table in tables)


def _check_tables(connection: Connection) -> None:
    """Refuse to copy a part: every table of the database must be one that this version knows."""
    known = {table.name for table in schema.metadata.sorted_tables} | {"alembic_version"}
    others = set(inspect(connection).get_table_names()) - known
    if others:
        raise LibraryError(
            f"The database has tables that are not of a library: {', '.join(sorted(others)[:5])}.",
            "Move them to a database of their own.",
        )


def _order(connection: Connection, table: Table) -> list[Any]:
    """The columns of the primary key, in an order that is the same in both databases."""
    columns = list(table.primary_key.columns)
    bytewise = connection.dialect.name == "postgresql"
    return [collate(one, "C") if bytewise and isinstance(one.type, Text) else one for one in columns]


def _rows(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    ordered = select(table).order_by(*_order(connection, table))
    ordered = ordered.execution_options(yield_per=_rows_at_once(table))
    with connection.execute(ordered) as rows:
        yield from rows


def _rows_at_once(table: Table) -> int:
    return int(table.info.get("rows_at_once", BATCH))


def _batches(connection: Connection, table: Table) -> Iterator[list[Sequence[Any]]]:
    batch: list[Sequence[Any]] = []
    for row in _rows(connection, table):
        batch.append(row)
        if len(batch) == _rows_at_once(table):
            yield batch
            batch = []
    if batch:
        yield batch


def _write(connection: Connection, table: Table, rows: list[Sequence[Any]]) -> None:
    names = [column.name for column in table.columns]
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])
        return
    quoted = ", ".join(f'"{name}"' for name in names)
    driver: Any = connection.connection.driver_connection  # COPY is psycopg's own
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({quoted}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([storable(value) for value in row])


def storable(value: Any) -> Any:
    """A value as PostgreSQL can hold it: its texts have no NUL, which stands for no letter anyway."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) and "\0" in value else value


def _verify(reading: Connection, writing: Connection, table: Table) -> None:
    has_nul = writing.dialect.name != "postgresql"
    for before, after in zip_longest(_rows(reading, table), _rows(writing, table)):
        wanted = before and (tuple(before) if has_nul else tuple(storable(value) for value in before))
        if wanted is None or after is None or wanted != tuple(after):
            raise LibraryError(
                f"A row of {table.name} is not the same after it was copied; nothing was changed.",
                "Check the database that is copied from: litatlas doctor",
            )


def _set_sequence(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number on after the rows that were copied with their numbers."""
    if connection.dialect.name != "postgresql" or "number" not in table.columns:
        return
    name = connection.scalar(text("SELECT pg_get_serial_sequence(:table, 'number')"), {"table": table.name})
    if name:
        most = connection.scalar(select(func.max(table.c.number)))
        used = {"name": name, "value": most or 1, "called": most is not None}
        connection.execute(text("SELECT setval(:name, :value, :called)"), used)
