"""Where a review's papers come from: a query, a list or a collection, as it is now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from litatlas.accounts.sight import Sight
from litatlas.errors import InputError, NotFoundError
from litatlas.generation.generations import Generations
from litatlas.parts.lists import Lists
from litatlas.vocabulary import MAX_REVIEW_PAPERS
from search.request import SearchRequest


class Source(NamedTuple):
    """A source of papers: its kind ("query", "list" or "collection"), its text, and the ids that it gives."""

    kind: str
    text: str
    papers: list[str]


def source(
    generations: Generations,
    sight: Sight,
    query: str | SearchRequest | None,
    list_id: str | None,
    collection: str | None,
) -> Source:
    """The papers of a list or a collection where one is named, else of a query or a whole search.

    Raises:
        NotFoundError: there is no such list or collection. InputError: a wrong query, or no paper.
    """
    found = _source(generations, sight, query, list_id, collection)
    if not found.papers:
        raise InputError(
            f"The {found.kind} gives no paper.", "Try it as a search first: litatlas search QUERY"
        )
    return found


def _source(
    generations: Generations,
    sight: Sight,
    query: str | SearchRequest | None,
    list_id: str | None,
    collection: str | None,
) -> Source:
    if list_id is not None:
        lists = Lists(generations, sight)
        return Source("list", lists.name(list_id), lists.papers(list_id))
    if collection is None:
        request = SearchRequest.of(query or "")
        return Source("query", search_text(request), list(_scanned(generations, sight, request)))
    if all(known.name != collection for known in generations.library.collections()):
        raise NotFoundError(f"There is no collection {collection[:80]!r}.", "List them: litatlas collections")
    papers = _scanned(generations, sight, SearchRequest(filters={"collection": [collection]}))
    return Source("collection", collection, list(papers))


def search_text(request: SearchRequest) -> str:
    """A search in a line: its query, and what it is narrowed to, as in “asthma; year: 2010-”."""
    parts = [request.text] if request.text else []
    parts += [f"{name}: {', '.join(values)}" for name, values in request.chosen.items()]
    parts += [f"match: {request.match}"] if request.match != "auto" else []
    return "; ".join(parts)


def _scanned(generations: Generations, sight: Sight, request: SearchRequest) -> Iterator[str]:
    """The papers of a search; one more than a review can hold at most, so that too many are refused."""
    request = replace(request, visible=sight.collections())
    return islice(generations.live().searcher.scan(request), MAX_REVIEW_PAPERS + 1)
