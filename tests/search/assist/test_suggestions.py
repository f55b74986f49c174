"""Suggestions while typing and did-you-mean: what is found, in which order, for whom, and damaged files."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.arrays import ArraysError, write_arrays
from search.assist.suggestions import KINDS, SUGGESTIONS, Entry, Suggestions, build_suggestions
from search.query.parser import parse

A, B = frozenset({"arxiv"}), frozenset({"pubmed"})
ENTRIES = [
    Entry("Gene expression", "topic", 50, "t7k2"),
    Entry("Neural networks", "topic", 90, "t9x1"),
    Entry("gene expression", "term", 40),
    Entry("generative model", "term", 70),
    Entry("genetics", "term", 10),
    Entry("graph neural network", "term", 30),
    Entry("Schrödinger, Erwin", "author", 1, "", A),
    Entry("van der Maaten, Laurens", "author", 1, "", A),
    Entry("Müller, Anna", "author", 1, "", A),
    Entry("Muller, Anna", "author", 1, "", B),
    Entry("Maas, Piet", "author", 5, "", B),
    Entry("machine learning", "tag", 3, "", A),
    Entry("Machine Learning", "tag", 2, "", B),
    Entry("The genome of the mouse", "title", 1, "d1", A),
    Entry("On the genome of the rat", "title", 4, "d2", B),
    Entry("量子计算导论", "title", 1, "d3", A),
    Entry("Self-attention without tears", "title", 1, "d4", A),
    Entry("...", "title", 9, "d5"),
]


@pytest.fixture(scope="module")
def suggestions(tmp_path_factory: pytest.TempPathFactory) -> Suggestions:
    path = tmp_path_factory.mktemp("generation") / "suggestions"
    assert build_suggestions(ENTRIES, path) == len(ENTRIES) - 3  # two are joined, one has nothing to type
    return Suggestions(path)


def texts(found: Suggestions, typed: str, limit: int = 8, collections: set[str] | None = None) -> list[str]:
    return [suggestion.text for suggestion in found.suggest(typed, limit, collections)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("gene e", ["Gene expression"]),
        ("GENE EXP", ["Gene expression"]),
        ("expr", ["Gene expression"]),
        ("schro", ["Schrödinger, Erwin"]),
        ("Schrö", ["Schrödinger, Erwin"]),
        ("maa", ["Maas, Piet", "van der Maaten, Laurens"]),
        ("van der m", ["van der Maaten, Laurens"]),
        ("erwin", ["Schrödinger, Erwin"]),
        ("mach", ["machine learning"]),
        ("genome of the", ["On the genome of the rat", "The genome of the mouse"]),
        ("the genome", ["The genome of the mouse", "On the genome of the rat"][:1]),
        ("attention", ["Self-attention without tears"]),
        ("计算", ["量子计算导论"]),
        ("author:mul", ["Müller, Anna"]),
        ('author:"van d', ["van der Maaten, Laurens"]),
        ("gene author:sch", ["Schrödinger, Erwin"]),
        ("au:anna", ["Müller, Anna"]),
        ("title:gen", ["The genome of the mouse", "On the genome of the rat"][::-1]),
        ("year:20", []),
        ("foo:gen", []),
        ("gene ", ["Gene expression"]),
        ("genes ", []),
        ("zzz", []),
        ("", []),
        ("  ", []),
        ("???", []),
        ("the", ["The genome of the mouse"]),
    ],
)
def test_any_word_may_be_typed_without_case_and_accents(
    suggestions: Suggestions, typed: str, expected: list[str]
) -> None:
    assert texts(suggestions, typed) == expected


def test_kinds_take_turns_and_the_heaviest_comes_first(suggestions: Suggestions) -> None:
    found = suggestions.suggest("gen", 5)
    assert [(one.kind, one.text) for one in found] == [
        ("topic", "Gene expression"),
        ("term", "generative model"),
        ("term", "genetics"),
        ("title", "On the genome of the rat"),
        ("title", "The genome of the mouse"),
    ]
    assert [one.kind for one in suggestions.suggest("gen", 3)] == ["topic", "term", "title"]


def test_choosing_a_suggestion_makes_a_query(suggestions: Suggestions) -> None:
    queries = {one.text: one.query for typed in ("gen", "maa", "mach") for one in suggestions.suggest(typed)}
    assert queries["Gene expression"] == "topic:t7k2"
    assert queries["generative model"] == '"generative model"'
    assert queries["van der Maaten, Laurens"] == 'author:"van der Maaten, Laurens"'
    assert queries["machine learning"] == 'tag:"machine learning"'
    assert queries["genetics"] == "genetics"
    for query in queries.values():
        parse(query)


def test_the_last_words_are_completed_where_nothing_goes_on_from_all(suggestions: Suggestions) -> None:
    assert [one.query for one in suggestions.suggest("deep -(graph neu")] == ['deep -("graph neural network"']
    assert [one.query for one in suggestions.suggest("x -author:schr")] == ['x -author:"Schrödinger, Erwin"']
    (found,) = suggestions.suggest("deep graph neu")
    assert (found.text, found.query) == ("graph neural network", 'deep "graph neural network"')
    assert [one.query for one in suggestions.suggest("year:2010- schr")] == [
        'year:2010- author:"Schrödinger, Erwin"'
    ]


def test_a_reader_sees_only_the_collections_that_are_allowed(suggestions: Suggestions) -> None:
    assert texts(suggestions, "genome", collections={"arxiv"}) == ["The genome of the mouse"]
    assert texts(suggestions, "maa", collections={"pubmed"}) == ["Maas, Piet"]
    assert texts(suggestions, "mul", collections={"pubmed"}) == ["Muller, Anna"]  # as they spell it there
    assert texts(suggestions, "gen", collections=set()) == ["Gene expression", "generative model", "genetics"]


SOME = st.builds(
    Entry,
    st.sampled_from(["Ann Lee", "ann lee", "Anna Lé", "Ana", "Al Ann", "An"]),
    st.sampled_from(["author", "tag", "title"]),
    st.integers(0, 3),
    st.just(""),
    st.sets(st.sampled_from("abc"), max_size=3).map(frozenset),
)


@given(st.lists(SOME, max_size=40), st.sets(st.sampled_from("abc")), st.sampled_from(["a", "an", "lee"]))
@settings(max_examples=60, deadline=None)
def test_what_a_reader_may_not_see_has_no_part_in_what_is_suggested(
    tmp_path_factory: pytest.TempPathFactory, entries: list[Entry], allowed: set[str], typed: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    visible = [entry for entry in entries if not entry.collections or entry.collections & allowed]
    build_suggestions(entries, folder / "all")
    build_suggestions(visible, folder / "visible")
    for limit in (1, 3, 8):
        wanted = Suggestions(folder / "visible").suggest(typed, limit)
        assert Suggestions(folder / "all").suggest(typed, limit, allowed) == wanted


def test_a_long_range_is_searched_until_nothing_visible_can_be_heavier(tmp_path: Path) -> None:
    hidden = [Entry(f"word{n:05}", "tag", 50, "", A) for n in range(9_000)]
    build_suggestions(
        [*hidden, Entry("word with", "tag", 1, "", B), Entry("words", "tag", 2, "", B)], tmp_path / "s"
    )
    assert texts(Suggestions(tmp_path / "s"), "wor", collections={"pubmed"}) == ["words", "word with"]


def test_equal_entries_are_joined_and_their_weights_add_up(tmp_path: Path) -> None:
    entries = [Entry("Rare Tag", "tag", 3), Entry("common tag", "tag", 2), Entry("Common Tag", "tag", 2)]
    build_suggestions(entries, tmp_path / "s")
    assert texts(Suggestions(tmp_path / "s"), "ta") == ["common tag", "Rare Tag"]


def test_an_entry_that_every_reader_may_see_stays_so_when_joined(tmp_path: Path) -> None:
    build_suggestions([Entry("graph", "tag", 1), Entry("graph", "tag", 1, "", A)], tmp_path / "s")
    assert texts(Suggestions(tmp_path / "s"), "gr", collections=set()) == ["graph"]


def test_nothing_to_suggest_is_a_file_too(tmp_path: Path) -> None:
    assert build_suggestions([], tmp_path / "s") == 0
    assert texts(Suggestions(tmp_path / "s"), "a") == []


def test_the_best_of_a_very_long_range_are_found(tmp_path: Path) -> None:
    numbers = np.random.default_rng(1).permutation(120_000)
    build_suggestions((Entry(f"word{n:06}", "term", float(n)) for n in numbers), tmp_path / "s")
    assert texts(Suggestions(tmp_path / "s"), "w", 3) == ["word119999", "word119998", "word119997"]
    assert texts(Suggestions(tmp_path / "s"), "word01", 2) == ["word019999", "word019998"]


@given(
    st.lists(st.text("abcé -'量.$", max_size=30), max_size=12),
    st.text("abcé -'量.:\"author", max_size=12),
    st.integers(1, 9),
)
@settings(max_examples=40, deadline=None)
def test_whatever_is_typed_is_answered(
    tmp_path_factory: pytest.TempPathFactory, names, typed: str, limit: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "typed"
    build_suggestions([Entry(name, KINDS[at % 5], at % 3) for at, name in enumerate(names)], path)
    found = Suggestions(path).suggest(typed, limit)
    assert len(found) <= limit
    assert {one.text for one in found} <= set(names)


# --- the folder


def test_a_damaged_folder_is_said_to_be_so(tmp_path: Path) -> None:
    build_suggestions(ENTRIES, tmp_path / "good")
    for name in ("title.keys.npy", "suggestions.json"):
        shutil.copytree(tmp_path / "good", tmp_path / name)
        (tmp_path / name / name).write_bytes(b"something else")
        with pytest.raises(ArraysError, match=name):
            Suggestions(tmp_path / name)
    with pytest.raises(ArraysError, match="absent"):
        Suggestions(tmp_path / "absent")


def test_a_folder_of_other_arrays_holds_no_suggestions(tmp_path: Path) -> None:
    write_arrays(SUGGESTIONS, tmp_path / "other", {"sets": []}, {"x": np.arange(3)})
    with pytest.raises(ArraysError, match="are incomplete"):
        Suggestions(tmp_path / "other")
