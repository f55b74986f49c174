"""θ of a document under fixed φ: the same fold-in as BigARTM's, in numpy.

EM from a uniform θ without a prior, a fixed number of iterations (the model stores it: another number is
another answer). A document is a handful of rows of φ, so that one document costs a tenth of a millisecond.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

ITERATIONS = 10
"""EM iterations of a fold-in; BigARTM's ``num_document_passes``."""


def fold_in(rows: NDArray[np.float32], counts: NDArray[np.float32], iterations: int) -> NDArray[np.float32]:
    """θ (K,) of one document.

    Args:
        rows: φ of the document's distinct terms (terms × K).
        counts: how often each of them occurs.
        iterations: EM steps from the uniform distribution.

    Returns:
        A distribution over topics; zeros when no topic knows any of the terms.
    """
    theta = np.full(rows.shape[1], 1.0 / rows.shape[1], dtype=np.float32)
    for _ in range(iterations):
        mixture = rows @ theta
        ratio = np.divide(counts, mixture, out=np.zeros_like(counts), where=mixture > 0)
        theta = theta * (ratio @ rows)
        total = theta.sum()
        if total <= 0:
            return np.zeros_like(theta)
        theta /= total
    return theta


def fold_in_many(
    counts: sparse.csr_matrix, phi: NDArray[np.float32], iterations: int = ITERATIONS
) -> NDArray[np.float32]:
    """θ (documents × K) of every row of a sparse count matrix (documents × terms)."""
    theta = np.zeros((counts.shape[0], phi.shape[1]), dtype=np.float32)
    indptr, indices = counts.indptr, counts.indices
    data = counts.data.astype(np.float32, copy=False)
    for row in range(counts.shape[0]):
        start, end = indptr[row], indptr[row + 1]
        if end > start:
            theta[row] = fold_in(phi[indices[start:end]], data[start:end], iterations)
    return theta
