"""The types that every reader yields: documents, dropped fields, rejected records.

Kept free of any dependency, because every other room builds on them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

MAX_COLLECTION_NAME = 200
"""Characters that the name of a collection may have."""


@dataclass(frozen=True, slots=True)
class Document:
    """One record of one source, cleaned: plain Unicode text, math kept as ``$…$``.

    A document has a title or an abstract, or both. Absent text is ``""``, absent lists ``()``, absent numbers
    ``None``. Authors are written ``"Family, Given"`` where the source knows the parts, else as they came.
    """

    source_id: str
    title: str = ""
    abstract: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    date: str = ""  # ISO 8601, as precise as the source: "2021", "2021-03", "2021-03-09"
    venue: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    publisher: str = ""
    doi: str = ""  # bare and lower case: "10.1000/xyz"
    arxiv_id: str = ""  # bare, without version: "2101.00001", "hep-th/9901001"
    pmid: str = ""
    other_ids: tuple[str, ...] = ()  # "scheme:value": "pmcid:PMC1", "openalex:W1", "acl:P19-1001", "isbn:…"
    url: str = ""
    tags: tuple[str, ...] = ()  # author keywords, MeSH headings, arXiv categories
    lang: str = ""  # ISO 639-1
    type: str = ""  # CSL type: "article-journal", "paper-conference", "book", "thesis", …
    references: tuple[str, ...] = ()  # "doi:10…", "arxiv:…", "pmid:…", "openalex:…", or as they came
    issn: tuple[str, ...] = ()
    orcids: tuple[str, ...] = ()  # "" where an author has none; as long as authors, or empty
    open_access: str = ""  # "gold", "green", "hybrid", "bronze", "closed" or ""
    open_access_url: str = ""
    licence: str = ""
    notices: tuple[str, ...] = ()  # "retracted", "corrected", "expression of concern", "withdrawn"
    citations: int | None = None  # cited-by count as the source gives it
    collection: str = ""  # only where the record itself names one
    group_authors: tuple[str, ...] = ()  # those authors that are groups although their words do not say so
    series: str = ""  # of the book, the proceedings or the report: "Lecture Notes in Computer Science"
    # As the source names them: "Review", "Randomized Controlled Trial".
    publication_types: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()  # of the book or proceedings; its authors too where it names no others

    @property
    def retracted(self) -> bool:
        """True when a notice says that the paper must not be relied on."""
        return "retracted" in self.notices or "withdrawn" in self.notices

    def to_json(self) -> dict[str, Any]:
        """Our own JSON shape (written by ``export``, read by ``add``): absent fields are left out."""
        record: dict[str, Any] = {"id": self.source_id}
        for name, value in zip(_OTHER_FIELDS, _values_of(self), strict=True):
            if value or value == 0:
                record[name] = list(value) if isinstance(value, tuple) else value
        return record


_OTHER_FIELDS = tuple(field.name for field in fields(Document)[1:])
_values_of = attrgetter(*_OTHER_FIELDS)


@dataclass(frozen=True, slots=True)
class FieldWarning:
    """An optional field that had to be dropped, or text that was ignored; its record is kept.

    ``line`` counts from 1 and is the line (or record number, where a format has no lines) it was found at.
    """

    line: int
    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not be read, or that has neither title nor abstract."""

    line: int
    field: str
    value: str
    reason: str


Parsed = Document | FieldWarning | Rejected
"""What a reader yields, in the order of the file."""
