"""Tables: CSV and TSV with headings in the spellings of many services, and workbooks."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import BinaryIO

from ingest.document import FieldWarning, Parsed, Rejected
from ingest.errors import InputError
from ingest.readers.parsing.reader import ReadOptions, make_document, shown, whole_text
from ingest.readers.parsing.unread import OLD_OFFICE
from ingest.readers.tables.alignment import habit, realigned
from ingest.readers.tables.columns import (
    JOINED,
    MISSING,
    Columns,
    check_mapping,
    columns_of,
    field_of,
    heading_row,
    is_by_row,
    is_ours,
    is_row_number,
    looks_like_headings,
    plain,
)
from ingest.readers.tables.delimited import Numbered, delimited_rows, first_rows
from ingest.readers.tables.formulas import unguarded
from ingest.readers.tables.rowvalues import values_of
from ingest.sandbox import items
from ingest.values.author_names import is_initials

__all__ = ["CSV", "SCOPUS", "ZOTERO", "TableReader", "WorkbookReader", "check_mapping", "rows"]

MAX_WORKBOOK = 128 * 1024 * 1024
_SECONDS = 20.0
_SECONDS_A_MEGABYTE = 6.0
_LOOKED_AT = 200
"""Rows from which the habits of a table are learned: how it separates authors, which columns count rows."""
_LOOKED_AT_SIZE = 4 * 1024 * 1024
_FIELDS = (
    "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "publisher", "doi",
    "arxiv_id", "pmid", "other_ids", "url", "tags", "lang", "type", "references", "issn", "open_access",
    "open_access_url", "citations", "licence", "notices", "orcids", "collection", "group_authors",
    "publication_types", "editors", "series",
)  # fmt: skip
_TEXT_FORMULA = re.compile(r'="(.*)"', re.DOTALL)
_SPRINGER = frozenset(("itemtitle", "itemdoi", "contenttype"))
_HTML = re.compile(
    rb"\s*(?:<!doctype html[^>]{0,200}>\s*)?<(?:html|head|table|meta|body|style)\b", re.IGNORECASE
)


class TableReader:
    """Reads delimited text with a line of headings; ``telling`` headings make it a named export."""

    fields = _FIELDS

    def __init__(
        self, name: str, title: str, suffixes: tuple[str, ...], telling: frozenset[str] = frozenset()
    ) -> None:
        self.name, self.title, self.suffixes, self._telling = name, title, suffixes, telling

    def sniff(self, head: bytes, name: str) -> float:
        """By its headings; a suffix alone is enough to say what is missing."""
        first = first_rows(head.decode("utf-8", "replace").lstrip("\ufeff"))
        cells = first[0] if first else []
        if self._telling:
            return 0.9 if self._telling <= set(map(plain, cells)) else 0.0
        known = looks_like_headings(cells)
        if known >= 2 or is_by_row(first) or (known and len(cells) == 1 and name.endswith(self.suffixes)):
            return 0.8
        if len(cells) > 5 and 2 * sum(bool(field_of(plain(cell))) for cell in cells) > len(cells):
            return 0.6  # a table of papers; reading it says that there is no column of titles
        return 0.5 if name.endswith(self.suffixes) and cells else 0.0

    def read(self, stream: BinaryIO, options: ReadOptions) -> Iterator[Parsed]:
        """One document a row."""
        numbered = delimited_rows(stream, lambda head: heading_row(head, options.mapping))
        yield from _documents(numbered, options)


class WorkbookReader:
    """Reads the first sheet of a workbook that has a title or an abstract column."""

    name = "xlsx"
    title = "Excel workbook (also .xls, and tables of HTML under that name)"
    suffixes = (".xlsx", ".xlsm", ".xls")
    fields = _FIELDS

    def sniff(self, head: bytes, name: str) -> float:
        """By the names of its parts, which are a zip archive's; an older one by its signature."""
        if head.startswith(b"PK"):
            return 0.95 if b"xl/" in head or b"[Content_Types].xml" in head else 0.0
        if head.startswith(OLD_OFFICE):
            return 0.95
        if _HTML.match(head) and b"<tr" in head.lower():
            first_row = head[: head.lower().find(b"</tr")]
            cells = re.findall(
                rb"<t[dh][^>]{0,500}>(.{0,200}?)</?t[dhr]", first_row, re.IGNORECASE | re.DOTALL
            )
            texts = [re.sub(r"<[^<>]{0,200}>", "", cell.decode("utf-8", "replace")) for cell in cells]
            return 0.9 if looks_like_headings(texts) >= 3 else 0.3 if name.endswith(self.suffixes) else 0.0
        return 0.0

    def read(self, stream: BinaryIO, options: ReadOptions) -> Iterator[Parsed]:
        """One document a row; the file is opened in a process of its own, bounded in time and memory."""
        data = stream.read(MAX_WORKBOOK + 1)
        if len(data) > MAX_WORKBOOK:
            reason = f"is a workbook of more than {MAX_WORKBOOK >> 20} MiB; save it as .csv"
            yield Rejected(0, "file", "", reason)
            return
        if not data.startswith((b"PK", OLD_OFFICE)):
            data = whole_text(io.BytesIO(data), MAX_WORKBOOK)[0].encode()
        seconds = _SECONDS + _SECONDS_A_MEGABYTE * len(data) / 2**20
        try:
            batches = items(
                "ingest.readers.tables.workbooks:rows", data, dict(options.mapping), seconds=seconds
            )
            yield from _documents(((number, cells) for batch in batches for number, cells in batch), options)
        except InputError as error:
            what = error.message if "workbook" in error.message else f"is a workbook that {error.message}"
            yield Rejected(0, "file", "", f"{what}. {error.hint}".rstrip(". "))


