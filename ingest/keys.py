"""The keys that documents are found by: writing, forgetting, looking up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select

from ingest.document import Document
from ingest.duplicates import band_keys, exact_keys, text_key
from ingest.parallel import in_chunks
from ingest.records import document_of
from ingest.schema import bands, citations, identifiers

_PAGE = 5_000
_SCHEMES = ("doi:", "arxiv:", "pmid:", "pmcid:", "openalex:", "s2:", "acl:", "mag:")


def citation_keys(document: Document) -> list[int]:
    """Keys of the cited works that have an identifier."""
    return [text_key(text) for text in document.references if text.startswith(_SCHEMES)]


def write(connection: Connection, table: Table, keys: Iterable[tuple[int, Iterable[int]]]) -> None:
    """Write (document, its keys) into one of the tables of keys, in the order of the keys."""
    rows = sorted({(key, number) for number, mine in keys for key in mine})
    if rows:
        connection.execute(insert(table), [{"key": key, "document": number} for key, number in rows])


def look_up(connection: Connection, table: Table, keys: set[int]) -> dict[int, list[int]]:
    """Key → the documents that have it, earliest first."""
    found: dict[int, list[int]] = defaultdict(list)
    for part in in_chunks(sorted(keys), _PAGE):
        query = select(table.c.key, table.c.document).where(table.c.key.in_(part)).order_by(table.c.document)
        for key, number in connection.execute(query):
            found[key].append(number)
    return found


def forget(connection: Connection, rows: Sequence[Any]) -> None:
    """Delete all keys of documents, given by their rows: the keys are computed again from what is stored."""
    records = [document_of(row.record) for row in rows]
    for table, keys in (
        (identifiers, [[key for key, _ in exact_keys(record)] for record in records]),
        (citations, [citation_keys(record) for record in records]),
        (bands, band_keys([(row.title_forms, row.abstract_forms) for row in rows])),
    ):
        pairs = [
            {"k": key, "d": row.number} for row, mine in zip(rows, keys, strict=True) for key in set(mine)
        ]
        if pairs:
            these = (table.c.key == bindparam("k")) & (table.c.document == bindparam("d"))
            connection.execute(delete(table).where(these), pairs)
