"""Counting facets, the same for both engines: each over the hits without its own filter, exact and
bounded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from ingest.errors import InputError
from search import fields
from search.clauses import AllOf, Clause, Term
from search.days import day_range, month_of
from search.engines.contract import FacetRequest, Request
from search.engines.filters import compared, hits_clause

MOST_BUCKETS = 60_000
"""The most values that are ever counted for one facet."""

TOPIC_SHARE = "topic_share"
"""The facet that is no one's filter: parts of θ, there to be summed."""

TAG_SPELLING = "tag_spelling"
"""Tags as papers spell them, there to show a tag in its most usual spelling."""

_SPARE = 30  # values asked for beyond those shown, so that equals can be put in order

Buckets = Mapping[str, int]
CountValues = Callable[[Sequence[tuple[Clause, Mapping[str, int]]]], list[dict[str, Buckets]]]
"""For each scope and its {field: how many values}: {field: {value: papers}}, the most frequent values."""


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet to be counted: its request, its field of the index, and the clause that selects its hits."""

    request: FacetRequest
    field: str
    kind: fields.Kind
    scope: Clause
    visible: frozenset[str] | None = None  # the values that may be shown at all

    @property
    def numeric(self) -> bool:
        """Whether all values are counted, and shown in their own order."""
        return self.kind in ("integer", "date")

    @property
    def asked(self) -> int:
        """How many values are asked for: some more than are shown, all of them where many may not be
        shown."""
        return MOST_BUCKETS if self.numeric or self.visible is not None else self.request.size + _SPARE

    def shown(self, buckets: Buckets) -> list[tuple[str, int]]:
        """Values with their counts, most frequent first, equals by value; integers by value; days by month,
        the latest first."""
        if self.kind == "date":
            months = Counter[str]()
            for day, count in buckets.items():
                months[month_of(int(day))] += count
            return sorted(months.items(), reverse=True)
        pairs = [pair for pair in buckets.items() if self.visible is None or pair[0] in self.visible]
        if self.kind == "integer":
            pairs.sort(key=lambda pair: int(pair[0]))
        elif self.request.name != TOPIC_SHARE:  # thousands of values: sorting them would keep others waiting
            pairs.sort(key=itemgetter(0))
            pairs.sort(key=itemgetter(1), reverse=True)
        return pairs

    def settled(self, buckets: Buckets, size: int) -> Buckets:
        """The values that surely come before all that were not returned (``size`` were asked for).

        Where more values are equally frequent than were returned, which of them came is chance: they all
        go.
        """
        if self.numeric or len(buckets) < size:
            return buckets
        least = min(buckets.values())
        values = self.shown(buckets)
        if len(values) >= self.request.size and values[self.request.size - 1][1] > least:
            return buckets
        return {value: count for value, count in buckets.items() if count > least}


def facets_of(request: Request) -> list[Facet]:
    """The facets of a request, each over the hits without its own filter."""
    whole = hits_clause(request)
    facets = []
    for facet in request.facets:
        spec = fields.BY_NAME.get(facet.name)
        if spec is None or not (spec.facet or facet.name in (TOPIC_SHARE, TAG_SPELLING)):
            known = ", ".join(field.name for field in fields.FACETS)
            raise InputError(f"There is no facet “{facet.name[:100]}”.", f"Facets are {known}.")
        if facet.name == "tag":
            facet = replace(facet, selected=compared("tag", facet.selected))
        scope = hits_clause(request, without=facet.name) if facet.name in request.filters else whole
        visible = request.collections if facet.name == "collection" else None
        facets.append(Facet(facet, spec.filter_field.name, spec.kind, scope, visible))
    return facets


def count_facets(facets: Sequence[Facet], count: CountValues) -> dict[str, list[tuple[str, int]]]:
    """The values and counts of every facet.

    ``count`` is called once for all of them, and once more for selected values that are not among the
    most frequent.
    """
    sizes = [facet.asked for facet in facets]
    counted = _count(facets, sizes, count)
    buckets = [facet.settled(found, size) for facet, found, size in zip(facets, counted, sizes, strict=True)]
    missing = [
        (facet, value)
        for facet, found in zip(facets, buckets, strict=True)
        for value in dict.fromkeys(facet.request.selected)
        if not facet.numeric and value not in found and (facet.visible is None or value in facet.visible)
    ]
    alone = [
        Facet(FacetRequest(facet.request.name, 1), facet.field, facet.kind, _with(facet, value))
        for facet, value in missing
    ]
    counted_alone = _count(alone, [MOST_BUCKETS] * len(alone), count)
    for (facet, value), found in zip(missing, counted_alone, strict=True):
        at = next(at for at, other in enumerate(facets) if other is facet)
        buckets[at] = {**buckets[at], value: found.get(value, 0)}
    return {facet.request.name: _top(facet, found) for facet, found in zip(facets, buckets, strict=True)}


def _with(facet: Facet, value: str) -> Clause:
    return AllOf((facet.scope, Term(facet.field, value)))


def _top(facet: Facet, buckets: Buckets) -> list[tuple[str, int]]:
    """The values to show, then the selected ones that are not among them."""
    values = facet.shown(buckets)
    if facet.kind == "integer":
        return values
    top = values[: facet.request.size]
    if not facet.request.selected:
        return top
    listed = {value for value, count in top if count}
    rest = [value for value in dict.fromkeys(facet.request.selected) if value not in listed]
    counts = dict(values) if facet.kind != "date" else {value: _within(value, buckets) for value in rest}
    return [(value, count) for value, count in top if count] + [
        (value, counts.get(value, 0)) for value in rest
    ]


def _within(value: str, days: Buckets) -> int:
    """The papers of a day, a month, a year or a range of them."""
    first, last = day_range(value) or (0, 0)
    return sum(count for day, count in days.items() if (first or 0) <= int(day) <= (last or 99_999_999))


def _count(facets: Sequence[Facet], sizes: Sequence[int], count: CountValues) -> list[Buckets]:
    """Facets that share their hits are counted together."""
    groups: dict[Clause, dict[str, int]] = {}
    for facet, size in zip(facets, sizes, strict=True):
        groups.setdefault(facet.scope, {})[facet.field] = size
    answers = dict(zip(groups, count(list(groups.items())) if groups else [], strict=True))
    return [answers[facet.scope][facet.field] for facet in facets]
