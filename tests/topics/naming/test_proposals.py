"""What of a language model's answer can be a name."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.naming.proposals import (
    MAX_LABEL,
    MAX_SENTENCE,
    TopicMaterial,
    phrases_of,
    question,
    read_answer,
)


def answer(*labels: object, description: object = "") -> str:
    return json.dumps({"labels": labels, "description": description})


def test_names_are_read_in_their_order_with_the_text_around_them_passed_over() -> None:
    told = "Sure!\n```json\n" + answer("Jaw and teeth", "dental care.", description="On  teeth.\n") + "\n```"
    names = read_answer(told, [])
    assert names.labels == ("Jaw and teeth", "Dental care")
    assert names.description == "On teeth."


@pytest.mark.parametrize(
    "label",
    [
        "<b>Teeth</b>", "Teeth](http://x)", "see www.example.org", "case", "Patients", "", " ", "12", "…",
        "T" * (MAX_LABEL + 1), None, 7, ["Teeth"], {"a": 1}, "Teeth\u202e", "a\ud800b", "`rm`", "{{ 7 }}",
    ],
)  # fmt: skip
def test_what_cannot_be_a_name_is_none(label: object) -> None:
    assert read_answer(answer(label), []).labels == ()


def test_names_of_other_topics_and_repetitions_are_no_names() -> None:
    names = read_answer(answer("Asthma", "asthma", "ASTHMA", "Airways"), ["Airways"])
    assert names.labels == ("Asthma",)


@pytest.mark.parametrize(
    "told", ["", "no", "{", "[1]", '{"labels": "Teeth"}', "{" * 100_000, '{"labels": {}}']
)
def test_an_answer_of_another_form_gives_nothing(told: str) -> None:
    assert read_answer(told, []).labels == ()


def test_a_description_with_markup_or_without_end_is_dropped_and_the_name_kept() -> None:
    for description in ("<script>", "x" * (MAX_SENTENCE + 1), 3):
        names = read_answer(answer("Teeth", description=description), [])
        assert (names.labels, names.description) == (("Teeth",), "")


@given(st.text(max_size=300))
def test_names_of_any_answer_are_bounded_plain_text(text: str) -> None:
    for label in read_answer(answer(text), []).labels + read_answer(text, []).labels:
        assert 0 < len(label) <= MAX_LABEL
        assert label == label.strip()
        assert not set(label) & set("<>{}[]`|\n\r\t\x00\x1b")


def test_a_question_is_bounded_json() -> None:
    material = TopicMaterial(["w" * 999] * 99, ["t"] * 99, ["x" * 9999] * 99, "p" * 999, ["s"] * 99)
    asked = json.loads(question(material))
    assert len(question(material)) < 10_000
    assert [len(asked[key]) for key in ("words", "tags", "titles", "topics beside it")] == [15, 10, 5, 12]


def test_phrases_of_a_name() -> None:
    assert phrases_of("Jaw, teeth ,") == ["Jaw", "teeth"]
