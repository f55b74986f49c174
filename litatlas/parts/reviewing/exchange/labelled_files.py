"""Files of papers with what was decided of them: JSON lines, tables and workbooks with a column of labels."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from ingest.errors import InputError
from ingest.readers.parsing.encodings import Utf8Stream
from ingest.readers.parsing.jsonrecords import json_records
from ingest.readers.tables.columns import columns_of, plain
from ingest.readers.tables.delimited import MAX_CELL, delimiter_of
from ingest.sandbox import items
from ingest.values.author_lists import split_authors
from ingest.values.identifiers import normal_doi, normal_pmid
from ingest.values.tag_lists import split_tags
from search.screening.records import Record

LABELS = (
    "included",
    "asreviewlabel",
    "labelincluded",
    "finalincluded",
    "label",
    "inclusion",
    "decision",
    "screening",
)
"""Headings of the column of labels, without spaces and signs, in order of trust."""
_INCLUDED = frozenset(("1", "1.0", "yes", "y", "true", "include", "included", "relevant"))
_EXCLUDED = frozenset(("0", "0.0", "no", "n", "false", "exclude", "excluded", "irrelevant"))
_MAX_BYTES = 2_000_000_000
_SECONDS = 300.0
_HEADINGS = 100_000
_Row = tuple[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One paper of a file; ``label`` is 1, 0, or None where nothing was decided."""

    id: str
    record: Record
    label: int | None


def labelled_papers(path: Path) -> list[Labelled]:
    """The papers of a file, with their labels.

    Raises:
        InputError: it cannot be read, has no column of labels, or a label that is neither yes nor no.
    """
    return [labelled_paper(number, row) for number, row in enumerate(table_rows(path), 1)]


def table_rows(path: Path) -> list[Mapping[str, Any]]:
    """The rows of a table, a workbook or JSON lines, by their headings.

    Raises:
        InputError: it cannot be read, or has none.
    """
    try:
        with _opened(path) as stream:
            found = [row for _, row in _rows(stream, path.name)]
    except (EOFError, zlib.error) as error:
        raise InputError(f"{path.name} cannot be read: {error}.", "It is damaged: save it again.") from error
    except OSError as error:
        problem = f"{path.name} cannot be read: {error.strerror or error}."
        raise InputError(problem, "Check its name.") from error
    if not found:
        raise InputError(
            f"There is no paper in {path.name}.", "Use a table or JSON lines with one paper per row."
        )
    return found


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return cast(BinaryIO, gzip.open(path)) if packed else path.open("rb")


def _rows(stream: BinaryIO, name: str) -> Iterator[_Row]:
    head = stream.read(64)
    stream.seek(0)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        for line, record in json_records(stream):
            if not isinstance(record, dict):
                raise InputError(f"{name}, line {line}, is not a JSON object.", "Write one object per line.")
            yield line, record
    elif head.startswith(b"PK"):
        yield from _workbook(_whole(stream, name))
    else:
        yield from _table(Utf8Stream(stream).read().decode("utf-8", "replace").lstrip("\ufeff"), name)


def _whole(stream: BinaryIO, name: str) -> bytes:
    """All bytes, piece by piece: to ask for the most at once would take that much memory."""
    data = bytearray()
    while piece := stream.read(1 << 20):
        data += piece
        if len(data) > _MAX_BYTES:
            raise InputError(f"{name} is too large.", "Save it as CSV.")
    return bytes(data)


def _table(text: str, name: str) -> Iterator[_Row]:
    csv.field_size_limit(MAX_CELL)
    lines = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter_of(text[:_HEADINGS].partition("\n")[0])
    )
    headings: list[str] = []
    try:
        for cells in lines:
            if not headings:
                headings = [cell.strip() for cell in cells]
            elif len(cells) > len(headings):
                raise InputError(
                    f"{name}, line {lines.line_num}: the row has more cells than the table has headings.",
                    "Save the table again as CSV.",
                )
            elif cells:
                yield lines.line_num, _by_heading(headings, cells)
    except csv.Error as error:
        raise InputError(
            f"{name}, line {lines.line_num}: {error}.", "Save the table again as CSV."
        ) from error


def _workbook(data: bytes) -> Iterator[_Row]:
    headings: list[str] = []
    for batch in items("ingest.readers.tables.workbooks:rows", data, {}, seconds=_SECONDS):
        for number, cells in batch:
            if not headings:
                headings = list(cells)
            else:
                yield number, _by_heading(headings, cells)


def _by_heading(headings: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """A row by its headings; the empty cells at its end, which many files leave out, are there."""
    return dict.fromkeys(headings, "") | dict(zip(headings, cells, strict=False))


def labelled_paper(number: int, row: Mapping[str, Any], *, with_label: bool = True) -> Labelled:
    """The paper of a row, which is the ``number``-th; raises as :func:`labelled_papers`."""
    columns = {name: headings[0] for name, headings in columns_of(list(row), {}).items()}

    def value(name: str) -> Any:
        return row.get(name) or row.get(columns.get(name, name)) or ""

    id = next((str(row[key]) for key in ("id", "record_id", "openalex_id") if row.get(key)), "") or str(
        row.get(columns.get("source_id", ""), "") or number
    )
    doi, pmid = normal_doi(str(value("doi"))), normal_pmid(str(value("pmid")))
    keys = [id, *([f"doi:{doi}"] if doi else []), *([f"pmid:{pmid}"] if pmid else [])]
    record = Record(
        title=str(value("title")),
        abstract=str(value("abstract")),
        authors=_list(value("authors"), split_authors),
        venue=str(value("venue")),
        tags=_list(value("tags"), split_tags),
        references=_list(value("references"), lambda text: [part.strip() for part in text.split("|")]),
        keys=tuple(keys),
    )
    return Labelled(id, record, _label(number, row) if with_label else None)


def _list(value: Any, split: Any) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else split(str(value)) if value else []
    return tuple(str(part) for part in parts if part)


def _label(number: int, row: Mapping[str, Any]) -> int | None:
    headings = {plain(heading): heading for heading in row}
    heading = next((headings[name] for name in LABELS if name in headings), None)
    if heading is None:
        raise InputError(
            "There is no column of labels.",
            "Name it `included`, with 1 for included and 0 for excluded papers.",
        )
    text = str(row[heading]).strip().lower() if row[heading] is not None else ""
    if text in _INCLUDED or text in _EXCLUDED:
        return int(text in _INCLUDED)
    if text in ("", "-1", "nan", "none", "na"):
        return None
    raise InputError(
        f"Paper {number}: {text[:40]!r} in the column {heading[:40]!r} is neither 1 nor 0.",
        "Correct the label.",
    )
