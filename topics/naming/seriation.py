"""The order of topics as a spectrum: similar ones stand side by side.

A spectral start (Fiedler vector of the similarity graph) and optimal leaf ordering of an average-linkage
tree give two orders; each is polished by moving and turning stretches, and the better one is kept.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LEAF_ORDERING_LIMIT = 400  # optimal leaf ordering is cubic


def order_siblings(similarity: NDArray[np.floating]) -> list[int]:
    """Order the rows of a symmetric similarity matrix so that neighbours are as similar as can be.

    Deterministic; the order starts at the end with the lower index, so that it does not flip by chance.
    """
    size = len(similarity)
    if size < 3:
        return list(range(size))
    matrix = np.nan_to_num(np.asarray(similarity, dtype=np.float64))
    matrix = (matrix + matrix.T) / 2
    starts = [_spectral(matrix)]
    if size <= _LEAF_ORDERING_LIMIT:
        starts.append(_leaf_order(matrix))
    best = max((_polish(matrix, order) for order in starts), key=lambda order: _length(matrix, order))
    return best if best[0] <= best[-1] else best[::-1]


def _length(similarity: NDArray[np.float64], order: list[int]) -> float:
    return float(similarity[order[:-1], order[1:]].sum())


def _spectral(similarity: NDArray[np.float64]) -> list[int]:
    weights = similarity - similarity.min()
    np.fill_diagonal(weights, 0.0)
    scale = 1.0 / np.sqrt(np.maximum(weights.sum(axis=1), 1e-12))
    _, vectors = np.linalg.eigh(np.eye(len(weights)) - scale[:, None] * weights * scale[None, :])
    fiedler = vectors[:, 1] * scale
    if fiedler[np.argmax(np.abs(fiedler))] < 0:
        fiedler = -fiedler
    return [int(row) for row in np.argsort(fiedler, kind="stable")]


def _leaf_order(similarity: NDArray[np.float64]) -> list[int]:
    from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering  # here: slow to import
    from scipy.spatial.distance import squareform

    distance = similarity.max() - similarity
    np.fill_diagonal(distance, 0.0)
    condensed = squareform(distance, checks=False)
    tree = optimal_leaf_ordering(linkage(condensed, "average"), condensed)
    return [int(row) for row in leaves_list(tree)]


def _polish(similarity: NDArray[np.float64], order: list[int], rounds: int = 20) -> list[int]:
    """Turn stretches (2-opt) while that brings more similar topics together."""
    path = np.array(order)
    for _ in range(rounds):
        gain, first, last = _best_turn(similarity, path)
        if gain <= 1e-12:
            break
        path[first : last + 1] = path[first : last + 1][::-1]
    return [int(row) for row in path]


def _best_turn(similarity: NDArray[np.float64], path: NDArray[np.int_]) -> tuple[float, int, int]:
    """The stretch whose reversal gains most; a missing neighbour at either end counts 0."""
    size = len(path)
    ordered = np.zeros((size + 2, size + 2))
    ordered[1:-1, 1:-1] = similarity[np.ix_(path, path)]
    joints = np.append(np.diagonal(ordered, 1), 0.0)  # joints[k]: similarity of positions k and k+1
    first, last = np.triu_indices(size, 1)
    first, last = first + 1, last + 1
    gains = ordered[first - 1, last] + ordered[first, last + 1] - joints[first - 1] - joints[last]
    best = int(np.argmax(gains))
    return float(gains[best]), int(first[best] - 1), int(last[best] - 1)
