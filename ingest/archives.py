"""Compressed and archived bytes → streams of plain bytes, bounded against bombs; nothing is written to disk
by name.

Every stream here ends early instead of raising: what was good before a fault is kept, and the fault is noted
in
the `Budget` that all streams of one source share.
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, BinaryIO, cast

import zstandard

CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one source may unfold: beyond ``free`` bytes at most ``ratio`` times what was read of it."""

    free: int = 256 * 1024 * 1024
    ratio: int = 250
    members: int = 200_000
    depth: int = 3
    spool: int = 2 * 1024**3  # an archive inside an archive, or on standard input
    memory: int = 256 * 1024 * 1024  # a decompressor's dictionary


BOUNDS = Bounds()


@dataclass(slots=True)
class Budget:
    """What one source has read and unfolded so far, and the faults met on the way."""

    name: str
    size: int = 0  # 0: not known
    bounds: Bounds = BOUNDS
    read: int = 0
    unfolded: int = 0
    spent: bool = False
    faults: list[tuple[str, str]] = field(default_factory=list)

    def spend(self, amount: int, name: str) -> bool:
        """Count unfolded bytes; False when the source unfolds to far more than it is."""
        self.unfolded += amount
        base = min(self.read, self.size) if self.size else self.read
        if not self.spent and self.unfolded > max(self.bounds.free, self.bounds.ratio * base):
            self.spent = True
            size = self.unfolded // 2**20
            reason = (
                f"unfolds to more than {size} MiB from {base} bytes, like a decompression bomb; "
                f"reading stopped"
            )
            self.faults.append((name, reason))
        return not self.spent


class Counted(io.RawIOBase):
    """The bytes of a source as they come, counted."""

    def __init__(self, inner: BinaryIO, budget: Budget, on_read: Callable[[int], None]) -> None:
        self._inner, self._budget, self._on_read = inner, budget, on_read

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """As the file below."""
        return self._inner.seekable()

    def seek(self, offset: int, whence: int = 0) -> int:
        """As the file below."""
        return self._inner.seek(offset, whence)

    def tell(self) -> int:
        """As the file below."""
        return self._inner.tell()

    def readinto(self, buffer: Any) -> int:
        """Read at most a buffer's length; a read error ends the stream and is noted."""
        try:
            data = self._inner.read(len(buffer))
        except OSError as error:
            self._budget.faults.append(
                (self._budget.name, f"cannot be read further ({error.strerror or error})")
            )
            return 0
        buffer[: len(data)] = data
        self._budget.read += len(data)
        self._on_read(len(data))
        return len(data)


class Unfolded(io.RawIOBase):
    """A decompressor's bytes, bounded by the budget; a fault ends them."""

    FAULTS = (
        EOFError, OSError, zlib.error, lzma.LZMAError, zstandard.ZstdError, zipfile.BadZipFile,
        tarfile.TarError, RuntimeError, NotImplementedError, MemoryError, ValueError,
    )  # fmt: skip

    def __init__(self, inner: IO[bytes], budget: Budget, name: str) -> None:
        self._inner, self._budget, self._name, self._ended = inner, budget, name, False
        self._take: Callable[[int], bytes] = inner.read1 if hasattr(inner, "read1") else inner.read

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read at most a buffer's length."""
        if self._ended or self._budget.spent:
            return 0
        try:
            data = self._take(min(len(buffer), CHUNK))
        except self.FAULTS as error:
            self._ended = True
            self._budget.faults.append((self._name, _fault(error)))
            return 0
        if not data or not self._budget.spend(len(data), self._name):
            self._ended = True
            return 0
        buffer[: len(data)] = data
        return len(data)


def _fault(error: BaseException) -> str:
    if isinstance(error, EOFError):
        return "the compressed data ends early; everything before that point was kept"
    return f"the compressed data is damaged ({error}); everything before that point was kept"


class _Xz(io.RawIOBase):
    """xz with a bound on its dictionary, over several concatenated streams."""

    def __init__(self, inner: IO[bytes], memory: int) -> None:
        self._inner, self._memory, self._pending = inner, memory, b""
        self._decoder: lzma.LZMADecompressor | None = None

    def readable(self) -> bool:
        """Always."""
        return True

    def read1(self, size: int) -> bytes:
        """At most ``size`` bytes, b"" at the end; EOFError where the data is cut."""
        while True:
            if self._decoder is None or self._decoder.eof:
                rest = (self._decoder.unused_data if self._decoder else b"") or self._inner.read(CHUNK)
                if not (rest := rest.lstrip(b"\x00")):
                    return b""
                self._decoder, self._pending = lzma.LZMADecompressor(memlimit=self._memory), rest
            if not self._pending and self._decoder.needs_input:
                self._pending = self._inner.read(CHUNK)
                if not self._pending:
                    raise EOFError
            data = self._decoder.decompress(self._pending, size)
            self._pending = b""
            if data:
                return data


