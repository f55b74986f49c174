"""RIS, as every reference manager and publisher exports it, and as people and programs bend it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.document import Parsed
from ingest.readers.parsing import extras
from ingest.readers.parsing.kinds import kind_of
from ingest.readers.parsing.reader import ReadOptions
from ingest.readers.parsing.tagged import DASHES, Shape, Tags, tag_set, tagged_documents
from ingest.readers.parsing.tagvalues import (
    article_number,
    arxiv_id_in,
    bilingual,
    braced,
    date_of,
    doi_in,
    orcids_behind,
    other_ids,
    page_range,
    paragraphs,
    people,
    pmid_in,
    serials,
)
from ingest.values.dates import parse_year
from ingest.values.identifiers import normal_doi
from ingest.values.literal_lists import unlisted

_KNOWN = tag_set(
    "A1 A2 A3 A4 A5 A6 AB AD AN AU AV BN BT C1 C2 C3 C4 C5 C6 C7 C8 CA CL CN CP CR CT CY DA DB DI DO "
    "DP DS ED ER ET FD H1 H2 ID IS J1 J2 JA JF JO K1 KW L1 L2 L3 L4 LA LB LK M1 M2 M3 N1 N2 NO NV OP "
    "PB PP PY RI RN RP SE SF SL SN SP EP ST PU T1 T2 T3 TA TI TT TY U1 U2 U3 U4 U5 UR VL VO Y1 Y2 YR "
    "PMID PMCID DOI"
)
SHAPE = Shape(
    line=re.compile(r"\ufeff?\s{0,8}([A-Z][A-Z0-9])\s\s-(?:\s(.*))?$"),
    loose=re.compile(
        rf"[\ufeff\u200b\s>]{{0,8}}([A-Z][A-Z0-9]|PMID|PMCID|DOI|[a-z][a-z0-9])(?:\s{{1,4}}|(?=[{DASHES}]\s*$))"
        rf"[{DASHES}]{{1,2}}(?:\s+(.*)|(?<=\s\s-)(\S.*))?$"
    ),
    known=_KNOWN,
    starts=tag_set("TY"),
    ends=tag_set("ER"),
    titles=tag_set("TI T1 CT"),
    telling=tag_set("TI T1 CT BT AB N2 AU A1"),
    listed=tag_set("KW AU A1"),
    abstracts=tag_set("AB N2"),
    tight=re.compile(r"\s{0,8}([A-Z][A-Z0-9])-\s{0,4}(.*)$"),
    tight_start=re.compile(r"[\ufeff\s]{0,8}TY-[A-Z]{3,8}\s*$"),
)
_CITED = re.compile(r"\bCited By:? (\d{1,7})\b")  # Scopus
_SUBHEADING = re.compile(
    r"/[a-z]{2}(?:, ?[a-z]{2}){0,9} \[[^\[\]]{1,200}\]\Z"
)  # Ovid: "Asthma/et [Etiology]"
_LONG_NUMBER = re.compile(r"e?\d{5,9}")  # no issue has such a number
_NUMBERED = ("article-journal", "paper-conference", "article-magazine")  # EndNote has their issue in M1
_OWN = tag_set("TY ER T1 A1 PY Y1 JF JO JA T2 VL SP EP KW N2 UR DO SN N1 PB M3 ID")
"""Tags that RIS has and MEDLINE, which looks much the same, has not or seldom."""
_MEDLINE = tag_set("VI IP PG DP JT TA LID FAU OWN MH OT PMID PT")
TYPES = {
    "JOUR": "article-journal", "JFULL": "article-journal", "EJOUR": "article-journal",
    "CONF": "paper-conference", "CPAPER": "paper-conference", "BOOK": "book", "EBOOK": "book",
    "EDBOOK": "book", "CHAP": "chapter", "ECHAP": "chapter", "THES": "thesis", "RPRT": "report",
    "UNPB": "manuscript", "UNPD": "manuscript", "MGZN": "article-magazine", "NEWS": "article-newspaper",
    "PAT": "patent", "DATA": "dataset", "ELEC": "webpage", "WEB": "webpage", "COMP": "software",
    "ENCYC": "entry-encyclopedia", "DICT": "entry-dictionary", "GEN": "article", "INPR": "article-journal",
    "ABST": "article-journal", "PAMP": "pamphlet", "SER": "book", "PREPRINT": "article",
    "BLOG": "post-weblog",
    "GOVDOC": "report", "STAND": "standard", "AGGR": "dataset", "MANSCPT": "manuscript", "EQUA": "figure",
}  # fmt: skip


class RisReader:
    """Reads RIS; a record without ER ends where the next begins."""

    name = "ris"
    title = "RIS"
    suffixes = (".ris",)
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "publisher",
        "doi", "arxiv_id", "pmid", "other_ids", "url", "tags", "lang", "type", "issn", "notices",
        "editors", "series", "publication_types", "citations", "orcids", "group_authors",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """By TY at the start of a line, else by lines most of which have its tags."""
        if re.search(rb"(?:\A|\n)(?:\xef\xbb\xbf)?\s{0,8}TY(?:  ?- ?[A-Z]{3,8}\b|-[A-Z]{3,8}\s)", head):
            return 0.97
        share, tags = SHAPE.likeness(head)
        if "TY" in tags and share > 0.3 and len(tags) > 2:
            return 0.93
        like_ris = len(tags & _OWN) - len(tags & _MEDLINE)
        return 0.85 if tags & SHAPE.titles and share > 0.6 and len(tags) > 2 and like_ris > 0 else 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a record."""
        yield from tagged_documents(stream, SHAPE, ris_values)


