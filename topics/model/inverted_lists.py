"""The nearest of many vectors: those that lie together are in one list; only the likeliest lists are read.

An inverted file (Jégou, Douze, Schmid, TPAMI 2011) whose lists are the topics of the last level; exact while
there are few vectors.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.arrays import Layout, read_arrays, write_arrays

Floats = NDArray[np.float32]

EXACT = 20_000
"""Vectors that are looked through in any case."""

SHARE = 0.1
"""Of more, this share; measured in docs/topic-recipe.md."""

MOST = 30_000
"""No more than so many, so that a question of millions of papers does not read gigabytes."""

NEAR = Layout("lists of near papers", "near.json", 1, "Run: litatlas reindex")
"""How lists that are too large for each process's own memory are laid out."""

_PER_RESULT = 20  # vectors that are looked through for each that is wanted, at least


class Lists:
    """Unit vectors (N × w), reordered so that each list is one block.

    Args:
        vectors: in the order of ``rows``, which :func:`order_of` gives.
        rows: the row that each is known by.
        groups: the list of each, ascending.
        centres: the mean direction of each list, where it is known.
    """

    def __init__(
        self,
        vectors: Floats,
        rows: NDArray[np.intp],
        groups: NDArray[np.intp],
        centres: Floats | None = None,
    ) -> None:
        self._vectors, self._rows, self._groups = vectors, rows, groups
        count = int(groups[-1]) + 1 if len(groups) else 0
        self._starts = np.searchsorted(groups, np.arange(count + 1))
        self._centres = self._means(count) if centres is None else centres

    def _means(self, count: int) -> Floats:
        centres = np.zeros((count, self._vectors.shape[1]), dtype=np.float32)
        for number in range(count):
            block = self._vectors[self._starts[number] : self._starts[number + 1]]
            if len(block):
                mean = block.mean(axis=0)
                centres[number] = mean / max(float(np.linalg.norm(mean)), 1e-9)
        return centres

    def save(self, folder: Path) -> None:
        """Write the lists, so that all processes map one copy."""
        names = ("vectors", "rows", "groups", "centres")
        write_arrays(NEAR, folder, {}, {name: getattr(self, f"_{name}") for name in names})

    @classmethod
    def load(cls, folder: Path) -> Lists:
        """The lists of a folder, mapped.

        Raises:
            ArraysError: there are none, or they are damaged.
        """
        arrays = read_arrays(NEAR, folder)[1]
        return cls(arrays["vectors"], arrays["rows"], arrays["groups"], arrays["centres"])

    def scores(self, query: Floats, limit: int) -> tuple[NDArray[np.intp], Floats]:
        """Rows and cosines, in no order, of the vectors in the lists that are nearest to the query."""
        wanted = max(EXACT, min(int(SHARE * len(self._rows)), MOST), _PER_RESULT * limit)
        if wanted >= len(self._rows):
            return self._rows, self._vectors @ query
        likely = np.argsort(-(self._centres @ query), kind="stable")
        sizes = (self._starts[1:] - self._starts[:-1])[likely]
        read = likely[: int(np.searchsorted(np.cumsum(sizes), wanted)) + 1]
        blocks = [slice(self._starts[number], self._starts[number + 1]) for number in read.tolist()]
        rows = np.concatenate([self._rows[block] for block in blocks])
        return rows, np.concatenate([self._vectors[block] @ query for block in blocks])

    def of(self, rows: NDArray[np.intp]) -> Floats:
        """The vectors of rows (n × w), each of which there is."""
        return np.asarray(self._vectors[self._places[rows]])

    @cached_property
    def _places(self) -> NDArray[np.uint32]:
        """Where each row's vector stands."""
        places = np.zeros(len(self._rows), dtype=np.uint32)
        places[self._rows] = np.arange(len(self._rows), dtype=np.uint32)
        return places


def order_of(groups: NDArray[np.intp]) -> NDArray[np.intp]:
    """The order that brings the vectors of each group together."""
    return np.argsort(groups, kind="stable")
