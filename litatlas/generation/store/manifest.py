"""Which files there are, in blocks that are named by their checksums: what is there is not sent again.

A file is its blocks of 8 MB one after the other, so that of one that grew only the end is new. A manifest is
an object that is named by its own checksum; the library names the manifest that holds.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from litatlas.generation.store.objects import StoreError

FORMAT = 1
BLOCK = 8 << 20
_NAME = r"[\w.-]{0,120}"
_PATH = re.compile(
    rf"(?:models|segments|aids|index)/[\w-]{_NAME}(?:/[\w-]{_NAME})?/(?:\.managed\.json|[\w-]{_NAME})"
)
_SHA256 = re.compile(r"[0-9a-f]{64}")
GROWING = ("segments", "index")
"""Folders of which files are written one by one while they are read; those of others change together."""
_PASSING = (".writing", ".old", ".new", ".lock")
_HEADERS = ("journal.jsonl", ".managed.json", "meta.json", "stamp.json")
"""What names the other files of its folder, in the order in which it is written after them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file: its bytes, and the SHA-256 of each of its blocks."""

    size: int
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of the generations that are kept, by their paths in a home; which of them is live."""

    files: Mapping[str, Entry] = field(default_factory=dict)
    model: str = ""
    index: str = ""

    @property
    def blocks(self) -> set[str]:
        """All blocks of all files."""
        return {block for entry in self.files.values() for block in entry.blocks}

    def units(self) -> dict[str, list[str]]:
        """The files by what is put in place at once: files of folders that grow, else whole folders."""
        units: defaultdict[str, list[str]] = defaultdict(list)
        for path in sorted(self.files, key=lambda path: (_rank(path), path)):
            units[unit_of(path)].append(path)
        return dict(units)

    def to_bytes(self) -> bytes:
        """The manifest as it is stored; the same files give the same bytes."""
        files = {path: asdict(self.files[path]) for path in sorted(self.files)}
        record = {"format": FORMAT, "model": self.model, "index": self.index, "files": files}
        return json.dumps(record, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Read a stored manifest: what is in it may be anybody's.

        Raises:
            StoreError: it cannot be read, is of a later version, or names what is no file of a home.
        """
        try:
            record = json.loads(data)
            later = record["format"] > FORMAT
            files = {} if later else {path: read_entry(values) for path, values in record["files"].items()}
            model, index = ("", "") if later else (str(record["model"]), str(record["index"]))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise StoreError("A manifest of the store cannot be read.", "Run: litatlas reindex") from error
        if later:
            raise StoreError("The store was written by a newer litatlas.", "Update litatlas on this host.")
        for path in files:
            if not _PATH.fullmatch(path):
                raise StoreError(
                    f"A manifest of the store names what is no file of a home: {path[:100]!r}.",
                    "Run: litatlas reindex",
                )
        return cls(files, model, index)


def unit_of(path: str) -> str:
    """What is put in place at once with a file: itself, or its folder."""
    parts = path.split("/")
    if parts[0] in GROWING:
        return path
    return "/".join(parts[:2]) if parts[0] == "models" else path.rpartition("/")[0]


def entry_of(path: Path) -> Entry:
    """A file's blocks."""
    with path.open("rb") as stream:
        blocks = tuple(hashlib.sha256(block).hexdigest() for block in iter(lambda: stream.read(BLOCK), b""))
        return Entry(os.fstat(stream.fileno()).st_size, blocks)


def block_of(path: Path, number: int) -> bytes:
    """One block of a file; what there is of it."""
    with path.open("rb") as stream:
        stream.seek(number * BLOCK)
        return stream.read(BLOCK)


def files_below(folder: Path) -> Iterator[Path]:
    """The files of a folder that travel: no lock, no seal, nothing that is being written or that follows from
    the others (lists of near papers)."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        passing = any(part == "near" or part.startswith("near-") or part.endswith(_PASSING) for part in parts)
        hidden = path.name.startswith(".") and path.name != ".managed.json"
        if not (passing or hidden or path.name == "lock") and path.is_file():
            yield path


def _rank(path: str) -> int:
    name = path.rpartition("/")[2]
    return _HEADERS.index(name) + 1 if path.startswith(GROWING) and name in _HEADERS else 0


def read_entry(values: Mapping[str, object]) -> Entry:
    """An entry as it is stored; `KeyError`, `TypeError` or `ValueError` where it is none."""
    size, blocks = values["size"], values["blocks"]
    if type(size) is not int or not isinstance(blocks, list) or size < 0:
        raise TypeError("no entry of a file")
    known = all(isinstance(each, str) and _SHA256.fullmatch(each) for each in blocks)
    if not known or len(blocks) != -(-size // BLOCK):
        raise ValueError("no blocks of a file")
    return Entry(size, tuple(blocks))
