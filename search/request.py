"""One search as a route, a command or a program asks for it; `Searcher` makes the engine's request of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.errors import InputError
from search.fields import BY_NAME, DIALECTS, FILTERS, MATCHES, RANKINGS
from search.sort_orders import SORTS

Visible = frozenset[str] | None
"""The collections that a reader may see; None: all."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What is searched for, and how it is to be answered.

    ``dialect`` names the database that the text was written for (`search.query.dialects`); "" recognises it.
    ``match``: ``auto`` wants all of up to four bare words, and any of more. ``ranking``: ``fused`` reorders
    the first 1,000 lexical matches with topical evidence, ``topical`` orders them by that alone, ``lexical``
    leaves BM25's order. A ``cursor`` ("" to begin) reads on in lexical order without a bound. ``filters`` are
    facet values beside the query, any of which may hold; ``facets``: whether the hits are counted by them.

    Raises:
        InputError: an unknown sort, ranking, match or filter, or a negative limit or offset.
    """

    text: str = ""
    limit: int = 10
    offset: int = 0
    cursor: str | None = None
    sort: str = "relevance"
    ranking: str = "fused"
    match: str = "auto"
    explain: bool = False
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    visible: Visible = None
    facets: bool = True
    dialect: str = ""

    def __post_init__(self) -> None:
        if self.dialect:
            _check("database", self.dialect, DIALECTS)
        _check("order", self.sort, [sort.name for sort in SORTS])
        _check("ranking", self.ranking, RANKINGS)
        _check("match", self.match, MATCHES)
        if self.limit < 0 or self.offset < 0:
            raise InputError("Limit and offset cannot be negative.", "Leave them out, or use 0 or more.")
        for name in self.filters:
            if name not in BY_NAME or not BY_NAME[name].filterable:
                known = ", ".join(spec.name for spec in FILTERS)
                raise InputError(f"There is no filter “{name[:100]}”.", f"Filters are {known}.")

    @classmethod
    def of(cls, query: str | SearchRequest, **options: Any) -> SearchRequest:
        """A request for a query, or a request with some of its fields changed."""
        return replace(query, **options) if isinstance(query, SearchRequest) else cls(query, **options)

    @property
    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The filters that have values."""
        return {name: tuple(values) for name, values in self.filters.items() if values}


def _check(what: str, value: str, known: Collection[str]) -> None:
    if value not in known:
        raise InputError(f"There is no {what} “{value[:40]}”.", f"Choose {', '.join(known)}.")
