"""A checksum of every row of SQLite's tables, which SQLite keeps and its own check compares.

SQLite has no checksums of pages: a byte that a disk flips inside a text is read as if it had been written so.
An index over a hash of the row holds one: SQLite writes it with the row, in the same transaction, and
``PRAGMA integrity_check`` hashes each row again and misses those whose hash is not in the index. It costs
about ten bytes a row. PostgreSQL has checksums of its own.
"""

from __future__ import annotations

import re
import sqlite3
from zlib import crc32

from sqlalchemy import Connection, Table

from ingest.library import schema

FUNCTION = "litatlas_row_checksum"
_DERIVED = {*schema.RECENT, *schema.RECENT.values()}
"""Keys by which duplicates and citations are looked up; they are many, and follow from the documents."""
_INDEXED = {schema.documents: {"collection", "paper", "seq"}}
"""Columns that change without the text, for many rows at once; other indices hold them."""
_MISSING = re.compile(r"row (\d+) missing from index (\w+)_checksum")


def register(connection: sqlite3.Connection) -> None:
    """Give a connection the function; without it, it reads but cannot write."""
    connection.create_function(FUNCTION, -1, _checksum, deterministic=True)


def create(connection: Connection) -> None:
    """Make the indices; of tables that have just been made or migrated."""
    if connection.dialect.name == "sqlite":
        for table in covered():
            names = (c.name for c in table.columns if c.name not in _INDEXED.get(table, ()))
            values = ", ".join(f'CAST("{name}" AS BLOB)' for name in names)
            connection.exec_driver_sql(
                f'CREATE INDEX "{table.name}_checksum" ON "{table.name}" ({FUNCTION}({values}))'
            )


def drop(connection: Connection) -> None:
    """Remove the indices, before tables are migrated."""
    if connection.dialect.name == "sqlite":
        for table in covered():
            connection.exec_driver_sql(f'DROP INDEX IF EXISTS "{table.name}_checksum"')


def covered() -> list[Table]:
    """The tables whose rows have checksums."""
    return [table for table in schema.metadata.sorted_tables if table not in _DERIVED]


def explained(fault: str) -> str:
    """A finding of SQLite's check, in words where it is one of a checksum."""
    return _MISSING.sub(r"row \1 of \2 is not what was written", fault)


def _checksum(*values: bytes | None) -> int:
    """CRC-32 of a row: every burst of up to 32 bits is noticed. It may never change."""
    parts: list[bytes] = []
    for value in values:
        parts += (b"-",) if value is None else (b"%d:" % len(value), value)
    return crc32(b"".join(parts))
