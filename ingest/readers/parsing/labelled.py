"""Plain text made of labelled lines (``Title: …``, ``Abstract: …``), and the listings that arXiv mails."""

from __future__ import annotations

import re
from typing import Any

from ingest.readers.parsing.textlayout import Paper, kind_of
from ingest.values.author_lists import split_authors

_LABEL = re.compile(
    r"(?P<name>title|authors?|abstract|summary|year|date|published|submitted|journal|venue|source|conference|"
    r"booktitle|doi|url|link|keywords?|tags|subjects?|categories|comments|pmid|arxiv(?: id)?|id|type|"
    r"volume|issue|"
    r"pages|language)\s*[:=]\s*(?P<value>.*)\Z",
    re.IGNORECASE,
)
_FIELDS = {
    "title": "title", "author": "authors", "authors": "authors", "abstract": "abstract",
    "summary": "abstract", "year": "year", "date": "date", "published": "date", "submitted": "date",
    "journal": "venue", "venue": "venue", "source": "venue", "conference": "venue", "booktitle": "venue",
    "doi": "doi", "url": "url", "link": "url", "keyword": "tags", "keywords": "tags", "tags": "tags",
    "subject": "tags", "subjects": "tags", "categories": "tags", "pmid": "pmid", "arxiv": "arxiv_id",
    "arxiv id": "arxiv_id", "id": "source_id", "volume": "volume", "issue": "issue", "pages": "pages",
    "language": "lang",
}  # fmt: skip
_RULES = ("\\\\", "---", "===")
_REPEATED = ("title", "source_id", "abstract")
"""A second one of these begins the next paper."""


def labelled_records(lines: list[str]) -> list[Paper] | None:
    """Papers of a text made of labelled lines; None when it is no such text."""
    if not any((match := _LABEL.match(line)) and match["name"].lower() == "title" for line in lines):
        return None
    reading = _Reading(lines)
    for number, line in enumerate(lines, 1):
        reading.take(number, line)
    for paper in reading.papers:
        _split_lists(paper.raw)
    return [paper for paper in reading.papers if paper.raw.get("title") or paper.raw.get("abstract")]


class _Reading:
    """The papers so far, and the field that the next line may go on with."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._open = ""
        self.papers: list[Paper] = []

    def take(self, number: int, line: str) -> None:
        """Take in the next line."""
        current = self.papers[-1] if self.papers else None
        if match := _LABEL.match(line):
            self._label(number, match)
        elif current is None:
            return
        elif line.startswith(_RULES):
            self._rule(current, line)
            current.lines.add(number)
        elif line and self._open and _continues(current.raw[self._open], line, self._open):
            current.raw[self._open] = f"{current.raw[self._open]}\n{line}".strip()
            current.lines.add(number)
        elif not line and self._open != "abstract":
            # A paragraph of prose after the labels is the abstract that has no label.
            self._begin(current, "abstract" not in current.raw and _prose_follows(self._lines, number))

    def _label(self, number: int, match: re.Match[str]) -> None:
        name = _FIELDS.get(match["name"].lower(), "")
        if not self.papers or (name in _REPEATED and name in self.papers[-1].raw):
            self.papers.append(Paper(number, {}, set()))
        self._open = name
        current = self.papers[-1]
        current.lines.add(number)
        if name:
            current.raw.setdefault(name, match["value"])

    def _rule(self, current: Paper, line: str) -> None:
        """In the listings that arXiv mails, the abstract stands between two lines of two backslashes."""
        self._begin(
            current, line.startswith(_RULES[0]) and "title" in current.raw and "abstract" not in current.raw
        )

    def _begin(self, current: Paper, abstract: bool) -> None:
        self._open = "abstract" if abstract else ""
        if abstract:
            current.raw["abstract"] = ""


def _continues(value: str, line: str, name: str) -> bool:
    if name == "abstract":
        return kind_of(line) != "furniture" or len(line) > 20
    return name in ("title", "authors", "tags") and not value.endswith(".") and len(line) < 200


def _prose_follows(lines: list[str], number: int) -> bool:
    rest = next((line for line in lines[number:] if line), "")
    return bool(rest) and not _LABEL.match(rest) and kind_of(rest) == "prose"


def _split_lists(raw: dict[str, Any]) -> None:
    if "authors" in raw:
        raw["authors"] = split_authors(str(raw["authors"]))
    if "tags" in raw:
        text = str(raw["tags"])
        raw["tags"] = re.split(r"[;\n]|,\s" if ";" not in text else r";", text)
