"""What stands around a query in both engines: the filters, and what a reader may see."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from ingest.errors import InputError
from search import fields
from search.authors import fold
from search.clauses import (
    AllOf,
    AnyOf,
    Between,
    Clause,
    Everything,
    Nothing,
    PrefixOf,
    Scored,
    Term,
    Without,
    with_children,
)
from search.days import day_range
from search.engines.contract import Request
from search.tags import tag_key

_RANGE = re.compile(r"(\d{1,9})?\s*([-–])?\s*(\d{1,9})?")


def hits_clause(request: Request, *, without: str = "") -> Clause:
    """The clause of a request's hits: query, visible collections and filters, but for the filter
    ``without``."""
    parts = [request.query, visible_clause(request.collections)]
    parts += [filter_clause(name, values) for name, values in request.filters.items() if name != without]
    if request.collections is not None:
        names = request.collections
        parts = [parts[1], *(without_unseen(part, names) for at, part in enumerate(parts) if at != 1)]
    clauses = tuple(part for part in parts if not isinstance(part, Everything))
    if not clauses:
        return Everything()
    return clauses[0] if len(clauses) == 1 else AllOf(clauses)


@lru_cache(maxsize=64)
def visible_clause(collections: frozenset[str] | None) -> Clause:
    """Papers that belong to one of the collections; everything for None. The same clause each time, so that
    an engine may keep what it makes of it."""
    if collections is None:
        return Everything()
    return _any(Term("collections", name) for name in sorted(collections))


def without_unseen(clause: Clause, names: frozenset[str]) -> Clause:
    """The clause for a reader to whom collections of other names do not exist: no paper is in one of them.

    A paper may lie in a collection that the reader sees and in one that they do not.
    """
    match clause:
        case Term("collections", text):
            return clause if text in names else Nothing()
        case Term("collections_folded", text):
            return clause if text in {fold(name) for name in names} else Nothing()
        case PrefixOf("collections" | "collections_folded", prefix):
            begun = sorted(name for name in names if fold(name).startswith(fold(prefix)))
            return _any(Term("collections", name) for name in begun)
        case AllOf() | AnyOf():
            return with_children(clause, lambda child: without_unseen(child, names))
        case Without(child):
            changed = without_unseen(child, names)
            return clause if changed is child else Without(changed)
        case Scored(child, terms):
            return Scored(without_unseen(child, names), terms)
        case _:
            return clause


def filter_clause(name: str, values: Sequence[str]) -> Clause:
    """Papers with any of the values of a facet; values of integer facets may be ranges."""
    spec = fields.BY_NAME.get(name)
    if spec is None or not spec.filterable:
        known = ", ".join(field.name for field in fields.FILTERS)
        raise InputError(f"There is no filter “{name[:100]}”.", f"Filters are {known}.")
    if not values:
        return Everything()
    field = spec.filter_field.name
    if spec.kind in ("integer", "date"):
        return _any(_between(spec, field, value) for value in values)
    return _any(Term(field, value) for value in compared(name, values))


def compared(name: str, values: Iterable[str]) -> tuple[str, ...]:
    """Values of a facet as the index holds them, each once: of tags their keys."""
    return tuple(dict.fromkeys(map(tag_key, values) if name == "tag" else values))


def _between(spec: fields.FieldSpec, field: str, value: str) -> Clause:
    bounds = (day_range if spec.kind == "date" else _number_range)(value.strip())
    if bounds is None:
        examples = "2026-11-29, 2026-11, 2026-" if spec.kind == "date" else "2015, 2010-2019, 2010-"
        raise InputError(
            f"“{value[:100]}” is not a value of the filter {spec.name}.",
            f"Give a {'date' if spec.kind == 'date' else 'number'} or a range: {examples}.",
        )
    return Between(field, *bounds)


def _number_range(value: str) -> tuple[int | None, int | None] | None:
    match = _RANGE.fullmatch(value)
    if match is None or not (match[1] or match[3]) or (match[3] and not match[2]):
        return None
    low = int(match[1]) if match[1] else None
    high = int(match[3]) if match[3] else None
    if low is not None and high is not None and low > high:
        low, high = high, low  # as a range in a query is read
    return low, high if match[2] else low


def _any(clauses: Iterable[Clause]) -> Clause:
    children = tuple(clauses)
    if not children:
        return Nothing()
    return children[0] if len(children) == 1 else AnyOf(children)
