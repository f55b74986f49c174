"""Uploaded files on their way into the library: the one place that knows where they lie.

A file is stored in a folder of its own, under its own name made safe; the folder's name ends with the first
letters of the file's checksum, so that one that was damaged while it waited is never read. It waits for its
job, or first for a day to be previewed; the job removes it. Where hosts have no common folder, it waits in
their store, and whoever needs it fetches it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
import time
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import gettempdir
from typing import IO, Protocol

from litatlas.errors import InputError, NotFoundError, TooLargeError

STAGED_SECONDS = 86_400
"""How long a file that is previewed is kept."""
UNCLAIMED_SECONDS = 3600.0
"""How long what a process has just made may wait before that process lays claim to it."""
STORE_LOOK_SECONDS = 300.0
"""How often files are looked for in the store that no job wants."""
MAX_NAME_BYTES = 150
TEMPORARY = "litatlas-"
"""How the names of temporary folders begin."""
_BLOCK = 1 << 20
_WAITING, _STAGED = "uploads/waiting", "uploads/staged"
_UNSAFE = re.compile(r"[^\w.+-]+")
_RANDOM, _CHECKED = 24, 16  # letters of a folder's name: at random, and of the checksum (SHA-256)
_TOKEN = re.compile(
    rf"[0-9a-f]{{{_RANDOM}}}(?:[0-9a-f]{{{_CHECKED}}})?"
)  # earlier versions wrote no checksum


class Carrier(Protocol):
    """Where files wait that any host may need, a folder each; `NotFoundError` where there is none."""

    def send(self, folder: str, file: Path) -> None:
        """Keep a file, whole or not at all."""

    def fetch(self, folder: str, into: Path) -> Path:
        """Write the file of a folder below another; it is compared with its checksums."""

    def remove(self, folder: str) -> None:
        """Remove a file; none may be there."""

    def folders(self, above: str) -> list[str]:
        """The folders below another, in which files are."""

    def size(self, above: str) -> int:
        """The bytes of all files below a folder."""


class Uploads:
    """The uploads of one atlas; reached as ``Atlas.uploads``."""

    def __init__(self, home: Path, carrier: Carrier | None = None) -> None:
        """``carrier`` takes files to other hosts."""
        self._carrier = carrier
        self._looked = -STORE_LOOK_SECONDS
        self._unclaimed: dict[str, float] = {}  # folder of the store → since when it was seen unclaimed
        self.waiting = home / "uploads"
        self.staged = home / "looked"
        own = "|".join(re.escape(f"{folder}/") for folder in (self.waiting, self.staged))
        own = rf"(?:{own})(?:{_TOKEN.pattern}/)?|{re.escape(gettempdir())}/{TEMPORARY}[^/\s]*/"
        self._own_folders = re.compile(own)
        self._anywhere = re.compile(rf"{own}|{re.escape(f'{home.absolute()}/')}")

    def store(self, stream: IO[bytes], name: str, megabytes: int) -> Path:
        """Store a file that waits for its job.

        Raises:
            InputError: it is empty. TooLargeError: it is larger than ``megabytes``.
        """
        path = _stored(self.waiting, stream, name, megabytes)
        self._send(path)
        return path

    @contextmanager
    def passing(self, stream: IO[bytes], name: str, megabytes: int) -> Iterator[Path]:
        """A file that is read at once, and kept no longer; raises as :meth:`store`."""
        path = _stored(self.waiting, stream, name, megabytes)
        try:
            yield path
        finally:
            shutil.rmtree(path.parent, ignore_errors=True)

    def stage(self, stream: IO[bytes], name: str, megabytes: int) -> str:
        """Store a file to be previewed; returns the token that it is known by. Raises as :meth:`store`."""
        self._forget_old()
        path = _stored(self.staged, stream, name, megabytes)
        if self._carrier is not None:
            self._carrier.send(f"{_STAGED}/{path.parent.name}", path)
        return path.parent.name

    def file(self, token: str) -> Path:
        """The file to be previewed that a token stands for.

        Raises:
            NotFoundError: it was added already, or it is a day old. InputError: it was damaged on the disk.
        """
        folder = self.staged / token
        is_token = _TOKEN.fullmatch(token) is not None
        files = list(folder.iterdir()) if is_token and folder.is_dir() else []
        if files:
            return _checked(files[0])
        if is_token and self._carrier is not None:  # another host has it
            with suppress(NotFoundError):
                return self._carrier.fetch(f"{_STAGED}/{token}", folder)
        raise NotFoundError("This upload is no longer here.", "Choose the file and send it again.")

    def accept(self, token: str) -> Path:
        """Let a file that was previewed wait for its job; raises as :meth:`file`."""
        path = self.file(token)
        self.waiting.mkdir(mode=0o700, exist_ok=True)
        accepted = path.parent.rename(self.waiting / token) / path.name
        self._send(accepted)
        if self._carrier is not None:
            self._carrier.remove(f"{_STAGED}/{token}")
        return accepted

    def _send(self, path: Path) -> None:
        """Let a file wait in the store, from where the host of its job fetches it."""
        if self._carrier is not None:
            try:
                self._carrier.send(f"{_WAITING}/{path.parent.name}", path)
            finally:
                shutil.rmtree(path.parent, ignore_errors=True)

    def here(self, path: Path) -> Path:
        """A file whose job is begun, on this host.

        Raises:
            NotFoundError: it is gone. InputError: it was damaged on the disk.
        """
        if self._carrier is None or path.is_file():
            return _checked(path)
        try:
            return self._carrier.fetch(f"{_WAITING}/{path.parent.name}", self.waiting / path.parent.name)
        except NotFoundError as error:
            raise NotFoundError(
                f"The file {path.name} is no longer in the store.", "Choose the file and send it again."
            ) from error

    def damaged(self) -> list[str]:
        """The names of the files here that are not what was sent; every byte of all of them is read."""
        files = [path for folder in (self.waiting, self.staged) for path in sorted(folder.glob("*/*"))]
        return [path.name for path in files if not _is_whole(path)]

    def size_elsewhere(self) -> int:
        """The bytes of the files that wait in the store."""
        return 0 if self._carrier is None else self._carrier.size("uploads")

    def remove(self, path: Path) -> None:
        """Remove a file whose job is over, with the folder that was its own."""
        if self._carrier is not None:
            shutil.rmtree(self.waiting / path.parent.name, ignore_errors=True)
            self._carrier.remove(f"{_WAITING}/{path.parent.name}")
            return
        path.unlink(missing_ok=True)
        if path.parent != self.waiting and path.parent.is_dir():
            path.parent.rmdir()

    def remove_unclaimed(self, wanted: Iterable[Path]) -> None:
        """Remove old files that no job wants: whoever stored or read them was killed."""
        paths = list(wanted)
        if self._carrier is not None and time.monotonic() - self._looked >= STORE_LOOK_SECONDS:
            self._looked = time.monotonic()
            self._remove_unclaimed_of_store(self._carrier, {path.parent.name for path in paths})
        for entry in self.waiting.glob("*"):
            if age(entry) > UNCLAIMED_SECONDS and not any(path.is_relative_to(entry) for path in paths):
                shutil.rmtree(entry, ignore_errors=True)
                entry.unlink(missing_ok=True)

    def _remove_unclaimed_of_store(self, carrier: Carrier, wanted: Collection[str]) -> None:
        """The same in the store: what was seen unclaimed for an hour, by this process's own clock."""
        seen = {name: folder for folder in carrier.folders(_WAITING) if (name := folder.rpartition("/")[2])}
        now = time.monotonic()
        self._unclaimed = {
            folder: self._unclaimed.get(folder, now) for name, folder in seen.items() if name not in wanted
        }
        for folder, since in self._unclaimed.items():
            if now - since > UNCLAIMED_SECONDS:
                carrier.remove(folder)

    def without_folder(self, text: str) -> str:
        """A text without the folder that an uploaded or explored file waits in: that is the server's own."""
        return self._own_folders.sub("", text)

    def public(self, text: str) -> str:
        """A text for readers far away: without any folder of this atlas."""
        return self._anywhere.sub("", text)

    def _forget_old(self) -> None:
        for folder in self.staged.glob("*"):
            with suppress(OSError):  # another request does the same
                if time.time() - folder.stat().st_mtime > STAGED_SECONDS:
                    shutil.rmtree(folder)
                    if self._carrier is not None:
                        self._carrier.remove(f"{_STAGED}/{folder.name}")


