"""The keys that documents are found by: writing, forgetting, looking up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select

from ingest.duplicates.signatures import band_keys, citation_keys, exact_keys
from ingest.library.bulk import insert_rows, select_by_numbers
from ingest.library.records import document_of
from ingest.library.schema import bands, citations, identifiers, recent_bands

RECENT = 200_000
"""So many bands, those of some 20,000 documents, wait to be poured into the large table."""


def write(connection: Connection, table: Table, keys: Iterable[tuple[int, Iterable[int]]]) -> None:
    """Write (document, its keys) into one of the tables of keys, in the order of the keys."""
    rows = sorted({(key, number) for number, mine in keys for key in mine})
    insert_rows(connection, table, ("key", "document"), rows)


def write_bands(connection: Connection, keys: Iterable[tuple[int, int, Iterable[int]]]) -> None:
    """Write (document, the bits of its schemes, its bands without repeats), in the order of the bands.

    Bands are spread over the whole of a large table, so that each batch would write nearly all its pages.
    They go into a small one, which is poured into the large one when it is full.
    """
    rows = sorted([(key, number, schemes) for number, schemes, mine in keys for key in mine])
    insert_rows(connection, recent_bands, ("key", "document", "schemes"), rows)
    if connection.execute(select(func.count()).select_from(recent_bands)).scalar_one() > RECENT:
        recent = select(recent_bands).order_by(recent_bands.c.key)
        connection.execute(insert(bands).from_select(recent_bands.c.keys(), recent))
        connection.execute(delete(recent_bands))


def look_up_bands(connection: Connection, keys: set[int]) -> tuple[dict[int, list[int]], dict[int, int]]:
    """Band → the documents that have it, earliest first; document → the bits of its schemes."""
    wanted = sorted(keys)
    rows = [
        row
        for table in (bands, recent_bands)
        for row in select_by_numbers(connection, select(table), table.c.key, wanted)
    ]
    return _by_key((key, number) for key, number, _ in rows), {number: bits for _, number, bits in rows}


def look_up(connection: Connection, table: Table, keys: set[int]) -> dict[int, list[int]]:
    """Key → the documents that have it, earliest first."""
    query = select(table.c.key, table.c.document)
    return _by_key(select_by_numbers(connection, query, table.c.key, sorted(keys)))


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
    banded = band_keys([(row.title_forms, row.abstract_forms) for row in rows])
    for table, keys in (
        (identifiers, [[key for key, _ in exact_keys(record)] for record in records]),
        (citations, [citation_keys(record) for record in records]),
        (bands, banded),
        (recent_bands, banded),
    ):
        pairs = [
            {"k": key, "d": row.number} for row, mine in zip(rows, keys, strict=True) for key in set(mine)
        ]
        if pairs:
            these = (table.c.key == bindparam("k")) & (table.c.document == bindparam("d"))
            connection.execute(delete(table).where(these), pairs)