def rows(stream: BinaryIO) -> Iterator[tuple[int, dict[str, str] | Parsed]]:
    """The rows of a delimited text as dictionaries by heading, with the line that each begins at."""
    numbered = delimited_rows(stream)
    headings: list[str] = []
    for line, cells in numbered:
        if not isinstance(cells, list):
            yield line, cells
        elif not headings:
            headings = cells
        else:
            yield line, dict(zip(headings, cells, strict=False))


# --- from cells to documents


def _documents(rows: Iterator[Numbered], options: ReadOptions) -> Iterator[Parsed]:
    headings: list[str] = []
    for _, cells in rows:
        if isinstance(cells, list):
            headings = cells
            break
        yield cells
    head: list[Numbered] = []
    size = 0
    for numbered in rows:
        head.append(numbered)
        size += sum(map(len, numbered[1])) if isinstance(numbered[1], list) else 0
        if len(head) >= _LOOKED_AT or size >= _LOOKED_AT_SIZE:
            break
    rows = chain(head, rows)
    if is_by_row([headings, *(cells for _, cells in head[:6] if isinstance(cells, list))]):
        yield from _by_row(chain([(1, headings)], rows), options)
        return
    table = _Table(headings, options, [cells for _, cells in head if isinstance(cells, list)])
    yield from table.faults
    if not table.columns and headings:
        strange = ", ".join(fault.value for fault in table.faults)
        reason = "no column is a title or an abstract; say which one is with --map title=COLUMN"
        reason += f" ({strange} is no column of this table)" if strange else ""
        yield Rejected(1, "header", shown(", ".join(headings)), reason)
        return
    empty = True
    for line, cells in rows:
        empty = False
        if isinstance(cells, list):
            yield from table.documents(line, cells)
        else:
            yield cells
    if empty:
        yield Rejected(1, "header", "", "the table has no rows below its headings")


