"""Random books against set algebra done on the papers themselves, on both engines."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from uuid import uuid4

import pytest

from search.book import index_source
from search.book.evaluation import evaluate
from search.book.index_source import IndexSource
from search.book.program import Program
from search.context import Context
from tests.search import small_atlas
from tests.search.conftest import open_node

Paper = dict[str, object]
Test = Callable[[Paper, dict[int, set[str]]], bool]

WORDS = [
    *small_atlas.THEMES["stars"].split()[:4],
    "protein",
    "enzyme",
    "receptor",
    "gene",
    "vertex",
    "clique",
]


@cache
def own_atlas() -> small_atlas.Small:
    """A small atlas that tests of other files do not change."""
    return small_atlas.small_atlas.__wrapped__()


@cache
def papers() -> dict[str, Paper]:
    """Each paper by its id with what a test of it needs, read from the library and not from an index."""
    held: dict[str, Paper] = {}
    for paper in own_atlas().library.papers():
        document = paper.shown.document
        text = f"{document.title} {document.abstract}".lower()
        held[paper.id] = {
            "id": paper.id, "words": set(re.findall(r"\w+", text)), "year": document.year,
            "tags": set(document.tags), "collections": set(paper.collections),
        }  # fmt: skip
    return held


def leaf(dice: random.Random) -> tuple[str, Test]:
    kind = dice.randrange(6)
    if kind == 0:
        low = dice.randint(2000, 2009)
        return f"year:{low}-", lambda paper, _: int(str(paper["year"])) >= low
    if kind == 1:
        tag = dice.choice(list(small_atlas.THEMES))
        return f"tag:{tag}", lambda paper, _: tag in paper["tags"]  # type: ignore[operator]
    if kind == 2:
        name = dice.choice(("old", "new", "none"))
        return f"collection:{name}", lambda paper, _: name in paper["collections"]  # type: ignore[operator]
    if kind == 3 and dice.random() < 0.3:
        return "*", lambda _, __: True
    word = dice.choice(WORDS)
    return word, lambda paper, _: word in paper["words"]  # type: ignore[operator]


def expression(dice: random.Random, depth: int, lines: list[int]) -> tuple[str, Test]:
    """A random search as text, and what it means of a paper, given what earlier lines found."""
    if lines and dice.random() < 0.4:
        number = dice.choice(lines)
        return f"#{number}", lambda paper, found: paper["id"] in found[number]
    if depth == 0 or dice.random() < 0.25:
        return leaf(dice)
    if dice.random() < 0.2:
        text, test = expression(dice, depth - 1, lines)
        return dice.choice(("NOT (%s)", "-(%s)")) % text, lambda paper, found: not test(paper, found)
    parts = [expression(dice, depth - 1, lines) for _ in range(dice.randint(2, 3))]
    joint = dice.choice((" AND ", " ", " OR "))
    both = any if joint == " OR " else all
    text = joint.join(f"({part})" if " " in part else part for part, _ in parts)
    return text, lambda paper, found: both(test(paper, found) for _, test in parts)


def check_programs(context: Context, seeds: range) -> int:
    """Compare every line of random books; how many lines found something but not everything."""
    telling = 0
    for seed in seeds:
        dice = random.Random(seed)
        texts: dict[int, str] = {}
        wanted: dict[int, set[str]] = {}
        for number in range(1, dice.randint(3, 8)):
            texts[number], test = expression(dice, 3, list(texts))
            wanted[number] = {id for id, paper in papers().items() if test(paper, wanted)}
        evaluated = evaluate(Program.of(texts), IndexSource(context))
        for number, ids in wanted.items():
            assert evaluated.of(number) == sorted(ids), (seed, number, texts)
            telling += 0 < len(ids) < len(papers())
    return telling


@pytest.fixture(scope="module")
def on_elasticsearch() -> Iterator[Context]:
    small = own_atlas()
    for engine in open_node(f"litatlas-test-{uuid4().hex[:12]}"):
        small_atlas.index(small.library, engine, "bare", None)
        yield Context(engine, "bare", small.library, small.bare.context.analyzer)


def test_random_books_equal_set_algebra() -> None:
    assert check_programs(own_atlas().bare.context, range(250)) > 500


@pytest.mark.nightly
def test_a_thousand_random_books_equal_set_algebra() -> None:
    assert check_programs(own_atlas().bare.context, range(1000)) > 2000


@pytest.mark.elasticsearch
def test_random_books_on_elasticsearch_equal_set_algebra(on_elasticsearch: Context) -> None:
    assert check_programs(on_elasticsearch, range(25)) > 50


@pytest.mark.nightly
@pytest.mark.elasticsearch
@pytest.mark.parametrize("first", range(0, 1000, 250))
def test_a_thousand_random_books_on_elasticsearch_equal_set_algebra(
    on_elasticsearch: Context, first: int
) -> None:
    assert check_programs(on_elasticsearch, range(first, first + 250)) > 500


def test_more_papers_than_a_page_are_all_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_source, "_PAGE", 7)
    assert check_programs(own_atlas().bare.context, range(20)) > 40


def found(lines: dict[int, str]) -> dict[int, int]:
    context = own_atlas().bare.context
    return {
        number: len(ids) for number, ids in evaluate(Program.of(lines), IndexSource(context)).sets.items()
    }


def test_words_side_by_side_are_all_wanted_and_nothing_is_loosened() -> None:
    sizes = found(
        {1: "galaxy kinase", 2: "galaxy OR kinase", 3: "galaxy telescope planet halo dust redshift"}
    )
    assert sizes[1] == 0 < sizes[2]
    assert sizes[3] < found({1: "galaxy"})[1]


def test_function_words_beside_a_line_say_nothing() -> None:
    sizes = found({1: "galaxy", 2: "the #1", 3: "the"})
    assert sizes[1] == sizes[2]


def test_a_reader_finds_what_they_may_see() -> None:
    context = own_atlas().bare.context
    lines = Program.of({1: "galaxy", 2: "NOT #1"})
    seen = evaluate(lines, IndexSource(context, frozenset({"old"})))
    old = {id for id, paper in papers().items() if "old" in paper["collections"]}  # type: ignore[operator]
    assert set(seen.of(1)) | set(seen.of(2)) == old
    assert len(seen.of(1)) + len(seen.of(2)) == len(old)
