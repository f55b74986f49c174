"""A second chance for leaves whose words do not go together.

k-means fits the vectors, and some clusters are what is left between the others: papers that share no words.
The least coherent leaves, and those whose words repeat another leaf, are given up; in their stead the widest
of the others are split, and k-means runs on from there. The coherence is that of the training papers; it
lifts the mean coherence of the leaves on papers never seen (docs/topic-recipe.md).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from topics.naming.shown_words import shown_words
from topics.quality.measures import TOP, Reference, duplicate_topics, judge_level
from topics.training.start import Floats, Halves, Labels, cluster, nearest, sampled, settle, start_phi

GIVEN_UP = 0.15
"""The share of the leaves that is given up: the least coherent."""

_ITERATIONS = 15  # most leaves stay where they were

Judge = Callable[[Labels, Labels, int], tuple[NDArray[np.float64], NDArray[np.bool_]]]
"""(rows, the cluster of each, clusters) → the coherence of each cluster, and whether it repeats another."""


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
    kept = np.flatnonzero(~given_up)
    split = kept[np.argsort(-width[kept], kind="stable")][: int(given_up.sum())]
    halves = [cluster(sample[labels == leaf], 2, seed) for leaf in split.tolist()]
    if not halves or any(len(pair) < 2 for pair in halves) or len(split) < given_up.sum():
        return centroids
    better = settle(sample, np.vstack([centroids[np.setdiff1d(kept, split)], *halves]), _ITERATIONS)
    after, _ = judge(rows, nearest(sample, better), leaves)
    return better if after.mean() >= coherence.mean() else centroids
