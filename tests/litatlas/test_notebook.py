"""The card of an atlas in a notebook."""

from __future__ import annotations

from typing import Any

from litatlas.notebook import card


def test_the_card_counts_and_escapes() -> None:
    hostile = "<script>alert(1)</script>"
    collection: Any = {"name": hostile, "papers": 1200}
    topic: Any = {"level": 0, "label": hostile, "documents": 7, "terms": [(hostile, 0.1)]}
    html = card([collection], [topic, {**topic, "level": 1, "label": "below"}], 1200)
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 3
    assert "1,200 papers" in html
    assert "below" not in html


def test_an_atlas_without_topics_says_so() -> None:
    assert "no map yet" in card([], [], 0)
