"""Files, folders, globs, standard input, compressed and archived → what the readers make of them."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from glob import glob
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import BinaryIO, Self, cast

from ingest.archives import BOUNDS, CHUNK, Bounds, Budget, Counted, kind_of, tar_members, unfold, zip_members
from ingest.document import Document, FieldWarning, Parsed, Rejected
from ingest.errors import InputError, NotFoundError
from ingest.readers.parsing.encodings import HEAD_BYTES, Utf8Stream, codec_named
from ingest.readers.parsing.reader import Cut, CuttingReader, Reader, ReadOptions, encoding_warnings
from ingest.readers.parsing.unread import OLD_OFFICE
from ingest.readers.pdf.reader import MAX_BYTES, PdfReader
from ingest.readers.registry import READERS, is_binary, reader_named, refuse, sniff
from ingest.readers.table import check_mapping

_COMPRESSED = (".gz", ".bz2", ".xz", ".zst", ".tgz", ".tbz2", ".txz", ".tar", ".zip")
_LINK = "is a symbolic link; skipped, as only links named directly are followed"
_SKIPPED = ("__MACOSX", ".git")
Sourced = tuple[str, Parsed]


@dataclass(frozen=True, slots=True)
class RawCut:
    """Records that are not parsed yet, and the name of the reader that can."""

    reader: str
    cut: Cut


Piece = tuple[str, Parsed | RawCut]
NO_MAPPING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _File:
    """One file to read; ``path`` None is standard input; ``named`` when the user named it alone."""

    label: str
    path: Path | None
    size: int
    named: bool


def read_sources(
    paths: Sequence[str | Path],
    *,
    format: str | None = None,
    encoding: str | None = None,
    mapping: Mapping[str, str] = NO_MAPPING,
    stdin: BinaryIO | None = None,
    on_bytes: Callable[[int, int], None] | None = None,
    on_columns: Callable[[Sequence[str], Mapping[str, str]], None] | None = None,
    on_pdf: Callable[[str, bytes], None] | None = None,
    bounds: Bounds = BOUNDS,
) -> Sources:
    """Yield (source name, parsed) over all the paths; "-" is standard input.

    ``on_bytes(done, total)`` hears of progress in bytes as they are stored, where their total is known;
    ``on_columns`` hears of each table's headings and of the fields that they are taken for; ``on_pdf`` gets
    each PDF with the name of its source, just before the document that was read from it. A fault inside a
    file (a truncated gzip, a link in an archive) is yielded as a `Rejected` of line 0, and so is a file in
    which there is no record. ``encoding`` is that of every text; without it, it is found out.

    Raises:
        InputError: a path does not exist, the mapping names an unknown field, there is no such format or
            encoding, or the only file cannot be read at all.
    """
    check_mapping(mapping)
    forced = _Forced(reader_named(format) if format else None, codec_named(encoding) if encoding else "")
    return Sources(paths, forced, ReadOptions(mapping, on_columns), stdin, on_bytes, on_pdf, bounds)


@dataclass(frozen=True, slots=True)
class _Forced:
    """What the user named instead of leaving it to be found out."""

    reader: Reader | None = None
    codec: str = ""


class Sources(Iterator[Sourced]):
    """What the paths hold, as :func:`read_sources` says; nothing is opened before it is asked for."""

    def __init__(
        self,
        paths: Sequence[str | Path],
        forced: _Forced,
        options: ReadOptions,
        stdin: BinaryIO | None,
        on_bytes: Callable[[int, int], None] | None,
        on_pdf: Callable[[str, bytes], None] | None,
        bounds: Bounds,
    ) -> None:
        self._paths, self._forced, self._stdin = paths, forced, stdin
        self._options, self._on_bytes, self._on_pdf, self._bounds = options, on_bytes, on_pdf, bounds
        self.reader = ""  # the format of what is being read
        self._total = self._done = 0
        self._parsed = self._all_parsed()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Sourced:
        return next(self._parsed)

    @property
    def told(self) -> bool:
        """Whether ``on_bytes`` hears of the progress; known once reading has begun."""
        return self._on_bytes is not None and self._total > 0

    def _all_parsed(self) -> Iterator[Sourced]:
        for label, piece in self.pieces():
            for parsed in parse_piece(piece):
                yield label, parsed

    def pieces(self) -> Iterator[Piece]:
        """The same with the records of some formats not parsed yet, for :func:`parse_piece`."""
        skipped: list[Sourced] = []
        files = [file for path in self._paths for file in _expand(path, skipped)]
        if not files and not skipped:
            raise InputError(
                "There is nothing to read.", "Name at least one file, folder or - for standard input."
            )
        yield from skipped
        self._total = 0 if any(file.path is None for file in files) else sum(file.size for file in files)
        for file in files:
            try:
                yield from self._file(file)
            except InputError as error:
                if len(files) == 1 and file.named:
                    raise
                yield file.label, Rejected(0, "file", file.label, error.message)

    def _file(self, file: _File) -> Iterator[Piece]:
        budget = Budget(file.label, file.size, self._bounds)
        with _opened(file, self._stdin) as raw:
            counted = io.BufferedReader(Counted(raw, budget, self._on_read), CHUNK)
            walk = _Walk(budget, self._forced, self._options, self._on_reader, self._on_pdf)
            yield from walk.read(counted, file.label, file.label, 0)
            if not walk.readable and walk.errors:
                raise walk.errors[0]

    def _on_reader(self, name: str) -> None:
        self.reader = name

    def _on_read(self, amount: int) -> None:
        self._done += amount
        if self._on_bytes and self._total:
            self._on_bytes(min(self._done, self._total), self._total)


def parse_piece(piece: Parsed | RawCut) -> Iterator[Parsed]:
    """The parsed records of a piece."""
    if not isinstance(piece, RawCut):
        yield piece
        return
    reader = reader_named(piece.reader)
    assert isinstance(reader, CuttingReader)  # it made the piece
    yield from reader.parse(piece.cut)


class _Walk:
    """One source, with the archives inside it."""

    def __init__(
        self,
        budget: Budget,
        forced: _Forced,
        options: ReadOptions,
        on_reader: Callable[[str], None],
        on_pdf: Callable[[str, bytes], None] | None,
    ) -> None:
        self.budget, self._forced, self._options = budget, forced, options
        self._on_reader, self._on_pdf = on_reader, on_pdf
        self.readable = False
        self.errors: list[InputError] = []

    def read(self, stream: BinaryIO, label: str, name: str, depth: int) -> Iterator[Piece]:
        """What a stream holds, unfolding it as often as the bounds allow."""
        head, stream = _head(stream)
        kind = kind_of(head)
        workbook = (kind == "zip" and _is_workbook(head)) or head.startswith(OLD_OFFICE)
        if workbook or (not kind and b"%PDF-" in head[:1024]):
            yield from self._records(stream, head, label, name)
        elif not kind:
            yield from self._text(stream, head, label, name)
        elif depth > self.budget.bounds.depth:
            self._fail(
                InputError(
                    f"{label} is packed more than {self.budget.bounds.depth} times.", "Unpack it first."
                )
            )
        elif kind in ("zip", "tar"):
            yield from self._members(stream, kind, label, depth)
        else:
            inner = unfold(stream, kind, self.budget, label)
            yield from self.read(inner, label, _without_suffix(name), depth + 1)
        yield from self._told()

    def _text(self, stream: BinaryIO, head: bytes, label: str, name: str) -> Iterator[Piece]:
        """The records of a stream that is no archive, whatever its encoding."""
        try:
            refuse(head, name)
        except InputError as error:
            cut = [reason for _, reason in self.budget.faults]
            self._fail(InputError(f"{label}: {cut[0]}.", error.hint) if cut and not head else error)
            return
        text = Utf8Stream(stream, self._forced.codec)
        head = text.head()
        if text.unreadable and not is_binary(head):
            hint = "Save it as UTF-8, or name its encoding, as in --encoding cp1251."
            self._fail(InputError(f"{name} is in an encoding that cannot be detected.", hint))
            return
        yield from self._records(cast(BinaryIO, text), head, label, name)
        yield from ((label, warning) for warning in encoding_warnings(text))

    def _records(self, stream: BinaryIO, head: bytes, label: str, name: str) -> Iterator[Piece]:
        """The records of a file, and a word where there are none."""
        try:
            reader = self._forced.reader or sniff(head, name)
        except InputError as error:
            self._fail(error)
            return
        self.readable = True
        self._on_reader(reader.name)
        pdf = None
        if self._on_pdf and isinstance(reader, PdfReader):
            pdf = stream.read(MAX_BYTES + 1)
            stream = io.BytesIO(pdf)
        empty = True
        for piece in _pieces(reader, stream, self._options):
            empty = empty and isinstance(piece, FieldWarning)
            if pdf is not None and self._on_pdf and isinstance(piece, Document):
                self._on_pdf(label, pdf)
            yield label, piece
        if empty:
            reason = f"nothing in it could be read as {reader.title}"
            yield label, Rejected(0, "file", name, reason)

    def _members(self, stream: BinaryIO, kind: str, label: str, depth: int) -> Iterator[Piece]:
        members = zip_members if kind == "zip" else tar_members
        for name, inner in members(stream, self.budget, label):
            path = PurePosixPath(name)
            if path.name.startswith(".") or any(part in _SKIPPED for part in path.parts):
                continue
            known = len(self.errors)
            yield from self.read(inner, f"{label}/{name}", name, depth + 1)
            for error in self.errors[known:]:
                yield f"{label}/{name}", Rejected(0, "file", name, error.message)
        if not self.readable and not self.errors:
            self._fail(InputError(f"{label} contains no file that can be read.", _formats_hint()))

    def _fail(self, error: InputError) -> None:
        self.errors.append(error)

    def _told(self) -> Iterator[Sourced]:
        faults, self.budget.faults = self.budget.faults, []
        for label, reason in faults:
            yield label, Rejected(0, "file", label, reason)


def _pieces(reader: Reader, stream: BinaryIO, options: ReadOptions) -> Iterator[Parsed | RawCut]:
    if not isinstance(reader, CuttingReader):
        yield from reader.read(stream, options)
        return
    for piece in reader.cut(stream):
        yield RawCut(reader.name, piece) if isinstance(piece, Cut) else piece


def _formats_hint() -> str:
    return f"Formats: {', '.join(reader.name for reader in READERS)} (see `litatlas formats`)."


def _expand(named: str | Path, skipped: list[Sourced]) -> Iterator[_File]:
    """The files that a path stands for; links inside folders are skipped and said."""
    text = str(named)
    if text == "-":
        yield _File("standard input", None, 0, True)
        return
    path = Path(text)
    if path.is_dir():
        yield from _folder(path, skipped)
    elif path.exists():
        yield _File(text, path, path.stat().st_size, True)
    elif any(sign in text for sign in "*?[") and (names := sorted(glob(text, recursive=True))):  # noqa: PTH207
        for name in names:
            if Path(name).is_symlink():
                skipped.append((name, Rejected(0, "file", name, _LINK)))
                continue
            yield from (
                _folder(Path(name), skipped)
                if Path(name).is_dir()
                else iter([_File(name, Path(name), Path(name).stat().st_size, len(names) == 1)])
            )
    else:
        raise NotFoundError(f"{text} does not exist.", "Check the path; - reads standard input.")


def _folder(folder: Path, skipped: list[Sourced]) -> Iterator[_File]:
    has_files = False
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if any(part.startswith(".") or part in _SKIPPED for part in parts):
            continue
        if path.is_symlink():
            skipped.append((str(path), Rejected(0, "file", str(path), _LINK)))
        elif path.is_file():
            has_files = True
            yield _File(str(path), path, path.stat().st_size, False)
    if not has_files:
        skipped.append((str(folder), FieldWarning(0, "folder", str(folder), "contains no files")))


def _opened(file: _File, stdin: BinaryIO | None) -> BinaryIO:
    if file.path is None:
        stream = stdin or sys.stdin.buffer
        return cast(BinaryIO, _Unclosed(stream))
    try:
        return cast(BinaryIO, file.path.open("rb", buffering=0))
    except OSError as error:
        raise InputError(
            f"{file.label} cannot be opened ({error.strerror}).", "Check its permissions."
        ) from error


class _Unclosed(io.RawIOBase):
    """Standard input, left open after use."""

    def __init__(self, inner: BinaryIO) -> None:
        self._inner = inner

    def read(self, size: int = -1) -> bytes:
        """As below."""
        return self._inner.read(size)

    def readable(self) -> bool:
        """Always."""
        return True


class _Prefixed(io.RawIOBase):
    """A stream that begins with bytes already taken from it."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = memoryview(head), rest

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """First the head, then the rest."""
        if self._head:
            size = min(len(buffer), len(self._head))
            buffer[:size] = self._head[:size]
            self._head = self._head[size:]
            return size
        data = self._rest.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _head(stream: BinaryIO) -> tuple[bytes, BinaryIO]:
    """The first 64 KiB and the whole stream."""
    head = stream.read(HEAD_BYTES)
    if stream.seekable():
        stream.seek(0)
        return head, stream
    return head, io.BufferedReader(_Prefixed(head, stream), CHUNK)


def _is_workbook(head: bytes) -> bool:
    return b"[Content_Types].xml" in head[:4096] or b"xl/workbook" in head or b"xl/worksheets" in head


def _without_suffix(name: str) -> str:
    lower = name.lower()
    return next((name[: -len(suffix)] for suffix in _COMPRESSED if lower.endswith(suffix)), name)
