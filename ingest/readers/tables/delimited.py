"""Delimited text (CSV, TSV, semicolons) as rows of cells, however its quotes and its first lines are."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from ingest.document import FieldWarning, Parsed, Rejected
from ingest.readers.parsing.reader import Lines, shown
from ingest.readers.tables.columns import heading_row, looks_like_headings
from ingest.readers.tables.quotes import (
    Cells,
    apart,
    cells_of,
    has_escapes,
    is_spaced,
    open_quote,
    repaired,
    unescaped,
)

MAX_CELL = 4 * 1024 * 1024
MAX_ROW_LINES = 2_000
_MIN_ROW_LINES = 50
"""Each row that is given back halves the lines that the next may take, down to these: lines that all open a
quote and close none would else be read two thousand times."""
_DELIMITERS = (",", "\t", ";", "|")
_HEAD_LINES = 40
_HEAD_LENGTH = 100_000

Numbered = tuple[int, Cells | Parsed]
"""The line that a row begins at, with its cells, or with what was wrong there."""
Pick = Callable[[Sequence[Cells]], int]
"""Which of a table's first rows has the headings."""


def delimiter_of(line: str) -> str:
    """The sign between the cells of a line of headings: the one that makes most headings that are known."""
    return max(_DELIMITERS, key=lambda sign: (looks_like_headings(cells_of(line, sign)), line.count(sign)))


def first_rows(text: str) -> list[Cells]:
    """The headings and the rows below them in the first part of a text; none when it is no table."""
    lines = [line for line in text[: 2 * _HEAD_LENGTH].splitlines()[: 2 * _HEAD_LINES] if _filled(line)]
    if not lines or lines[0][:1] in "<{[":
        return []
    rows = [cells_of(line, delimiter_of(line)) for line in lines[:_HEAD_LINES]]
    return rows[heading_row(rows) :]


def delimited_rows(stream: BinaryIO, pick: Pick = heading_row) -> Iterator[Numbered]:
    """The rows of a text from its headings on, the headings first.

    A quote that is never closed costs its own row, not the rows after it.
    """
    source = _Source(Lines(stream))
    taken = source.take_headings(pick)
    if taken is None:
        return
    line, headings, delimiter = taken
    yield line, [cell.strip().strip("\ufeff").strip() for cell in headings]
    csv.field_size_limit(MAX_CELL)
    width = len(headings)
    numbers = _Numbers()
    while True:
        source.begin()
        try:
            cells = next(csv.reader(source, delimiter=delimiter, skipinitialspace=source.spaced), None)
        except csv.Error as error:
            cells = []
            yield source.first, Rejected(source.first, "row", source.shown(), f"cannot be read: {error}")
        yield from ((source.first, fault) for fault in source.lines.take_faults())
        if cells is None:
            return
        if source.unclosed(delimiter) or source.took_rows(cells, width, delimiter, numbers):
            begin, text = source.first, source.give_back()
            cells, dropped = repaired(text, delimiter, width, source.spaced)
            if dropped:
                reason = "a quote is not closed; read to the end of its line"
                yield begin, FieldWarning(begin, "row", shown(" ".join(cells)), reason)
        elif len(cells) != width:
            cells = source.unmarked(cells, width, delimiter)
        if any(cell.strip() for cell in cells):
            numbers.learn(cells)
            yield source.first, cells


class _Numbers:
    """The columns in which every row so far that fills them has a number, and how long their numbers are."""

    def __init__(self) -> None:
        self._words: set[int] = set()
        self._lengths: dict[int, set[int]] = {}

    def learn(self, cells: Cells) -> None:
        """Take in a row."""
        for at, cell in enumerate(map(str.strip, cells)):
            if cell.isdigit() and at not in self._words:
                self._lengths.setdefault(at, set()).add(len(cell))
            elif cell:
                self._words.add(at)
                self._lengths.pop(at, None)

    def stand_in(self, cells: Cells) -> bool:
        """Whether cells have numbers of such lengths, and nothing else, where rows have them."""
        filled = {at: cell for at in self._lengths if (cell := "".join(cells[at : at + 1]).strip())}
        return bool(filled) and all(
            cell.isdigit() and len(cell) in self._lengths[at] for at, cell in filled.items()
        )


def _filled(line: str) -> bool:
    return bool(line.strip()) and not line.lower().startswith("sep=")


