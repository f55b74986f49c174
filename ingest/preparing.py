"""What is worked out of a document before the library sees it; runs in the processes of an ``add``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ingest.analysis import analyzer
from ingest.document import Document
from ingest.duplicates import band_keys, citation_keys, exact_keys
from ingest.language import detect, plainly_english


class Prepared(NamedTuple):
    """What is stored beside a document."""

    lang: str
    title_forms: str
    abstract_forms: str
    exact: list[tuple[int, str]]
    bands: list[int]
    cited: list[int]


def prepare(records: Sequence[Document]) -> list[Prepared]:
    """Analyse documents: language, forms, keys."""
    joined = analyzer().joined
    forms = [(joined(document.title), joined(document.abstract)) for document in records]
    bands = band_keys(forms)
    return [
        Prepared(
            _language(document, title, abstract),
            title,
            abstract,
            exact_keys(document),
            keys,
            citation_keys(document),
        )
        for document, (title, abstract), keys in zip(records, forms, bands, strict=True)
    ]


def _language(document: Document, title: str, abstract: str) -> str:
    """The language of the text that is stored: PubMed names the article's, whose abstract is in English."""
    forms = f"{title} {abstract[:500]}".split()
    if document.lang and not (document.lang != "en" and plainly_english(forms)):
        return document.lang
    return detect(f"{document.title} {document.abstract[:400]}", forms)
