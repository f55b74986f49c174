"""Our own JSON lines, as ``export`` writes them: one object a line, a title or an abstract is enough."""

from __future__ import annotations

from typing import Any

from ingest.readers.parsing.jsonpeople import UNREAD, json_people
from ingest.readers.parsing.jsonrecords import JsonReader, json_keys
from ingest.readers.parsing.reader import as_list
from ingest.values.identifiers import openalex_work

_ALIASES = {
    "id": "source_id", "name": "title", "text": "abstract", "summary": "abstract", "author": "authors",
    "editor": "editors", "creators": "authors", "creator": "authors",
    "journal": "venue", "keywords": "tags", "language": "lang", "arxiv": "arxiv_id", "license": "licence",
    "published": "date", "publicationDate": "date", "publication_date": "date", "pub_date": "date",
    "publicationYear": "year", "publication_year": "year", "pub_year": "year", "published_year": "year",
    "journalTitle": "venue", "journal_title": "venue", "journal_name": "venue", "publicationTitle": "venue",
    "publication": "venue", "source_title": "venue", "DOI": "doi", "PMID": "pmid", "ISSN": "issn",
    "URL": "url", "keyword": "tags", "page": "pages",
}  # fmt: skip


class JsonLinesReader(JsonReader):
    """Reads what `Document.to_json` writes, and simple objects like it."""

    name = "jsonl"
    title = "litatlas JSON lines"
    suffixes = (".jsonl", ".ndjson", ".json")
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "publisher",
        "doi", "arxiv_id", "pmid", "other_ids", "url", "tags", "lang", "type", "references", "issn", "orcids",
        "open_access", "open_access_url", "licence", "notices", "citations", "collection",
        "group_authors", "editors", "series", "publication_types",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """Objects with a title or an abstract; other JSON formats have telling keys of their own and go
        first."""
        keys = json_keys(head)
        if {"itemType", "creators"} <= keys:
            return 0.0  # Zotero's own, whose names and journals stand elsewhere
        return 0.5 if keys & {"title", "abstract", "text"} else 0.0

    def loose(self, record: dict[str, Any]) -> dict[str, Any]:
        """The record with our names for its keys, and one text of authors or tags made a list."""
        raw = dict(record)
        for alias, ours in _ALIASES.items():
            if alias in raw and not raw.get(ours):
                raw[ours] = raw.pop(alias)
        authors, editors = json_people(raw.get("authors")), json_people(raw.get("editors"))
        raw["authors"], raw["editors"] = authors.names, editors.names
        raw["group_authors"] = [*as_list(raw.get("group_authors")), *authors.groups, *editors.groups]
        raw["orcids"] = raw.get("orcids") or authors.orcids
        raw[UNREAD] = [*authors.unread, *editors.unread]
        tags = raw.get("tags")
        if isinstance(tags, str):
            raw["tags"] = tags.replace(",", ";").split(";") if ";" not in tags else tags.split(";")
        return raw | _openalex(raw)


def _openalex(raw: dict[str, Any]) -> dict[str, Any]:
    """References that are works of OpenAlex, and the record's own number there, which others refer to."""
    named: dict[str, Any] = {}
    references = raw.get("references")
    if isinstance(references, list) and any(map(_work, references)):
        named["references"] = [_work(text) or text for text in references]
    others = raw.get("other_ids")
    if (own := _work(raw.get("source_id"))) and (others is None or isinstance(others, list)):
        named["other_ids"] = list(dict.fromkeys([*(others or ()), own]))
    return named


def _work(text: object) -> str:
    """``openalex:W…`` of a work's number or address; "" of anything else."""
    return openalex_work(text) if isinstance(text, str) else ""
