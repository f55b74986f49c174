"""A query in a script or a language that no paper is in is told, and nothing is guessed."""

from __future__ import annotations

import pytest

from ingest.text.analysis import analyzer
from search.assist.absent_languages import absence, scripts_of


def named(query: str, langs: tuple[str, ...] = ("en",), scripts: tuple[str, ...] | None = None) -> str | None:
    absent = absence([query], analyzer(), langs, scripts)
    return None if absent is None else absent["name"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Кардиология сердца", "Cyrillic"),
        ("心脏病", "Chinese"),
        ("肺", "Chinese"),
        ("がんの治療", "Japanese"),
        ("심장", "Korean"),
        ("أمراض القلب", "Arabic"),
        ("καρδιά", "Greek"),
        ("Behandlung von Kindern mit Asthma", "de"),
        ("traitement de la maladie chez les enfants", "fr"),
    ],
)
def test_the_script_or_language_is_named(query: str, name: str) -> None:
    assert named(query) == name


@pytest.mark.parametrize(
    "query",
    [
        "α synuclein",  # a symbol
        "heart disease of the elderly and their treatment",
        "war veterans",
        "Kinderheilkunde",  # no function word tells its language
        "xqzvbn qwrt",
        "",
        "𝒜 2 ∑",
    ],
)
def test_nothing_is_guessed(query: str) -> None:
    assert named(query) is None


def test_a_language_of_the_library_is_not_absent() -> None:
    assert named("Behandlung von Kindern mit Asthma", ("en", "de")) is None
    assert named("Кардиология сердца", ("en", "bg")) is None
    assert named("肺", ("ja",)) is None


def test_the_script_of_the_texts_counts_and_not_the_language_that_a_source_names() -> None:
    assert named("Кардиология сердца", ("en", "ru"), ()) == "Cyrillic"
    assert named("Кардиология сердца", ("en",), ("Cyrillic",)) is None


def test_languages_that_are_equally_likely_are_not_told_apart() -> None:
    absent = absence(["og det er ikke"], analyzer(), ["en"])
    assert absent is None or absent["sentence"].startswith("No paper here is in ")


def test_scripts_of_words() -> None:
    assert scripts_of(["heart", "сердце", "β", "naïve", "肺炎"]) == {"Cyrillic", "Chinese"}
