"""Searches of several numbered lines that refer to each other (``1 exp Asthma/``, ``2 …``, ``3 1 or 2``)."""

from __future__ import annotations

import re

_NUMBERED = re.compile(r"\s*(?:#|S|Line\s)?\s?(?P<number>\d{1,3})\s*[.:)\t]?\s+(?P<text>\S.*)")
_COUNT = re.compile(r"(?<=[/.)\]\"*'\d])[ \t]+\(?\d[\d,]*\)?\s*$")
_LIMIT_COUNT = re.compile(r"(?<=\S)[ \t]+\d[\d,]*\s*$")
_UNFINISHED = re.compile(r"(?:\b(?:and|or|not|to)|[-,=])\s*$", re.IGNORECASE)
_COMPLETE = frozenset("/.)]\"'*")
MOST_LINES = 300
"""Lines that a strategy may have."""


def lines_of(text: str) -> dict[int, str]:
    """The numbered lines of a strategy, by number; empty: it is none.

    A strategy that was pasted into one line is taken apart where the next number stands behind something that
    is complete.
    """
    rows = _rows(text)
    return rows if len(rows) > 1 else _flowing(text)


def _rows(text: str) -> dict[int, str]:
    rows: dict[int, str] = {}
    for row in text.splitlines():
        match = _NUMBERED.match(row)
        if match and int(match["number"]) == len(rows) + 1 and len(rows) < MOST_LINES:
            rows[len(rows) + 1] = match["text"].rstrip()
        elif rows and row.strip():
            rows[len(rows)] += " " + row.strip()
    return {number: _without_count(row) for number, row in rows.items()}


def _flowing(text: str) -> dict[int, str]:
    starts: list[tuple[int, int]] = []
    at = 0
    sign = re.match(r"\s*(#|S)?1[.:)]?\s+", text)
    while sign is not None and len(starts) < MOST_LINES:
        starts.append((sign.start(), sign.end()))
        at, number = sign.end(), len(starts) + 1
        pattern = re.compile(rf"(?<=\s)({re.escape(sign[1] or '')}){number}[.:)]?\s+(?=\S)", re.ASCII)
        sign = next(
            (found for found in pattern.finditer(text, at) if _is_whole(text, at, found.start())), None
        )
    if len(starts) < 2:
        return {}
    ends = [start for start, _ in starts[1:]] + [len(text)]
    return {
        number: _without_count(text[begin:end].rstrip())
        for number, ((_, begin), end) in enumerate(zip(starts, ends, strict=True), 1)
    }


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a line may end here."""
    tail = text[max(start, end - 40) : end].rstrip()
    return bool(tail) and (
        tail[-1] in _COMPLETE or tail[-1].isdigit() or text[start : start + 5].lower() == "limit"
    )


def _without_count(line: str) -> str:
    """A line without the number of papers that it found, which databases print behind it."""
    count = (_LIMIT_COUNT if line[:5].lower() == "limit" else _COUNT).search(line)
    if count is None:
        return line
    rest = line[: count.start()]
    return line if _UNFINISHED.search(rest[-12:]) else rest
