"""The levels of the hierarchy in numpy and scipy: the same updates as BigARTM's, for where it does not exist.

EM over sparse counts; the topics of the level above take part as pseudo-documents (their expected counts
n_wt).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from topics.corpus.modalities import normalised
from topics.model.foldin import fold_in

Floats = NDArray[np.float32]

_SMALL = 1e-16  # BigARTM takes smaller probabilities for zero


def train_levels(
    counts: sparse.csr_matrix,
    starts: list[Floats],
    passes: int,
    iterations: int,
    parent_weight: float,
    on_pass: Callable[[int, int], None],
    terms: int,
    smoothing: float,
) -> list[tuple[Floats, Floats]]:
    """Train every level from its start, from the top down; φ and n_wt of each, both as large as its start.

    Args:
        counts: (papers × terms), or (papers × (terms + tags)).
        starts: φ of each level to start from, a row for each column of ``counts``.
        passes: how often the papers are gone through at each level.
        iterations: EM steps of θ in each pass.
        parent_weight: how much the level above weighs against the papers.
        on_pass: told (passes over, passes in all) before every pass; may raise to stop.
        terms: how many columns are terms; the others are tags, with a φ of their own.
        smoothing: tokens of every paper that the last topic of a level has for certain, if more than none:
            it is a background topic then, and no parent.
    """
    levels: list[tuple[Floats, Floats]] = []
    above: sparse.csr_matrix | None = None  # n_wt of the level above (K × terms)
    total = passes * len(starts)
    for number, start in enumerate(starts):
        phi = start.astype(np.float32)
        expected = phi
        for done in range(passes):
            on_pass(number * passes + done, total)
            expected = _expected_counts(counts, phi, iterations, smoothing)
            if above is not None:
                expected += parent_weight * _expected_counts(above, phi, iterations, smoothing)
            phi = normalised(expected, terms)
        if smoothing:
            expected[:, -1] = 0
        levels.append((phi, expected))
        above = sparse.csr_matrix(expected.T)
    return levels


def _expected_counts(counts: sparse.csr_matrix, phi: Floats, iterations: int, smoothing: float) -> Floats:
    """n_wt: how many tokens of each term each topic is expected to have made."""
    phi = np.where(phi < _SMALL, np.float32(0), phi)
    expected = np.zeros_like(phi)
    indptr, indices = counts.indptr, counts.indices
    data = counts.data.astype(np.float32, copy=False)
    for row in range(counts.shape[0]):
        terms = indices[indptr[row] : indptr[row + 1]]
        times = data[indptr[row] : indptr[row + 1]]
        if terms.size == 0:
            continue
        local = phi[terms]
        theta = fold_in(local, times, iterations, smoothing=smoothing)
        mixture = local @ theta
        ratio = np.divide(times, mixture, out=np.zeros_like(times), where=mixture > 0)
        expected[terms] += (local * ratio[:, None]) * theta
    return expected
