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

from search.evidence.arithmetic import NEIGHBOURS, Floats, blocks, normal, ratio_of

DIMENSIONS = 100
WORD_PRIOR = 0.05
"""Pseudo-counts of every word in every topic."""

BUDGET = 2e9
"""Multiplications (non-zeros × topics × iterations) that the topic models take: some 5 s on one core."""

_PLANS: tuple[tuple[int, tuple[tuple[int, float], ...]], ...] = (
    (500_000, ((50, 0.5), (100, 0.5), (100, 0.1))),
    (4_000_000, ((50, 0.1), (100, 0.1))),
    (1 << 62, ((100, 0.1),)),
)
"""Non-zeros up to which a set of models (topics, pseudo-counts of a topic in a paper) is trained."""

_LATENT_PAPERS = 200_000
"""Of so many papers the basis is learned; more cost a gigabyte and say the same."""

_FEWEST, _MOST = 4, 10  # iterations; 8 rank as well as 30
_START_SHARE = 0.7
_EXACT_UP_TO = 6_000  # papers: below, every pair is compared
_LOOKED_AT = 2_500  # papers that each one is compared with above that
_ROWS = 1_000


def inverse_frequency(counts: sparse.csr_matrix) -> Floats:
    """1 + log(N / df) of every column."""
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    return np.asarray(1 + np.log(counts.shape[0] / np.maximum(frequency, 1)), dtype=np.float32)


def latent_basis(rows: sparse.csr_matrix, seed: int) -> Floats:
    """The right singular vectors (terms × d) of the weighted counts: LSA's basis, for new papers too.

    Of a large library every second, third … paper is taken.
    """
    step = -(-rows.shape[0] // _LATENT_PAPERS)
    sample = rows if step == 1 else rows[::step]
    width = min(DIMENSIONS, min(sample.shape) - 1)
    _, _, basis = randomized_svd(sample, width, n_iter=3, random_state=seed)
    return np.ascontiguousarray(basis.T, dtype=np.float32)


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
    share = np.asarray((counts.T @ member).toarray(order="C"), dtype=np.float32)  # rows are gathered
    whole = np.asarray(counts.sum(axis=0), dtype=np.float32).ravel()[:, None]
    phi = _START_SHARE * share / np.maximum(share.sum(axis=0), 1) + (1 - _START_SHARE) * whole / whole.sum()
    for _ in range(iterations):
        fresh = np.full_like(phi, WORD_PRIOR)
        for block in blocks(counts, size):
            ratio = ratio_of(counts[block], phi, theta[block])
            fresh += phi * np.asarray(ratio.T @ theta[block])
            theta[block] = normal(theta[block] * np.asarray(ratio @ phi) + prior)
        phi = fresh / fresh.sum(axis=0)
    return phi, theta


def nearest_papers(
    rows: sparse.csr_matrix, vectors: Floats, seed: int
) -> tuple[NDArray[np.int32], NDArray[np.float16]]:
    """The nearest papers of each (N × k) and how near they are: half LSA's cosine, half that of the words.

    Up to 6,000 papers all pairs are compared; above, each with those of the nearest groups.
    """
    papers = rows.shape[0]
    width = min(NEIGHBOURS, papers - 1)
    neighbours = np.zeros((papers, width), dtype=np.int32)
    nearness = np.zeros((papers, width), dtype=np.float16)
    for own, others in _compared(vectors, seed):
        for start in range(0, len(own), _ROWS):
            block = own[start : start + _ROWS]
            scores = vectors[block] @ vectors[others].T
            scores += np.asarray((rows[block] @ rows[others].T).todense())
            scores[block[:, None] == others[None, :]] = -1
            best = np.argpartition(-scores, width - 1, axis=1)[:, :width]
            neighbours[block] = others[best]
            nearness[block] = np.maximum(np.take_along_axis(scores, best, axis=1), 0) / 2
    return neighbours, nearness


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
