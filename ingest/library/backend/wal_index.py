"""Looking at the index of SQLite's write-ahead log (``library.db-shm``) beside SQLite's own connections.

Where a process closes any descriptor of a file, POSIX takes away all locks that the process has on it
(https://sqlite.org/howtocorrupt.html, section 2.2), and SQLite's locks of writers and readers lie on this
file: a descriptor of it is kept open as long as the file is the same one.
"""

from __future__ import annotations

import fcntl
import os
import struct
from pathlib import Path
from threading import Lock

_LOCK = struct.Struct("hhqqi4x")  # struct flock of Linux
_IN_USE = 128
"""The byte on which every connection to the file has a lock (os_unix.c of SQLite: UNIX_SHM_DMS)."""
_descriptors: dict[str, int] = {}
_opening = Lock()


def is_in_use(database: str) -> bool:
    """Whether a connection of any process to the file is open; False also where the system does not tell."""
    look = getattr(fcntl, "F_OFD_GETLK", None)  # unlike F_GETLK, it sees this process's own locks
    if look is None:
        return False
    lock = _LOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, _IN_USE, 1, 0)
    try:
        answer = fcntl.fcntl(_descriptor(f"{database}-shm"), look, lock)
    except OSError:
        return False
    return bool(_LOCK.unpack(answer)[0] != fcntl.F_UNLCK)


def _descriptor(path: str) -> int:
    with _opening:
        kept, now = _descriptors.get(path), Path(path).stat()
        if kept is not None and os.path.samestat(os.fstat(kept), now):
            return kept
        for other, descriptor in list(_descriptors.items()):
            if not os.fstat(descriptor).st_nlink:  # the file was removed: SQLite has let go of it
                os.close(_descriptors.pop(other))
        if path in _descriptors:
            raise FileNotFoundError(path)  # another file took its name while this one lives on under another
        _descriptors[path] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        return _descriptors[path]
