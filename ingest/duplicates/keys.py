"""The keys that documents are found by: writing, forgetting, looking up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Subquery,
    Table,
    bindparam,
    delete,
    insert,
    select,
    union_all,
)

from ingest.duplicates.signatures import band_keys, citation_keys, exact_keys
from ingest.library.bulk import insert_rows, select_by_numbers
from ingest.library.database import set_counter
from ingest.library.records import document_of
from ingest.library.schema import RECENT, bands, citations, counters, identifiers

WAITING = 400_000
"""So many keys of a kind, those of some 40,000 documents, wait to be poured into their large table.

A key is written once among those that wait and once when they are poured, and each time a whole page is. The
fewer wait, the more often nearly all pages of the large table are written; the more wait, the more pages each
batch writes. This is near the least of both together for one to five million documents.
"""


def write(connection: Connection, table: Table, keys: Iterable[tuple[int, Iterable[int]]]) -> None:
    """Write (document, its keys) under one kind of keys."""
    _write(connection, table, {(key, number) for number, mine in keys for key in mine})


def write_bands(connection: Connection, keys: Iterable[tuple[int, int, Iterable[int]]]) -> None:
    """Write (document, the bits of its schemes, its bands without repeats)."""
    _write(connection, bands, [(key, number, schemes) for number, schemes, mine in keys for key in mine])


def _write(connection: Connection, table: Table, rows: Collection[tuple[int, ...]]) -> None:
    """Write rows in the order of their keys, first into the small table of those that wait.

    Keys are hashes, spread over the whole of a large table, so that each batch would write nearly all its
    pages.
    """
    if not rows:
        return
    recent, counter = RECENT[table], f"waiting {table.name}"
    insert_rows(connection, recent, tuple(recent.c.keys()), sorted(rows))
    waiting = connection.scalar(select(counters.c.value).where(counters.c.name == counter))
    if waiting is None:
        connection.execute(insert(counters), {"name": counter, "value": 0})
    waiting = (waiting or 0) + len(rows)
    if waiting > WAITING:
        poured = select(recent).order_by(recent.c.key)
        connection.execute(insert(table).from_select(recent.c.keys(), poured))
        connection.execute(delete(recent))
        waiting = 0
    set_counter(connection, counter, waiting)


def held(table: Table, keys: Sequence[int] | BindParameter[Any]) -> Subquery:
    """The rows (key, document) of some keys: a table to join with."""
    both = (table, RECENT[table])
    return union_all(
        *(select(one.c.key, one.c.document).where(one.c.key.in_(keys)) for one in both)
    ).subquery()


def look_up_bands(connection: Connection, keys: set[int]) -> tuple[dict[int, list[int]], dict[int, int]]:
    """Band → the documents that have it, earliest first; document → the bits of its schemes."""
    rows = _rows(connection, bands, keys)
    return _by_key((key, number) for key, number, _ in rows), {number: bits for _, number, bits in rows}


def look_up(connection: Connection, table: Table, keys: set[int]) -> dict[int, list[int]]:
    """Key → the documents that have it, earliest first."""
    return _by_key(_rows(connection, table, keys))


def _rows(connection: Connection, table: Table, keys: set[int]) -> list[Any]:
    wanted = sorted(keys)
    return [
        row
        for one in (table, RECENT[table])
        for row in select_by_numbers(connection, select(one), one.c.key, wanted)
    ]


def _by_key(rows: Iterable[Any]) -> dict[int, list[int]]:
    numbers_of: dict[int, list[int]] = defaultdict(list)
    for key, number in rows:
        numbers_of[key].append(number)
    for numbers in numbers_of.values():
        numbers.sort()
    return numbers_of


def forget(connection: Connection, rows: Sequence[Any]) -> None:
    """Delete all keys of documents, given by their rows: the keys are computed again from what is stored."""
    records = [document_of(row.record) for row in rows]
    for kind, keys in (
        (identifiers, [[key for key, _ in exact_keys(record)] for record in records]),
        (citations, [citation_keys(record) for record in records]),
        (bands, band_keys([(row.title_forms, row.abstract_forms) for row in rows])),
    ):
        pairs = [
            {"k": key, "d": row.number} for row, mine in zip(rows, keys, strict=True) for key in set(mine)
        ]
        for table in (kind, RECENT[kind]) if pairs else ():
            these = (table.c.key == bindparam("k")) & (table.c.document == bindparam("d"))
            connection.execute(delete(table).where(these), pairs)
