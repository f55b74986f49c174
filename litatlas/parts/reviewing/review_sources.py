"""Where a review's papers come from: a query, list or collection as it is now, or a run of a search book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from litatlas.accounts.sight import Sight
from litatlas.errors import InputError, NotFoundError
from litatlas.generation.generations import Generations
from litatlas.parts.books.books import Books
from litatlas.parts.lists import Lists
from litatlas.vocabulary import MAX_REVIEW_PAPERS
from search.request import SearchRequest


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where papers are to come from: one of the first four; ``run`` and ``line`` of a book, else its last."""

    query: str | SearchRequest | None = None
    list_id: str | None = None
    collection: str | None = None
    book: str | None = None
    run: int | None = None
    line: int | None = None


class Source(NamedTuple):
    """A source of papers: its kind ("query", "list", "collection", "book"), its text, and the papers' ids."""

    kind: str
    text: str
    papers: list[str]


def source(generations: Generations, sight: Sight, wanted: Wanted) -> Source:
    """The papers of a book, a list or a collection where one is named, else of a query or a whole search.

    Raises:
        NotFoundError: there is no such book, run, list or collection. InputError: a wrong query, or no paper.
    """
    origin = _source(generations, sight, wanted)
    if not origin.papers:
        raise InputError(
            f"The {origin.kind} gives no paper.", "Try it as a search first: litatlas search QUERY"
        )
    return origin


def _source(generations: Generations, sight: Sight, wanted: Wanted) -> Source:
    query, list_id, collection = wanted.query, wanted.list_id, wanted.collection
    if wanted.book is not None:
        return _of_book(generations, sight, wanted.book, wanted)
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


def _of_book(generations: Generations, sight: Sight, name: str, wanted: Wanted) -> Source:
    books = Books(generations, sight)
    kept = books.ids(name, wanted.run, line=wanted.line)
    run = books.run_answer(name, kept["run"])
    text = f"{run['name']}, {'frozen ' if run['frozen'] else ''}run {kept['run']}, #{kept['line']}"
    return Source("book", text, generations.library.papers_of(kept["ids"]))


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
