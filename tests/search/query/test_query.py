"""The query language: the golden corpus, its page, properties of trees and texts, hostile input."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import LitatlasError
from scripts.query_language import Bad, Good, notation, page, read_corpus
from search.fields import MAX_QUERY
from search.query.parser import (
    MAX_CLAUSES,
    MAX_DEPTH,
    QuerySyntaxError,
    is_word,
    parse,
    print_query,
)
from search.query.tree import (
    All,
    And,
    Field,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Value,
    Word,
    conjunction,
    disjunction,
    leaves,
    negation,
)
from search.query.values import identifier

SECTIONS = read_corpus()
GOOD = [row for section in SECTIONS for row in section.good]
BAD = [row for section in SECTIONS for row in section.bad]


def test_the_corpus_is_large_and_has_no_row_twice() -> None:
    assert len({row.query for row in GOOD}) == len(GOOD) >= 150
    assert len({row.query for row in BAD}) == len(BAD) >= 60


@pytest.mark.parametrize("row", GOOD, ids=lambda row: row.query.encode("unicode_escape").decode()[:60])
def test_good_rows_are_read_and_printed(row: Good) -> None:
    query = parse(row.query)
    assert notation(query) == row.tree
    assert print_query(query) == row.printed
    assert parse(row.printed) == query


@pytest.mark.parametrize("row", BAD, ids=lambda row: row.query.encode("unicode_escape").decode()[:60])
def test_bad_rows_name_their_error_and_are_mended(row: Bad) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(row.query)
    error = caught.value
    assert isinstance(error, LitatlasError)
    assert (error.name, error.mended) == (row.error, row.mended)
    assert error.message.endswith(".")
    assert error.hint.endswith(".")
    assert "\n" not in error.message + error.hint
    parse(error.mended)


def test_a_row_stands_in_a_cell_of_a_table(tmp_path) -> None:
    corpus = tmp_path / "corpus.yaml"
    row = "- {title: One, text: A text., good: [[a|b, 'a|b', 'a|b'], [\"a\\0b\", ab, ab]]}"
    corpus.write_text(row + "\n", encoding="utf-8")
    text = page(read_corpus(corpus))
    assert r"`a\|b`" in text
    assert "`a␀b`" in text
    assert "\x00" not in text


def test_a_good_row_in_the_wrong_place_is_refused() -> None:
    section = SECTIONS[0]
    wrong = type(section)(section.title, section.text, (), (Bad("fine query", "none", ""),))
    with pytest.raises(ValueError, match="fine query"):
        page([wrong])


_LETTERS = st.sampled_from(string.ascii_letters + string.digits + "éßλ量д" + "+#-/'.:_*^~()\\$\"=<>{}@ ")
_ANY_TEXT = st.text(_LETTERS, min_size=1, max_size=12)
_SPACED = _ANY_TEXT.map(lambda text: " ".join(text.split())).filter(lambda text: any(map(str.isalnum, text)))
_YEAR = st.integers(1000, 2999)


def _is_prefix(text: str) -> bool:
    try:
        return parse(text + "*") == Query((Prefix(text),))
    except QuerySyntaxError:
        return False


_WORDS = _ANY_TEXT.filter(is_word).map(Word)
_STAR_AT_AN_END = re.compile(r"\w\*(\s|$)")  # refused inside quotes
_PHRASES = st.builds(
    Phrase, _SPACED.filter(lambda text: not _STAR_AT_AN_END.search(text)), st.integers(0, 100)
)
_PREFIXES = _ANY_TEXT.filter(_is_prefix).map(Prefix)
_TEXTS = _WORDS | _PHRASES | _PREFIXES
_FIELDS = st.builds(Field, st.sampled_from(["title", "abstract"]), _TEXTS)
_VALUES = st.one_of(
    st.builds(Value, st.sampled_from(["author", "collection", "tag", "venue", "topic"]), _SPACED),
    st.builds(Value, st.just("topic"), _SPACED, st.just("only")),
    st.builds(
        Value, st.just("tag"), _SPACED.filter(lambda t: sum(map(str.isalnum, t)) > 1), st.just("prefix")
    ),
    st.builds(Value, st.just("has"), st.sampled_from(["abstract", "doi", "open_access"])),
    st.builds(Value, st.just("notice"), st.just("expression of concern")),
    st.builds(Value, st.just("doi"), st.just("10.1002/(sici)1097<1661::aid>3.0.co;2-2")),
)
_RANGES = st.one_of(
    st.builds(lambda a, b: Range("year", min(a, b), max(a, b)), _YEAR, _YEAR),
    st.builds(lambda year: Range("year", year, None), _YEAR),
    st.builds(lambda year: Range("year", None, year), _YEAR),
)
_LEAVES = st.one_of(_TEXTS, _FIELDS, _VALUES, _RANGES, st.just(All()))
_NODES: st.SearchStrategy[Node] = st.recursive(
    _LEAVES,
    lambda children: st.one_of(
        children.map(negation),
        st.lists(children, min_size=2, max_size=4).map(tuple).map(conjunction),
        st.lists(children, min_size=2, max_size=4).map(tuple).map(disjunction),
    ),
    max_leaves=12,
)


def _is_identifier(query: Query) -> bool:
    """A lone word that looks like an identifier is read as one: the one place where context matters."""
    word = query.clauses[0] if len(query.clauses) == 1 else None
    return isinstance(word, Word) and identifier(word.text) is not None


_QUERIES = (
    st.lists(_NODES, max_size=5)
    .map(lambda nodes: Query(tuple(nodes)))
    .filter(lambda q: not _is_identifier(q))
)


@given(_QUERIES)
@settings(max_examples=150, deadline=None)
def test_parsing_what_is_printed_gives_the_same_tree(query: Query) -> None:
    assert parse(print_query(query)) == query


@given(st.text(max_size=200) | st.text(st.sampled_from('ab1 \t"()*-~:=\\/ANDORT.,title:year$'), max_size=60))
@settings(max_examples=250, deadline=None)
def test_any_text_is_read_or_refused_with_a_mended_query(text: str) -> None:
    try:
        query = parse(text)
    except QuerySyntaxError as error:
        parse(error.mended)
    else:
        assert parse(print_query(query)) == query
        _assert_canonical(query)


_PIECES = [
    "graph", '"', "(", ")", "AND", "OR", "NOT", "-", "title:", "year:", "2010-", "*", "neuro*", "~5",
    "author:", "x:y", "topic:=", "\\", '\\"o', "van der", ",", "and", "10.1/x", "é", "has:", "'",
    "[2010 TO 2011]", "arxiv:", ":",
]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=12), st.sampled_from([" ", ""]))
@settings(max_examples=250, deadline=None)
def test_any_mix_of_syntax_is_read_or_mended(pieces: list[str], between: str) -> None:
    try:
        query = parse(between.join(pieces))
    except QuerySyntaxError as error:
        parse(error.mended)
    else:
        assert parse(print_query(query)) == query
        _assert_canonical(query)


def _assert_canonical(node: Query | Node) -> None:
    match node:
        case Query(clauses):
            for clause in clauses:
                _assert_canonical(clause)
        case And(children) | Or(children):
            assert len(children) > 1
            assert not any(isinstance(child, type(node)) for child in children)
            for child in children:
                _assert_canonical(child)
        case Not(child):
            assert not isinstance(child, Not)
            _assert_canonical(child)
        case Range(_, low, high):
            assert (low, high) != (None, None)


HOSTILE = {
    "too-long": [
        "a" * 100_000,
        "word " * 20_000,
        "a OR " * 10_000,
        '"' * 100_000,
        "(" * 100_000,
        "year:1 " * 20_000,
    ],
    "too-many-clauses": ["a " * 2_000, "a OR " * 600 + "b", "title:(" + "a b " * 350 + ")"],
    "too-deep": [
        "(" * 500 + "a" + ")" * 500,
        "title:(" * 500 + "a" + ")" * 500,
        "(" * 500,
        "-(" * 500 + "a" + ")" * 500,
    ],
}


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in HOSTILE.items() for text in texts]
)
def test_hostile_queries_get_one_sentence(name: str, text: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text)
    assert caught.value.name == name
    assert len(caught.value.message) < 200
    assert len(caught.value.mended) < 10_000
    parse(caught.value.mended)


@pytest.mark.parametrize(
    "text",
    [
        "a" * MAX_QUERY,
        "NOT " * 1_000 + "a",
        "-" * MAX_QUERY,
        '"' + "\\" * 4_900,
        "(" * 40 + "a" + ")" * 40,
        "a*" * 2_500,
        "(a" * 2_400,
        "a(b" * 1_600,
        "~" * 4_900 + "(",
        "author:" + "de la " * 500,
        "Smith, " + "J-" * 2_400,
        "year:[" + "9" * 4_900,
        "\\" * 4_900 + "a",
        "{\\'" * 1_600,
        "title:" * 800,
        "a:" * 2_500,
        "()" * 2_500,
        '""' * 500,
        '"a' * 500,
        "$" * 4_900 + "x$",
        "\u0301" * 4_900,
        "\ud800 \udfff graph",
    ],
    ids=lambda text: ascii(text[:16]),
)
def test_texts_of_death_are_answered(text: str) -> None:
    try:
        query = parse(text)
    except QuerySyntaxError as error:
        parse(error.mended)
    else:
        print_query(query).encode("utf-8")


def test_depth_and_clauses_at_the_bound_are_taken() -> None:
    assert parse("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH) == Query((Word("a"),))
    assert len(parse("a " * MAX_CLAUSES).clauses) == MAX_CLAUSES


def test_bare_words_are_apart_from_what_always_holds() -> None:
    query = parse('deep title:graph learning "exact phrase" (x y) -z')
    assert query.bare == (Word("deep"), Word("learning"), Word("x"), Word("y"))
    assert query.required == (Field("title", Word("graph")), Phrase("exact phrase"), Not(Word("z")))


def test_leaves_tell_what_is_negated() -> None:
    found = [(notation(leaf), negated) for leaf, negated in leaves(parse("a -(b OR -c) NOT title:d"))]
    assert found == [("a", False), ("b", True), ("c", False), ("title:d", True)]
