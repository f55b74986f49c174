"""Hits in order: pages, equals by id, and whole orders for deep readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, cast

import numpy as np
import tantivy
from numpy.typing import NDArray

from search.clauses import Clause, is_scored
from search.engines.contract import Hit
from search.engines.errors import EngineError
from search.engines.tantivy.compile import Compiler
from search.engines.tantivy.encoding import unpack_ids
from search.sort_orders import SORTS

_TIE_REACH = 500  # hits beyond the page that are read to put equal scores in order of id
_ORDERS = {
    "newest": ("newest", tantivy.Order.Desc),
    "oldest": ("oldest", tantivy.Order.Asc),
    "cited": ("cited", tantivy.Order.Desc),
    "added": ("arrived", tantivy.Order.Desc),
    "title": ("title_sort", tantivy.Order.Asc),
    "id": ("id_high", tantivy.Order.Asc),
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An index as it stood after one commit."""

    schema: tantivy.Schema
    searcher: tantivy.Searcher
    version: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """The whole order of a search's hits: packed ids (`encoding`) and scores, best first."""

    high: NDArray[np.uint64]
    low: NDArray[np.uint64]
    scores: NDArray[np.float32]

    @classmethod
    def ordered(
        cls,
        high: NDArray[np.uint64],
        low: NDArray[np.uint64],
        scores: NDArray[np.float32],
        ranks: NDArray[np.float64],
    ) -> Reading:
        """Hits by rank, lowest first, equals by id."""
        by = np.lexsort((low, high, ranks))
        return cls(high[by], low[by], scores[by])

    def __len__(self) -> int:
        return len(self.high)

    def hits(self, start: int, end: int) -> list[Hit]:
        """The hits of one page."""
        ids = unpack_ids(self.high[start:end], self.low[start:end])
        return [Hit(id, score) for id, score in zip(ids, self.scores[start:end].tolist(), strict=True)]


_new_hit = tuple.__new__  # of thousands, in half the time of Hit(…)

Order = tuple[str, tantivy.Order] | None
"""The column that hits are ordered by, and its direction; None for the score."""


def page(snapshot: Snapshot, clause: Clause, sort: str, offset: int, limit: int) -> tuple[int, list[Hit]]:
    """All hits counted, and those from ``offset`` on, in their order; equals by id."""
    query = Compiler(snapshot.schema).query(clause)
    if limit < 1:
        return _run(snapshot, query, None, 1)[0], []
    return ordered(snapshot, query, _order_of(clause, sort), offset, limit)


def _order_of(clause: Clause, sort: str) -> Order:
    """The column that a sort reads; None for the score."""
    if sort == "relevance":
        return None if is_scored(clause) else _ORDERS["id"]
    try:
        return _ORDERS[sort]
    except KeyError:
        known = ", ".join(spec.name for spec in SORTS)
        raise EngineError(f"Papers cannot be sorted by “{sort[:100]}”.", f"Sorts are {known}.") from None


def ordered(
    snapshot: Snapshot,
    query: tantivy.Query,
    order: Order,
    offset: int,
    limit: int,
) -> tuple[int, list[Hit]]:
    """How many papers match, and those from ``offset`` on in their order; equals by id."""
    end = offset + limit
    reach = end + 1
    while True:
        total, hits = _run(snapshot, query, order, reach)
        if len(hits) < reach or reach >= end + _TIE_REACH or hits[end - 1][0] != hits[-1][0]:
            break
        reach = min(2 * reach + 100, end + _TIE_REACH)
    start = offset
    while 0 < start < len(hits) and hits[start - 1][0] == hits[start][0]:
        start -= 1
    keys, addresses = zip(*hits[start:], strict=True) if len(hits) > start else ((), ())
    ids = _by_equals(keys, _ids(snapshot, list(addresses)))
    page = slice(offset - start, end - start)
    scores = keys[page] if order is None else repeat(0.0)
    return total, [_new_hit(Hit, pair) for pair in zip(ids[page], scores, strict=False)]


def _run(
    snapshot: Snapshot, query: tantivy.Query, order: Order, limit: int
) -> tuple[int, list[tuple[Any, tantivy.DocAddress]]]:
    """How many papers match, and the first ``limit`` of them with their sort keys."""
    result: Any
    if order is None:
        result = snapshot.searcher.search(query, limit)
    else:
        result = snapshot.searcher.search(query, limit, order_by_field=order[0], order=order[1])
    return result.count, result.hits


def _ids(snapshot: Snapshot, addresses: list[tantivy.DocAddress]) -> list[str]:
    high = snapshot.searcher.fast_field_values("id_high", addresses)
    low = snapshot.searcher.fast_field_values("id_low", addresses)
    return unpack_ids(cast(list[int], high), cast(list[int], low))


def _by_equals(keys: Sequence[Any], ids: list[str]) -> list[str]:
    """The ids of hits with these keys, neighbours with the same key in order of id."""
    column = np.asarray(keys)
    equal = np.flatnonzero(column[1:] == column[:-1])  # each place whose hit equals the next one
    for run in np.split(equal, np.flatnonzero(np.diff(equal) > 1) + 1) if len(equal) else ():
        part = slice(int(run[0]), int(run[-1]) + 2)
        ids[part] = sorted(ids[part])
    return ids


def whole_order(snapshot: Snapshot, clause: Clause, sort: str) -> Reading:
    """All hits of a clause in their order."""
    query = Compiler(snapshot.schema).query(clause)
    order = _order_of(clause, sort)
    total, _ = _run(snapshot, query, None, 1)
    _, hits = _run(snapshot, query, order, max(1, total))
    addresses = [address for _, address in hits]
    high = np.array(snapshot.searcher.fast_field_values("id_high", addresses), dtype=np.uint64)
    low = np.array(snapshot.searcher.fast_field_values("id_low", addresses), dtype=np.uint64)
    if order is None:
        scores = np.array([score for score, _ in hits], dtype=np.float32)
        return Reading.ordered(high, low, scores, -scores.astype(np.float64))
    changes = [at > 0 and hits[at][0] != hits[at - 1][0] for at in range(len(hits))]
    return Reading.ordered(
        high, low, np.zeros(len(hits), dtype=np.float32), np.cumsum(changes, dtype=np.float64)
    )
