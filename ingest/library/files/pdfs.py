"""PDFs in the library: stored under the hash of their content, once however many records came with one.

A file is cut into parts, so that a range of it is read without the rest. What no record refers to any more is
deleted in the transaction that made it so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select

from ingest.errors import NotFoundError
from ingest.library.database import Database
from ingest.library.files.arriving import ArrivingPdfs
from ingest.library.schema import documents, pdf_parts, pdfs
from ingest.parallel import in_chunks

PART = 1 << 18
"""Bytes of each part but the last. It may never change."""
_PAGE = 500  # values of one IN (…)


class StoredPdf(NamedTuple):
    """A PDF that a record came with."""

    hash: str
    size: int


# On every paper's page: made once, as making a statement costs more than asking it.
_PDFS = (
    select(documents.c.id, pdfs.c.hash, pdfs.c.size)
    .join(pdfs, pdfs.c.document == documents.c.number)
    .where(documents.c.id.in_(bindparam("ids", expanding=True)))
)


class PdfsTable(Database):
    """The part of the library that gives PDFs."""

    def pdfs_of(self, ids: Sequence[str]) -> dict[str, StoredPdf]:
        """The PDFs that these documents came with; those without one are left out."""
        with self.reading() as connection:
            return {
                id: StoredPdf(hash, size)
                for part in in_chunks(ids, _PAGE)
                for id, hash, size in connection.execute(_PDFS, {"ids": part})
            }

    def pdf_part(self, hash: str, part: int) -> bytes:
        """One part of a PDF, `PART` bytes long but for the last.

        Raises:
            NotFoundError: it was removed meanwhile.
        """
        query = select(pdf_parts.c.content).where(pdf_parts.c.hash == hash, pdf_parts.c.part == part)
        with self.glancing() as connection:
            content = connection.scalar(query)
        if content is None:
            raise NotFoundError("This PDF was removed.", "Its paper, or its collection, is gone.")
        return bytes(content)

    def pdf_totals(self) -> tuple[int, int]:
        """How many PDFs are kept, and their bytes."""
        with self.reading() as connection:
            return _totals(connection)

    def damaged_pdfs(self) -> Iterator[str]:
        """The ids of documents whose PDF is not what was stored; every byte of all of them is read."""
        query = select(pdfs.c.hash, func.min(documents.c.id), func.max(pdfs.c.size)).join(
            documents, documents.c.number == pdfs.c.document
        )
        with self.reading() as connection:
            files = connection.execute(query.group_by(pdfs.c.hash).order_by(pdfs.c.hash)).all()
        for hash, id, size in files:
            digest = sha256()
            try:
                for part in range(part_count(size)):
                    digest.update(self.pdf_part(hash, part))
            except NotFoundError:
                if id not in self.pdfs_of([id]):
                    continue  # removed since
            if digest.hexdigest() != hash:
                yield id


def part_count(size: int) -> int:
    """In how many parts a PDF of this size is kept."""
    return -(-size // PART)


def keep(connection: Connection, files: Mapping[str, bytes], arriving: ArrivingPdfs) -> list[str]:
    """Keep PDFs, by the ids of the documents that came with them; only inside `Database.writing`.

    A document that had another one before has this one instead.

    Returns:
        the ids of those whose PDF is not kept, because all of them would take more than they may.
    """
    named = select(documents.c.id, documents.c.number).where(documents.c.id.in_(list(files)))
    numbers = {row.id: row.number for row in connection.execute(named)}
    refused: list[str] = []
    total = _totals(connection)[1]
    for id, content in files.items():
        hash, size = sha256(content).hexdigest(), len(content)
        if not connection.scalar(select(exists().where(pdf_parts.c.hash == hash))):
            if total + size > arriving.most or size > arriving.room():
                refused.append(id)
                continue
            total += size
            parts = [
                {"hash": hash, "part": part, "content": content[part * PART : (part + 1) * PART]}
                for part in range(part_count(size))
            ]
            connection.execute(insert(pdf_parts), parts)
        connection.execute(delete(pdfs).where(pdfs.c.document == numbers[id]))
        connection.execute(insert(pdfs), {"document": numbers[id], "hash": hash, "size": size})
    forget_unused(connection)
    return refused


def forget_unused(connection: Connection) -> None:
    """Delete the PDFs that no record refers to; only inside `Database.writing`."""
    used = exists().where(pdfs.c.hash == pdf_parts.c.hash)
    connection.execute(delete(pdf_parts).where(~used))


def _totals(connection: Connection) -> tuple[int, int]:
    each = select(func.max(pdfs.c.size).label("size")).group_by(pdfs.c.hash).subquery()
    count, size = connection.execute(select(func.count(), func.sum(each.c.size)).select_from(each)).one()
    return int(count), int(size or 0)
