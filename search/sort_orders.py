"""The orders of results that every door offers: page, command line, API; by which field of the index."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SortSpec:
    """An order of the results; ``field`` is a field of the index, "" for the score."""

    name: str
    title: str
    field: str
    descending: bool
    help: str


SORTS: tuple[SortSpec, ...] = (
    SortSpec("relevance", "Relevance", "", True, "The best match first."),
    SortSpec("newest", "Newest first", "year", True, "The latest year first; papers without a year last."),
    SortSpec("oldest", "Oldest first", "year", False, "The earliest year first; papers without a year last."),
    SortSpec("title", "Title", "title_sort", False, "By title, accents and case folded."),
    SortSpec("cited", "Most cited", "citations", True, "The most cited first; papers without a count last."),
    SortSpec("added", "Added", "added", True, "The most recently added papers first."),
)
"""The orders of results; the first is the default."""


def sort_named(name: str) -> SortSpec | None:
    """The order of that name, or None."""
    return next((sort for sort in SORTS if sort.name == name), None)
