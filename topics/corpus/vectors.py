"""Word and document vectors made from the corpus itself: PPMI of co-occurrence, or LSA for small collections.

Sources: positive pointwise mutual information with context smoothing (Levy, Goldberg, Dagan 2015), randomised
SVD (Halko, Martinsson, Tropp 2011), latent semantic analysis (Deerwester et al. 1990).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse
from sklearn.utils.extmath import randomized_svd

from topics.corpus.modalities import side_by_side
from topics.rows import unit_rows

Floats = NDArray[np.float32]

PPMI_FROM = 3_000
"""With fewer training papers word co-occurrences are too thin and LSA makes better vectors."""

_SMOOTHING = 0.75
_OVERSAMPLES, _POWER_ITERATIONS = 10, 2  # of the SVD
_POWER = 0.25  # of the singular values: .5 makes papers a little less like their own kind
_BLOCK = 20_000
_TERMS = 400
_MOST_THREADS = 4
_COLUMNS = 32
"""Columns of a dense matrix that are multiplied at once: their rows stay in the processor's cache."""


@dataclass
class Vectors:
    """What turns counts into document vectors, and the vectors of the words."""

    words: Floats  # (terms × d)
    idf: Floats  # (terms,)
    center: Floats  # (d,): the mean raw document vector of the training papers

    def documents(self, counts: sparse.csr_matrix) -> NDArray[np.float16]:
        """The unit vectors (papers × d) of counts (papers × terms); zeros for a paper without known terms."""
        vectors = np.zeros((counts.shape[0], self.words.shape[1]), dtype=np.float16)
        for start in range(0, counts.shape[0], _BLOCK):
            block = weighted(counts[start : start + _BLOCK], self.idf)
            raw = np.asarray(block @ self.words) - self.center
            raw[np.diff(block.indptr) == 0] = 0
            vectors[start : start + _BLOCK] = unit_rows(raw)
        return vectors


def train_vectors(
    counts: sparse.csr_matrix, dimensions: int, seed: int, tags: sparse.csr_matrix | None = None
) -> Vectors:
    """Word and document vectors of the training papers (papers × terms).

    Terms also learn from the company of ``tags`` (papers × tags); documents are made of terms alone.
    """
    documents = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log((1 + counts.shape[0]) / (1 + documents)).astype(np.float32) + np.float32(1)
    dimensions = max(2, min(dimensions, min(counts.shape) - 1))
    if counts.shape[0] < PPMI_FROM:
        words = lsa_words(counts, idf, dimensions, seed)
    else:
        words = ppmi_words(_company(counts, tags), dimensions, seed)[: counts.shape[1]]
    mean = np.zeros(words.shape[1], dtype=np.float64)
    for start in range(0, counts.shape[0], _BLOCK):
        mean += np.asarray(weighted(counts[start : start + _BLOCK], idf) @ words).sum(axis=0)
    return Vectors(words, idf, (mean / counts.shape[0]).astype(np.float32))


def weighted(counts: sparse.csr_matrix, idf: Floats) -> sparse.csr_matrix:
    """Rows of (1 + log tf)·idf, scaled to length 1."""
    data = (1 + np.log(counts.data)) * idf[counts.indices]
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    norms = np.sqrt(np.bincount(rows, weights=data.astype(np.float64) ** 2, minlength=counts.shape[0]))
    scaled = (data / norms[rows]).astype(np.float32)
    return sparse.csr_matrix((scaled, counts.indices, counts.indptr), shape=counts.shape)


def _company(counts: sparse.csr_matrix, tags: sparse.csr_matrix | None) -> sparse.csr_matrix:
    """1 where a paper has a term or a tag (papers × (terms + tags)); the places of terms are not copied."""
    ones = np.ones(counts.nnz, dtype=np.float32)
    present = sparse.csr_matrix((ones, counts.indices, counts.indptr), shape=counts.shape)
    return present if tags is None else side_by_side(present, tags)


def ppmi_words(present: sparse.csr_matrix, dimensions: int, seed: int) -> Floats:
    """Word vectors U·S^p of the PPMI matrix of document co-occurrence."""
    matrix = ppmi(present)
    del present  # a copy of all the papers, where they have tags
    left, scales = left_singular_vectors(matrix, dimensions, seed)
    return np.asarray(left * scales**_POWER, dtype=np.float32)


