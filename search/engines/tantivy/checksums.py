"""Whether an index's files are those that Tantivy wrote: it ends each with a checksum that it never looks at.

A file of a segment ends with a footer of JSON, its length, and a magic number. ``meta.json``, which names the
segments, has no footer: its checksum stands in our stamp, beside the operation (``opstamp``) of the commit
that wrote it. Between a commit and its stamp the two differ; then another process is writing, or was killed.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ingest.checksums import are_sealed, seal
from search.engines.tantivy.errors import damaged

META = "meta.json"
_SUFFIXES = ("store", "term", "idx", "pos", "fieldnorm", "fast")  # of each of Tantivy's segments
_MAGIC = (1337).to_bytes(4, "little")
_LONGEST_FOOTER = 50_000  # as Tantivy has it
_PART = 1 << 20


def meta_checks(path: Path) -> dict[str, int]:
    """What a stamp notes of the commit that it follows."""
    data = (path / META).read_bytes()
    return {"opstamp": int(json.loads(data)["opstamp"]), "meta": zlib.crc32(data)}


def check_index(path: Path, index: str, checks: Mapping[str, Any], *, verify: bool = False) -> None:
    """Compare an index's files with their checksums; those that were not touched only if ``verify``.

    Raises:
        EngineRedError: a file is missing or damaged; it is named.
    """
    data = (path / META).read_bytes()
    names = [META, *_named(data, index, checks)]
    if not verify and are_sealed(path, names):
        return
    for name in names[1:]:
        if not (path / name).is_file():
            if (path / META).read_bytes() != data:  # another process has just merged segments
                check_index(path, index, checks, verify=verify)
                return
            raise damaged(index, f"the file {name} is missing")
        if not _is_whole(path / name):
            raise damaged(index, f"the file {name} is not what was written")
    seal(path, names)


def _named(data: bytes, index: str, checks: Mapping[str, Any]) -> list[str]:
    """The files that ``meta.json`` names, when it is what was written."""
    try:
        meta = json.loads(data)
        has_stamp = checks.get("opstamp") == meta["opstamp"]
        names = list(_files(meta))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(index, f"{META} cannot be read") from error
    if has_stamp and checks["meta"] != zlib.crc32(data):
        raise damaged(index, f"{META} is not what was written")
    return names


def seal_index(path: Path) -> None:
    """Note that the files of an index are whole, after they were written."""
    seal(path, [META, *_files(json.loads((path / META).read_bytes()))])


def _files(meta: Mapping[str, Any]) -> Iterator[str]:
    for segment in meta["segments"]:
        name = str(segment["segment_id"]).replace("-", "")
        yield from (f"{name}.{suffix}" for suffix in _SUFFIXES)
        if segment["deletes"]:
            yield f"{name}.{segment['deletes']['opstamp']}.del"


def _is_whole(path: Path) -> bool:
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 8))
        tail = file.read(8)
        length = int.from_bytes(tail[:4], "little")
        if tail[4:] != _MAGIC or length > min(_LONGEST_FOOTER, size - 8):
            return False
        file.seek(size - 8 - length)
        try:
            wanted = json.loads(file.read(length))["crc"]
        except (ValueError, KeyError, TypeError):
            return False
        return bool(_crc(file.fileno(), size - 8 - length) == wanted)


def _crc(file: int, size: int) -> int:
    value = at = 0
    while at < size:
        part = os.pread(file, min(_PART, size - at), at)
        if not part:
            return -1
        value, at = zlib.crc32(part, value), at + len(part)
    return value
