"""Records of tagged lines: RIS, MEDLINE (.nbib), EndNote (.enw), RefWorks, Ovid and Web of Science.

Ours, and streaming, so that a record without its end, or a line that nobody expects, costs nothing but itself
and memory stays flat whatever the size of the file. Lines that are not quite in shape (another dash, one
space, lower case) are taken for what they are where their tag is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from ingest.document import FieldWarning, Parsed
from ingest.readers.parsing.reader import MAX_LINE, Lines, make_document, shown
from ingest.text.cleaning import joint

DASHES = "-\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
_OF_A_HEAD = frozenset("AU A1 A2 FAU AF PY Y1 YR DP JO JF T2 SO VL SP %A %D %J".split())  # noqa: SIM905
"""Tags that a record has near its beginning: lines with one of them are no rest of another."""
_NO_TEXT = frozenset(("DO", "UR", "PY", "Y1", "SN", "ID", "KW"))
"""Tags with values that nobody takes for a sentence."""
_STRICT = 3
_SENTENCE_ENDS = tuple('.!?)]:"”。')
_SAMPLED = 400  # lines of a head that are looked at to tell a format
_OUTSIDE = "is outside any record; lines like it are ignored"


def tag_set(text: str) -> frozenset[str]:
    """The tags in a text, separated by spaces."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Shape:
    """How a tagged format looks: its lines, the tags that begin and end a record, and what its tags hold.

    ``line`` is a line as it should be; ``loose`` one that is not quite, and counts only with a ``known`` tag.
    Both have the tag and the value as their groups. ``titles`` has the tags of the record's own title, and
    ``telling`` those of which a record has at least one.
    """

    line: re.Pattern[str]
    loose: re.Pattern[str]
    known: frozenset[str]
    starts: frozenset[str]
    ends: frozenset[str]
    titles: frozenset[str]
    telling: frozenset[str]
    header: frozenset[str] = frozenset()  # tags of the file, not of a record
    listed: frozenset[str] = frozenset()  # a continuation line is a further value of these
    blank_ends: bool = False
    breaks: re.Pattern[str] | None = None  # a line between two records
    small: frozenset[str] = frozenset()  # tags that are written small now and then
    abstracts: frozenset[str] = frozenset()  # tags of long text, whose lines may look like tags by chance
    tight: re.Pattern[str] | None = None  # a line without spaces, where the record's first line has none
    tight_start: re.Pattern[str] | None = None  # such a first line

    def tagged_tight(self, text: str) -> tuple[str, str] | None:
        """As `tagged`, in a record whose lines have no spaces."""
        match = self.tight.match(text) if self.tight else None
        return (match[1], match[2] or "") if match and match[1] in self.known else None

    def tagged(self, text: str, lower: bool = False) -> tuple[str, str] | None:
        """The tag and the value of a line; None where it has no tag. ``lower``: the file's tags are small."""
        if match := self.line.match(text):
            tag, value = match[1], match[2] or ""
        else:
            match = self.loose.match(text)
            if match is None or match[1].upper() not in self.known:
                return None
            tag, value = match[1].upper(), next((text for text in match.groups()[1:] if text), "")
            if match[1].islower() and not lower and tag not in self.small:
                return None
        for _ in range(3):  # "TI  - AU  - Roe": the line between the two was lost
            again = self.line.match(value) if "-" in value[:6] or value[:1] == "%" else None
            if again is None or again[1] not in self.known:
                break
            tag, value = again[1], again[2] or ""
        return tag, value

    def likeness(self, head: bytes) -> tuple[float, set[str]]:
        """The share of a file's first lines that have a known tag, or go on with one, and these tags."""
        lines = [line for line in head.decode("utf-8", "replace").splitlines()[:_SAMPLED] if line.strip()]
        tags: set[str] = set()
        good = 0
        for line in lines:
            tag = self.tagged(line, lower=True)
            if tag and tag[0] in self.known:
                tags.add(tag[0])
            good += bool(tag and tag[0] in self.known) or (bool(tags) and line[:1] in " \t\xa0")
        return good / max(1, len(lines)), tags