def left_singular_vectors(matrix: sparse.csr_matrix, rank: int, seed: int) -> tuple[Floats, Floats]:
    """U (rows × rank) and S of a truncated SVD (Halko, Martinsson, Tropp 2011, algorithms 4.3 and 5.1).

    As scikit-learn's `randomized_svd` gives them, in half the time on two cores: nearly all of it goes into
    the products of the matrix.
    """
    basis = np.random.RandomState(seed).normal(size=(matrix.shape[1], rank + _OVERSAMPLES)).astype(np.float32)
    for _ in range(_POWER_ITERATIONS):
        basis = product(matrix.T, product(matrix, basis))
    basis, _ = linalg.qr(product(matrix, basis), mode="economic", check_finite=False)
    left, scales = _left_of_few(product(matrix.T, basis).T.astype(np.float64))
    vectors = (basis @ left)[:, :rank]
    largest = np.abs(vectors).argmax(axis=0)  # its sign tells which way a vector points
    return vectors * np.sign(vectors[largest, np.arange(rank)]), scales[:rank]


def _left_of_few(matrix: NDArray[np.float64]) -> tuple[Floats, Floats]:
    """U and S of a matrix of few rows and many columns, by the products of its rows: V is not asked for."""
    squares, left = linalg.eigh(matrix @ matrix.T, check_finite=False)
    scales = np.sqrt(np.maximum(squares, 0))
    return left[:, ::-1].astype(np.float32), scales[::-1].astype(np.float32)


def product(matrix: Any, dense: Floats) -> Floats:
    """A sparse matrix times a dense one, whose columns the cores share: scipy multiplies without the lock."""
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    count = threads * -(-dense.shape[1] // (threads * _COLUMNS))
    with ThreadPoolExecutor(threads) as pool:
        parts = pool.map(
            lambda columns: matrix @ np.ascontiguousarray(columns), np.array_split(dense, count, axis=1)
        )
        return np.hstack(list(parts))


def lsa_words(counts: sparse.csr_matrix, idf: Floats, dimensions: int, seed: int) -> Floats:
    """Word vectors V of the truncated SVD of the tf-idf matrix."""
    _, _, right = randomized_svd(weighted(counts, idf), dimensions, n_iter=4, random_state=seed)
    return np.asarray(right.T, dtype=np.float32)


def ppmi(present: sparse.csr_matrix) -> sparse.csr_matrix:
    """max(0, log C_ij·Σq / (s_i·q_j)) (terms × terms) of papers × terms, 1 where a paper has a term.

    C_ij is in how many papers two terms stand together (i ≠ j), s its row sums and q = s^.75. Made a block of
    terms at a time, as only the positive entries fit into memory: s follows from the lengths of the papers.
    """
    holders = present.T.tocsr()
    sums = np.asarray(holders @ (np.diff(present.indptr) - 1.0)).astype(np.float32)
    context = sums**_SMOOTHING
    total = np.float32(context.sum())
    data, indices, sizes = [], [], []
    for start in range(0, present.shape[1], _TERMS):
        part = (holders[start : start + _TERMS] @ present).tocsr()
        own = np.diff(part.indptr)
        rows = np.repeat(np.arange(start, start + part.shape[0], dtype=np.int32), own)
        with np.errstate(divide="ignore", invalid="ignore"):  # terms that stand alone wherever they stand
            values = np.log(part.data * (total / (sums[rows] * context[part.indices])))
        positive = (values > 0) & np.isfinite(values) & (rows != part.indices)
        data.append(values[positive])
        indices.append(part.indices[positive])
        sizes.append(np.bincount(rows[positive] - start, minlength=part.shape[0]))
    ends = np.concatenate([[0], np.cumsum(np.concatenate(sizes))])
    return sparse.csr_matrix((_joined(data), _joined(indices), ends), shape=(present.shape[1],) * 2)


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    """The parts one after another; each is let go of as soon as it is copied."""
    whole = np.empty(sum(map(len, parts)), dtype=parts[0].dtype)
    at = 0
    for number, part in enumerate(parts):
        whole[at : at + len(part)] = part
        at += len(part)
        parts[number] = part[:0]
    return whole
