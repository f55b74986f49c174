"""Web of Science: the tagged export and the tab-delimited one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from ingest.document import Parsed
from ingest.readers.parsing.reader import ReadOptions, make_document
from ingest.readers.parsing.tagged import Shape, tag_set, tagged_documents
from ingest.readers.parsing.tagvalues import date_of, orcids_of, other_ids, page_range, people, serials
from ingest.readers.table import rows
from ingest.values.dates import normal_date
from ingest.values.identifiers import normal_doi

_LISTED = tag_set("AU AF CR BE BA BF CA GP")
_SHAPE = Shape(
    line=re.compile(r"\ufeff?(FN|VR|PT|ER|EF)(?: (.*)|)$"),
    loose=re.compile(r"\ufeff?([A-Z][A-Z0-9])(?!\s{1,2}-(?:\s|$))(?:[ \t\xa0](.*)|)$"),
    known=tag_set(
        "AB AF AN AR AU BA BE BF BN BP BS C1 C3 CA CC CL CR CT CY D2 DA DE DI DT EA EF EI EM EP ER ES FN "
        "FU FX GA GE GP GR HC HO HP ID IS J9 JI LA LS LT MA MC MI MQ NR OA OI PA PD PG PI PM PN PR PS PT "
        "PU PY RC RI RP SC SE SI SN SO SP SU TA TC TI TM U1 U2 UT VL VR WC WE WP Z9 Z1 Z2 Z8 ZB ZR ZS"
    ),
    starts=tag_set("PT"),
    ends=tag_set("ER EF"),
    titles=tag_set("TI"),
    telling=tag_set("TI AB AU CA BE"),
    header=tag_set("FN VR"),
    listed=_LISTED,
)
_OFTEN = tag_set("AU AF SO PY UT DT AB VL BP")
_TYPES = (
    ("proceedings paper", "paper-conference"), ("book chapter", "chapter"), ("book review", "review-book"),
    ("book", "book"), ("data paper", "article-journal"), ("article", "article-journal"),
    ("review", "article-journal"),
)  # fmt: skip
_NUMBER_ALONE = re.compile(r"UT (?:WOS|ISI):\S{1,40}\Z")
"""What stands for a title where lines were lost."""
_OPEN = ("gold", "hybrid", "bronze", "green")
_FIELDS = (
    "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "publisher", "doi",
    "pmid", "other_ids", "tags", "lang", "type", "references", "issn", "notices", "citations", "open_access",
    "editors", "orcids", "series", "publication_types",
)  # fmt: skip


class WosReader:
    """Reads two-letter tags with indented continuation lines."""

    name = "wos"
    title = "Web of Science, tagged"
    suffixes = (".ciw", ".isi", ".txt")
    fields = _FIELDS

    def sniff(self, head: bytes, _name: str) -> float:
        """By its file header, or by lines most of which have its tags."""
        if re.search(rb"\A(?:\xef\xbb\xbf)?\s*FN[ \t](?:Clarivate|Thomson|ISI)", head):
            return 0.98
        share, tags = _SHAPE.likeness(head)
        if share <= 0.6 or not tags & {"PT", "TI"} or tags & {"TY", "RT", "T1"}:
            return 0.0
        return 0.8 if {"PT", "TI"} <= tags else 0.6 if len(tags & _OFTEN) > 2 else 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a record."""
        yield from tagged_documents(stream, _SHAPE, lambda tags: _values(tags.first, tags.all))


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
                return [part for value in values for part in re.split(r";\s*", value)] if lists else values

            def first(*tags: str, every: Callable[..., list[str]] = every) -> str:
                return next(iter(every(*tags)), "")

            yield from make_document(line, _values(first, every))


def _values(first: Callable[..., str], every: Callable[..., list[str]]) -> dict[str, Any]:
    kinds = first("DT").lower()
    words = [tag for value in every("DE", "ID") for tag in re.split(r";\s*", " ".join(value.split()))]
    issns, isbns = serials(every("SN", "EI", "BN", "EB"))
    authors = [*(every("AF") or every("AU")), *every("CA")] or people(every("BF") or every("BA"))
    groups = every("CA") if authors else every("GP")  # the group that a book or its proceedings are by
    return {
        "source_id": first("UT"),
        "title": "" if _NUMBER_ALONE.match(first("TI")) else first("TI"),
        "abstract": first("AB"),
        "authors": authors or groups,
        "orcids": orcids_of(authors, "; ".join(every("OI"))),
        "editors": people(every("BE") or every("ED")),
        "group_authors": groups,
        "year": first("PY") or first("EY"),
        "date": date_of(first("PY"), first("PD").title())
        if first("PY")
        else normal_date(first("EA").title()),
        "venue": first("SO", "CT"),
        "series": first("SE"),
        "volume": first("VL"),
        "issue": first("IS"),
        "pages": page_range(first("BP"), first("EP"), first("PS", "AR")),
        "publisher": first("PU"),
        "doi": first("DI", "D2"),
        "pmid": first("PM"),
        "other_ids": other_ids(isbns=isbns, wos=first("UT")),
        "tags": words,
        "lang": first("LA"),
        "type": _type(first("PT"), kinds),
        "references": [f"doi:{doi}" if (doi := normal_doi(cited)) else cited for cited in every("CR")],
        "issn": issns,
        "open_access": next((kind for kind in _OPEN if kind in first("OA").lower()), ""),
        "kinds": [kinds],
        "publication_types": [kind.strip() for kind in first("DT").split(";")],
        "citations": first("TC", "Z9"),
    }


def _type(publication: str, kinds: str) -> str:
    """The CSL type of WoS's publication type (one letter) and document types."""
    named = next((csl for name, csl in _TYPES if name in kinds), "")
    letter = publication[:1].upper()
    if letter == "C":
        return "paper-conference"
    if letter == "P":
        return "patent"
    if letter in ("B", "S") and named in ("", "article-journal"):
        return "chapter" if named or letter == "S" else "book"
    return named or "article-journal"
