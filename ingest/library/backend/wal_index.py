"""Reading the index of SQLite's write-ahead log (``library.db-shm``) beside SQLite's own connections.

Where a process closes any descriptor of a file, POSIX takes away all locks that the process has on it
(https://sqlite.org/howtocorrupt.html, section 2.2), and SQLite's locks of writers and readers lie on this
file: a descriptor of it is kept open as long as the file is the same one.
"""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock

_HEADER_BYTES = 48
"""Of SQLite's WalIndexHdr, which stands there twice (https://sqlite.org/walformat.html)."""
_descriptors: dict[str, int] = {}
_opening = Lock()


def header(database: str) -> bytes | None:
    """The header, which changes with every commit; None where there is none, or while it is written."""
    try:
        both = os.pread(_descriptor(f"{database}-shm"), 2 * _HEADER_BYTES, 0)
    except OSError:
        return None
    first, second = both[:_HEADER_BYTES], both[_HEADER_BYTES:]
    return first if any(first) and first == second else None


def _descriptor(path: str) -> int:
    with _opening:
        kept, now = _descriptors.get(path), Path(path).stat()
        if kept is not None:
            if os.path.samestat(os.fstat(kept), now):
                return kept
            os.close(kept)  # of a file that was removed: SQLite has let go of it
        _descriptors[path] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        return _descriptors[path]
