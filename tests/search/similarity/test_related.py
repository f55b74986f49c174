"""Related papers: near to what was found, found by none of the query's words, and within its filters."""

from __future__ import annotations

import numpy as np
import pytest

from search.request import SearchRequest
from search.similarity.related import nearest_by_terms
from tests.search.small_atlas import ids_of, small_atlas


def _related(text: str, **options: object) -> list[dict[str, object]]:
    answer = small_atlas().searcher.search(SearchRequest(text, limit=8, **options))  # type: ignore[arg-type]
    return list(answer["related"])  # type: ignore[arg-type]


def test_related_papers_have_none_of_the_words_and_the_theme() -> None:
    related = _related("galaxy")
    assert related
    hits = small_atlas().searcher.search(SearchRequest("galaxy", limit=120))["documents"]
    assert not {hit["id"] for hit in hits} & {hit["id"] for hit in related}
    assert all(str(hit["source_id"]).startswith("stars") for hit in related)
    scores = [float(str(hit["score"])) for hit in related]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("galaxy", {"sort": "newest"}),
        ("galaxy", {"ranking": "lexical"}),
        ("galaxy", {"offset": 5}),
        ("year:2003", {}),
        ("", {}),
        ("zzzzqqq", {}),
    ],
)
def test_where_nothing_is_ranked_by_words_nothing_is_related(text: str, options: dict[str, object]) -> None:
    assert _related(text, **options) == []


def test_filters_and_visible_collections_hold() -> None:
    assert {hit["year"] for hit in _related("galaxy", filters={"year": ["2003", "2004"]})} <= {2003, 2004}
    assert {hit["collection"] for hit in _related("galaxy", visible=frozenset({"new"}))} == {"new"}


def test_the_nearest_by_terms_are_best_first_and_without_what_is_left_out() -> None:
    context = small_atlas().searcher.context
    evidence = context.evidence
    assert evidence is not None
    terms = np.array([evidence.models.terms[stem] for stem in ("galaxi", "telescop")], dtype=np.intp)
    weights = np.ones(2, dtype=np.float32)
    nearest = nearest_by_terms(evidence, terms, weights, 10, [])
    assert {id for id, _ in nearest} <= set(ids_of(context, "stars"))
    assert [score for _, score in nearest] == sorted((score for _, score in nearest), reverse=True)
    first = np.array([evidence.models.ids.index(nearest[0][0])], dtype=np.int32)
    assert nearest[0][0] not in dict(nearest_by_terms(evidence, terms, weights, 10, [first]))
