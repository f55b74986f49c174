"""The order of hits, and deep readings: a search read to its end in the order that its first page fixed."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.engines.contract import CursorError, Hit
from search.engines.tantivy.encoding import unpack_ids


@dataclass(frozen=True, slots=True)
class Reading:
    """The whole order of a search's hits: packed ids (`encoding`) and scores, best first."""

    high: NDArray[np.uint64]
    low: NDArray[np.uint64]
    scores: NDArray[np.float32]

    @classmethod
    def ordered(
        cls,
        high: NDArray[np.uint64],
        low: NDArray[np.uint64],
        scores: NDArray[np.float32],
        ranks: NDArray[np.float64],
    ) -> Reading:
        """Hits by rank, lowest first, equals by id."""
        by = np.lexsort((low, high, ranks))
        return cls(high[by], low[by], scores[by])

    def __len__(self) -> int:
        return len(self.high)

    def hits(self, start: int, end: int) -> list[Hit]:
        """The hits of one page."""
        ids = unpack_ids(self.high[start:end], self.low[start:end])
        return [Hit(id, score) for id, score in zip(ids, self.scores[start:end].tolist(), strict=True)]


def sort_equals(rows: list[tuple[Any, str]]) -> None:
    """Put neighbours with the same key in order of id, in place."""
    start = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or rows[at][0] != rows[start][0]:
            if at - start > 1:
                rows[start:at] = sorted(rows[start:at], key=lambda row: row[1])
            start = at


def make_cursor(*parts: str) -> str:
    """Parts (without spaces) as one string that is safe in a URL."""
    return base64.urlsafe_b64encode(" ".join(parts).encode("ascii")).decode("ascii").rstrip("=")


def parse_cursor(cursor: str, count: int) -> list[str]:
    """The ``count`` parts that `make_cursor` joined; `CursorError` for anything else."""
    try:
        parts = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").split(" ")
    except (ValueError, binascii.Error):
        parts = []
    if len(parts) != count:
        raise broken_cursor()
    return parts


def broken_cursor() -> CursorError:
    """The error for a cursor that makes no sense."""
    return CursorError("The cursor cannot be read.", "Begin again without a cursor.")


def foreign_cursor() -> CursorError:
    """The error for a cursor of another search."""
    return CursorError(
        "The cursor belongs to another search.",
        "Use it with the same query, filters and sort, or begin without one.",
    )
