"""Crossref's REST answers: one work, a page of works, or one work a line (as in its yearly data file)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.document import Parsed
from ingest.readers.csljson import date_of
from ingest.readers.parsing.jsonpeople import UNREAD, json_document, json_people
from ingest.readers.parsing.jsonrecords import json_keys, json_records
from ingest.readers.parsing.reader import ReadOptions, as_list, as_text
from ingest.values.identifiers import isbns_in, normal_doi

TYPES = {
    "journal-article": "article-journal", "proceedings-article": "paper-conference", "book": "book",
    "monograph": "book", "edited-book": "book", "reference-book": "book", "book-chapter": "chapter",
    "book-section": "chapter", "book-part": "chapter", "dissertation": "thesis", "report": "report",
    "posted-content": "article", "dataset": "dataset", "peer-review": "review", "proceedings": "book",
    "reference-entry": "entry", "standard": "standard", "software": "software", "preprint": "article",
    "letter": "article-journal", "editorial": "article-journal", "erratum": "article-journal",
    "article": "article-journal", "review": "article-journal", "paratext": "document",
    "book-review": "review-book",
}  # fmt: skip
_UPDATES = {
    "retraction": "retracted", "withdrawal": "withdrawn", "removal": "withdrawn",
    "partial_retraction": "retracted", "correction": "corrected", "corrigendum": "corrected",
    "erratum": "corrected", "expression_of_concern": "expression of concern",
}  # fmt: skip


class CrossrefReader:
    """Reads works with JATS abstracts."""

    name = "crossref"
    title = "Crossref JSON"
    suffixes = (".json", ".jsonl")
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "publisher",
        "doi", "url", "tags", "lang", "type", "references", "issn", "orcids", "notices", "licence",
        "citations", "other_ids", "editors", "series",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """By the keys that only Crossref's works have."""
        keys = json_keys(head)
        return (
            0.95
            if "DOI" in keys
            and keys & {"is-referenced-by-count", "reference-count", "message-type", "indexed"}
            else 0.0
        )

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a work."""
        for line, record in json_records(stream):
            if isinstance(record, dict):
                yield from json_document(line, crossref_record(record))
            else:
                yield record


def crossref_record(work: dict[str, Any]) -> dict[str, Any]:
    """The loose values of one work."""
    get = work.get
    dates = (
        get("published"),
        get("published-print"),
        get("published-online"),
        get("issued"),
        get("posted"),
    )  # not "created": the day the DOI was registered
    title = as_text(get("title")) or as_text(get("original-title"))
    subtitle = as_text(get("subtitle"))
    editors, alone = json_people(get("editor")), not get("author")
    authors = editors if alone else json_people(get("author"))
    licences = [as_text(entry.get("URL")) for entry in get("license") or () if isinstance(entry, dict)]
    return {
        "source_id": as_text(get("DOI")),
        "title": f"{title}: {subtitle}"
        if title and subtitle and subtitle.lower() not in title.lower()
        else title,
        "abstract": get("abstract"),
        "authors": authors.names,
        "editors": editors.names,
        "orcids": authors.orcids,
        UNREAD: authors.unread if alone else authors.unread + editors.unread,
        "date": next((date for value in dates if (date := date_of(value))), ""),
        **_place(work),
        "volume": get("volume"),
        "issue": get("issue"),
        "pages": get("page") or get("article-number"),
        "publisher": get("publisher"),
        "doi": get("DOI"),
        "url": get("URL"),
        "tags": as_list(get("subject")),
        "lang": get("language"),
        "type": TYPES.get(as_text(get("type")), "article"),
        "references": [
            cited for entry in get("reference") or () if isinstance(entry, dict) and (cited := _cited(entry))
        ],
        "issn": as_list(get("ISSN")),
        "other_ids": [f"isbn:{isbn}" for value in as_list(get("ISBN")) for isbn in isbns_in(value)],
        "notices": _notices(work),
        "licence": next(filter(None, licences), ""),
        "citations": get("is-referenced-by-count"),
    }


def _place(work: dict[str, Any]) -> dict[str, str]:
    """Where it appeared; of two containers of a chapter or a conference paper the first is the series."""
    containers = as_list(work.get("container-title"))
    if len(containers) > 1 and TYPES.get(as_text(work.get("type"))) in ("chapter", "paper-conference"):
        return {"series": containers[0], "venue": containers[1]}
    event = work.get("event")
    meeting = as_text(event.get("name")) if isinstance(event, dict) else ""
    return {"venue": next(iter(containers), meeting)}


def _cited(entry: dict[str, Any]) -> str:
    if doi := normal_doi(entry.get("DOI")):
        return f"doi:{doi}"
    parts = (
        as_text(entry.get(key))
        for key in ("author", "year", "article-title", "volume-title", "journal-title")
    )
    return as_text(entry.get("unstructured")) or ". ".join(filter(None, parts))


def _notices(work: dict[str, Any]) -> list[str]:
    updates = work.get("updated-by")
    kinds = (
        [as_text(update.get("type")) for update in updates if isinstance(update, dict)]
        if isinstance(updates, list)
        else []
    )
    notices = [_UPDATES[kind] for kind in kinds if kind in _UPDATES]
    title = as_text(work.get("title")).lower()
    return ["retracted", *notices] if title.startswith(("retracted:", "retracted article:")) else notices
