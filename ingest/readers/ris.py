"""RIS, as every reference manager and publisher exports it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.document import Parsed
from ingest.readers.parsing import extras
from ingest.readers.parsing.reader import ReadOptions, make_document
from ingest.readers.parsing.tagged import Shape, Tags, tagged_records
from ingest.text.identifiers import normal_arxiv_id, normal_date, normal_doi

_SHAPE = Shape(
    re.compile(r"\ufeff?\s{0,3}([A-Z][A-Z0-9])\s{1,2}-(?:\s(.*))?$"),
    frozenset(("TY",)),
    frozenset(("ER",)),
    listed=frozenset(("KW", "AU")),
)
TYPES = {
    "JOUR": "article-journal", "JFULL": "article-journal", "EJOUR": "article-journal",
    "CONF": "paper-conference", "CPAPER": "paper-conference", "BOOK": "book", "EBOOK": "book",
    "EDBOOK": "book", "CHAP": "chapter", "ECHAP": "chapter", "THES": "thesis", "RPRT": "report",
    "UNPB": "manuscript", "UNPD": "manuscript", "MGZN": "article-magazine", "NEWS": "article-newspaper",
    "PAT": "patent", "DATA": "dataset", "ELEC": "webpage", "WEB": "webpage", "COMP": "software",
    "ENCYC": "entry-encyclopedia", "DICT": "entry-dictionary", "GEN": "article", "INPR": "article-journal",
    "ABST": "article-journal", "PAMP": "pamphlet", "SER": "book", "PREPRINT": "article",
}  # fmt: skip


class RisReader:
    """Reads RIS; a record without ER ends where the next begins."""

    name = "ris"
    title = "RIS"
    suffixes = (".ris",)
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "publisher",
        "doi", "arxiv_id", "pmid", "other_ids", "url", "tags", "lang", "type", "issn", "notices",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """By its first tag, which is always TY."""
        return (
            0.95 if re.search(rb"(?:\A|\n)(?:\xef\xbb\xbf)?\s{0,3}TY  ?- ?[A-Z]{3,8}", head[:8192]) else 0.0
        )

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a record."""
        for found in tagged_records(stream, _SHAPE):
            if isinstance(found, Tags):
                yield from make_document(found.line, _values(found))
            else:
                yield found


def _values(tags: Tags) -> dict[str, Any]:
    first, every = tags.first, tags.all
    kind = first("TY").upper()
    title = first("TI", "T1", "CT") or first("BT", "T2")
    start, end = first("SP"), first("EP")
    serial = re.findall(r"[\dXx-]{8,17}", first("SN"))
    date = first("DA") or first("PY", "Y1")
    database = first("DB").lower()
    identifier = first("AN")
    raw: dict[str, Any] = {
        "source_id": first("ID") or identifier or first("LB"),
        "title": title,
        "abstract": first("AB", "N2"),
        "authors": every("AU", "A1") or every("A2", "ED"),
        "year": first("PY", "Y1") or first("DA"),
        "date": date.split("/")[0] if date.endswith("///") else normal_date(date.rstrip("/")),
        "venue": next((v for v in every("JF", "T2", "JO", "JA", "J2", "BT", "T3") if v != title), ""),
        "volume": first("VL"),
        "issue": first("IS", "CP"),
        "pages": f"{start}-{end}" if start and end and end != start and "-" not in start else start,
        "publisher": first("PB"),
        "doi": first("DO") or normal_doi(first("M3")) or normal_doi(first("UR")),
        "pmid": identifier if "pubmed" in database or "medline" in database else "",
        "arxiv_id": next(
            (found for u in every("UR", "L1") if "arxiv.org" in u and (found := normal_arxiv_id(u))), ""
        ),
        "url": first("UR", "L2", "LK"),
        "tags": every("KW"),
        "lang": first("LA"),
        "type": TYPES.get(kind, "article"),
        "issn": [s for s in serial if len(s.replace("-", "")) == 8],
        "other_ids": [f"isbn:{s}" for s in serial if len(s.replace("-", "")) in (10, 13)]
        + ([f"pmcid:{first('C2')}"] if first("C2").upper().startswith("PMC") else []),
    }
    extras.from_notes(raw, every("N1"))
    return raw
