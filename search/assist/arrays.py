"""One file of typed arrays that is mapped into memory, not read: what suggestions and spelling are kept in.

Layout: a magic line, the length of a JSON header in eight bytes, the header (a free part, and each array's
type, offset and length), then the arrays, aligned to 64 bytes. Never pickle.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import LitatlasError

_MAGIC = b"litatlas arrays 1\n"
_ALIGN = 64
_LONGEST_HEADER = 64 << 20
_KINDS = ("u", "i", "f", "S", "U")


class DamagedFileError(LitatlasError):
    """A file of arrays that is cut short or is something else."""

    status = 503


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]], about: Mapping[str, Any]) -> None:
    """Write one-dimensional arrays and ``about`` (JSON) to ``path``, aside first, then renamed."""
    entries: dict[str, tuple[str, int, int]] = {}
    at = 0
    for name, array in arrays.items():
        entries[name] = (array.dtype.str, at, len(array))
        at += -(-array.nbytes // _ALIGN) * _ALIGN
    header = json.dumps({"about": dict(about), "arrays": entries, "bytes": at}).encode()
    start = len(_MAGIC) + 8 + len(header)
    aside = path.with_name(f"{path.name}.part")  # always the same: the next writing replaces what a kill left
    with aside.open("wb") as file:
        file.write(_MAGIC + len(header).to_bytes(8, "little") + header + bytes(-start % _ALIGN))
        for array in arrays.values():
            file.write(np.ascontiguousarray(array).data if array.size else b"")
            file.write(bytes(-array.nbytes % _ALIGN))
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def read_arrays(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """``about`` and the arrays of a file, mapped read-only; raises ``DamagedFileError``."""
    try:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise _damaged(path)
            length = int.from_bytes(file.read(8), "little")
            if length > _LONGEST_HEADER:
                raise _damaged(path)
            header = json.loads(file.read(length))
            start = -(-(len(_MAGIC) + 8 + length) // _ALIGN) * _ALIGN
        if path.stat().st_size < start + header["bytes"]:
            raise _damaged(path)
        arrays = {
            name: _mapped(path, dtype, start + at, count)
            for name, (dtype, at, count) in header["arrays"].items()
        }
        return header["about"], arrays
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(path) from error


def _mapped(path: Path, dtype: str, offset: int, count: int) -> NDArray[Any]:
    kind = np.dtype(dtype)
    if kind.kind not in _KINDS:
        raise ValueError(dtype)
    if not count:
        return np.empty(0, kind)
    return np.memmap(path, kind, "r", offset, (count,))


def _damaged(path: Path) -> DamagedFileError:
    return DamagedFileError(
        f"The file {path.name} is missing, cut short or not one of ours.", "Run: litatlas build"
    )
