"""MEDLINE tagged lines, as PubMed and ERIC save them (.nbib, "PubMed format")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.document import Parsed
from ingest.readers.parsing.reader import ReadOptions
from ingest.readers.parsing.tagged import DASHES, Shape, Tags, tag_set, tagged_documents
from ingest.readers.parsing.tagvalues import bilingual, braced, page_range, paragraphs, people, serials
from ingest.values.dates import normal_date
from ingest.values.identifiers import normal_doi, normal_orcid

_KNOWN = tag_set(
    "AB AD AID AU AUID BTI CA CDAT CI CIN CN COI COIS CON CP CRDT CRF CRI CTDT CTI DA DCOM DDIN DEP "
    "DP DRDT DRIN ECF ECI ED EDAT EFR EIN EN ETOC FAU FED FIR FPS GN GR GS IP IR IRAD IS ISBN ISSN JID JT "
    "LA LID LR MH MHDA MID OAB OABL OCI OID ORI OT OTO OWN PB PG PHST PL PMC PMCR PMID PRIN PS PST PT "
    "PUBM RF RIN RN ROF RPF RPI RRF RRI SB SFM SI SO SPIN STAT TA TI TT UIN UOF VI VTI YR"
)
_SHAPE = Shape(
    line=re.compile(r"\ufeff?(?=.{4}-)([A-Z]{2,4}) {0,2}- ?(.*)$"),
    loose=re.compile(
        rf"[\ufeff\u200b\s]{{0,2}}([A-Z]{{2,4}}|[a-z]{{2,4}})\s{{0,3}}[{DASHES}](?:\s+(.*)|(\S.*))?$"
    ),
    known=_KNOWN,
    starts=tag_set("PMID OWN"),
    ends=frozenset(),
    titles=tag_set("TI BTI"),
    telling=tag_set("TI BTI TT CTI AB OAB FAU AU"),
    blank_ends=True,
)
_SIGNS = tag_set("PMID OWN FAU JT DP LID PG VI IP TA MH OT AID STAT OID BTI")
_TYPES = {
    "preprint": "article", "dataset": "dataset", "congress": "paper-conference", "book": "book",
    "books": "book", "guidebook": "book", "dissertations/theses": "thesis", "academic dissertation": "thesis",
    "speeches/meeting papers": "paper-conference", "reports": "report", "technical report": "report",
    "collected works - proceedings": "book",
}  # fmt: skip


class NbibReader:
    """Reads what PubMed's "Save → PubMed" and "Send to → Citation manager" give, and ERIC's export."""

    name = "nbib"
    title = "PubMed .nbib"
    suffixes = (".nbib", ".txt")
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "publisher",
        "doi", "pmid", "other_ids", "url", "tags", "lang", "type", "issn", "orcids", "notices", "open_access",
        "publication_types", "editors", "series", "group_authors",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """By the PMID line that begins PubMed's records, else by lines most of which have its tags."""
        if re.search(rb"(?:\A|\n)(?:\xef\xbb\xbf)?PMID ?-(?: |\xc2\xa0)?\d", head):
            return 0.95
        share, tags = _SHAPE.likeness(head)
        enough = tags & _SHAPE.titles and len(tags & _SIGNS) > 1 and "TY" not in tags
        return 0.84 if enough and share > 0.6 else 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a record."""
        yield from tagged_documents(stream, _SHAPE, medline_values)


def medline_values(tags: Tags) -> dict[str, Any]:
    """The loose values of one record."""
    first, every = tags.first, tags.all
    pmid, eric = first("PMID").partition("\n")[0].strip(), first("OID")  # behind it: a line out of shape
    kinds = [kind.lower() for kind in every("PT")]
    authors = people(_authors(tags))
    authors = [name for name in authors if name.lower() not in ("and others", "others")]
    editors = people(every("FED") or every("ED"))
    issns, isbns = serials(every("IS", "ISSN", "ISBN"))
    dated = first("DP") or first("YR")
    pmc = first("PMC")
    links = [link for link in every("LID", "AID", "SO") if link.startswith(("http:", "https:"))]
    title, translated = first("TI"), first("TT", "VTI")
    return {
        "source_id": pmid or eric,
        "pmid": pmid,
        "title": bilingual(title, translated) or first("BTI"),
        "abstract": paragraphs(every("AB", "OAB")),
        "authors": authors or editors,
        "editors": editors,
        "group_authors": [*every("CN"), *braced(every("FAU", "AU"))],
        "year": dated if not normal_date(dated) else "",
        "date": normal_date(dated) or normal_date(first("DEP")),
        "venue": first("JT", "TA") or (first("BTI") if title else ""),
        "series": first("CTI"),
        "volume": first("VI"),
        "issue": first("IP"),
        "pages": page_range(first("PG"), number=_article_number(every("LID", "AID"))),
        "publisher": first("PB"),
        "doi": next(
            (normal_doi(v) for v in every("LID", "AID", "SO") if "doi" in v.lower() and normal_doi(v)), ""
        ),
        "other_ids": [*isbns, *([f"pmcid:{pmc}"] if pmc else []), *([f"eric:{eric}"] if eric else [])],
        "open_access": "green" if pmc else "",
        "url": f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid.isdecimal() else next(iter(links), ""),
        "tags": [re.sub(r"/.*", "", tag).replace("*", "") for tag in every("MH")] + every("OT"),
        "lang": first("LA"),
        "type": _type(tags, kinds),
        "issn": issns,
        "orcids": _orcids(tags, len(authors)),
        "notices": _notices(tags),
        "kinds": kinds,
        "publication_types": every("PT"),
    }


def _authors(tags: Tags) -> list[str]:
    """The names in the record's order, in full where they are so given; an author without a full name has
    the short one alone."""
    if len(tags.all("AU")) <= len(tags.all("FAU")):
        return tags.in_order("FAU", "CN")
    names: list[str] = []
    in_full = 0  # names in full whose short ones are still to come
    for tag, value in tags.marked("FAU", "AU", "CN"):
        if tag == "AU" and in_full:
            in_full -= 1
        else:
            names.append(value)
            in_full += tag == "FAU"
    return names


def _orcids(tags: Tags, authors: int) -> list[str]:
    """The ORCIDs, each behind the author that it is of."""
    orcids: list[str] = []
    for tag, value in tags.marked("FAU" if tags.has(("FAU",)) else "AU", "CN", "AUID"):
        if tag != "AUID":
            orcids.append("")
        elif orcids and (orcid := normal_orcid(value)):
            orcids[-1] = orcid
    return orcids if len(orcids) == authors else []


def _type(tags: Tags, kinds: list[str]) -> str:
    if tags.first("BTI"):
        return "chapter" if tags.first("TI") else "book"
    if any(kind.startswith("journal article") for kind in kinds):
        return "article-journal"
    named = next((csl for name, csl in _TYPES.items() if any(kind.startswith(name) for kind in kinds)), "")
    return (
        "article-journal"
        if named in ("", "report") and tags.first("VI", "TA", "PMID", "JT")
        else named or "article"
    )


def _notices(tags: Tags) -> list[str]:
    notices = ["retracted"] if tags.first("RIN") or "Retracted Publication" in tags.all("PT") else []
    notices += ["corrected"] if tags.first("EIN", "CRF", "RPI") else []
    return notices + (["expression of concern"] if tags.first("ECI") else [])


def _article_number(identifiers: list[str]) -> str:
    """The publisher's number of an article, as PubMed itself cites one that has no pages yet."""
    numbers = [value.partition("[pii]")[0].strip() for value in identifiers]
    known = [number for number in numbers if re.fullmatch(r"[\w().-]{1,30}", number)]
    return next(iter(sorted(known, key=_is_elseviers)), "")


def _is_elseviers(number: str) -> bool:
    """Whether a number says the journal and the year besides: "S0140-6736(20)30183-5"."""
    return "(" in number
