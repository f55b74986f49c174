"""The papers between two topics: those that hold much of both, seen by who may see them."""

from __future__ import annotations

import pytest

from ingest.errors import NotFoundError
from search.request import SearchRequest
from tests.search.small_atlas import small_atlas


def _tops() -> list[str]:
    topics = small_atlas().searcher.search(SearchRequest(""))["topics"]
    return [row["id"] for row in topics if row["level"] == 0]


def test_a_bridge_is_the_same_from_either_side() -> None:
    first, second = _tops()[:2]
    there, back = (
        small_atlas().searcher.bridges(*pair, limit=10) for pair in ((first, second), (second, first))
    )
    assert [hit["id"] for hit in there["documents"]] == [hit["id"] for hit in back["documents"]]
    assert there["topics"] == back["topics"][::-1]


def test_the_score_is_the_smaller_of_both_shares() -> None:
    context = small_atlas().searcher.context
    assert context.placements is not None
    first, second = _tops()[:2]
    columns = [context.placements.hierarchy.levels[0].ids.index(id) for id in (first, second)]
    for hit in small_atlas().searcher.bridges(first, second, limit=10)["documents"]:
        paper = context.library.paper_of(hit["id"])
        theta = context.placements.theta(0, context.placements.rows([paper.id]))[0][columns]
        assert hit["score"] == pytest.approx(float(theta.min()), abs=2e-3)


def test_a_limit_and_visible_collections_hold() -> None:
    first, second = _tops()[:2]
    searcher = small_atlas().searcher
    assert len(searcher.bridges(first, second, limit=2)["documents"]) <= 2
    hits = searcher.bridges(first, second, limit=20, collections=frozenset({"old"}))["documents"]
    assert {hit["collection"] for hit in hits} <= {"old"}


def test_without_a_model_there_are_no_topics() -> None:
    first, second = _tops()[:2]
    with pytest.raises(NotFoundError):
        small_atlas().bare.bridges(first, second)
