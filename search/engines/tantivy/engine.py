"""Tantivy behind the engine contract: embedded, one folder an index, nothing to run beside the atlas.

Layout: ``<folder>/<index>/`` holds Tantivy's files and ``stamp.json``, written after the commit, so that
a crash in between only means that the same papers are written again. ``<folder>/<index>.lock`` is held by
the one writer. Readers notice a commit by Tantivy's ``meta.json`` and open the new segments with the next
search.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any, cast

import numpy as np
import tantivy
from tantivy import Occur, Query

from search import fields
from search.clauses import TEXT, Clause, is_scored
from search.engines.contract import (
    Answer,
    EngineError,
    Facets,
    Health,
    Hit,
    IndexedPaper,
    IndexMissingError,
    Progress,
    Request,
    Stamp,
    Statistics,
    check_page,
    check_schema,
)
from search.engines.cursors import Reading, foreign_cursor, make_cursor, parse_cursor, sort_equals
from search.engines.facets import Buckets, Counter, count_facets, facets_of, most_frequent
from search.engines.filters import hits_clause
from search.engines.locking import writer_lock
from search.engines.records import POSITIONS, record_of
from search.engines.tantivy.compile import Compiler
from search.engines.tantivy.damage import (
    check_files,
    damaged,
    read_stamp,
    remove_index,
    stamped,
    translated,
    write_stamp,
)
from search.engines.tantivy.encoding import near_tokens, pack_id, sort_keys, unpack_ids, vector_tokens
from search.query.resolve import FOLDED

_HEAP = 400_000_000  # bytes that the writer fills before it writes a segment; it takes what it needs
_LOCK_WAIT = 10.0  # seconds that a second writer waits
_TIE_REACH = 500  # hits beyond the page that are read to put equal scores in order of id
_TELL = 500  # papers between two reports of progress
_READINGS = 4  # deep readings whose order is kept
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,100}")
_ORDERS = {
    "newest": ("newest", tantivy.Order.Desc),
    "oldest": ("oldest", tantivy.Order.Asc),
    "cited": ("cited", tantivy.Order.Desc),
    "title": ("title_sort", tantivy.Order.Asc),
    "id": ("id_high", tantivy.Order.Asc),
}


def index_schema() -> tantivy.Schema:
    """The schema of a new index, made from the field registry."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(TEXT, tokenizer_name="whitespace", index_option="freq")
    for name in ("id_high", "id_low", "newest", "oldest", "cited"):
        builder.add_unsigned_field(name, fast=True)
    for name in FOLDED.values():
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for item in fields.engine_fields():
        if item.storage == "integer":
            builder.add_integer_field(item.name, indexed=True, fast=True)
        elif item.storage == "keyword":
            builder.add_text_field(item.name, fast=item.columnar, tokenizer_name="raw", index_option="basic")
        elif item.storage == "stored":
            builder.add_text_field(item.name, stored=True, tokenizer_name="stored", index_option="basic")
        else:
            option = "position" if item.name in POSITIONS else "basic"
            builder.add_text_field(item.name, tokenizer_name="whitespace", index_option=option)
    return builder.build()


def register(index: tantivy.Index) -> None:
    """Make the analyzer of fields that are only stored known to an index: it leaves no token."""
    nothing = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.remove_long(1))
    index.register_tokenizer("stored", nothing.build())


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """An index as it stood after one commit."""

    schema: tantivy.Schema
    searcher: tantivy.Searcher
    version: tuple[int, int]