class Tags:
    """The values of one record by tag, in order."""

    def __init__(self, line: int) -> None:
        self.line = line
        self._values: dict[str, list[list[str]]] = {}  # tag → values, each in the parts that it came in
        self._order: list[tuple[str, list[str]]] = []

    def add(self, tag: str, value: str) -> None:
        """A further value of a tag."""
        self._put(tag, [value.strip()])

    def _put(self, tag: str, parts: list[str]) -> None:
        self._values.setdefault(tag, []).append(parts)
        self._order.append((tag, parts))

    def extend(self, text: str, listed: frozenset[str]) -> None:
        """A line without a tag goes on with the value before it."""
        tag, parts = self._order[-1]
        text = text.strip()
        if tag in listed:
            self.add(tag, text)
        else:
            parts += [joint(parts[-1], text), text]

    def last(self, tags: frozenset[str]) -> str:
        """The last value, if it is of one of these tags and so far not empty."""
        tag, parts = self._order[-1]
        return parts[-1] if tag in tags else ""

    def merge(self, other: Tags) -> None:
        """Take in the values of lines that belong to the same record."""
        for tag, parts in other._order:
            self._put(tag, parts)

    def renamed(self, names: Mapping[str, str]) -> Tags:
        """The same values under other tags; those without another name keep theirs."""
        renamed = Tags(self.line)
        for tag, parts in self._order:
            renamed._put(names.get(tag, tag), parts)
        return renamed

    def all(self, *tags: str) -> list[str]:
        """Every value of these tags, tag by tag."""
        return [text for tag in tags for parts in self._values.get(tag, ()) if (text := "".join(parts))]

    def in_order(self, *tags: str) -> list[str]:
        """Every value of these tags, in the order of the record."""
        return [text for _, text in self.marked(*tags)]

    def marked(self, *tags: str) -> list[tuple[str, str]]:
        """Every (tag, value) of these tags, in the order of the record."""
        return [(tag, text) for tag, parts in self._order if tag in tags and (text := "".join(parts))]

    def first(self, *tags: str) -> str:
        """The first value of the first of these tags that has one."""
        return next(
            (text for tag in tags for parts in self._values.get(tag, ()) if (text := "".join(parts))), ""
        )

    def has(self, tags: Iterable[str]) -> bool:
        """Whether one of these tags has a line, be it empty."""
        return any(tag in self._values for tag in tags)

    def __str__(self) -> str:
        return "; ".join(f"{tag} {''.join(parts)}".strip() for tag, parts in self._order[:3])


def tagged_documents(
    stream: BinaryIO, shape: Shape, values: Callable[[Tags], Mapping[str, Any]]
) -> Iterator[Parsed]:
    """One document a record of a file, with what had to be dropped.

    Args:
        values: gives the loose values of one record (see `make_document`).
    """
    for record in tagged_records(stream, shape):
        if isinstance(record, Tags):
            yield from make_document(record.line, values(record))
        else:
            yield record


def tagged_records(stream: BinaryIO, shape: Shape) -> Iterator[Tags | Parsed]:
    """The records of a file, one at a time; a record whose end is missing ends where the next begins."""
    lines = Lines(stream)
    records = _Records(shape)
    for number, text in lines:
        yield from lines.take_faults()
        yield from records.take(number, text)
    yield from lines.take_faults()
    yield from records.flush()


