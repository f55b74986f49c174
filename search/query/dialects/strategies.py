"""Searches of several numbered lines that refer to each other (``1 exp Asthma/``, ``2 …``, ``3 1 or 2``)."""

from __future__ import annotations

import re

_NUMBERED = re.compile(r"\s*(?:#|S|Line\s)?\s?(?P<number>\d{1,3})\s*[.:)\t]?\s+(?P<text>\S.*)")
_COUNT = re.compile(
    r"(?:(?<=[/.)\]\"*'\d])|(?<=all trees)|(?<=this term only))[ \t]+\(?\d[\d,]*\)?\s*$"
    r"|(?<=\S)(?:  |\t)[ \t]*\(?\d[\d,]*\)?\s*$"
)
_LIMIT_COUNT = re.compile(r"(?<=\S)[ \t]+(?:\d[\d,]*|\(\d[\d,]*\))\s*$")
_RULER = re.compile(r"\s*[-*_=]{3,}\s*")  # a line that is drawn between others
_UNFINISHED = re.compile(r"(?:\b(?:and|or|not|to)|[-,=])\s*$", re.IGNORECASE)
REFERENCES = re.compile(
    r"[( ]*(?:(?:or|and)\s?/\s?[\d\s,-]{1,80}|(?:limit|remove duplicates from)\s+\d{1,3}\b.{0,200}"
    r"|#?\d{1,3}(?:[ )]+(?:or|and|not)[ (]+#?\d{1,3}){1,60})[ )]*",
    re.IGNORECASE,
)
_JOINED = re.compile(r"[( ]*#?\d{1,3}(?:[ )]+(?:and|or|not)[ (]+#?\d{1,3}){1,60}[ )]*", re.IGNORECASE)
_OPEN = re.compile(r"(?:^|\s)(?:and|or|not)\s*$|^\s*(?:and|or|not)(?:\s|$)", re.IGNORECASE)
_COMPLETE = frozenset("/.)]\"'*")
MOST_LINES = 300
"""Lines that a strategy may have."""


def lines_of(text: str) -> dict[int, str]:
    """The numbered lines of a strategy, by number; empty: it is none.

    A strategy that was pasted into one line is taken apart where the next number stands behind something that
    is complete.
    """
    rows = _rows(text)
    if len(rows) > 1:
        return rows
    return _flowing(text) or _unnumbered(text)


def counted(text: str) -> str:
    """The first line that refers to others by numbers which no line has; "" where lines have numbers."""
    if len(_rows(text)) > 1 or _flowing(text):
        return ""
    return next((row for row in _unnumbered(text).values() if REFERENCES.fullmatch(row)), "")


def _unnumbered(text: str) -> dict[int, str]:
    """Lines whose numbers were lost, as in a list copied from a page, though some refer to others.

    Empty where a line is not whole, or none refers to lines that all stand before it.
    """
    rows = [row.strip() for row in text.splitlines() if row.strip()]
    if not 2 < len(rows) <= MOST_LINES or any(map(_OPEN.search, rows)):
        return {}
    refers = False
    for at, row in enumerate(rows, 1):
        if row.count("(") != row.count(")"):
            return {}
        if REFERENCES.fullmatch(row):
            referred = re.findall(r"\d{1,3}", row if row[:1].lower() not in "lr" else row[:40])
            if int(referred[0]) >= at:
                return {}
            refers = True
    return {number: _without_count(row) for number, row in enumerate(rows, 1)} if refers else {}


def _rows(text: str) -> dict[int, str]:
    rows: dict[int, str] = {}
    for row in text.splitlines():
        match = _NUMBERED.match(row)
        if match and int(match["number"]) == len(rows) + 1 and len(rows) < MOST_LINES:
            rows[len(rows) + 1] = match["text"].rstrip()
        elif rows and _refers_back(row, len(rows)):
            text, _, title = rows[len(rows)].rpartition("\n")
            is_title = text and re.fullmatch(r"[A-Z][a-zA-Z ]{2,60}", title)
            if is_title:
                rows[len(rows)] = text
            rows[len(rows) + 1] = f"{title}:\n{row.strip()}" if is_title else row.strip()
        elif rows and row.strip() and not _RULER.fullmatch(row):
            rows[len(rows)] += "\n" + row.strip()
    return {number: _without_count(row) for number, row in rows.items()}


def joins_lines(row: str) -> bool:
    """Whether a row joins lines by their numbers and is nothing else: ``1 AND 2 NOT 3``."""
    return _JOINED.fullmatch(row) is not None


def _refers_back(row: str, last: int) -> bool:
    """Whether a row without a number joins lines that stand before it."""
    return joins_lines(row) and max(map(int, re.findall(r"\d{1,3}", row))) <= last


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
