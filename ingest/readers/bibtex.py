"""BibTeX and BibLaTeX files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from ingest.document import FieldWarning, Parsed
from ingest.readers.parsing import bibscan
from ingest.readers.parsing.bibscan import Entry
from ingest.readers.parsing.bibvalues import CONTAINERS, document_values, inherit
from ingest.readers.parsing.reader import Lines, ReadOptions, make_document

_AFTER_START = re.compile(r"[^,{}=\n]{0,200}(?:,|=|\n|$)")
_MOST_WAITING = 20_000
"""Entries that wait for the entry that they inherit from, and entries that are kept to inherit from."""
_KEPT_FIELDS = 40
_KEPT_CHARACTERS = 5_000


def _begins_a_line(text: str, at: int) -> bool:
    return not text[text.rfind("\n", 0, at) + 1 : at].strip(" \t\r\ufeff")


class BibtexReader:
    """Reads entry by entry; an unclosed brace or a repeated key costs no record."""

    name = "bibtex"
    title = "BibTeX and BibLaTeX"
    suffixes = (".bib", ".bibtex")
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "publisher",
        "doi", "arxiv_id", "pmid", "other_ids", "url", "tags", "lang", "type", "issn", "notices", "licence",
        "citations", "group_authors", "editors", "series", "orcids", "references",
        "publication_types",
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> float:
        """Entries with little else around them: a page with one entry in it is plain text."""
        text = head.decode("utf-8", "replace")
        starts = bibscan.START.finditer(text)
        if not any(_AFTER_START.match(text[start.end() : start.end() + 300].lstrip()) for start in starts):
            return 0.3 if name.endswith(self.suffixes) and b"@" in head else 0.0
        if name.endswith(self.suffixes):
            return 0.95
        if not any(_begins_a_line(text, start.start()) for start in bibscan.START.finditer(text)):
            return 0.0  # an entry that a record of another format speaks of
        lines = list(enumerate(text.split("\n"), 1))
        inside = sum(entry.end_line - entry.line + 1 for entry in bibscan.scan(lines))
        outside = sum(1 for _, line in lines if line.strip() and not line.lstrip().startswith(("%", "@")))
        return 0.9 if inside and outside - inside <= max(3, 0.2 * inside) else 0.1

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document an entry; one that inherits from a later entry comes after it."""
        lines = Lines(stream)
        family = _Family()
        seen: dict[str, int] = {}
        for entry in bibscan.scan(lines):
            yield from lines.take_faults()
            for ready in family.take(entry):
                yield from _documents(ready, seen)
        yield from lines.take_faults()
        for entry in family.rest():
            yield from _documents(entry, seen)


def _documents(entry: Entry, seen: dict[str, int]) -> Iterator[Parsed]:
    yield from entry.faults
    if entry.kind in ("xdata", "set"):
        return  # no paper, but fields for others
    raw = document_values(entry)
    if entry.key:
        # Two entries of one key are two papers: the second keeps a key of its own.
        seen[entry.key] = seen.get(entry.key, 0) + 1
        if seen[entry.key] > 1:
            raw["source_id"] = f"{entry.key}#{seen[entry.key]}"
    yield from make_document(entry.line, raw)


class _Family:
    """Entries and those that they inherit from, which BibTeX wants to stand behind them."""

    def __init__(self) -> None:
        self._parents: dict[str, Entry] = {}
        self._waiting: dict[str, list[Entry]] = {}  # by the key of a parent that is missing
        self._count = 0

    def take(self, entry: Entry) -> Iterator[Entry]:
        """The entries that are complete once this one is known, itself among them."""
        key = entry.key.lower()
        if key and (entry.kind in CONTAINERS or key in self._waiting) and len(self._parents) < _MOST_WAITING:
            fields = {n: v for n, v in list(entry.fields.items())[:_KEPT_FIELDS] if len(v) < _KEPT_CHARACTERS}
            self._parents.setdefault(key, Entry(entry.line, entry.kind, entry.key, fields))
        children = self._waiting.pop(key, [])
        self._count -= len(children)
        for ready in (entry, *children):
            missing = self._inherit(ready)
            if missing and self._count < _MOST_WAITING:
                self._waiting.setdefault(missing, []).append(ready)
                self._count += 1
            else:
                yield ready

    def rest(self) -> Iterator[Entry]:
        """The entries whose parent never came, in the order of the file."""
        waiting = [(child, key) for key, children in self._waiting.items() for child in children]
        for entry, key in sorted(waiting, key=lambda pair: pair[0].line):
            reason = "is not an entry of this file; the fields inherited from it are missing"
            entry.faults.append(FieldWarning(entry.line, "crossref", key[:120], reason))
            yield entry

    def _inherit(self, entry: Entry) -> str:
        """Give an entry what its parents have, as far as they are known; the first that is missing, or ""."""
        missing = ""
        for key in _wanted(entry):
            parent = self._parents.get(key)
            if parent is None:
                missing = missing or key
            elif parent.key != entry.key:
                for above in _wanted(parent):
                    if above in self._parents and above != key:
                        inherit(parent, self._parents[above])
                inherit(entry, parent)
        return missing


def _wanted(entry: Entry) -> list[str]:
    """The keys of the entries that this one inherits from, in lower case."""
    keys = f"{entry.fields.get('crossref', '')},{entry.fields.get('xdata', '')}"[:2_000]
    return [key for part in keys.split(",") if (key := part.strip(" {}\n").lower())]
