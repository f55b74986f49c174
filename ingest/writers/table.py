"""CSV with all fields, which spreadsheets open as it is: a byte order mark says that it is UTF-8."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

from ingest.document import Document
from ingest.readers.parsing import extras
from ingest.readers.tables.formulas import guarded
from ingest.writers.work import Work, in_one_line

COLUMNS = ("id", *(field.name for field in fields(Document)[1:]))
_SEMICOLONS = ("authors", "editors", "group_authors", "tags")
MARK = "\ufeff"


def pieces(works: Iterable[Work]) -> Iterator[str]:
    """One row a paper."""
    return lines(COLUMNS, (_cells(work.document) for work in works))


def lines(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The lines of a CSV file, one a row; no cell is run as a formula."""
    yield MARK + _line(headings)
    for row in rows:
        yield _line(row)


def _cells(document: Document) -> Iterator[str]:
    yield document.source_id
    for name in COLUMNS[1:]:
        yield _text(name, getattr(document, name))


def _text(name: str, value: Any) -> str:
    if value is None or value == ():
        return ""
    if not isinstance(value, tuple):
        return str(value)
    if name in _SEMICOLONS:
        return "".join(f"{item.replace(';', ',')}; " for item in value).strip()
    return extras.joined(value) + (extras.SEPARATOR.rstrip() if name == "references" else "")


def _line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow([guarded(in_one_line(cell)) for cell in cells])
    return buffer.getvalue()
