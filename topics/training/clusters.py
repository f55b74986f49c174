"""Where the levels start: k-means leaves on the document vectors, and φ from clusters of papers.

A random start finds poor topics whatever follows it; the start decides the quality of the whole model
(docs/topic-recipe.md). k-means fits the vectors, and some clusters are what is left between the others:
papers that share no words. The least coherent leaves, and those whose words repeat another leaf, are given
up; in their stead the widest of the others are split, and k-means runs on from there. The coherence is that
of the training papers; it lifts the mean coherence of the leaves on papers never seen.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.cluster import kmeans_plusplus
from threadpoolctl import threadpool_limits

from topics.naming.shown_words import shown_words
from topics.quality.measures import TOP, Reference, duplicate_topics, judge_level

Floats = NDArray[np.float32]
Halves = NDArray[np.float16] | NDArray[np.float32]
Labels = NDArray[np.intp]

SAMPLE = 60_000
"""Papers that k-means looks at, at most."""

GIVEN_UP = 0.15
"""The share of the leaves that is given up: the least coherent."""

_RESEEDING = 15  # most leaves stay where they were

Judge = Callable[[Labels, Labels, int], tuple[NDArray[np.float64], NDArray[np.bool_]]]
"""(rows, the cluster of each, clusters) → the coherence of each cluster, and whether it repeats another."""

_ITERATIONS = 60
_SEEDING = 10_000  # papers that k-means++ chooses from: on all of them it would cost more than k-means
_SETTLED = 0.001
_BLOCK = 20_000


def cluster(vectors: Halves, leaves: int, seed: int) -> Floats:
    """Centroids (leaves × d) by k-means on a bounded sample, from one k-means++ start.

    Lloyd's iterations as two matrix products each; they end when fewer than one paper in a thousand moves.
    """
    sample = vectors[sampled(len(vectors), seed)].astype(np.float32)
    leaves = min(leaves, len(sample))
    few = sample[:: max(1, len(sample) // max(_SEEDING, 30 * leaves))]
    with threadpool_limits(1, "blas"):  # in its many small products threads only wait for each other
        start = kmeans_plusplus(few, leaves, random_state=seed)[0]
    return settle(sample, np.asarray(start, dtype=np.float32))


def sampled(papers: int, seed: int) -> Labels:
    """The rows to look at: all of them, or a bounded sample in order."""
    if papers <= SAMPLE:
        return np.arange(papers, dtype=np.intp)
    return np.sort(np.random.default_rng(seed).choice(papers, SAMPLE, replace=False)).astype(np.intp)


def settle(sample: Floats, centroids: Floats, iterations: int = _ITERATIONS) -> Floats:
    """Lloyd's iterations, until hardly a paper moves any more."""
    labels = np.full(len(sample), -1, dtype=np.intp)
    for _ in range(iterations):
        assigned = nearest(sample, centroids)
        moved = int((assigned != labels).sum())
        labels = assigned
        centroids = means(sample, labels, centroids)
        if moved <= len(sample) * _SETTLED:
            break
    return centroids


def means(vectors: Halves, labels: Labels, former: Floats) -> Floats:
    """The mean vector of each cluster; an empty cluster keeps its former centroid."""
    sums = np.zeros(former.shape, dtype=np.float32)
    for start in range(0, len(labels), _BLOCK):
        block, own = vectors[start : start + _BLOCK].astype(np.float32), labels[start : start + _BLOCK]
        places = (np.ones(len(own), dtype=np.float32), (own, np.arange(len(own))))
        sums += sparse.csr_matrix(places, shape=(len(former), len(own))) @ block
    sizes = np.bincount(labels, minlength=len(former)).astype(np.float32)[:, None]
    return np.asarray(np.where(sizes > 0, sums / np.maximum(sizes, 1), former), dtype=np.float32)


def nearest(vectors: Halves, centroids: Floats) -> Labels:
    """The nearest centroid of each row, in blocks."""
    half = 0.5 * (centroids**2).sum(axis=1)
    labels = np.empty(len(vectors), dtype=np.intp)
    for start in range(0, len(vectors), _BLOCK):
        block = vectors[start : start + _BLOCK].astype(np.float32, copy=False)
        labels[start : start + _BLOCK] = (block @ centroids.T - half).argmax(axis=1)
    return labels


def start_phi(counts: sparse.csr_matrix, labels: Labels, clusters: int, terms: int | None = None) -> Floats:
    """φ (terms × clusters) to start from: each cluster's shares of words; the corpus's where it has none.

    Common words are left to the background topic that the trainers add. Columns from ``terms`` on are a
    modality of their own: tags.
    """
    if terms is not None and terms < counts.shape[1]:
        parts = (counts[:, :terms], counts[:, terms:])
        return np.vstack([start_phi(part, labels, clusters) for part in parts])
    ones = np.ones(len(labels), dtype=np.float32)
    chooser = sparse.csr_matrix((ones, (labels, np.arange(len(labels)))), shape=(clusters, len(labels)))
    words = np.asarray((chooser @ counts).todense(), dtype=np.float32)
    corpus = np.asarray(counts.sum(axis=0), dtype=np.float32).ravel()
    words[~words.any(axis=1)] = corpus
    return np.ascontiguousarray((words / words.sum(axis=1, keepdims=True)).T, dtype=np.float32)


def word_judge(counts: sparse.csr_matrix, together: Reference) -> Judge:
    """A judge of clusters by the words that would be shown for them, in the training papers themselves.

    Args:
        counts: (papers × terms) of the training papers.
        together: the training papers (or a sample), by which words go together.
    """

    def judge(rows: Labels, labels: Labels, clusters: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        own = counts[rows]
        frequency = np.asarray(own.sum(axis=0), dtype=np.float32).ravel()
        words = shown_words(start_phi(own, labels, clusters), frequency, together)
        return judge_level(words, together).npmi, duplicate_topics(words[:, :TOP])

    return judge


def reseed(vectors: Halves, rows: Labels, centroids: Floats, judge: Judge, seed: int) -> Floats:
    """Better centroids (leaves × d), or the given ones where giving some up makes the whole no better.

    Args:
        vectors: unit vectors of all training papers.
        rows: the papers that the centroids were made from; an even sample of many is looked at.
        centroids: what k-means found (leaves × d).
        judge: says how good the clusters of some rows are.
        seed: of the splits.
    """
    leaves = len(centroids)
    rows = rows[sampled(len(rows), seed)]
    sample = vectors[rows].astype(np.float32)
    labels = nearest(sample, centroids)
    coherence, repeated = judge(rows, labels, leaves)
    given_up = repeated.copy()
    given_up[np.argsort(coherence, kind="stable")[: int(GIVEN_UP * leaves)]] = True
    width = np.bincount(labels, ((sample - centroids[labels]) ** 2).sum(axis=1), minlength=leaves)
    remaining = np.flatnonzero(~given_up)
    split = remaining[np.argsort(-width[remaining], kind="stable")][: int(given_up.sum())]
    halves = [cluster(sample[labels == leaf], 2, seed) for leaf in split.tolist()]
    if not halves or any(len(pair) < 2 for pair in halves) or len(split) < given_up.sum():
        return centroids
    better = settle(sample, np.vstack([centroids[np.setdiff1d(remaining, split)], *halves]), _RESEEDING)
    after, _ = judge(rows, nearest(sample, better), leaves)
    return better if after.mean() >= coherence.mean() else centroids
