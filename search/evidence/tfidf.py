"""tf-idf cosines between papers, texts and sets of papers, over the counts of the ranking models.

A term weighs BM25's saturated count times its idf; rows have length 1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from search.evidence.evidence import Evidence, Floats, Ints, lexical_idf, saturation

_BLOCK = 20_000
_HEAVY, _REACH = 30, 10  # terms that choose candidates, and how many these are for one that is wanted
_TELLING = 600  # terms of a set of papers that are looked up


class Cosine:
    """The cosines of one evidence; what is the same for every question is worked out on the first."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        models = evidence.models
        self._idf = lexical_idf(evidence, np.arange(len(models.vocabulary)))
        self._norms = np.empty(len(models.ids), dtype=np.float32)
        self._sum = np.zeros(len(models.vocabulary), dtype=np.float32)
        for start in range(0, len(models.ids), _BLOCK):
            block = self._weighted(*evidence.counts(np.arange(start, min(start + _BLOCK, len(models.ids)))))
            norms = np.sqrt(np.asarray(block.multiply(block).sum(axis=1), dtype=np.float32)).ravel()
            self._norms[start : start + block.shape[0]] = np.maximum(norms, 1e-9)
            self._sum += np.asarray(unit(block).sum(axis=0), dtype=np.float32).ravel()

    def warm(self) -> None:
        """Read in what questions are answered from."""
        self._evidence.saturated(np.zeros(1, dtype=np.intp), np.ones(1, dtype=np.float32))

    def papers(self, ids: Sequence[str], pseudo: float = 0) -> sparse.csr_matrix:
        """Unit rows (papers × V); also of papers that the models were not trained on.

        With ``pseudo`` stems, a paper of n stems has a row of length √(n / (n + pseudo)): few words say less.
        """
        counts, lengths = self._evidence.counts_of(ids)
        rows = unit(self._weighted(counts, lengths))
        rows.data *= np.repeat(np.sqrt(lengths / np.maximum(lengths + pseudo, 1)), np.diff(rows.indptr))
        return rows

    def text(self, stems: Sequence[str]) -> sparse.csr_matrix:
        """The unit row (1 × V) of a text, given as its stems."""
        return unit(self._weighted(*self._evidence.models.counts_of([stems])))

    def nearest(self, row: sparse.csr_matrix, limit: int, without: Ints) -> list[tuple[str, float]]:
        """The papers of the models nearest to a unit row (1 × V), best first, without these rows.

        The heaviest terms choose candidates, whose cosines are exact: of the 30 nearest, 29.8 are found, in
        a third of the time, as most postings are those of light terms.
        """
        terms = row.indices.astype(np.intp)
        heavy = np.argsort(-row.data, kind="stable")[:_HEAVY]
        scores = self._scores(terms[heavy], row.data[heavy])
        scores[without] = -np.inf
        reach = min(_REACH * limit, len(scores) - len(without))
        if reach <= 0:
            return []
        rows = np.sort(np.argpartition(-scores, reach - 1)[:reach])
        exact = np.asarray((self._weighted(*self._evidence.counts(rows)) @ row.T).todense()).ravel()
        exact = exact / self._norms[rows]
        best = np.argsort(-exact, kind="stable")[:limit]
        pairs = zip(rows[best].tolist(), exact[best].tolist(), strict=True)
        return [(self._evidence.models.ids[row], score) for row, score in pairs if score > 0]

    def towards(self, own: sparse.csr_matrix, limit: int, without: Ints) -> Ints:
        """The rows that lie farthest in the direction that sets a set of papers (unit rows, n × V) off from
        all others (Rocchio 1971), the farthest first."""
        inside = np.asarray(own.sum(axis=0), dtype=np.float32).ravel()
        others = max(len(self._norms) - own.shape[0], 1)
        telling = inside / max(own.shape[0], 1) - np.maximum(self._sum - inside, 0) / others
        terms = np.argsort(-np.abs(telling), kind="stable")[:_TELLING]
        scores = self._scores(terms, telling[terms])
        scores[without] = -np.inf
        limit = min(limit, len(scores) - len(without))
        best = np.argpartition(-scores, limit - 1)[:limit] if limit > 0 else np.zeros(0, dtype=np.intp)
        return np.asarray(best[np.lexsort((best, -scores[best]))])

    def _scores(self, terms: Ints, weights: Floats) -> Floats:
        """The inner product of every paper's unit row with a sparse vector."""
        return self._evidence.saturated(terms, weights * self._idf[terms]) / self._norms

    def _weighted(self, counts: sparse.csr_matrix, lengths: NDArray[np.float32]) -> sparse.csr_matrix:
        weights = counts.astype(np.float32)
        long = np.repeat(lengths, np.diff(weights.indptr))
        weights.data = saturation(weights.data, long, self._evidence.average) * self._idf[weights.indices]
        return weights


def unit(rows: sparse.csr_matrix) -> sparse.csr_matrix:
    """The rows, each scaled to length 1; empty ones stay."""
    norms = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1), dtype=np.float32)).ravel()
    scaled = rows.copy()
    scaled.data = scaled.data / np.repeat(np.maximum(norms, 1e-9), np.diff(scaled.indptr))
    return scaled
