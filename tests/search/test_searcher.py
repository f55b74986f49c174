"""The search answer: what is found, counted, ordered, related, and said."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import InputError
from ingest.text.analysis import analyzer
from search.assist.assistance import Assistance, write_assistance
from search.ranking.titles import TITLE_SCORERS
from search.request import SearchRequest
from search.searcher import Searcher
from tests.search.small_atlas import small_atlas


@pytest.fixture(scope="module")
def searcher() -> Searcher:
    return small_atlas().searcher


def _sources(answer: dict[str, Any]) -> set[str]:
    return {hit["source_id"].partition("-")[0] for hit in answer["documents"]}


def test_a_few_words_are_all_wanted(searcher: Searcher) -> None:
    both = searcher.search(SearchRequest("galaxy telescope", limit=50))
    either = searcher.search(SearchRequest("galaxy telescope", limit=50, match="any"))
    assert 0 < both["total"] < either["total"]
    assert both["notice"] == ""
    assert _sources(both) == {"stars"}


def test_words_that_no_paper_joins_find_some_and_say_so(searcher: Searcher) -> None:
    answer = searcher.search(SearchRequest("galaxy kinase", limit=100))
    assert _sources(answer) == {"stars", "cells"}
    assert "some of them" in answer["notice"]
    assert searcher.search(SearchRequest("galaxy kinase", match="all"))["total"] == 0


def test_five_words_are_a_description(searcher: Searcher) -> None:
    answer = searcher.search(SearchRequest("galaxy kinase vertex absentword otherword", limit=100))
    assert answer["total"] > 0
    assert answer["notice"] == ""


def test_fused_and_lexical_find_the_same_papers(searcher: Searcher) -> None:
    fused = searcher.search(SearchRequest("galaxy telescope halo", match="any", limit=100))
    lexical = searcher.search(
        SearchRequest("galaxy telescope halo", match="any", limit=100, ranking="lexical")
    )
    assert {hit["id"] for hit in fused["documents"]} == {hit["id"] for hit in lexical["documents"]}
    assert fused["total"] == lexical["total"]
    assert fused["facets"] == lexical["facets"]
    scores = [hit["score"] for hit in fused["documents"]]
    assert scores == sorted(scores, reverse=True)


def test_pages_follow_each_other(searcher: Searcher) -> None:
    whole = searcher.search(SearchRequest("galaxy", limit=12))["documents"]
    parts = [
        searcher.search(SearchRequest("galaxy", limit=4, offset=start))["documents"] for start in (0, 4, 8)
    ]
    assert [hit["id"] for part in parts for hit in part] == [hit["id"] for hit in whole]


def test_topic_weights_add_up_to_one_in_each_level(searcher: Searcher) -> None:
    answer = searcher.search(SearchRequest("galaxy"))
    sums: defaultdict[int, float] = defaultdict(float)
    for row in answer["topics"]:
        sums[row["level"]] += row["weight"]
        assert row["count"] <= answer["total"]
    assert dict(sums) == pytest.approx({0: 1.0, 1: 1.0})


def test_topics_are_counted_over_the_hits_even_when_one_is_selected(searcher: Searcher) -> None:
    first = searcher.search(SearchRequest("galaxy"))["topics"][0]
    answer = searcher.search(SearchRequest("galaxy", filters={"topic": [first["id"]]}))
    assert answer["total"] == first["count"]
    assert {row["id"]: row["count"] for row in answer["topics"]}[first["id"]] == first["count"]


def test_related_papers_have_none_of_the_words_and_the_same_theme(searcher: Searcher) -> None:
    answer = searcher.search(SearchRequest("galaxy telescope", match="any", limit=5))
    assert answer["related"]
    for hit in answer["related"]:
        assert hit["source_id"].startswith("stars")
        assert "galaxy" not in str(hit["highlights"])
        assert "telescope" not in str(hit["highlights"])


def test_where_every_word_is_wanted_papers_with_some_of_them_are_related_first(searcher: Searcher) -> None:
    answer = searcher.search(SearchRequest("galaxy telescope", match="all", limit=5))
    found = {
        hit["id"]
        for hit in searcher.search(SearchRequest("galaxy telescope", match="all", limit=100))["documents"]
    }
    some = {
        hit["id"]
        for hit in searcher.search(SearchRequest("galaxy telescope", match="any", limit=100))["documents"]
    }
    beside = [hit["id"] for hit in answer["related"]]
    assert beside
    assert not found & set(beside)
    assert beside[0] in some


def test_related_papers_keep_to_filters_and_fielded_clauses(searcher: Searcher) -> None:
    filtered = searcher.search(SearchRequest("galaxy", filters={"year": ["2003"]}, limit=5))["related"]
    fielded = searcher.search(SearchRequest("galaxy year:2003", limit=5))["related"]
    assert filtered
    assert {hit["year"] for hit in filtered + fielded} == {2003}


def test_only_visible_collections_are_seen(searcher: Searcher) -> None:
    answer = searcher.search(SearchRequest("galaxy", limit=100, visible=frozenset({"old"})))
    shown = answer["documents"] + answer["related"]
    assert {hit["collection"] for hit in shown} == {"old"}
    assert [row["value"] for row in answer["facets"]["collection"]] == ["old"]
    assert searcher.search(SearchRequest("galaxy", visible=frozenset()))["total"] == 0


def test_explain_gives_every_part_and_they_add_up(searcher: Searcher) -> None:
    for hit in searcher.search(SearchRequest("galaxy telescope halo dust orbit", explain=True))["documents"]:
        parts = hit["explanation"]
        of_title = {scorer.name for scorer in TITLE_SCORERS}
        assert set(parts) - of_title == {"bm25", "topics", "neighbours"}
        assert all(parts[name] > 0 for name in of_title & parts.keys())
        assert sum(parts.values()) == pytest.approx(hit["score"], abs=0.01)


def test_a_topic_without_words_gives_its_most_typical_papers(searcher: Searcher) -> None:
    topic = searcher.search(SearchRequest("galaxy"))["topics"][0]["id"]
    hits = searcher.search(SearchRequest(f"topic:{topic}", ranking="topical", limit=5))["documents"]
    weights = [{row["id"]: row["weight"] for row in hit["topics"]}[topic] for hit in hits]
    assert len(hits) == 5
    assert weights == sorted(weights, reverse=True)


def test_before_a_build_search_is_lexical() -> None:
    answer = small_atlas().bare.search(SearchRequest("galaxy telescope"))
    assert answer["ranking"] == "lexical"
    assert answer["total"] > 0
    assert answer["topics"] == []
    assert answer["related"] == []


def test_a_scan_reads_everything_once(searcher: Searcher) -> None:
    found = list(searcher.scan(SearchRequest("galaxy")))
    assert len(found) == len(set(found)) == searcher.search(SearchRequest("galaxy"))["total"]


@pytest.mark.parametrize(
    "wrong",
    [{"sort": "up"}, {"ranking": "best"}, {"match": "most"}, {"limit": -1}, {"filters": {"hue": ["red"]}}],
)
def test_unknown_choices_are_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        SearchRequest("galaxy", **wrong)
    assert caught.value.hint


@pytest.mark.parametrize("text", ["", "the of and", "year:2003", "-galaxy", "zzzzqqq", '"halo dust"'])
def test_odd_queries_are_answered(searcher: Searcher, text: str) -> None:
    answer = searcher.search(SearchRequest(text))
    assert len(answer["documents"]) == min(10, answer["total"])


def test_a_misspelt_word_gets_a_suggestion_on_the_first_page(tmp_path: Path) -> None:
    small = small_atlas()
    write_assistance(small.library.papers(), tmp_path, analyzer())
    assistance = Assistance(tmp_path)
    searcher = Searcher(small.engine, "bare", small.library, analyzer(), assistance=lambda: assistance)
    assert searcher.search(SearchRequest("telescpoe"))["suggestion"] == "telescope"
    assert "suggestion" not in searcher.search(SearchRequest("telescope"))
    assert "suggestion" not in searcher.search(SearchRequest("telescpoe", offset=10))
    assert "suggestion" not in small.bare.search(SearchRequest("telescpoe"))


def test_several_misspelt_words_are_corrected_together_or_not_at_all(tmp_path: Path) -> None:
    small = small_atlas()
    write_assistance(small.library.papers(), tmp_path, analyzer())
    assistance = Assistance(tmp_path)
    searcher = Searcher(small.engine, "bare", small.library, analyzer(), assistance=lambda: assistance)
    answer = searcher.search(SearchRequest("telescpoe galxy"))
    assert answer["suggestion"] == "telescope galaxy"
    assert searcher.search(SearchRequest(answer["suggestion"], match="all"))["total"] > 0
    for query in ("xqzvkj galxy", "telescpoe xqzvkj"):
        assert "suggestion" not in searcher.search(SearchRequest(query)), query


def test_a_right_word_that_no_paper_has_beside_the_others_hinders_no_correction(tmp_path: Path) -> None:
    small = small_atlas()
    write_assistance(small.library.papers(), tmp_path, analyzer())
    assistance = Assistance(tmp_path)
    searcher = Searcher(small.engine, "bare", small.library, analyzer(), assistance=lambda: assistance)
    query = "telescpoe of galaxy kinase"  # no paper has these three
    assert searcher.search(SearchRequest(query))["suggestion"] == "telescope of galaxy kinase"
    assert "suggestion" not in searcher.search(SearchRequest(query, match="all"))  # it would find nothing
    assert "suggestion" not in searcher.search(
        SearchRequest("telescpoe the kinase xqzvkj")
    )  # not beside either


def test_matching_any_word_is_offered_only_where_it_finds_something() -> None:
    searcher = small_atlas().bare
    answer = searcher.search(SearchRequest("galaxy xqzvkj", match="all"))
    assert answer["total"] == 0
    assert answer["any_matches"] == searcher.search(SearchRequest("galaxy"))["total"]
    assert "any_matches" not in searcher.search(SearchRequest("qqqzz xqzvkj", match="all"))
    assert "any_matches" not in searcher.search(SearchRequest("galaxy xqzvkj"))  # some of the words are shown


def test_a_query_in_a_script_or_language_that_no_paper_has_is_told() -> None:
    searcher = small_atlas().bare
    answer = searcher.search(SearchRequest("Галактика"))
    assert answer["absent"]["name"] == "Cyrillic"
    assert answer["notice"] == "No paper here is written in the Cyrillic script."
    partly = searcher.search(SearchRequest("die Entstehung von galaxy"))
    assert partly["notice"].endswith("No paper here is in German.")
    assert "absent" not in searcher.search(SearchRequest("galaxy"))


def test_stop_words_do_not_make_a_description_of_a_query() -> None:
    searcher = small_atlas().bare
    wordy = searcher.search(SearchRequest("the galaxy and the telescope of a"))
    assert wordy["total"] == searcher.search(SearchRequest("galaxy telescope", match="all"))["total"]


def test_a_result_says_in_one_line_why_it_is_there(searcher: Searcher) -> None:
    answer = searcher.search(SearchRequest("galaxy telescope"))
    assert answer["related"]
    assert all(hit["why"] for hit in [*answer["documents"], *answer["related"]])
    assert any("; topic: " in hit["why"] for hit in answer["documents"])
    lexical = searcher.search(SearchRequest("galaxy telescope", ranking="lexical"))
    assert not any("topic" in hit["why"] for hit in lexical["documents"]), "topics had no say"
