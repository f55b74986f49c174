"""What abbreviations stand for, learned from where they are spelt out."""

from __future__ import annotations

import pytest

from ingest.text.analysis import analyzer
from topics.naming.abbreviations import abbreviations
from topics.naming.sample_phrases import Stems
from topics.naming.sample_words import SampleText


def learned(*titles: str) -> dict[str, frozenset[str]]:
    return dict(abbreviations(map(SampleText, titles), Stems(analyzer(), analyzer().stem)))


@pytest.mark.parametrize(
    ("text", "stem", "words"),
    [
        ("a high body mass index (BMI) of men", "bmi", {"bodi", "mass", "index"}),
        ("coronavirus disease 2019 (COVID-19)", "covid", {"coronavirus", "diseas", "2019"}),
        ("small interfering RNAs (siRNAs)", "sirna", {"small", "interfer", "rnas"}),
        ("of magnetic resonance images (MRIs)", "mri", {"magnet", "reson", "imag"}),
    ],
)
def test_the_words_before_the_bracket_spell_it_out(text: str, stem: str, words: set[str]) -> None:
    assert learned(text, text).get(stem) == words


@pytest.mark.parametrize(
    "text",
    [
        "was large (BMI)",
        "in Berlin (Germany)",
        "(BMI)",
        "of men (p < .05)",
        "İ mass (IM)",
        "heat (HH)",
        "a (A1)",
    ],
)
def test_what_spells_nothing_out_teaches_nothing(text: str) -> None:
    assert learned(text, text) == {}


def test_one_that_stands_for_several_things_says_none_of_them() -> None:
    twice = ["multiple sclerosis (MS)"] * 2, ["mass spectrometry (MS)"] * 2
    assert learned(*twice[0], *twice[1]) == {}
    assert learned(*twice[0] * 3, *twice[1]) == {"ms": {"multipl", "sclerosi"}}
    assert learned("multiple sclerosis (MS)") == {}, "once may be chance"
