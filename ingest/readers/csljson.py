"""CSL-JSON, as Zotero, Pandoc and DOI content negotiation give it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.document import Parsed
from ingest.readers.parsing import extras
from ingest.readers.parsing.jsonpeople import UNREAD, json_document, json_people
from ingest.readers.parsing.jsonrecords import json_keys, json_records
from ingest.readers.parsing.reader import ReadOptions, as_list, as_text
from ingest.values.dates import iso_date, normal_date, parse_year
from ingest.values.identifiers import (
    arxiv_id_named_in,
    doi_named_in,
    isbns_in,
    pmcid_named_in,
    pmid_named_in,
)
from ingest.values.tag_lists import split_tags


class CslJsonReader:
    """Reads an array of items, or one item a line."""

    name = "csl"
    title = "CSL-JSON"
    suffixes = (".json", ".csljson")
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "publisher",
        "doi", "arxiv_id", "pmid", "other_ids", "url", "tags", "lang", "type", "issn", "notices", "licence",
        "editors", "group_authors", "series", "publication_types", "orcids",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """By its keys; Crossref's answer has the same ones and more."""
        keys = json_keys(head)
        if "title" not in keys or keys & {"is-referenced-by-count", "message-type", "indexed"}:
            return 0.0
        if "container-title" in keys or "date-parts" in keys:
            return 0.85
        return 0.7 if {"family", "given"} <= keys and ("type" in keys or "issued" in keys) else 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document an item."""
        for line, record in json_records(stream):
            if isinstance(record, dict):
                yield from json_document(line, _values(record))
            else:
                yield record


def date_of(value: Any) -> str:
    """ISO 8601 of ``{"date-parts": [[2021, 3, 9]]}``, ``{"raw": …}`` or a text."""
    if isinstance(value, str):
        return normal_date(value)
    if not isinstance(value, dict):
        return ""
    parts = value.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
        numbers = [parse_year(parts[0][0]), *(_number(part) for part in parts[0][1:3])]
        return iso_date(numbers[0], *(number or 0 for number in numbers[1:]))
    return normal_date(as_text(value.get("raw") or value.get("literal") or value.get("date-time") or ""))


def _number(value: Any) -> int:
    text = as_text(value).strip()
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def _values(item: dict[str, Any]) -> dict[str, Any]:
    get = item.get
    issued = get("issued")
    date = date_of(issued)
    custom = get("custom")
    article = get("type") in ("article-journal", "article-magazine", "article-newspaper")
    authors, editors = json_people(get("author")), json_people(get("editor"))
    note = as_text(get("note"))  # Zotero has what it knows no field for here, a line each
    raw: dict[str, Any] = {
        "source_id": as_text(get("id")),
        "title": get("title"),
        "abstract": get("abstract"),
        "authors": authors.names,
        "editors": editors.names,
        "group_authors": [*authors.groups, *editors.groups],
        "orcids": authors.orcids,
        UNREAD: [*authors.unread, *editors.unread],
        "date": date,
        "year": "" if date or not issued else str(issued),
        "venue": get("container-title") or get("event-title"),
        "series": get("collection-title"),
        "volume": as_text(get("volume")),
        "issue": as_text(get("issue") or ("" if article else get("number"))),
        "pages": get("page") or (as_text(get("number")) if article else ""),
        "publisher": get("publisher"),
        "doi": get("DOI") or doi_named_in(note),
        "arxiv_id": arxiv_id_named_in(note) or arxiv_id_named_in(as_text(get("URL"))),
        "pmid": as_text(get("PMID")) or pmid_named_in(note),
        "url": get("URL"),
        "licence": get("license"),
        "notes": [*as_list(get("status")), *note.split("\n")],
        "lang": get("language"),
        "type": get("type"),
        "issn": as_list(get("ISSN"), ","),
        "tags": split_tags(as_text(get("keyword"))),
        "other_ids": [f"isbn:{isbn}" for value in as_list(get("ISBN")) for isbn in isbns_in(value)]
        + [f"pmcid:{v}" for v in as_list(get("PMCID")) or filter(None, [pmcid_named_in(note)])],
    }
    if isinstance(custom, dict):
        known = {name.replace("-", "_"): value for name, value in custom.items() if isinstance(name, str)}
        raw.update({name: known[name] for name in (*extras.LISTS, *extras.TEXTS, "tags") if name in known})
    return raw
