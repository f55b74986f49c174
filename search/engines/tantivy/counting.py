"""Facets counted by terms aggregations, one pass over the hits for all the fields of a scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from search.clauses import Clause
from search.engines.facets import MOST_BUCKETS, Buckets, CountValues
from search.engines.tantivy.compile import Compiler
from search.engines.tantivy.ordering import Snapshot


def counter_of(snapshot: Snapshot) -> CountValues:
    """Count values: one pass over the hits for all the fields of a scope."""
    compiler = Compiler(snapshot.schema)
    searcher = snapshot.searcher

    def count(scopes: Sequence[tuple[Clause, Mapping[str, int]]]) -> list[dict[str, Buckets]]:
        several = searcher.num_segments > 1
        aggregates = [(partial(searcher.aggregate, compiler.filter(scope)), sizes) for scope, sizes in scopes]
        return [_most_frequent(aggregate, sizes, several=several) for aggregate, sizes in aggregates]

    return count


def _most_frequent(
    aggregate: Callable[[dict[str, Any]], dict[str, Any]], sizes: Mapping[str, int], *, several: bool
) -> dict[str, Buckets]:
    """The most frequent values of fields, by terms aggregations of an index in segments.

    Each of ``several`` segments gives nearly all that it has, which takes less time than to count the most
    frequent ones of them all once more; that is done where one segment had more still.
    """
    wanted = dict.fromkeys(sizes, MOST_BUCKETS) if several else sizes
    answer = aggregate({field: _terms(field, size, wanted[field]) for field, size in sizes.items()})
    frequent = {field: _buckets(answer[field]) for field in sizes}
    again = {
        field: _terms(field, size, size, include=list(frequent[field]))
        for field, size in sizes.items()
        if several and answer[field]["doc_count_error_upper_bound"]
    }
    exact = aggregate(again) if again else {}
    return frequent | {field: _buckets(exact[field]) for field in again}


def _terms(field: str, size: int, of_segment: int, **more: Any) -> dict[str, Any]:
    return {"terms": {"field": field, "size": size, "segment_size": of_segment, **more}}


def _buckets(answer: dict[str, Any]) -> Buckets:
    return {str(row["key"]): row["doc_count"] for row in answer["buckets"]}
