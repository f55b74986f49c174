"""MEDLINE tagged lines, as PubMed saves them (.nbib, "PubMed format")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.document import Parsed
from ingest.readers.parsing.reader import ReadOptions, make_document
from ingest.readers.parsing.tagged import Shape, Tags, tagged_records
from ingest.text.identifiers import normal_date, normal_doi, normal_orcid

_SHAPE = Shape(
    re.compile(r"\ufeff?([A-Z]{2,4}) {0,2}- ?(.*)$"), frozenset(("PMID",)), frozenset(), blank_ends=True
)
_TYPES = {"preprint": "article", "dataset": "dataset", "congress": "paper-conference", "book": "book"}


class NbibReader:
    """Reads what PubMed's "Save → PubMed" and "Send to → Citation manager" give."""

    name = "nbib"
    title = "PubMed .nbib"
    suffixes = (".nbib", ".txt")
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "doi", "pmid",
        "other_ids", "url", "tags", "lang", "type", "issn", "orcids", "notices", "open_access",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """By the PMID line that begins every record."""
        return 0.95 if re.search(rb"(?:\A|\n)(?:\xef\xbb\xbf)?PMID ?- ?\d", head[:8192]) else 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a record."""
        for found in tagged_records(stream, _SHAPE):
            if isinstance(found, Tags):
                yield from make_document(found.line, _values(found))
            else:
                yield found


def _values(tags: Tags) -> dict[str, Any]:
    first, every = tags.first, tags.all
    pmid = first("PMID")
    kinds = [kind.lower() for kind in every("PT")]
    notices = ["retracted"] if first("RIN") or "retracted publication" in kinds else []
    notices += ["corrected"] if first("EIN", "CRF", "RPI") else []
    notices += ["expression of concern"] if first("ECI") else []
    authors = every("FAU") or every("AU")
    pmc = first("PMC")
    return {
        "source_id": pmid,
        "pmid": pmid,
        "title": first("TI") or first("TT") or first("BTI"),
        "abstract": first("AB") or first("OAB"),
        "authors": authors + every("CN"),
        "year": first("DP") if not normal_date(first("DP")) else "",
        "date": normal_date(first("DP")) or normal_date(first("DEP")),
        "venue": first("JT", "TA"),
        "volume": first("VI"),
        "issue": first("IP"),
        "pages": first("PG"),
        "doi": next(
            (normal_doi(v) for v in every("LID", "AID", "SO") if "doi" in v.lower() and normal_doi(v)), ""
        ),
        "other_ids": [f"pmcid:{pmc}"] if pmc else [],
        "open_access": "green" if pmc else "",
        "url": f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid.isdecimal() else "",
        "tags": [re.sub(r"/.*", "", tag).replace("*", "") for tag in every("MH")] + every("OT"),
        "lang": first("LA"),
        "type": next((csl for name, csl in _TYPES.items() if name in kinds), "article-journal"),
        "issn": every("IS"),
        "orcids": [normal_orcid(v) for v in every("AUID")] if len(every("AUID")) == len(authors) else [],
        "notices": notices,
    }
