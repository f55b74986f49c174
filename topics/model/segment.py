"""A segment: the places of papers that came after a model was published, in files that only grow.

Data rows are appended and flushed first, the journal's lines that name them afterwards; a crash between the
two leaves a tail that the next writer cuts off. Readers see what the journal names, and nothing else.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.locks import exclusive

_THETA, _VECTORS, _JOURNAL = "theta.f16", "vectors.f16", "journal.jsonl"
_LOCK_SECONDS = 120.0  # how long a second writer waits
_BYTES = 2  # of a float16


class Segment:
    """The files of one segment.

    ``theta`` (papers × leaves) and ``vectors`` (papers × d) hold the rows that `read` has come to; a paper
    that came twice has two rows, of which the later holds.

    Args:
        folder: where they lie; made when it is missing.
        widths: the lengths of a row of θ and of a vector.
    """

    def __init__(self, folder: Path, widths: tuple[int, int]) -> None:
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)
        self._widths = widths
        self._read = 0
        self._count = 0
        self.theta, self.vectors = (np.zeros((0, width), dtype=np.float16) for width in widths)

    def read(self) -> list[dict[str, Any]]:
        """The journal's entries since the last look: ``{"add": paper, "known": tokens}`` for each further
        row (with ``"fits": false`` where it does not fit, and ``"lang"`` where it has no topic), ``{"remove":
        paper}``."""
        path = self._folder / _JOURNAL
        if not path.exists() or path.stat().st_size <= self._read:
            return []
        with path.open("rb") as stream:
            stream.seek(self._read)
            text = stream.read()
        complete = text.rfind(b"\n") + 1
        entries = [json.loads(line) for line in text[:complete].splitlines()]
        self._read += complete
        self._count += sum("add" in entry for entry in entries)
        self.theta, self.vectors = self._mapped(_THETA, 0), self._mapped(_VECTORS, 1)
        return entries

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the segment's one writer.

        Raises:
            BusyError: another has been writing for too long.
        """
        with exclusive(self._folder / "lock", "placing papers", _LOCK_SECONDS):
            yield

    def cut(self) -> None:
        """Cut off what a crash left behind what was read; only under the lock, after a `read`."""
        for name, width in zip((_THETA, _VECTORS), self._widths, strict=True):
            _cut(self._folder / name, self._count * width * _BYTES)
        _cut(self._folder / _JOURNAL, self._read)

    def append(self, entries: Sequence[dict[str, Any]], theta: NDArray[Any], vectors: NDArray[Any]) -> None:
        """Append the rows of papers with their entries; only under the lock."""
        for name, rows in ((_THETA, theta), (_VECTORS, vectors)):
            _append(self._folder / name, np.asarray(rows, dtype=np.float16).tobytes())
        self._note(entries)

    def remove(self, papers: Sequence[str]) -> None:
        """Note that papers are gone; only under the lock."""
        self._note([{"remove": paper} for paper in papers])

    def _note(self, entries: Sequence[dict[str, Any]]) -> None:
        _append(self._folder / _JOURNAL, "".join(f"{json.dumps(entry)}\n" for entry in entries).encode())

    def _mapped(self, name: str, at: int) -> NDArray[np.float16]:
        width = self._widths[at]
        if self._count == 0:
            return np.zeros((0, width), dtype=np.float16)
        return np.memmap(self._folder / name, dtype=np.float16, mode="r", shape=(self._count, width))


def _cut(path: Path, size: int) -> None:
    """Cut a file to its size, if it is longer."""
    if path.exists() and path.stat().st_size > size:
        os.truncate(path, size)


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
