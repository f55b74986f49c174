"""arXiv's metadata: the snapshot, one JSON object a line, and the answers of its API, Atom feeds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.document import FieldWarning, Parsed, Rejected
from ingest.readers.parsing.jsonrecords import JsonReader, json_keys
from ingest.readers.parsing.reader import ReadOptions, make_document
from ingest.readers.parsing.xmlrecords import Element, child, children, plain, text_of, xml_records
from ingest.values.author_lists import split_authors
from ingest.values.dates import normal_date
from ingest.values.identifiers import normal_arxiv_id, normal_doi


class ArxivReader(JsonReader):
    """Reads the snapshot as arXiv publishes it, and copies of it with fewer keys."""

    name = "arxiv"
    title = "arXiv metadata JSON lines"
    suffixes = (".json", ".jsonl")
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "doi", "arxiv_id", "url", "tags", "type",
        "licence", "notices", "open_access", "open_access_url",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """Its keys are telling."""
        keys = json_keys(head)
        if {"categories", "abstract"} <= keys:
            return 0.95 if keys & {"versions", "update_date", "authors_parsed"} else 0.7
        return 0.0

    def loose(self, record: dict[str, Any]) -> dict[str, Any]:
        """As `arxiv_record`."""
        return arxiv_record(record)


def arxiv_record(record: dict[str, Any]) -> dict[str, Any]:
    """The loose values of one record of the snapshot."""
    identifier = normal_arxiv_id(record.get("id"))
    categories = record.get("categories")
    journal = record.get("journal-ref")
    comments = record.get("comments")
    return {
        "source_id": record.get("id"),
        "title": record.get("title"),
        "abstract": record.get("abstract"),
        "authors": _authors(record),
        "date": _first_version(record),
        "venue": _venue(journal) if isinstance(journal, str) else "",
        "doi": normal_doi(record.get("doi")),
        "arxiv_id": identifier,
        "url": f"https://arxiv.org/abs/{identifier}" if identifier else "",
        "tags": categories.split() if isinstance(categories, str) else categories,
        "type": "article",
        "licence": record.get("license"),
        "open_access": "green",
        "open_access_url": f"https://arxiv.org/pdf/{identifier}" if identifier else "",
        "notices": ["withdrawn"] if isinstance(comments, str) and "withdrawn" in comments.lower() else [],
    }


ATOM = re.compile(rb"<id>\s{0,9}https?://(?:export\.)?arxiv\.org/api/")
"""How an answer of arXiv's API says what it is; other feeds do not."""


class ArxivAtomReader:
    """Reads an answer of arXiv's API, an Atom feed with one entry a paper."""

    name = "arxiv-atom"
    title = "arXiv API answers (Atom)"
    suffixes = (".xml", ".atom")
    fields = ArxivReader.fields

    def sniff(self, head: bytes, _name: str) -> float:
        """By the feed's own identifier."""
        return 0.95 if b"<feed" in head and ATOM.search(head) else 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document an entry; an error that stands in their place is repeated."""
        for line, entry in xml_records(stream, ("entry",)):
            if isinstance(entry, FieldWarning | Rejected):
                yield entry
            elif "/api/errors" in plain(child(entry, "id")):
                reason = " ".join(text_of(child(entry, "summary")).split())
                yield Rejected(line, "record", "", f"is an error of arXiv's API: {reason}")
            else:
                yield from make_document(line, _of_entry(entry))


def _of_entry(entry: Element) -> dict[str, Any]:
    """The loose values of an entry, which says the same as a record of the snapshot under other names."""

    def text(name: str) -> str:
        return " ".join(text_of(child(entry, name)).split())

    identifier = text("id")
    return arxiv_record(
        {
            # "http://arxiv.org/abs/2101.01234v2": the same paper in every version
            "id": normal_arxiv_id(identifier) or identifier,
            "title": text("title"),
            "abstract": text("summary"),
            "authors": [plain(child(author, "name")) for author in children(entry, "author")],
            "update_date": text("published") or text("updated"),
            "journal-ref": text("journal_ref"),
            "doi": text("doi"),
            "comments": text("comment"),
            "categories": [term for node in children(entry, "category") if (term := node.get("term"))],
        }
    )


def _authors(record: dict[str, Any]) -> list[str]:
    parsed = record.get("authors_parsed")
    if isinstance(parsed, list) and parsed and all(isinstance(name, list) and name for name in parsed):
        return [", ".join(filter(None, (str(part).strip() for part in name[:3]))) for name in parsed]
    authors = record.get("authors")
    return split_authors(authors, comma=True) if isinstance(authors, str) else authors or []


def _first_version(record: dict[str, Any]) -> str:
    versions = record.get("versions")
    if isinstance(versions, list) and versions and isinstance(versions[0], dict):
        created = str(versions[0].get("created", ""))
        # "Mon, 2 Apr 2007 19:18:42 GMT" in the original, ISO 8601 in some copies.
        day = created.split(", ", 1)[-1].rsplit(":", 2)[0].rsplit(" ", 1)[0] if "," in created else created
        if date := normal_date(day):
            return date
        if "update_date" not in record:
            return created
    updated = record.get("update_date")
    return updated if isinstance(updated, str) else ""


def _venue(reference: str) -> str:
    """The journal's name at the start of a reference such as "Phys.Rev.D76:013009,2007"."""
    head = reference.split(",")[0].split(":")[0]
    name = head.rstrip(" .0123456789()-")
    return name if len(name) > 3 else ""
