"""Answers as text for people: everything that an answer holds, in counts and words that are right."""

from __future__ import annotations

from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.cli import terminal
from litatlas.cli.progress import _duration, _line
from litatlas.cli.text import collections as collections_text
from litatlas.cli.text import models as models_text
from litatlas.cli.text import papers as papers_text
from litatlas.cli.text import search as search_text
from litatlas.cli.text import status as status_text
from litatlas.cli.text import topics as topics_text


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


def plain(text: str) -> str:
    return click.unstyle(text)


def hit(**more: Any) -> dict[str, Any]:
    whole = {
        "id": "d1", "title": "On tides", "authors": ["Ann", "Bob"], "year": 2001, "collection": "Sea",
        "highlights": {}, "score": 1.0,
    }  # fmt: skip
    return {**whole, **more}


def results(**more: Any) -> dict[str, Any]:
    whole = {"total": 1, "took_ms": 3.4, "notice": "", "documents": [hit()], "topics": [], "related": []}
    return {**whole, **more}


def test_a_hit_says_who_when_where_and_its_id() -> None:
    lines = plain(search_text.search(results())).splitlines()
    assert lines[0] == "1 paper in 3 ms"
    assert lines[2].strip() == "1. On tides"
    assert lines[3].strip() == "Ann, Bob · 2001 · Sea · d1"


def test_of_many_authors_three_are_named_and_what_is_unknown_is_left_out() -> None:
    text = plain(search_text.search(results(documents=[hit(authors=[*"abcdef"], year=None, title="")])))
    assert "a, b, c and 3 more · Sea · d1" in text
    assert "(no title)" in text


def test_a_retracted_paper_is_said_to_be_so() -> None:
    assert "RETRACTED: On tides" in plain(search_text.search(results(documents=[hit(retracted=True)])))