def kind_of(head: bytes) -> str:
    """What the first bytes say: "gz", "bz2", "xz", "zst", "zip", "tar", or "" for plain data."""
    for magic, kind in (
        (b"\x1f\x8b", "gz"),
        (b"\xfd7zXZ\x00", "xz"),
        (b"\x28\xb5\x2f\xfd", "zst"),
        (b"PK\x03\x04", "zip"),
        (b"PK\x05\x06", "zip"),
    ):
        if head.startswith(magic):
            return kind
    if head[:3] == b"BZh" and head[4:10] in (b"1AY&SY", b"\x17rE8P\x90"):
        return "bz2"
    return "tar" if head[257:262] == b"ustar" else ""


def unfold(stream: BinaryIO, kind: str, budget: Budget, name: str) -> BinaryIO:
    """The decompressed stream of a gz, bz2, xz or zst stream."""
    inner: Any
    if kind == "gz":
        inner = gzip.GzipFile(fileobj=stream)
    elif kind == "bz2":
        inner = bz2.BZ2File(stream)
    elif kind == "xz":
        inner = _Xz(stream, budget.bounds.memory)
    else:
        inner = _Zstd(stream, budget.bounds.memory)
    return io.BufferedReader(Unfolded(inner, budget, name), CHUNK)


class _Zstd:
    """zstd that says when it is cut, where its header tells the size; the library takes a cut for the end."""

    def __init__(self, stream: BinaryIO, memory: int) -> None:
        head = stream.peek(18) if isinstance(stream, io.BufferedReader) else b""
        try:
            self._size = zstandard.get_frame_parameters(head).content_size
        except zstandard.ZstdError:
            self._size = 0
        if self._size >= 2**62:  # the library's marks for "not known"
            self._size = 0
        decoder = zstandard.ZstdDecompressor(max_window_size=memory)
        self._reader = decoder.stream_reader(stream, read_across_frames=True, closefd=False)
        self._done = 0

    def read1(self, size: int) -> bytes:
        """At most ``size`` bytes."""
        data = self._reader.read(min(size, 64 * 1024))
        self._done += len(data)
        if not data and self._done < self._size:
            raise EOFError
        return data


def zip_members(stream: BinaryIO, budget: Budget, name: str) -> Iterator[tuple[str, BinaryIO]]:
    """The files of a zip archive in its order; what must not be read is noted."""
    with contextlib.ExitStack() as stack:
        seekable = stream if stream.seekable() else stack.enter_context(_spooled(stream, budget, name))
        try:
            archive = stack.enter_context(zipfile.ZipFile(seekable))
        except Unfolded.FAULTS as error:
            budget.faults.append((name, f"is a damaged zip archive ({error})"))
            return
        for count, member in enumerate(archive.infolist()):
            label = f"{name}/{member.filename}"
            if budget.spent or not _within(count, budget, name):
                return
            if member.is_dir():
                continue
            mode = member.external_attr >> 16
            if stat.S_ISLNK(mode) or (mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG)):
                budget.faults.append((label, "is a link or a device inside the archive; skipped"))
            elif member.flag_bits & 1:
                budget.faults.append((label, "is encrypted; skipped"))
            elif _inside(member.filename, label, budget):
                try:
                    opened = archive.open(member)
                except Unfolded.FAULTS as error:
                    budget.faults.append((label, f"cannot be read from the archive ({error})"))
                    continue
                yield member.filename, io.BufferedReader(Unfolded(opened, budget, label), CHUNK)


def tar_members(stream: BinaryIO, budget: Budget, name: str) -> Iterator[tuple[str, BinaryIO]]:
    """The files of a tar archive in its order, streamed; what must not be read is noted."""
    try:
        with tarfile.open(fileobj=stream, mode="r|", errorlevel=0, bufsize=CHUNK) as archive:
            for count, member in enumerate(archive):
                label = f"{name}/{member.name}"
                if budget.spent or not _within(count, budget, name):
                    return
                if member.isdir():
                    continue
                if not member.isfile():
                    budget.faults.append((label, "is a link or a device inside the archive; skipped"))
                elif _inside(member.name, label, budget) and (opened := archive.extractfile(member)):
                    yield member.name, io.BufferedReader(Unfolded(opened, budget, label), CHUNK)
                # A streamed archive has no way back: the list of past members would only grow.
                archive.members = []  # type: ignore[attr-defined]
    except Unfolded.FAULTS as error:
        budget.faults.append((name, f"is a damaged tar archive ({error}); what came before was kept"))


def _within(count: int, budget: Budget, name: str) -> bool:
    if count < budget.bounds.members:
        return True
    budget.faults.append((name, f"holds more than {budget.bounds.members:,} files; the rest was not read"))
    return False


def _inside(path: str, label: str, budget: Budget) -> bool:
    parts = path.replace("\\", "/").split("/")
    if ".." in parts or path.startswith(("/", "\\")) or (len(path) > 1 and path[1] == ":"):
        budget.faults.append((label, "has a path that leads out of the archive; skipped"))
        return False
    return True


def _spooled(stream: BinaryIO, budget: Budget, name: str) -> BinaryIO:
    """The stream in an unnamed temporary file, up to a bound: a zip archive is read from its end."""
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    size = 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > budget.bounds.spool:
            budget.faults.append(
                (name, f"is larger than {budget.bounds.spool // 2**30} GiB; save it as a file of its own")
            )
            break
        spool.write(chunk)
    spool.seek(0)
    return cast(BinaryIO, spool)
