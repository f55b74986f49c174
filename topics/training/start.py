"""Where the levels start: k-means leaves on the document vectors, and φ from clusters of papers.

A random start finds poor topics whatever follows it; the start decides the quality of the whole model
(docs/topic-recipe.md).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.cluster import kmeans_plusplus

Floats = NDArray[np.float32]
Halves = NDArray[np.float16] | NDArray[np.float32]
Labels = NDArray[np.intp]

SAMPLE = 60_000

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
    return settle(sample, np.asarray(kmeans_plusplus(few, leaves, random_state=seed)[0], dtype=np.float32))


def sampled(papers: int, seed: int) -> Labels:
    """The rows to look at: all of them, or a bounded sample in order."""
    if papers <= SAMPLE:
        return np.arange(papers, dtype=np.intp)
    return np.sort(np.random.default_rng(seed).choice(papers, SAMPLE, replace=False)).astype(np.intp)


def settle(sample: Floats, centroids: Floats, iterations: int = _ITERATIONS) -> Floats:
    """Lloyd's iterations, until hardly a paper moves any more."""
    labels = np.full(len(sample), -1, dtype=np.intp)
    for _ in range(iterations):
        found = nearest(sample, centroids)
        moved = int((found != labels).sum())
        labels = found
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
    found = np.empty(len(vectors), dtype=np.intp)
    for start in range(0, len(vectors), _BLOCK):
        block = vectors[start : start + _BLOCK].astype(np.float32, copy=False)
        found[start : start + _BLOCK] = (block @ centroids.T - half).argmax(axis=1)
    return found


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
