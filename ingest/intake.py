"""Taking records into the library: in batches, each one transaction; nothing is lost or doubled.

Reading and storing run in the calling process; parsing (of the formats that can be cut), cleaning and
analysis in others, at the same time. Whatever happens between two transactions, the same command run again
ends in the same library: ids come from the records alone, and a record that is already there is unchanged.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import chain, islice

from sqlalchemy import Connection, delete, insert, select

from ingest.document import Parsed
from ingest.library.collections import REJECT, WARNING, RejectRow, checked_name, ensure
from ingest.library.library import Library
from ingest.library.schema import documents, rejects
from ingest.library.storing import Change, Sketches, store
from ingest.parallel import few_collections, in_chunks, process_pool
from ingest.preparing import Batch, prepare
from ingest.progress import Progress
from ingest.sources import Piece, RawCut, Sources

BATCH = 1000
_PAGE = 500
REPORTED = 1000
"""Rejects and warnings that a report holds; the library keeps up to ``KEPT``."""
KEPT = 100_000
_NONE = (0, None)  # the number and the fingerprint of a document that is not there


@dataclass(slots=True)
class AddReport:
    """What became of the records: read = added + updated + unchanged + duplicates + rejected."""

    collection: str
    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    rejected: int = 0
    warnings: list[RejectRow] = field(default_factory=list)
    rejects: list[RejectRow] = field(default_factory=list)

    @property
    def taken(self) -> int:
        """How many records are in the collection now."""
        return self.read - self.rejected


def add(
    library: Library,
    collection: str,
    records: Iterable[tuple[str, Parsed]],
    *,
    processes: int,
    progress: Progress,
    source: str = "",
) -> AddReport:
    """Take records, each with the name of the file it came from, into a collection (made if it is missing).

    Args:
        processes: how many processes analyse; 1 starts none.
        source: where the collection is from, kept when the collection is made.

    Raises:
        InputError: no name for a collection.
        BusyError: another process has been writing to the library for a minute.
        Interrupted: by ``progress``; the batches stored before stay stored.
    """
    checked_name(collection)
    parts = _parts(records)
    first = next(parts)  # what cannot be read at all leaves no empty collection behind
    with library.writing() as connection:
        number, key = ensure(connection, collection, source=source)
    intake = _Intake(library, number, key, AddReport(collection.strip()), progress)
    # Records are a million small objects without cycles: the collector would look at them in vain.
    with few_collections():
        parts = chain([first], parts)
        batches = (
            intake.in_parallel(parts, processes)
            if processes > 1
            else (prepare(intake.key, part) for part in parts)
        )
        for batch in batches:
            intake.write(batch, tell=not (isinstance(records, Sources) and records.told))
    progress.step("Reading", intake.report.read, intake.report.read)
    return intake.report


class _Intake:
    def __init__(
        self, library: Library, number: int, key: str, report: AddReport, progress: Progress
    ) -> None:
        self.library = library
        self.number = number
        self.key = key
        self.report = report
        self.progress = progress
        self.kept = 0
        self.begun: set[str] = set()
        self.sketches = Sketches()

    def in_parallel(self, parts: Iterator[list[Piece]], processes: int) -> Iterator[Batch]:
        """Read ahead while other processes parse and analyse, in order."""
        first = list(islice(parts, 2))
        if len(first) < 2:  # a small file is over before a process has started
            yield from (prepare(self.key, part) for part in first)
            return
        with process_pool(processes) as pool:
            waiting: deque[Future[Batch]] = deque()
            try:
                for part in chain(first, parts):
                    waiting.append(pool.submit(prepare, self.key, part))
                    if len(waiting) > 2 * processes:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()

    def write(self, batch: Batch, *, tell: bool) -> None:
        """Store one batch in one transaction and count it; a later record of one id replaces the earlier."""
        latest = batch.latest
        with self.library.writing() as connection:
            there = _there(connection, list(latest))
            changes = [
                Change(record, prepared, there.get(id, _NONE)[0])
                for id, (record, prepared) in latest.items()
                if there.get(id, _NONE)[1] != record.fingerprint
            ]
            joined = store(connection, self.number, changes, self.sketches)
            self._store_faults(connection, batch)
        self._count(batch, {id: fingerprint for id, (_, fingerprint) in there.items()}, joined)
        if tell:
            self.progress.step("Reading", self.report.read, 0)

    def _count(self, batch: Batch, before: dict[str, int], joined: set[str]) -> None:
        report = self.report
        for record, _ in batch.records:
            if record.id in before:
                report.unchanged += before[record.id] == record.fingerprint
                report.updated += before[record.id] != record.fingerprint
            else:
                report.duplicates += record.id in joined
                report.added += record.id not in joined
            before[record.id] = record.fingerprint
        rejected = sum(fault.kind == REJECT for fault in batch.faults)
        report.rejected += rejected
        report.read += len(batch.records) + rejected
        for kind, kept in ((REJECT, report.rejects), (WARNING, report.warnings)):
            kept += [fault for fault in batch.faults if fault.kind == kind][: REPORTED - len(kept)]

    def _store_faults(self, connection: Connection, batch: Batch) -> None:
        """Keep what was rejected; what an earlier reading of the same file left is replaced."""
        mine = rejects.c.collection == self.number
        for source in [source for source in batch.sources if source not in self.begun]:
            self.begun.add(source)
            connection.execute(delete(rejects).where(mine, rejects.c.source == source))
        room = KEPT - self.kept
        rows = [
            {"collection": self.number} | {name: getattr(fault, name) for name in RejectRow.__slots__}
            for fault in batch.faults[:room]
        ]
        if rows:
            connection.execute(insert(rejects), rows)
            self.kept += len(rows)


def _parts(records: Iterable[tuple[str, Parsed]]) -> Iterator[list[Piece]]:
    """Group the stream, in the pieces that it comes in, into about `BATCH` records each."""
    part: list[Piece] = []
    size = 0
    for source, piece in records.pieces() if isinstance(records, Sources) else records:
        part.append((source, piece))
        size += piece.cut.records if isinstance(piece, RawCut) else 1
        if size >= BATCH:
            yield part
            part, size = [], 0
    yield part


def _there(connection: Connection, ids: list[str]) -> dict[str, tuple[int, int]]:
    """Id → number and fingerprint of those documents that the library has."""
    columns = (documents.c.id, documents.c.number, documents.c.fingerprint)
    return {
        id: (number, fingerprint)
        for part in in_chunks(ids, _PAGE)
        for id, number, fingerprint in connection.execute(select(*columns).where(documents.c.id.in_(part)))
    }
