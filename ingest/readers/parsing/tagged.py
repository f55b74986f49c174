"""Records of tagged lines: the shape of RIS, MEDLINE (.nbib), EndNote (.enw) and Web of Science files.

Ours, and streaming, so that a record without its end, or a line that nobody expects, costs nothing but itself
and memory stays flat whatever the size of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ingest.document import FieldWarning, Parsed
from ingest.readers.parsing.reader import MAX_LINE, Lines, shown


@dataclass(frozen=True, slots=True)
class Shape:
    """How a tagged format looks: its line, the tags that begin and end a record, and lists in continuation
    lines."""

    line: re.Pattern[str]
    starts: frozenset[str]
    ends: frozenset[str]
    header: frozenset[str] = frozenset()  # tags of the file, not of a record
    listed: frozenset[str] = frozenset()  # a continuation line is a further value of these
    blank_ends: bool = False


class Tags:
    """The values of one record by tag, in order."""

    def __init__(self, line: int) -> None:
        self.line = line
        self._values: dict[str, list[str]] = {}
        self._last = ""
        self._size = 0

    def add(self, tag: str, value: str) -> None:
        """A further value of a tag."""
        self._last = tag
        self._values.setdefault(tag, []).append(value.strip())
        self._size += len(value)

    def extend(self, text: str, listed: frozenset[str]) -> bool:
        """A line without a tag goes on with the value before it; False when there is none."""
        if not self._last or self._size > MAX_LINE:
            return False
        values = self._values[self._last]
        self._size += len(text)
        if self._last in listed:
            values.append(text.strip())
        else:
            values[-1] = f"{values[-1]}\n{text.strip()}" if values[-1] else text.strip()
        return True

    def all(self, *tags: str) -> list[str]:
        """Every value of these tags."""
        return [value for tag in tags for value in self._values.get(tag, ()) if value]

    def first(self, *tags: str) -> str:
        """The first value of the first of these tags that has one."""
        return next(iter(self.all(*tags)), "")

    def __bool__(self) -> bool:
        return bool(self._values)


def tagged_records(stream: BinaryIO, shape: Shape) -> Iterator[Tags | Parsed]:
    """The records of a file, one at a time; a record whose end is missing ends where the next begins."""
    lines = Lines(stream)
    current: Tags | None = None
    stray = 0
    for number, text in lines:
        yield from lines.take_faults()
        match = shape.line.match(text)
        if match is None:
            blank = not text.strip()
            if blank and shape.blank_ends and current:
                yield current
                current = None
            elif not blank and (current is None or not current.extend(text, shape.listed)):
                stray = stray or number
                if stray == number:
                    yield FieldWarning(
                        number, "line", shown(text), "stands outside any record; lines like it are ignored"
                    )
            continue
        tag, value = match[1], match[2] or ""
        if tag in shape.ends or tag in shape.starts:
            if current:
                yield current
            current = None
        if tag in shape.ends or (tag in shape.header and current is None):
            continue
        if current is None:
            current = Tags(number)
        current.add(tag, value)
    yield from lines.take_faults()
    if current:
        yield current
