"""What goes wrong with an index on a disk, in words that say how to mend it; and its stamp, written
safely."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.engines.contract import EngineError, EngineFullError, EngineRedError, Stamp

_STAMP = "stamp.json"
_SUFFIXES = (  # of each of Tantivy's segments
    "store",
    "term",
    "idx",
    "pos",
    "fieldnorm",
    "fast",
)


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
    """Remove an index's folder, its stamp last: one that was killed half-way is still known as an index."""
    for file in path.glob("*"):
        if file.name != _STAMP:
            file.unlink(missing_ok=True)
    shutil.rmtree(path, ignore_errors=True)


def damaged(index: str, why: str) -> EngineRedError:
    """The error for an index that cannot be read."""
    return EngineRedError(
        f"The index {index} is damaged: {why}.",
        "Make it anew from the library, which is untouched: litatlas reindex.",
    )


def check_files(path: Path, index: str) -> None:
    """Raise `EngineRedError` when a file that Tantivy's list of segments names is not there."""
    meta = json.loads((path / "meta.json").read_text("utf-8"))
    for segment in meta["segments"]:
        name = str(segment["segment_id"]).replace("-", "")
        missing = [suffix for suffix in _SUFFIXES if not (path / f"{name}.{suffix}").exists()]
        if missing:
            raise damaged(index, f"the file {name}.{missing[0]} is missing")


@contextmanager
def translated(index: str) -> Iterator[None]:
    """Turn what an embedded engine raises (a panic of its native code too) into the contract's errors."""
    try:
        yield
    except EngineError:
        raise
    except (OSError, ValueError, RuntimeError, SystemError) as error:
        raise _typed(index, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise _typed(index, error) from error


def _typed(index: str, error: BaseException) -> EngineError:
    text = str(error)
    if "No space left" in text or "os error 28" in text or "os error 122" in text:
        return EngineFullError(
            f"The disk is full: the index {index} takes no more papers.",
            "Free some space, then run the same command again; nothing that was there is lost.",
        )
    if "ermission denied" in text or "ead-only file system" in text:
        return EngineFullError(
            f"The index {index} cannot be written to: {text[:200]}.",
            "Make its folder writable for this user.",
        )
    return damaged(index, text.splitlines()[0][:200] if text else type(error).__name__)
