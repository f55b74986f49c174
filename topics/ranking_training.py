"""Learning what serves ranking alone: LSA vectors, several flat topic models, nearest papers.

All of it works on the counts of search stems by paper, and costs seconds: the number of EM iterations follows
from a budget of multiplications, so that a large library gets fewer over the same time.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.cluster import MiniBatchKMeans
from sklearn.utils.extmath import randomized_svd

Floats = NDArray[np.float32]

DIMENSIONS = 100
NEIGHBOURS = 8
WORD_PRIOR = 0.05
"""Pseudo-counts of every word in every topic."""

BUDGET = 2e9
"""Multiplications (non-zeros × topics × iterations) that the topic models take: 10 to 15 s on one core."""

_PLANS: tuple[tuple[int, tuple[tuple[int, float], ...]], ...] = (
    (500_000, ((50, 0.5), (100, 0.5), (100, 0.1))),
    (4_000_000, ((50, 0.1), (100, 0.1))),
    (1 << 62, ((100, 0.1),)),
)
"""Non-zeros up to which a set of models (topics, pseudo-counts of a topic in a paper) is trained."""

_FEWEST, _MOST = 4, 30  # iterations
_BLOCK_FLOATS = 12_000_000
_START_SHARE = 0.7
_EXACT_UP_TO = 6_000  # papers: below, every pair is compared
_LOOKED_AT = 2_500  # papers that each one is compared with above that
_ROWS = 1_000


def weighted(counts: sparse.csr_matrix, idf: Floats) -> sparse.csr_matrix:
    """(1 + log tf)·idf, each row scaled to length 1."""
    rows = counts.astype(np.float32)
    rows.data = (1 + np.log(rows.data)) * idf[rows.indices]
    norms = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    scaled = sparse.diags(1 / np.maximum(norms, 1e-9)) @ rows
    return sparse.csr_matrix(scaled, dtype=np.float32)


def inverse_frequency(counts: sparse.csr_matrix) -> Floats:
    """1 + log(N / df) of every column."""
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    return np.asarray(1 + np.log(counts.shape[0] / np.maximum(frequency, 1)), dtype=np.float32)


def latent_basis(rows: sparse.csr_matrix, seed: int) -> Floats:
    """The right singular vectors (terms × d) of the weighted counts: LSA's basis, for new papers too."""
    width = min(DIMENSIONS, min(rows.shape) - 1)
    _, _, basis = randomized_svd(rows, width, n_iter=3, random_state=seed)
    return np.ascontiguousarray(basis.T, dtype=np.float32)


def unit_rows(matrix: NDArray[np.floating]) -> Floats:
    """Each row scaled to length 1; rows of zeros stay."""
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.maximum(norms, 1e-9), dtype=np.float32)


