"""Math, highlights, addresses and the drawing of the map."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from tests.web.generated_map import generated_map
from web.rendering.atlas_map import HUES, MapDrawing, brightness
from web.rendering.map_outline import Outline
from web.rendering.math import to_mathml, with_math
from web.rendering.rich_text import first_authors, paragraphs, quoted, rich, short
from web.rendering.search_links import SearchLinks, field_search
from web.requests import SearchRequest


@pytest.mark.parametrize(
    ("tex", "parts"),
    [
        (r"x^2", ["<msup><mi>x</mi>", "<mn>2</mn>"]),
        (r"\frac{1}{n}", ["<mfrac>", "<mn>1</mn>", "<mi>n</mi>"]),
        (r"\alpha \leq \beta", ["<mi>α</mi>", "<mo>≤</mo>", "<mi>β</mi>"]),
        (r"\mathbb{R}^n", ["<mi>ℝ</mi>"]),
        (r"\mathcal{O}(\log n)", ["<mi>𝒪</mi>", "<mi>log</mi>"]),
        (r"\sum_{i=1}^{n} x_i", ["<munderover><mo>∑</mo>", "<msub><mi>x</mi>"]),
        (r"\sqrt[3]{x}", ["<mroot>"]),
        (r"10^{-3}\,\text{GeV/c}", ["<mo>−</mo>", "<mtext>GeV/c</mtext>"]),
        (r"\left( a \right.", ["<mo>(</mo><mi>a</mi>"]),
        (r"\hat{\theta}'", ["<mover", "<mi>θ</mi>", "<mo>′</mo>"]),
        (r"a < b & c", ['<span class="tex">']),
        (r"\ownmacro{x}", ['<span class="tex">\\ownmacro{x}</span>']),
        (r"{x", ['<span class="tex">{x</span>']),
        (r"x}", ['<span class="tex">x}</span>']),
        ("{" * 500 + "}" * 500, ['<span class="tex">']),
        (r"\text{<script>}", ["<mtext>&lt;script&gt;</mtext>"]),
    ],
)
def test_math_becomes_mathml_or_stays_marked_tex(tex: str, parts: list[str]) -> None:
    drawn = to_mathml(tex)
    for part in parts:
        assert part in drawn


@given(st.text(alphabet=r"\{}^_$&<>x1a alphfrcsqt[]()'~", max_size=60))
def test_any_math_gives_well_formed_markup(tex: str) -> None:
    ElementTree.fromstring(f"<p>{to_mathml(tex)}</p>")
    ElementTree.fromstring(f"<p>{with_math(tex)}</p>")


@given(st.text(max_size=200))
def test_rich_text_never_lets_markup_through(text: str) -> None:
    drawn = re.sub(r"</?(?:mark|math|m\w+|span)(?: [a-z]+=\"[^\"<>]*\")*>", "", str(rich(text)))
    assert "<" not in drawn


def test_money_is_not_math() -> None:
    assert "<math>" not in with_math("It costs $5 million and $6 million more.")
    assert "<math>" in with_math("with $n=5$ papers")


def test_highlights_become_marks_and_are_left_out_inside_math() -> None:
    assert rich("a \ue000heart\ue001 & b") == "a <mark>heart</mark> &amp; b"
    assert rich("\ue000heart\ue001 \ue000failure\ue001") == "<mark>heart failure</mark>"
    assert "<math>" in rich("$x^{\ue0002\ue001}$ and \ue000y\ue001")
    assert "\ue000" not in rich("unclosed \ue000 mark")


def test_short_cuts_at_a_word_and_authors_are_bounded() -> None:
    assert short("one two three four", 10) == "one two…"
    assert short("x" * 50, 10) == "x" * 10 + "…"
    shown, more = first_authors([f"A{n}" for n in range(10_000)])
    assert (len(shown), more) == (8, 9_992)
    assert paragraphs("a\n\nb\n") == ["a", "b"]


def test_links_change_one_thing_and_go_back_to_the_first_page() -> None:
    links = SearchLinks(SearchRequest(q="a b", offset=20, collection=["X"], match="any"))
    assert links.toggle("collection", "X") == "/search?q=a+b&match=any"
    assert links.toggle("collection", "Y") == "/search?q=a+b&collection=X&collection=Y&match=any"
    assert links.at(30).endswith("&offset=30")
    assert "offset" not in links.change(sort="newest")
    assert links.export() == "/api/v1/export?q=a+b&collection=X&match=any&"
    assert [label for label, _ in links.pages(95)] == ["1", "2", "3", "4", "5", "…", "10"]
    assert links.pages(95)[2][1] is None


def test_values_are_quoted_so_that_they_cannot_leave_their_field() -> None:
    assert quoted('a" OR title:b\\') == '"a  OR title:b "'
    assert field_search("author", "O'Neil, J.") == "/search?q=author%3A%22O%27Neil%2C+J.%22"


def drawing() -> MapDrawing:
    return MapDrawing(generated_map((3, 6, 12)))


def test_the_drawing_has_every_cell_once_and_is_lit_by_weights() -> None:
    found = drawing()
    svg = found.svg([{"id": "t0x0", "label": "", "level": 0, "count": 3, "weight": 0.6}])
    root = ElementTree.fromstring(svg)
    cells = [entry for entry in root.iter("polygon") if "cell" in entry.get("class", "").split()]
    assert len(cells) == 21
    assert "lit" in root.get("class", "").split()
    bright = [cell.get("data-id") for cell in cells if "b10" in cell.get("class", "").split()]
    assert bright == ["t0x0"]
    assert "style=" not in svg
    assert "lit" not in ElementTree.fromstring(found.svg()).get("class", "").split()


def test_brightness_is_relative_to_the_strongest_of_a_level() -> None:
    found = brightness({"a": (0, 0.5), "b": (0, 0.125), "c": (1, 0.01), "d": (1, 0.0)})
    assert found == {"a": 10, "b": 5, "c": 10, "d": 0}


def test_topics_have_hues_near_their_top_topics_and_tops_spread_over_the_spectrum() -> None:
    found = drawing()
    for cell in found.cells:
        if cell["parent"]:
            apart = abs(found.hues[cell["id"]] - found.hues[cell["parent"]])
            assert min(apart, HUES - apart) <= (2 if cell["level"] == 1 else 0)
    assert sorted(found.hues[f"t0x{n}"] for n in range(3)) == [0, HUES // 3, 2 * HUES // 3]


def test_the_tree_says_what_the_map_says(app: Flask) -> None:
    found = drawing()
    with app.test_request_context():
        outline = Outline(found)
        lit = outline.html([{"id": "t0x1", "label": "", "level": 0, "count": 7, "weight": 0.4}])
        unlit = outline.html()
    tree = html.fromstring(lit)
    assert tree.xpath("./li/@data-id") == ["t0x0", "t0x1", "t0x2"]
    assert tree.xpath("//li[@data-id='t0x1']/details/summary/*[self::b or self::em]/text()") == [
        "7",
        "40\u202f%",
    ]
    assert len(tree.xpath("//li[@class='dim']")) == 20
    assert "dim" not in unlit
    leaves = tree.xpath("./li/details/ul/li/details/ul/li/@data-id")
    assert len(leaves) == 12
    assert [cell["level"] for cell in found.path(leaves[0])] == [0, 1, 2]


def test_a_label_that_is_markup_is_escaped() -> None:
    cell = {
        "id": "t1", "level": 0, "parent": None, "polygon": [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)],
        "label": '"><script>alert(1)</script>', "documents": 1,
    }  # fmt: skip
    svg = MapDrawing({"generation": 1, "cells": [cell]}).svg()  # type: ignore[typeddict-item]
    assert "<script" not in svg
    ElementTree.fromstring(svg)