class TantivyEngine:
    """The embedded engine; safe for threads, and for several processes of which one writes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, tuple[tantivy.Index, _Snapshot]] = {}
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
        return read_stamp(self._path(index), index)

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

    def published(self) -> str | None:
        """None: Tantivy keeps no public name."""
        return None

    def search(self, index: str, request: Request) -> Answer:
        """Find, count and order papers."""
        check_page(request)
        with translated(index):
            snapshot = self._snapshot(index)[1]
            clause = hits_clause(request)
            facets = self._facets(index, snapshot, request)
            if request.cursor is not None:
                return self._read_on(index, snapshot, clause, request, facets)
            total, hits = _page(snapshot, clause, request.sort, request.offset, request.limit)
            return Answer(total, hits, facets)

    def _facets(self, index: str, snapshot: _Snapshot, request: Request) -> Facets | Future[Facets]:
        """Counted in another thread while papers are ranked and shown: Tantivy needs no GIL for it."""
        asked = facets_of(request)

        def count() -> Facets:
            with translated(index):
                return count_facets(asked, _counter(snapshot))

        return self._counters.submit(count) if asked and request.limit else count()

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
            return _ordered(snapshot, query, None, 0, limit)[1]

    def fetch(self, index: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The stored fields of the papers that exist."""
        with translated(index):
            snapshot = self._snapshot(index)[1]
            query = Query.term_set_query(snapshot.schema, "id", list(ids))
            hits = snapshot.searcher.search(query, max(1, len(ids)), count=False).hits
            found = {}
            for _, address in hits:
                stored = snapshot.searcher.doc(address).to_dict()
                record = {name: values[0] for name, values in stored.items()}
                found[record["id"]] = {"title": "", "abstract": "", **record}
        return {paper_id: found[paper_id] for paper_id in ids if paper_id in found}

    def statistics(self, index: str, stems: Sequence[str] = ()) -> Statistics:
        """The size of an index, and in how many papers each of the stems stands (deleted ones may still
        count)."""
        with translated(index):
            searcher = self._snapshot(index)[1].searcher
            size = sum(file.stat().st_size for file in self._path(index).iterdir() if file.is_file())
            return Statistics(
                searcher.num_docs, size, {stem: searcher.doc_freq(TEXT, stem) for stem in stems}
            )

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

    def close(self) -> None:
        """Let go of the open indices."""
        with self._guard:
            self._open.clear()
            self._readings.clear()

    def _path(self, index: str) -> Path:
        if not _NAME.fullmatch(index):
            raise EngineError(f"“{index[:100]}” cannot be the name of an index.", "Use a-z, 0-9, - and _.")
        return self._folder / index

    @contextmanager
    def _lock(self, index: str) -> Iterator[None]:
        with writer_lock(self._path(index).with_suffix(".lock"), f"The index {index}", _LOCK_WAIT):
            yield

    def _forget(self, index: str) -> None:
        with self._guard:
            self._open.pop(index, None)

    def _snapshot(self, index: str) -> tuple[tantivy.Index, _Snapshot]:
        """The index as of its last commit, by whichever process."""
        path = self._path(index)
        with self._guard:
            try:
                meta = (path / "meta.json").stat()
            except FileNotFoundError:
                self._open.pop(index, None)
                raise IndexMissingError(
                    f"There is no index {index} in {self._folder}.",
                    "Make it anew from the library: litatlas reindex.",
                ) from None
            version = (meta.st_mtime_ns, meta.st_ino)
            known = self._open.get(index)
            if known is None:
                stamp = self.stamp(index)
                if stamp is None:
                    raise damaged(index, "it has no stamp")
                check_schema(index, stamp)
                check_files(path, index)
                opened = tantivy.Index.open(str(path))
                register(opened)
                opened.config_reader("manual")
            elif known[1].version == version:
                return known
            else:
                opened = known[0]
            opened.reload()
            self._open[index] = (opened, _Snapshot(opened.schema, opened.searcher(), version))
            return self._open[index]

    def _read_on(
        self,
        index: str,
        snapshot: _Snapshot,
        clause: Clause,
        request: Request,
        facets: Facets | Future[Facets],
    ) -> Answer:
        """The next page of a deep reading, from the order that its first page fixed."""
        asked = hashlib.sha256(repr((index, clause, request.sort)).encode()).hexdigest()[:16]
        version, position = "-".join(map(str, snapshot.version)), 0
        if request.cursor:
            begun, version, at = parse_cursor(request.cursor, 3)
            if begun != asked or not at.isdecimal():
                raise foreign_cursor()
            position = int(at)
        key = f"{asked}.{version}"
        with self._guard:
            reading = self._readings.pop(key, None)
        if reading is None:
            reading = _whole_order(snapshot, clause, request.sort)
        with self._guard:
            self._readings[key] = reading
            while len(self._readings) > _READINGS:
                self._readings.popitem(last=False)
        end = position + request.limit
        cursor = make_cursor(asked, version, str(end)) if end < len(reading) else None
        return Answer(len(reading), reading.hits(position, end), facets, cursor)


def _page(snapshot: _Snapshot, clause: Clause, sort: str, offset: int, limit: int) -> tuple[int, list[Hit]]:
    """All hits counted, and those from ``offset`` on, in their order; equals by id."""
    query = Compiler(snapshot.schema).query(clause)
    if limit < 1:
        return _run(snapshot, query, None, 1)[0], []
    return _ordered(snapshot, query, _order_of(clause, sort), offset, limit)


