"""What the ranking models know of the candidates of a query; papers added after the build are folded in.

A paper that the models were not trained on gets its topics, its vector and its nearest papers the first time
that it is a candidate; that is kept until the library changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock, local
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ingest.library.library import Library, Paper
from ingest.text.analysis import Analyzer
from search.engines.documents import stems
from search.evidence.added_papers import Known, known_of
from search.evidence.ranking_models import RankingModels
from topics.model.paper_ids import PaperIds

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]

K1, B = 1.2, 0.75
"""BM25's parameters."""

_FOLDED_A_QUERY = 64  # papers that one query may have folded in; the rest count as unknown until the next
_KEPT = 20_000
_BLOCK = 1_000_000
_TINY = 1e-12


class View:
    """The evidence on n candidates, in their order; what no one asks for is not read.

    ``known`` says of which there is any; the others have zeros. ``rows`` are rows of the models, −1 for added
    papers; what is known of these is in ``added``, by candidate.
    """

    def __init__(self, models: RankingModels, rows: Ints, added: Mapping[int, Known]) -> None:
        self.rows, self.added = rows, added
        self.known: NDArray[np.bool_] = rows >= 0
        self._absent = None if self.known.all() else ~self.known
        self.known[list(added)] = True
        self._models = models

    @cached_property
    def lengths(self) -> Floats:
        """How many stems each has (n,)."""
        return self._read(self._models.lengths, "length")

    @cached_property
    def theta(self) -> Floats:
        """The topics of each in all flat models, side by side (n × ΣK)."""
        return self._read(self._models.theta, "theta")

    @cached_property
    def neighbours(self) -> Ints:
        """The rows of the papers nearest to each (n × k)."""
        return self._read(self._models.neighbours, "neighbours", np.intp)

    @cached_property
    def nearness(self) -> Floats:
        """The cosines of these (n × k); 0 where there is none."""
        return self._read(self._models.nearness, "nearness")

    @cached_property
    def shares(self) -> Floats:
        """How much each of the neighbours counts: nearness as shares of its sum (n × k)."""
        sums = np.einsum("nk->n", self.nearness)  # twice as fast as sum() over few columns
        return np.asarray(self.nearness / np.maximum(sums, _TINY)[:, None], dtype=np.float32)

    def _read(self, values: NDArray[Any], name: str, dtype: type = np.float32) -> NDArray[Any]:
        if self._absent is None:
            return np.asarray(values[self.rows], dtype=dtype)
        column: NDArray[Any] = values[np.maximum(self.rows, 0)].astype(dtype)
        column[self._absent] = 0
        for at, known in self.added.items():
            column[at] = getattr(known, name)
        return column


class _Zeros(local):
    """A zero for every row of the models, one vector a thread; who writes into it clears it again."""

    def __init__(self, rows: int) -> None:
        self.values = np.zeros(rows, dtype=np.float32)


