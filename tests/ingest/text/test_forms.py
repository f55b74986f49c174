"""Words as they are written → the forms that are searched for; formulas are left out at their places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.analysis import analyzer
from ingest.text.forms import _LETTERS_ALONE, _fold, blank_math, fold, split

# --- Formulas


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("keep $x^2$ apart", "keep       apart"),
        ("$$a\nb$$ and $c$", "        and    "),
        ("from $5 to $6", "from $5 to $6"),
        ("$5 and $6 million", "$5 and $6 million"),
        ("a $ b $ c", "a $ b $ c"),
        ("$x$5", "$x$5"),
        ("$x", "$x"),
        ("$$", "$$"),
        ("no money", "no money"),
        ("", ""),
    ],
)
def test_formulas_become_blanks_and_prices_stay(text: str, without: str) -> None:
    assert blank_math(text) == without


def test_a_formula_may_leave_a_sign_that_parts_its_neighbours() -> None:
    assert blank_math("rank $k$ matrix", ",") == "rank ,   matrix"


@given(st.text(alphabet="ab $.\n5", max_size=60))
def test_blanks_keep_every_other_character_at_its_place(text: str) -> None:
    without = blank_math(text)
    assert len(without) == len(text)
    assert all(one in (other, " ") for one, other in zip(without, text, strict=True))


@given(st.text(alphabet="ab $.\n5é-", max_size=60))
def test_the_places_of_forms_are_where_they_stand(text: str) -> None:
    spans = analyzer().spans(text)
    assert [form for form, _, _ in spans] == analyzer().forms(text)
    for form, start, end in spans:
        assert 0 <= start < end <= len(text)
        assert form in split(text[start:end]).split()


# --- Folding


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Größe", "GRÖSSE"),
        ("Müller", "Muller"),
        ("Ødegård", "odegard"),
        ("Łódź", "lodz"),
        ("cafe\u0301", "café"),
        ("œuvre", "oeuvre"),
        ("ﬁnite", "finite"),
        ("Ελλάδα", "ΕΛΛΑΔΑ"),
        ("ёлка", "Ёлка"),
        ("كتاب", "کتاب"),
        ("٢٠١٩", "2019"),
        ("Ｘ線", "x線"),
        ("İzmir", "izmir"),
    ],
)
def test_one_word_in_two_spellings(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text(alphabet="aäßøŁğçÀÉñżÅœÆΑάЖёكک٢7 -", max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


# --- The forms of one written word


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("Networks", "networks"),
        ("self-organized", "self organized"),
        ("X-ray", "xray"),
        ("x-rays", "xrays"),
        ("k-means", "kmeans"),
        ("COVID-19", "covid 19"),
        ("COVID19", "covid 19"),
        ("TNF-α", "tnf alpha"),
        ("α-synuclein", "alpha synuclein"),
        ("IL-6", "il6"),
        ("T-cell", "t cell"),
        ("l'eau", "l eau"),
        ("d'énergie", "d energie"),
        ("Newton's", "newton"),
        ("O'Brien", "obrien"),
        ("2,4-D", "2,4 d"),
        ("C++", "c++"),
        ("C#", "c#"),
        ("3.14", "3.14"),
        ("μm", "um"),
        ("---", ""),
    ],
)
def test_forms_of_words(word: str, forms: str) -> None:
    assert split(word) == forms


@given(st.text(alphabet="aÄßøéΣαЖيک٣中文カナ한ไทย1 -'’.+#", min_size=1, max_size=30))
def test_forms_are_folded_and_bounded(word: str) -> None:
    for form in split(word).split():
        assert form == fold(form)
        assert len(form) <= 100


def test_base64_is_no_language() -> None:
    assert all(len(form) <= 100 for form in analyzer().forms("A1b2" * 500))


LETTERS = [chr(code) for code in range(0x530) if _LETTERS_ALONE.fullmatch(chr(code))]


def test_letters_that_are_folded_one_by_one_do_not_change_each_other() -> None:
    alone = [_fold(letter) for letter in LETTERS]
    assert len(LETTERS) > 700
    for letter, folded in zip(LETTERS, alone, strict=True):
        others = "".join(f"{letter}{other}" for other in LETTERS)
        assert _fold(others) == "".join(f"{folded}{other}" for other in alone)


@given(st.text(st.sampled_from([*LETTERS, "µ", "Σ", "\u0301", "'", "-", "α"]), max_size=8))
def test_how_a_word_is_folded_does_not_hang_on_the_way(text: str) -> None:
    assert fold(text) == _fold(text)
