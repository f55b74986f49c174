"""Terms are shown as papers write them."""

from __future__ import annotations

from ingest.text.analysis import analyzer
from topics.naming.sample_words import SampleText, SampleWords
from topics.naming.written_terms import written_terms
from topics.text.phrases import PhraseFinder


def written(titles: list[str], terms: list[str], lang: str = "en") -> dict[str, str]:
    sample = [SampleText(title, lang=lang) for title in titles]
    return written_terms(SampleWords(sample, PhraseFinder(analyzer())), terms)


def test_german_nouns_have_their_capitals_umlauts_and_sharp_s() -> None:
    titles = [
        "Gehör und Lärm an der Straße", "Das Gehör der Kinder", "Lärm in Straßen",
        "Über die Straße und das Gehör", "Grüße von der Küste",
    ]  # fmt: skip
    found = written(titles, ["gehor", "larm", "strasse", "kuste"], "de")
    assert found == {"gehor": "Gehör", "larm": "Lärm", "strasse": "Straße", "kuste": "Küste"}


def test_names_keep_their_case_and_words_do_not_shout() -> None:
    titles = [
        "Repair of DNA in the yeast of old bakers", "We find that DNA of yeast breaks in the cold",
        "Yeast of the north and the DNA that breaks", "THE YEAST OF THE SOUTH AND ITS DNA",
    ]  # fmt: skip
    assert written(titles, ["dna", "yeast", "never"]) == {"dna": "DNA"}


def test_terms_of_several_words_are_written_as_they_stand_most_often() -> None:
    titles = [
        "Wir zeigen die künstliche Intelligenz der Krähen",
        "Was ist die künstliche Intelligenz der Krähen",
        "Ein Fall von künstlicher Intelligenz der Krähen",
    ]
    lemmas = [analyzer().lemma(form, "de") for form in analyzer().forms("künstliche Intelligenz")]
    term = "_".join(lemmas)
    assert written(titles, [term], "de") == {term: "künstliche Intelligenz"}


def test_words_of_other_scripts_and_accents() -> None:
    assert written(["la forêt et les forêts de l'été"], ["foret"], "fr") == {"foret": "forêt"}
    assert written(["图书馆的读者"], ["图书馆"], "zh") == {}


def test_a_part_of_a_hyphenated_word_is_no_spelling_of_a_term() -> None:
    found = written(["the T-DNA of the plant and its dna", "a T-DNA in the plant and its dna"], ["dna"])
    assert found == {}


def test_a_bracket_inside_a_term_is_closed() -> None:
    titles = ["The reactive oxygen species (ROS) of cells", "Cells and reactive oxygen species (ROS)"]
    lemmas = [analyzer().lemma(form, "en") for form in analyzer().forms("reactive oxygen species ROS")]
    term = "_".join(lemmas)
    assert written(titles, [term]) == {term: "reactive oxygen species (ROS)"}
    term = "_".join(lemmas[1:])
    assert written(["Oxygen species (ROS, their kinds)", "oxygen species (ROS or more)"], [term]) == {
        term: "oxygen species ROS"
    }


def test_a_comma_parts_the_words_of_a_term() -> None:
    titles = ["调查分析，讨论电力", "电力的调查分析，讨论", "分析讨论"]
    assert written(titles, ["分析_讨论"], "zh") == {}
    assert written(["电力，图书馆", "电力，图书馆"], ["电力_图书馆"], "zh") == {}
