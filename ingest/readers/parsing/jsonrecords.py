"""JSON records of any layout: one object a line, an array, or an envelope such as ``{"results": […]}``."""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Any, BinaryIO

from ingest.document import Parsed, Rejected
from ingest.readers.parsing.jsonpeople import json_document
from ingest.readers.parsing.reader import (
    CUT_BYTES,
    CUT_RECORDS,
    Cut,
    CuttingReader,
    Lines,
    ReadOptions,
    read_cuts,
    shown,
)

_KEY = re.compile(rb'"([A-Za-z_@][\w.:@-]{0,40})"\s*:')
_DECODER = json.JSONDecoder()
_ENVELOPES = (
    "results",
    "items",
    "message",
    "records",
    "data",
    "papers",
    "documents",
    "docs",
    "works",
    "response",
)
_OPENS = re.compile(rf'\{{.*"(?:{"|".join(_ENVELOPES)})"\s*:\s*\[\s*\Z')
_CLOSES = re.compile(r'\]\s*(?:\}|,\s*").*\Z')
"""The lines around records that stand in an envelope one a line."""
_NEXT_OBJECT = re.compile(r"\n\s*\{")
MAX_OBJECT = 64 * 1024 * 1024
"""Longest record over several lines, in characters."""


@lru_cache(maxsize=8)
def json_keys(head: bytes) -> frozenset[str]:
    """The keys seen in the head of a JSON file; empty when it does not begin like JSON."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] not in (b"{", b"["):
        return frozenset()
    return frozenset(key.decode() for key in _KEY.findall(start))


def json_records(stream: BinaryIO) -> Iterator[tuple[int, dict[str, Any] | Parsed]]:
    """Objects with the line they begin at; what is not JSON is rejected, and the next line is tried.

    A file with one object a line is streamed. Anything else (an array, a page of an API) is read object by
    object
    out of a bounded buffer.
    """
    return _records(_lines(stream))


_Line = tuple[int, str | Parsed]
"""A line's number with its text, or with a fault that was met at it."""


def cut_json(stream: BinaryIO) -> Iterator[Cut | tuple[int, dict[str, Any] | Parsed]]:
    """The records of a stream, not parsed, for :func:`parse_json`.

    A cut ends before a line that is an object by itself. Where there is none within `CUT_BYTES` (one record
    spreads over many lines), what follows comes as :func:`json_records` yields it.
    """
    lines = _lines(stream)
    taken: list[_Line] = []
    size = 0
    for number, text in lines:
        full = len(taken) >= CUT_RECORDS or size >= CUT_BYTES
        if full and isinstance(text, str) and _whole(text):
            yield Cut(len(taken), taken)
            taken, size = [], 0
        elif full and size >= 2 * CUT_BYTES:
            yield from _records(chain(taken, [(number, text)], lines))
            return
        taken.append((number, text))
        size += len(text) if isinstance(text, str) else 0
    if taken:
        yield Cut(len(taken), taken)


def parse_json(cut: Cut) -> Iterator[tuple[int, dict[str, Any] | Parsed]]:
    """What :func:`json_records` yields for these records."""
    return _records(cut.payload)


