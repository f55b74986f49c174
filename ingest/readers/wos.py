"""Web of Science: the tagged export and the tab-delimited one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from ingest.document import Parsed
from ingest.readers.parsing.reader import ReadOptions, make_document
from ingest.readers.parsing.tagged import Shape, Tags, tagged_records
from ingest.readers.table import rows
from ingest.text.identifiers import normal_date, normal_doi

_LISTED = frozenset(("AU", "AF", "CR", "BE", "BA", "BF"))
_SHAPE = Shape(
    re.compile(r"\ufeff?([A-Z][A-Z0-9])(?: (.*)|)$"),
    frozenset(("PT",)),
    frozenset(("ER", "EF")),
    header=frozenset(("FN", "VR")),
    listed=_LISTED,
)
_TYPES = (
    ("proceedings paper", "paper-conference"), ("book chapter", "chapter"), ("book review", "review-book"),
    ("book", "book"), ("data paper", "article-journal"), ("article", "article-journal"),
    ("review", "article-journal"),
)  # fmt: skip
_FIELDS = (
    "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "publisher", "doi",
    "pmid", "other_ids", "tags", "lang", "type", "references", "issn", "notices", "citations",
)  # fmt: skip


class WosReader:
    """Reads two-letter tags with indented continuation lines."""

    name = "wos"
    title = "Web of Science, tagged"
    suffixes = (".ciw", ".isi", ".txt")
    fields = _FIELDS

    def sniff(self, head: bytes, _name: str) -> float:
        """By its file header, or by PT and a further tag."""
        if re.search(rb"\A(?:\xef\xbb\xbf)?\s*FN (?:Clarivate|Thomson|ISI)", head):
            return 0.98
        return (
            0.8
            if re.search(rb"(?:\A|\n)(?:\xef\xbb\xbf)?PT [JBSPC]\r?\n(?:AU|AF|CA|TI) ", head[:8192])
            else 0.0
        )

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a record."""
        for found in tagged_records(stream, _SHAPE):
            if isinstance(found, Tags):
                yield from make_document(found.line, _values(found.first, found.all))
            else:
                yield found


class WosTabReader:
    """Reads the tab-delimited export, whose headings are the same tags."""

    name = "wos-tab"
    title = "Web of Science, tab-delimited"
    suffixes = (".txt", ".tsv")
    fields = _FIELDS

    def sniff(self, head: bytes, _name: str) -> float:
        """By its headings."""
        text = head[:4096].decode("utf-8-sig", "replace")
        cells = set(text.split("\n", 1)[0].strip().split("\t"))
        return 0.98 if {"PT", "AU", "TI"} <= cells else 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a row."""
        for line, row in rows(stream):
            if not isinstance(row, dict):
                yield row
                continue

            def every(*tags: str, row: dict[str, str] = row) -> list[str]:
                values = [value for tag in tags if (value := row.get(tag, "").strip())]
                lists = any(tag in _LISTED for tag in tags)
                return [part.strip() for value in values for part in value.split(";")] if lists else values

            def first(*tags: str, every: Callable[..., list[str]] = every) -> str:
                return next(iter(every(*tags)), "")

            yield from make_document(line, _values(first, every))


def _values(first: Callable[..., str], every: Callable[..., list[str]]) -> dict[str, Any]:
    start, end = first("BP"), first("EP")
    kind = first("DT").lower()
    words = [tag for value in every("DE", "ID") for tag in re.split(r";\s*", " ".join(value.split()))]
    return {
        "source_id": first("UT"),
        "title": first("TI"),
        "abstract": first("AB"),
        "authors": every("AF") or every("AU"),
        "year": first("PY"),
        "date": normal_date(f"{first('PY')} {first('PD').title()}".strip()) if first("PY") else first("EA"),
        "venue": first("SO"),
        "volume": first("VL"),
        "issue": first("IS"),
        "pages": f"{start}-{end}" if start and end else start or first("AR"),
        "publisher": first("PU"),
        "doi": first("DI"),
        "pmid": first("PM"),
        "other_ids": [f"isbn:{isbn}" for isbn in re.split(r"[;\s]+", first("BN")) if isbn],
        "tags": words,
        "lang": first("LA"),
        "type": next((csl for name, csl in _TYPES if name in kind), "article-journal"),
        "references": [f"doi:{doi}" if (doi := normal_doi(cited)) else cited for cited in every("CR")],
        "issn": every("SN", "EI"),
        "notices": ["retracted"] if "retracted" in kind else [],
        "citations": first("TC"),
    }