class _Source:
    """Lines for the csv module, which can be given back when a row swallowed too many."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self._iterator = iter(lines)
        self._back: list[tuple[int, str]] = []
        self._taken: list[tuple[int, str]] = []
        self._most = MAX_ROW_LINES
        self.first = 1
        self.spaced = self._escaped = False
        self._delimiter = ","

    def take_headings(self, pick: Pick) -> tuple[int, Cells, str] | None:
        """The headings with their line and delimiter; lines before them are dropped, the others given back.

        Headings may be quoted over several lines.
        """
        lines: list[tuple[int, str]] = []
        size = 0
        for number, text in self._iterator:
            if _filled(text):
                while (
                    text.count('"') % 2 and len(text) < _HEAD_LENGTH and (more := next(self._iterator, None))
                ):
                    text = f"{text}\n{more[1]}"
                lines.append((number, text))
                size += len(text)
            if len(lines) >= _HEAD_LINES or size > _HEAD_LENGTH:
                break
        if not lines:
            return None
        lines[0] = (lines[0][0], lines[0][1].lstrip("\ufeff"))
        delimiters = [delimiter_of(text[:_HEAD_LENGTH]) for _, text in lines]
        at = pick([cells_of(text, sign) for (_, text), sign in zip(lines, delimiters, strict=True)])
        # Text of several lines goes back line by line, as a row that swallows others is taken apart again.
        parts = [(n + i, part) for n, text in lines[at + 1 :] for i, part in enumerate(text.split("\n"))]
        self._back = list(reversed(parts))
        self._delimiter = delimiters[at]
        self.spaced = is_spaced([text for _, text in lines[at + 1 :]], lines[at][1], delimiters[at])
        if self.spaced:
            return lines[at][0], cells_of(lines[at][1], delimiters[at], True), delimiters[at]
        return lines[at][0], cells_of(lines[at][1], delimiters[at]), delimiters[at]

    def begin(self) -> None:
        """A new row begins."""
        self._taken = []

    def __iter__(self) -> _Source:
        return self

    def __next__(self) -> str:
        item = self._back.pop() if self._back else next(self._iterator, None)
        if item is None or len(self._taken) > self._most:
            raise StopIteration
        if not self._taken:
            self.first = item[0]
        self._escaped = self._escaped or has_escapes(item[1], self._delimiter)
        if self._escaped:
            item = item[0], unescaped(item[1])
        self._taken.append(item)
        return item[1].replace("\r", " ") + "\n"

    def shown(self) -> str:
        """The beginning of the row, for a report."""
        return shown(self._taken[0][1][:500]) if self._taken else ""

    def unclosed(self, delimiter: str) -> bool:
        """Whether the row took several lines, or all to the end, because of a quote that is never closed."""
        if not self._taken or open_quote(self._taken[0][1], delimiter, self.spaced) < 0:
            return False
        odd = sum(text.count('"') for _, text in self._taken) % 2 == 1
        return odd or len(self._taken) > self._most

    def took_rows(self, cells: Cells, width: int, delimiter: str, numbers: _Numbers) -> bool:
        """Whether the row swallowed others, for all that its quotes are closed.

        In a wide table a line of text with just as many delimiters is no chance, but for a row that is whole
        as it stands: such a line is the text of a cell, unless it has numbers where rows have them.
        """
        if len(self._taken) < 2:
            return False
        whole = self.is_well_formed(delimiter)
        if self._has_rows_with_quotes(width, delimiter, whole and len(cells) == width):
            return True
        odd = len(cells) != width or width >= 6
        return odd and self.swallowed(width, delimiter, numbers if whole and len(cells) == width else None)

    def _has_rows_with_quotes(self, width: int, delimiter: str, whole: bool) -> bool:
        """Whether the first line and another are rows that each have a quote too many."""
        first, others = self._taken[0][1], [text for _, text in self._taken[1:]]
        at = open_quote(first, delimiter, self.spaced)
        if at < 0 or width < 3:
            return False
        if whole:  # two ditto marks, one below the other, quote what is between them
            begins = delimiter + '"' + delimiter
            alike = len(others) == 1 and first[at - 1 : at + 2] == begins and begins in others[0]
            if not alike or width < 4:
                return False
        return len(repaired(first, delimiter, width, self.spaced)[0]) == width and any(
            len(repaired(text, delimiter, width, self.spaced)[0]) == width for text in others
        )

    def unmarked(self, cells: Cells, width: int, delimiter: str) -> Cells:
        """The cells of a row of one line, or those without its ditto marks where these fit the headings."""
        if len(self._taken) != 1:
            return cells
        others = apart(self._taken[0][1], delimiter, self.spaced)
        return others if len(others) == width else cells

    def is_well_formed(self, delimiter: str) -> bool:
        """Whether every quote of the row opens at the start of a cell and closes at its end."""
        lines = [text.replace("\r", " ") + "\n" for _, text in self._taken]
        try:
            rows = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=self.spaced)
            return len(list(rows)) == 1
        except csv.Error:
            return False

    def swallowed(self, width: int, delimiter: str, numbers: _Numbers | None) -> bool:
        """Whether one of the row's further lines is a whole row by itself, its quotes closed, with its
        ``numbers``, where these tell, in their places."""
        lines = [
            text
            for _, text in self._taken[1:]
            if text.count('"') % 2 == 0 and text.count(delimiter) >= width - 1
        ]
        rows = [cells for text in lines if len(cells := cells_of(text, delimiter)) == width]
        return any(numbers is None or numbers.stand_in(cells) for cells in rows)

    def give_back(self) -> str:
        """Keep the row's first line; the others are read again."""
        if len(self._taken) > self._most:
            self._most = max(_MIN_ROW_LINES, self._most // 2)
        self._back.extend(reversed(self._taken[1:]))
        first = self._taken[0][1]
        self._taken = []
        return first
