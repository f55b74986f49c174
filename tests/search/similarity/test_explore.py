"""A text as the query."""

from __future__ import annotations

import pytest

from ingest.errors import InputError
from tests.search.small_atlas import THEMES, small_atlas

TEXT = "We study " + THEMES["cells"]


def test_a_text_lights_topics_and_finds_its_theme() -> None:
    answer = small_atlas().searcher.explore(TEXT, limit=8)
    assert len(answer["documents"]) == 8
    assert all(hit["source_id"].startswith("cells") for hit in answer["documents"])
    lit = {row["id"] for row in answer["topics"]}
    for hit in answer["documents"]:
        assert hit["shared"]["terms"]
        assert {topic["id"] for topic in hit["shared"]["topics"]} <= lit
    assert any(hit["shared"]["topics"] for hit in answer["documents"])
    for level in (0, 1):
        weights = [row["weight"] for row in answer["topics"] if row["level"] == level]
        assert weights
        assert weights == sorted(weights, reverse=True)
        assert sum(weights) <= 1.001
    assert "cells" in answer["suggested_tags"]


def test_only_visible_collections_are_found() -> None:
    answer = small_atlas().searcher.explore(TEXT, collections=frozenset({"new"}))
    assert {hit["collection"] for hit in answer["documents"]} == {"new"}


def test_without_a_model_words_alone_decide() -> None:
    answer = small_atlas().bare.explore(TEXT, limit=5)
    assert answer["topics"] == []
    assert all(hit["source_id"].startswith("cells") for hit in answer["documents"])
    assert "no topic model" in answer["notice"]


def test_a_text_of_unknown_words_says_so() -> None:
    answer = small_atlas().searcher.explore("qwertz asdfgh yxcvbn")
    assert answer["documents"] == []
    assert "none of these words" in answer["notice"]


@pytest.mark.parametrize("text", ["", "   ", "?!"])
def test_a_text_without_words_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        small_atlas().searcher.explore(text)
