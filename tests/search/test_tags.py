"""Spellings of one tag have one key; different tags do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.tags import most_used, tag_key


@pytest.mark.parametrize(
    "spellings",
    [
        ("COVID-19", "Covid-19", "covid 19"),
        ("Vaccine hesitancy", "vaccine hesitancy", "VACCINE HESITANCY"),
        ("Pandemics", "pandemic"),
        ("Diabetes Mellitus, Type 2", "type 2 diabetes mellitus", "Type 2 Diabetes Mellitus"),
        ("Receptors, Antigen, T-Cell", "T-cell antigen receptor"),
        ("Depression, Postpartum", "Postpartum depression"),
        ("Analyses", "analysis"),
        ("Viruses", "Virus"),
        ("Diseases", "disease"),
        ("Drug therapies", "drug therapy"),
        ("Calories", "calorie"),
        ("Women", "woman"),
        ("Ökologie", "okologie"),
        ("cs.CL", "cs.cl"),
        ("Глубокое обучение", "глубокое Обучение"),
        ("Meta-Analysis", "meta analysis", "meta‐analysis"),
    ],
)
def test_spellings_of_one_tag(spellings: tuple[str, ...]) -> None:
    assert len(set(map(tag_key, spellings))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cars", "Care"),
        ("C++", "C"),
        ("C#", "C"),
        ("AIDS", "Aid"),
        ("News", "New"),
        ("Virus", "Viral"),
        ("Type 1 diabetes", "Type 2 diabetes"),
        ("cs.CL", "cs.CV"),
        ("2,4-D", "D 2,4"),
        ("Asthma", "Asthma/drug therapy"),
        ("*", "**"),
        ("基因", "基因组"),
    ],
)
def test_different_tags(one: str, other: str) -> None:
    assert tag_key(one) != tag_key(other)


@given(st.text(max_size=60))
def test_any_text_has_a_key_that_is_its_own_in_any_case(text: str) -> None:
    assert isinstance(tag_key(text), str)
    if text.isascii():
        assert tag_key(text) == tag_key(text.upper()) == tag_key(f" {text} ")
    if text.strip():
        assert tag_key(text)


def test_the_spelling_of_most_papers_is_shown() -> None:
    counted = [("pandemic", 3), ("Pandemics", 9), ("Asthma", 1), ("PANDEMICS", 9)]
    assert most_used(counted) == {"pandemic": "PANDEMICS", tag_key("asthma"): "Asthma"}
