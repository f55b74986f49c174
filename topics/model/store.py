"""The model's folder: one ``.npy`` an array, JSON for the rest, ``model.json`` with every file's checksum.

Nothing here can run code when it is read: arrays are loaded with ``allow_pickle=False`` and memory-mapped.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import LitatlasError

FORMAT = 1
"""The version of the folder's layout; a later one may read an earlier one, never the other way round."""

_LISTS = ("vocabulary", "papers", "map", "quality")


class ModelError(LitatlasError):
    """A model's folder that is missing, damaged, or of a later layout."""

    status = 503


def write_model(folder: Path, header: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
    """Write a model aside, flush it, and rename it into place; an earlier model there is replaced."""
    aside = folder.with_name(folder.name + ".writing")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for name, array in arrays.items():
        np.save(aside / f"{name}.npy", array, allow_pickle=False)
    for name in _LISTS:
        (aside / f"{name}.json").write_text(json.dumps(header[name], ensure_ascii=False), encoding="utf-8")
    files = {path.name: _fingerprint(path) for path in sorted(aside.iterdir())}
    rest = {key: value for key, value in header.items() if key not in _LISTS}
    text = json.dumps({"format": FORMAT, **rest, "files": files}, ensure_ascii=False)
    (aside / "model.json").write_text(text, encoding="utf-8")
    for path in aside.iterdir():
        flush(path)
    flush(aside)
    _put_in_place(aside, folder)


def read_model(folder: Path, verify: bool) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The header and the memory-mapped arrays of a model's folder.

    Raises:
        ModelError: not a model, a later layout, or a file whose size (or checksum, if ``verify``) is wrong.
    """
    try:
        header = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        if header["format"] > FORMAT:
            raise ModelError(
                f"The model in {folder} was written by a later version.", "Update litatlas, or build again."
            )
        _check(folder, header["files"], verify)
        for name in _LISTS:
            header[name] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        arrays = {
            name.removesuffix(".npy"): np.asarray(np.load(folder / name, mmap_mode="r", allow_pickle=False))
            for name in header["files"]
            if name.endswith(".npy")
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"The model in {folder} cannot be read: {error}.", "Run `litatlas build` again."
        ) from error
    return header, arrays


def flush(path: Path) -> None:
    """Force a file or a folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _put_in_place(aside: Path, folder: Path) -> None:
    """Rename the finished folder; what was there is moved away first and removed afterwards."""
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        folder.rename(old)
    aside.rename(folder)
    flush(folder.parent)
    shutil.rmtree(old, ignore_errors=True)


def _fingerprint(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"size": path.stat().st_size, "sha256": digest}


def _check(folder: Path, files: dict[str, dict[str, Any]], verify: bool) -> None:
    for name, wanted in files.items():
        path = folder / name
        if path.name != name:
            raise ModelError(
                f"The model in {folder} names a file outside its folder.", "Run `litatlas build` again."
            )
        if path.stat().st_size != wanted["size"] or (verify and _fingerprint(path) != wanted):
            raise ModelError(
                f"The file {name} of the model in {folder} is damaged.", "Run `litatlas build` again."
            )
