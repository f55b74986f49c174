"""The arithmetic that ranking needs at query time and at build time alike: weights, unit rows, fold-in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float32]

NEIGHBOURS = 8
"""Near papers that are kept of each paper."""

_BLOCK_FLOATS = 12_000_000
_GATHERED_FLOATS = 100_000
"""Rows of φ and θ gathered at once: they stay in the processor's cache, at a quarter of the price."""


def weighted(counts: sparse.csr_matrix, idf: Floats) -> sparse.csr_matrix:
    """(1 + log tf)·idf, each row scaled to length 1."""
    rows = counts.astype(np.float32)
    rows.data = log_counts(rows.data) * idf[rows.indices]
    norms = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    scaled = sparse.diags(1 / np.maximum(norms, 1e-9)) @ rows
    return sparse.csr_matrix(scaled, dtype=np.float32)


def used_columns(counts: sparse.csr_matrix) -> tuple[NDArray[np.int32], sparse.csr_matrix]:
    """The columns of counts that are not empty, and the counts without the others.

    Of a mapped matrix that counts are multiplied with, only the rows of these columns need be read: SciPy
    copies the whole of one that does not lie by rows.
    """
    used, columns = np.unique(counts.indices, return_inverse=True)
    shape = (counts.shape[0], len(used))
    return used, sparse.csr_matrix((counts.data, columns, counts.indptr), shape=shape)


def log_counts(counts: Floats) -> Floats:
    """1 + log of counts that are not 0: a stem that comes twice does not say twice as much."""
    return np.asarray(1 + np.log(counts), dtype=np.float32)


def fold_in(counts: sparse.csr_matrix, phi: Floats, prior: float, iterations: int) -> Floats:
    """θ of papers that a model was not trained on."""
    theta = np.full((counts.shape[0], phi.shape[1]), 1 / phi.shape[1], dtype=np.float32)
    for block in blocks(counts, phi.shape[1]):
        for _ in range(iterations):
            ratio = ratio_of(counts[block], phi, theta[block])
            theta[block] = normal(theta[block] * np.asarray(ratio @ phi) + prior)
    return theta


def ratio_of(counts: sparse.csr_matrix, phi: Floats, theta: Floats) -> sparse.csr_matrix:
    """n_dw / p(w|d), where n_dw is not 0."""
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    mixture = np.empty(counts.nnz, dtype=np.float32)
    step = max(_GATHERED_FLOATS // phi.shape[1], 1)
    for start in range(0, counts.nnz, step):
        part = slice(start, start + step)
        mixture[part] = np.einsum("ik,ik->i", phi[counts.indices[part]], theta[rows[part]])
    data = (counts.data / np.maximum(mixture, 1e-12)).astype(np.float32)
    return sparse.csr_matrix((data, counts.indices, counts.indptr), shape=counts.shape)


def normal(theta: Floats) -> Floats:
    """Rows that sum to 1."""
    return np.asarray(theta / theta.sum(axis=1, keepdims=True))


def blocks(counts: sparse.csr_matrix, size: int) -> Iterator[slice]:
    """Rows in blocks whose gathered φ fits into a small part of memory."""
    most = max(_BLOCK_FLOATS // size, 1)
    start, indptr = 0, counts.indptr
    while start < counts.shape[0]:
        end = int(np.searchsorted(indptr, indptr[start] + most, side="right")) - 1
        end = min(max(end, start + 1), counts.shape[0])
        yield slice(start, end)
        start = end
