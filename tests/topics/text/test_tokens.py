"""From forms to tokens: the longest term wins, and nothing is lost but what has no lemma."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.topics.themes import lemma
from topics.text.tokens import Tokenizer, shown_term

words = st.lists(st.sampled_from([*"abcd", "."]), max_size=30)
terms = st.sets(st.lists(st.sampled_from([*"abcd"]), min_size=2, max_size=4).map("_".join), max_size=8)


@given(words, terms)
def test_tokens_taken_apart_are_the_lemmas_and_none_could_be_longer(text: list[str], known: set[str]) -> None:
    tokens = Tokenizer(known, lemma)(text)
    assert [word for token in tokens for word in token.split("_")] == [word for word in text if word != "."]
    assert all("_" not in token or token in known for token in tokens)
    line = "".join(text)
    place = 0
    for token in tokens:  # where each begins, the longest known term was taken
        own = token.replace("_", "")
        place = line.index(own, place)
        for term in known:
            plain = term.replace("_", "")
            assert len(plain) <= len(own) or not line.startswith(plain, place)
        place += len(own)


def test_a_string_is_its_words_and_the_language_is_english_unless_said() -> None:
    seen: list[tuple[str, str]] = []

    def spy(form: str, lang: str) -> str:
        seen.append((form, lang))
        return form

    tokenizer = Tokenizer((), spy)
    assert tokenizer("a b  a") == tokenizer(["a", "b", "a"]) == ["a", "b", "a"]
    assert tokenizer("a", "") == ["a"]
    assert seen == [("a", "en"), ("b", "en")], "a form is looked up once"
    tokenizer("a", "fi")
    assert seen[-1] == ("a", "fi"), "but anew in another language"


def test_a_lemma_with_the_joint_in_it_does_not_look_like_a_term() -> None:
    assert Tokenizer((), lambda form, _: form)("snake_case") == ["snake-case"]
    assert Tokenizer(["a_b"], lambda form, _: form)("a_b") == ["a-b"]


def test_a_language_that_is_not_spoken_has_places_but_no_lemmas() -> None:
    tokenizer = Tokenizer((), lemma, ["en", "de"])
    assert tokenizer.lemmas("eins zwei", "fi") == ["", ""]
    assert tokenizer.lemmas("eins zwei", "de") == ["eins", "zwei"]
    assert tokenizer("eins zwei", "fi") == []


def test_a_term_at_the_very_end_and_one_that_is_cut_off_there() -> None:
    tokenizer = Tokenizer(["a_b", "a_b_c"], lemma)
    assert tokenizer("x a b") == ["x", "a_b"]
    assert tokenizer("a b c a b . c a") == ["a_b_c", "a_b", "c", "a"]


def test_a_term_of_any_number_of_words_is_shown_with_spaces() -> None:
    assert shown_term("a_b_c") == "a b c"
    assert shown_term("plain") == "plain"