def age(path: Path) -> float:
    """Seconds since a file or folder was last written to; 0 where it is gone."""
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


def safe_name(name: str) -> str:
    """A file's own name without folders and odd signs; it is only shown and used to guess the format.

    Of a long one the end is kept, which has the suffix: file systems take 255 bytes.
    """
    last = unicodedata.normalize("NFKC", name).replace("\\", "/").rsplit("/", 1)[-1]
    safe = _UNSAFE.sub("_", last).strip("._").encode("utf-8", "replace")
    return safe[-MAX_NAME_BYTES:].decode("utf-8", "ignore") or "upload"


def _stored(place: Path, stream: IO[bytes], name: str, megabytes: int) -> Path:
    folder = place / secrets.token_hex(_RANDOM // 2)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    path = folder / safe_name(name)
    try:
        checksum = _copy(stream, path, megabytes)
    except BaseException:
        path.unlink(missing_ok=True)
        folder.rmdir()
        raise
    return folder.rename(f"{folder}{checksum[:_CHECKED]}") / path.name


def _copy(stream: IO[bytes], path: Path, megabytes: int) -> str:
    """Write a file; its checksum."""
    size, digest = 0, hashlib.sha256()
    path.touch(mode=0o600, exist_ok=False)
    with path.open("wb") as target:
        while block := stream.read(_BLOCK):
            size += len(block)
            if size > megabytes * 1_000_000:
                raise too_large(megabytes)
            target.write(block)
            digest.update(block)
    if not size:
        raise InputError(f"The file {path.name} is empty.", "Choose another file.")
    return digest.hexdigest()


def _is_whole(path: Path) -> bool:
    """Whether a stored file is as it was sent, as far as its folder tells."""
    checksum = path.parent.name[_RANDOM:] if _TOKEN.fullmatch(path.parent.name) else ""
    if not checksum or not path.is_file():
        return True
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest().startswith(checksum)


def _checked(path: Path) -> Path:
    if not _is_whole(path):
        raise InputError(
            f"The file {path.name} was damaged on the server's disk.", "Choose the file and send it again."
        )
    return path


def too_large(megabytes: int) -> TooLargeError:
    """The error of a file over the limit."""
    return TooLargeError(
        f"The file is larger than {megabytes} MB.", "Split it, or add it with the command line: litatlas add."
    )
