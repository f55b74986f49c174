"""Facets counted by terms aggregations, one pass over the hits for all the fields of a scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from search.clauses import Clause
from search.engines.facets import Buckets, CountValues
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

    Each segment gives its own most frequent ones; those that are found are counted once more where there
    are ``several`` segments and one of them had more.
    """
    answer = aggregate({field: _terms(field, size) for field, size in sizes.items()})
    frequent = {field: _buckets(answer[field]) for field in sizes}
    again = {
        field: _terms(field, size, include=list(frequent[field]))
        for field, size in sizes.items()
        if several and answer[field]["doc_count_error_upper_bound"]
    }
    exact = aggregate(again) if again else {}
    return frequent | {field: _buckets(exact[field]) for field in again}


def _terms(field: str, size: int, **more: Any) -> dict[str, Any]:
    return {"terms": {"field": field, "size": size, "segment_size": size, **more}}


def _buckets(answer: dict[str, Any]) -> Buckets:
    return {str(row["key"]): row["doc_count"] for row in answer["buckets"]}
