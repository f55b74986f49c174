"""What ranking knows of a paper that came after its models: folded in as if they had been trained on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from search.evidence.arithmetic import NEIGHBOURS, fold_in, log_counts, used_columns
from search.evidence.ranking_models import FOLD_IN_PRIOR, RankingModels

Floats = NDArray[np.float32]

_ITERATIONS = 10
_EXACT = 20_000  # papers that are all looked at for the nearest ones
_POSTINGS = (
    20_000  # of more papers, those that hold the rarest and most frequent stems of the text, about so many
)
_LIKELY = 2_000  # and of these the best by their stems


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one added paper."""

    terms: NDArray[np.int32]
    counts: NDArray[np.uint8]
    length: float
    theta: NDArray[np.float16]
    neighbours: NDArray[np.int32]
    nearness: NDArray[np.float16]


def known_of(models: RankingModels, texts: Sequence[Sequence[str]]) -> list[Known]:
    """Topics in every flat model, and nearest papers by LSA, of texts that are given by their stems."""
    if not texts:
        return []
    counts, lengths = models.counts_of(texts)
    theta = _topics(models, counts)
    vectors = models.latent(counts)
    known = []
    for at, length in enumerate(lengths.tolist()):
        place = slice(counts.indptr[at], counts.indptr[at + 1])
        terms, times = counts.indices[place], counts.data[place]
        rows, nearness = _nearest(models, vectors[at], terms, times)
        known.append(
            Known(
                terms.astype(np.int32),
                times.astype(np.uint8),
                length,
                theta[at].astype(np.float16),
                rows,
                nearness,
            )
        )
    return known


def _topics(models: RankingModels, counts: sparse.csr_matrix) -> Floats:
    """θ in the flat models, side by side (texts × ΣK); only the rows of φ of the texts' stems are read."""
    used, own = used_columns(counts)
    values = own.astype(np.float32)
    parts = np.split(models.phi[used], np.cumsum(models.sizes)[:-1], axis=1)
    return np.hstack(
        [fold_in(values, np.ascontiguousarray(phi), FOLD_IN_PRIOR, _ITERATIONS) for phi in parts]
    )


def _nearest(
    models: RankingModels, vector: Floats, terms: NDArray[np.int32], counts: NDArray[np.uint8]
) -> tuple[NDArray[np.int32], NDArray[np.float16]]:
    """The rows of the nearest papers, and how near they are; of many papers, among those that share stems."""
    width = min(NEIGHBOURS, models.neighbours.shape[1])
    rows = _likely(models, terms, counts)
    rows = np.concatenate([rows, np.setdiff1d(np.arange(width), rows)]) if len(rows) < width else rows
    nearness = models.vectors[rows].astype(np.float32) @ vector
    best = np.argpartition(-nearness, width - 1)[:width]
    return rows[best].astype(np.int32), np.maximum(nearness[best], 0).astype(np.float16)


def _likely(models: RankingModels, terms: NDArray[np.int32], counts: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Rows among which the nearest papers are looked for."""
    if len(models.lengths) <= _EXACT:
        return np.arange(len(models.lengths))
    idf = models.idf[terms]
    weights = log_counts(counts.astype(np.float32)) * idf
    order = np.argsort(-weights, kind="stable")
    starts, ends = models.term_starts[terms[order]], models.term_starts[terms[order] + 1]
    read = int(np.searchsorted(np.cumsum(ends - starts), _POSTINGS)) + 1
    places = [
        slice(start, end) for start, end in zip(starts[:read].tolist(), ends[:read].tolist(), strict=True)
    ]
    if not places:
        return np.zeros(0, dtype=np.intp)
    rows, inverse = np.unique(
        np.concatenate([models.term_rows[place] for place in places]), return_inverse=True
    )
    added = [
        weight * log_counts(models.term_counts[place].astype(np.float32))
        for weight, place in zip((weights * idf)[order].tolist(), places, strict=False)
    ]
    scores = np.bincount(inverse, np.concatenate(added)) / np.sqrt(np.maximum(models.lengths[rows], 1))
    most = min(_LIKELY, len(rows))
    return rows[np.argpartition(-scores, most - 1)[:most]].astype(np.intp)
