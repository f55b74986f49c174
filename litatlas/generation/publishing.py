"""Keeping the index up to date with the library, and putting a new model in place of the old one.

There is one commit point: the transaction of the library that names the live generation and whatever
changes with it. Everything before it is made aside; a crash leaves files that nobody reads, and the next
publishing or build removes them.

Three locks (`litatlas.generation.locks`), taken in this order: ``models`` for whoever trains, publishes or
discards a model, ``changes`` (shared) for whoever changes the library, ``index`` for whoever writes an index
or a generation.
"""

from __future__ import annotations

import itertools
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.library.backend.patience import patiently
from ingest.library.library import Generation, Library, Paper
from ingest.progress import Progress
from ingest.text.analysis import ANALYSIS_VERSION, Analyzer
from litatlas.errors import BusyError, LitatlasError, NotFoundError
from litatlas.generation.home import Home
from litatlas.generation.ledger import RESTORED, Draft, Ledger, ModelRecord, Values, model_values
from litatlas.generation.locks import Locks
from litatlas.generation.store.objects import ObjectDamagedError, ObjectMissingError
from litatlas.generation.store.published_files import PublishedFiles
from litatlas.generation.suggestions import SuggestionsWriter
from search.assist.assistance import has_assistance
from search.engines.contract import LAYOUT, Engine, FacetRequest, Request, Stamp
from search.engines.documents import index_papers
from search.engines.errors import EngineRedError
from topics.model.hierarchy import Hierarchy
from topics.model.placement import Placements
from topics.model.segment import SegmentError

BATCH = 1000
LOCK_SECONDS = 120.0
KEPT_GENERATIONS = 2  # the live one and the one before it, for a roll-back


