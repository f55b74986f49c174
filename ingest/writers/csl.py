"""CSL-JSON 1.0.2, as citation processors, Pandoc and Zotero take it.

What CSL has no variable for goes into ``custom``, which it has for this; our reader takes it back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ingest.citation_keys import UniqueKeys
from ingest.values.author_names import Name
from ingest.writers.work import (
    Work,
    authors_of,
    date_parts,
    editors_of,
    kind_of,
    numbers_of,
    page_range,
    tag_line,
)

_NUMBERED = ("report", "patent", "standard", "legislation")
"""Types that have a number, and no issue."""
_SERIES = ("book", "report")
"""Types that stand in a series and in nothing else."""
_REST = (
    "arxiv_id", "open_access", "open_access_url", "citations", "notices", "orcids", "references",
    "other_ids", "publication_types",
)  # fmt: skip


def pieces(works: Iterable[Work]) -> Iterator[str]:
    """One item a paper, in an array."""
    keys = UniqueKeys()
    before = "[\n"
    for work in works:
        yield before + json.dumps(csl_item(work, keys.give(work.wanted_key)), ensure_ascii=False)
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"


def csl_item(work: Work, key: str) -> dict[str, Any]:
    """One item; citations are made of it too."""
    document = work.document
    kind = kind_of(document)
    item: dict[str, Any] = {
        "id": key,
        "citation-key": key,
        "type": kind,
        "title": document.title,
        "author": [_name(name) for name in authors_of(document)],
        "editor": [_name(name) for name in editors_of(document)],
        "issued": {"date-parts": [parts]} if (parts := date_parts(document)) else {},
        "container-title": "" if kind in _SERIES else document.venue,
        "collection-title": document.series or (document.venue if kind in _SERIES else ""),
        "volume": document.volume,
        "number" if kind in _NUMBERED else "issue": document.issue,
        "page": "-".join(filter(None, page_range(document))),
        "publisher": document.publisher,
        "status": "; ".join(document.notices),
        "DOI": document.doi,
        "PMID": document.pmid,
        "PMCID": next(iter(numbers_of(document, "pmcid")), ""),
        "ISBN": " ".join(numbers_of(document, "isbn")),
        "ISSN": ", ".join(document.issn),
        "URL": document.url,
        "language": document.lang,
        "license": document.licence,
        "keyword": tag_line(document),
        "abstract": document.abstract,
        "custom": _custom(work, kind, parts),
    }
    if document.arxiv_id:
        item |= {"archive": "arXiv", "archive_location": document.arxiv_id}
    return {name: value for name, value in item.items() if value not in ("", [], {})}


def _custom(work: Work, kind: str, date: list[int]) -> dict[str, Any]:
    document = work.document
    custom: dict[str, Any] = {
        name: list(value) if isinstance(value, tuple) else value
        for name in _REST
        if (value := getattr(document, name)) not in ("", (), None)
    }
    if document.type not in ("", "article", kind):
        custom["type"] = document.type
    if document.date and document.date != "-".join(f"{part:02}" for part in date):
        custom["date"] = document.date
    if work.collections:
        custom["collection"] = list(work.collections)
    return custom


def _name(name: Name) -> dict[str, str]:
    if name.literal:
        return {"literal": name.literal}
    parts = {"family": name.whole_family, "given": name.given, "suffix": name.suffix}
    return {part: value for part, value in parts.items() if value}
