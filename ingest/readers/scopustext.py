"""Scopus's export as plain text, and IEEE Xplore's citations with abstracts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.document import Parsed
from ingest.readers.parsing.kinds import kind_of
from ingest.readers.parsing.reader import MAX_LINE, Lines, ReadOptions, make_document
from ingest.readers.parsing.tagvalues import serials
from ingest.values.author_lists import split_authors
from ingest.values.dates import normal_date, parse_year
from ingest.values.identifiers import doi_named_in
from ingest.values.tag_lists import split_tags

_PLACE = re.compile(
    r"\((?P<year>\d{4})\) (?P<venue>.{1,400}?)(?:, (?P<volume>[^,()]{1,40}?))?"
    r"(?: \((?P<issue>[^()]{1,40})\))?"
    r"(?:, (?:art\. no\. (?P<number>[\w.-]{1,40})|pp?\. (?P<pages>[^.,\s]{1,40})))?[,. ]*"
    r"(?:Cited (?P<cited>\d{1,7}) times?\.?)?\s*\Z"
)
_HEADING = re.compile(r"([A-Z][^a-z:]{2,60}|DOI): ?(.*)\Z")
_IDS = re.compile(r"[\d; ]{8,}\Z")
_OWN = re.compile(
    rb"\n(AFFILIATIONS: |AUTHOR KEYWORDS: |INDEX KEYWORDS: |ABBREVIATED SOURCE TITLE: |DOCUMENT TYPE: "
    rb"|PUBLICATION STAGE: |SOURCE: Scopus)"
)
_EID = re.compile(r"eid=(2-s2\.0-\d+)")
_NOBODY = re.compile(r"No author name available|\[No author", re.IGNORECASE)


class ScopusTextReader:
    """Reads four lines a paper (authors, title, place, address), then headings in capitals."""

    name = "scopus-text"
    title = "Scopus, as text"
    suffixes = (".txt",)
    fields = (
        "title", "abstract", "authors", "year", "venue", "volume", "issue", "pages", "publisher", "doi",
        "pmid", "other_ids", "url", "tags", "lang", "type", "issn", "references", "citations", "notices",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """By the first two lines, or by its headings."""
        start = rb"(?:\xef\xbb\xbf)?\s*Scopus\s*\n\s*EXPORT DATE:"
        return 0.97 if re.match(start, head) else 0.9 if len(set(_OWN.findall(head[:20_000]))) > 1 else 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a paper; each ends with its line "SOURCE: Scopus"."""
        lines = Lines(stream)
        record: list[str] = []
        begin = size = 0
        for number, text in lines:
            yield from lines.take_faults()
            text = text.strip("\ufeff \t")
            if text == "Scopus" or text.startswith("EXPORT DATE:"):
                continue
            size += len(text)
            begin = begin if record else number
            if text and size < MAX_LINE:
                record.append(text)
            if text.startswith("SOURCE: "):
                yield from make_document(begin, _values(record))
                record, size = [], 0
        yield from lines.take_faults()
        if record:
            yield from make_document(begin, _values(record))


def _values(lines: list[str]) -> dict[str, Any]:
    """The loose values of one paper's lines."""
    first = (n for n, line in enumerate(lines[:8]) if line.startswith(("(", "http")) or _HEADING.match(line))
    at = next(first, min(3, len(lines)))
    above = [line for line in lines[:at] if not _IDS.match(line)]
    cited = lines[at] if at < len(lines) else ""
    match = _PLACE.match(cited)
    place = {name: value or "" for name, value in match.groupdict().items()} if match else {"year": cited}
    named: dict[str, str] = {}
    for line in lines[at:]:
        if match := _HEADING.match(line):
            named.setdefault(match[1], match[2])
        elif named:
            name = next(reversed(named))
            named[name] = f"{named[name]}\n{line}"
    url = next((line for line in lines if line.startswith("http")), "")
    eid = _EID.search(url)
    issns, isbns = serials([named.get("ISSN", ""), named.get("ISBN", "")])
    get = named.get
    return {
        "source_id": eid[1] if eid else "",
        "title": above[-1] if above else "",
        "authors": split_authors(above[0]) if len(above) > 1 and not _NOBODY.search(above[0]) else [],
        "year": place["year"],
        "venue": place.get("venue", ""),
        "volume": place.get("volume", ""),
        "issue": place.get("issue", ""),
        "pages": place.get("pages") or place.get("number", ""),
        "citations": place.get("cited", ""),
        "url": url,
        "doi": get("DOI", "") or doi_named_in(url),
        "abstract": get("ABSTRACT", ""),
        "tags": [*split_tags(get("AUTHOR KEYWORDS", "")), *split_tags(get("INDEX KEYWORDS", ""))],
        "publisher": get("PUBLISHER", ""),
        "issn": issns,
        "other_ids": [*isbns, *([f"scopus:{eid[1]}"] if eid else [])],
        "pmid": get("PUBMED ID", ""),
        "lang": get("LANGUAGE OF ORIGINAL DOCUMENT", "").partition(";")[0],
        "type": kind_of(get("DOCUMENT TYPE", "")) or "article-journal",
        "kinds": [get("DOCUMENT TYPE", "")],
        "references": [part.strip() for part in re.split(r";\s|\n", get("REFERENCES", "")) if part.strip()],
    }


