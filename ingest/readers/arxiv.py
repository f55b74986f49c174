"""arXiv's metadata snapshot: one JSON object a line."""

from __future__ import annotations

from typing import Any

from ingest.readers.parsing.jsonrecords import JsonReader, json_keys
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
