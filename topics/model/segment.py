"""A segment: the places of papers that came after a model was published, in files that only grow.

Data rows are appended and flushed first, the journal's lines that name them afterwards; a crash between the
two leaves a tail that the next writer cuts off. Readers see what the journal names, and nothing else. Every
batch of lines ends with one that has the checksums of the lines and of the rows that they name; journals of
earlier versions have none.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.arrays import ArraysError
from ingest.locks import exclusive

_THETA, _VECTORS, _JOURNAL = "theta.f16", "vectors.f16", "journal.jsonl"
_LOCK_SECONDS = 120.0  # how long a second writer waits
_BYTES = 2  # of a float16
_CHECK = b'{"check": '


class SegmentError(ArraysError):
    """A segment that is damaged; the papers in it can be placed anew from the library."""


class Segment:
    """The files of one segment.

    ``theta`` (papers × leaves) and ``vectors`` (papers × d) hold the rows that `read` has come to; a paper
    that came twice has two rows, of which the later holds.

    Args:
        folder: where they lie; made when it is missing.
        widths: the lengths of a row of θ and of a vector.
    """

    def __init__(self, folder: Path, widths: tuple[int, int]) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self._widths = widths
        self._read = 0
        self._count = 0
        self._has_checks = False
        self._tail = b""  # the last line that was read
        self.entries = 0
        """How many entries were read so far."""
        self.theta, self.vectors = (np.zeros((0, width), dtype=np.float16) for width in widths)

    def read(self) -> list[dict[str, Any]]:
        """The journal's entries since the last look: ``{"add": paper, "known": tokens}`` for each further
        row (with ``"fits": false`` where it does not fit, and ``"lang"`` where it has no topic), ``{"remove":
        paper}``.

        Raises:
            SegmentError: the lines or the rows are not what was written.
        """
        path = self.folder / _JOURNAL
        if not path.exists() or (size := path.stat().st_size) == self._read:
            return []
        text = b""
        if size > self._read:
            with path.open("rb") as stream:
                stream.seek(self._read - len(self._tail))
                text = stream.read()
        if not text.startswith(self._tail) or size < self._read:
            raise self._damaged(f"are damaged: {_JOURNAL} is not the one that was read before")
        text = text[len(self._tail) :]
        try:
            entries, rows, end = self._checked(text)
            self._count += rows
            self.theta, self.vectors = self._mapped(_THETA, 0), self._mapped(_VECTORS, 1)
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            name = getattr(error, "filename", None) or _JOURNAL
            raise self._damaged(f"are damaged: {error} ({Path(name).name})") from error
        self._read += end
        self._tail = text[:end].rpartition(b"\n")[0].rpartition(b"\n")[2] + b"\n" if end else self._tail
        self.entries += len(entries)
        return entries

    def expect(self, entries: int) -> None:
        """Raise `SegmentError` where fewer entries are left than are known to have been written."""
        if self.entries < entries:
            raise self._damaged(f"are damaged: {_JOURNAL} has {self.entries} of {entries} entries")

    def _checked(self, text: bytes) -> tuple[list[dict[str, Any]], int, int]:
        """The entries of whole batches, the number of their rows, and where they end."""
        entries: list[dict[str, Any]] = []
        starts: list[int] = []  # of the lines since the last checksum
        end = 0
        for line, begin, after in _lines(text):
            if line.startswith(_CHECK):
                size, *sums = json.loads(line)["check"]
                start, before = starts[-size], entries[: len(entries) - size]
                actual = [zlib.crc32(text[start:begin]), *self._sums(_rows(before), _rows(entries))]
                for name, one, other in zip((_JOURNAL, _THETA, _VECTORS), sums, actual, strict=False):
                    if one != other:
                        raise ValueError(f"{name} is not what was written")
                if len(sums) != len(actual):
                    raise ValueError(f"a checksum is missing in {_JOURNAL}")
                starts, end, self._has_checks = [], after, True
            else:
                starts.append(begin)
                entries.append(json.loads(line))
                if not entries[-1].keys() & {"add", "remove"}:
                    raise ValueError("an entry is neither one that adds nor one that removes")
        if starts and self._has_checks:  # a batch that is being written, or was never written to its end
            entries = entries[: len(entries) - len(starts)]
        elif starts:
            end = text.rfind(b"\n") + 1
        return entries, _rows(entries), end

    def _sums(self, first: int, end: int) -> list[int]:
        """The checksums of some of the next rows in both files."""
        if first == end:
            return []
        sums = []
        for name, width in zip((_THETA, _VECTORS), self._widths, strict=True):
            with (self.folder / name).open("rb") as stream:
                stream.seek((self._count + first) * width * _BYTES)
                sums.append(zlib.crc32(stream.read((end - first) * width * _BYTES)))
        return sums

    def _damaged(self, problem: str) -> SegmentError:
        return SegmentError(
            f"The places of later papers in {self.folder} {problem}.", "Run: litatlas reindex"
        )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the segment's one writer.

        Raises:
            BusyError: another has been writing for too long.
        """
        with exclusive(self.folder / "lock", "placing papers", _LOCK_SECONDS):
            yield

    def cut(self) -> None:
        """Cut off what a crash left behind what was read; only under the lock, after a `read`."""
        for name, width in zip((_THETA, _VECTORS), self._widths, strict=True):
            _cut(self.folder / name, self._count * width * _BYTES)
        _cut(self.folder / _JOURNAL, self._read)

    def append(self, entries: Sequence[dict[str, Any]], theta: NDArray[Any], vectors: NDArray[Any]) -> None:
        """Append the rows of papers with their entries; only under the lock."""
        sums = []
        for name, rows in ((_THETA, theta), (_VECTORS, vectors)):
            data = np.asarray(rows, dtype=np.float16).tobytes()
            sums.append(zlib.crc32(data))
            _append(self.folder / name, data)
        self._note(entries, sums)

    def remove(self, papers: Sequence[str]) -> None:
        """Note that papers are gone; only under the lock."""
        self._note([{"remove": paper} for paper in papers], [])

    def _note(self, entries: Sequence[dict[str, Any]], sums: Sequence[int]) -> None:
        if not entries:
            return
        lines = "".join(f"{json.dumps(entry)}\n" for entry in entries).encode()
        check = json.dumps({"check": [len(entries), zlib.crc32(lines), *sums]})
        _append(self.folder / _JOURNAL, lines + check.encode() + b"\n")

    def _mapped(self, name: str, at: int) -> NDArray[np.float16]:
        width = self._widths[at]
        if self._count == 0:
            return np.zeros((0, width), dtype=np.float16)
        return np.memmap(self.folder / name, dtype=np.float16, mode="r", shape=(self._count, width))


def _rows(entries: Sequence[dict[str, Any]]) -> int:
    return sum("add" in entry for entry in entries)


def _lines(text: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Each line, with where it begins and where the next one does."""
    begin = 0
    while (end := text.find(b"\n", begin) + 1) > 0:
        yield text[begin : end - 1], begin, end
        begin = end


def _cut(path: Path, size: int) -> None:
    """Cut a file to its size, if it is longer."""
    if path.exists() and path.stat().st_size > size:
        os.truncate(path, size)


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
