"""The ids of the papers that a model has rows for: few in a list and a dictionary, many in 13 bytes each.

A list and a dictionary of Python's take some 200 bytes a paper in every process; an array that is mapped
from the model's file takes none of a process's own, and finds a thousand ids in half a millisecond.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import repeat
from typing import overload

import numpy as np
from numpy.typing import NDArray

MANY = 200_000
"""From so many papers on the ids are kept in an array, and stored as one."""

_BLOCK = 10_000


class PaperIds(Sequence[str]):
    """Ids by row, and rows by id.

    Args:
        ids: the id of each row: texts, or (as they are stored) their bytes.
    """

    def __init__(self, ids: Sequence[str] | NDArray[np.bytes_]) -> None:
        self._list: list[str] | None = None
        self._array = np.zeros(0, dtype="S1")
        if isinstance(ids, np.ndarray) and len(ids) >= MANY:
            self._array = ids
        elif isinstance(ids, np.ndarray):
            self._list = _texts(ids)
        elif len(ids) >= MANY:
            self._array = np.array([id.encode() for id in ids] or [b""])[: len(ids)]
        else:
            self._list = list(ids)

    @property
    def array(self) -> NDArray[np.bytes_] | None:
        """The ids as an array to store; None where they are few enough for a list."""
        return None if self._list is not None else self._array

    def or_equal(self, other: Sequence[str] | None) -> PaperIds:
        """Other ids in memory where they are the same ones, so that they are there once; else these.

        Ids that are mapped from a file take no memory, and are not compared.
        """
        if isinstance(other, PaperIds) and self._list is not None and self._list == other._list:
            return other
        return self

    def rows(self, ids: Sequence[str]) -> NDArray[np.intp]:
        """The row of each id; −1 where it has none."""
        if self._list is not None:
            return np.fromiter(map(self._row_of.get, ids, repeat(-1)), dtype=np.intp, count=len(ids))
        width = self._array.dtype.itemsize
        encoded = [id.encode() for id in ids]
        wanted = np.array([id if len(id) <= width else b"" for id in encoded], dtype=self._array.dtype)
        order, names = self._order
        places = np.searchsorted(names, wanted)
        if not len(names):
            return np.full(len(ids), -1, dtype=np.intp)
        places[places == len(names)] = 0
        held = (names[places] == wanted) & (wanted != b"")
        return np.where(held, places if order is None else order[places], -1).astype(np.intp)

    @cached_property
    def _row_of(self) -> Mapping[str, int]:
        return {id: row for row, id in enumerate(self._list or ())}

    @cached_property
    def _order(self) -> tuple[NDArray[np.intp] | None, NDArray[np.bytes_]]:
        """The rows in the order of their ids (None: as they are), and the ids in that order."""
        if all(
            bool((block[:-1] <= block[1:]).all())
            for start in range(0, len(self._array), _BLOCK)
            for block in [self._array[start : start + _BLOCK + 1]]
        ):
            return None, self._array
        order = np.argsort(self._array, kind="stable")
        return order, self._array[order]

    def __len__(self) -> int:
        return len(self._array) if self._list is None else len(self._list)

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if self._list is not None:
            return self._list[row]
        if isinstance(row, slice):
            return _texts(self._array[row])
        return bytes(self._array[row]).decode()

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), _BLOCK):
            yield from self[start : start + _BLOCK]

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str) and int(self.rows([id])[0]) >= 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(str.__eq__, self, other))

    __hash__ = None  # type: ignore[assignment]


def _texts(ids: NDArray[np.bytes_]) -> list[str]:
    return [id.decode() for id in ids.tolist()]
