"""An index's folder: its stamp, written safely, and whether the files of its segments are there."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from pathlib import Path

from search.engines.contract import Stamp
from search.engines.tantivy.errors import damaged

_STAMP = "stamp.json"
_SUFFIXES = ("store", "term", "idx", "pos", "fieldnorm", "fast")  # of each of Tantivy's segments


def read_stamp(path: Path, index: str) -> Stamp | None:
    """The stamp in an index's folder, None when there is none."""
    try:
        return Stamp.from_json(json.loads((path / _STAMP).read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(index, "its stamp cannot be read") from error


def write_stamp(path: Path, stamp: Stamp) -> None:
    """Write the stamp aside, put it on the disk, and rename it."""
    new = path / f"{_STAMP}.new"
    with new.open("w", encoding="utf-8") as file:
        json.dump(stamp.to_json(), file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path / _STAMP)


def stamped(folder: Path) -> list[str]:
    """The names of the indices under a folder, sorted."""
    return sorted(path.parent.name for path in folder.glob(f"*/{_STAMP}"))


def remove_index(path: Path) -> None:
    """Remove an index's folder, its stamp last: one that was killed half-way is still known as an index.

    Empty folders, which a kill just before the end leaves, go with the next one.
    """
    for file in path.glob("*"):
        if file.name != _STAMP:
            file.unlink(missing_ok=True)
    shutil.rmtree(path, ignore_errors=True)
    for empty in path.parent.glob("*/"):
        with suppress(OSError):  # it holds an index
            empty.rmdir()
            empty.with_suffix(".lock").unlink(missing_ok=True)


def check_files(path: Path, index: str) -> None:
    """Raise `EngineRedError` when a file that Tantivy's list of segments names is not there."""
    meta = json.loads((path / "meta.json").read_text("utf-8"))
    for segment in meta["segments"]:
        name = str(segment["segment_id"]).replace("-", "")
        missing = [suffix for suffix in _SUFFIXES if not (path / f"{name}.{suffix}").exists()]
        if missing:
            raise damaged(index, f"the file {name}.{missing[0]} is missing")
