"""What is worked out of a document before the library sees it; runs in the processes of an ``add``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.analysis import analyzer
from ingest.document import Document
from ingest.duplicates import band_keys, exact_keys
from ingest.keys import citation_keys
from ingest.language import detect
from ingest.records import record_of


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document with all that is stored beside it."""

    document: Document
    fingerprint: int  # of the record as its source gave it
    record: str
    title_forms: str
    abstract_forms: str
    exact: list[tuple[int, str]]
    bands: list[int]
    cited: list[int]


def prepare(items: Sequence[tuple[Document, int]]) -> list[Prepared]:
    """Analyse documents that come with their fingerprints: language, forms, keys."""
    joined = analyzer().joined
    forms = [(joined(document.title), joined(document.abstract)) for document, _ in items]
    bands = band_keys(forms)
    return [
        _prepared(document, print_, title, abstract, keys)
        for (document, print_), (title, abstract), keys in zip(items, forms, bands, strict=True)
    ]


def _prepared(document: Document, fingerprint: int, title: str, abstract: str, bands: list[int]) -> Prepared:
    if not document.lang:
        text = f"{document.title} {document.abstract[:400]}"
        document = replace(document, lang=detect(text, f"{title} {abstract[:600]}".split()))
    exact, cited = exact_keys(document), citation_keys(document)
    return Prepared(document, fingerprint, record_of(document), title, abstract, exact, bands, cited)
