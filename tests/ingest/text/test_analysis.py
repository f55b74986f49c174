"""The analysis: what a searcher expects of forms, lemmas and stems."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import chain, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.util import load_language_data, registry

from ingest.text.analysis import analyzer
from ingest.text.headwords.lexicon import _IRREGULAR

TEXT = st.text(
    st.sampled_from("aZé ß’'-–$.,0123456789_αΒμ+#Йё中文かハンस्कृतिกา\u0301\u200bﬁİ½₂\n\\{}"), max_size=60
) | st.text(max_size=60)


def forms(text: str) -> list[str]:
    return analyzer().forms(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("IL-6", "IL6"),
        ("SARS-CoV-2", "SARS-CoV2"),
        ("COVID-19", "COVID 19"),
        ("COVID19", "Covid-19"),
        ("TNF-α", "TNF-alpha"),
        ("TNFα", "TNF alpha"),
        ("NF-κB", "NF-kappaB"),
        ("IL-1β", "IL-1beta"),
        ("self-supervised learning", "Self supervised LEARNING"),
        ("Alzheimer's disease", "Alzheimer’s Disease"),
        ("naïve Bayes", "naive bayes"),
        ("cafe\u0301", "café"),
        ("Straße", "strasse"),
        ("eﬃcient", "efficient"),
        ("x‑ray", "X-ray"),
        ("Ёлка", "елка"),
        ("H₂O", "H2O"),
        ("O'Brien", "OBrien"),
        ("e-mail", "email"),
    ],
)
def test_spellings_that_mean_the_same(one: str, other: str) -> None:
    assert forms(one) == forms(other) != []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p53 and IL-6", ["p53", "and", "il6"]),
        ("state-of-the-art", ["state", "of", "the", "art"]),
        ("the $\\alpha$-helix of $x^2 + y$ done", ["the", "helix", "of", "done"]),
        ("it costs $5 and $10", ["it", "costs", "5", "and", "10"]),
        ("C++, C# and R", ["c++", "c#", "and", "r"]),
        ("GPT-4 at 0.05 of 10,000", ["gpt4", "at", "0.05", "of", "10,000"]),
        ("l'analyse d'Alembert", ["l", "analyse", "d", "alembert"]),
        ("深度学习", ["深度", "度学", "学习"]),
        ("深", ["深"]),
        ("用CNN识别", ["用", "cnn", "识别"]),
        ("Σίγμα", ["σιγμα"]),
        ("हिन्दी", ["हिन्दी"]),
        ("snake_case", ["snake", "case"]),
        ("3-D and 3D", ["3d", "and", "3d"]),
        ("", []),
        ("--- ''' $$", []),
    ],
)
def test_forms(text: str, expected: list[str]) -> None:
    assert forms(text) == expected


@given(TEXT)
@settings(max_examples=300, deadline=None)
def test_spans_are_the_forms_and_lie_inside_the_text(text: str) -> None:
    spans = analyzer().spans(text)
    assert [form for form, _, _ in spans] == forms(text)
    assert all(0 <= start < end <= len(text) for _, start, end in spans)
    assert all(form and not form.isspace() and " " not in form for form, _, _ in spans)


@given(TEXT)
@settings(max_examples=200, deadline=None)
def test_an_accent_elsewhere_changes_nothing(text: str) -> None:
    plain = text.replace("$", " ")
    assert forms(plain + " é") == [*forms(plain), "e"]


@given(TEXT)
@settings(max_examples=200, deadline=None)
def test_forms_of_forms_are_stable_for_letters(text: str) -> None:
    for form in forms(text):
        if form.isascii() and form.isalpha():
            assert forms(form) == [form] or len(forms(form)) > 1


def test_spans_point_at_the_words() -> None:
    text = "Die $x$ Größe: 深度学习 and self-supervised."
    found = {form: text[start:end] for form, start, end in analyzer().spans(text)}
    assert found["grosse"] == "Größe"
    assert found["度学"] == "度学"
    assert found["supervised"] == "self-supervised"


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("ground", "ground"),
        ("physics", "physics"),
        ("analysis", "analysis"),
        ("analyses", "analysis"),
        ("bias", "bias"),
        ("biases", "bias"),
        ("species", "species"),
        ("mathematics", "mathematics"),
        ("lens", "lens"),
        ("lenses", "lens"),
        ("networks", "network"),
        ("data", "data"),
        ("left", "left"),
        ("number", "number"),
        ("rates", "rate"),
        ("gas", "gas"),
        ("gases", "gas"),
        ("criteria", "criterion"),
        ("mice", "mouse"),
        ("women", "woman"),
        ("learning", "learning"),
        ("trained", "train"),
        ("supervised", "supervised"),
        ("studies", "study"),
        ("autoencoders", "autoencoder"),
        ("matrices", "matrix"),
        ("higher", "high"),
        ("topics", "topic"),
        ("metrics", "metric"),
        ("viruses", "virus"),
        ("status", "status"),
        ("the", ""),
        ("does", ""),
        ("using", ""),
        ("1990", ""),
        ("10mg", ""),
        ("x", ""),
        ("3d", "3d"),
        ("p53", "p53"),
        ("ai", "ai"),
    ],
)
def test_lemmas_of_english(form: str, lemma: str) -> None:
    assert analyzer().lemma(form) == lemma


@pytest.mark.parametrize(
    ("lang", "form", "lemma"),
    [
        ("fr", "reseaux", "reseau"),
        ("de", "hauser", "haus"),
        ("ru", "клеток", "клетка"),
        ("it", "modelli", "modello"),
        ("es", "estudios", "estudio"),
        ("de", "und", ""),
        ("zh", "学习", "学习"),
        ("xx", "anything", "anything"),
        ("zz", "anything", "anything"),
    ],
)
def test_lemmas_of_other_languages(lang: str, form: str, lemma: str) -> None:
    assert analyzer().lemma(form, lang) == lemma


def test_stems_meet_and_function_words_have_none() -> None:
    stem = analyzer().stem
    assert stem("networks") == stem("network") == stem("networking")
    assert stem("criteria") == stem("criterion")
    assert stem("matrices") != stem("matrix")  # plurals in -ices stay apart: see Lexicon.stem
    assert stem("the") == stem("x") == ""
    assert analyzer().is_stop("of")
    assert not analyzer().is_stop("system")
    assert stem("p53") == "p53"
    assert stem("исследования", "ru") == stem("исследование", "ru") != ""


@pytest.mark.parametrize(
    "lang", ["ca", "da", "de", "en", "es", "fr", "hu", "it", "lt", "nb", "pt", "ro", "ru", "sv"]
)
def test_every_word_of_a_stem_begins_in_a_way_that_the_stem_tells(lang: str) -> None:
    words = sorted({*some_words_that_spacy_knows(lang), *(_IRREGULAR if lang == "en" else ())})
    assert len(words) > 2000
    for form in words:
        stem = analyzer().stem(form, lang)
        assert not stem or form.startswith(analyzer().beginnings(stem, lang)), (form, stem)


def some_words_that_spacy_knows(lang: str) -> Iterator[str]:
    """One of seventeen, folded."""
    for name, path in registry.lookups.get(lang).items():
        if name in ("lemma_lookup", "lemma_index", "lemma_exc"):
            table = load_language_data(path)
            parts = [table] if name == "lemma_lookup" else table.values()
            for word in islice(chain.from_iterable(parts), 0, None, 17):
                yield from filter(str.isalpha, analyzer().forms(word))


def test_where_stems_do_not_tell_how_words_begin_any_word_may_be_one() -> None:
    assert analyzer().beginnings("tiga", "id") == ("",)
    assert analyzer().beginnings("量子", "zh") == ("量子",)
    assert set(analyzer().beginnings(analyzer().stem("teeth"))) == {"to", "teeth"}


def test_parts_of_speech() -> None:
    assert "NOUN" in analyzer().noun_parts("networks")
    assert analyzer().noun_parts("neural") == {"ADJ"}
    assert analyzer().noun_parts("qubit") == frozenset()


def test_headwords_come_without_importing_spacy() -> None:
    script = "import sys; from ingest.text.analysis import analyzer; "
    script += "print(analyzer().lemma('mice'), 'spacy' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["mouse", "False"]
