"""Addresses of searches: every state of the search page is a URL that can be shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

from litatlas.parts.kept.kept_answers import SavedSearchAnswer
from litatlas.vocabulary import FILTERS, MAX_OFFSET
from web.rendering.rich_text import quoted
from web.requests import ExportRequest, FeedRequest, SearchRequest


def search_url(query: str, **values: Any) -> str:
    """The address of a search."""
    return "/search?" + urlencode({"q": query, **values}, doseq=True, errors="replace")


@lru_cache(maxsize=4_096)
def field_search(field: str, value: str) -> str:
    """The address of a search for a value of a field."""
    return search_url(f"{field}:{quoted(value)}")


def collection_url(name: str) -> str:
    """The address of a collection, whatever its name is made of."""
    if {".", ".."} & set(name.split("/")):  # browsers would go up a folder
        return "/collections?" + urlencode({"name": name}, errors="replace")
    return "/collections/" + quote(name, safe="", errors="replace")


def explore_url(ids: Sequence[str]) -> str:
    """The address of more like several papers."""
    return "/explore?" + urlencode({"ids": ",".join(ids)}, safe=",") if ids else "/explore"


def saved_url(saved: SavedSearchAnswer) -> str:
    """The address of a saved search, which asks it anew."""
    usual = {"sort": "relevance", "ranking": "fused", "match": "auto"}
    changed = {name: value for name, usually in usual.items() if (value := saved[name]) != usually}  # type: ignore[literal-required]
    return search_url(saved["query"], **changed, **saved["filters"])


class SearchLinks:
    """The search at hand with something changed; every change but of the page goes back to the first page."""

    def __init__(self, params: SearchRequest) -> None:
        self.values: dict[str, Any] = params.model_dump(exclude_defaults=True)
        self.params = params
        values = {"q": params.q, **self.values}
        marks = ",".join(values.pop("marked", ()))
        self._parts = {name: _part(name, value) for name, value in values.items() if name != "offset"}
        self._marked = _part("marked", marks)

    def _url(self, **changes: Any) -> str:
        parts = self._parts | {name: _part(name, value) for name, value in changes.items()}
        return "/search?" + "&".join(filter(None, [*parts.values(), self._marked]))

    def toggle(self, facet: str, value: str) -> str:
        """With a facet's value taken in or out."""
        chosen: list[str] = list(getattr(self.params, facet))
        changed = [item for item in chosen if item != value] if value in chosen else [*chosen, value]
        return self._url(**{facet: changed})

    def without(self, facet: str) -> str:
        """With a facet's values all taken out."""
        return self._url(**{facet: []})

    def change(self, **changes: Any) -> str:
        """With some parameters changed."""
        return self._url(**changes)

    def at(self, offset: int) -> str:
        """Another page of the results."""
        return self._url(offset=offset or None)

    def export(self) -> str:
        """All the results as a file, the same papers in the same order; a ``format`` is to follow."""
        params = {name: value for name, value in self.values.items() if name in ExportRequest.model_fields}
        return (
            "/api/v1/export?" + urlencode({"q": self.params.q, **params}, doseq=True, errors="replace") + "&"
        )

    def feed(self) -> str:
        """The feed of what is newest among the results."""
        params = {name: value for name, value in self.values.items() if name in FeedRequest.model_fields}
        return "/search/feed?" + urlencode({"q": self.params.q, **params}, doseq=True, errors="replace")

    def review(self) -> str:
        """A new review of all the results."""
        params = {name: value for name, value in self.values.items() if name in FeedRequest.model_fields}
        if set(params) <= {"q"}:
            return "/reviews?" + urlencode({"query": self.params.q}, errors="replace")
        address = urlencode({"q": self.params.q, **params}, doseq=True, errors="replace")
        return "/reviews?" + urlencode({"search": address})

    def pages(self, total: int) -> list[tuple[str, str | None]]:
        """(label, address) of the pages to offer; the current one has no address."""
        size = self.params.limit
        last = min((max(total, 1) - 1) // size, MAX_OFFSET // size)
        now = self.params.offset // size
        near = sorted({0, last, *range(max(0, now - 2), min(last, now + 2) + 1)})
        pages: list[tuple[str, str | None]] = []
        before = -1
        for place in near:
            if place > before + 1:
                pages.append(("…", None))
            pages.append((str(place + 1), None if place == now else self.at(place * size)))
            before = place
        return pages


def _part(name: str, value: Any) -> str:
    """A parameter of an address, as often as it has values."""
    if value in (None, [], ""):
        return ""
    values = value if isinstance(value, list) else [value]
    return "&".join(f"{name}={quote_plus(str(one), errors='replace')}" for one in values)


def hidden_fields(filters: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """The filters as fields of a form."""
    return [(name, value) for name in FILTERS for value in filters.get(name, ())]
