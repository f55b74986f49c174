"""Did you mean: corrections from the library's own words, and when none is offered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.arrays import ArraysError, write_arrays
from ingest.text.analysis import analyzer
from search.assist.spelling import SPELLING, Spelling, build_spelling, count_forms
from search.query.parser import is_word, parse, print_query
from search.query.tree import Query, Word

COUNTS = {
    "neural": 300, "network": 400, "networks": 350, "graph": 200, "graphs": 90, "quantum": 500,
    "machine": 250, "learning": 600, "schrodinger": 40, "attention": 100, "self": 80, "neurol": 2, "rare": 1,
    "the": 900, "протеин": 30, "cover": 9, "model": 500,
}  # fmt: skip


@pytest.fixture(scope="module")
def spelling(tmp_path_factory: pytest.TempPathFactory) -> Spelling:
    path = tmp_path_factory.mktemp("generation") / "spelling"
    assert build_spelling(COUNTS, path) == len(COUNTS) - 2  # "rare" is in one paper, "the" is too short
    return Spelling(path)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("nueral network", "neural network"),
        ("netwrok", "network"),
        ("quantm", "quantum"),
        ("qauntum lerning", "quantum learning"),
        ("Schrödingr", "schrodinger"),
        ("протеинн", "протеин"),
        ("machinelearning", "machine learning"),
        ("graph machinelearning year:2010", "graph machine learning year:2010"),
        ("-machinelearning graph", ""),
        ("title:machinelearning", "title:machine AND title:learning"),
        ("self-atention", "self attention"),
        ('"nueral networks"~3', '"neural networks"~3'),
        ("title:grpah OR (quantm AND lerning)", "title:graph OR (quantum AND learning)"),
        ("-grpah quantum", ""),
        ("author:nueral", ""),
        ("neural network", ""),
        ("xqzvkj", ""),
        ("grapg5", ""),
        ("grp", ""),
        ("moddel", "model"),
        ("", ""),
        ("neurol", ""),
    ],
)
def test_unknown_words_are_corrected(spelling: Spelling, query: str, expected: str) -> None:
    assert spelling.did_you_mean(parse(query), analyzer(), has_hits=True) == expected


def test_a_rare_word_is_doubted_only_where_nothing_is_found(tmp_path: Path) -> None:
    build_spelling({"neurol": 2, "neural": 900, "mural": 3}, tmp_path / "s")
    rare = Spelling(tmp_path / "s")
    assert rare.did_you_mean(parse("neurol"), analyzer(), has_hits=False) == "neural"
    assert rare.did_you_mean(parse("neurol"), analyzer(), has_hits=True) == ""
    assert rare.did_you_mean(parse("neural"), analyzer(), has_hits=False) == ""


def test_words_added_since_may_be_known_elsewhere(spelling: Spelling) -> None:
    assert spelling.did_you_mean(parse("graphz"), analyzer(), has_hits=True) == "graph"
    assert (
        spelling.did_you_mean(parse("graphz"), analyzer(), has_hits=True, known=lambda form: form == "graphz")
        == ""
    )


def test_an_empty_vocabulary_offers_nothing(tmp_path: Path) -> None:
    assert build_spelling({}, tmp_path / "s") == 0
    empty = Spelling(tmp_path / "s")
    assert empty.papers("graph") == 0
    assert empty.did_you_mean(parse("graph machinelearning"), analyzer(), has_hits=False) == ""


def test_words_are_counted_by_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    counts: Counter[str] = Counter()
    for forms in ("a b a", "a c"):
        count_forms(counts, forms)
    assert counts == Counter(a=2, b=1, c=1)
    monkeypatch.setattr("search.assist.spelling._PRUNED", 3)
    count_forms(counts, "a d e")
    assert counts == Counter(a=3)


def test_a_folder_without_a_vocabulary_is_said_to_be_so(tmp_path: Path) -> None:
    write_arrays(SPELLING, tmp_path / "other", {}, {})
    with pytest.raises(ArraysError, match="is incomplete"):
        Spelling(tmp_path / "other")


def _distance(one: str, other: str) -> int:
    """The same distance (optimal string alignment), slowly."""
    table = [[max(i, j) if not (i and j) else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i, a in enumerate(one, 1):
        for j, b in enumerate(other, 1):
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


@given(
    st.text("abcd", min_size=4, max_size=9),
    st.lists(st.text("abcd", min_size=4, max_size=9), min_size=1, max_size=8),
)
@settings(max_examples=60, deadline=None)
def test_a_correction_is_among_the_nearest(
    tmp_path_factory: pytest.TempPathFactory, word: str, words: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "near"
    build_spelling(dict.fromkeys(words, 7), path)
    near = {other: _distance(word, other) for other in words if other != word}
    reach = {other: d for other, d in near.items() if d <= (1 if len(word) <= 5 else 2)}
    correction = Spelling(path).correction(word)
    if not reach:
        assert correction == ""
    else:
        assert reach[correction] == min(reach.values())


def test_a_word_that_some_papers_have_is_trusted_and_no_function_word_is_offered(tmp_path: Path) -> None:
    build_spelling({"frog": 40, "form": 9000, "from": 90_000, "fron": 2}, tmp_path / "frog")
    spelling = Spelling(tmp_path / "frog")
    assert spelling.did_you_mean(parse("frog"), analyzer(), has_hits=False) == ""
    assert spelling.did_you_mean(parse("fron"), analyzer(), has_hits=False) != "from"


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_query_is_corrected_into_a_query(spelling: Spelling, text: str) -> None:
    words = tuple(clause for word in text.split() for clause in _words(word))
    mended = spelling.did_you_mean(Query((Word("nueral"), *words)), analyzer(), has_hits=False)
    assert print_query(parse(mended)).startswith("neural")


def _words(text: str) -> tuple[Word, ...]:
    return (Word(text),) if is_word(text) else ()


@pytest.fixture
def papers_with(spelling: Spelling) -> Callable[[str, str], str]:
    """A correction of a query where the only papers are those that hold all words of one text."""

    def corrected(query: str, held: str) -> str:
        def finds(corrected: Query) -> int:
            return int(set(print_query(corrected).split()) <= set(held.split()))

        return spelling.did_you_mean(parse(query), analyzer(), has_hits=False, finds=finds)

    return corrected


def test_several_words_are_corrected_to_words_that_papers_have_together(
    papers_with: Callable[[str, str], str],
) -> None:
    query = "qauntum netwrks lerning"
    assert papers_with(query, "quantum network networks learning") == "quantum networks learning"
    assert papers_with(query, "quantum network learning") == "quantum network learning"
    assert papers_with("quantum graphz", "quantum graphs") == "quantum graphs"


def test_a_correction_that_no_paper_bears_out_is_not_offered(papers_with: Callable[[str, str], str]) -> None:
    assert papers_with("xqzvbn qauntum", "quantum learning") == ""
    assert papers_with("netwrok lerning", "network graph") == ""
