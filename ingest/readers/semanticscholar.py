"""Semantic Scholar: JSON lines of its bulk data sets and answers of its API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.document import Parsed
from ingest.readers.parsing.jsonrecords import json_keys, json_records
from ingest.readers.parsing.reader import ReadOptions, as_list, as_text, make_document

_KEYS = frozenset(
    (
        "paperId", "corpusId", "corpusid", "externalIds", "externalids", "paperAbstract", "s2Url",
        "inCitations", "outCitations", "fieldsOfStudy", "s2fieldsofstudy", "influentialCitationCount",
    )
)  # fmt: skip
_TYPES = {
    "journalarticle": "article-journal", "conference": "paper-conference", "book": "book",
    "booksection": "chapter", "dataset": "dataset", "review": "article-journal", "thesis": "thesis",
}  # fmt: skip


class SemanticScholarReader:
    """Reads papers of the API, of the current data sets and of the older open corpus."""

    name = "semanticscholar"
    title = "Semantic Scholar JSON lines"
    suffixes = (".jsonl", ".json")
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "pages", "doi", "arxiv_id", "pmid",
        "other_ids", "url", "tags", "type", "references", "open_access", "open_access_url", "citations",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """By at least two of its keys."""
        known_keys = len(json_keys(head) & _KEYS)
        return 0.9 if known_keys >= 2 else 0.6 if known_keys else 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a paper."""
        for line, record in json_records(stream):
            if isinstance(record, dict):
                yield from make_document(line, _values(record))
            else:
                yield record


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _values(paper: dict[str, Any]) -> dict[str, Any]:
    get = paper.get
    ids = {
        str(key).lower(): as_text(value)
        for key, value in _object(get("externalIds") or get("externalids")).items()
    }
    journal = _object(get("journal"))
    corpus = as_text(get("corpusId") or get("corpusid")) or ids.get("corpusid", "")
    identifier = as_text(get("paperId")) or corpus or as_text(get("id"))
    access = _object(get("openAccessPdf") or get("openaccessinfo"))
    kinds = [
        kind.lower().replace(" ", "") for kind in as_list(get("publicationTypes") or get("publicationtypes"))
    ]
    fields = get("s2FieldsOfStudy") or get("s2fieldsofstudy") or get("fieldsOfStudy")
    tags = [as_text(entry.get("category") if isinstance(entry, dict) else entry) for entry in fields or ()]
    return {
        "source_id": identifier,
        "title": get("title"),
        "abstract": get("abstract") or get("paperAbstract"),
        "authors": [
            as_text(entry.get("name") if isinstance(entry, dict) else entry) for entry in get("authors") or ()
        ],
        "year": get("year"),
        "date": get("publicationDate") or get("publicationdate"),
        "venue": as_text(get("venue")) or as_text(journal.get("name")) or as_text(get("journalName")),
        "volume": journal.get("volume") or get("journalVolume"),
        "pages": "".join(as_text(journal.get("pages") or get("journalPages")).split()),
        "doi": ids.get("doi") or get("doi"),
        "arxiv_id": ids.get("arxiv") or get("arxivId"),
        "pmid": ids.get("pubmed") or get("pmid"),
        "other_ids": ([f"s2:{identifier}"] if identifier else [])
        + ([f"pmcid:PMC{ids['pubmedcentral']}"] if ids.get("pubmedcentral") else [])
        + ([f"acl:{ids['acl']}"] if ids.get("acl") else []),
        "url": get("url") or get("s2Url"),
        "tags": tags,
        "type": next((_TYPES[kind] for kind in kinds if kind in _TYPES), "article"),
        "references": _references(paper),
        "open_access": as_text(access.get("status")).lower(),
        "open_access_url": access.get("url"),
        "citations": get("citationCount") if "citationCount" in paper else get("citationcount"),
    }


def _references(paper: dict[str, Any]) -> list[str]:
    cited = []
    for entry in paper.get("references") or ():
        entry = _object(entry)
        ids = {str(key).lower(): as_text(value) for key, value in _object(entry.get("externalIds")).items()}
        known = next(
            (
                f"{scheme}:{ids[key]}"
                for key, scheme in (("doi", "doi"), ("arxiv", "arxiv"), ("pubmed", "pmid"))
                if ids.get(key)
            ),
            "",
        )
        cited.append(
            known or (f"s2:{entry['paperId']}" if entry.get("paperId") else as_text(entry.get("title")))
        )
    return cited + [f"s2:{key}" for key in as_list(paper.get("outCitations"))]
