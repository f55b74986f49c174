"""How often words stand in papers of any field."""

from __future__ import annotations

import math
from importlib.resources import files

import pytest

from topics.text.scholarly import scholarly_language


def test_words_of_papers_and_of_daily_life_are_known() -> None:
    forms = ["the", "theorem", "patients", "banana", "qqxqq"]
    known = scholarly_language("en", forms)
    assert known["the"] > known["patients"] > known["banana"]
    assert known["theorem"] > known["banana"]
    assert set(known) >= set(forms[:4])
    assert set(known) <= set(forms)


def test_a_language_without_papers_is_the_general_one_and_an_unknown_one_is_empty() -> None:
    assert scholarly_language("de", ["und"])["und"] > -6
    assert scholarly_language("xx", ["und"]) == {}


def test_the_table_is_a_distribution() -> None:
    shares = []
    for line in files("topics.text").joinpath("scholarly_en.txt").read_text(encoding="utf-8").splitlines():
        value, *forms = line.split()
        shares += [math.exp(float(value))] * len(forms)
    assert len(shares) == 20_000
    assert sum(shares) == pytest.approx(1, abs=0.1)
