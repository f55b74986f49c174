"""The nearest of many vectors: those that lie together are in one list; only the likeliest lists are read.

An inverted file (Jégou, Douze, Schmid, TPAMI 2011) whose lists are the topics of the last level; exact while
there are few vectors.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

EXACT = 20_000
"""Vectors that are looked through in any case."""

SHARE = 0.1
"""Of more, this share; measured in docs/topic-recipe.md."""

_PER_RESULT = 20  # vectors that are looked through for each that is wanted, at least


class Lists:
    """Unit vectors (N × w), reordered so that each list is one block.

    Args:
        vectors: in the order of ``rows``, which :func:`order_of` gives.
        rows: the row that each is known by.
        groups: the list of each, ascending.
    """

    def __init__(self, vectors: Floats, rows: NDArray[np.intp], groups: NDArray[np.intp]) -> None:
        self._vectors, self._rows = vectors, rows
        count = int(groups[-1]) + 1 if len(groups) else 0
        self._starts = np.searchsorted(groups, np.arange(count + 1))
        self._centres = np.zeros((count, vectors.shape[1]), dtype=np.float32)
        for number in range(count):
            block = vectors[self._starts[number] : self._starts[number + 1]]
            if len(block):
                mean = block.mean(axis=0)
                self._centres[number] = mean / max(float(np.linalg.norm(mean)), 1e-9)

    def scores(self, query: Floats, limit: int) -> tuple[NDArray[np.intp], Floats]:
        """Rows and cosines, in no order, of the vectors in the lists that are nearest to the query."""
        wanted = max(EXACT, int(SHARE * len(self._rows)), _PER_RESULT * limit)
        if wanted >= len(self._rows):
            return self._rows, self._vectors @ query
        likely = np.argsort(-(self._centres @ query), kind="stable")
        sizes = (self._starts[1:] - self._starts[:-1])[likely]
        read = likely[: int(np.searchsorted(np.cumsum(sizes), wanted)) + 1]
        blocks = [slice(self._starts[number], self._starts[number + 1]) for number in read.tolist()]
        rows = np.concatenate([self._rows[block] for block in blocks])
        return rows, np.concatenate([self._vectors[block] @ query for block in blocks])


def order_of(groups: NDArray[np.intp]) -> NDArray[np.intp]:
    """The order that brings the vectors of each group together."""
    return np.argsort(groups, kind="stable")
