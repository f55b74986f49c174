"""Why a paper is among the results, said in one line that is true."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from ingest.library.library import Paper
from ingest.text.analysis import analyzer
from search.answers import DocumentHit
from search.query.languages import Speech
from search.query.parser import parse
from search.results.highlight import Highlighter
from search.results.reasons import PARTS, Reasons, add_related, add_topics


def _paper(title: str, abstract: str = "", lang: str = "en") -> Paper:
    paper = SimpleNamespace(
        title_forms=analyzer().joined(title),
        abstract_forms=analyzer().joined(abstract),
        merged=SimpleNamespace(lang=lang, title=title, abstract=abstract),
    )
    return cast(Paper, paper)


def why(query: str, title: str, abstract: str = "", lang: str = "en") -> str:
    tree = parse(query)
    speech = Speech.of(tree, analyzer(), ["en", "de"])
    return "; ".join(Reasons(tree, speech).of(_paper(title, abstract, lang)))


def test_a_topic_is_named_not_numbered() -> None:
    tree = parse("topic:tx5r2")
    known = cast(Any, {"tx5r2": SimpleNamespace(label="Asthma")})
    reasons = Reasons(tree, Speech.of(tree, analyzer(), ["en"]), topics=known)
    assert reasons.of(_paper("Wheezing")) == ["topic: Asthma"]


@pytest.mark.parametrize(
    ("query", "title", "abstract", "line"),
    [
        ("placebo effect", "The placebo effect explored", "", "title has the words as typed"),
        ("effects of placebos", "The effect of the placebo", "", "title has all words, side by side"),
        ("placebo effect", "Effects of a drug and of placebos", "", "title has all words"),
        ("placebo effect", "A trial", "We saw a placebo effect.", "abstract has the words as typed"),
        ("placebo effect", "A trial", "Placebo, too, has effects.", "abstract has all words, side by side"),
        ("placebo effect", "A trial", "Effects of placebo", "abstract has all words"),
        ("placebo effect", "Placebos", "with effects", "title has: placebo; abstract has: effect"),
        ("placebo effect", "Placebos", "", "title has: placebo"),
        ("asthma", "Asthma and asthma", "asthma", "title has: asthma"),
        ("vitamin d deficiency", "Vitamin B12 deficiency", "", "title has: vitamin, deficiency"),
        ("vitamin d deficiency", "Deficiency of vitamin D", "", "title has all words"),
        (
            '"heart attack" stroke',
            "Stroke",
            "a heart attack",
            "title has: stroke; abstract has: heart, attack",
        ),
        (
            "one two three four five six",
            "six five four three two",
            "",
            "title has: two, three, four, five, …",
        ),
        ("author:Smith year:2001", "Asthma", "", "author: Smith"),
        ("-stroke asthma", "Stroke and asthma", "", "title has: asthma"),
        ("stroke", "Asthma", "", ""),
        ("", "Asthma", "", ""),
    ],
)
def test_where_the_words_stand(query: str, title: str, abstract: str, line: str) -> None:
    assert why(query, title, abstract) == line


def test_words_are_met_in_the_language_of_the_paper() -> None:
    assert why("Kinder", "Das Kind", lang="de") == "title has: kinder"
    assert why("Kinder", "A kind man", lang="en") == ""


def _hit(topics: list[dict[str, Any]], line: str = "") -> DocumentHit:
    return cast(DocumentHit, {"topics": topics, "why": line})


def test_the_topic_is_named_where_topics_spoke_for_the_paper() -> None:
    topics = [
        {"id": "top", "weight": 0.9, "label": "Medicine", "level": 0},
        {"id": "a", "weight": 0.5, "label": "Asthma", "level": 1},
        {"id": "b", "weight": 0.6, "label": "Children", "level": 1},
    ]
    found = [{"id": "a", "weight": 0.8}, {"id": "b", "weight": 0.1}, {"id": "top", "weight": 1.0}]
    hits = {name: _hit(topics, "title has: x") for name in ("topical", "near", "lexical")} | {
        "bare": _hit([])
    }
    spoke = {"topical": {"topics", "bm25"}, "near": {"neighbours"}, "bare": {"topics"}}
    add_topics(hits, cast(Any, found), lambda id: spoke.get(id, set()))
    assert [hit["why"] for hit in hits.values()] == [
        "title has: x; topic: Asthma",
        "title has: x; papers near to it match too",
        "title has: x",
        "",
    ]


def test_related_papers_say_so() -> None:
    hits = {"one": _hit([], "abstract has: x"), "other": _hit([])}
    add_related(hits)
    assert hits["one"]["why"] == "shares words with the best results; abstract has: x"
    assert hits["other"]["why"] in PARTS


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Heart and attack, but then an attack of the heart", "abstract has all words, side by side"),
        ("attack heart", "abstract has all words"),
        ("The hearts were well, the heart", "abstract has: heart"),
        ("heart " * 3 + "attacks of the heart", "abstract has all words, side by side"),
    ],
)
def test_words_are_side_by_side_wherever_the_first_one_stands(text: str, line: str) -> None:
    assert why("heart attack", "", text) == line


def test_reasons_and_highlights_read_a_text_once() -> None:
    query = parse("heart attack")
    marker = Highlighter(query, analyzer())
    marker.highlight("", "A heart", "en", ("", "a heart"))
    reasons = Reasons(query, marker.speech, marker.searched)
    assert reasons.of(_paper("", "A heart")) == ["abstract has: heart"]
    assert len(marker.searched) == 1
