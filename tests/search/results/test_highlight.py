"""Highlights: what is marked, where fragments are cut, and that texts of any kind stay whole."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text.analysis import analyzer
from search.query.languages import Speech
from search.query.parser import parse
from search.query.tree import Query, Word
from search.results.fragments import END, FRAGMENT, FRAGMENTS, MARK
from search.results.highlight import Highlighter

SENTENCE = "The mitochondria of the cell produce energy in a way that is described at length below. "
LONG = SENTENCE * 6 + "Here a solar panel meets deep learning at last, and all is well. " + SENTENCE * 6


def highlight(
    query: str, title: str = "", abstract: str = "", langs: tuple[str, ...] = ("en",)
) -> dict[str, list[str]]:
    found = Highlighter(parse(query), analyzer(), Speech(analyzer(), langs)).highlight(
        title, abstract, langs[0]
    )
    return {name: [shown(text) for text in texts] for name, texts in found.items()}


def shown(text: str) -> str:
    return text.replace(MARK, "[").replace(END, "]")


def title(query: str, text: str, lang: str = "en") -> str:
    return highlight(query, title=text, langs=(lang,))["title"][0]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("networks", "A network of networks", "A [network] of [networks]"),
        ("schrodinger", "Schrödinger's cat", "[Schrödinger's] cat"),
        ("the network", "the network", "the [network]"),
        ("the who", "The Who", "[The] [Who]"),
        ('"deep learning"', "Deep learning, deep networks", "[Deep learning], deep networks"),
        ('"deep learning"', "learning deep", "learning deep"),
        ('"deep network"', "deep networks", "deep networks"),
        ('"solar cell"~2', "solar and wind cell, solar", "[solar] and wind [cell], solar"),
        ('"solar cell"~1', "solar and wind cell", "solar and wind cell"),
        ('"a a b"', "a a b a a b", "[a a b] [a a b]"),
        ("neuro*", "Neurons and neuroscience, aneurysm", "[Neurons] and [neuroscience], aneurysm"),
        ("network -graph", "graph network", "graph [network]"),
        ("title:graph abstract:network", "graph network", "[graph] network"),
        ("graph OR (flow AND cut)", "graph flow cut", "[graph] [flow] [cut]"),
        ("attention", "self-attention", "[self-attention]"),
        ("year:2010 author:smith graph", "2010 Smith graph", "2010 Smith [graph]"),
        ("x", "the $x$ axis x", "the $x$ axis [x]"),
        (
            "vitamin d deficiency",
            "Vitamin D, vitamins, D or a deficiency",
            "[Vitamin D], [vitamins], D or a [deficiency]",
        ),
        ("vitamin -d", "Vitamin D", "[Vitamin] D"),
        ("量子", "量子计算", "[量子]计算"),
        ("图书馆读者", "图书与图书馆的读者", "图书与[图书馆]的[读者]"),
        ("癌", "癌症", "[癌症]"),
        ("", "Nothing is asked", "Nothing is asked"),
        ("graph", "a\ue000graph\ue001\uf8ff", "a[graph]".replace("a[graph]", "agraph")),
        ("graph", "(graph)\n\tgraph", "([graph])\n\t[graph]"),
    ],
)
def test_the_title_is_whole_and_its_matches_are_marked(query: str, text: str, expected: str) -> None:
    assert title(query, text) == expected


def test_stems_are_those_of_the_papers_language() -> None:
    assert title("Zellen", "Die Zelle", "de") == "Die [Zelle]"


WORDS = st.sampled_from([
    "cell", "cells", "Cell's", "self-attention", "IL-6", "il6", "Straße", "über", "dying", "dies", "die",
    "mice", "mouse", "tigers", "bertiga", "Zellen", "Schrödinger", "$x_1$", "(cell)", "the", "of", "network,",
    "networks.", "networking", "netze\nnetz", "TNF-α", "neuro", "neuron", "3,000", "量子计算",
    "network-network",
])  # fmt: skip


@given(
    st.lists(WORDS, max_size=12), st.lists(WORDS, min_size=1, max_size=3), st.sampled_from(["en", "de", "id"])
)
@settings(deadline=None, max_examples=300)
def test_the_forms_at_hand_change_nothing(text: list[str], asked: list[str], lang: str) -> None:
    whole, query = " ".join(text), Query(tuple(Word(word) for word in asked))
    marker = Highlighter(query, analyzer(), Speech(analyzer(), (lang,)))
    forms = analyzer().joined(whole)
    assert marker.highlight(whole, whole, lang, (forms, forms)) == marker.highlight(whole, whole, lang)


def test_a_short_abstract_is_whole() -> None:
    assert highlight("cell", abstract="A cell. " * 5)["abstract"] == [("A [cell]. " * 5)]


def test_a_long_abstract_gives_the_part_with_most_of_the_query() -> None:
    (fragment, *others) = highlight("solar learning panel", abstract=LONG)["abstract"]
    assert "[solar] [panel] meets deep [learning]" in fragment
    assert others == []
    assert fragment.startswith("… ")
    assert fragment.endswith(" …")
    assert len(fragment) < FRAGMENT * 2


def test_fragments_come_in_reading_order_and_show_new_words() -> None:
    text = (
        "First the alpha particle. "
        + SENTENCE * 5
        + "Then the beta ray. "
        + SENTENCE * 5
        + "Last the gamma ray. "
    )
    fragments = highlight("gamma beta alpha", abstract=text + SENTENCE * 3)["abstract"]
    assert len(fragments) == FRAGMENTS
    for word, fragment in zip(("[alpha]", "[beta]", "[gamma]"), fragments, strict=True):
        assert word in fragment
    assert fragments[0].startswith("First the [alpha]")


def test_an_abstract_without_a_match_gives_its_beginning() -> None:
    (fragment,) = highlight("zebra", abstract=LONG)["abstract"]
    assert fragment.startswith("The mitochondria")
    assert "[" not in fragment
    assert fragment.endswith(" …")


def test_absent_text_has_no_entry() -> None:
    assert highlight("graph") == {}
    assert list(highlight("graph", title="graph")) == ["title"]


def test_a_formula_is_never_cut() -> None:
    formula = "$" + " + ".join(f"x_{{{n}}}" for n in range(40)) + "$"
    text = f"{SENTENCE}We bound zeta by {formula} " * 4 + SENTENCE * 3
    for fragment in highlight("zeta bound", abstract=text)["abstract"]:
        assert fragment.count("$") % 2 == 0


def test_words_of_a_document_can_be_wanted_too() -> None:
    highlighter = Highlighter(parse(""), analyzer())
    highlighter.want_words(["graphs"])
    assert shown(highlighter.highlight("A graph", "")["title"][0]) == "A [graph]"


def test_a_very_long_text_is_bounded() -> None:
    found = Highlighter(parse("graph"), analyzer()).highlight("graph " * 100_000, "graph " * 100_000)
    assert len(found["title"][0]) < 60_000
    assert found["title"][0].endswith(f"{MARK}graph{END} ")
    assert len(found["abstract"]) <= FRAGMENTS


_WORDS = [
    "graph", "graphs,", "deep", "learning.", "self-attention", "$x + y$", "$$a b c$$", "量子计算量子计算",
    "A", "The", "e\u0301t", "👩\u200d🔬", "👍🏽", "\ue000", "ก็ดี", "x" * 30, "costs $5", "and $6", "\n",
    "naïve",
]  # fmt: skip


@given(
    st.lists(st.sampled_from(_WORDS), max_size=150).map(" ".join),
    st.sampled_from(["graph", '"deep learning"~3', "量子 se*", "zzz"]),
)
@settings(max_examples=150, deadline=None)
def test_fragments_are_pieces_of_the_text_cut_between_words(text: str, query: str) -> None:
    clean = text.replace("\ue000", "")
    found = Highlighter(parse(query), analyzer()).highlight("", text)
    for fragment in found.get("abstract", []):
        assert fragment.count(MARK) == fragment.count(END)
        piece = fragment.replace(MARK, "").replace(END, "")
        inner = piece.removeprefix("… ").removesuffix(" …")
        at = clean.find(inner)
        assert at >= 0
        before, after = clean[:at], clean[at + len(inner) :]
        for left, right in ((before[-1:], inner[:1]), (inner[-1:], after[:1])):
            assert not (left.isascii() and right.isascii() and left.isalnum() and right.isalnum())
            assert right not in ("\u0301", "\u200d", "🏽")