def ris_values(tags: Tags) -> dict[str, Any]:
    """The loose values of one record."""
    first, every = tags.first, tags.all
    kind = TYPES.get(first("TY").upper(), "") or kind_of(first("TY")) or "article"
    if kind == "manuscript" and first("M3").lower() == "preprint":
        kind = "article"
    title = first("TI", "T1", "CT") or first("BT", "T2")
    issns, isbns = serials(every("SN", "BN"))
    dated = next((value for value in every("PY", "Y1", "YR") if parse_year(value)), first("PY", "Y1", "YR"))
    notes, links = every("N1", "NO"), every("UR", "L2", "LK", "L1", "L3")
    named = _authors(tags)
    authors = people(named)
    raw: dict[str, Any] = {
        "source_id": first("ID", "AN", "LB"),
        "title": bilingual(title, first("TT")),
        "abstract": paragraphs(every("AB", "N2")),
        "authors": authors,
        "orcids": orcids_behind(named, len(authors)),
        "group_authors": braced([*named, *every("A2", "ED")]),
        "editors": people(tags.in_order("A2", "ED")),
        "year": dated or first("DA"),
        "date": date_of(dated, first("DA", "FD") or dated),
        "venue": next((v for v in every(*_venues(kind)) if v != title), ""),
        "series": first("T3"),
        "volume": first("VL", "VO"),
        "issue": first("IS") or _short(first("CP")) or (_short(first("M1")) if kind in _NUMBERED else ""),
        "pages": page_range(first("SP"), first("EP", "OP"), _article_number(tags, notes)),
        "publisher": first("PB", "PU"),
        "doi": doi_in(every("DO", "DI", "DOI", "M3"), (*links, *notes)) or _doi_of_links(links),
        "pmid": _pmid(tags, links, notes),
        "arxiv_id": arxiv_id_in((*links, *notes, *every("JO", "JF", "T2", "AN", "M1", "DO"))),
        "url": _url(every("UR", "L2", "LK", "L1")),
        "tags": _tags(every("KW", "K1")),
        "lang": first("LA"),
        "type": kind,
        "issn": issns,
        "other_ids": other_ids(
            isbns=isbns, pmc=first("C2", "PMCID"), wos=first("AN", "UT"), texts=(*links, *notes)
        ),
        "kinds": every("M3", "TY"),
        "publication_types": [kind for kind in every("M3") if not normal_doi(kind) and kind != "Preprint"],
        "notes": [*notes, *every("RN")],
    }
    if cited := next(filter(None, map(_CITED.search, notes)), None):
        raw["citations"] = cited[1]
    extras.from_notes(raw, every("N1"))
    return raw


def _venues(kind: str) -> tuple[str, ...]:
    if kind in ("chapter", "paper-conference"):
        return ("BT", "T2", "C3", "JF", "JO", "JA")
    return ("JF", "T2", "JO", "JA", "J2", "J1", "BT", "C3")


def _authors(tags: Tags) -> list[str]:
    """The authors in the record's order, whichever of their two tags they have."""
    every = tags.all
    primary, plain = every("A1"), every("AU")
    if not primary or not plain:
        return primary or plain or ([] if every("A2", "ED") else every("A3", "A4"))
    # Some exports say all of them twice, once under each tag.
    if set(primary) <= set(plain) or set(plain) <= set(primary):
        return max(plain, primary, key=len)
    return tags.in_order("A1", "AU")


def _short(value: str) -> str:
    return value if len(value) <= 12 and not _LONG_NUMBER.fullmatch(value) else ""


def _article_number(tags: Tags, notes: list[str]) -> str:
    """The number of an article without pages, also where it stands in the place of an issue or a section."""
    number = tags.first("C7", "M7", "AR") or article_number(notes)
    return number or next((value for value in tags.all("M1", "SE") if _LONG_NUMBER.fullmatch(value)), "")


def _doi_of_links(links: list[str]) -> str:
    return next((doi for link in links if (doi := normal_doi(link))), "")


def _pmid(tags: Tags, links: list[str], notes: list[str]) -> str:
    if tags.first("PMID"):
        return tags.first("PMID")
    database, number = tags.first("DB", "DP").lower(), tags.first("AN")
    if number.isdecimal() and ("pubmed" in database or "medline" in database):
        return number
    custom = tags.first("C2")  # Scopus puts the number of PubMed here, EndNote that of PubMed Central
    if custom.isdecimal() and 7 <= len(custom) <= 8:
        return custom
    return pmid_in((*links, *notes))


def _url(values: list[str]) -> str:
    """The first address; Web of Science's own "<Go to ISI>" is none."""
    addresses = [word for value in values for word in re.split(r"[;\s]+(?=https?:)", value)]
    return next((address for address in addresses if re.match(r"https?:|ftp:|www\.", address)), "")


def _tags(values: list[str]) -> list[str]:
    """Keywords; a single line of them is split at its separators."""
    values = [
        (_SUBHEADING.sub("", value) if value.endswith("]") else value).removeprefix("*")
        for value in unlisted(values)
    ]
    if len(values) == 1 and ";" not in values[0] and values[0].count(",") >= 2:
        return values[0].split(",")
    return [part for value in values for part in value.split(";")]