class Publisher:
    """Writes indices and generations; at most one process at a time, by a lock in the home folder."""

    def __init__(
        self,
        home: Home,
        library: Library,
        engine: Engine,
        analyzer: Analyzer,
        url: str = "",
        files: PublishedFiles | None = None,
    ) -> None:
        """``url`` is where a second process opens the library, where there may be one; ``files`` goes to the
        store that hosts share, where there is one."""
        self.url = url
        self._home = home
        self._library = library
        self._locks = Locks(home, library)
        self._engine = engine
        self._analyzer = analyzer
        self.ledger = Ledger(library)
        self.files = files or PublishedFiles(home, library)
        self._suggestions = SuggestionsWriter(home, library, self.ledger, url)

    def sync(self, progress: Progress) -> Generation:
        """Bring the live index, and the places in the model, up to the library; make what is missing.

        Raises:
            BusyError: another process has been writing for too long.
            EngineError: the engine is away, full or refuses.
        """
        with self._locks.exclusive("index", "indexing", LOCK_SECONDS):
            self.files.fetch(check=True)
            row = self._library.generation() or self._first()
            stamp = self._engine.stamp(row.index)
            foreign = stamp is not None and self._is_foreign(row.index, stamp)
            if stamp is None or stamp.layout != LAYOUT or foreign or self.ledger.is_restored():
                self._clean_indices()  # one that was killed here left the index that it was writing
                return self._make_live(row.model, progress, {}, afresh=foreign)
            self._follow(row, progress)
            return row

    def _follow(self, row: Generation, progress: Progress) -> None:
        """Bring the live index up to the library."""
        before = self.ledger.model(row.model) if row.model else None
        record = self._catch_up(row.index, before, self._placements(row.model, before), progress)
        values = model_values(row.model, record) if row.model and record and record != before else {}
        if self._suggestions.are_old(row.index):
            values |= self._suggestions.write(row.index, row.model, progress)
        self._keep(values | self._send(self._library.generations(), record))
        self._engine.publish(row.index)  # again, for a kill may have come between it and the commit

    def share_draft(self) -> None:
        """Send the draft to the store that hosts share: others may look at it, and publish it."""
        if self.files.is_shared:
            with self._locks.exclusive("index", "sending the draft", LOCK_SECONDS):
                self.files.fetch(check=True)
                self._keep(self._send(self._library.generations()))

    def _keep(self, values: Values) -> None:
        if values:
            self.ledger.keep(values, self.files.expected())
            self.files.settle()

    @contextmanager
    def changing(self, progress: Progress) -> Iterator[None]:
        """Change the library inside, then bring the index up to it; whether it was is seen by others."""
        with self._locks.shared("changes", "a change", LOCK_SECONDS):
            yield
            patiently(lambda: self.sync(progress))  # the library is changed already

    def finish(self, progress: Progress) -> bool:
        """Index what a change that was killed left behind, unless somebody is at work on it; whether it did.

        Raises:
            LitatlasError: as :meth:`sync`.
        """
        if not self.is_behind():
            return False
        try:
            with self._locks.exclusive("changes", "a look"):
                pass  # nobody is changing the library, so nobody will index these changes
        except BusyError:
            return False
        self.sync(progress)
        return True

    def is_behind(self) -> bool:
        """Whether the live index lacks changes of the library, or has some that the library does not know."""
        row = self._library.generation()
        if row and self.ledger.is_restored():
            return True
        stamp = self._engine.stamp(row.index) if row else None
        if row is None or stamp is None or stamp.layout != LAYOUT:
            return False  # nothing to follow, or said to whoever searches
        behind = stamp.sequence < self._library.sequence() or self._is_foreign(row.index, stamp)
        return behind or self._is_unsent(row, stamp) or self._suggestions.are_old(row.index)

    def _is_unsent(self, row: Generation, stamp: Stamp) -> bool:
        """Whether the store that hosts share lacks what this library's index has."""
        if not self.files.is_shared:
            return False
        placed = self.ledger.model(row.model).placed if row.model else stamp.sequence
        return placed < stamp.sequence or not self.files.is_sent()

    def publish(self, model: str | None, progress: Progress, draft: Draft | None = None) -> Generation:
        """Make ``model`` live over a new index; the lock of models must be held.

        Args:
            draft: what the model was until now, forgotten in the same transaction.
        """
        with self._locks.exclusive("index", "publishing", LOCK_SECONDS):
            self.files.fetch(check=True)
            self.clean(holds_models=True)
            values = self.ledger.published(draft) if draft else {}
            row = self._take_up(model, progress, values) or self._make_live(model, progress, values)
            self.clean(holds_models=True)
            return row

    def reindex(self, progress: Progress) -> Generation:
        """Make the index anew from the library; the model stays. A store is filled anew too."""
        with self._locks.exclusive("index", "reindexing", LOCK_SECONDS):
            with suppress(ObjectMissingError, ObjectDamagedError):  # this host may have it whole
                self.files.fetch(check=True)
            self.clean()
            live = self._library.generation()
            stamp = self._stamp_of(live.index) if live else None
            foreign = live is not None and stamp is not None and self._is_foreign(live.index, stamp)
            model = live.model if live else None
            row = self._make_live(model, progress, {}, afresh=foreign, fill=True)
            self.clean()
            return row

    def main_language(self) -> tuple[str, ...]:
        """The language that most papers are in; empty for an empty library."""
        row = self._library.generation()
        if row is None:
            return ()
        request = Request(facets=(FacetRequest("lang", 1),), limit=0)
        try:
            counted: Iterable[tuple[str, int]] = self._engine.search(row.index, request).facets["lang"]
        except LitatlasError:  # a build repairs a broken index, so it must do without one
            counts = Counter(paper.merged.lang for paper in self._library.papers())
            counted = counts.most_common(1)
        return tuple(language for language, _ in counted if language)[:1]

    def previous(self) -> Generation:
        """The generation that a roll-back would restore.

        Raises:
            NotFoundError: there is none.
        """
        rows = self._library.generations()
        live = self._library.generation()
        models = [row for row in rows if live and row.model and row.model != live.model]
        if not models or not self._home.model(models[-1].model or "").is_dir():
            raise NotFoundError(
                "There is no earlier model to go back to.", "litatlas build creates a new one."
            )
        return models[-1]

    def clean(self, *, holds_models: bool = False) -> None:
        """Remove what neither the kept generations nor the draft nor a running build needs.

        The lock of the index must be held. Models are left alone while another process builds one.
        """
        indices, models = self._clean_indices()
        if holds_models:
            _remove_others(self._home.models, models)
        else:
            with suppress(BusyError), self._locks.exclusive("models", "tidying up"):
                _remove_others(self._home.models, models)
        self.ledger.forget_others(models, indices)

    def _clean_indices(self) -> tuple[set[str], set[str]]:
        """Remove what belongs to no generation that is kept; the indices and the models that are."""
        rows = self._library.generations()
        indices = {row.index for row in rows[-KEPT_GENERATIONS:]}
        models = kept_models(rows, self.ledger.draft())
        for name in self._engine.indices():
            if name not in indices:
                self._engine.drop(name)
        _remove_others(self._home.folder / "aids", indices)
        _remove_others(self._home.segments, {self.ledger.model(name).segment for name in models})
        return indices, models

    def _stamp_of(self, index: str) -> Stamp | None:
        """The stamp of an index that is about to be made anew: none where it cannot be read."""
        try:
            return self._engine.stamp(index)
        except EngineRedError:
            return None

    # -- inside ---------------------------------------------------------------------------------------------

    def _first(self) -> Generation:
        self.clean()
        index = self._next_index()
        self._engine.create(index, self._stamp(index, None))
        return self._commit(None, index, None, {})

    def _make_live(
        self,
        model: str | None,
        progress: Progress,
        values: Values,
        *,
        afresh: bool = False,
        fill: bool = False,
    ) -> Generation:
        """Write a new index aside, and commit it with the model and the values.

        Args:
            afresh: place anew whatever came after the model was trained.
            fill: send everything to the store again.
        """
        index = self._next_index()
        record = self.ledger.model(model) if model else None
        anew = ModelRecord(f"{model}-{index}", trained_at(model)) if model else None
        try:
            record = anew if afresh else record
            placements = self._placements(model, record)
        except SegmentError:
            record = anew
            placements = self._placements(model, record)
        self._engine.create(index, self._stamp(index, placements))
        with self._suggestions.beside(index, model, progress) as write_suggestions:
            record = self._catch_up(index, record, placements, progress)
            if placements is not None:
                placements.prepare()
            values = values | write_suggestions()
        return self._commit(model, index, record, values | {RESTORED: None}, fill=fill)

    def _take_up(self, model: str | None, progress: Progress, values: Values) -> Generation | None:
        """Commit the kept index of a model, brought up to the library; None where there is none to take."""
        rows = self._library.generations()[-KEPT_GENERATIONS:]
        index = next((row.index for row in reversed(rows) if model and row.model == model), None)
        if model is None or index is None or self.ledger.is_restored() or not self._is_usable(index):
            return None
        record = self.ledger.model(model)
        try:
            placements = self._placements(model, record)
        except SegmentError:
            return None
        record = self._catch_up(index, record, placements, progress) or record
        if self._suggestions.have_aged(index):
            values = values | self._suggestions.write(index, model, progress)
        return self._commit(model, index, record, values)

    def _is_usable(self, index: str) -> bool:
        """Whether an index can be read, is of this version, and is this library's own."""
        if self._engine.health(index).state == "red":
            return False
        stamp = self._engine.stamp(index)
        if stamp is None or stamp.layout != LAYOUT or stamp.analysis != ANALYSIS_VERSION:
            return False
        return not self._is_foreign(index, stamp)

    def is_whole(self, row: Generation) -> bool:
        """Whether a generation's index and suggestions are usable as they are."""
        return self._is_usable(row.index) and has_assistance(self._home.assistance(row.index))

    def _commit(
        self, model: str | None, index: str, record: ModelRecord | None, values: Values, *, fill: bool = False
    ) -> Generation:
        stamp = self._engine.stamp(index)
        sequence = stamp.sequence if stamp else 0
        values = values | (model_values(model, record) if model and record else {})
        next = Generation(0, model, index, ANALYSIS_VERSION, sequence, "")
        values |= self._send([*self._library.generations(), next], record, fill=fill)
        expected = self.files.expected()
        self._library.publish(model, index, ANALYSIS_VERSION, sequence, values=values, expected=expected)
        self.files.settle()
        self._engine.publish(index)
        row = self._library.generation()
        assert row is not None
        return row

    def _send(
        self, rows: Sequence[Generation], record: ModelRecord | None = None, *, fill: bool = False
    ) -> Values:
        """Send what hosts share of the generations that are kept when the last of these is live."""
        models = sorted(kept_models(rows, self.ledger.draft()))
        segments = {self.ledger.model(name).segment for name in models}
        segments |= {record.segment} if record else set()
        folders = [*map(self._home.model, models), *map(self._home.segment, sorted(segments))]
        for index in sorted({row.index for row in rows[-KEPT_GENERATIONS:]}):
            folders += [self._home.assistance(index), *self.files.index_folder(index)]
        return self.files.send(rows[-1], folders, afresh=fill)

    def _next_index(self) -> str:
        numbers = [int(name.rpartition("-")[2]) for name in self._engine.indices() if name[-1:].isdigit()]
        published = [row.number for row in self._library.generations()]
        return f"papers-{max([0, *numbers, *published]) + 1}"

    def _is_foreign(self, index: str, stamp: Stamp) -> bool:
        """Whether the index holds what this library does not: it was restored to an earlier state."""
        return not self.ledger.knows(index, stamp.history) or stamp.sequence > self._library.sequence()

    def _stamp(self, index: str, placements: Placements | None, sequence: int = 0, before: str = "") -> Stamp:
        hierarchy = placements.hierarchy if placements else None
        return Stamp(
            sequence=sequence,
            analysis=ANALYSIS_VERSION,
            model=hierarchy.folder.name if hierarchy and hierarchy.folder else "",
            dims=hierarchy.levels[-1].phi.shape[1] if hierarchy else 0,
            history=self.ledger.next_history(index, before),
        )

    def _catch_up(
        self, index: str, record: ModelRecord | None, placements: Placements | None, progress: Progress
    ) -> ModelRecord | None:
        """Replay the library's changes into the index until none are left; up to where papers are placed."""
        stamp = self._engine.stamp(index)
        assert stamp is not None
        if self.files.is_shared and record and record.placed < stamp.sequence:
            stamp = replace(stamp, sequence=record.placed)  # the places of these papers were never sent
        while (target := self._library.sequence()) > stamp.sequence:
            since, stamp = stamp.sequence, self._stamp(index, placements, target, stamp.history)
            removed = list(self._library.removed_papers(since)) if since else []
            if placements is not None and removed:
                placements.remove(removed)
            written: list[NDArray[np.intp]] = []  # rows of the papers' places
            papers = _placed(self._library.papers(since=since), placements, record, written)
            total = self._library.count_papers(since)
            self._engine.write(
                index,
                index_papers(papers, self._analyzer, placements),
                deleted=removed,
                stamp=stamp,
                progress=partial(_indexed, progress, total),
            )
            if placements is not None and not since:
                placements.retain(_mask(written))
            if record and placements:
                record = replace(record, placed=target, entries=placements.entries)
        return record

    def _placements(self, model: str | None, record: ModelRecord | None) -> Placements | None:
        if model is None or record is None:
            return None
        hierarchy = Hierarchy.load(self._home.model(model))
        return Placements(hierarchy, self._home.segment(record.segment), record.entries)