class JsonReader(CuttingReader):
    """A reader whose records are JSON objects, a document each; they are parsed apart from the cutting."""

    @abstractmethod
    def loose(self, record: dict[str, Any]) -> dict[str, Any]:
        """The loose values of a record, for `make_document`."""

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document an object."""
        return read_cuts(self, stream)

    def cut(self, stream: BinaryIO) -> Iterator[Cut | Parsed]:
        """Records, not parsed."""
        for piece in cut_json(stream):
            if isinstance(piece, Cut):
                yield piece
            else:
                yield from self._document(*piece)

    def parse(self, cut: Cut) -> Iterator[Parsed]:
        """One document an object."""
        for line, record in parse_json(cut):
            yield from self._document(line, record)

    def _document(self, line: int, record: dict[str, Any] | Parsed) -> Iterator[Parsed]:
        if isinstance(record, dict):
            yield from json_document(line, self.loose(record))
        else:
            yield record


def _lines(stream: BinaryIO) -> Iterator[_Line]:
    lines = Lines(stream)
    for number, text in lines:
        for fault in lines.take_faults():
            yield number, fault
        yield number, text
    for fault in lines.take_faults():
        yield 0, fault


def _records(lines: Iterable[_Line]) -> Iterator[tuple[int, dict[str, Any] | Parsed]]:
    buffer = _Spread()
    for number, text in lines:
        if not isinstance(text, str):
            yield number, text
            continue
        stripped = text.strip()
        if not buffer and (_CLOSES.match(stripped) or (stripped[-1:] == "[" and _OPENS.match(stripped))):
            continue
        if stripped.startswith("{") and (not buffer or _whole(text)):
            # A whole record at a line's start: what was open before it is broken.
            yield from buffer.rest()
            try:
                record = json.loads(stripped.rstrip(","))
            except (ValueError, RecursionError) as error:
                # A broken line, unless the object goes on in the next lines.
                extra = getattr(error, "msg", "").startswith("Extra data")
                if not extra and stripped.endswith("}") and '"' in stripped[1:3]:
                    yield number, _broken(number, stripped, error)
                    continue
            else:
                yield from ((number, inner) for inner in _unwrapped(record))
                continue
        if stripped or buffer:
            yield from buffer.feed(number, text)
    yield from buffer.rest()


def _whole(line: str) -> bool:
    """Whether a line at the left margin is a JSON object by itself."""
    if not line.startswith('{"') or not line.rstrip().endswith("}"):
        return False
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _broken(number: int, text: str, error: Exception) -> Rejected:
    reason = getattr(error, "msg", "it is nested too deeply")
    return Rejected(number, "record", shown(text), f"is not JSON: {reason}")


def _unwrapped(record: Any) -> Iterator[dict[str, Any]]:
    """The record, or the records inside an API's envelope."""
    if isinstance(record, list):
        for item in record:
            yield from _unwrapped(item)
    elif isinstance(record, dict):
        for key in () if "title" in record else _ENVELOPES:
            inner = record.get(key)
            if isinstance(inner, list) and inner and isinstance(inner[0], dict):
                yield from (item for item in inner if isinstance(item, dict))
                return
            if isinstance(inner, dict):
                yield from _unwrapped(inner)
                return
        yield record


class _Spread:
    """Objects that spread over lines, or share one: taken out of a buffer one by one."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._size = self._tried = self._line = 0
        self._depth = 0
        self._in_text = False

    def __bool__(self) -> bool:
        return bool(self._parts)

    def feed(self, number: int, text: str) -> Iterator[tuple[int, dict[str, Any] | Rejected]]:
        """Add a line; yield the objects that it completes."""
        if not self._parts:
            text = text.strip()
            # The array around the records is not one of them.
            while text[:1] in ("[", ",", "]"):
                text = text[1:].lstrip()
            if not text:
                return
            self._line = number
        self._parts.append(text)
        self._size += len(text)
        if self._balanced(text) or self._size > MAX_OBJECT:
            yield from self.rest()

    def _balanced(self, text: str) -> bool:
        """Whether every brace that was opened is closed after this line."""
        for match in re.finditer(r'\\.|["{}]', text):
            sign = match[0]
            if sign == '"':
                self._in_text = not self._in_text
            elif not self._in_text and sign in "{}":
                self._depth += 1 if sign == "{" else -1
        # A text cannot go on over a line's end in JSON.
        self._in_text = False
        return self._depth <= 0

    def rest(self) -> Iterator[tuple[int, dict[str, Any] | Rejected]]:
        """The objects in the buffer, which is empty afterwards."""
        text, line = "\n".join(self._parts), self._line
        self.__init__()  # type: ignore[misc]
        position = counted = 0
        while (start := text.find("{", position)) >= 0:
            line, counted = line + text.count("\n", counted, start), start
            try:
                record, position = _DECODER.raw_decode(text, start)
            except (ValueError, RecursionError) as error:
                yield line, _broken(line, text[start : start + 500], error)
                following = _NEXT_OBJECT.search(text, start + 1)
                if following is None:
                    return
                position = following.start()
            else:
                for inner in _unwrapped(record):
                    yield line, inner
        if position == 0 and text.strip(" \n,[]"):
            yield line, Rejected(line, "record", shown(text), "is not a JSON object")
