"""Tantivy behind the engine contract: embedded, one folder an index, nothing to run beside the atlas.

Layout: ``<folder>/<index>/`` holds Tantivy's files and ``stamp.json``, written after the commit, so that
a crash in between only means that the same papers are written again. ``<folder>/<index>.lock`` is held by
the one writer. Readers notice a commit by Tantivy's ``meta.json`` and open the new segments with the next
search.
"""

from __future__ import annotations

import os
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from importlib import metadata
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from ingest.errors import BusyError
from ingest.locks import exclusive
from ingest.progress import timed
from search.clauses import TEXT, Clause, Term
from search.engines.contract import (
    Answer,
    Facets,
    Health,
    Hit,
    IndexedPaper,
    Progress,
    Request,
    Stamp,
    Statistics,
    check_page,
    check_schema,
)
from search.engines.cursors import foreign_cursor, make_cursor, parse_cursor, search_key
from search.engines.documents import record_of
from search.engines.errors import EngineError, IndexMissingError, LockedError
from search.engines.facets import count_facets, facets_of
from search.engines.filters import hits_clause
from search.engines.tantivy.checksums import check_index
from search.engines.tantivy.compile import Compiler
from search.engines.tantivy.counting import counter_of
from search.engines.tantivy.encoding import near_tokens, pack_id, sort_keys, vector_tokens
from search.engines.tantivy.errors import damaged, translated
from search.engines.tantivy.ordering import Reading, Snapshot, ordered, page, whole_order
from search.engines.tantivy.schema import index_schema, register
from search.engines.tantivy.stamps import (
    read_record,
    read_stamp,
    remove_index,
    stamp_written,
    stamped,
    write_stamp,
)

_HEAP = 400_000_000  # bytes that the writer fills before it writes a segment; it takes what it needs
_LOCK_WAIT = 10.0  # seconds that a second writer waits
_TELL = 500  # papers between two reports of progress
_READINGS = 4  # deep readings whose order is kept
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,100}")


