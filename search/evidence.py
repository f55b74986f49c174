"""What the ranking models know of the candidates of a query; papers added after the build are folded in.

A paper that the models were not trained on gets its topics, its vector and its nearest papers the first time
that it is a candidate; that is kept until the library changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ingest.analysis import Analyzer
from ingest.library import Library, Paper
from search.indexing import stems
from topics.ranking_foldin import NEIGHBOURS, fold_in
from topics.ranking_models import FOLD_IN_PRIOR, RankingModels

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]

K1, B = 1.2, 0.75
"""BM25's parameters."""

_FOLDED_A_QUERY = 64  # papers that one query may have folded in; the rest count as unknown until the next
_KEPT = 20_000
_FOLD_IN_ITERATIONS = 10
_BLOCK = 1_000_000


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one added paper."""

    terms: NDArray[np.int32]
    counts: NDArray[np.uint8]
    length: float
    theta: NDArray[np.float16]
    neighbours: NDArray[np.int32]
    nearness: NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class View:
    """The evidence on n candidates, in their order.

    ``known`` says of which there is any; the others have zeros. ``rows`` are rows of the models, −1 for added
    papers; what is known of these is in ``added``, by candidate.
    """

    known: NDArray[np.bool_]
    rows: Ints
    lengths: Floats
    theta: Floats
    neighbours: Ints
    nearness: Floats
    added: Mapping[int, Known]


class _Rows(dict[str, int]):
    """Paper → its row in the models; −1 for those added later."""

    def __missing__(self, paper: str) -> int:
        return -1


class Evidence:
    """The ranking models of one published model, and the added papers that were folded into them."""

    def __init__(self, models: RankingModels, library: Library, analyzer: Analyzer) -> None:
        self.models = models
        self._library = library
        self._analyzer = analyzer
        self._rows = _Rows((paper, row) for row, paper in enumerate(models.ids))
        self._added: dict[str, Known] = {}
        self._sequence = library.sequence()
        self._lock = Lock()
        self.average = float(models.lengths.mean())
        self.holders: Floats = np.diff(models.term_starts).astype(np.float32)

    @classmethod
    def open(cls, folder: Path, library: Library, analyzer: Analyzer) -> Evidence | None:
        """The evidence of a model's folder; None where it was built without."""
        models = RankingModels.load(folder)
        return None if models is None else cls(models, library, analyzer)

    def refresh(self) -> None:
        """Forget folded papers when the library changed: they may have changed too."""
        sequence = self._library.sequence()
        if sequence != self._sequence:
            with self._lock:
                self._added = {}
                self._sequence = sequence

    def rows(self, ids: Sequence[str]) -> Ints:
        """The models' row of each paper, −1 for those added later."""
        return np.fromiter(map(self._rows.__getitem__, ids), dtype=np.intp, count=len(ids))

    def view(self, ids: Sequence[str]) -> View:
        """The evidence on these candidates; the first unknown ones are folded in."""
        rows = self.rows(ids)
        added = self._fold_in([id for id, row in zip(ids, rows.tolist(), strict=True) if row < 0])
        known = rows >= 0
        view = View(
            known=known,
            rows=rows,
            lengths=_taken(self.models.lengths, rows, known),
            theta=_taken(self.models.theta, rows, known),
            neighbours=_taken(self.models.neighbours, rows, known, np.intp),
            nearness=_taken(self.models.nearness, rows, known),
            added={at: added[id] for at, id in enumerate(ids) if id in added} if added else {},
        )
        for at, one in view.added.items():
            view.known[at], view.lengths[at] = True, one.length
            view.theta[at], view.neighbours[at], view.nearness[at] = one.theta, one.neighbours, one.nearness
        return view

    def postings(self, term: int) -> tuple[NDArray[np.int32], Floats]:
        """The rows that hold a stem, and how often each does."""
        place = slice(int(self.models.term_starts[term]), int(self.models.term_starts[term + 1]))
        return self.models.term_rows[place], self.models.term_counts[place].astype(np.float32)

    def saturated(self, terms: Ints, weights: Floats) -> Floats:
        """Σ weight · BM25's saturated count of the terms, of every paper of the models (N,)."""
        return np.asarray(self._impacts[:, terms] @ weights.astype(np.float32), dtype=np.float32)

    @cached_property
    def _impacts(self) -> sparse.csc_matrix:
        """BM25's saturated count of each stem in each paper (N × V)."""
        models = self.models
        data = np.empty(len(models.term_rows), dtype=np.float32)
        for start in range(0, len(data), _BLOCK):
            part = slice(start, start + _BLOCK)
            counts = models.term_counts[part].astype(np.float32)
            data[part] = saturation(counts, models.lengths[models.term_rows[part]], self.average)
        small = len(data) < np.iinfo(np.int32).max  # else scipy would copy the rows into wider numbers
        starts = models.term_starts.astype(np.int32) if small else models.term_starts
        return sparse.csc_matrix(
            (data, models.term_rows, starts), shape=(len(models.ids), len(models.vocabulary))
        )

    def occurrences(self, view: View, terms: Ints) -> Floats:
        """How often each candidate has each term (terms × candidates)."""
        found = np.zeros((len(terms), len(view.rows)), dtype=np.float32)
        base = np.flatnonzero(view.rows >= 0)
        rows = view.rows[base]
        dense = np.zeros(len(self.models.ids), dtype=np.float32)
        for at, term in enumerate(terms.tolist()):
            holders, counts = self.postings(term)
            dense[holders] = counts
            found[at, base] = dense[rows]
            dense[holders] = 0
            for place, one in view.added.items():
                found[at, place] = one.counts[one.terms == term].sum()
        return found

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
        papers = self._library.papers_by_id(later, forms=True)
        added, more = self.models.counts_of([self._stems(papers[id]) for id in later if id in papers])
        return sparse.vstack([counts, added], format="csr"), np.concatenate([lengths, more])

    def _fold_in(self, ids: Sequence[str]) -> dict[str, Known]:
        with self._lock:
            known = {id: self._added[id] for id in ids if id in self._added}
            missing = [id for id in ids if id not in known][:_FOLDED_A_QUERY]
            if missing:
                papers = list(self._library.papers_by_id(missing, forms=True).values())
                fresh = self._known(papers)
                if len(self._added) + len(fresh) > _KEPT:
                    self._added = {}
                self._added.update(fresh)
                known.update(fresh)
        return known

    def _known(self, papers: Sequence[Paper]) -> dict[str, Known]:
        if not papers:
            return {}
        models = self.models
        counts, lengths = models.counts_of([self._stems(paper) for paper in papers])
        ends = np.cumsum(models.sizes)[:-1]
        parts = np.split(np.asarray(models.phi), ends, axis=1)
        values = counts.astype(np.float32)
        theta = np.hstack([fold_in(values, phi, FOLD_IN_PRIOR, _FOLD_IN_ITERATIONS) for phi in parts])
        nearness = models.latent(counts) @ np.asarray(models.vectors, dtype=np.float32).T
        width = min(NEIGHBOURS, models.neighbours.shape[1])
        near = np.argpartition(-nearness, width - 1, axis=1)[:, :width]
        found = {}
        for at, paper in enumerate(papers):
            place = slice(counts.indptr[at], counts.indptr[at + 1])
            found[paper.id] = Known(
                counts.indices[place].astype(np.int32),
                counts.data[place].astype(np.uint8),
                float(lengths[at]),
                theta[at].astype(np.float16),
                near[at].astype(np.int32),
                np.maximum(nearness[at, near[at]], 0).astype(np.float16),
            )
        return found

    def _stems(self, paper: Paper) -> list[str]:
        forms = f"{paper.title_forms} {paper.abstract_forms}"
        return stems(forms, self._analyzer, paper.shown.document.lang or "en").split()


def _taken(
    values: NDArray[Any], rows: Ints, known: NDArray[np.bool_], dtype: type = np.float32
) -> NDArray[Any]:
    """The known rows in their places, zeros in the others."""
    found: NDArray[Any] = values[np.maximum(rows, 0)].astype(dtype)
    found[~known] = 0
    return found


def saturation(counts: Floats, lengths: Floats, average: float) -> Floats:
    """BM25's term frequency of counts in papers of these lengths."""
    return np.asarray(counts * (K1 + 1) / (counts + K1 * (1 - B + B * lengths / average)), dtype=np.float32)


def lexical_idf(evidence: Evidence, terms: Ints) -> Floats:
    """BM25's weight of each term."""
    holders = evidence.holders[terms]
    return np.asarray(
        np.log(1 + (len(evidence.models.ids) - holders + 0.5) / (holders + 0.5)), dtype=np.float32
    )


def _ranges(starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> Ints:
    """start, start + 1, … for each of the starts, one after the other."""
    before = np.cumsum(sizes) - sizes
    return np.repeat(starts - before, sizes) + np.arange(int(sizes.sum()))
