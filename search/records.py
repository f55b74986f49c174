"""A paper as the fields of an index: what both engines write, made from the registry."""

from __future__ import annotations

from typing import Any

from search import fields
from search.clauses import TEXT
from search.compile import FOLDED
from search.engine import IndexedPaper
from search.names import fold

POSITIONS = frozenset({"title_exact", "abstract_exact", "venue_tokens"})
"""The token streams that phrases look into; only there are the tokens' positions kept."""

_ITEMS = tuple(
    item for item in fields.engine_fields() if item.storage != "vector" and item.name != "title_sort"
)
_TITLE_SORT = 60  # characters of a title that its order looks at


def record_of(paper: IndexedPaper) -> dict[str, Any]:
    """Every field that the paper has, without repetitions, but for its id and its vector.

    Beyond the registry: the text that BM25 runs on (title and abstract), the folded twins of fields that
    queries compare folded, and the sort title, which ends with the id so that no two are equal.
    """
    record: dict[str, Any] = {
        TEXT: f"{paper.title_stem} {paper.abstract_stem}",
        "title_sort": f"{paper.title_sort[:_TITLE_SORT]} {paper.id}",
    }
    for name, folded in FOLDED.items():
        record[folded] = list(dict.fromkeys(map(fold, getattr(paper, name))))
    for item in _ITEMS:
        value = getattr(paper, item.name)
        if value not in ("", (), None):
            record[item.name] = list(dict.fromkeys(value)) if item.multiple else value
    return record
