"""Who of a machine may read a home: its owner alone, also in a home of before that was so."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def open_to_others(home: Path) -> list[Path]:
    """The files and folders of a home, and itself, that others of the machine may read or write."""
    return [path for path in _own(home) if path.lstat().st_mode & _OTHERS]


def close_to_others(home: Path) -> int:
    """Take the rights of others away; how many files and folders were changed. Nobody else's are touched."""
    changed = 0
    for path in open_to_others(home):
        with suppress(OSError):  # another's file, or it is gone by now
            path.chmod(stat.S_IMODE(path.lstat().st_mode) & ~_OTHERS)
            changed += 1
    return changed


def _own(home: Path) -> Iterator[Path]:
    """The home and all in it; what a link leads to is not the home's."""
    if not home.is_dir():
        return
    yield home
    for path in home.rglob("*"):
        with suppress(OSError):
            if not path.is_symlink() and (path.is_dir() or path.is_file()):
                yield path