def test_parts_that_an_answer_has_are_shown_in_order() -> None:
    topics = [
        {"id": "t1", "label": "Top", "level": 0, "weight": 1.0},
        {"id": "t2", "label": "Leaf", "level": 1, "weight": 0.25},
        {"id": "t3", "label": "Other", "level": 1, "weight": 0.75},
    ]
    answer = results(
        notice="Some words.", suggestion="tide", topics=topics, related=[hit(id="d2", title="Near")]
    )
    text = plain(search_text.search(answer))
    order = [
        "Some words.",
        "Did you mean: tide",
        "On tides",
        "Topics of these papers",
        "Other",
        "Leaf",
        "Related",
        "Near",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "Top " not in text, "only the last level"
    assert "75%" in text
    assert plain(search_text.search(results(documents=[]))).endswith("No papers.")


def test_what_is_shared_and_explained() -> None:
    shown = hit(shared={"terms": ["moon", "sea"]}, explanation={"bm25": 1.23456, "topics": -0.5})
    text = plain(papers_text.similar({"documents": [shown]}))
    assert "shares: moon, sea" in text
    assert "bm25 1.235, topics -0.500" in text


def topic(id: str, parents: list[tuple[str, float]], label: str = "L", documents: int = 3) -> dict[str, Any]:
    return {"id": id, "parents": parents, "label": label, "documents": documents, "terms": [("w", 0.5)] * 9}


def test_topics_are_a_tree_each_under_its_best_parent() -> None:
    answer = {
        "topics": [
            topic("a", []),
            topic("b", []),
            topic("c", [("a", 0.4), ("b", 0.6)]),
            topic("d", [("a", 1.0)], documents=1200),
        ]
    }
    lines = topics_text.topics(answer).splitlines()
    assert [line.split("  ")[0] if line[0] != " " else line.strip().split("  ")[0] for line in lines] == [
        "a",
        "d",
        "b",
        "c",
    ]
    assert lines[1].startswith("  d  L (1,200)  w, w, w, w, w")
    assert "litatlas build" in topics_text.topics({"topics": []})


def test_a_topics_page_shows_all_years_and_names_gaps() -> None:
    answer = {
        **topic("t1", [], "Tides"),
        "trend": {"years": [1999, 2000, 2005], "counts": [7, 0, 1200]},
        "quality": {},
        "papers": [],
    }
    text = topics_text.topic(answer)
    assert text.startswith("t1  Tides  (3 papers)")
    assert "by year: 1999: 7, 2000: 0, 2001–2004: no papers, 2005: 1,200\n" in text


def test_a_paper_with_everything_and_one_with_nothing() -> None:
    bare: dict[str, Any] = {
        "title": "", "authors": [], "abstract": "", "topics": [], "tags": [], "duplicates": [], "similar": [],
    }  # fmt: skip
    text = papers_text.document(bare)
    assert text.startswith("(no title)")
    assert "(no abstract)" in text
    assert "RETRACTED" not in text
    twin = {"id": "d9", "collection": "Sky", "source_id": "S1", "reason": "same DOI"}
    whole = {
        **bare, "title": "On tides", "retracted": True, "authors": ["Ann"], "venue": "Sea J", "year": 1999,
        "doi": "10.1/x", "topics": [{"weight": 0.5, "id": "t1", "label": "Sea"}], "tags": ["moon"],
        "duplicates": [twin],
    }  # fmt: skip
    text = papers_text.document(whole)
    assert text.splitlines()[0] == "THIS PAPER WAS RETRACTED"
    assert "Ann · Sea J · 1999 · 10.1/x" in text
    assert " 50%  t1  Sea" in text
    assert "d9  Sky S1: same DOI" in text


def test_what_became_of_records_leaves_zeros_out_but_says_what_was_added() -> None:
    counts = {"added": 0, "updated": 0, "unchanged": 5, "duplicates": 0, "rejected": 1200}
    reject = {"source": "x.bib", "line": 7, "field": "title", "value": "v" * 200, "reason": "no title"}
    answer = {"collection": "Sea", "read": 1205, **counts, "rejects": [reject] * 12, "warnings": []}
    lines = collections_text.added(answer).splitlines()
    assert lines[0] == "Sea: 1,205 read, 0 added, 5 unchanged, 1,200 rejected."
    assert lines[1].strip().startswith("x.bib:7 title: no title ('vvv")
    assert lines[-1].strip() == "… and 2 more rejects (use --json to see them)"
    assert "v" * 61 not in "".join(lines)
    assert collections_text.added(answer, brief=True) == lines[0]
    assert collections_text.rejects({"collection": "Sea", "rejects": []}).startswith("Sea: every record was")


def status_of(**more: Any) -> dict[str, Any]:
    engine = {"name": "Tantivy", "papers": 1, "state": "green", "message": "", "hint": ""}
    whole = {
        "version": "1", "generation": 4, "papers": 1, "collections": 2, "model": None, "engine": engine,
        "jobs": {}, "unfit": 0, "unplaced": {}, "undecided": 0,
    }  # fmt: skip
    return {**whole, **more}


def test_the_status_before_and_after_a_build() -> None:
    before = status_text.status(status_of())
    assert "1 paper in 2 collections" in before
    assert "model: none yet (litatlas build)" in before
    assert before.endswith("jobs: none")
    model = {"levels": [3, 9], "created": "2026-01-01", "languages": ["en"]}
    after = status_text.status(
        status_of(model=model, unfit=1200, unplaced={"fi": 30, "": 2}, jobs={"done": 3, "failed": 1})
    )
    assert "model: 3/9 topics, trained 2026-01-01" in after
    assert "1,200 do not fit this map" in after
    assert "32 got no topic (fi 30, ? 2)" in after
    assert "--languages en,fi" in after
    own = status_text.without_topics({"en": 2, "": 1}, ["en"])
    assert own == ["  3 got no topic (en 2, ? 1): they have none of the model's words"]
    assert after.endswith("jobs: 3 done, 1 failed")


def test_an_engine_in_trouble_says_what_and_what_to_do() -> None:
    engine = {"name": "E", "papers": 0, "state": "red", "message": "a shard is missing", "hint": "Run: x"}
    text = status_text.status(status_of(engine=engine))
    assert "  a shard is missing\n  Run: x" in text


def test_a_build_says_what_changed_and_whether_it_is_live() -> None:
    answer = {
        "papers": 1200, "levels": [3, 9], "published": False, "generation": None, "unplaced": {},
        "languages": [],
        "difference": {"kept": [1] * 8, "moved": [], "new": [1] * 4},
    }  # fmt: skip
    assert models_text.built(answer) == (
        "Model of 1,200 papers, 3/9 topics: a draft, not published. Topics: 8 kept, 4 new."
    )
    first = {**answer, "published": True, "generation": 2, "difference": {"kept": []}}
    assert models_text.built(first).endswith("published as generation 2. Topics: all new.")


def test_quality_coverage_trends_bridges_and_doctor() -> None:
    quality = {
        "levels": [{"level": 0, "npmi": 0.12345, "nmi": None}],
        "edges": {"clear_parents": [0.5]},
        "notice": "few",
    }
    text = topics_text.quality(quality)
    assert text.splitlines()[0] == "few"
    assert "level 0, npmi 0.123, nmi None" in text
    coverage = {
        "topics": [{"id": "t1", "share": 0.125, "share_elsewhere": 0.5, "label": "Sea"}],
        "missed": [hit()],
    }
    text = plain(collections_text.coverage(coverage))
    assert "12.5%  50.0%" in text
    assert "Probably missed\n 1. On tides" in text
    assert "litatlas build" in collections_text.coverage({"topics": [], "missed": []})
    nowhere = {"topics": [{**coverage["topics"][0], "share": 0.0}], "missed": []}
    assert "place on the map" in collections_text.coverage(nowhere)
    trends = {
        "years": list(range(2000, 2012)),
        "topics": [{"id": "t1", "label": "Sea", "movement": "rising", "counts": list(range(12))}],
    }
    topics, by_year = plain(topics_text.trends(trends)).split("\n\n")
    assert [line.split() for line in topics.splitlines()] == [
        ["topic", "papers", "label"],
        ["t1", "rising", "66", "Sea"],
    ]
    counts = [line.split() for line in by_year.splitlines()]
    assert counts == [["year", "t1"], *([str(2000 + year), str(year)] for year in range(12))]
    bridge = {"topics": [{"id": "t1", "weight": 0.3, "label": "Sea"}], "documents": []}
    assert plain(topics_text.bridges(bridge)).endswith("No papers.")
    checks = [
        {"ok": True, "name": "a", "message": "m", "hint": ""},
        {"ok": False, "name": "b", "message": "n\x1b[2J", "hint": "h"},
    ]
    assert status_text.doctor({"checks": checks}) == "ok    a: m\nFAIL  b: n[2J\n      h"


def test_collections_and_formats() -> None:
    assert "litatlas add" in collections_text.collections({"collections": []})
    row = {
        "name": "Sea",
        "documents": 1200,
        "papers": 1100,
        "rejected": 3,
        "created": "2026-01-01T10:00",
        "description": "d",
    }
    assert "Sea         1,200      1,100   3         2026-01-01  d" in plain(
        collections_text.collections({"collections": [row]})
    )
    answer = {
        "read": [{"name": "ris", "title": "RIS", "suffixes": [".ris"]}],
        "write": [{"name": "csv"}, {"name": "ris"}],
    }
    assert plain(collections_text.formats(answer)).endswith("export writes: csv, ris")


cells = st.text(st.characters(blacklist_categories=["Cs"]), max_size=60)


@given(st.lists(st.tuples(cells, cells, st.integers()), max_size=6))
def test_a_table_has_a_line_a_row_whatever_is_in_it(rows: list[tuple[str, str, int]]) -> None:
    text = plain(terminal.table(rows, ("one", "two", "three")))
    assert len(text.split("\n")) == len(rows) + 1 + sum(str(cell).count("\n") for row in rows for cell in row)
    assert not set("\x1b\x07\u202e") & set(text)


@given(st.text(max_size=80))
def test_plain_text_has_nothing_that_a_terminal_obeys(text: str) -> None:
    found = terminal.plain(text)
    assert not any(ord(sign) < 32 and sign not in "\t\n" for sign in found)
    assert not set("\x7f\x9b\u202e\u2066\ue000") & set(found)
    assert terminal.plain(found) == found


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 papers"), (1, "1 paper"), (2, "2 papers"), (12_345, "12,345 papers")]
)
def test_counts_in_words(number: int, text: str) -> None:
    assert terminal.counted(number, "paper", "papers") == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (10, "10 s"),
        (59.4, "59 s"),
        (60, "1 min 0 s"),
        (3_725, "62 min 5 s"),
    ],
)
def test_times_in_words(seconds: float, text: str) -> None:
    assert _duration(seconds) == text


def test_a_step_says_its_share_and_what_is_left_once_it_can_tell() -> None:
    assert _line("Reading", 1200, 0, 5) == "Reading: 1,200"
    assert _line("Reading", 0, 100, 50) == "Reading:   0%"
    assert _line("Reading", 50, 100, 0.5) == "Reading:  50%"
    assert _line("Reading", 50, 100, 30) == "Reading:  50%, about 30 s left"
    assert _line("Reading", 120, 100, 30) == "Reading: 100%, about 0.0 s left"
