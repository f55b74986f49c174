"""Key findings: sentences that say method, result and significance, told by headings or by words."""

from __future__ import annotations

import pytest

from ingest.text.boilerplate import sections
from topics.text.findings import clues, findings, role_of
from topics.text.roles import ROLES

RUNNING = (
    "Lung cancer is a leading cause of death. Whether screening saves lives is not known. "
    "We randomly assigned 1,204 smokers to low-dose computed tomography or to radiography. "
    "Deaths were 20 % fewer in the first group (p < 0.01). The weather was mild in both years. "
    "These findings suggest that screening by computed tomography should be offered to smokers."
)
STRUCTURED = (
    "BACKGROUND: Whether screening saves lives is not known. "
    "METHODS: Smokers came to two sites. We randomly assigned 1,204 of them to tomography or radiography. "
    "RESULTS: It rained much. Deaths were 20 % fewer in the first group (p < 0.01). "
    "CONCLUSIONS: Smokers should be offered low-dose computed tomography."
)


def told(abstract: str, lang: str = "en") -> dict[str, str]:
    return {finding["kind"]: finding["text"] for finding in findings(abstract, lang)}


def test_running_text_is_told_by_its_words_and_their_place() -> None:
    found = told(RUNNING)
    assert list(found) == list(ROLES)
    assert found["method"].startswith("We randomly assigned")
    assert found["result"].startswith("Deaths were 20 %")
    assert found["significance"].startswith("These findings suggest")


def test_headings_say_where_to_look() -> None:
    found = told(STRUCTURED)
    assert found["method"].startswith("We randomly")
    assert found["result"].startswith("Deaths were")
    assert found["significance"] == "Smokers should be offered low-dose computed tomography."
    assert found == told(STRUCTURED, "de"), "a heading says it in any language"


@pytest.mark.parametrize(
    ("abstract", "lang"),
    [
        ("", "en"),
        ("A short notice.", "en"),
        ("An introduction to the history of botany in the towns of the north.", "en"),
        (RUNNING, "de"),
        ("..." * 4_000, "en"),
        ("RESULTS: One heading alone.", "en"),
    ],
)
def test_nothing_is_named_where_it_cannot_be_told(abstract: str, lang: str) -> None:
    assert findings(abstract, lang) == []


def test_a_heading_of_several_things_says_nothing_certain() -> None:
    assert role_of("METHODS AND RESULTS") == ""
    assert role_of("Conclusions and relevance") == "significance"
    assert role_of("DESIGN, SETTING, AND PARTICIPANTS") == "method"
    assert role_of("OBJECTIVE") == "other"


def test_the_place_of_a_sentence_is_a_clue() -> None:
    assert {"<0>", "we", "<number>"} <= clues("We saw 3 of them", 0, 5)
    assert {"<4>", "<last>"} <= clues("So it is", 4, 5)
    assert "<statistic>" in clues("It rose by 3% in all", 2, 5)


def test_an_abstract_is_cut_at_its_headings() -> None:
    assert [heading for heading, _ in sections(STRUCTURED)] == [
        "BACKGROUND",
        "METHODS",
        "RESULTS",
        "CONCLUSIONS",
    ]
    assert sections("First. METHODS: We did. RESULTS: It was.")[0] == ("", "First.")
    assert sections(RUNNING) == []