def kept_models(rows: Sequence[Generation], draft: Draft | None) -> set[str]:
    """The models that are needed: the live one, the one to go back to, and a draft."""
    models = {row.model for row in rows[-KEPT_GENERATIONS:] if row.model} | set(_previous_model(rows))
    return models | ({draft.model} if draft else set())


def trained_at(model: str) -> int:
    """The change of the library up to which a model was trained, which its name begins with."""
    number = model.removeprefix("m").partition("-")[0]
    return int(number) if number.isdigit() else 0


def _previous_model(rows: Sequence[Generation]) -> list[str]:
    """The model before the live one, however many re-indexings lie between; empty where there is none."""
    names = list(dict.fromkeys(row.model for row in reversed(rows) if row.model))
    return names[1:2]


def _remove_others(folder: Path, names: set[str]) -> None:
    for path in folder.glob("*"):
        if path.name not in names:
            shutil.rmtree(path, ignore_errors=True)


def _indexed(progress: Progress, total: int, done: int) -> None:
    progress.step("Indexing", done, total)


def _placed(
    papers: Iterable[Paper],
    placements: Placements | None,
    record: ModelRecord | None,
    written: list[NDArray[np.intp]],
) -> Iterator[Paper]:
    """Pass papers on in batches, folding into the model those that are new or changed; note their rows."""
    iterator = iter(papers)
    while batch := list(itertools.islice(iterator, BATCH)):
        if placements is not None and record is not None:
            ids = [paper.id for paper in batch]
            rows = placements.rows(ids).tolist()
            placements.extend(
                (paper.id, paper.forms, paper.merged.lang)
                for paper, row in zip(batch, rows, strict=True)
                if paper.seq > record.placed or row < 0
            )
            written.append(placements.rows(ids))
        yield from batch


def _mask(rows: Sequence[NDArray[np.intp]]) -> NDArray[np.bool_]:
    """True at each of the rows (−1 is none)."""
    joined = np.concatenate([np.zeros(0, dtype=np.intp), *rows])
    mask = np.zeros(int(joined.max(initial=-1)) + 1, dtype=bool)
    mask[joined[joined >= 0]] = True
    return mask
