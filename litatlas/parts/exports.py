"""Papers on their way out: each with what all its records know, its collections and its citation key."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from ingest.document import Document
from ingest.library.library import Library, Paper
from ingest.writers.work import Work

BATCH = 500


def works(library: Library, paper_ids: Iterable[str]) -> Iterator[Work]:
    """The papers with these ids, in their order, read in batches; ids that are gone are left out."""
    ids = iter(paper_ids)
    while batch := list(itertools.islice(ids, BATCH)):
        papers = library.papers_by_id(batch)
        yield from (work_of(papers[id]) for id in batch if id in papers)


def work_of(paper: Paper) -> Work:
    """One paper as it is exported and cited."""
    document = replace(_whole(paper), collection=paper.shown.collection)
    return Work(document, collections=paper.collections)


def _whole(paper: Paper) -> Document:
    """The shown record with what it lacks from the paper's other records; their types tell more than none."""
    shown = paper.shown.document
    lacking: dict[str, Any] = {}
    for member in paper.members:
        for name in Document.__dataclass_fields__:
            value = getattr(member.document, name)
            if value not in _NOTHING[name] and getattr(shown, name) in _NOTHING[name]:
                lacking.setdefault(name, value)
    return replace(shown, **lacking)


_NOTHING: dict[str, tuple[Any, ...]] = {
    name: ("", (), None, "article") if name == "type" else ("", (), None)
    for name in Document.__dataclass_fields__
}
