"""Taking records into the library: in batches, each one transaction; nothing is lost or doubled.

Reading and storing run in the calling process; parsing (of the formats that can be cut), cleaning and
analysis in others, at the same time. Whatever happens between two transactions, the same command run again
ends in the same library: ids come from the records alone, and a record that is already there is unchanged.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain, islice

from sqlalchemy import Connection, delete, insert

from ingest.document import Parsed
from ingest.input_files import Piece, RawCut, Sources
from ingest.library.backend.patience import patiently
from ingest.library.collections import REJECT, WARNING, RejectRow, checked_name, ensure
from ingest.library.database import now
from ingest.library.files.arriving import ArrivingPdfs
from ingest.library.files.pdfs import keep
from ingest.library.identity import Identities, Resolved
from ingest.library.library import Library
from ingest.library.records import storable
from ingest.library.schema import rejects
from ingest.library.storing import Sketches, store
from ingest.parallel import few_collections, freed_memory_kept, process_pool
from ingest.preparing import Batch, prepare
from ingest.progress import Interrupted, Progress

BATCH = 1000
REPORTED = 1000
"""Rejects and warnings that a report holds; the library keeps up to ``KEPT``."""
KEPT = 100_000


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
    pdfs: ArrivingPdfs | None = None,
) -> AddReport:
    """Take records, each with the name of the file it came from, into a collection (made if it is missing).

    Args:
        processes: how many processes analyse; 1 starts none.
        source: where the collection is from, kept when the collection is made.
        pdfs: where ``records`` puts the PDFs that are kept with their papers; without it, none are.

    Raises:
        InputError: no name for a collection.
        BusyError: another process has been writing to the library for a minute.
        Interrupted: by ``progress``; the batches stored before stay stored.
    """
    checked_name(collection)
    parts = _parts(records, pdfs)
    first = next(parts)  # what cannot be read at all leaves no empty collection behind
    number, key = patiently(lambda: _ensured(library, collection, source))
    intake = _Intake(library, number, key, AddReport(collection.strip()), progress, pdfs)
    parts = chain([first], parts)
    batches = (
        intake.in_parallel(parts, processes)
        if processes > 1
        else (prepare(intake.key, part) for part in parts)
    )
    # Records are a million small objects without cycles: the collector would look at them in vain. What makes
    # batches ends here and not when it is collected: by then it may be its own pool that collects it.
    with few_collections(), freed_memory_kept(), closing(batches):
        try:
            for batch in batches:
                intake.write(batch, tell=not (isinstance(records, Sources) and records.told))
            progress.step("Reading", intake.report.read, intake.report.read)
        except Interrupted as stop:
            tell_stored(stop, intake.report)
            raise
    return intake.report


def tell_stored(stop: Interrupted, report: AddReport) -> None:
    """Say in what a stopped intake raises how many records it had stored."""
    stored = f"{report.taken:,} records were stored." if report.taken else "No record was stored yet."
    stop.hint = f"{stored} {stop.hint}".strip()


def _ensured(library: Library, collection: str, source: str) -> tuple[int, str]:
    with library.writing(shown=False) as connection:  # a new one is shown with its papers
        return ensure(connection, collection, source=source)


@dataclass(frozen=True, slots=True)
class _Stored:
    """What became of a batch."""

    resolved: Resolved
    joined: int
    added: int
    faults: int


class _Intake:
    def __init__(
        self,
        library: Library,
        number: int,
        key: str,
        report: AddReport,
        progress: Progress,
        pdfs: ArrivingPdfs | None,
    ) -> None:
        self.library = library
        self.number = number
        self.key = key
        self.report = report
        self.progress = progress
        self.pdfs = pdfs
        self.kept = 0
        self.begun: set[str] = set()
        self.sketches = Sketches()
        self.identities = Identities(number, key)
        self.added = now()

    def in_parallel(self, parts: Iterator[list[Piece]], processes: int) -> Generator[Batch, None, None]:
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
        """Store one batch in one transaction, and count it; a server that is away is waited for."""
        pdfs = [self.pdfs.take(taken.source) if self.pdfs else None for taken in batch.records]
        stored = patiently(lambda: self._store(batch, pdfs), self._wait)
        self.begun |= set(batch.sources)
        self.kept += stored.faults
        batch.faults += stored.resolved.faults
        report = self.report
        report.unchanged += stored.resolved.unchanged
        report.updated += stored.resolved.updated
        report.duplicates += stored.joined
        report.added += stored.added
        self._count_faults(batch)
        if tell:
            self.progress.step("Reading", report.read, 0)

    def _wait(self, seconds: float) -> None:
        self.progress.step("Waiting for the database", self.report.read, 0)
        time.sleep(seconds)

    def _store(self, batch: Batch, pdfs: Sequence[bytes | None]) -> _Stored:
        """Store it, wholly or not at all: it may be done again."""
        try:
            with self.library.writing(bulk=True) as connection:
                resolved = self.identities.resolve(connection, batch)
                fresh = {change.record.id for change in resolved.changes if not change.number}
                joined = store(connection, self.number, resolved.changes, self.sketches, self.added)
                resolved.store_namesakes(connection)
                resolved.faults += self._store_pdfs(connection, batch, resolved, pdfs)
                faults = self._store_faults(connection, batch.sources, [*batch.faults, *resolved.faults])
        except BaseException:
            self.identities.forget()  # it counted what is not stored
            raise
        return _Stored(resolved, len(joined), len(fresh - joined), faults)

    def _store_pdfs(
        self, connection: Connection, batch: Batch, resolved: Resolved, pdfs: Sequence[bytes | None]
    ) -> list[RejectRow]:
        """Keep the PDFs with their papers; a warning for each that is not kept."""
        came = zip(resolved.ids, batch.records, pdfs, strict=True)
        files = {id: (taken.source, pdf) for id, taken, pdf in came if id and pdf}
        if not files or self.pdfs is None:
            return []
        reason = "was read, but the file itself is not kept: all kept PDFs would take more room than they may"
        refused = keep(connection, {id: pdf for id, (_, pdf) in files.items()}, self.pdfs)
        sources = [files[id][0] for id in refused]
        return [RejectRow(WARNING, source, 0, "file", storable(source), reason) for source in sources]

    def _count_faults(self, batch: Batch) -> None:
        report = self.report
        rejected = sum(fault.kind == REJECT for fault in batch.faults)
        report.rejected += rejected
        report.read += len(batch.records) + rejected
        for kind, reported in ((REJECT, report.rejects), (WARNING, report.warnings)):
            reported += [fault for fault in batch.faults if fault.kind == kind][: REPORTED - len(reported)]

    def _store_faults(self, connection: Connection, sources: Iterable[str], faults: list[RejectRow]) -> int:
        """Keep what was rejected; what an earlier reading of the same file left is replaced."""
        mine = rejects.c.collection == self.number
        for source in [source for source in sources if source not in self.begun]:
            connection.execute(delete(rejects).where(mine, rejects.c.source == source))
        rows = [
            {"collection": self.number} | {name: getattr(fault, name) for name in RejectRow.__slots__}
            for fault in faults[: KEPT - self.kept]
        ]
        if rows:
            connection.execute(insert(rejects), rows)
        return len(rows)


def _parts(records: Iterable[tuple[str, Parsed]], pdfs: ArrivingPdfs | None) -> Iterator[list[Piece]]:
    """Group the stream, in the pieces that it comes in, into about `BATCH` records each; fewer of PDFs."""
    part: list[Piece] = []
    size = 0
    for source, piece in records.pieces() if isinstance(records, Sources) else records:
        part.append((source, piece))
        size += piece.cut.records if isinstance(piece, RawCut) else 1
        if size >= BATCH or (pdfs and pdfs.is_full):
            if pdfs:
                pdfs.waiting = 0
            yield part
            part, size = [], 0
    yield part
