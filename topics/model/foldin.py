"""θ of a document under fixed φ: EM in numpy, as BigARTM folds in, or one step from where its vector lies.

From a uniform θ and with as many iterations this is BigARTM's own result; the trainers need that. What is
published starts from the document's nearness to the leaves' centroids and takes one step: its words then
decide among the leaves that are near. That agrees better with what papers are about than either alone
(docs/topic-recipe.md). A document is a handful of rows of φ, so that one costs a tenth of a millisecond.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from topics.rows import unit_rows

ITERATIONS = 10
"""EM iterations of θ in each pass while φ is learned; BigARTM's ``num_document_passes``."""

STEPS = 1
"""EM steps of a published θ, from the document's nearness to the leaves."""

NEARNESS = 0.12
"""A leaf whose centroid's cosine with the document is larger by this is e times as likely to begin with."""

_BLOCK = 20_000


def nearness(vectors: NDArray[Any], centroids: NDArray[np.float32]) -> NDArray[np.float32]:
    """p(leaf|vector) of unit vectors (documents × d): softmax of the cosines with the centroids (leaves × d).

    Vectors are rounded as they are published, so that a document has one θ wherever it is computed.
    """
    rounded = np.asarray(vectors, dtype=np.float16).astype(np.float32)
    cosines = rounded @ unit_rows(centroids).T
    likely = np.exp((cosines - cosines.max(axis=-1, keepdims=True)) / np.float32(NEARNESS))
    return np.asarray(likely / likely.sum(axis=-1, keepdims=True), dtype=np.float32)


def fold_in(
    rows: NDArray[np.float32],
    counts: NDArray[np.float32],
    iterations: int,
    start: NDArray[np.float32] | None = None,
    smoothing: float = 0.0,
) -> NDArray[np.float32]:
    """θ (K,) of one document.

    Args:
        rows: φ of the document's distinct terms (terms × K).
        counts: how often each of them occurs.
        iterations: EM steps.
        start: θ (K,) to start from; uniform unless given.
        smoothing: tokens added to the last topic in every step: a background topic's, while φ is learned.

    Returns:
        A distribution over topics; zeros when no topic knows any of the terms.
    """
    theta = np.full(rows.shape[1], 1.0 / rows.shape[1], dtype=np.float32) if start is None else start
    # A false "invalid" of the BLAS kernel (see the room's first lines) would cost a warning in every step.
    # What is really not a number has no total above 0.
    with np.errstate(invalid="ignore"):
        for _ in range(iterations):
            mixture = rows @ theta
            ratio = np.divide(counts, mixture, out=np.zeros_like(counts), where=mixture > 0)
            theta = theta * (ratio @ rows)
            theta[-1] += smoothing
            total = theta.sum()
            if not total > 0:
                return np.zeros_like(theta)
            theta /= total
    return theta


def fold_in_many(
    counts: sparse.csr_matrix,
    phi: NDArray[np.float32],
    iterations: int = ITERATIONS,
    starts: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """θ (documents × K) of every row of counts (documents × terms), each from its row of ``starts``.

    Without ``starts`` every document starts from the uniform distribution.
    """
    theta = np.zeros((counts.shape[0], phi.shape[1]), dtype=np.float32)
    indptr, indices = counts.indptr, counts.indices
    data = counts.data.astype(np.float32, copy=False)
    for row in range(counts.shape[0]):
        start, end = indptr[row], indptr[row + 1]
        if end > start:
            first = None if starts is None else starts[row]
            theta[row] = fold_in(phi[indices[start:end]], data[start:end], iterations, first)
    return theta


def posterior(
    counts: sparse.csr_matrix,
    phi: NDArray[np.float32],
    vectors: NDArray[Any],
    centroids: NDArray[np.float32],
) -> NDArray[np.float16]:
    """The published θ (documents × leaves) of counts (documents × terms) with their unit vectors."""
    theta = np.zeros((counts.shape[0], phi.shape[1]), dtype=np.float16)
    for start in range(0, counts.shape[0], _BLOCK):
        part = slice(start, start + _BLOCK)
        theta[part] = fold_in_many(counts[part], phi, STEPS, nearness(vectors[part], centroids))
    return theta
