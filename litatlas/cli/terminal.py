"""What fits on a terminal: plain text, its width, tables, counts and colour."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Sequence

import click

WIDEST, NARROWEST = 100, 40
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MARKS = str.maketrans("", "", "\ue000\ue001")
_MARKED = re.compile("\ue000([^\ue000\ue001]*)\ue001")
_GAP = "  "


def width() -> int:
    """Columns of the terminal, at most 100; 100 where there is none."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns))


def plain(text: object) -> str:
    """Text that is safe on a terminal: no escapes, no direction overrides, no lone surrogates, no marks."""
    return _CONTROL.sub("", str(text).translate(_MARKS))


_STYLE = re.compile(r"(\x1b\[[0-9;]*m)")


def safe(text: str) -> str:
    """A whole answer without what could act on a terminal; its lines and its own bold and colour stay."""
    return "\n".join(
        "".join(part if _STYLE.fullmatch(part) else plain(part) for part in _STYLE.split(line))
        for line in text.split("\n")
    )


def wrapped(text: str, indent: str = "   ") -> str:
    """Text over several lines."""
    return textwrap.fill(plain(text), width(), initial_indent=indent, subsequent_indent=indent)


def fragment(text: str) -> str:
    """A part of an abstract, with the words that were found in bold; its own … say where it is cut."""
    bold = {plain(match) for match in _MARKED.findall(text) if match.strip()}
    lines = wrapped(text)
    if not bold:
        return lines
    words = re.compile(
        r"\b(" + "|".join(re.escape(word) for word in sorted(bold, key=len, reverse=True)) + r")\b"
    )
    return words.sub(lambda match: click.style(match[0], bold=True), lines)


def counted(number: int, singular: str, plural: str) -> str:
    """``1 paper``, ``12,345 papers``."""
    return f"{number:,} {singular if number == 1 else plural}"


def table(rows: Sequence[Sequence[object]], header: Sequence[str]) -> str:
    """Columns side by side; where the terminal is too narrow, the widest give way and are cut."""
    cells = [list(header), *[[plain(cell) for cell in row] for row in rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    room = width() - len(_GAP) * (len(widths) - 1)
    while sum(widths) > room and max(widths) > 8:
        widths[widths.index(max(widths))] -= 1
    lines = [
        _GAP.join(_cut(cell, size).ljust(size) for cell, size in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    return "\n".join([click.style(lines[0], dim=True), *lines[1:]])


def _cut(cell: str, size: int) -> str:
    return cell if len(cell) <= size else cell[: size - 1] + "…"
