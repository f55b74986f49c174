"""EndNote XML (EndNote's "Export → XML", also written by Zotero and Rayyan)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.document import FieldWarning, Parsed, Rejected
from ingest.readers.parsing.kinds import kind_of
from ingest.readers.parsing.reader import ReadOptions, make_document
from ingest.readers.parsing.tagvalues import (
    article_number,
    arxiv_id_in,
    bilingual,
    doi_in,
    other_ids,
    page_range,
    paragraphs,
    people,
    pmid_in,
    serials,
)
from ingest.readers.parsing.xmlrecords import Element, child, children, descendants, text_of, xml_records
from ingest.readers.ris import TYPES as RIS_TYPES
from ingest.values.dates import iso_date, month_number, normal_date, parse_year


class EndNoteReader:
    """Reads record by record; styled text is joined."""

    name = "endnote"
    title = "EndNote XML"
    suffixes = (".xml",)
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "publisher",
        "doi", "arxiv_id", "pmid", "url", "tags", "lang", "type", "issn", "other_ids", "notices",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """By its elements."""
        if re.search(rb"<ref-type\b|<source-app\b", head):
            return 0.95
        return 0.6 if b"<records>" in head and b"<contributors>" in head else 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a record."""
        for line, element in xml_records(stream, ("record",)):
            if isinstance(element, FieldWarning | Rejected):
                yield element
            else:
                yield from make_document(line, _values(element))


_REMNANT = re.compile(r"\A[^\s\"<>]{0,20}=\"[^\"<>]{0,60}\"[^<>]{0,200}>(?:\d{1,3}\Z)?|\A<+")
"""What is left of a tag that lost its beginning."""


def _text(record: Element, *path: str) -> str:
    return _REMNANT.sub("", " ".join(text_of(child(record, *path)).split()))


def _values(record: Element) -> dict[str, Any]:
    kind = child(record, "ref-type")
    words = (kind.get("name") or "" if kind is not None else "").strip()
    csl = RIS_TYPES.get(words.upper(), "") or kind_of(words) or "article"
    issns, isbns = serials([_text(record, "isbn"), _text(record, "issn"), _text(record, "orig-pub")])
    year = _text(record, "dates", "year")
    day = next((text_of(node) for node in descendants(record, "date")), "")
    urls = [" ".join(text_of(node).split()) for node in descendants(record, "url")]
    notes = [_text(record, "notes"), _text(record, "research-notes")]
    accession = _text(record, "accession-num")
    remote = ("remote-database-name", "remote-database-provider")
    database = " ".join(_text(record, name) for name in remote).lower()
    medline = any(name in database for name in ("pubmed", "medline", "nlm"))
    own = _text(record, "electronic-resource-num")
    pmc = _text(record, "custom2")
    title = _text(record, "titles", "title")
    return {
        "source_id": accession or _text(record, "rec-number"),
        "title": bilingual(title, _text(record, "titles", "translated-title")),
        "abstract": paragraphs(text_of(node) for node in children(record, "abstract")),
        "authors": _people(record, "authors", "secondary-authors", "tertiary-authors"),
        "editors": _people(record, "secondary-authors"),
        "year": year,
        "date": _date(year, day),
        "venue": next((venue for venue in _venues(record) if venue and venue != title), ""),
        "series": _text(record, "titles", "tertiary-title"),
        "volume": _text(record, "volume"),
        "issue": _text(record, "number") or _text(record, "issue"),
        "pages": page_range(_text(record, "pages"), number=_text(record, "custom7") or article_number(notes)),
        "publisher": _text(record, "publisher"),
        "doi": doi_in([own], (*urls, *notes)) or doi_in(urls),
        "arxiv_id": arxiv_id_in((own, *urls, *notes)),
        "pmid": accession if accession.isdecimal() and medline else pmid_in((*urls, *notes)),
        "url": urls[0] if urls else "",
        "tags": [
            text_of(node) for holder in children(record, "keywords") for node in children(holder, "keyword")
        ],
        "lang": _text(record, "language"),
        "type": csl,
        "issn": issns,
        "other_ids": other_ids(isbns=isbns, pmc=pmc, wos=accession, texts=urls),
        "kinds": [_text(record, "work-type"), words],
        "notes": notes,
    }


def _people(record: Element, *roles: str) -> list[str]:
    """The people of the first of these roles that has some."""
    for role in roles:
        holder = child(record, "contributors", role)
        names = [" ".join(text_of(node).split()) for node in holder] if holder is not None else []
        if any(names):
            return people(name for name in names if name)
    return []


def _venues(record: Element) -> tuple[str, ...]:
    return (
        _text(record, "periodical", "full-title"),
        _text(record, "titles", "secondary-title"),
        _text(record, "periodical", "abbr-1"),
        _text(record, "titles", "alt-title"),
    )


def _date(year: str, day: str) -> str:
    if re.search(r"\b\d{4}\b", day):
        return normal_date(day)
    month, _, number = day.strip().partition(" ")
    return iso_date(
        parse_year(year), month_number(month), int(number) if number.isdecimal() and len(number) < 3 else 0
    )
