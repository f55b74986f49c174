"""How many collections become one set of leaves: all at once, or growing from a base.

``concat`` clusters all papers together. ``heterogeneous`` clusters the base collection first; every other
collection is then poured in: papers that lie well inside a leaf join it, the rest is clustered into new
leaves. So the base keeps its topics, and a small collection gets topics of its own where the base has
none. A rebuild is the same step with the published model as the base.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from topics.rows import unit_rows
from topics.training.clusters import Judge, cluster, means, nearest, reseed
from topics.training.number_of_topics import MIN_LEAVES, level_sizes

Floats = NDArray[np.float32]
Halves = NDArray[np.float16] | NDArray[np.float32]
Labels = NDArray[np.intp]

COVERED = 0.25
"""A paper is covered when it lies nearer to a leaf's centroid than this share of the leaf's own papers."""

_LEAF_POWER = 0.75
"""A collection's share of the leaves grows with this power of its papers, so that a small one is not
buried."""

_NEW_SHARE = 0.6
"""A later collection's share of the leaves against the base's: the base covers part of it."""

_GROWN_SHARE = 0.4
"""Of the leaves that a collection would have alone, what it may bring to a published model, whose leaves all
stay: more are less coherent (docs/topic-recipe.md). A small one brings as many as the smallest model has."""

_BLOCK = 20_000
_SETTLING = 10
_FEWEST = 8
"""Fewer uncovered papers than this make no new leaf."""


@dataclass
class Material:
    """What the leaves are made from; rows are training papers."""

    vectors: Halves  # (papers × d), unit rows
    groups: list[Labels]  # the rows of each collection, the base first; every row in exactly one
    leaves: int
    seed: int
    former: Labels = field(
        default_factory=lambda: np.zeros(0, dtype=np.intp)
    )  # published leaf, −1: a new paper
    judge: Judge | None = None  # gives leaves that say nothing a second chance
    most: int = 0  # leaves that a model may grow to for the sake of new collections


@dataclass
class Leaves:
    """Clusters of papers."""

    labels: Labels  # (papers,)
    centroids: Floats  # (leaves × d)
    kept: int = 0  # the first leaves: those of the base or of the published model


def concat(material: Material) -> Leaves:
    """Cluster the papers of all collections at once."""
    centroids = _clusters(material, np.arange(len(material.vectors)), material.leaves, material.seed)
    return Leaves(nearest(material.vectors, centroids), centroids)


def heterogeneous(material: Material) -> Leaves:
    """Cluster the base, then pour the other collections in, the largest first."""
    if len(material.groups) == 1:
        return concat(material)
    shares = leaf_shares([len(rows) for rows in material.groups], material.leaves)
    base = material.groups[0]
    labels = np.full(len(material.vectors), -1, dtype=np.intp)
    centroids = _clusters(material, base, shares[0], material.seed)
    labels[base] = nearest(material.vectors[base], centroids)
    leaves = Leaves(labels, centroids, len(centroids))
    for number, rows in enumerate(material.groups[1:], 1):
        leaves = pour(material, leaves, rows, shares[number], material.seed + number)
    return leaves


def grow(material: Material) -> Leaves:
    """Start from the published leaves and pour the papers in that the published model did not have.

    A collection that is all new brings as many leaves as it would as a later one from the start; what else is
    new shares what the model's size leaves.
    """
    known = material.former >= 0
    count = int(material.former.max()) + 1
    sums = np.zeros((count, material.vectors.shape[1]), dtype=np.float32)
    centroids = means(material.vectors[known], material.former[known], sums)
    leaves = Leaves(material.former.copy(), centroids, count)
    rest = ~known
    for number, rows in enumerate(material.groups):
        if len(rows) and rest[rows].all():
            rest[rows] = False
            room = max(material.leaves, material.most) - len(leaves.centroids)
            share = max(MIN_LEAVES, round(_GROWN_SHARE * level_sizes(len(rows))[-1]))
            leaves = pour(material, leaves, rows, min(max(0, room), share), material.seed + number)
    room = max(0, material.leaves - len(leaves.centroids))
    return pour(material, leaves, np.flatnonzero(rest), room, material.seed)


METHODS: dict[str, Callable[[Material], Leaves]] = {"concat": concat, "heterogeneous": heterogeneous}
"""The ways to aggregate collections, by the name that the command line takes."""


def leaf_shares(sizes: list[int], leaves: int) -> list[int]:
    """How many leaves each collection may bring, in all ``leaves``; the base has at least one."""
    weights = np.asarray(sizes, dtype=np.float64) ** _LEAF_POWER
    weights[1:] *= _NEW_SHARE
    bounds = np.round(np.cumsum(weights) / weights.sum() * leaves).astype(int)
    bounds[0] = max(bounds[0], 1)
    return [int(count) for count in np.diff(np.concatenate([[0], np.maximum.accumulate(bounds)]))]


def pour(material: Material, leaves: Leaves, rows: Labels, new: int, seed: int) -> Leaves:
    """Add papers to leaves: those that a leaf covers join it, the others make at most ``new`` new leaves.

    Afterwards every newcomer goes to the nearest of all centroids; the new ones settle, the others stay put.
    """
    if len(rows) == 0:
        return leaves
    vectors = material.vectors
    placed = np.flatnonzero(leaves.labels >= 0)
    distance = 1 - _cosines(vectors, placed, leaves.centroids, leaves.labels[placed])
    radius = _radii(distance, leaves.labels[placed], len(leaves.centroids))
    closest = nearest(vectors[rows], unit_rows(leaves.centroids))
    covered = 1 - _cosines(vectors, rows, leaves.centroids, closest) <= radius[closest]
    open_rows = rows[~covered]
    centroids = leaves.centroids
    count = min(new, len(open_rows) // _FEWEST)
    if count:
        centroids = np.vstack([centroids, _clusters(material, open_rows, count, seed)])
    labels = leaves.labels.copy()
    for _ in range(_SETTLING):
        labels[rows] = nearest(vectors[rows], centroids)
        moved = means(vectors[rows], labels[rows], centroids)
        centroids = np.vstack([leaves.centroids, moved[len(leaves.centroids) :]])
    labels[rows] = nearest(vectors[rows], centroids)
    return Leaves(labels, means(vectors[labels >= 0], labels[labels >= 0], centroids), leaves.kept)


def _clusters(material: Material, rows: Labels, leaves: int, seed: int) -> Floats:
    """k-means on some papers; leaves whose words do not go together are tried again."""
    labels = cluster(material.vectors[rows], leaves, seed)
    return labels if material.judge is None else reseed(material.vectors, rows, labels, material.judge, seed)


def _cosines(vectors: Halves, rows: Labels, centroids: Floats, labels: Labels) -> Floats:
    """The cosine of each of the rows with the centroid of its own label, in blocks."""
    unit = unit_rows(centroids)
    cosines = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), _BLOCK):
        block = vectors[rows[start : start + _BLOCK]].astype(np.float32)
        cosines[start : start + _BLOCK] = (block * unit[labels[start : start + _BLOCK]]).sum(axis=1)
    return cosines


def _radii(distance: Floats, labels: Labels, count: int) -> Floats:
    """Each leaf's quantile of the distances of its own papers; 0 for an empty leaf."""
    radii = np.zeros(count, dtype=np.float32)
    order = np.argsort(labels, kind="stable")
    bounds = np.searchsorted(labels[order], np.arange(count + 1))
    for leaf in range(count):
        own = distance[order[bounds[leaf] : bounds[leaf + 1]]]
        if own.size:
            radii[leaf] = np.quantile(own, COVERED)
    return radii
