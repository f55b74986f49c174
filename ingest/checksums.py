"""Checksums that are looked at only when a file was touched, and JSON that holds its own.

A seal notes the size and the time of files that are known to be whole. While both are the same, nothing is
read; when they differ (a repaired disk, a copied home, a flipped byte), whoever opens the files compares
their checksums and seals them again. A lost or damaged seal only costs that comparison.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

SEAL = ".verified.json"
_BEGIN = b'{"checksum": "'
_END = b'", '
_DIGITS = 64


def seal(folder: Path, names: Iterable[str]) -> None:
    """Note that these files are whole; in a folder that cannot be written, they are compared every time."""
    with suppress(OSError):
        (folder / SEAL).write_text(json.dumps({name: _look(folder / name) for name in names}), "utf-8")


def are_sealed(folder: Path, names: Iterable[str]) -> bool:
    """Whether every file is as it was when it was known to be whole."""
    try:
        seals = json.loads((folder / SEAL).read_text("utf-8"))
        return all(seals[name] == _look(folder / name) for name in names)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _look(path: Path) -> list[int]:
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns]


def signed(text: str) -> bytes:
    """A JSON object with its own checksum (SHA-256 of the rest) as its first member."""
    body = text.encode("utf-8")
    if not body.startswith(b"{") or body == b"{}":
        raise ValueError("only an object with members can hold its checksum")
    return _BEGIN + hashlib.sha256(body).hexdigest().encode() + _END + body[1:]


def unsigned(data: bytes) -> str | None:
    """The JSON object that was signed, or one without a checksum as it is; None when it was damaged."""
    if data.startswith(_BEGIN):
        at = len(_BEGIN) + _DIGITS
        body = b"{" + data[at + len(_END) :]
        if data[len(_BEGIN) : at] != hashlib.sha256(body).hexdigest().encode():
            return None
        data = body
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None
