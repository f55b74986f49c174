"""The file of a backup: a tar archive compressed by Zstandard, which ordinary tools open too.

First comes ``manifest.json``, which names every file with its size and SHA-256 and begins with its own
checksum; then the files. What is read from one is hostile until it was compared: names are those of a home
and nothing else, sizes are those of the manifest, and nothing but plain files is taken.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import zstandard

from ingest.checksums import signed, unsigned
from ingest.library import schema
from litatlas import __version__
from litatlas.errors import InputError

FORMAT = 1
MANIFEST = "manifest.json"
LIBRARY = "library.db"
SETTINGS = "litatlas.toml"
_MOST_MANIFEST = 10_000_000
_PART = 1 << 20
_PACKED_PART = 1 << 10
"""Bytes that are unpacked at once: four can become 128 kB, so that a hostile file takes 32 MB of memory."""
_MOST_PADDING = 1 << 15
"""Zeros that may follow the last file; tar fills its last 10 kB."""
_NAME = re.compile(
    r"library\.db|litatlas\.toml|models/[\w-][\w.-]{0,99}/(?:[\w-][\w.-]{0,99}/)?[\w-][\w.-]{0,99}"
)
HINT = "Take another backup; `litatlas backup FILE --check` says which are whole."


_DAMAGES = (
    zstandard.ZstdError, tarfile.TarError, EOFError, ValueError, KeyError, TypeError, RecursionError,
)  # fmt: skip


class BackupError(InputError):
    """A backup that cannot be read, or that is not one."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself; ``files`` has the size and the SHA-256 of each."""

    format: int
    version: str
    schema: str
    created: str
    counts: dict[str, int]
    files: dict[str, dict[str, Any]]

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(int(entry["size"]) for entry in self.files.values())


def write_archive(path: Path, created: str, counts: Mapping[str, int], files: Mapping[str, Path]) -> Manifest:
    """Write files under their names in the archive; the archive is on the disk when this returns."""
    entries = {name: _fingerprint(file) for name, file in files.items()}
    manifest = Manifest(FORMAT, __version__, schema.SCHEMA, created, dict(counts), entries)
    head = signed(json.dumps({name: getattr(manifest, name) for name in Manifest.__slots__}))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        packer = zstandard.ZstdCompressor(level=3, threads=-1, write_checksum=True)
        with (
            packer.stream_writer(raw, closefd=False) as packed,
            tarfile.open(fileobj=packed, mode="w|") as tar,
        ):
            tar.addfile(_entry(MANIFEST, len(head)), io.BytesIO(head))
            for name, file in files.items():
                with file.open("rb") as stream:
                    tar.addfile(_entry(name, entries[name]["size"]), stream)
        raw.flush()
        os.fsync(raw.fileno())
    return manifest


def read_archive(path: Path, take: Callable[[Manifest], Callable[[str], IO[bytes]]]) -> Manifest:
    """Read and compare a whole archive.

    Args:
        path: the archive.
        take: is told the manifest before anything else is read, and gives what opens a file to write each
            of its files into. It may raise.

    Raises:
        BackupError: it is no backup, of a later version, cut, damaged, or names what is none of its files.
    """
    seen: set[str] = set()
    with _errors(path), path.open("rb") as raw:
        plain = _Unpacked(raw)
        only_read = cast(IO[bytes], plain)
        tar = tarfile.open(fileobj=only_read, mode="r|", bufsize=tarfile.BLOCKSIZE)  # noqa: SIM115
        members = iter(tar)
        manifest = _manifest(path, tar, next(members, None))
        opened = take(manifest)
        for member in members:
            wanted = manifest.files.get(member.name)
            if not member.isreg() or wanted is None or member.name in seen:
                raise BackupError(f"{path} holds {member.name[:100]!r}, which is no file of a backup.", HINT)
            seen.add(member.name)
            stream = tar.extractfile(member)
            assert stream is not None
            with opened(member.name) as into:
                if member.size != wanted["size"] or _copied(stream, into) != wanted["sha256"]:
                    raise BackupError(f"{path} is damaged: {member.name} is not what was written.", HINT)
        plain.check_end()
    missing = manifest.files.keys() - seen
    if missing:
        raise BackupError(f"{path} is cut: {min(missing)} is missing.", HINT)
    return manifest