class _Records:
    """The record that is being read, in the pieces in which it comes.

    A record is one piece, unless tags stand before the one that begins it, or a blank line is in it. Pieces
    are one record unless each has a title of its own. In a file that begins with the tag that begins records,
    an abstract behind a record's end is its own, unless what stands in a record's head is beside it.
    """

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._pieces: list[Tags] = []
        self._ended: list[Tags] = []  # the record that ended last, until it is known what follows
        self._in_order: bool | None = None  # whether the file begins with the tag that begins records
        self._blank = self._lower = self._told = self._tight = False
        self._strict = 0  # lines so far with tags just as they should be; negative: there are others
        self._size = 0

    def take(self, number: int, text: str) -> Iterator[Tags | Parsed]:
        """Take in a line; yield the records that end before it."""
        shape = self._shape
        tagged = self._tagged(text)
        if tagged is None or self._is_text(text, *tagged):
            yield from self._untagged(number, text)
            return
        tag, value = tagged
        self._lower = self._lower or text.lstrip("\ufeff \t\xa0")[:1].islower()
        if tag in shape.ends:
            self._take_late()
            yield from self._end()
        elif tag not in shape.header or self._pieces:
            if self._in_order is None:
                self._in_order = tag in shape.starts
            if tag in shape.starts:
                self._take_late()
            if self._begins(tag):
                yield from self._end()
            if not self._pieces or tag in shape.starts or self._is_apart():
                self._pieces.append(Tags(number))
            self._pieces[-1].add(tag, value)
            self._size += len(text)
            if self._size > MAX_LINE:
                yield from self.flush()
        self._blank = False

    def _tagged(self, text: str) -> tuple[str, str] | None:
        shape = self._shape
        if shape.tight_start and shape.tight_start.match(text):
            self._tight = True
        tagged = shape.tagged(text, self._lower or not self._pieces)
        if tagged is None and self._tight:
            tagged = shape.tagged_tight(text)
        if tagged and tagged[0] in shape.ends:
            self._tight = False
        return tagged

    def _is_text(self, text: str, tag: str, value: str) -> bool:
        """Whether a line that looks like a tag goes on with an abstract: "T1 - weighted scans were taken".

        In a file whose tags all are as they should be, one that is not quite is none in an abstract. One that
        is unknown, or a second title, is none where it goes on with a sentence.
        """
        shape = self._shape
        is_strict = bool(shape.line.match(text))
        before = self._pieces[-1].last(shape.abstracts) if self._pieces and not self._blank else ""
        if not before or not value or tag in shape.starts | shape.ends:
            usual = is_strict or tag in shape.starts | shape.ends
            self._strict = self._strict + 1 if usual and self._strict >= 0 else -1
            return False
        if not is_strict and self._strict >= _STRICT and tag not in _NO_TEXT:
            return True
        again = tag in shape.titles and any(piece.has(shape.titles) for piece in self._pieces)
        goes_on = value[:1].islower() or before.rstrip()[-1:] not in _SENTENCE_ENDS
        return (again or tag not in shape.known) and goes_on

    def _take_late(self) -> None:
        """Give an abstract behind a record's end to that record, where nothing beside it begins another."""
        if not self._in_order or not self._ended or len(self._pieces) != 1:
            return
        piece = self._pieces[0]
        if piece.has(self._shape.telling) and not piece.has(
            self._shape.starts | self._shape.titles | _OF_A_HEAD
        ):
            self._ended[-1].merge(self._pieces.pop())

    def _begins(self, tag: str) -> bool:
        """Whether a tag begins another record: it is one that stands at the start, and was there before."""
        return tag in self._shape.starts and any(piece.has((tag,)) for piece in self._pieces)

    def _is_apart(self) -> bool:
        """Whether a blank line before a tag may separate two records."""
        return self._blank and (self._shape.blank_ends or not self._pieces[0].has(self._shape.starts))

    def _untagged(self, number: int, text: str) -> Iterator[Tags | Parsed]:
        if not text.strip("\ufeff \t\xa0"):
            self._blank = True
        elif self._shape.breaks and self._shape.breaks.match(text):
            yield from self.flush()
        elif text.strip() in self._shape.ends:  # "ER" without its dash, or cut there
            self._take_late()
            yield from self._end()
        elif self._pieces and self._size <= MAX_LINE:
            self._size += len(text)
            self._pieces[-1].extend(text, self._shape.listed)
        else:
            yield from self._stray(number, text)

    def _stray(self, number: int, text: str) -> Iterator[FieldWarning]:
        if not self._told:
            self._told = True
            yield FieldWarning(number, "line", shown(text), _OUTSIDE)

    def flush(self) -> Iterator[Tags | Parsed]:
        """All records that are held back, at the end of the file or between two of its parts."""
        self._take_late()
        yield from self._end()
        yield from self._ended
        self._ended = []

    def _end(self) -> Iterator[Tags | Parsed]:
        """Hold the records of the pieces back, and give those that were."""
        yield from self._ended
        self._ended = []
        pieces, self._pieces, self._blank, self._size = self._pieces, [], False, 0
        records: list[Tags] = []
        for piece in pieces:
            if records and self._is_record(records[-1]) and not self._are_two(records[-1], piece):
                records[-1].merge(piece)
            else:
                records.append(piece)
        for record in records:
            if self._is_record(record):
                self._ended.append(record)
            else:
                yield from self._stray(record.line, str(record))

    def _is_record(self, piece: Tags) -> bool:
        return piece.has(self._shape.telling) or piece.has(self._shape.starts)

    def _are_two(self, before: Tags, piece: Tags) -> bool:
        return before.has(self._shape.titles) and piece.has(self._shape.titles)
