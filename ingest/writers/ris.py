"""RIS as EndNote, Zotero and Mendeley read it: tags of 2011, without notes of ours.

It has no tags for what a paper cites, for ORCIDs and for licences: JSON lines, BibTeX and CSV keep them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ingest.citation_keys import UniqueKeys
from ingest.document import Document
from ingest.readers.parsing import extras
from ingest.writers.work import (
    Work,
    authors_of,
    date_parts,
    editors_of,
    in_one_line,
    kind_of,
    numbers_of,
    page_range,
)

_KINDS = {
    "article-journal": "JOUR", "review": "JOUR", "review-book": "JOUR", "article-magazine": "MGZN",
    "article-newspaper": "NEWS", "paper-conference": "CPAPER", "book": "BOOK", "collection": "BOOK",
    "chapter": "CHAP", "entry-encyclopedia": "ENCYC", "entry-dictionary": "DICT", "thesis": "THES",
    "report": "RPRT", "manuscript": "UNPB", "pamphlet": "PAMP", "webpage": "ELEC", "post": "BLOG",
    "post-weblog": "BLOG", "patent": "PAT", "dataset": "DATA", "software": "COMP", "periodical": "SER",
    "legal_case": "CASE", "legislation": "STAT", "standard": "STAND", "map": "MAP", "speech": "SLIDE",
    "article": "UNPB",
}  # fmt: skip
_JOURNALS = ("JOUR", "MGZN", "NEWS")
_PARTS = ("CHAP", "CPAPER", "ENCYC", "DICT")
"""Kinds whose editors are those of the book that they are in."""


def pieces(works: Iterable[Work]) -> Iterator[str]:
    """One record a paper."""
    keys = UniqueKeys()
    for work in works:
        values = [("ID", keys.give(work.wanted_key)), *_values(work)]
        kind = _kind(work.document)
        lines = [f"{tag}  - {line}" for tag, value in values if (line := in_one_line(value))]
        yield "\r\n".join([f"TY  - {kind}", *lines, "ER  - ", "", ""])


def _kind(document: Document) -> str:
    kind = kind_of(document)
    bare = kind == "article" and not (document.arxiv_id or document.doi or document.venue)
    return "GEN" if bare else _KINDS.get(kind, "GEN")


def _values(work: Work) -> Iterator[tuple[str, str]]:
    document, kind = work.document, _kind(work.document)
    yield "TI", document.title
    yield from (("AU", name.inverted) for name in authors_of(document))
    yield from (("A2" if kind in _PARTS else "ED", name.inverted) for name in editors_of(document))
    date = date_parts(document)
    yield "PY", str(date[0]) if date else ""
    yield "DA", _date(date) if len(date) > 1 else ""
    yield "T2", document.venue
    yield "JF", document.venue if kind in _JOURNALS else ""
    yield "T3", document.series
    yield "VL", document.volume
    yield "IS", document.issue
    first, last = page_range(document)
    yield "SP", first
    yield "EP", last
    yield "PB", document.publisher
    yield "M3", "Preprint" if kind_of(document) == "article" and kind == "UNPB" else ""
    yield from (("M3", kind) for kind in document.publication_types)
    yield "DO", document.doi
    yield from (("UR", url) for url in _links(document))
    yield from (("SN", serial) for serial in (*document.issn, *numbers_of(document, "isbn")))
    yield from (("KW", tag) for tag in document.tags)
    yield "LA", document.lang
    if document.pmid:
        yield "AN", document.pmid
        yield "DB", "PubMed"
    yield from (("C2", number) for number in numbers_of(document, "pmcid"))
    yield "AB", document.abstract
    yield "N1", "; ".join(document.notices).capitalize()
    yield from (("N1", note) for note in work.notes)
    if work.collections:
        yield "N1", f"litatlas-collection: {extras.joined(work.collections)}"


def _date(parts: list[int]) -> str:
    """``YYYY/MM/DD/``, empty where a part is not known."""
    return "/".join([*(f"{part:02}" for part in parts), *[""] * (4 - len(parts))])


def _links(document: Document) -> list[str]:
    """The paper's address, and arXiv's where that is not the same."""
    links = [document.url] if document.url else []
    if document.arxiv_id and document.arxiv_id not in document.url:
        links.append(f"https://arxiv.org/abs/{document.arxiv_id}")
    return links
