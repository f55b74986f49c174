"""Quotes of delimited text that are not as they should be: ditto marks, never closed, escaped, spaced."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence

Cells = list[str]
_MOST_REPAIRS = 8
_ESCAPE = re.compile(r'\\(["\\])')


def cells_of(line: str, delimiter: str, spaced: bool = False) -> Cells:
    """The cells of one line; none where it makes no sense. ``spaced``: spaces may stand before quotes."""
    try:
        text = line.replace("\r", " ")
        return next(csv.reader([text], delimiter=delimiter, skipinitialspace=spaced), [])
    except csv.Error:
        return []


def open_quote(line: str, delimiter: str, spaced: bool = False) -> int:
    """Where the quote stands that opens a cell of a line and is not closed in it; -1 where all are."""
    at = 0
    while True:
        while spaced and line[at : at + 1] == " ":
            at += 1
        end = at
        if line[at : at + 1] == '"':
            end = line.find('"', at + 1)
            while end >= 0 and line[end + 1 : end + 2] == '"':
                end = line.find('"', end + 2)
            if end < 0:
                return at
        at = line.find(delimiter, end) + 1
        if not at:
            return -1


def repaired(line: str, delimiter: str, width: int, spaced: bool = False) -> tuple[Cells, bool]:
    """The cells of a line that is a row by itself, and whether a quote was left open and left out.

    A quote that is a whole cell, as a ditto mark, stays. One that is never closed is left out where that
    gives as many cells as the table is wide, else its cell goes on to the end of the line.
    """
    dropped = False
    for _ in range(_MOST_REPAIRS):
        at = open_quote(line, delimiter, spaced)
        if at < 0:
            break
        alone = line[at + 1 : at + 2] in ("", delimiter)
        without = line[:at] + ('""""' if alone else "") + line[at + 1 :]
        if not alone and len(cells_of(without, delimiter, spaced)) != width:
            dropped = True
            break
        line, dropped = without, dropped or not alone
    return cells_of(line, delimiter, spaced), dropped


def apart(line: str, delimiter: str, spaced: bool = False) -> Cells:
    """The cells of a line whose ditto marks quote nothing, and whose tabs are never text."""
    if delimiter == "\t":
        parts = line.split(delimiter)
        return [part if part == '"' else (cells_of(part, delimiter) or [""])[0] for part in parts]
    sign = re.escape(delimiter)
    return cells_of(re.sub(rf'(?<={sign})"(?={sign}|\Z)', '""""', line), delimiter, spaced)


def has_escapes(line: str, delimiter: str) -> bool:
    r"""Whether a line's quotes are right only if ``\"`` is a quote inside a cell, as MySQL and R write it."""
    if '\\"' not in line:
        return False
    return not _is_strict(line, delimiter) and _is_strict(unescaped(line), delimiter)


def unescaped(line: str) -> str:
    r"""A line with its ``\"`` and ``\\`` as other programs write them."""
    return _ESCAPE.sub(lambda match: '""' if match[1] == '"' else "\\", line)


def _is_strict(line: str, delimiter: str) -> bool:
    """Whether every quote that closes a cell stands at its end; the last cell may go on in the next line."""
    try:
        list(csv.reader([line.replace("\r", " ")], delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return True


def is_spaced(lines: Iterable[str], headings: str, delimiter: str) -> bool:
    """Whether the quotes of a table stand behind spaces (``"a", "b"``), which are not part of its cells."""
    if delimiter == "\t":
        return False
    width = len(cells_of(headings, delimiter, True))
    spaced = _has_spaced(cells_of(headings, delimiter))
    for line in lines:
        if f'{delimiter} "' not in line:
            continue
        plain, skipped = cells_of(line, delimiter), cells_of(line, delimiter, True)
        if len(plain) == width != len(skipped):
            return False
        spaced = spaced or (len(skipped) == width and (len(plain) != width or _has_spaced(plain)))
    return spaced


def _has_spaced(cells: Sequence[str]) -> bool:
    return any(cell[:1] == " " and re.fullmatch(r'\s*"[^"]*"\s*', cell) for cell in cells)
