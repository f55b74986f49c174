"""Taking records into the library: in batches, each one transaction; nothing is lost or doubled.

Reading and cleaning run in the calling process, analysis in others, at the same time. Whatever happens
between two transactions, the same command run again ends in the same library: ids come from the records
alone, and a record that is already there is unchanged.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from sqlalchemy import Connection, delete, insert, select

from ingest.collections_table import REJECT, WARNING, RejectRow, ensure
from ingest.document import Document, FieldWarning, Parsed, Rejected
from ingest.duplicates import text_key
from ingest.library import Library
from ingest.parallel import in_chunks, process_pool
from ingest.preparing import Prepared, prepare
from ingest.progress import Progress
from ingest.records import Record, storable
from ingest.schema import documents, rejects
from ingest.storing import Change, store

BATCH = 1000
_PAGE = 500
REPORTED = 1000
"""Rejects and warnings that a report holds; the library keeps up to ``KEPT``."""
KEPT = 100_000
_LONGEST_VALUE = 500
_BOUNDS = {"title": 4_000, "abstract": 200_000, "venue": 2_000, "url": 4_000, "source_id": 500}
_LONGEST_LIST = 50_000
_NONE = (0, None)  # the number and the fingerprint of a document that is not there
_LISTS = ("authors", "tags", "references", "other_ids", "orcids")


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


@dataclass(slots=True)
class _Batch:
    """Records on their way: in order, with what was rejected between them."""

    items: list[Record] = field(default_factory=list)
    faults: list[RejectRow] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)  # that begin in this batch
    known: frozenset[str] = frozenset()  # ids that the library held unchanged when the batch was made

    def __len__(self) -> int:
        return len(self.items) + len(self.faults)

    @property
    def latest(self) -> dict[str, Record]:
        """Id → the last record with it, in the order of the first."""
        return {record.id: record for record in self.items}

    def fresh(self) -> list[Document]:
        """The documents that have to be analysed."""
        return [record.document for id, record in self.latest.items() if id not in self.known]


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
    with library.writing() as connection:
        number, key = ensure(connection, collection, source=source)
    intake = _Intake(library, number, key, AddReport(collection.strip()), progress)
    batches = intake.batches(records)
    if processes <= 1:
        for batch in batches:
            intake.write(batch, prepare(batch.fresh()))
    else:
        intake.in_parallel(batches, processes)
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

    def in_parallel(self, batches: Iterator[_Batch], processes: int) -> None:
        """Read ahead while other processes analyse, and write in order."""
        first = list(islice(batches, 2))
        if len(first) < 2:  # a small file is over before a process has started
            for batch in first:
                self.write(batch, prepare(batch.fresh()))
            return
        with process_pool(processes) as pool:
            waiting: deque[tuple[_Batch, Future[list[Prepared]]]] = deque()
            try:
                for batch in chain(first, batches):
                    waiting.append((batch, pool.submit(prepare, batch.fresh())))
                    if len(waiting) > processes:
                        done, future = waiting.popleft()
                        self.write(done, future.result())
                while waiting:
                    done, future = waiting.popleft()
                    self.write(done, future.result())
            finally:
                for _, future in waiting:
                    future.cancel()

    def batches(self, records: Iterable[tuple[str, Parsed]]) -> Iterator[_Batch]:
        """Group the stream; a second record of the same id in one batch replaces the first."""
        batch, begun = _Batch(), set[str]()
        for source, parsed in records:
            if source not in begun:
                begun.add(source)
                batch.sources.append(source)
            if isinstance(parsed, Document):
                document, faults = _bounded(parsed, source)
                batch.faults += faults
                batch.items.append(Record.make(self.key, document))
            else:
                batch.faults.append(_fault(parsed, source))
            if len(batch) >= BATCH:
                yield self._looked_up(batch)
                batch = _Batch()
        yield self._looked_up(batch)

    def _looked_up(self, batch: _Batch) -> _Batch:
        """Note which records are there and unchanged, so that they are not analysed again."""
        with self.library.reading() as connection:
            there = _there(connection, list(batch.latest))
        changed = {
            record.id for record in batch.items if there.get(record.id, _NONE)[1] != record.fingerprint
        }
        batch.known = frozenset(there.keys() - changed)
        return batch

    def write(self, batch: _Batch, prepared: list[Prepared]) -> None:
        """Store one batch in one transaction and count it."""
        latest = batch.latest
        made = dict(zip((id for id in latest if id not in batch.known), prepared, strict=True))
        with self.library.writing() as connection:
            there = _there(connection, list(latest))
            changes = [
                Change(record, made.get(id) or prepare([record.document])[0], there.get(id, _NONE)[0])
                for id, record in latest.items()
                if there.get(id, _NONE)[1] != record.fingerprint
            ]
            joined = store(connection, self.number, changes)
            self._store_faults(connection, batch)
        self._count(batch, {id: fingerprint for id, (_, fingerprint) in there.items()}, joined)
        self.progress.step("Reading", self.report.read, 0)

    def _count(self, batch: _Batch, before: dict[str, int], joined: set[str]) -> None:
        report = self.report
        for record in batch.items:
            if record.id in before:
                report.unchanged += before[record.id] == record.fingerprint
                report.updated += before[record.id] != record.fingerprint
            else:
                report.duplicates += record.id in joined
                report.added += record.id not in joined
            before[record.id] = record.fingerprint
        rejected = sum(fault.kind == REJECT for fault in batch.faults)
        report.rejected += rejected
        report.read += len(batch.items) + rejected
        for kind, kept in ((REJECT, report.rejects), (WARNING, report.warnings)):
            kept += [fault for fault in batch.faults if fault.kind == kind][: REPORTED - len(kept)]

    def _store_faults(self, connection: Connection, batch: _Batch) -> None:
        """Keep what was rejected; what an earlier reading of the same file left is replaced."""
        mine = rejects.c.collection == self.number
        for source in batch.sources:
            connection.execute(delete(rejects).where(mine, rejects.c.source == source))
        room = KEPT - self.kept
        rows = [
            {"collection": self.number} | {name: getattr(fault, name) for name in RejectRow.__slots__}
            for fault in batch.faults[:room]
        ]
        if rows:
            connection.execute(insert(rejects), rows)
            self.kept += len(rows)


def _there(connection: Connection, ids: list[str]) -> dict[str, tuple[int, int]]:
    """Id → number and fingerprint of those documents that the library has."""
    columns = (documents.c.id, documents.c.number, documents.c.fingerprint)
    return {
        id: (number, fingerprint)
        for part in in_chunks(ids, _PAGE)
        for id, number, fingerprint in connection.execute(select(*columns).where(documents.c.id.in_(part)))
    }


def _fault(parsed: FieldWarning | Rejected, source: str) -> RejectRow:
    kind = REJECT if isinstance(parsed, Rejected) else WARNING
    source, name, value, reason = (
        storable(text[:_LONGEST_VALUE]) for text in (source, parsed.field, parsed.value, parsed.reason)
    )
    return RejectRow(kind, source, parsed.line, name, value, reason)


def _bounded(document: Document, source: str) -> tuple[Document, list[RejectRow]]:
    """Cut fields of absurd size, and give a record without an id one that follows from its content."""
    faults = []
    changed: dict[str, object] = {}
    for name, most in _BOUNDS.items():
        text: str = getattr(document, name)
        if len(text) > most:
            changed[name] = text[:most]
            reason = f"longer than {most:,} characters; the rest was dropped"
            faults.append(RejectRow(WARNING, source, 0, name, storable(text[:80]), reason))
    for name in _LISTS:
        if len(getattr(document, name)) > _LONGEST_LIST:
            changed[name] = getattr(document, name)[:_LONGEST_LIST]
            reason = f"more than {_LONGEST_LIST:,} entries; the rest was dropped"
            faults.append(
                RejectRow(WARNING, source, 0, name, storable(str(getattr(document, name)[:2])[:80]), reason)
            )
    if not document.source_id:
        text = "\x00".join((document.title, document.abstract, *document.authors, str(document.year)))
        changed["source_id"] = f"x{text_key(text) & (1 << 64) - 1:016x}"
    return (replace(document, **changed) if changed else document), faults  # type: ignore[arg-type]
