"""Ovid's tagged citations ("Ovid" or "Fields: complete reference"), of any of its databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO
from urllib.parse import parse_qs

from ingest.document import Parsed
from ingest.readers.parsing.kinds import kind_of
from ingest.readers.parsing.reader import ReadOptions
from ingest.readers.parsing.tagged import DASHES, Shape, Tags, tag_set, tagged_documents
from ingest.readers.parsing.tagvalues import doi_in, page_range, paragraphs, people, serials
from ingest.readers.tables.citations import parts_of_citation
from ingest.values.dates import normal_date, parse_year

_SHAPE = Shape(
    line=re.compile(rf"\s{{0,3}}([A-Z][A-Z0-9]|SCORE)\s{{1,2}}[{DASHES}]\s+(.*)$"),
    loose=re.compile(rf"\s{{0,3}}([A-Z][A-Z0-9])\s{{1,2}}[{DASHES}]\s*()$"),
    known=tag_set(
        "VN DB AN UI AU TI SO AB YR LG IS PT XL DO DI DE MH KW JN VO IP PG PU PB BT ED IB ST CC IN"
    ),
    starts=tag_set("VN"),
    ends=frozenset(),
    titles=tag_set("TI"),
    telling=tag_set("TI AB AU"),
    breaks=re.compile(r"\s*<\d{1,9}\s?\.?\s?>\s*$"),
)
_ROLE = re.compile(r"\s*\[(?:Ed|Inventor|Reprint Author)[^\]]*\]|(?<=[a-z]{3})\.\Z")
_MARKS = re.compile(r"(?:,? (?:M\.?D|Ph\.? ?D|MPH|MSc|BSc|RN|FACSM)\b\.?)*[\s\d,+*†‡]*\Z")
_AFTER_TITLE = re.compile(
    r"\s*\.?\s*\[(?:References|Article|Miscellaneous|Review|Erratum|Letter|Editorial)\]\.?\s*\Z"
)
_DATED = re.compile(
    r"(?P<venue>.{2,300}?) (?:[A-Z][a-z]{2,8}(?:/[A-Z][a-z]{2,8})? )?(?:19|20)\d\d;"
    r"(?P<volume>\w{1,12})(?:\((?P<issue>[^()]{1,40})\))?(?::(?P<pages>[\w-]{1,30}))?"
)
"""J Foo June 2015;58(6):688-696"""
_NUMBERED = re.compile(
    r"(?P<venue>.{2,300}?)[.,] (?:Vol\.? ?)?(?P<volume>\w{1,12}) ?\((?P<issue>[^()]{1,40}(?:\([^()]*\))?)\)"
    r"(?:.{0,60}?(?:pp\.? ?|:)(?P<pages>[A-Za-z]{0,3}\d[\w-]{0,20}))?"
)
"""J Foo. Vol.43(5), Sep 2015, pp. 623-634."""
_IN_BOOK = re.compile(
    r".{0,600}?\((?:19|20)\d\d\)\. (?P<venue>.{2,300}?)\. ?\(pp?\. ?(?P<pages>[\w-]{1,30})\)"
)
"""Berg, Anna [Ed]. (2012). Bogs in practice. (pp. 11-31). xvii, 254 pp. New York"""


class OvidReader:
    """Reads what Ovid calls its own tagged format; its RIS, EndNote and MEDLINE exports are read as such."""

    name = "ovid"
    title = "Ovid, tagged"
    suffixes = (".txt", ".cgi", ".ovid")
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "publisher",
        "doi", "pmid", "other_ids", "url", "tags", "lang", "type", "issn", "notices",
        "publication_types",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """By the vendor's name, with which every record begins."""
        return 0.96 if re.search(rb"(?:\A|\n)\s{0,3}VN\s{1,2}- Ovid", head) else 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a record."""
        yield from tagged_documents(stream, _SHAPE, _values)


def _values(tags: Tags) -> dict[str, Any]:
    first, every = tags.first, tags.all
    issns, isbns = serials(every("IS", "IT", "IB"))
    place = _linked(every("XL")) | _source(first("SO"))
    database = first("DB").lower()
    number = first("AN", "UI").rstrip(".").rpartition(": ")[2]
    medline = "medline" in database and number.isdecimal()
    full = every("FA") if len(every("FA")) == len(every("AU")) else []
    names = full or every("AU") or [name for value in every("ED") for name in value.split(";")]
    pages = first("PG") or place.get("pages", "")
    return {
        "source_id": number,
        "title": _AFTER_TITLE.sub("", first("TI")),
        "abstract": paragraphs(every("AB")),
        "authors": people(_MARKS.sub("", _ROLE.sub("", name)) for name in names),
        "year": first("YR") or parse_year(first("DP", "SO")) or "",
        "date": normal_date(first("DP")) if parse_year(first("DP")) == parse_year(first("YR")) else "",
        "venue": first("JN") or place.get("venue", ""),
        "volume": first("VO") or place.get("volume", ""),
        "issue": first("IP") or place.get("issue", ""),
        "pages": page_range("" if pages.startswith("No ") else pages),
        "publisher": first("PU", "PB").partition(";")[0],
        "doi": doi_in(every("DO", "DI"), every("XL", "UR")),
        "pmid": number if medline else first("PM"),
        "url": next(iter(every("UR", "JL")), ""),
        "other_ids": [*isbns, *([f"embase:{number}"] if "embase" in database and number.isdecimal() else [])],
        "tags": [part.strip("* ") for value in every("KW", "MH", "SH", "DE") for part in value.split(" , ")],
        "lang": first("LG").rstrip("."),
        "type": next((csl for kind in every("DT", "PT") if (csl := kind_of(kind))), "article-journal"),
        "issn": issns,
        "kinds": every("PT", "DT"),
        "publication_types": every("PT", "DT"),
    }


def _linked(links: list[str]) -> dict[str, str]:
    """The place of an article as Ovid's link resolvers (OpenURL) have it."""
    for link in links:
        query = {name: values[0] for name, values in parse_qs(link.partition("?")[2]).items()}
        if "OVID" in query.get("sid", ""):
            place = {name: query.get(name, "") for name in ("volume", "issue", "pages")}
            return {
                name: value for name, value in ({"venue": query.get("title", "")} | place).items() if value
            }
    return {}


def _source(text: str) -> dict[str, str]:
    """The place in a source of one line."""
    text = " ".join(text[:1000].split())
    match = _DATED.match(text) or _NUMBERED.match(text) or _IN_BOOK.match(text)
    parts = match.groupdict() if match else parts_of_citation(text)
    return {name: value for name, value in parts.items() if value and "[Ed" not in value}
