"""What both engines share around a query: filters, what a reader may see, and how facets are finished."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.errors import InputError
from search import fields
from search.clauses import AllOf, AnyOf, Between, Clause, Everything, Nothing, Term
from search.engine import FacetRequest, Request

_RANGE = re.compile(r"(\d{1,9})?\s*([-–])?\s*(\d{1,9})?")


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet to be counted in the index: its request, its field, and the clause that selects its hits."""

    request: FacetRequest
    field: str
    integer: bool
    scope: Clause


def hits_clause(request: Request, *, without: str = "") -> Clause:
    """The clause of a request's hits: query, visible collections and filters, but for the filter
    ``without``."""
    parts = [request.query, visible_clause(request.collections)]
    parts += [filter_clause(name, values) for name, values in request.filters.items() if name != without]
    kept = tuple(part for part in parts if not isinstance(part, Everything))
    if not kept:
        return Everything()
    return kept[0] if len(kept) == 1 else AllOf(kept)


def visible_clause(collections: frozenset[str] | None) -> Clause:
    """Papers that belong to one of the collections; everything for None."""
    if collections is None:
        return Everything()
    return _any(Term("collections", name) for name in sorted(collections))


def filter_clause(name: str, values: Sequence[str]) -> Clause:
    """Papers with any of the values of a facet; values of integer facets may be ranges."""
    spec = fields.BY_NAME.get(name)
    if spec is None or not spec.filterable:
        known = ", ".join(field.name for field in fields.FILTERS)
        raise InputError(f"There is no filter “{name[:100]}”.", f"Filters are {known}.")
    if not values:
        return Everything()
    field = spec.filter_field.name
    if spec.kind == "integer":
        return _any(_between(name, field, value) for value in values)
    return _any(Term(field, value) for value in dict.fromkeys(values))


def _between(name: str, field: str, value: str) -> Clause:
    match = _RANGE.fullmatch(value.strip())
    if match is None or not (match[1] or match[3]):
        raise InputError(
            f"“{value[:100]}” is no value of the filter {name}.",
            "Give a number or a range: 2015, 2010-2019, 2010-.",
        )
    low = int(match[1]) if match[1] else None
    high = int(match[3]) if match[3] else None
    return Between(field, low, high if match[2] else low)


def facets_of(request: Request) -> list[Facet]:
    """The facets of a request, each over the hits without its own filter."""
    whole = hits_clause(request)
    found = []
    for facet in request.facets:
        spec = fields.BY_NAME.get(facet.name)
        if spec is None or not (spec.facet or facet.name == "topic_share"):
            known = ", ".join(field.name for field in fields.FACETS)
            raise InputError(f"There is no facet “{facet.name[:100]}”.", f"Facets are {known}.")
        scope = hits_clause(request, without=facet.name) if facet.name in request.filters else whole
        found.append(Facet(facet, spec.filter_field.name, spec.kind == "integer", scope))
    return found


def finish_facet(
    facet: Facet, counts: Mapping[str, int], collections: frozenset[str] | None
) -> tuple[list[tuple[str, int]], list[str]]:
    """The values to show, and the selected values whose count is still to be asked for.

    Most frequent first, equals by value; an integer facet whole, by value. Collections that the reader
    may not see are left out, even where they share a paper with one that they may.
    """
    shown = [
        (value, count)
        for value, count in counts.items()
        if facet.field != "collections" or collections is None or value in collections
    ]
    if facet.integer:
        shown.sort(key=lambda pair: int(pair[0]))
    else:
        shown.sort(key=lambda pair: (-pair[1], pair[0]))
    selected = [value for value in dict.fromkeys(facet.request.selected) if not facet.integer]
    top = shown if facet.integer else shown[: facet.request.size]
    known = dict(shown)
    listed = {value for value, _ in top}
    top += [(value, known[value]) for value in selected if value in known and value not in listed]
    return top, [value for value in selected if value not in known]


def _any(clauses: Iterable[Clause]) -> Clause:
    children = tuple(clauses)
    if not children:
        return Nothing()
    return children[0] if len(children) == 1 else AnyOf(children)
