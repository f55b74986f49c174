"""Keeping the index up to the library, and putting a new model in the place of the old one.

There is one commit point: the row of the library that names the live generation. Everything before it is made
aside; a crash leaves files that nobody reads, and the next publishing removes them.
"""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from ingest.library.library import Generation, Library, Paper
from ingest.progress import Progress
from ingest.text.analysis import ANALYSIS_VERSION, Analyzer
from litatlas.errors import NotFoundError
from litatlas.generation.home import Home
from litatlas.locks import exclusive
from search.assist.files import write_aids
from search.engines.contract import LAYOUT, Engine, FacetRequest, Request, Stamp
from search.engines.documents import index_papers
from topics.model.hierarchy import Hierarchy
from topics.model.placement import Placements

BATCH = 1000
LOCK_SECONDS = 120.0
AIDS_AT_ONCE = 10_000  # papers up to which an addition may wait for the suggestions
AIDS_SHARE = 0.1
KEPT_GENERATIONS = 2  # the live one and the one before it, for a roll-back


class Publisher:
    """Writes indices and generations; at most one process at a time, by a lock in the home folder."""

    def __init__(self, home: Home, library: Library, engine: Engine, analyzer: Analyzer) -> None:
        self._home = home
        self._library = library
        self._engine = engine
        self._analyzer = analyzer

    def sync(self, progress: Progress) -> Generation:
        """Bring the live index, and the places in the model, up to the library; make what is missing.

        Raises:
            BusyError: another process has been writing for too long.
            EngineError: the engine is away, full or refuses.
        """
        with exclusive(self._home.lock("index"), "indexing", LOCK_SECONDS):
            row = self._library.generation() or self._first()
            self._catch_up(row.index, row.model, progress)
            self._renew_aids(row.index, row.model, progress)
            return row

    def publish(self, model: str | None, progress: Progress, index: str | None = None) -> Generation:
        """Make ``model`` live over a new index (or over ``index``, brought up to date)."""
        with exclusive(self._home.lock("index"), "publishing", LOCK_SECONDS):
            if index is None:
                index = self._next_index()
                self._engine.create(index, self._stamp(0, model))
            self._catch_up(index, model, progress)
            self._write_aids(index, model, progress)
            row = self._commit(model, index)
            self._clean()
            return row

    def reindex(self, progress: Progress) -> Generation:
        """Make the index anew from the library; the model stays."""
        row = self._library.generation()
        return self.publish(row.model if row else None, progress)

    def main_language(self) -> tuple[str, ...]:
        """The language that most papers are in, as the index counts them; empty for an empty index."""
        row = self._library.generation()
        if row is None:
            return ()
        request = Request(facets=(FacetRequest("lang", 1),), limit=0)
        counted = self._engine.search(row.index, request).facets["lang"]
        return tuple(language for language, _ in counted[:1])

    def previous(self) -> Generation:
        """The generation that a roll-back would restore.

        Raises:
            NotFoundError: there is none.
        """
        rows = self._library.generations()
        live = self._library.generation()
        models = [row for row in rows if live and row.model and row.model != live.model]
        if not models or not self._home.model(models[-1].model or "").is_dir():
            raise NotFoundError("There is no earlier model to go back to.", "A build makes a new one.")
        return models[-1]

    def _first(self) -> Generation:
        index = self._next_index()
        self._engine.create(index, self._stamp(0, None))
        return self._commit(None, index)

    def _commit(self, model: str | None, index: str) -> Generation:
        stamp = self._engine.stamp(index)
        sequence = stamp.sequence if stamp else 0
        self._library.publish(model, index, ANALYSIS_VERSION, sequence)
        self._engine.publish(index)
        row = self._library.generation()
        assert row is not None
        return row

    def _next_index(self) -> str:
        numbers = [int(name.rpartition("-")[2]) for name in self._engine.indices() if name[-1:].isdigit()]
        published = [row.number for row in self._library.generations()]
        return f"papers-{max([0, *numbers, *published]) + 1}"

    def _stamp(self, sequence: int, model: str | None) -> Stamp:
        dims = Hierarchy.load(self._home.model(model)).levels[-1].phi.shape[1] if model else 0
        return Stamp(sequence=sequence, analysis=ANALYSIS_VERSION, model=model or "", dims=dims)

    def _catch_up(self, index: str, model: str | None, progress: Progress) -> None:
        """Replay the library's changes into the index until none are left."""
        stamp = self._engine.stamp(index)
        if stamp is None or stamp.layout != LAYOUT:
            stamp = self._stamp(0, model)
            self._engine.create(index, stamp)
        placements = self._placements(model)
        placed = int(self._library.get_meta(f"placed:{model}") or 0)
        while (target := self._library.sequence()) > stamp.sequence:
            since, stamp = stamp.sequence, self._stamp(target, model)
            removed = list(self._library.removed_papers(since)) if since else []
            if placements is not None and removed:
                placements.remove(removed)
            papers = _placed(self._library.papers(since=since), placements, placed)
            total = self._library.count_papers(since)
            self._engine.write(
                index,
                index_papers(papers, self._analyzer, placements),
                deleted=removed,
                stamp=stamp,
                progress=partial(_indexed, progress, total),
            )
            placed = target
            self._library.set_meta(f"placed:{model}", str(placed))

    def _renew_aids(self, index: str, model: str | None, progress: Progress) -> None:
        """Write the aids anew when a tenth of a small library has changed; a build does it for a large."""
        papers = self._library.counts().papers
        last = json.loads(self._library.get_meta(f"aids:{index}") or '{"sequence": 0, "papers": 0}')
        changed = self._library.count_papers(last["sequence"]) + abs(papers - last["papers"])
        if papers <= AIDS_AT_ONCE and changed >= AIDS_SHARE * papers:
            self._write_aids(index, model, progress)

    def _write_aids(self, index: str, model: str | None, progress: Progress) -> None:
        papers, sequence = self._library.counts().papers, self._library.sequence()
        progress.step("Writing suggestions", 0, 0)
        topics = Hierarchy.load(self._home.model(model)).topics.values() if model else ()
        write_aids(self._library.papers(), self._home.aids(index), self._analyzer, topics)
        self._library.set_meta(f"aids:{index}", json.dumps({"sequence": sequence, "papers": papers}))

    def _placements(self, model: str | None) -> Placements | None:
        if model is None:
            return None
        return Placements(Hierarchy.load(self._home.model(model)), self._home.segment(model))

    def _clean(self) -> None:
        """Remove the indices and models that neither the live nor the previous generation needs."""
        rows = self._library.generations()
        indices: set[str | None] = {row.index for row in rows[-KEPT_GENERATIONS:]}
        for name in self._engine.indices():
            if name not in indices:
                self._engine.drop(name)
        draft = json.loads(self._library.get_meta("draft") or "{}")
        models = {row.model for row in rows[-KEPT_GENERATIONS:]} | {draft.get("model"), _previous_model(rows)}
        kept: dict[str, set[str | None]] = {"models": models, "segments": models, "aids": indices}
        for parent, names in kept.items():
            for folder in (self._home.folder / parent).glob("*"):
                if folder.name not in names:
                    shutil.rmtree(folder, ignore_errors=True)


def _previous_model(rows: Sequence[Generation]) -> str | None:
    """The model before the live one, however many re-indexings lie between."""
    names = list(dict.fromkeys(row.model for row in reversed(rows) if row.model))
    return names[1] if len(names) > 1 else None


def _indexed(progress: Progress, total: int, done: int) -> None:
    progress.step("Indexing", done, total)


def _placed(papers: Iterable[Paper], placements: Placements | None, since: int) -> Iterator[Paper]:
    """Pass papers on in batches, folding into the model those that are new or changed after ``since``."""
    iterator = iter(papers)
    while batch := list(itertools.islice(iterator, BATCH)):
        if placements is not None:
            placements.extend(
                (paper.id, paper.title_forms, paper.abstract_forms, paper.shown.document.lang)
                for paper in batch
                if paper.seq > since or paper.id not in placements
            )
        yield from batch
