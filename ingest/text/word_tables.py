"""A language's tables of words in files that many processes share.

Some languages' take half a gigabyte as dictionaries; in sorted lines of "form TAB headword", of which one is
found by halving, a twentieth, and only the pages that are read take memory.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from ingest.arrays import written_once
from ingest.text.lexicon import Tables

_RULES = "rules.json"


class WordTable(Mapping[str, str]):
    """Form → headword, over the files that :func:`_write` has written."""

    def __init__(self, path: Path) -> None:
        self._lines = np.load(path.with_suffix(".npy"), mmap_mode="r").data
        self._starts = np.load(path.with_suffix(".starts.npy"), mmap_mode="r").data

    def __getitem__(self, form: str) -> str:
        key = form.encode("utf-8", "surrogatepass") + b"\t"
        at = bisect_left(range(len(self)), key, key=self._line)
        line = self._line(at) if at < len(self) else b""
        if not line.startswith(key):
            raise KeyError(form)
        return line[len(key) :].decode("utf-8", "surrogatepass")

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __iter__(self) -> Iterator[str]:
        for at in range(len(self)):
            yield self._line(at).partition(b"\t")[0].decode("utf-8", "surrogatepass")

    def _line(self, at: int) -> bytes:
        return bytes(self._lines[self._starts[at] : self._starts[at + 1]])


def save(tables: Tables, folder: Path) -> None:
    """Write tables into a new folder; of processes that do so at once, the first one's stay."""
    with written_once(folder) as new:
        _write(new / "lookup", tables.lookup)
        for part, forms in tables.index.items():
            _write(new / f"index-{part}", dict.fromkeys(forms, ""))
        for part, table in tables.exceptions.items():
            _write(new / f"exceptions-{part}", table)
        names = {"rules": tables.rules, "index": list(tables.index), "exceptions": list(tables.exceptions)}
        (new / _RULES).write_text(json.dumps(names), "utf-8")


def mapped(folder: Path) -> Tables:
    """The tables in a folder."""
    names = json.loads((folder / _RULES).read_text("utf-8"))
    return Tables(
        lookup=WordTable(folder / "lookup"),
        index={part: WordTable(folder / f"index-{part}") for part in names["index"]},
        exceptions={part: WordTable(folder / f"exceptions-{part}") for part in names["exceptions"]},
        rules={part: tuple((a, b) for a, b in rules) for part, rules in names["rules"].items()},
    )


def _write(path: Path, table: Mapping[str, str]) -> None:
    lines = [f"{form}\t{word}".encode("utf-8", "surrogatepass") for form, word in table.items()]
    lines = sorted(line for line in lines if line.count(b"\t") == 1)
    np.save(path.with_suffix(".npy"), np.frombuffer(b"".join([*lines, b"\n"]), dtype=np.uint8))
    np.save(path.with_suffix(".starts.npy"), np.cumsum([0, *map(len, lines)]).astype(np.uint32))
