"""The sheet of a workbook that holds a table, as rows of text. Runs in a bounded process (`ingest.sandbox`).

Three kinds of files are called workbooks: .xlsx, the older .xls, and pages of HTML with a table that services
name .xls.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from ingest.errors import InputError
from ingest.readers.parsing.unread import OLD_OFFICE
from ingest.readers.tables.columns import heading_row, looks_like_headings

MAX_CELL = 1024 * 1024
_BATCH = 200
_HEAD = 40
_MOST_EMPTY = 20_000
"""Empty rows in a row after which a sheet is taken to be over: one far cell makes a million of them."""
_UNFOLDED = 200
"""Times its own size that a workbook may unfold to."""

Numbered = tuple[int, list[str]]


def rows(data: bytes, mapping: dict[str, str]) -> Iterator[list[Numbered]]:
    """The rows of the first sheet that has known headings, else of the first sheet, in batches.

    The headings come first; empty rows are left out. Numbers count from 1 as in the sheet.

    Raises:
        InputError: the file is no workbook, or one that unfolds to too much.
    """
    if data.startswith(b"PK"):
        sheets = _xlsx(data)
    elif data.startswith(OLD_OFFICE):
        sheets = _xls(data)
    else:
        sheets = _html(data)
    yield from _batches(_chosen(sheets, mapping))


def _chosen(sheets: Iterable[Iterator[Numbered]], mapping: dict[str, str]) -> Iterator[Numbered]:
    first: list[Numbered] = []
    for sheet in sheets:
        filled = (numbered for numbered in sheet if any(numbered[1]))
        head = list(islice(filled, _HEAD))
        at = heading_row([cells for _, cells in head], mapping) if head else 0
        if head and looks_like_headings(head[at][1], mapping):
            yield from head[at:]
            yield from filled
            return
        first = first or head
    yield from first  # no sheet has headings that are known: its own say what to map


def _batches(rows: Iterator[Numbered]) -> Iterator[list[Numbered]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _xlsx(data: bytes) -> Iterator[Iterator[Numbered]]:
    import openpyxl  # 0.2 s: only who reads a workbook pays for it

    sizes = sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(data)).infolist())
    if sizes > _UNFOLDED * len(data) + 64 * 1024 * 1024:
        raise InputError("is a workbook that expands to too much data", "Save it as .csv.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            yield _sheet_rows(sheet)


def _sheet_rows(sheet: Any) -> Iterator[Numbered]:
    empty = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
        empty = 0 if any(value is not None for value in values) else empty + 1
        if empty > _MOST_EMPTY:
            return
        if not empty:
            yield number, [_cell(value) for value in values]


def _cell(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if hasattr(value, "isoformat"):
        return str(value.isoformat())[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:MAX_CELL].replace("_x000D_", "").strip()


def _xls(data: bytes) -> Iterator[Iterator[Numbered]]:
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, on_demand=True, ragged_rows=True, logfile=io.StringIO())
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError) as error:
        hint = "Save it as .xlsx, .csv or plain text first."
        raise InputError(f"is an old Office file that holds no workbook ({error})", hint) from error
    for index in range(book.nsheets):
        yield _old_rows(book, book.sheet_by_index(index), xlrd)


def _old_rows(book: Any, sheet: Any, xlrd: Any) -> Iterator[Numbered]:
    for number in range(sheet.nrows):
        cells = []
        for cell in sheet.row(number):
            value = cell.value if cell.ctype not in (xlrd.XL_CELL_ERROR, xlrd.XL_CELL_BOOLEAN) else None
            if cell.ctype == xlrd.XL_CELL_DATE:
                try:
                    value = xlrd.xldate_as_datetime(value, book.datemode)
                except (ValueError, OverflowError):
                    value = None
            cells.append(_cell(value))
        yield number + 1, cells


def _html(data: bytes) -> Iterator[Iterator[Numbered]]:
    from lxml import html

    root = html.document_fromstring(data, parser=html.HTMLParser(encoding="utf-8"))
    for table in root.iter("table"):
        yield (
            (
                number,
                [" ".join("".join(map(str, cell.itertext())).split()) for cell in line.iter("td", "th")],
            )
            for number, line in enumerate(table.iter("tr"), 1)
        )
