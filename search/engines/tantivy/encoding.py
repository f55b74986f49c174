"""Numbers that stand for ids, orders and vectors: Tantivy's columns hold numbers only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search.engines.contract import MAX_ID, IndexedPaper
from search.engines.documents import checked_id

_ALPHABET = {
    char: code for code, char in enumerate("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
}
_CODED = 6  # characters of an id in a sort key, 6 bits each
_CODE_BITS = 6 * _CODED
_LATEST = (1 << (64 - _CODE_BITS)) - 1

VECTOR_STEPS = 24
"""Into how many steps a component of a topic vector (√θ, 0 to 1) is rounded."""

_NEAR_COMPONENTS = 24  # the largest components of a vector that nearness looks at; they hold nearly all of θ


def pack_id(paper_id: str) -> tuple[int, int]:
    """An id as two unsigned 64-bit numbers whose order is that of the ids."""
    raw = checked_id(paper_id).encode("ascii").ljust(MAX_ID, b"\0")
    return int.from_bytes(raw[:8], "big"), int.from_bytes(raw[8:], "big")


def unpack_ids(
    high: Sequence[int] | NDArray[np.uint64], low: Sequence[int] | NDArray[np.uint64]
) -> list[str]:
    """The ids that `pack_id` packed."""
    packed = np.empty((len(high), 2), dtype=">u8")
    packed[:, 0], packed[:, 1] = high, low
    lines = np.full((len(packed), MAX_ID + 1), ord("\n"), dtype=np.uint8)
    lines[:, :MAX_ID] = packed.view(np.uint8)
    return lines.tobytes().translate(None, b"\0").decode("ascii").split("\n")[:-1]


def sort_keys(paper: IndexedPaper) -> dict[str, int]:
    """The keys of the orders: one number for a value and the beginning of the id, so that ties go by id.

    ``newest`` and ``cited`` are read from the top down, ``oldest`` from the bottom up; papers without the
    value come last in each.
    """
    code = _code(paper.id[:_CODED])
    down = (1 << _CODE_BITS) - 1 - code
    return {
        "newest": _clip(paper.year, 0) << _CODE_BITS | down,
        "oldest": _clip(paper.year, _LATEST) << _CODE_BITS | code,
        "cited": _clip(paper.citations, 0) << _CODE_BITS | down,
        "arrived": _clip(paper.added, 0) << _CODE_BITS | down,
    }


def _code(head: str) -> int:
    code = 0
    for char in head.ljust(_CODED, "-"):
        code = code << 6 | _ALPHABET[char]
    return code


def _clip(value: int | None, missing: int) -> int:
    return missing if value is None else min(max(value, 0) + 1, _LATEST - 1)


def vector_tokens(vector: Sequence[float]) -> str:
    """A topic vector as tokens ``component_step``, joined by a space; components that round to 0 are left
    out."""
    steps = np.rint(np.asarray(vector, dtype=np.float64) * VECTOR_STEPS).clip(0, VECTOR_STEPS).astype(int)
    at = steps.nonzero()[0]
    return " ".join(map("%d_%d".__mod__, zip(at.tolist(), steps[at].tolist(), strict=True)))


def near_tokens(vector: Sequence[float]) -> list[tuple[str, float]]:
    """The tokens of papers near to a vector, each with what it adds to the dot product."""
    values = np.asarray(vector, dtype=np.float64)
    largest = np.argsort(-values, kind="stable")[:_NEAR_COMPONENTS]
    return [
        (f"{at}_{step}", float(values[at]) * step / VECTOR_STEPS)
        for at in largest
        if values[at] > 0
        for step in range(1, VECTOR_STEPS + 1)
    ]
