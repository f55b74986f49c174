from __future__ import annotations

import pytest

from ingest.text.analysis import analyzer
from topics.text.summary import key_terms, sentences, summary

ABSTRACT = (
    "Lung cancer is a leading cause of death. We followed 1,204 smokers for 3.5 years at two sites, "
    "i.e. in Paris and Lyon. Low-dose computed tomography found lung cancer earlier than radiography did. "
    "Earlier reports (Smith et al. 2010) came to no firm answer. The weather was mild. "
    "Screening by low-dose computed tomography reduced lung cancer deaths of smokers by a fifth."
)


def test_sentences_end_where_they_end() -> None:
    assert sentences("One thing. Another thing? A third!") == ["One thing.", "Another thing?", "A third!"]


@pytest.mark.parametrize(
    "text",
    [
        "As Smith et al. Showed before, it holds.",
        "We use tools, e.g. Python, and others, i.e. R, daily.",
        "The value was 3.14 in Fig. 2 of the paper.",
        "Treatment A vs. Treatment B was compared.",
        "J. R. Smith and S. Aureus were there.",
        "The U.S. Army and the U.K. Navy took part.",
        "Doses of approx. 5 mg (cf. Table 3) were given.",
        "It holds for $f(x) = 1. Then$ something.",
        "Growth was 2.5-fold, P < .05 in all.",
        "Escherichia coli and E. coli are one.",
    ],
)
def test_full_stops_that_end_no_sentence(text: str) -> None:
    assert sentences(text) == [text]


def test_a_letter_can_end_a_sentence_after_what_it_names() -> None:
    assert len(sentences("They lacked vitamin C. We gave them some.")) == 2
    assert len(sentences("It holds for every set A. The second is open.")) == 2
    assert len(sentences("There are two kinds: 1. Long ones. 2. Short ones.")) == 2
    assert len(sentences("It worked well, etc. Then it failed.")) == 2


def test_other_scripts() -> None:
    assert sentences("これは文です。これも文です。") == ["これは文です。", "これも文です。"]
    assert len(sentences("Мы изучили рис. 3 подробно. Затем всё повторили.")) == 2


def test_nothing_gives_nothing() -> None:
    assert sentences("") == []
    assert sentences("  \n ") == []
    assert summary("", analyzer()) == []
    assert key_terms("", "", analyzer()) == []


def test_the_summary_carries_the_finding_and_not_the_weather() -> None:
    told = summary(ABSTRACT, analyzer(), limit=2)
    assert told[-1].startswith("Screening by low-dose computed tomography")
    assert all("weather" not in sentence for sentence in told)
    assert len(told) == 2


def test_the_summary_keeps_the_order_and_the_words() -> None:
    told = summary(ABSTRACT, analyzer())
    places = [ABSTRACT.index(sentence) for sentence in told]
    assert places == sorted(places)
    assert len(told) == 3


def test_a_short_abstract_is_its_own_summary() -> None:
    text = "Graph kernels measure similarity of graphs. We speed graph kernels up by hashing."
    assert summary(text, analyzer()) == sentences(text)


def test_a_sentence_that_repeats_another_is_passed_over() -> None:
    line = "Neural networks learn image features from large labelled photograph collections."
    text = " ".join(
        [line, line, line, "Small devices need quantised weights to store such models at all.", line]
    )
    assert len(summary(text, analyzer(), limit=3)) == 2


def test_a_huge_text_is_bounded() -> None:
    assert len(summary("Word after word comes along the road today. " * 5000, analyzer())) <= 3


def test_key_terms_are_phrases_as_the_paper_writes_them() -> None:
    terms = key_terms("Early Detection of Lung Cancer by Low-Dose Computed Tomography", ABSTRACT, analyzer())
    folded = [term.casefold() for term in terms]
    assert "lung cancer" in folded
    assert any("computed tomography" in term for term in folded)
    assert len(terms) <= 10
    assert len(set(folded)) == len(folded)


def test_rare_words_of_the_model_make_better_key_terms() -> None:
    text = "Alpha decay and beta decay of radium."
    common = key_terms(
        "Radium", text, analyzer(), idf={"radium": 9.0, "decay": 1.0, "alpha": 1.0, "beta": 1.0}
    )
    assert common[0].casefold() == "radium"


@pytest.mark.parametrize("end", ["." * 9, "?!?!", '..."', "!!!)"])
def test_a_run_of_stops_is_one_end(end: str) -> None:
    assert sentences(f"It ends here{end} The next one begins.") == [
        f"It ends here{end}",
        "The next one begins.",
    ]


def test_a_long_run_of_stops_that_ends_nothing_is_read_once() -> None:
    text = "." * 20_000
    assert sentences(text) == [text]
    assert sentences(text + "and on") == [text], "what is read is bounded"
