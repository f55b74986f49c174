"""Many rows, or many whole numbers, in one statement: SQLAlchemy's own handling of values costs more than
SQLite.

The statements are still SQLAlchemy's; only the values go straight to the driver.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError

from ingest.parallel import in_chunks

_PAGE = 1_000


def insert_rows(
    connection: Connection, table: Table, names: tuple[str, ...], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows, each with its values in the order of ``names``."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, table, names, rows)
        return
    statement, order = _insert(connection.dialect, table, names)
    if order is None:
        connection.exec_driver_sql(statement, [dict(zip(names, row, strict=True)) for row in rows])
        return
    if order != names:
        rows = list(map(itemgetter(*map(names.index, order)), rows))
    connection.exec_driver_sql(statement, [tuple(row) for row in rows])


def _copy(
    connection: Connection, table: Table, names: tuple[str, ...], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows by PostgreSQL's COPY, which takes a fifth of the time of as many INSERTs."""
    driver = connection.dialect.loaded_dbapi
    quoted = connection.dialect.identifier_preparer.quote
    statement = f"COPY {quoted(table.name)} ({', '.join(map(quoted, names))}) FROM STDIN"
    raw: Any = connection.connection.driver_connection
    try:
        with raw.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except driver.Error as error:  # as SQLAlchemy does with what it sends itself
        if lost := connection.dialect.is_disconnect(error, raw, None):
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement, None, error, driver.Error, connection_invalidated=lost, dialect=connection.dialect
        ) from error


@cache
def _insert(dialect: Dialect, table: Table, names: tuple[str, ...]) -> tuple[str, tuple[str, ...] | None]:
    """An INSERT for a driver, and the order of its values (None: they go by name)."""
    compiled = insert(table).compile(dialect=dialect, column_keys=list(names))
    return str(compiled), tuple(compiled.positiontup or ()) if compiled.positional else None


def select_by_numbers(
    connection: Connection, query: Select[Any], column: Column[int], numbers: Sequence[int]
) -> Iterator[Any]:
    """The rows of ``query`` where ``column`` is one of ``numbers``, which SQLite gets in the statement."""
    base = str(query.compile(dialect=connection.dialect))
    place = str(column.compile(dialect=connection.dialect))
    if connection.dialect.name == "postgresql":  # one plan for any number of them
        statement = f"{base} WHERE {place} = ANY(%(numbers)s)"
        for part in in_chunks(numbers, _PAGE):
            yield from connection.exec_driver_sql(statement, {"numbers": list(map(int, part))})
        return
    for part in in_chunks(numbers, _PAGE):
        values = ",".join(map(str, map(int, part)))
        yield from connection.exec_driver_sql(f"{base} WHERE {place} IN ({values})")
