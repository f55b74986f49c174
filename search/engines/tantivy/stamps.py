"""An index's folder: its stamp, written safely."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from ingest.checksums import signed, unsigned
from ingest.errors import BusyError
from ingest.locks import exclusive
from search.engines.contract import Stamp
from search.engines.tantivy.checksums import META, meta_checks, seal_index
from search.engines.tantivy.errors import damaged

_STAMP = "stamp.json"


def stamp_written(path: Path) -> tuple[int, ...]:
    """A mark of the stamp's file, which another one takes the place of when it is written; () without one."""
    try:
        file = (path / _STAMP).stat()
    except FileNotFoundError:
        return ()
    return file.st_mtime_ns, file.st_ctime_ns, file.st_ino, file.st_size


def read_stamp(path: Path, index: str) -> Stamp | None:
    """The stamp in an index's folder, None when there is none.

    Raises:
        EngineRedError: it is damaged.
    """
    record = read_record(path, index)
    try:
        return Stamp.from_json(record) if record is not None else None
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(index, "its stamp cannot be read") from error


def read_record(path: Path, index: str) -> dict[str, Any] | None:
    """The stamp as it lies in its file, with what it notes of the commit."""
    try:
        text = unsigned((path / _STAMP).read_bytes())
        record = json.loads(text or "")
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise damaged(index, f"{_STAMP} is not what was written") from error
    if not isinstance(record, dict):
        raise damaged(index, f"{_STAMP} is not what was written")
    return record


def write_stamp(path: Path, stamp: Stamp) -> None:
    """Write the stamp aside, put it on the disk, and rename it; then the files of the index are sealed."""
    new = path / f"{_STAMP}.new"
    with new.open("wb") as file:
        file.write(signed(json.dumps({**stamp.to_json(), **meta_checks(path)})))
        file.flush()
        os.fsync(file.fileno())
    new.replace(path / _STAMP)
    seal_index(path)


def stamped(folder: Path) -> list[str]:
    """The names of the indices under a folder, sorted; one that has lost a file is one of them."""
    return sorted({path.parent.name for name in (_STAMP, META) for path in folder.glob(f"*/{name}")})


def remove_index(path: Path) -> None:
    """Remove an index's folder, its stamp last: one that was killed half-way is still known as an index.

    Empty folders and locks of no index, which a kill just before the end leaves, go with the next one.
    """
    for file in path.glob("*"):
        if file.name != _STAMP:
            file.unlink(missing_ok=True)
    shutil.rmtree(path, ignore_errors=True)
    for empty in path.parent.glob("*/"):
        with suppress(OSError):  # it holds an index
            empty.rmdir()
            empty.with_suffix(".lock").unlink(missing_ok=True)
    for lock in path.parent.glob("*.lock"):
        if not lock.with_suffix("").exists():
            with suppress(BusyError), exclusive(lock, "removing what a killed process left"):
                lock.unlink(missing_ok=True)
