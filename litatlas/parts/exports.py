"""Papers on their way out: each with what all its records know, its collections and its citation key."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ingest.library.library import Library, Paper
from ingest.writers.work import Work

BATCH = 500


def works(
    library: Library, paper_ids: Iterable[str], visible: frozenset[str] | None = None
) -> Iterator[Work]:
    """The papers with these ids, in their order, read in batches, as they are known from some collections
    (None: all); ids that are gone, or of other collections alone, are left out."""
    ids = iter(paper_ids)
    while batch := list(itertools.islice(ids, BATCH)):
        papers = library.papers_by_id(batch)
        seen = (papers[id].seen(visible) for id in batch if id in papers)
        yield from (work_of(paper) for paper in seen if paper is not None)


def work_of(paper: Paper) -> Work:
    """One paper as it is exported and cited."""
    document = replace(paper.merged, collection=paper.shown.collection)
    return Work(document, collections=paper.collections)
