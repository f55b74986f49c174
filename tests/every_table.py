"""Rows in every table of a library: a table that is added has some too, without a word here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Float, LargeBinary, Text, delete, insert, select

from ingest.library import schema
from ingest.library.backend.answer_marks import SHOWN
from ingest.library.database import Database

ROWS = 3
Rows = dict[str, list[tuple[Any, ...]]]


def fill_every_table(library: Database) -> None:
    """Write rows into all tables, with letters, signs and numbers that databases treat apart."""
    with library.writing() as connection:
        for table in reversed(schema.metadata.sorted_tables):
            connection.execute(delete(table))
        for table in schema.metadata.sorted_tables:
            rows = [{one.name: _value(one, n) for one in table.columns} for n in range(1, ROWS + 1)]
            connection.execute(insert(table), rows)
        connection.execute(
            insert(schema.counters), [{"name": n, "value": 9} for n in ("sequence", "document")]
        )


def every_row(library: Database) -> Rows:
    """All rows of all tables, by table; but for when answers were last made old, which each library says."""
    with library.reading() as connection:
        found = {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=str)
            for table in schema.metadata.sorted_tables
        }
    found["counters"] = [row for row in found["counters"] if row[0] != SHOWN]
    return found


def mark(column: Column[Any]) -> str:
    """What each text of a column contains, and no other text."""
    return f"<{column.table.name}.{column.name}>"


def _value(column: Column[Any], number: int) -> Any:
    if column.foreign_keys or (column.primary_key and not isinstance(column.type, Text | Float)):
        return number
    if column.nullable and number == ROWS:
        return None
    if isinstance(column.type, Boolean):
        return number % 2 == 0
    if isinstance(column.type, Float):
        return number / 3
    if isinstance(column.type, LargeBinary):
        return bytes(range(256)) * number
    if isinstance(column.type, Text):
        return f"Öl \\N \t 'quote' \"x\" 漢字 \U0001f600 {mark(column)} {number}"
    return number * (1 << 40) - 7 if isinstance(column.type, BigInteger) else number
