"""Marks of retraction in titles, types, tags and notes, and what only looks like one."""

from __future__ import annotations

import pytest

from ingest.values.retractions import notices_in, without_mark

TITLE = "Load and knee pain in rowers"


@pytest.mark.parametrize(
    ("title", "notices"),
    [
        (f"RETRACTED ARTICLE: {TITLE}", ["retracted"]),
        (f"Retracted: {TITLE}", ["retracted"]),
        (f"[Retracted] {TITLE}", ["retracted"]),
        (f"RETRACTED {TITLE}", ["retracted"]),
        (f"ARTICLE RETRACTED: {TITLE}", ["retracted"]),
        (f"ARTÍCULO RETRACTADO: {TITLE}", ["retracted"]),
        (f"[Article rétracté] {TITLE}", ["retracted"]),
        (f"{TITLE} (Retracted article. See vol. 301, pg. 224, 2012)", ["retracted"]),
        (f"{TITLE} [RETRACTED]", ["retracted"]),
        (f"{TITLE} - Retracted", ["retracted"]),
        (f"【已撤稿】{TITLE}", ["retracted"]),
        (f"WITHDRAWN: {TITLE}", ["withdrawn"]),
        (f"{TITLE} (Withdrawn Publication)", ["withdrawn"]),
        (f"TEMPORARY REMOVAL: {TITLE}", ["withdrawn"]),
        (f"Temporary removal: {TITLE}", ["withdrawn"]),
        (f"Retracted and republished: {TITLE}", ["retracted"]),
    ],
)
def test_marks_in_titles_are_read_and_taken_off_to_compare(title: str, notices: list[str]) -> None:
    assert notices_in(title) == notices
    assert without_mark(title) == TITLE


@pytest.mark.parametrize(
    "title",
    [f"Retraction: {TITLE}", f"Retraction note to: {TITLE}", f"{TITLE} (Retraction of vol 3, pg 1, 2009)",
     "Retracted papers in medicine", "RETRACTED PAPERS IN MEDICINE", "Withdrawn: a memoir", TITLE, ""],
)  # fmt: skip
def test_what_speaks_of_retractions_is_not_retracted(title: str) -> None:
    assert notices_in(title) == []
    assert without_mark(title) == title


def test_types_tags_and_notes() -> None:
    assert notices_in(kinds=["Article; Retracted Publication"]) == ["retracted"]
    assert notices_in(kinds=["Retracted"], tags=["Retracted Publication"]) == ["retracted"]
    assert notices_in(notes=["Retraction in: J Foo. 2019"]) == ["retracted"]
    assert notices_in(notes=["This article has been retracted by the editor."]) == ["retracted"]
    assert notices_in(kinds=["Withdrawn Publication"]) == ["withdrawn"]
    for text in ("Retraction of Publication", "Retraction of Publication as Topic", "Retraction notice"):
        assert notices_in(kinds=[text], tags=[text], notes=[text]) == []
    assert notices_in(tags=["retracted papers"], notes=["We count retracted papers"]) == []


def test_a_notice_of_concern_keeps_its_title() -> None:
    for title in (f"Expression of Concern: {TITLE}", f"Editorial Expression of Concern on: {TITLE}"):
        assert notices_in(title) == ["expression of concern"]
        assert without_mark(title) == title
    assert notices_in("Expression of concern in families: a survey") == []