def check_archive(path: Path) -> Manifest:
    """Read and compare a whole archive; raises as `read_archive`."""
    return read_archive(path, lambda _: lambda _: open(os.devnull, "wb"))  # noqa: PTH123


def is_archive(path: Path) -> bool:
    """Whether a file begins as a backup does."""
    try:
        with _errors(path), path.open("rb") as raw:
            return tarfile.TarInfo.frombuf(_Unpacked(raw).read(512), "utf-8", "strict").name == MANIFEST
    except BackupError:
        return False


class _Unpacked:
    """The content of a file that is one whole compressed frame: its own checksum is compared at its end."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._held = bytearray()

    def read(self, size: int) -> bytes:
        """The next bytes, fewer only at the end of the frame.

        Raises:
            EOFError: the file ends before its frame does. ZstdError: it is damaged, or no such file.
        """
        while len(self._held) < size and not self._frame.eof:
            part = self._raw.read(_PACKED_PART)
            if not part:
                raise EOFError("it ends too early")
            self._held += self._frame.decompress(part)
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken

    def check_end(self) -> None:
        """Compare what is left: zeros up to the end of the frame, which is the end of the file.

        Raises:
            EOFError, ZstdError: as `read`. ValueError: something else follows.
        """
        rest = self.read(_MOST_PADDING)
        if (
            rest.strip(b"\0")
            or not self._frame.eof
            or self._held
            or self._frame.unused_data
            or self._raw.read(1)
        ):
            raise ValueError("something follows its last file")


def _manifest(path: Path, tar: tarfile.TarFile, member: tarfile.TarInfo | None) -> Manifest:
    if member is None or member.name != MANIFEST or not member.isreg() or member.size > _MOST_MANIFEST:
        raise BackupError(f"{path} is not a backup of litatlas.", "Name a file that litatlas backup wrote.")
    stream = tar.extractfile(member)
    text = unsigned(stream.read() if stream else b"")
    if text is None:
        raise BackupError(f"{path} is damaged: its manifest is not what was written.", HINT)
    record = json.loads(text)
    if record["format"] > FORMAT or record["schema"] > schema.SCHEMA:
        raise BackupError(
            f"{path} was written by a newer litatlas ({str(record['version'])[:40]}; this is {__version__}).",
            "Update litatlas, then restore it.",
        )
    manifest = Manifest(**{name: record[name] for name in Manifest.__slots__})
    if not _is_whole(manifest):
        raise BackupError(f"{path} is damaged: its manifest cannot be read.", HINT)
    for name in manifest.files:
        if not _NAME.fullmatch(name):
            raise BackupError(f"{path} names a file that belongs into no home: {name[:100]!r}.", HINT)
    if LIBRARY not in manifest.files:
        raise BackupError(f"{path} holds no library.", HINT)
    return manifest


def _is_whole(manifest: Manifest) -> bool:
    """Whether a manifest has what a backup's has: it may be anybody's, signed as it is."""
    counts, files = manifest.counts, manifest.files
    return (
        isinstance(manifest.created, str)
        and isinstance(counts, dict)
        and all(type(count) is int for count in counts.values())
        and isinstance(files, dict)
        and all(type(entry["size"]) is int and entry["size"] >= 0 for entry in files.values())
        and all(isinstance(entry["sha256"], str) for entry in files.values())
    )


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    """Say what a damaged archive makes its readers raise."""
    try:
        yield
    except FileNotFoundError as error:
        raise BackupError(f"There is no file {path}.", "Name a file that litatlas backup wrote.") from error
    except _DAMAGES as error:
        what = "is cut or damaged" if isinstance(error, tarfile.ReadError | EOFError) else "cannot be read"
        raise BackupError(f"{path} {what}, or no backup of litatlas: {str(error)[:200]}.", HINT) from error


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


def _fingerprint(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"size": path.stat().st_size, "sha256": digest}


def _copied(stream: IO[bytes], into: IO[bytes]) -> str:
    """Copy to the end; the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    while part := stream.read(_PART):
        digest.update(part)
        into.write(part)
    return digest.hexdigest()
