"""A paper as the fields of an index: what both engines write, made from the registry."""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter
from typing import Any

from search import fields
from search.authors import fold
from search.clauses import TEXT
from search.engines.contract import IndexedPaper

POSITIONS = frozenset({"title_exact", "abstract_exact", "venue_tokens"})
"""The token streams that phrases look into; only there are the tokens' positions kept."""

_ITEMS = tuple(
    item for item in fields.engine_fields() if item.storage != "vector" and item.name != "title_sort"
)
_VALUES = attrgetter(*(item.name for item in _ITEMS))
_MULTIPLE = tuple((item.name, item.multiple) for item in _ITEMS)
_TITLE_SORT = 60  # characters of a title that its order looks at

_folded = lru_cache(maxsize=100_000)(fold)


def record_of(paper: IndexedPaper) -> dict[str, Any]:
    """Every field that the paper has, without repetitions, but for its id and its vector.

    Beyond the registry: the text that BM25 runs on (title and abstract), the folded twins of fields that
    are compared folded, and the sort title, which ends with the id so that no two are equal.
    """
    record: dict[str, Any] = {
        TEXT: f"{paper.title_stem} {paper.abstract_stem}",
        "title_sort": f"{paper.title_sort[:_TITLE_SORT]} {paper.id}",
        "tags_folded": list(dict.fromkeys(map(_folded, paper.tags))),
        "collections_folded": list(dict.fromkeys(map(_folded, paper.collections))),
    }
    for (name, multiple), value in zip(_MULTIPLE, _VALUES(paper), strict=True):
        if multiple:
            if value:
                record[name] = [*dict.fromkeys(value)] if len(value) > 1 else list(value)
        elif value is not None and value != "":
            record[name] = value
    return record
