"""θ in an index: tokens that a terms facet counts, so that either engine adds θ up over all hits.

A paper's θ of the leaves is sixteen equal parts; a topic's number of parts is written in powers of two, as
``t7k2|4`` and ``t7k2|1`` for five. So a facet has few values, and their counts give the sums. The levels
above follow from the leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from topics.model.hierarchy import Hierarchy

PARTS = 16
POWERS = (1, 2, 4, 8, 16)
"""What a token may count: together these write every number of parts."""

_POWERS_OF = [[power for power in POWERS if parts & power] for parts in range(PARTS + 1)]


def share_tokens(
    leaves: Sequence[str], theta: NDArray[np.floating[Any]], papers: Sequence[str]
) -> list[list[str]]:
    """The tokens of each paper (θ: papers × leaves); a row of θ that is all 0 has none.

    Parts are given out by systematic sampling (Madow and Madow, 1944): a leaf gets the parts whose marks fall
    into its stretch of θ, and where the marks begin follows from the paper's id. So a leaf gets p·16 parts or
    their next whole neighbours, and sums over many papers come to what θ says, as small p are now one part
    and now none; rounding would lose them all.
    """
    begins = np.array([crc32(paper.encode()) / 2**32 for paper in papers])
    ends = np.cumsum(theta, axis=1, dtype=np.float64)
    whole = ends[:, -1:]
    ends = np.divide(ends, whole, out=np.zeros_like(ends), where=whole > 0) * PARTS
    parts = np.diff(np.floor(ends + begins[:, None]), axis=1, prepend=0).astype(int)
    tokens: list[list[str]] = [[] for _ in papers]
    for at, leaf in zip(*map(np.ndarray.tolist, np.nonzero(parts)), strict=True):
        tokens[at] += [f"{leaves[leaf]}|{power}" for power in _POWERS_OF[parts[at, leaf]]]
    return tokens


class Shares:
    """Adds up the counted tokens of one model's index."""

    def __init__(self, hierarchy: Hierarchy) -> None:
        self._hierarchy = hierarchy
        self._places = _Places(f"{leaf}|{power}" for leaf in hierarchy.levels[-1].ids for power in POWERS)

    def __len__(self) -> int:
        """How many different tokens there are."""
        return len(self._places)

    def sums(self, counted: Sequence[tuple[str, int]]) -> list[dict[str, float]]:
        """For each level, the top first: the sum of every topic's parts, from (token, papers)."""
        tokens, papers = zip(*counted, strict=True) if counted else ((), ())
        places = np.fromiter(map(self._places.__getitem__, tokens), dtype=np.intp, count=len(tokens))
        counts = np.bincount(places, weights=papers, minlength=len(self) + 1)[:-1]
        leaves = counts.reshape(-1, len(POWERS)) @ POWERS
        levels = zip(self._hierarchy.levels, self._hierarchy.all_levels(leaves), strict=True)
        return [dict(zip(level.ids, sums.tolist(), strict=True)) for level, sums in levels]


class _Places(dict[str, int]):
    """Token → its place; tokens of other models have the place after the last."""

    def __init__(self, tokens: Iterable[str]) -> None:
        super().__init__((token, place) for place, token in enumerate(tokens))
        self._after = len(self)

    def __missing__(self, token: str) -> int:
        return self._after
