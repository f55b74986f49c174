"""How words are written, learned from running text."""

from __future__ import annotations

import pytest

from ingest.text.analysis import analyzer
from topics.text.casing import Casing, sentence_case
from topics.text.phrases import PhraseFinder


def learned(*texts: str, lang: str = "en") -> Casing:
    casing, finder = Casing(), PhraseFinder(analyzer())
    for text in texts:
        casing.learn(text, finder.words(text, lang))
    return casing


def test_the_most_frequent_way_of_writing_wins_and_case_is_no_new_word() -> None:
    casing = learned(
        "we measured MRNA levels with care",
        "we measured mRNA levels with care",
        "they compared mRNA again with care",
    )
    assert casing.word("MRNA") == casing.word("mrna") == "mRNA"
    assert casing.phrase("MRNA Levels") == "mRNA levels"


def test_a_word_that_opens_a_sentence_teaches_nothing() -> None:
    casing = learned("Kernels are fast here. Kernels are large today. we like kernels here")
    assert casing.word("Kernels") == "kernels"


def test_headlines_teach_nothing() -> None:
    assert learned("we trained Boltzmann machines on many images").word("boltzmann") == "Boltzmann"
    assert learned("On The Training Of Graph Kernels For Images").word("GRAPH") == "GRAPH"


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("SURGERY", "surgery"),  # shouts
        ("DNA", "DNA"),  # too short to be sure
        ("Surgery", "surgery"),  # opened a headline
        ("pH", "pH"),
        ("McDonald", "McDonald"),
        ("хирургия", "хирургия"),
        ("Хирургия", "хирургия"),
        ("手术", "手术"),
        ("", ""),
    ],
)
def test_a_word_never_seen_inside_a_sentence(word: str, written: str) -> None:
    assert Casing().word(word) == written


@pytest.mark.parametrize(
    ("phrase", "shown"),
    [
        ("deep networks", "Deep networks"),
        ("mRNA levels", "mRNA levels"),
        ("pH of soil", "pH of soil"),
        ("p-adic numbers", "p-adic numbers"),
        ("3D printing", "3D printing"),
        ("low-dose tomography", "Low-dose tomography"),
        ("x rays", "x rays"),
        ("нейронные сети", "Нейронные сети"),
        ("深层网络", "深层网络"),
        ("", ""),
    ],
)
def test_a_label_begins_with_a_capital_where_its_word_is_plain(phrase: str, shown: str) -> None:
    assert sentence_case(phrase) == shown


def test_german_nouns_keep_their_capitals() -> None:
    casing, finder = Casing(), PhraseFinder(analyzer())
    for text in ("Gehör und Lärm in der Straße", "Neue Wege zum Gehör", "Wie neue Wege entstehen"):
        casing.learn(text, finder.words(text, "de"), "de")
    assert [casing.word(word) for word in ("GEHÖR", "Lärm", "Straße", "Neue")] == [
        "Gehör",
        "Lärm",
        "Straße",
        "neue",
    ]


def test_what_has_no_capital_is_no_german_noun() -> None:
    finder = PhraseFinder(analyzer())
    text = "Der Speicher bestimmt neue Turbinen und untersuchen"
    found = {text[phrase.start : phrase.end] for phrase in finder.phrases(finder.words(text, "de"))}
    assert "Turbinen" in found
    assert not found & {"Speicher bestimmt", "untersuchen", "bestimmt"}


def test_a_letter_by_itself_keeps_its_case() -> None:
    casing = Casing()
    texts = ["We saw a case of influenza in a child", "It was a strain of influenza A virus"]
    finder = PhraseFinder(analyzer())
    for text in texts:
        casing.learn(text, finder.words(text))
    assert casing.phrase("Influenza A virus") == "influenza A virus"
    assert casing.phrase("Vitamin D") == "vitamin D"
