"""The first page and the search page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from litatlas.answers import FacetValue, SearchAnswer
from litatlas.errors import LitatlasError
from litatlas.vocabulary import FILTERS
from web.pages.blueprint import blueprint, map_parts
from web.rendering import page
from web.rendering.charts import bars
from web.rendering.search_links import SearchLinks, hidden_fields, search_url
from web.requests import SearchPageRequest, parse
from web.site import atlas, site

HISTOGRAM_HEIGHT = 60.0


@blueprint.get("/")
def home() -> Response:
    """The search box and the map of knowledge."""
    return page(
        "home.html", state=atlas().reports.status(), collections=atlas().collections.all(), **map_parts()
    )


@blueprint.get("/search")
def search() -> AnyResponse:
    """Results, and the map lit by them."""
    if "from" in request.args or "to" in request.args:
        return _years(request.args)
    params = parse(SearchPageRequest, request.args)
    try:
        answer = atlas().search(params.search())
    except LitatlasError as error:
        return _unanswered(params, error)
    return page("search.html", **_parts(params, answer), **map_parts(answer["topics"]))


def _years(values: MultiDict[str, str]) -> AnyResponse:
    """The form of two years, as the filter that it means; a filter has one address only."""
    first, last = values.get("from", "").strip(), values.get("to", "").strip()
    rest = MultiDict((name, value) for name, value in values.items(multi=True) if name not in ("from", "to"))
    params = parse(SearchPageRequest, rest)
    chosen = [f"{first}-{last}"] if first or last else []
    return redirect(SearchLinks(params).change(year=chosen), 303)


def _parts(params: SearchPageRequest, answer: SearchAnswer) -> dict[str, Any]:
    links = SearchLinks(params)
    facets: dict[str, Any] = {
        name: values for name in FILTERS if _tells(name, values := answer["facets"].get(name, []))
    }
    if "topic" in facets:
        parents = {cell["id"]: cell["parent"] for cell in site().drawing().cells}
        facets["topic"] = _as_tree(facets["topic"][:12], parents)
    return {
        "params": params,
        "answer": answer,
        "notice": answer["notice"].removesuffix(answer["absent"]["sentence"]).rstrip()
        if "absent" in answer
        else answer["notice"],
        "links": links,
        "facets": facets,
        "histogram": _histogram(facets.pop("year", [])),
        "hidden": hidden_fields(params.filters()),
        "feed": links.feed(),
        "first": params.offset + 1,
        "last": min(params.offset + len(answer["documents"]), answer["total"]),
    }


def _as_tree(values: list[FacetValue], parents: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """The topics of a facet with each below the nearest of its ancestors that is listed, and how deep."""
    listed = {value["value"] for value in values}

    def above(topic: str) -> str | None:
        at = parents.get(topic)
        while at is not None and at not in listed:
            at = parents.get(at)
        return at

    below: dict[str | None, list[FacetValue]] = defaultdict(list)
    for value in values:
        below[above(value["value"])].append(value)

    def branch(at: str | None, depth: int) -> Iterator[dict[str, Any]]:
        for value in below[at]:
            yield {**value, "depth": min(depth, 3)}
            yield from branch(value["value"], depth + 1)

    return list(branch(None, 0))


def _tells(name: str, values: list[FacetValue]) -> bool:
    """Whether a facet divides the results, or holds a choice that can be taken back."""
    return len(values) > 1 or any(value["selected"] for value in values) or (name == "year" and bool(values))


def _histogram(values: list[FacetValue]) -> dict[str, Any]:
    counts = [(int(v["value"]), v["count"]) for v in values if v["value"].isdigit()]
    selected = frozenset(int(v["value"]) for v in values if v["selected"] and v["value"].isdigit())
    return {"bars": bars(counts, selected, HISTOGRAM_HEIGHT), "selected": sorted(selected)}


def _unanswered(params: SearchPageRequest, error: LitatlasError) -> Response:
    """The search page with what is wrong and, where it is known, the corrected query as a link."""
    mended = str(getattr(error, "mended", "") or "")
    return page(
        "search.html",
        error.status,
        params=params,
        answer=None,
        error=error,
        mended=mended,
        mended_url=search_url(mended) if mended else "",
        hidden=hidden_fields(params.filters()),
        **map_parts(),
    )
