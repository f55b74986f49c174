"""What titles add to the order: by the definitions of the scorers, worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest

from ingest.text.analysis import analyzer
from search.query.languages import Speech
from search.query.parser import parse
from search.ranking.fusion import Ranked, with_titles
from search.ranking.titles import Title, Wording, neighbours, side_by_side, title_parts, words
from tests.search.evidence_by_hand import ByHand

IDF = {"rat": 1.0, "liver": 2.0, "d": 3.0}


def wording(forms: str) -> Wording:
    evidence = ByHand({f"p{k}": ["a", "b"] for k in range(4)}).evidence
    asked = Wording.of(parse(forms), Speech(analyzer()), evidence)
    return replace(asked, idf={stem: IDF.get(stem, 1.0) for stem in asked.stems})


def scored(scorer: Callable[[Wording], Callable[[Title], float]], query: str, title: str) -> float:
    asked = wording(query)
    return scorer(asked)(asked.title(title))


def test_words_count_by_idf_once_each_in_any_form() -> None:
    assert scored(words, "rat liver d", "livers of the mouse liver") == pytest.approx(2 / 6)
    assert scored(words, "rat liver d", "d and rats and livers") == pytest.approx(1)
    assert scored(words, "rat liver d", "a mouse") == 0
    assert scored(words, "the", "the mouse") == 0


def test_neighbours_are_in_order_and_weigh_what_the_frequent_word_weighs() -> None:
    assert scored(neighbours, "rat liver d", "the rat liver") == pytest.approx(1 / 3)
    assert scored(neighbours, "rat liver d", "liver of the d rat") == pytest.approx(2 / 3)
    assert scored(neighbours, "rat liver d", "d liver rat") == 0
    assert scored(neighbours, "rat", "rat rat") == 0


def test_side_by_side_is_one_for_inflections_and_two_as_typed() -> None:
    assert scored(side_by_side, "stem cell", "one stem cell each") == 2
    assert scored(side_by_side, "stem cell", "human stem cells") == 1
    assert scored(side_by_side, "stem cell", "cell of the stem") == 0
    assert scored(side_by_side, "stem cell", "stem red cell") == 0
    assert scored(side_by_side, "effect of sleep", "effects sleep has") == 1
    assert scored(side_by_side, "effect of sleep", "the effect of sleep") == 2
    assert scored(side_by_side, "cell", "cell") == 0


def test_letters_and_numbers_are_words_like_others() -> None:
    assert scored(side_by_side, "vitamin d deficiency", "on vitamin d deficiency") == 2
    assert scored(side_by_side, "vitamin d deficiency", "vitamin b12 deficiency in d rats") == 0
    assert scored(side_by_side, "type 2 diabetes", "type 2 diabetes") == 2
    assert scored(side_by_side, "type 2 diabetes", "type 12 diabetes") == 0


def test_the_wording_is_what_the_query_asks_for_and_not_what_it_rules_out() -> None:
    evidence = ByHand({f"p{k}": ["a", "b"] if k else ["rat"] for k in range(4)}).evidence
    query = parse('rat NOT mouse title:liver "of the d" author:rat')
    asked = Wording.of(query, Speech(analyzer()), evidence)
    assert asked.forms == "rat liver of the d"
    assert list(asked.stems) == ["rat", "liver", "d"]
    assert asked.idf["rat"] == pytest.approx(math.log(1 + 3.5 / 1.5), rel=1e-5)
    assert asked.idf["liver"] == pytest.approx(math.log(1 + 4.5 / 0.5), rel=1e-5)


def test_titles_move_papers_up_and_explain_it_and_the_others_stay() -> None:
    order = Ranked([("a", 3.0), ("b", 2.0), ("c", 1.0), ("d", 0.0)])
    titles = {"a": "a mouse", "b": "liver", "c": "the rat liver"}
    new = with_titles(order, wording("rat liver"), titles)
    parts = title_parts(wording("rat liver"), titles)
    assert [id for id, _ in new.hits] == ["c", "b", "a", "d"]
    assert new.hits[0][1] == pytest.approx(1 + sum(parts["c"].values()))
    explained = new.explain(new.hits)
    assert set(explained["c"]) == {
        "bm25", "words in the title", "neighbouring words in the title", "title has all words, side by side"
    }  # fmt: skip
    assert set(explained["b"]) == {"bm25", "words in the title"}
    assert set(explained["a"]) == set(explained["d"]) == {"bm25"}