class TantivyEngine:
    """The embedded engine; safe for threads, and for several processes of which one writes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, tuple[tantivy.Index, Snapshot]] = {}
        self._stamps: dict[str, tuple[tuple[int, ...], Stamp | None]] = {}
        self._readings: OrderedDict[str, Reading] = OrderedDict()
        self._guard = threading.Lock()
        self._counters = ThreadPoolExecutor(thread_name_prefix="facets")

    def create(self, index: str, stamp: Stamp) -> None:
        """Make an empty index; one of the same name is replaced."""
        path = self._path(index)
        with self._lock(index), translated(index):
            self._forget(index)
            remove_index(path)
            path.mkdir(parents=True, exist_ok=True)
            tantivy.Index(index_schema(), str(path))
            write_stamp(path, stamp)

    def drop(self, index: str) -> None:
        """Remove an index, if there is one."""
        path = self._path(index)
        if path.exists():
            with self._lock(index):
                self._forget(index)
                remove_index(path)
            path.with_suffix(".lock").unlink(missing_ok=True)

    def indices(self) -> list[str]:
        """The names of all indices, sorted."""
        return stamped(self._folder)

    def stamp(self, index: str) -> Stamp | None:
        """What the index holds; None when there is no such index."""
        path = self._path(index)
        written = stamp_written(path)
        known = self._stamps.get(index)
        if known is None or known[0] != written:
            known = self._stamps[index] = written, read_stamp(path, index)
        return known[1]

    def write(
        self,
        index: str,
        papers: Iterable[IndexedPaper],
        *,
        deleted: Iterable[str] = (),
        stamp: Stamp,
        progress: Progress | None = None,
    ) -> int:
        """Add or replace papers by id, delete others, commit, then set the stamp; the number of papers
        written."""
        with self._lock(index):
            with translated(index):
                opened, snapshot = self._snapshot(index)
                writer = opened.writer(_HEAP, 1)
            feed = _Feed(index, writer, opened.schema, replacing=snapshot.searcher.num_docs > 0)
            try:
                count = feed.run(papers, deleted, progress)
                with translated(index):
                    writer.commit()
            except BaseException:
                with suppress(BaseException):
                    writer.rollback()
                raise
            with translated(index):
                writer.wait_merging_threads()
                write_stamp(self._path(index), stamp)
        return count

    def publish(self, index: str) -> None:
        """Nothing to do: which index is live is said by the library's generation."""
        with translated(index):
            self._snapshot(index)

    @timed("index")
    def search(self, index: str, request: Request) -> Answer:
        """Find, count and order papers."""
        check_page(request)
        with translated(index):
            snapshot = self._snapshot(index)[1]
            clause = hits_clause(request)
            facets = self._facets(index, snapshot, request)
            if request.cursor is not None:
                return self._read_on(index, snapshot, clause, request, facets)
            total, hits = page(snapshot, clause, request.sort, request.offset, request.limit)
            return Answer(total, hits, facets)

    def _facets(self, index: str, snapshot: Snapshot, request: Request) -> Facets | Future[Facets]:
        """Counted in another thread while papers are ranked and shown: Tantivy needs no GIL for it."""
        facets = facets_of(request)

        def count() -> Facets:
            with translated(index):
                return count_facets(facets, counter_of(snapshot))

        return self._counters.submit(count) if facets and request.limit else count()

    @timed("index")
    def nearest(self, index: str, vector: Sequence[float], request: Request, limit: int) -> list[Hit]:
        """The papers nearest to a topic vector: the rounded components are tokens, their products add
        up."""
        with translated(index):
            snapshot = self._snapshot(index)[1]
            compiler = Compiler(snapshot.schema)
            near = [
                (Occur.Should, Query.const_score_query(compiler.term("vector", token), weight))
                for token, weight in near_tokens(vector)
            ]
            if not near or limit < 1:
                return []
            scope = compiler.filter(hits_clause(request))
            query = Query.boolean_query([(Occur.Must, scope), (Occur.Must, Query.boolean_query(near))])
            return ordered(snapshot, query, None, 0, limit)[1]

    def statistics(
        self, index: str, stems: Sequence[str] = (), collections: frozenset[str] | None = None
    ) -> Statistics:
        """The size of an index, and in how many papers (of some collections) each of the stems stands.

        Over all collections, papers that are deleted may still count.
        """
        with translated(index):
            snapshot = self._snapshot(index)[1]
            searcher = snapshot.searcher
            size = sum(file.stat().st_size for file in self._path(index).iterdir() if file.is_file())
            if collections is None:
                held = {stem: searcher.doc_freq(TEXT, stem) for stem in stems}
                return Statistics(searcher.num_docs, size, held)
            among = [hits_clause(Request(Term(TEXT, stem), collections=collections)) for stem in stems]
            held = {
                stem: page(snapshot, clause, "id", 0, 0)[0] for stem, clause in zip(stems, among, strict=True)
            }
            papers = page(snapshot, hits_clause(Request(collections=collections)), "id", 0, 0)[0]
            return Statistics(papers, size, held)

    def health(self, index: str = "") -> Health:
        """Red when an index cannot be opened, yellow when the folder cannot be written to."""
        version = metadata.version("tantivy")
        for name in [index] if index else self.indices():
            try:
                with translated(name):
                    self._snapshot(name)
            except EngineError as error:
                return Health("tantivy", version, "red", error.message, error.hint)
        if self._folder.exists() and not os.access(self._folder, os.W_OK):
            return Health("tantivy", version, "yellow", f"The folder {self._folder} is read-only.")
        return Health("tantivy", version, "green")

    def verify(self, index: str) -> None:
        """Compare every file with the checksum that it ends with, while nobody writes."""
        path = self._path(index)
        with self._lock(index), translated(index):
            record = read_record(path, index)
            if record is None:
                raise damaged(index, "stamp.json is missing")
            check_index(path, index, record, verify=True)

    def close(self) -> None:
        """Let go of the open indices."""
        with self._guard:
            self._open.clear()
            self._readings.clear()

    def _path(self, index: str) -> Path:
        if not _NAME.fullmatch(index):
            raise EngineError(f"“{index[:100]}” is not a valid index name.", "Use a-z, 0-9, - and _.")
        return self._folder / index

    @contextmanager
    def _lock(self, index: str) -> Iterator[None]:
        path = self._path(index).with_suffix(".lock")
        with ExitStack() as held:
            try:
                held.enter_context(exclusive(path, f"writing to the index {index}", _LOCK_WAIT))
            except BusyError as error:
                raise LockedError(error.message, error.hint) from error
            yield

    def _forget(self, index: str) -> None:
        with self._guard:
            self._open.pop(index, None)

    def _snapshot(self, index: str) -> tuple[tantivy.Index, Snapshot]:
        """The index as of its last commit, by whichever process."""
        path = self._path(index)
        with self._guard:
            try:
                meta = (path / "meta.json").stat()
            except FileNotFoundError:
                self._open.pop(index, None)
                if self.stamp(index) is not None:
                    raise damaged(index, "meta.json is missing") from None
                raise IndexMissingError(
                    f"There is no index {index} in {self._folder}.",
                    "Rebuild it from the library: litatlas reindex.",
                ) from None
            version = (meta.st_mtime_ns, meta.st_ino)
            known = self._open.get(index)
            if known is None:
                stamp = self.stamp(index)
                if stamp is None:
                    raise damaged(index, "stamp.json is missing")
                check_schema(index, stamp)
            elif known[1].version == version:
                return known
            check_index(path, index, read_record(path, index) or {})
            if known is None:
                opened = tantivy.Index.open(str(path))
                register(opened)
                opened.config_reader("manual")
            else:
                opened = known[0]
            opened.reload()
            self._open[index] = (opened, Snapshot(opened.schema, opened.searcher(), version))
            return self._open[index]

    def _read_on(
        self,
        index: str,
        snapshot: Snapshot,
        clause: Clause,
        request: Request,
        facets: Facets | Future[Facets],
    ) -> Answer:
        """The next page of a deep reading, from the order that its first page fixed."""
        key = search_key(index, clause, request.sort)
        version, position = "-".join(map(str, snapshot.version)), 0
        if request.cursor:
            begun, version, at = parse_cursor(request.cursor, 3)
            if begun != key or not at.isdecimal():
                raise foreign_cursor()
            position = int(at)
        whole = f"{key}.{version}"
        with self._guard:
            reading = self._readings.pop(whole, None)
        if reading is None:
            reading = whole_order(snapshot, clause, request.sort)
        with self._guard:
            self._readings[whole] = reading
            while len(self._readings) > _READINGS:
                self._readings.popitem(last=False)
        end = position + request.limit
        cursor = make_cursor(key, version, str(end)) if end < len(reading) else None
        return Answer(len(reading), reading.hits(position, end), facets, cursor)