def topic_models(counts: sparse.csr_matrix, vectors: Floats, seed: int) -> Iterator[tuple[Floats, Floats]]:
    """φ (terms × K) and θ (papers × K) of each flat model, K by the size of the library."""
    plan = next(models for limit, models in _PLANS if counts.nnz <= limit)
    sizes = [(min(size, max(counts.shape[0] // 4, 2)), prior) for size, prior in plan]
    work = max(counts.nnz, 1) * sum(size for size, _ in sizes)
    iterations = int(np.clip(BUDGET / work, _FEWEST, _MOST))
    for number, (size, prior) in enumerate(sizes):
        yield _train(counts, _groups(vectors, size, seed + number), size, prior, iterations)


def _groups(vectors: Floats, size: int, seed: int) -> NDArray[np.intp]:
    means = MiniBatchKMeans(size, n_init=1, batch_size=2048, max_iter=30, random_state=seed)
    return np.asarray(means.fit_predict(vectors), dtype=np.intp)


def _train(
    counts: sparse.csr_matrix, groups: NDArray[np.intp], size: int, prior: float, iterations: int
) -> tuple[Floats, Floats]:
    """EM for the means of LDA's posteriors, from groups of papers softened with the whole."""
    papers = counts.shape[0]
    theta = np.full((papers, size), (1 - _START_SHARE) / size, dtype=np.float32)
    theta[np.arange(papers), groups] += _START_SHARE
    member = sparse.csr_matrix(
        (np.ones(papers, dtype=np.float32), (np.arange(papers), groups)), shape=(papers, size)
    )
    share = np.asarray((counts.T @ member).todense(), dtype=np.float32)
    whole = np.asarray(counts.sum(axis=0), dtype=np.float32).ravel()[:, None]
    phi = _START_SHARE * share / np.maximum(share.sum(axis=0), 1) + (1 - _START_SHARE) * whole / whole.sum()
    for _ in range(iterations):
        fresh = np.full_like(phi, WORD_PRIOR)
        for block in _blocks(counts, size):
            ratio = _ratio(counts[block], phi, theta[block])
            fresh += phi * np.asarray(ratio.T @ theta[block])
            theta[block] = _normal(theta[block] * np.asarray(ratio @ phi) + prior)
        phi = fresh / fresh.sum(axis=0)
    return phi, theta


def fold_in(counts: sparse.csr_matrix, phi: Floats, prior: float, iterations: int) -> Floats:
    """θ of papers that a model was not trained on."""
    theta = np.full((counts.shape[0], phi.shape[1]), 1 / phi.shape[1], dtype=np.float32)
    for block in _blocks(counts, phi.shape[1]):
        for _ in range(iterations):
            ratio = _ratio(counts[block], phi, theta[block])
            theta[block] = _normal(theta[block] * np.asarray(ratio @ phi) + prior)
    return theta


def _ratio(counts: sparse.csr_matrix, phi: Floats, theta: Floats) -> sparse.csr_matrix:
    """n_dw / p(w|d), where n_dw is not 0."""
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    mixture = np.einsum("ik,ik->i", phi[counts.indices], theta[rows])
    data = (counts.data / np.maximum(mixture, 1e-12)).astype(np.float32)
    return sparse.csr_matrix((data, counts.indices, counts.indptr), shape=counts.shape)


def _normal(theta: Floats) -> Floats:
    normal: Floats = theta / theta.sum(axis=1, keepdims=True)
    return normal


def _blocks(counts: sparse.csr_matrix, size: int) -> Iterator[slice]:
    """Rows in blocks whose gathered φ fits into a small part of memory."""
    most = max(_BLOCK_FLOATS // size, 1)
    start, indptr = 0, counts.indptr
    while start < counts.shape[0]:
        end = int(np.searchsorted(indptr, indptr[start] + most, side="right")) - 1
        end = min(max(end, start + 1), counts.shape[0])
        yield slice(start, end)
        start = end


def nearest_papers(
    rows: sparse.csr_matrix, vectors: Floats, seed: int
) -> tuple[NDArray[np.int32], NDArray[np.float16]]:
    """The nearest papers of each (N × k) and how near they are: half LSA's cosine, half that of the words.

    Up to 6,000 papers all pairs are compared; above, each with those of the nearest groups.
    """
    papers = rows.shape[0]
    width = min(NEIGHBOURS, papers - 1)
    found = np.zeros((papers, width), dtype=np.int32)
    nearness = np.zeros((papers, width), dtype=np.float16)
    for own, others in _compared(vectors, seed):
        for start in range(0, len(own), _ROWS):
            block = own[start : start + _ROWS]
            scores = vectors[block] @ vectors[others].T
            scores += np.asarray((rows[block] @ rows[others].T).todense())
            scores[block[:, None] == others[None, :]] = -1
            best = np.argpartition(-scores, width - 1, axis=1)[:, :width]
            found[block] = others[best]
            nearness[block] = np.maximum(np.take_along_axis(scores, best, axis=1), 0) / 2
    return found, nearness


def _compared(vectors: Floats, seed: int) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Groups of papers, each with the papers to compare them with."""
    papers = len(vectors)
    if papers <= _EXACT_UP_TO:
        everyone = np.arange(papers)
        yield everyone, everyone
        return
    means = MiniBatchKMeans(int(np.sqrt(papers)), n_init=1, batch_size=4096, max_iter=20, random_state=seed)
    labels = means.fit_predict(vectors)
    order = np.argsort(labels, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(labels, minlength=means.n_clusters))[:-1])
    likeness = means.cluster_centers_ @ means.cluster_centers_.T
    for own, near in zip(members, np.argsort(-likeness, axis=1), strict=True):
        if not len(own):
            continue
        sizes = np.cumsum([len(members[group]) for group in near])
        enough = int(np.searchsorted(sizes, _LOOKED_AT)) + 1
        yield own, np.unique(np.concatenate([own, *(members[group] for group in near[:enough])]))
