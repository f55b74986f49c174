"""EndNote XML (EndNote's "Export → XML", also written by Zotero and Rayyan)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.document import FieldWarning, Parsed, Rejected
from ingest.readers.parsing.reader import ReadOptions, make_document
from ingest.readers.parsing.xmlrecords import Element, child, children, descendants, text_of, xml_records
from ingest.readers.ris import TYPES as RIS_TYPES
from ingest.text.identifiers import iso_date, month_number, normal_date, normal_doi, parse_year

_TYPES = {
    "journal article": "article-journal", "electronic article": "article-journal",
    "conference paper": "paper-conference", "conference proceedings": "paper-conference", "book": "book",
    "edited book": "book", "book section": "chapter", "thesis": "thesis", "report": "report",
    "patent": "patent", "web page": "webpage", "dataset": "dataset", "unpublished work": "manuscript",
    "generic": "article", "newspaper article": "article-newspaper",
}  # fmt: skip


class EndNoteReader:
    """Reads record by record; styled text is joined."""

    name = "endnote"
    title = "EndNote XML"
    suffixes = (".xml",)
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "publisher",
        "doi", "pmid", "url", "tags", "lang", "type", "issn", "other_ids",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """By its elements."""
        if re.search(rb"<ref-type\b|<source-app\b", head):
            return 0.95
        return 0.6 if b"<records>" in head and b"<contributors>" in head else 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a record."""
        for line, found in xml_records(stream, ("record",)):
            if isinstance(found, FieldWarning | Rejected):
                yield found
            else:
                yield from make_document(line, _values(found))


def _text(record: Element, *path: str) -> str:
    return " ".join(text_of(child(record, *path)).split())


def _values(record: Element) -> dict[str, Any]:
    kind = child(record, "ref-type")
    kind_name = (kind.get("name") or "" if kind is not None else "").lower()
    people = child(record, "contributors", "authors")
    if people is None:
        people = child(record, "contributors", "secondary-authors")
    serial = re.findall(r"[\dXx-]{8,17}", _text(record, "isbn"))
    year = _text(record, "dates", "year")
    day = next((text_of(node) for node in descendants(record, "date")), "")
    urls = [" ".join(text_of(node).split()) for node in descendants(record, "url")]
    accession = _text(record, "accession-num")
    database = _text(record, "remote-database-name").lower()
    return {
        "source_id": accession or _text(record, "rec-number"),
        "title": _text(record, "titles", "title"),
        "abstract": text_of(child(record, "abstract")),
        "authors": [" ".join(text_of(node).split()) for node in people if text_of(node).strip()]
        if people is not None
        else [],
        "year": year,
        "date": _date(year, day),
        "venue": _text(record, "periodical", "full-title")
        or _text(record, "titles", "secondary-title")
        or _text(record, "periodical", "abbr-1"),
        "volume": _text(record, "volume"),
        "issue": _text(record, "number"),
        "pages": _text(record, "pages"),
        "publisher": _text(record, "publisher"),
        "doi": _text(record, "electronic-resource-num")
        if normal_doi(_text(record, "electronic-resource-num"))
        else "",
        "pmid": accession
        if accession.isdecimal() and ("pubmed" in database or "medline" in database or "nlm" in database)
        else "",
        "url": urls[0] if urls else "",
        "tags": [
            text_of(node) for holder in children(record, "keywords") for node in children(holder, "keyword")
        ],
        "lang": _text(record, "language"),
        "type": _TYPES.get(kind_name, RIS_TYPES.get(kind_name.upper(), "article")),
        "issn": [s for s in serial if len(s.replace("-", "")) == 8],
        "other_ids": [f"isbn:{s}" for s in serial if len(s.replace("-", "")) in (10, 13)],
    }


def _date(year: str, day: str) -> str:
    if re.search(r"\b\d{4}\b", day):
        return normal_date(day)
    month, _, number = day.strip().partition(" ")
    return iso_date(
        parse_year(year), month_number(month), int(number) if number.isdecimal() and len(number) < 3 else 0
    )
