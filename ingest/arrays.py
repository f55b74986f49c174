"""A folder of typed arrays and JSON, with the checksum of every file: models, suggestions, vocabularies.

One ``.npy`` an array, one ``.json`` a long list, and a manifest (the header) that names every file with its
size and checksum, after its own. Nothing here can run code when it is read: arrays are loaded with
``allow_pickle=False`` and memory-mapped. Files whose size or time is not as it was when they were written are
read and compared once (`ingest.checksums`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.checksums import are_sealed, seal, signed, unsigned
from ingest.errors import LitatlasError

_ROWS = 20_000


class ArraysError(LitatlasError):
    """A folder of arrays that is missing, damaged, or of a later format."""

    status = 503


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of folder.

    Args:
        name: what errors call it, such as "model".
        manifest: the file of its header.
        format: the version of what is in it; a later one may read an earlier one, never the other way round.
        hint: how it is rebuilt.
        lists: parts of the header that are long, and so are files of their own; an array may stand in for
            one.
    """

    name: str
    manifest: str
    format: int
    hint: str
    lists: tuple[str, ...] = ()

    def exists(self, folder: Path) -> bool:
        """Whether there is one, whole or damaged."""
        return (folder / self.manifest).is_file()

    def is_current(self, folder: Path) -> bool:
        """Whether there is one of this version's format, whole or damaged."""
        try:
            text = unsigned((folder / self.manifest).read_bytes())
            return text is None or json.loads(text)["format"] == self.format
        except (OSError, ValueError, KeyError, TypeError):
            return self.exists(folder)

    def error(self, folder: Path, problem: str) -> ArraysError:
        """The error for what is wrong with one."""
        return ArraysError(f"The {self.name} in {folder} {problem}.", self.hint)


@contextlib.contextmanager
def written_once(folder: Path) -> Iterator[Path]:
    """A new folder that takes a name once it is written; of processes that do so at once, the first one's
    stays."""
    new = Path(tempfile.mkdtemp(prefix=folder.name, dir=folder.parent))
    try:
        yield new
        with contextlib.suppress(OSError):
            new.rename(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def write_arrays(
    layout: Layout, folder: Path, header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
) -> None:
    """Write a folder aside, flush it, and rename it into place; an earlier one there is replaced."""
    aside = folder.with_name(folder.name + ".writing")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for name, array in arrays.items():
        _save(aside / f"{name}.npy", array)
    for name in (name for name in layout.lists if name not in arrays):
        (aside / f"{name}.json").write_text(json.dumps(header[name], ensure_ascii=False), encoding="utf-8")
    files = {path.name: _fingerprint(path) for path in sorted(aside.iterdir())}
    rest = {key: value for key, value in header.items() if key not in layout.lists}
    text = json.dumps({"format": layout.format, **rest, "files": files}, ensure_ascii=False)
    (aside / layout.manifest).write_bytes(signed(text))
    seal(aside, [*files, layout.manifest])
    for path in aside.iterdir():
        flush(path)
    flush(aside)
    put_in_place(aside, folder)


def _save(path: Path, array: NDArray[Any]) -> None:
    """Write an array row by row, however it lies in memory.

    Readers ask for rows of what is mapped: stored column by column, one row would touch the whole file.
    """
    if array.ndim < 2 or array.flags.c_contiguous:
        np.save(path, array, allow_pickle=False)
        return
    with path.open("wb") as stream:
        header = np.lib.format.header_data_from_array_1_0(array) | {"fortran_order": False}
        np.lib.format.write_array_header_1_0(stream, header)
        for start in range(0, len(array), _ROWS):  # no second copy of a large array
            stream.write(array[start : start + _ROWS].tobytes())


def read_arrays(
    layout: Layout, folder: Path, *, verify: bool = False
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The header and the memory-mapped arrays of a folder.

    A folder that was written before there were checksums names no files: all its arrays are taken.

    Raises:
        ArraysError: there is none, it is of a later format, or a file is not what was written. Checksums are
            compared if ``verify``, or if a file's size or time says that it was touched.
    """
    try:
        header = _read_header(layout, folder)
        files = dict(header.get("files", {}))
        _check(layout, folder, files, verify)
        for name in (name for name in layout.lists if f"{name}.npy" not in files):
            header[name] = _read_list(folder / name)
        names = files or [path.name for path in folder.iterdir()]
        # as plain arrays over the mapped files: every slice of a memmap costs as much as ten of an array
        arrays = {
            name.removesuffix(".npy"): np.asarray(np.load(folder / name, mmap_mode="r", allow_pickle=False))
            for name in names
            if name.endswith(".npy")
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise layout.error(folder, f"cannot be read: {error}") from error
    return header, arrays


def has_checksums(layout: Layout, folder: Path) -> bool:
    """Whether every file of a folder has the checksum that its manifest names; False for one of before.

    Raises:
        ArraysError: a file is missing or damaged.
    """
    return bool(read_arrays(layout, folder, verify=True)[0].get("files"))


def _read_header(layout: Layout, folder: Path) -> dict[str, Any]:
    text = unsigned((folder / layout.manifest).read_bytes())
    try:
        header: dict[str, Any] = json.loads(text or "")
    except ValueError as error:
        raise layout.error(folder, f"is damaged: {layout.manifest} is not what was written") from error
    if header["format"] > layout.format:
        raise ArraysError(
            f"The {layout.name} in {folder} was written by a newer version of litatlas.",
            f"Update litatlas, or rebuild it. {layout.hint}",
        )
    return header


def _read_list(path: Path) -> Any:
    """A list of its own file: JSON, or in a folder of before, a line an entry."""
    earlier = path.with_suffix(".txt")
    if earlier.is_file():
        return earlier.read_text(encoding="utf-8").split("\n")
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def _check(layout: Layout, folder: Path, files: Mapping[str, Mapping[str, Any]], verify: bool) -> None:
    for name in files:
        if Path(name).name != name:
            raise layout.error(folder, "names a file outside its folder")
    names = [*files, layout.manifest]
    if not verify and are_sealed(folder, names):
        return
    for name, wanted in files.items():
        path = folder / name
        if not path.is_file():
            raise layout.error(folder, f"is damaged: {name} is missing")
        if path.stat().st_size != wanted["size"] or _fingerprint(path) != wanted:
            raise layout.error(folder, f"is damaged: {name} is not what was written")
    seal(folder, names)


def _fingerprint(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"size": path.stat().st_size, "sha256": digest}


def put_in_place(aside: Path, folder: Path) -> None:
    """Rename the finished folder; what was there is moved away first and removed afterwards."""
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        folder.rename(old)
    aside.rename(folder)
    flush(folder.parent)
    shutil.rmtree(old, ignore_errors=True)


def link(path: Path, into: Path) -> None:
    """Give a file a second name; a copy, where the file system has no hard links.

    Raises:
        FileNotFoundError: there is no such file any more.
    """
    try:
        os.link(path, into)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copy(path, into)


def flush(path: Path) -> None:
    """Force a file or a folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
