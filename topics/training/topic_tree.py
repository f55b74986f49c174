"""The tree over the leaves: Ward's groups, without only children.

Levels are made from the bottom up, so that they are nested. A group of one child says nothing that the
child does not say, so such groups are joined to their neighbour and a new group is made elsewhere; moves
of single children then repair what that spoilt (a local search on the within-group sum of squares, as
Ward's own criterion).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import cdist

Floats = NDArray[np.float32]
Labels = NDArray[np.intp]

_STEPS = 400


def nested_groups(centroids: Floats, sizes: list[int]) -> list[Labels]:
    """The group of every leaf at each upper level (from the top), and the leaves themselves last.

    Args:
        centroids: (leaves × d).
        sizes: how many groups each level above the leaves has, from the top.
    """
    levels = [np.arange(len(centroids), dtype=np.intp)]
    points, of_leaf = centroids.astype(np.float64), levels[0]
    for size in reversed(sizes):
        labels = group(points, min(size, len(points)))
        points = np.array([points[labels == number].mean(axis=0) for number in range(labels.max() + 1)])
        of_leaf = labels[of_leaf]
        levels.insert(0, of_leaf)
    return levels


def group(points: NDArray[np.float64], size: int) -> Labels:
    """Divide points into ``size`` groups of at least two, where there are points enough."""
    if size >= len(points):
        return np.arange(len(points), dtype=np.intp)
    if size == 1:
        return np.zeros(len(points), dtype=np.intp)
    labels = _renumbered(fcluster(linkage(points, "ward"), size, criterion="maxclust"))
    if np.bincount(labels).min() >= 2 and labels.max() + 1 == size:
        return labels
    least = 2 if len(points) >= 2 * size else 1
    distance = cdist(points, points, "sqeuclidean")
    return _improved(distance, _repaired(distance, labels, size, least), least)


def _repaired(distance: NDArray[np.float64], labels: Labels, size: int, least: int) -> Labels:
    """Join groups that are too small to the nearest one, and divide the widest until there are ``size``."""
    labels = labels.copy()
    counts = np.bincount(labels)
    while least > 1 and counts[counts > 0].min() < least:
        small = int(np.flatnonzero((counts > 0) & (counts < least))[0])
        own = labels == small
        between = distance[own].mean(axis=0)
        means = [
            between[labels == other].mean() if other != small and counts[other] else np.inf
            for other in range(len(counts))
        ]
        labels[own] = int(np.argmin(means))
        counts = np.bincount(labels, minlength=len(counts))
    labels = _renumbered(labels)
    while labels.max() + 1 < size:
        labels = _divided(distance, labels, least)
    return labels


def _divided(distance: NDArray[np.float64], labels: Labels, least: int) -> Labels:
    """Make one more group of the two points that fit their groups worst and each other best."""
    _, own, size = _sums(distance, labels)
    spare = size[:, None] - (labels[:, None] == labels[None, :])  # what the pair would leave behind, and one
    worth = (own / size)[:, None] + (own / size)[None, :] - distance / 2
    worth[(spare <= least) | (least >= spare.T)] = -np.inf
    np.fill_diagonal(worth, -np.inf)
    pair = np.unravel_index(int(worth.argmax()), worth.shape)
    chosen = [int(pair[0])] if least == 1 else [int(pair[0]), int(pair[1])]
    divided = labels.copy()
    divided[chosen] = labels.max() + 1
    return divided


def _sums(
    distance: NDArray[np.float64], labels: Labels
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Sums of distances from each point to each group and to its own, and the size of its own."""
    member = np.eye(labels.max() + 1)[labels]
    sums = distance @ member
    return sums, sums[np.arange(len(labels)), labels], member.sum(axis=0)[labels]


def _improved(distance: NDArray[np.float64], labels: Labels, least: int) -> Labels:
    """Move or exchange single points while that makes the groups tighter."""
    labels = labels.copy()
    for _ in range(_STEPS):
        gain, change = _best_change(distance, labels, least)
        if gain <= 1e-12:
            break
        for point, target in change:
            labels[point] = target
    return labels


def _best_change(
    distance: NDArray[np.float64], labels: Labels, least: int
) -> tuple[float, list[tuple[int, int]]]:
    """The move or exchange that reduces the within-group sum of squares most."""
    sums, own, size = _sums(distance, labels)
    sizes = np.bincount(labels).astype(np.float64)
    within = np.bincount(labels, weights=own) / 2
    leaving = within[labels] / size - (within[labels] - own) / np.maximum(size - 1, 1)
    joining = (within + sums) / (sizes + 1) - within / sizes
    move = leaving[:, None] - joining
    move[size <= least] = -np.inf
    move[np.arange(len(labels)), labels] = -np.inf
    across = sums[:, labels]  # [i, j]: from i to the group of j
    swap = (own[:, None] - across.T + distance) / size[:, None] + (own[None, :] - across + distance) / size[
        None, :
    ]
    swap[labels[:, None] == labels[None, :]] = -np.inf
    if move.max() >= swap.max():
        point, target = np.unravel_index(int(move.argmax()), move.shape)
        return float(move.max()), [(int(point), int(target))]
    left, right = np.unravel_index(int(swap.argmax()), swap.shape)
    return float(swap.max()), [(int(left), int(labels[right])), (int(right), int(labels[left]))]


def _renumbered(labels: NDArray[np.integer]) -> Labels:
    return np.asarray(np.unique(labels, return_inverse=True)[1], dtype=np.intp)
