"""A language's tables of words in files that are asked without being read in, and shared by processes.

Some languages' take a gigabyte as dictionaries. Here all of a language are one sorted list of lines "table
TAB form TAB headword", compressed by the block, which takes 14 MB for Polish and 1.3 for German: a block is
found by halving the list of their first words, and unpacked in some five microseconds.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.arrays import Layout, read_arrays, write_arrays
from ingest.text.headwords.lexicon import Tables

_LAYOUT = Layout("tables of words", "tables.json", 1, "Remove that folder: they are made anew.")
_LINES = 64  # of a block
_LOOKUP, _INDEX, _EXCEPTIONS = "lookup", "index-", "exceptions-"


class WordTable(Mapping[str, str]):
    """Form → headword: one of the tables in a language's lines."""

    def __init__(self, lines: _Lines, name: str) -> None:
        self._lines = lines
        self._name = name.encode()

    def __getitem__(self, form: str) -> str:
        word = self._lines.find(b"%b\t%b\t" % (self._name, form.encode("utf-8", "surrogatepass")))
        if word is None:
            raise KeyError(form)
        return word.decode("utf-8", "surrogatepass")

    def __len__(self) -> int:
        return self._length

    @cached_property
    def _length(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            name, form, _ = line.split(b"\t")
            if name == self._name:
                yield form.decode("utf-8", "surrogatepass")


class _Lines:
    """The lines of a language, over the files that :func:`save` has written."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._blocks, self._starts = arrays["blocks"].data, arrays["starts"].data
        self._firsts, self._first_starts = arrays["firsts"].data, arrays["first_starts"].data

    def find(self, beginning: bytes) -> bytes | None:
        """The rest of the line that begins so, a table and a form; None where there is none."""
        at = bisect_right(range(self._count), beginning, key=self._first) - 1
        if at < 0:
            return None
        block = self._block(at)
        found = block.find(b"\n" + beginning)
        if found < 0:
            return None
        start = found + 1 + len(beginning)
        return block[start : block.index(b"\n", start)]

    def __iter__(self) -> Iterator[bytes]:
        for at in range(self._count):
            yield from self._block(at)[1:-1].split(b"\n")

    @property
    def _count(self) -> int:
        return len(self._starts) - 1

    def _first(self, at: int) -> bytes:
        return bytes(self._firsts[self._first_starts[at] : self._first_starts[at + 1]])

    def _block(self, at: int) -> bytes:
        return zlib.decompress(self._blocks[self._starts[at] : self._starts[at + 1]])


def save(tables: Tables, folder: Path) -> None:
    """Write tables into a folder, in place of what was there; who has that mapped keeps it."""
    named: dict[str, Mapping[str, str]] = {
        _LOOKUP: tables.lookup,
        **{f"{_INDEX}{part}": dict.fromkeys(forms, "") for part, forms in tables.index.items()},
        **{f"{_EXCEPTIONS}{part}": table for part, table in tables.exceptions.items()},
    }
    header = {"rules": dict(tables.rules), "tables": sorted(named)}
    write_arrays(_LAYOUT, folder, header, _arrays(named))


def are_saved(folder: Path) -> bool:
    """Whether there are tables in a folder, whole or damaged."""
    return _LAYOUT.exists(folder)


def mapped(folder: Path) -> Tables:
    """The tables in a folder; raises ArraysError where there are none, or damaged ones."""
    header, arrays = read_arrays(_LAYOUT, folder)
    lines = _Lines(arrays)
    tables = {name: WordTable(lines, name) for name in header["tables"]}
    return Tables(
        lookup=tables[_LOOKUP],
        index=_parts(tables, _INDEX),
        exceptions=_parts(tables, _EXCEPTIONS),
        rules={part: tuple((a, b) for a, b in rules) for part, rules in header["rules"].items()},
    )


def _parts(tables: Mapping[str, WordTable], kind: str) -> dict[str, WordTable]:
    return {name.removeprefix(kind): table for name, table in tables.items() if name.startswith(kind)}


def _arrays(tables: Mapping[str, Mapping[str, str]]) -> dict[str, NDArray[Any]]:
    """The blocks of the lines of all tables, the beginnings of their first lines, and where each starts."""
    blocks: list[bytes] = []
    firsts: list[bytes] = []
    lines = _sorted_lines(tables)
    while block := list(islice(lines, _LINES)):
        firsts.append(block[0][: block[0].rindex(b"\t") + 1])
        blocks.append(zlib.compress(b"\n%b\n" % b"\n".join(block)))
    return {
        "blocks": _bytes(blocks),
        "starts": _starts(blocks),
        "firsts": _bytes(firsts),
        "first_starts": _starts(firsts),
    }


def _sorted_lines(tables: Mapping[str, Mapping[str, str]]) -> Iterator[bytes]:
    """In the order of their beginnings: of the tables' names with a tab, then of the forms with one."""
    for name in sorted(tables, key=lambda name: f"{name}\t"):
        table = tables[name]
        for form in sorted(table, key=lambda form: f"{form}\t"):  # code points sort as their bytes do
            line = f"{name}\t{form}\t{table[form]}".encode("utf-8", "surrogatepass")
            if line.count(b"\t") == 2 and b"\n" not in line:
                yield line


def _bytes(parts: list[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join([*parts, b"\n"]), dtype=np.uint8)  # an empty array cannot be mapped


def _starts(parts: list[bytes]) -> NDArray[np.uint32]:
    return np.cumsum([0, *map(len, parts)]).astype(np.uint32)
