"""Damage to SQLite's write-ahead log (``library.db-wal``), which a process that was killed leaves behind.

SQLite reads it up to the first frame that is not what was written, as after a power cut: commits behind that
one are gone without a word (https://sqlite.org/walformat.html, section 4). So the log is compared before
SQLite opens it, and where commits are lost, a copy of it is kept and named. A log that was cut between two
commits, or is gone, cannot be told from a shorter one.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
import struct
import time
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from ingest.library.backend import wal_index

log = logging.getLogger("litatlas.library")
_HEADER, _FRAME = struct.Struct(">8I"), struct.Struct(">6I")
_MAGIC = 0x377F0682  # of words with the lowest byte first; with the highest first it is one more
_LOOKS, _PAUSE_SECONDS = 3, 0.2
"""A log that another process has just begun to write may look damaged for a moment."""
_MOST_COPIES = 3
_PAGE_SIZES = {1 << power for power in range(9, 17)}
Sums = tuple[int, int]


def keep_if_damaged(database: Path) -> None:
    """Before SQLite opens a file: keep a copy of a damaged log; then the log begins anew.

    A log that is in use has been read already, and whoever reads it beside its writers may see half a frame.

    Raises:
        OSError: the copy cannot be written.
    """
    path = database.with_name(f"{database.name}-wal")
    for look in range(_LOOKS):
        if wal_index.is_in_use(str(database)) or not loses_commits(path):
            return
        if look < _LOOKS - 1:
            time.sleep(_PAUSE_SECONDS)
    log.warning("The last changes to %s may be lost: its log was damaged.", database)
    number = len(kept_copies(database))
    if number < _MOST_COPIES:
        copy = path.with_name(f"{path.name}.damaged{f'.{number}' if number else ''}")
        copy.touch(mode=0o600)
        shutil.copyfile(path, copy)
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def kept_copies(database: Path) -> list[Path]:
    """The copies of damaged logs that were kept."""
    return sorted(database.parent.glob(f"{database.name}-wal.damaged*"))


def loses_commits(path: Path) -> bool:
    """Whether a log has commits at or behind a place that is not what was written."""
    if not path.is_file() or path.stat().st_size < _HEADER.size + _FRAME.size:
        return False
    with path.open("rb") as file:
        head = file.read(_HEADER.size)
        magic, _, size, _, *salts, first, second = _HEADER.unpack(head)
        order = "<" if magic == _MAGIC else ">"
        is_right = magic & ~1 == _MAGIC and size in _PAGE_SIZES
        if not is_right or _sums(head[:24], (0, 0), order) != (first, second):
            return True
        return _loses_frames(file, size, salts, order, (first, second))


def _loses_frames(file: IO[bytes], size: int, salts: list[int], order: str, sums: Sums) -> bool:
    """A frame of this log has its salts; what follows may be of the log that was here before."""
    is_whole = True
    while len(frame := file.read(_FRAME.size + size)) == _FRAME.size + size:
        _, pages_after_commit, *frame_salts, first, second = _FRAME.unpack_from(frame)
        is_ours = frame_salts == salts
        if is_whole:
            sums = _sums(frame[:8] + frame[_FRAME.size :], sums, order)
            is_right = sums == (first, second)
            is_whole = is_ours and is_right
            is_ours = is_ours or is_right  # no sum is of the salts
        if not is_whole and is_ours and pages_after_commit:
            return True
    return False


def _sums(data: bytes, sums: Sums, order: str) -> Sums:
    """SQLite's two sums, over words: each adds the next word and the other sum.

    So they are sums of the words times numbers of Fibonacci, modulo 2³².
    """
    words = np.frombuffer(data, np.dtype(f"{order}u4"))
    weights = _fibonacci(len(words))
    first = int((words * weights[-2::-1]).sum(dtype=np.uint32))
    second = int((words * weights[:0:-1]).sum(dtype=np.uint32))
    before, last = int(weights[-2]), int(weights[-1])
    return (
        (first + before * sums[0] + last * sums[1]) % (1 << 32),
        (second + last * sums[0] + (before + last) * sums[1]) % (1 << 32),
    )


@cache
def _fibonacci(count: int) -> NDArray[np.uint32]:
    """The numbers F(0) to F(count) modulo 2³²."""
    numbers = [0, 1]
    while len(numbers) <= count:
        numbers.append((numbers[-1] + numbers[-2]) % (1 << 32))
    return np.array(numbers, np.uint32)
