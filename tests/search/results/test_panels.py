"""The panels beside a list: facets that leave their own filter out, and topics that share out θ."""

from __future__ import annotations

import pytest

from search.answers import SearchAnswer
from search.request import SearchRequest
from search.results.panels import SHOWN
from tests.search.small_atlas import small_atlas


def _search(text: str = "galaxy", **options: object) -> SearchAnswer:
    return small_atlas().searcher.search(SearchRequest(text, limit=100, **options))  # type: ignore[arg-type]


def _counts(answer: SearchAnswer, name: str) -> dict[str, int]:
    return {row["value"]: row["count"] for row in answer["facets"][name]}


def test_facets_count_the_hits() -> None:
    answer = _search()
    assert set(SHOWN) == set(answer["facets"])
    years = _counts(answer, "year")
    assert sum(years.values()) == answer["total"]
    assert list(map(int, years)) == sorted(map(int, years))
    for year, count in years.items():
        assert count == sum(hit["year"] == int(year) for hit in answer["documents"])


def test_a_facet_leaves_its_own_filter_out_and_the_others_keep_it() -> None:
    whole, chosen = _search(), _search(filters={"year": ["2003"]})
    assert _counts(chosen, "year") == _counts(whole, "year")
    assert {row["value"] for row in chosen["facets"]["year"] if row["selected"]} == {"2003"}
    assert sum(_counts(chosen, "collection").values()) == chosen["total"] < whole["total"]


def test_a_chosen_value_without_hits_stays_visible() -> None:
    answer = _search(filters={"tag": ["nothing such"]})
    assert answer["total"] == 0
    assert {"value": "nothing such", "count": 0, "selected": True} in answer["facets"]["tag"]


def test_a_facet_that_is_not_shown_is_counted_when_it_is_chosen() -> None:
    answer = _search(filters={"author": ["Author1, A."]})
    assert set(answer["facets"]) == {*SHOWN, "author"}
    assert all("Author1, A." in hit["authors"] for hit in answer["documents"])


def test_topics_carry_labels_and_share_out_each_level() -> None:
    answer = _search()
    labels = {row["value"]: row["label"] for row in answer["facets"]["topic"]}
    assert labels
    assert {row["id"]: row["label"] for row in answer["topics"] if row["count"]} == labels
    for level in (0, 1):
        assert sum(row["weight"] for row in answer["topics"] if row["level"] == level) == pytest.approx(1)


def test_topics_of_a_chosen_topic_are_those_of_its_papers() -> None:
    first = max((row for row in _search()["topics"] if row["level"] == 1), key=lambda row: row["count"])
    answer = _search(filters={"topic": [first["id"]]})
    inside = next(row for row in answer["topics"] if row["id"] == first["id"])
    assert inside["count"] == answer["total"] == first["count"]
    assert _counts(answer, "topic") == _counts(_search(), "topic")  # the facet leaves its own filter out


def test_facets_can_be_left_out() -> None:
    answer = _search(facets=False)
    assert (answer["facets"], answer["topics"]) == ({}, [])


def test_facets_keep_to_what_a_reader_may_see() -> None:
    answer = _search(visible=frozenset({"old"}))
    assert set(_counts(answer, "collection")) == {"old"}
    assert sum(_counts(answer, "year").values()) == answer["total"]
