"""Noun phrases: where they stand, what breaks them, and what can be none."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text.analysis import analyzer
from topics.text import phrases as phrases_module
from topics.text.phrases import MAX_WORDS, PhraseFinder, shared_finder

KINDS = {"n": {"NOUN"}, "a": {"ADJ"}, "v": {"VERB"}, "b": {"NOUN", "ADJ"}}


class Words:
    """A lexicon of our own: what a form is stands at its end (n, a, v, s = stop), else it is not known."""

    def word_spans(self, text: str, lang: str = "en") -> Sequence[tuple[str, int, int]]:
        return analyzer().word_spans(text, lang)

    def lemma(self, form: str, lang: str = "en") -> str:
        return "" if form.endswith("s") else form

    def is_stop(self, form: str, lang: str = "en") -> bool:
        return form.endswith("s")

    def noun_parts(self, form: str, lang: str = "en") -> frozenset[str]:
        return frozenset(KINDS.get(form[-1:], ()))


def phrases(text: str, lang: str = "en") -> list[str]:
    finder = PhraseFinder(Words())
    return [text[one.start : one.end] for one in finder.phrases(finder.words(text, lang))]


def test_adjectives_lead_and_a_noun_ends() -> None:
    assert phrases("foxa foxn") == ["foxn", "foxa foxn"]
    assert phrases("foxn foxa") == ["foxn"]
    assert phrases("foxa") == []
    assert phrases("foxb") == [], "what may be an adjective is no phrase by itself"
    assert phrases("oxn foxb") == ["oxn", "oxn foxb"]


def test_nested_phrases_have_at_most_three_words_and_only_the_last_is_whole() -> None:
    finder = PhraseFinder(Words())
    text = "onn twon trin foun"
    found = [(text[p.start : p.end], p.whole) for p in finder.phrases(finder.words(text))]
    assert ("twon trin foun", True) in found
    assert ("onn twon trin", False) in found
    assert max(len(phrase.split()) for phrase, _ in found) == MAX_WORDS
    assert {phrase for phrase, whole in found if whole} == {"foun", "trin foun", "twon trin foun"}


@pytest.mark.parametrize("between", [" ands ", " runv ", ", ", ". ", " (", ": ", " $x^2$ ", " \u2014 "])
def test_what_breaks_a_phrase(between: str) -> None:
    found = phrases(f"catn{between}dogn")
    assert found == ["catn", "dogn"]


def test_verbs_and_stop_words_are_in_no_phrase_and_unknown_words_are_nouns() -> None:
    assert phrases("runv ands") == []
    assert phrases("zork") == ["zork"]
    assert phrases("zorkic") == [], "an unknown English word that ends like an adjective"
    assert phrases("zorkic boxn") == ["boxn", "zorkic boxn"]
    assert phrases("zorkic", lang="fi") == ["zorkic"], "but not in another language"


def test_generic_words_make_no_phrase_unless_a_specific_one_is_with_them() -> None:
    finder = PhraseFinder(analyzer())

    def own(text: str, lang: str = "en") -> set[str]:
        return {text[p.start : p.end] for p in finder.phrases(finder.words(text, lang))}

    assert own("new method") == own("It compares") == set()
    assert "graph method" in own("graph method")
    assert own("Zum Einfluss: eine Untersuchung", "de") == own("влияние: исследования", "ru") == set()
    assert own("Lärm", "de") == {"Lärm"}
    assert own("与电力相比", "zh") == {"电力"}
    assert own("建物が津波に与える", "ja") == {"建物", "津波"}


def test_a_hyphen_joins_but_a_phrase_with_a_stop_word_in_it_is_none() -> None:
    assert "graph-kernel" in phrases("graph-kernel")
    assert phrases("state-ofs-artn") == []


@settings(deadline=None, max_examples=60)
@given(st.text(st.sampled_from("abn ɪжα中.,-()$'\n\t1é"), max_size=80), st.sampled_from(["en", "xx"]))
def test_any_text_gives_phrases_that_lie_in_it_one_after_another(text: str, lang: str) -> None:
    finder = PhraseFinder(analyzer())
    words = finder.words(text, lang)
    assert all(0 <= word.start < word.end <= len(text) for word in words)
    assert [word.start for word in words] == sorted(word.start for word in words)
    starts, ends = {word.start for word in words}, {word.end for word in words}
    for phrase in finder.phrases(words):
        assert phrase.start in starts
        assert phrase.end in ends
        assert 1 <= len(text[phrase.start : phrase.end].split()) <= MAX_WORDS
        assert all(phrase.key)
    assert finder.words(text, lang) == words, "what is remembered changes nothing"


def test_math_keeps_the_places_of_what_follows() -> None:
    text = "energy $E = mc^2$ of photons"
    finder = PhraseFinder(analyzer())
    assert [text[word.start : word.end] for word in finder.words(text)][-1] == "photons"


def test_a_shared_finder_finds_the_same_and_begins_anew_when_its_memory_is_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(phrases_module, "_MOST_CHUNKS", 20)
    shared = shared_finder(analyzer())
    assert shared is shared_finder(analyzer())
    for number in range(30):
        text = f"The optical lattice number{number} of cold atoms{number} in a magnetic field"
        alone = PhraseFinder(analyzer())
        assert list(shared.phrases(shared.words(text))) == list(alone.phrases(alone.words(text)))
        assert sum(map(len, shared._chunks.values())) < 20 + 14