class Evidence:
    """The ranking models of one published model, and the added papers that were folded into them."""

    def __init__(self, models: RankingModels, library: Library, analyzer: Analyzer) -> None:
        self.models = models
        self._library = library
        self._analyzer = analyzer
        self._ids = models.ids if isinstance(models.ids, PaperIds) else PaperIds(models.ids)
        self._added: dict[str, Known] = {}
        self._titles: dict[str, str] = {}
        self._sequence = library.sequence()
        self._lock = Lock()
        self._zeros = _Zeros(len(models.ids))
        self.average = float(models.lengths.mean())
        self.holders: Floats = np.diff(models.term_starts).astype(np.float32)

    @classmethod
    def open(
        cls, folder: Path, library: Library, analyzer: Analyzer, ids: Sequence[str] | None = None
    ) -> Evidence | None:
        """The evidence of a model's folder; None where it was built without. ``ids``: the model's papers."""
        models = RankingModels.load(folder, ids)
        return None if models is None else cls(models, library, analyzer)

    def refresh(self) -> None:
        """Forget folded papers and titles when the library changed: they may have changed too."""
        sequence = self._library.sequence()
        if sequence != self._sequence:
            with self._lock:
                self._added, self._titles = {}, {}
                self._sequence = sequence

    def titles(self, ids: Sequence[str]) -> dict[str, str]:
        """`Library.titles`, kept until the library changes: one query's best papers are another's too."""
        known = self._titles  # what is read of an earlier state goes with the dictionary of that state
        missing = [id for id in ids if id not in known]
        if missing:
            if len(known) + len(missing) > _KEPT:
                self._titles = known = {}
                missing = list(ids)
            known.update(self._library.titles(missing))
        return {id: known[id] for id in ids if id in known}

    def rows(self, ids: Sequence[str]) -> Ints:
        """The models' row of each paper, −1 for those added later."""
        return self._ids.rows(ids)

    def view(self, ids: Sequence[str]) -> View:
        """The evidence on these candidates; the first unknown ones are folded in."""
        rows = self.rows(ids)
        if not len(rows) or rows.min() >= 0:
            return View(self.models, rows, {})
        added = self._fold_in([id for id, row in zip(ids, rows.tolist(), strict=True) if row < 0])
        return View(self.models, rows, {at: added[id] for at, id in enumerate(ids) if id in added})

    def postings(self, term: int) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        """The rows that hold a stem, and how often each does."""
        place = self._place(term)
        return self.models.term_rows[place], self.models.term_counts[place]

    def _place(self, term: int) -> slice:
        starts = self.models.term_starts
        return slice(int(starts[term]), int(starts[term + 1]))

    def saturated(self, terms: Ints, weights: Floats) -> Floats:
        """Σ weight · BM25's saturated count of the terms, of every paper of the models (N,)."""
        if not len(terms):
            return np.zeros(len(self.models.ids), dtype=np.float32)
        places = [self._place(term) for term in terms.tolist()]
        counts = np.concatenate([self._impacts[place] for place in places])
        rows = np.concatenate([self.models.term_rows[place] for place in places])
        starts = np.cumsum([0, *(place.stop - place.start for place in places)])
        chosen = sparse.csc_matrix((counts, rows, starts), shape=(len(self.models.ids), len(places)))
        return np.asarray(chosen @ weights.astype(np.float32), dtype=np.float32)

    @cached_property
    def _impacts(self) -> Floats:
        """BM25's saturated count of each posting, term by term."""
        models = self.models
        data = np.empty(len(models.term_rows), dtype=np.float32)
        for start in range(0, len(data), _BLOCK):
            part = slice(start, start + _BLOCK)
            counts = models.term_counts[part].astype(np.float32)
            data[part] = saturation(counts, models.lengths[models.term_rows[part]], self.average)
        return data

    def spread(self, rows: Ints | NDArray[np.int32], values: NDArray[Any], *places: Ints) -> list[Floats]:
        """The values that some rows have, 0 for all other rows, read at places of any shape."""
        dense = self._zeros.values
        try:
            dense[rows] = values
            return [dense[at] for at in places]
        finally:
            dense[rows] = 0

    def occurrences(self, view: View, terms: Ints) -> Iterator[tuple[Floats, Floats]]:
        """For each term: how often each candidate has it (n,), and how often its neighbours do (n × k)."""
        absent = np.flatnonzero(view.rows < 0)
        rows = np.maximum(view.rows, 0)
        for term in terms.tolist():
            own, near = self.spread(*self.postings(term), rows, view.neighbours)
            own[absent] = 0
            for place, known in view.added.items():
                own[place] = known.counts[known.terms == term].sum()
            yield own, near

    def words(self, view: View, places: Ints) -> tuple[NDArray[np.int32], Floats]:
        """The terms of some of the candidates and their counts, one candidate after the other."""
        models = self.models
        rows = view.rows[places]
        own = rows[rows >= 0]
        entries = _ranges(models.row_starts[own], models.row_starts[own + 1] - models.row_starts[own])
        more = [view.added[at] for at in places.tolist() if at in view.added]
        return (
            np.concatenate([models.row_terms[entries], *(one.terms for one in more)]),
            np.concatenate([models.row_counts[entries], *(one.counts for one in more)]).astype(np.float32),
        )

    def counts(self, rows: Ints) -> tuple[sparse.csr_matrix, Floats]:
        """The counts of stems of the models' rows (rows × V), and the number of all stems of each."""
        models = self.models
        sizes = models.row_starts[rows + 1] - models.row_starts[rows]
        entries = _ranges(models.row_starts[rows], sizes)
        parts = models.row_counts[entries], models.row_terms[entries], np.concatenate([[0], np.cumsum(sizes)])
        counts = sparse.csr_matrix(parts, shape=(len(rows), len(models.vocabulary)))
        return counts, np.asarray(models.lengths[rows], dtype=np.float32)

    def counts_of(self, ids: Sequence[str]) -> tuple[sparse.csr_matrix, Floats]:
        """The same of papers, those that came after the models last; papers that are gone are left out."""
        rows = self.rows(ids)
        counts, lengths = self.counts(rows[rows >= 0])
        later = [id for id, row in zip(ids, rows.tolist(), strict=True) if row < 0]
        if not later:
            return counts, lengths
        papers = self._library.papers_by_id(later, forms=True, common=True)
        added, more = self.models.counts_of([self._stems(papers[id]) for id in later if id in papers])
        return sparse.vstack([counts, added], format="csr"), np.concatenate([lengths, more])

    def _fold_in(self, ids: Sequence[str]) -> dict[str, Known]:
        with self._lock:
            known = {id: self._added[id] for id in ids if id in self._added}
            missing = [id for id in ids if id not in known][:_FOLDED_A_QUERY]
            if missing:
                papers = list(self._library.papers_by_id(missing, forms=True, common=True).values())
                folded = known_of(self.models, [self._stems(paper) for paper in papers])
                fresh = {paper.id: known for paper, known in zip(papers, folded, strict=True)}
                if len(self._added) + len(fresh) > _KEPT:
                    self._added = {}
                self._added.update(fresh)
                known.update(fresh)
        return known

    def _stems(self, paper: Paper) -> list[str]:
        return stems(paper.forms, self._analyzer, paper.merged.lang or "en").split()


def saturation(counts: Floats, lengths: Floats, average: float) -> Floats:
    """BM25's term frequency of counts in papers of these lengths."""
    return np.asarray(counts * (K1 + 1) / (counts + K1 * (1 - B + B * lengths / average)), dtype=np.float32)


def lexical_idf(evidence: Evidence, terms: Ints) -> Floats:
    """BM25's weight of each term."""
    return np.asarray(idf(len(evidence.models.ids), evidence.holders[terms]), dtype=np.float32)


def idf(papers: Any, holders: Any) -> Any:
    """BM25's weight of a term that so many of the papers hold; of numbers or of arrays."""
    return np.log(1 + (np.maximum(papers - holders, 0) + 0.5) / (holders + 0.5))


def _ranges(starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> Ints:
    """start, start + 1, … for each of the starts, one after the other."""
    before = np.cumsum(sizes) - sizes
    return np.repeat(starts - before, sizes) + np.arange(int(sizes.sum()))
