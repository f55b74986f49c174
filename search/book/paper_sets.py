"""Sets of papers as they are kept: compressed, and the same bytes for the same set, so that a set that many
runs share is kept once."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence

MAX_BYTES = 256 * 2**20
"""What a set may take when it is unpacked; nothing that was packed here comes near."""


def packed_ids(ids: Iterable[str]) -> bytes:
    """A set of ids."""
    return zlib.compress("\n".join(sorted(set(ids))).encode(), 9)


def unpacked_ids(content: bytes) -> list[str]:
    """The ids, sorted."""
    text = _unpacked(content)
    return text.split("\n") if text else []


def packed_groups(groups: Mapping[str, Sequence[str]]) -> bytes:
    """The records of those papers that have several, by the paper's id."""
    rows = (" ".join((id, *records)) for id, records in sorted(groups.items()) if len(records) > 1)
    return zlib.compress("\n".join(rows).encode(), 9)


def unpacked_groups(content: bytes) -> dict[str, tuple[str, ...]]:
    """The records of those papers that have several."""
    text = _unpacked(content)
    rows = (row.split(" ") for row in text.split("\n")) if text else ()
    return {id: tuple(records) for id, *records in rows}


def content_hash(content: bytes) -> str:
    """By what a set is known."""
    return hashlib.sha256(content).hexdigest()


def _unpacked(content: bytes) -> str:
    unpacker = zlib.decompressobj()
    text = unpacker.decompress(content, MAX_BYTES)
    if not unpacker.eof:
        raise ValueError("a kept set of papers is damaged")
    return text.decode()