def _order_of(clause: Clause, sort: str) -> tuple[str, tantivy.Order] | None:
    """The column that a sort reads; None for the score."""
    if sort == "relevance":
        return None if is_scored(clause) else _ORDERS["id"]
    try:
        return _ORDERS[sort]
    except KeyError:
        known = ", ".join(spec.name for spec in fields.SORTS)
        raise EngineError(f"Papers cannot be sorted by “{sort[:100]}”.", f"Sorts are {known}.") from None


def _ordered(
    snapshot: _Snapshot,
    query: tantivy.Query,
    order: tuple[str, tantivy.Order] | None,
    offset: int,
    limit: int,
) -> tuple[int, list[Hit]]:
    end = offset + limit
    reach = end + 1
    while True:
        total, hits = _run(snapshot, query, order, reach)
        if len(hits) < reach or reach >= end + _TIE_REACH or hits[end - 1][0] != hits[-1][0]:
            break
        reach = min(2 * reach + 100, end + _TIE_REACH)
    start = offset
    while 0 < start < len(hits) and hits[start - 1][0] == hits[start][0]:
        start -= 1
    ids = _ids(snapshot, [address for _, address in hits[start:]])
    rows = list(zip([key for key, _ in hits[start:]], ids, strict=True))
    sort_equals(rows)
    shown = rows[offset - start : end - start]
    return total, [Hit(paper_id, key if order is None else 0.0) for key, paper_id in shown]


def _run(
    snapshot: _Snapshot, query: tantivy.Query, order: tuple[str, tantivy.Order] | None, limit: int
) -> tuple[int, list[tuple[Any, tantivy.DocAddress]]]:
    """How many papers match, and the first ``limit`` of them with their sort keys."""
    result: Any
    if order is None:
        result = snapshot.searcher.search(query, limit)
    else:
        result = snapshot.searcher.search(query, limit, order_by_field=order[0], order=order[1])
    return result.count, result.hits


def _ids(snapshot: _Snapshot, addresses: list[tantivy.DocAddress]) -> list[str]:
    high = snapshot.searcher.fast_field_values("id_high", addresses)
    low = snapshot.searcher.fast_field_values("id_low", addresses)
    return unpack_ids(cast(list[int], high), cast(list[int], low))


def _counter(snapshot: _Snapshot) -> Counter:
    """Count values: one pass over the hits for all the fields of a scope."""
    compiler = Compiler(snapshot.schema)
    searcher = snapshot.searcher

    def count(scopes: Sequence[tuple[Clause, Mapping[str, int]]]) -> list[dict[str, Buckets]]:
        several = searcher.num_segments > 1
        asked = [(partial(searcher.aggregate, compiler.filter(scope)), sizes) for scope, sizes in scopes]
        return [most_frequent(aggregate, sizes, several=several) for aggregate, sizes in asked]

    return count


class _Feed:
    """Hands papers to a writer; an id that was there before, or comes twice, is replaced."""

    def __init__(
        self, index: str, writer: tantivy.IndexWriter, schema: tantivy.Schema, *, replacing: bool
    ) -> None:
        self._index = index
        self._writer = writer
        self._schema = schema
        self._replacing = replacing
        self._seen: set[str] = set()

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
        if self._replacing or paper.id in self._seen:
            self._writer.delete_documents_by_term("id", paper.id)
        self._seen.add(paper.id)
        record = {"id": paper.id, "id_high": high, "id_low": low, **sort_keys(paper), **record_of(paper)}
        if paper.vector is not None:
            record["vector"] = vector_tokens(paper.vector)
        self._writer.add_document(tantivy.Document.from_dict(record, self._schema))


def _whole_order(snapshot: _Snapshot, clause: Clause, sort: str) -> Reading:
    query = Compiler(snapshot.schema).query(clause)
    order = _order_of(clause, sort)
    total, _ = _run(snapshot, query, None, 1)
    _, hits = _run(snapshot, query, order, max(1, total))
    addresses = [address for _, address in hits]
    high = np.array(snapshot.searcher.fast_field_values("id_high", addresses), dtype=np.uint64)
    low = np.array(snapshot.searcher.fast_field_values("id_low", addresses), dtype=np.uint64)
    if order is None:
        scores = np.array([score for score, _ in hits], dtype=np.float32)
        return Reading.ordered(high, low, scores, -scores.astype(np.float64))
    changes = [at > 0 and hits[at][0] != hits[at - 1][0] for at in range(len(hits))]
    return Reading.ordered(
        high, low, np.zeros(len(hits), dtype=np.float32), np.cumsum(changes, dtype=np.float64)
    )