_CITATION = re.compile(
    r"(?P<authors>[^\"“”]{2,8000}), [\"“](?P<title>[^\"“”]{3,800}?),?[\"”],? (?:in )?(?P<venue>.{2,400}?)"
    r"(?:, vol\. (?P<volume>[^,]{1,40}))?(?:, no\. (?P<issue>[^,]{1,40}))?(?P<more>(?:, [^,]{1,200}){0,6}), "
    r"doi: (?P<doi>10\.\d{4,9}/\S{2,200}?)\.?\Z"
)
_PAGES = re.compile(r"pp?\. (?P<pages>[\w-]{1,40})|Art(?:icle)? no\. (?P<number>[\w.-]{1,40})")


class IeeeTextReader:
    """Reads a citation, "Abstract:", "keywords:" and "URL:", a line each."""

    name = "ieee-text"
    title = "IEEE Xplore, citations as text"
    suffixes = (".txt",)
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "doi", "url",
        "tags", "type",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """By lines below a citation, or by one and an address of IEEE Xplore."""
        text = head[:20_000].decode("utf-8-sig", "replace")
        below = re.search(r"(?:\A|\n)(?:keywords: ?\{|URL: https?://ieeexplore)", text)
        if below and "\nAbstract:" in text:
            return 0.9
        cited = (line for line in text.split("\n")[:12] if _CITATION.match(line.strip()[:12_000]))
        return 0.95 if "ieeexplore" in text and any(cited) else 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a citation."""
        lines = Lines(stream)
        record: dict[str, Any] = {}
        begin = 0
        for number, text in lines:
            yield from lines.take_faults()
            text = text.strip("\ufeff \t")
            name = text.partition(":")[0]
            if not text or name in _BELOW:
                _more(record, name, text)
                continue
            if record:
                yield from make_document(begin, record)
            match = _CITATION.match(text[:12_000])
            record, begin = _cited(match) if match else _said(text), number
        yield from lines.take_faults()
        if record:
            yield from make_document(begin, record)


def _cited(match: re.Match[str]) -> dict[str, Any]:
    more, venue = match["more"], match["venue"]
    pages = _PAGES.search(more)
    when = next((part for part in reversed(more.split(", ")) if parse_year(part)), "")
    journal = bool(match["volume"])
    return {
        "title": match["title"],
        "authors": split_authors(match["authors"]),
        "venue": venue,
        "volume": match["volume"] or "",
        "issue": match["issue"] or "",
        "pages": (pages["pages"] or pages["number"]) if pages else "",
        "date": normal_date(when),
        "year": when or f"{venue}{more}",
        "doi": match["doi"],
        "type": "article-journal" if journal else "paper-conference",
    }


def _said(text: str) -> dict[str, Any]:
    """What can be told of a citation that is not quite one; the report repeats it as a year that is none."""
    authors, _, rest = text.replace("“", '"').replace("”", '"').partition('"')
    title, closed, _ = rest.partition('"')
    if not closed:
        return {"title": "", "source_id": text[:200]}
    named = {"authors": split_authors(authors), "doi": doi_named_in(text), "year": text}
    return {"title": title.rstrip(","), "type": "article", **named}


_BELOW = ("Abstract", "keywords", "URL")


def _more(record: dict[str, Any], name: str, text: str) -> None:
    """A line below a citation."""
    value = text[len(name) + 1 :].strip()
    if name == "Abstract":
        record["abstract"] = value
    elif name == "keywords":
        record["tags"] = split_tags(value.strip("{}, "))
    elif name == "URL":
        record["url"] = value