class _Table:
    """The headings of a table, what they mean, and its habits as far as its first rows show them."""

    def __init__(self, headings: list[str], options: ReadOptions, head: list[list[str]]) -> None:
        self.headings = [heading or f"column {at + 1}" for at, heading in enumerate(headings)]
        self.columns: Columns = columns_of(headings, options.mapping)
        self._places = {heading: at for at, heading in reversed(list(enumerate(self.headings)))}
        self._leave_out_row_numbers(head, options.mapping)
        self._field_of = {heading: name for name, columns in self.columns.items() for heading in columns}
        self._habit = habit(head, self.headings, self._field_of)
        self._ours = is_ours(headings)
        self._glued = _SPRINGER.issubset(map(plain, headings))
        self._comma = self._commas(head)
        if options.on_columns:
            options.on_columns(headings, self._field_of)
        known = {heading.strip().lower() for heading in headings}
        self.faults = [
            FieldWarning(1, "header", shown(column), "is not a column of this table")
            for column in options.mapping.values()
            if column.strip().lower() not in known and headings
        ]

    def _leave_out_row_numbers(self, head: list[list[str]], mapping: Mapping[str, str]) -> None:
        for name in ("issue", "volume"):
            if name in mapping:
                continue
            for heading in self.columns.get(name, [])[:]:
                at = self._places[heading]
                values = [cells[at].strip() for cells in head if at < len(cells)]
                if is_row_number(heading, values, at == 0):
                    self.columns[name].remove(heading)

    def _commas(self, head: list[list[str]]) -> bool | None:
        """False where the table separates authors by semicolons, and families from given names by commas."""
        for name in ("full_names", "authors"):
            for heading in self.columns.get(name, [])[:1]:
                at = self._places[heading]
                lists = [cells[at].rstrip("; ") for cells in head if at < len(cells)]
                names = [name for names in lists if ";" in names for name in names.split(";")]
                given = [name.partition(",")[2].strip() for name in names if "," in name]
                if given and not all(map(is_initials, given)):
                    return False
        return None

    def documents(self, line: int, cells: list[str]) -> Iterator[Parsed]:
        """The document of one row, or why there is none."""
        surplus = len(cells) - len(self.headings)
        if surplus > 0 and any(cell.strip() for cell in cells[len(self.headings) :]):
            cells, unsure = realigned(cells, self.headings, self._field_of, self._habit)
            reason = f"the row has {surplus} more cell{'s' * (surplus > 1)} than the table has headings"
            if not cells or self._unsure_of_title(unsure):
                yield Rejected(
                    line, "row", shown(" | ".join(cells)), f"{reason}, and it cannot be told which"
                )
                return
            lost = [heading for heading in unsure if heading in self._field_of]
            left_out = f"; left out: {', '.join(lost)}" if lost else ""
            yield FieldWarning(
                line, "row", shown(cells[0]), f"{reason}; what could be told was read{left_out}"
            )
        row = self._row(cells)
        yield from make_document(line, values_of(row, ours=self._ours, comma=self._comma, glued=self._glued))

    def _unsure_of_title(self, unsure: Iterable[str]) -> bool:
        return any(
            self._field_of.get(heading) in ("title", "authors", "doi", "source_id") for heading in unsure
        )

    def _holds(self, value: str) -> bool:
        return self._ours or value not in MISSING

    def _row(self, cells: list[str]) -> dict[str, list[str]]:
        row: dict[str, list[str]] = {}
        for name, columns in self.columns.items():
            values = []
            for heading in columns:
                at = self._places[heading]
                if at < len(cells) and (value := _unquoted(cells[at].strip())) and self._holds(value):
                    values.append(value)
                    if name not in JOINED:
                        break
            if values:
                row[name] = values
        return row


def _unquoted(cell: str) -> str:
    """A cell without the signs that keep a spreadsheet from running or changing it."""
    if cell[:2] == '="' and (match := _TEXT_FORMULA.fullmatch(cell)):
        return match[1].strip()
    return unguarded(cell)


# --- Embase's "fields by row"


def row_documents(line: int, record: Mapping[str, str], options: ReadOptions) -> Iterator[Parsed]:
    """The document of one record given by heading, or why there is none."""
    table = _Table(list(record), ReadOptions(options.mapping), [])
    yield from table.documents(line, list(record.values()))


def _by_row(rows: Iterable[Numbered], options: ReadOptions) -> Iterator[Parsed]:
    record: dict[str, str] = {}
    begin = 1
    for line, cells in chain(rows, [(0, ["TITLE"])]):
        if not isinstance(cells, list):
            yield cells
            continue
        name, values = cells[0].strip(), [value.strip() for value in cells[1:] if value.strip()]
        if plain(name) == "title":
            if record:
                yield from row_documents(begin, record, options)
            record, begin = {}, line
        if values and name not in record:
            record[name] = "; ".join(values)


CSV = TableReader("csv", "CSV or TSV with headings", (".csv", ".tsv", ".tab"))
SCOPUS = TableReader("scopus", "Scopus CSV", (".csv",), frozenset(("sourcetitle", "eid")))
ZOTERO = TableReader("zotero", "Zotero CSV", (".csv",), frozenset(("itemtype", "publicationtitle", "key")))