class _Feed:
    """Hands papers to a writer; an id that was there before, or comes twice, is replaced."""

    def __init__(
        self, index: str, writer: tantivy.IndexWriter, schema: tantivy.Schema, *, replacing: bool
    ) -> None:
        self._index = index
        self._writer = writer
        self._schema = schema
        self._replacing = replacing
        self._last = ""

    def run(self, papers: Iterable[IndexedPaper], deleted: Iterable[str], progress: Progress | None) -> int:
        """The number of papers handed over; what ``papers`` itself raises is no fault of the index."""
        for paper_id in deleted:
            with translated(self._index):
                self._writer.delete_documents_by_term("id", paper_id)
        count = 0
        for count, paper in enumerate(papers, 1):
            with translated(self._index):
                self._add(paper)
            if progress is not None and count % _TELL == 0:
                progress(count)
        return count

    def _add(self, paper: IndexedPaper) -> None:
        high, low = pack_id(paper.id)
        # Papers come in the order of their ids; one that does not may have come before.
        if self._replacing or paper.id <= self._last:
            self._writer.delete_documents_by_term("id", paper.id)
        self._last = max(self._last, paper.id)
        record = {"id": paper.id, "id_high": high, "id_low": low, **sort_keys(paper), **record_of(paper)}
        if paper.vector is not None:
            record["vector"] = vector_tokens(paper.vector)
        self._writer.add_document(tantivy.Document.from_dict(record, self._schema))
