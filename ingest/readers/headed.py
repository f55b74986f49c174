"""Exports as text in which each value stands behind or below a heading: NoteExpress, CNKI's own, Embase's.

The headings are those of the same services' tables, so that a record is read as a row of these is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from ingest.document import FieldWarning, Parsed
from ingest.readers.parsing.reader import MAX_LINE, Lines, ReadOptions, shown
from ingest.readers.table import CSV, row_documents
from ingest.readers.tables.columns import plain

_BEHIND = re.compile(
    r"\ufeff?[ \t]{0,3}"
    r"(?:\{(?P<english>[A-Z][\w/ ]{1,30})\}|(?P<chinese>[A-Za-z]{2,20}-[\u4e00-\u9fffA-Z]{1,12}))"
    r"[ \t]?[:\uff1a](?P<value>.*)\Z"
)
_BELOW = frozenset(
    map(
        plain,
        ["title", "author names", "author addresses", "correspondence address", "full record entry date",
         "AiP/IP entry date", "source", "source title", "publication year", "volume", "issue", "first page",
         "last page", "date of publication", "publication type", "ISSN", "ISBN", "editors", "abstract",
         "conference name", "publisher", "book publisher", "author keywords", "CAS registry numbers",
         "Emtree drug index terms", "Emtree drug index terms (major focus)", "Emtree medical index terms",
         "Emtree medical index terms (major focus)", "Embase classifications", "clinical trial numbers",
         "language of article", "language of summary", "Medline PMID", "PUI", "DOI", "full text link",
         "Embase link", "open URL link", "copyright", "original non-English title", "device trade names",
         "original non-English abstract", "Embase accession ID", "number of references", "article number",
         "drug tradenames", "drug manufacturers", "device manufacturers", "molecular sequence numbers"],
    )
)  # fmt: skip
_RECORD = re.compile(r"\ufeff?[ \t]{0,3}RECORD \d{1,9}[ \t]*\Z")
_SNIFFED = re.compile(
    r"(?:\A|\n)[ \t]{0,3}(?:\{Reference Type\}: |(?:SrcDatabase|Title|Author)-[\u4e00-\u9fff]{2,6}[:\uff1a]"
    r"|RECORD \d{1,9}[ \t]*\r?\n\s{0,9}[A-Z])"
)
_LISTS = ("author", "keyword", "index term", "editor", "作者", "关键词")


class HeadedReader:
    """Reads records of headings and values."""

    name = "headed"
    title = "NoteExpress, CNKI and Embase, as text"
    suffixes = (".txt", ".net", ".nes")
    fields = CSV.fields

    def sniff(self, head: bytes, _name: str) -> float:
        """By a heading in braces, one in two languages, or a numbered record."""
        return 0.94 if _SNIFFED.search(head[:5_000].decode("utf-8-sig", "replace")) else 0.0

    def read(self, stream: BinaryIO, options: ReadOptions) -> Iterator[Parsed]:
        """One document a record."""
        lines = Lines(stream)
        record = _Record(0)
        warned = False
        for number, text in lines:
            yield from lines.take_faults()
            heading, value = _heading(text)
            if heading and record.ends_before(heading):
                yield from record.documents(options)
                record = _Record(number)
            if record.take(heading, value) or warned or not text.strip():
                continue
            warned = True
            yield FieldWarning(
                number, "line", shown(text), "is outside any record; lines like it are ignored"
            )
        yield from lines.take_faults()
        yield from record.documents(options)


def _heading(text: str) -> tuple[str, str]:
    """The heading in a line ("RECORD" for the number of a record), and the value behind it."""
    if match := _BEHIND.match(text):
        return match["english"] or match["chinese"], match["value"].strip()
    if _RECORD.match(text):
        return "RECORD", ""
    if text[:60].strip().isupper() and plain(text) in _BELOW:
        return text.strip(), ""
    return "", text.strip()


def _serial(heading: str, values: list[str]) -> str:
    """The heading; of the two numbers that NoteExpress has in one place, the one that it is."""
    if heading != "ISBN/ISSN":
        return heading
    return "ISBN" if sum(sign.isdigit() for sign in values[0]) > 8 else "ISSN"


class _Record:
    """The values of one record by heading."""

    def __init__(self, line: int) -> None:
        self._line = line
        self._values: dict[str, list[str]] = {}
        self._open = ""
        self._size = 0

    def ends_before(self, heading: str) -> bool:
        """Whether a heading begins the next record: it is the one that this record began with."""
        return heading == next(iter(self._values), "")

    def take(self, heading: str, value: str) -> bool:
        """Take in a line; False where it belongs to nothing."""
        self._open = heading or self._open
        if not self._open:
            return False
        self._size += len(value)
        values = self._values.setdefault(self._open, [])
        if value and self._size <= MAX_LINE:
            values.append(value)
        return True

    def documents(self, options: ReadOptions) -> Iterator[Parsed]:
        """The document of the record, or why there is none."""
        row = {
            _serial(heading, values): ("; " if any(kind in heading.lower() for kind in _LISTS) else " ").join(
                values
            )
            for heading, values in self._values.items()
            if values
        }
        if row:
            yield from row_documents(self._line, row, options)
