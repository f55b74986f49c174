"""OpenAlex works: a page of the API, or one work a line as in its snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.document import Parsed
from ingest.readers.crossref import TYPES
from ingest.readers.parsing.jsonrecords import json_keys, json_records
from ingest.readers.parsing.reader import ReadOptions, as_list, as_text, make_document
from ingest.values.identifiers import normal_arxiv_id, normal_orcid

MAX_PLACE = 50_000
"""Places beyond this in an inverted abstract are not filled: a single huge number must not take all
memory."""


class OpenAlexReader:
    """Reads works; abstracts come as inverted indexes."""

    name = "openalex"
    title = "OpenAlex works JSON"
    suffixes = (".json", ".jsonl")
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "publisher",
        "doi", "arxiv_id", "pmid", "other_ids", "url", "tags", "lang", "type", "references", "issn", "orcids",
        "open_access", "open_access_url", "licence", "notices", "citations",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """By the keys that only its works have."""
        keys = json_keys(head)
        return (
            0.95
            if keys & {"abstract_inverted_index", "authorships", "referenced_works", "cited_by_api_url"}
            else 0.0
        )

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a work."""
        for line, record in json_records(stream):
            if not isinstance(record, dict):
                yield record
            elif "id" in record or "title" in record or "display_name" in record:
                yield from make_document(line, openalex_record(record))


def inverted(index: Any) -> str:
    """The text of an inverted index ``{word: [places]}``."""
    if not isinstance(index, dict):
        return ""
    placed: dict[int, str] = {}
    for word, places in index.items():
        for place in places if isinstance(places, list) else ():
            if isinstance(place, int) and 0 <= place < MAX_PLACE:
                placed[place] = str(word)
    return " ".join(placed[place] for place in sorted(placed))


def openalex_record(work: dict[str, Any]) -> dict[str, Any]:
    """The loose values of one work."""
    get = work.get
    ids, access, biblio = _object(get("ids")), _object(get("open_access")), _object(get("biblio"))
    location = _object(get("primary_location"))
    source = _object(location.get("source")) or _object(get("host_venue"))
    people = [_object(entry) for entry in get("authorships") or () if isinstance(entry, dict)]
    people = [entry for entry in people if _name(entry)]
    first, last = as_text(biblio.get("first_page")), as_text(biblio.get("last_page"))
    identifier = _tail(as_text(get("id")) or as_text(ids.get("openalex")))
    landing = as_text(location.get("landing_page_url")) or as_text(get("doi"))
    pmc = _tail(as_text(ids.get("pmcid"))).removeprefix("PMC")
    return {
        "source_id": identifier,
        "title": get("title") or get("display_name"),
        "abstract": inverted(get("abstract_inverted_index")) or get("abstract"),
        "authors": [_name(entry) for entry in people],
        "orcids": [normal_orcid(_object(entry.get("author")).get("orcid")) for entry in people],
        "year": get("publication_year"),
        "date": get("publication_date"),
        "venue": source.get("display_name"),
        "volume": biblio.get("volume"),
        "issue": biblio.get("issue"),
        "pages": f"{first}-{last}" if first and last and first != last else first,
        "publisher": source.get("host_organization_name") or source.get("publisher"),
        "doi": get("doi") or ids.get("doi"),
        "arxiv_id": normal_arxiv_id(landing) if "arxiv.org" in landing else "",
        "pmid": ids.get("pmid"),
        "other_ids": [f"openalex:{identifier}"] + ([f"pmcid:PMC{pmc}"] if pmc else []),
        "url": landing or get("id"),
        "tags": _tags(work),
        "lang": get("language"),
        "type": TYPES.get(as_text(get("type_crossref") or get("type")), "article"),
        "references": [f"openalex:{_tail(cited)}" for cited in as_list(get("referenced_works"))],
        "issn": as_list(source.get("issn")) or as_list(source.get("issn_l")),
        "open_access": access.get("oa_status"),
        "open_access_url": access.get("oa_url"),
        "licence": location.get("license"),
        "notices": ["retracted"] if get("is_retracted") is True else [],
        "citations": get("cited_by_count"),
    }


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _name(entry: dict[str, Any]) -> str:
    return as_text(_object(entry.get("author")).get("display_name")) or as_text(entry.get("raw_author_name"))


def _tail(address: str) -> str:
    return address.rstrip("/").rsplit("/", 1)[-1]


def _tags(work: dict[str, Any]) -> list[str]:
    """Keywords and concepts that the source itself is fairly sure of."""
    names = []
    for key, floor in (("keywords", 0.0), ("concepts", 0.3), ("topics", 0.5)):
        for entry in work.get(key) or ():
            score = entry.get("score") if isinstance(entry, dict) else None
            if isinstance(entry, dict) and (not isinstance(score, int | float) or score >= floor):
                names.append(as_text(entry.get("display_name") or entry.get("keyword")))
            elif isinstance(entry, str):
                names.append(entry)
    return names
