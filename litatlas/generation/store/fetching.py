"""Blocks into files of the home: whole and compared, or not at all; what a kill left is gone on with."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ingest.arrays import flush, link, put_in_place
from ingest.checksums import signed, unsigned
from litatlas.errors import is_disk_full
from litatlas.generation.home import Home
from litatlas.generation.store.manifest import BLOCK, GROWING, Entry, Manifest, block_of, entry_of
from litatlas.generation.store.objects import StoreError

AT_ONCE = 4
"""Blocks that are sent or fetched side by side, 8 MB of memory each."""
_ASIDE = "fetching"


@dataclass(frozen=True, slots=True)
class Notes:
    """What a home holds of the store: a manifest, and the time of each of its files when it was whole."""

    digest: str = ""
    manifest: Manifest = field(default_factory=Manifest)
    times: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, home: Home) -> Notes:
        """The notes of a home; damaged or lost ones only cost that files are compared."""
        try:
            record = json.loads(unsigned(home.store_notes.read_bytes()) or "")
            return cls(record["digest"], Manifest.from_bytes(record["manifest"].encode()), record["times"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError, StoreError):
            return cls()

    @classmethod
    def of(cls, home: Home, digest: str, manifest: Manifest) -> Notes:
        """Notes of files that are whole now."""
        times = {path: _written(home.folder / path) for path in manifest.files}
        return cls(digest, manifest, times)

    def write(self, home: Home) -> None:
        """Keep them: only when everything that they say is true."""
        values = {"digest": self.digest, "manifest": self.manifest.to_bytes().decode(), "times": self.times}
        aside = home.store_notes.with_suffix(".new")
        aside.write_bytes(signed(json.dumps(values)))
        aside.replace(home.store_notes)

    def entry(self, home: Home, path: str) -> Entry | None:
        """A file as it lies in the home: read only where it was touched; None where it is not there."""
        file, known = home.folder / path, self.manifest.files.get(path)
        try:
            untouched = known is not None and file.stat().st_size == known.size
            if untouched and _written(file) == self.times.get(path):
                return known
            return entry_of(file)
        except FileNotFoundError:
            return None


def bring(home: Home, manifest: Manifest, notes: Notes, get: Callable[[str], bytes], *, check: bool) -> int:
    """Make the files of a home those of a manifest; the number of files that were fetched.

    What is in place is replaced one unit after the other, headers last, so that whoever reads meanwhile
    reads what was or what is.

    Args:
        get: a block by its checksum.
        check: look at every file, also of what the notes say that it is there.

    Raises:
        StoreError: a block cannot be had, or the disk is full; what was there stays.
    """
    lacking: dict[str, set[str]] = {}
    units = manifest.units()
    for unit, paths in units.items():
        same = not check and all(notes.manifest.files.get(path) == manifest.files[path] for path in paths)
        others = (
            set() if same else {path for path in paths if notes.entry(home, path) != manifest.files[path]}
        )
        if others:
            lacking[unit] = others
    _check_room(home, sum(manifest.files[path].size for others in lacking.values() for path in others))
    try:
        for unit, others in lacking.items():
            for path in others:
                _assemble(home, path, manifest.files[path], get)
            _put(home, unit, others, units[unit])
    except OSError as error:
        raise _write_error(home, error) from error
    shutil.rmtree(home.folder / _ASIDE, ignore_errors=True)
    return sum(map(len, lacking.values()))


def remove_gone(home: Home, manifest: Manifest, notes: Notes) -> None:
    """Remove what an earlier manifest brought and this one has no more."""
    for path in notes.manifest.files.keys() - manifest.files.keys():
        with suppress(OSError):
            (home.folder / path).unlink(missing_ok=True)
    folders = {"/".join(path.split("/")[:2]) for path in manifest.files}
    for gone in {"/".join(path.split("/")[:2]) for path in notes.manifest.files} - folders:
        shutil.rmtree(home.folder / gone, ignore_errors=True)


def _assemble(home: Home, path: str, entry: Entry, get: Callable[[str], bytes]) -> None:
    """Write one file aside: blocks that an earlier attempt or the file in place has are not fetched."""
    aside, there = home.folder / _ASIDE / path, home.folder / path
    aside.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside.touch(mode=0o600)

    def write(number: int) -> None:
        wanted = entry.blocks[number]
        if _has(aside, number, wanted):
            return
        data = block_of(there, number) if _has(there, number, wanted) else get(wanted)
        with aside.open("r+b") as stream:
            stream.seek(number * BLOCK)
            stream.write(data)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        for _ in threads.map(write, range(len(entry.blocks))):
            pass
    os.truncate(aside, entry.size)
    flush(aside)
    if entry_of(aside) != entry:
        raise StoreError(f"{path} is not what was written.", "Run the same command again.")


def _has(path: Path, number: int, sha256: str) -> bool:
    try:
        return hashlib.sha256(block_of(path, number)).hexdigest() == sha256
    except OSError:
        return False


def _put(home: Home, unit: str, fetched: Iterable[str], paths: Iterable[str]) -> None:
    """Put what lies aside in its place."""
    aside, target = home.folder / _ASIDE / unit, home.folder / unit
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if unit.startswith(GROWING):
        aside.replace(target)
        return
    for path in set(paths) - set(fetched):
        into = home.folder / _ASIDE / path
        into.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        into.unlink(missing_ok=True)
        link(home.folder / path, into)
    put_in_place(aside, target)


def _check_room(home: Home, size: int) -> None:
    if size > shutil.disk_usage(home.folder).free:
        raise StoreError(
            f"The disk of {home.folder} has no room for {size / 1e6:,.0f} MB from the store.", "Make room."
        )


def _write_error(home: Home, error: OSError) -> StoreError:
    if is_disk_full(error):
        return StoreError(
            f"The disk of {home.folder} is full: files from the store do not fit.", "Make room."
        )
    return StoreError(
        f"Files from the store cannot be written to {home.folder}: {error.strerror or error}.",
        "Make the folder writable.",
    )


def _written(path: Path) -> int:
    return path.stat().st_mtime_ns
