"""Searches that people keep under a name; each is asked anew, of what its reader may see."""

from __future__ import annotations

import json
from collections.abc import Sequence
from operator import itemgetter

from ingest.library.backend.errors import read_json
from ingest.library.library import KeptItem
from litatlas.accounts.sight import Sight
from litatlas.errors import InputError
from litatlas.generation.generations import Generations
from litatlas.parts.kept.kept_answers import SavedSearchAnswer
from litatlas.parts.kept.ownership import Items
from litatlas.vocabulary import MAX_LIST_NAME
from search.query.parser import parse
from search.request import SearchRequest

_KEPT = ("sort", "ranking", "match")


class SavedSearches:
    """The saved searches of one atlas, as one reader works with them; reached as ``Atlas.searches``."""

    def __init__(self, generations: Generations, sight: Sight) -> None:
        self._items = Items(generations.library, sight, "search")

    def all(self) -> list[SavedSearchAnswer]:
        """The searches that the reader may see, by name."""
        return sorted(
            map(self._answer, self._items.all()), key=lambda one: (one["name"].casefold(), one["id"])
        )

    def one(self, id: str) -> SavedSearchAnswer:
        """A saved search, by its id, or by its name where one alone has it.

        Raises:
            NotFoundError: there is none that the reader may see.
        """
        named = [item for item in self._items.all() if item.name == id]
        return self._answer(named[0] if len(named) == 1 else self._items.one(id))

    def request(self, id: str) -> SearchRequest:
        """A saved search as it can be asked; raises as :meth:`one`."""
        one = self.one(id)
        return SearchRequest(
            one["query"],
            sort=one["sort"],
            ranking=one["ranking"],
            match=one["match"],
            filters=one["filters"],
        )

    def save(self, name: str, request: str | SearchRequest) -> SavedSearchAnswer:
        """Keep a search under a name; at first nobody else sees it.

        Raises:
            InputError: a name that cannot be used, or a query that cannot be read.
        """
        request = SearchRequest.of(request)
        parse(request.text)
        kept = {
            "query": request.text,
            "filters": {name: list(values) for name, values in request.chosen.items()},
        }
        kept |= {name: getattr(request, name) for name in _KEPT}
        return self._answer(self._items.keep(json.dumps(kept, ensure_ascii=False), name=_named(name)))

    def rename(self, id: str, name: str) -> SavedSearchAnswer:
        """Give a saved search another name."""
        return self._answer(self._items.change(self.one(id)["id"], name=_named(name)))

    def remove(self, id: str) -> None:
        """Remove a saved search."""
        self._items.remove(self.one(id)["id"])

    def share(self, id: str, *, private: bool, users: Sequence[str] = (), groups: Sequence[str] = ()) -> None:
        """Say who sees a saved search; raises as `Items.share`."""
        self._items.share(self.one(id)["id"], private=private, users=users, groups=groups)

    def _answer(self, item: KeptItem) -> SavedSearchAnswer:
        query, filters, sort, ranking, match = read_json(item.text, itemgetter("query", "filters", *_KEPT))
        return {
            "id": item.id,
            "name": item.name,
            "query": query,
            "filters": filters,
            "sort": sort,
            "ranking": ranking,
            "match": match,
            "made": item.made,
            "mine": self._items.is_mine(item),
            "sharing": self._items.sharing(item),
        }


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_LIST_NAME:
        raise InputError(
            f"A name must have 1 to {MAX_LIST_NAME} characters.", "Choose a name of that length."
        )
    return name
