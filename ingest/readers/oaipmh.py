"""OAI-PMH answers: arXiv's own ``arXiv`` and ``arXivRaw``, and Dublin Core from any repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.document import FieldWarning, Parsed, Rejected
from ingest.readers.arxiv import arxiv_record
from ingest.readers.parsing.reader import ReadOptions, make_document
from ingest.readers.parsing.xmlrecords import Element, child, children, local, plain, text_of, xml_records
from ingest.text.identifiers import normal_arxiv_id, normal_date, normal_doi, normal_pmid

_DC_TYPES = (
    ("article", "article-journal"), ("conference", "paper-conference"), ("thesis", "thesis"),
    ("dissertation", "thesis"), ("bookpart", "chapter"), ("book part", "chapter"), ("book", "book"),
    ("report", "report"), ("dataset", "dataset"), ("preprint", "article"), ("software", "software"),
    ("patent", "patent"),
)  # fmt: skip


class OaiReader:
    """Reads ``<record>`` elements of ListRecords and GetRecord; deleted records are passed over."""

    name = "oai"
    title = "OAI-PMH (arXiv, arXivRaw, Dublin Core)"
    suffixes = (".xml",)
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "publisher", "doi", "arxiv_id", "pmid",
        "other_ids", "url", "tags", "lang", "type", "licence", "issn", "open_access", "open_access_url",
        "notices",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """By the protocol's namespace, or by the metadata formats' own."""
        if b"openarchives.org/OAI" in head or re.search(rb"<(?:\w+:)?dc[\s>]|purl\.org/dc/elements", head):
            return 0.9
        return 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a record."""
        for line, found in xml_records(stream, ("record",)):
            if isinstance(found, FieldWarning | Rejected):
                yield found
                continue
            raw = oai_record(found)
            if raw is not None:
                yield from make_document(line, raw)


def oai_record(record: Element) -> dict[str, Any] | None:
    """The loose values of one record; None for one that was deleted."""
    header = child(record, "header")
    if header is not None and header.get("status") == "deleted":
        return None
    identifier = plain(child(header, "identifier"))
    metadata = child(record, "metadata")
    body = next(
        (node for node in (metadata if metadata is not None else record) if local(node) != "header"), record
    )
    if local(body) == "arXiv":
        return _arxiv(body)
    if local(body) == "arXivRaw":
        return _arxiv_raw(body)
    return _dublin_core(body if metadata is not None else record, identifier)


def _flat(element: Element, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: text_of(child(element, name)) for name in names if child(element, name) is not None}


_SAME = ("id", "title", "abstract", "categories", "doi", "journal-ref", "comments", "license")


def _arxiv(body: Element) -> dict[str, Any]:
    record = _flat(body, _SAME)
    authors = child(body, "authors")
    record["authors_parsed"] = [
        [plain(child(author, part)) for part in ("keyname", "forenames", "suffix")]
        for author in (authors if authors is not None else ())
        if plain(child(author, "keyname"))
    ]
    record["update_date"] = plain(child(body, "created"))
    return arxiv_record(record)


def _arxiv_raw(body: Element) -> dict[str, Any]:
    record = _flat(body, (*_SAME, "authors"))
    record["versions"] = [{"created": plain(child(version, "date"))} for version in children(body, "version")]
    return arxiv_record(record)


def _dublin_core(body: Element, identifier: str) -> dict[str, Any]:
    values: dict[str, list[str]] = {}
    for node in body.iter():
        text = " ".join(text_of(node).split()) if not len(node) else ""
        if text:
            values.setdefault(local(node), []).append(text)
    every = {
        name: values.get(name, [])
        for name in (
            "title",
            "creator",
            "description",
            "date",
            "identifier",
            "subject",
            "type",
            "relation",
            "source",
            "rights",
        )
    }
    linked = every["identifier"] + every["relation"]
    kind = " ".join(every["type"]).lower()
    url = next((link for link in every["identifier"] if link.startswith("http")), "")
    arxiv = next(
        (
            normal_arxiv_id(link)
            for link in every["identifier"]
            if "arxiv" in link.lower() and normal_arxiv_id(link)
        ),
        "",
    )
    pmid = next((normal_pmid(link) for link in linked if re.search(r"pmid|pubmed", link, re.IGNORECASE)), "")
    return {
        "source_id": identifier or next(iter(every["identifier"]), ""),
        "title": next(iter(every["title"]), ""),
        # Comments such as "12 pages" come as descriptions too.
        "abstract": max(every["description"], key=len, default=""),
        "authors": every["creator"],
        "date": min((date for value in every["date"] if (date := normal_date(value))), default=""),
        "venue": next(
            (v for v in every["source"] if not v.startswith("http") and "issn" not in v.lower()), ""
        ),
        "publisher": next(iter(values.get("publisher", [])), ""),
        "doi": next((normal_doi(link) for link in linked if normal_doi(link)), ""),
        "arxiv_id": arxiv,
        "pmid": pmid,
        "url": url,
        "tags": [part.strip() for subject in every["subject"] for part in subject.split(";")],
        "lang": next(iter(values.get("language", [])), ""),
        "type": next((csl for name, csl in _DC_TYPES if name in kind), "article"),
        "licence": next(
            (right for right in every["rights"] if "licen" in right.lower() or "creativecommons" in right), ""
        ),
    }
