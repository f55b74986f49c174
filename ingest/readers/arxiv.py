"""arXiv's metadata: the snapshot, one JSON object a line, the answers of its API and its daily feeds."""

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


_FEED = re.compile(
    rb"<id>\s{0,9}https?://(?:(?:export\.)?arxiv\.org/api/|rss\.arxiv\.org/)"
    rb"|<link>\s{0,9}https?://(?:rss\.arxiv\.org/|(?:export\.)?arxiv\.org/rss/)"
)
"""How an answer of arXiv's API and a daily feed (Atom or RSS 2.0) say whose they are; other feeds do not."""
_ANNOUNCED = re.compile(r"\s*arXiv:\S{1,40}\s+Announce Type:\s+\S{1,40}\s+(?:Abstract:\s+)?")
"""What a daily feed says before an abstract."""
_MONTH = re.compile(r"(?:\A|/)(\d\d)(0[1-9]|1[0-2])")


class ArxivAtomReader:
    """Reads an answer of arXiv's API or a daily feed, with one entry (RSS: item) a paper."""

    name = "arxiv-atom"
    title = "arXiv API answers and feeds (Atom, RSS)"
    suffixes = (".xml", ".atom", ".rss")
    fields = ArxivReader.fields

    def sniff(self, head: bytes, _name: str) -> float:
        """By the feed's own identifier or address."""
        return 0.95 if (b"<feed" in head or b"<rss" in head) and _FEED.search(head) else 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document an entry; an error that stands in their place is repeated."""
        for line, entry in xml_records(stream, ("entry", "item")):
            if isinstance(entry, FieldWarning | Rejected):
                yield entry
            elif "/api/errors" in plain(child(entry, "id")):
                reason = " ".join(text_of(child(entry, "summary")).split())
                yield Rejected(line, "record", "", f"is an error of arXiv's API: {reason}")
            else:
                yield from make_document(line, _of_entry(entry))


def _of_entry(entry: Element) -> dict[str, Any]:
    """The loose values of an entry, which says the same as a record of the snapshot under other names."""

    def text(*names: str) -> str:
        texts = (" ".join(text_of(child(entry, name)).split()) for name in names)
        return next(filter(None, texts), "")

    # "http://arxiv.org/abs/2101.01234v2", "oai:arXiv.org:2101.01234v2": the same paper in every version
    named = text("id", "link", "guid")
    identifier = normal_arxiv_id(named.removeprefix("oai:arXiv.org:"))
    announced = bool(text("announce_type"))  # its date is the announcement's, of an old paper too
    creators = split_authors(text("creator"), comma=True)
    return arxiv_record(
        {
            "id": identifier or named,
            "title": text("title"),
            "abstract": _ANNOUNCED.sub("", text("summary", "description"), count=1),
            "authors": [plain(child(author, "name")) for author in children(entry, "author")] or creators,
            "update_date": _first_month(identifier) if announced else text("published", "updated"),
            "journal-ref": text("journal_ref", "journal_reference"),
            "doi": text("doi", "DOI"),
            "comments": text("comment"),
            "license": text("rights"),
            "categories": [
                term for node in children(entry, "category") if (term := node.get("term") or plain(node))
            ],
        }
    )


def _first_month(identifier: str) -> str:
    """The month in which arXiv numbered a paper: ``2402.05938`` → 2024-02, ``hep-ph/9704001`` → 1997-04."""
    match = _MONTH.search(identifier)
    if match is None:
        return ""
    return f"{'19' if match[1] > '90' else '20'}{match[1]}-{match[2]}"


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
