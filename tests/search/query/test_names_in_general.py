"""What names, signs and printed queries promise of any text."""

from __future__ import annotations

import unicodedata
from itertools import pairwise, product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from search.authors import author_clause, author_tokens, fold
from search.clauses import AllOf, AnyOf, Clause, Nothing, Term, is_scored
from search.engines.contract import IndexedPaper
from search.query.characters import cleaned
from search.query.printer import print_query, quote
from search.query.spellings.name_variants import LONGEST_RUN, name_runs, put_together, taken_apart
from search.query.tree import (
    All,
    And,
    Not,
    Or,
    Query,
    Value,
    Word,
    conjunction,
    disjunction,
    leaves,
    negation,
)
from search.request import SearchRequest
from tests.search.query.oracle import Oracle

families = st.sampled_from(
    [
        "Smith",
        "García-Márquez",
        "van der Maaten",
        "O'Brien",
        "Li",
        "Müller",
        "Strauß",
        "de la Cruz",
        "Łukasz",
        "Ng",
        "Иванов",
        "李",
        "Smith Jones",
        "Le",
    ]
)
givens = st.sampled_from(["John", "Jean-Paul", "Wei", "J.", "J. A.", "Ana María", "Пётр", "伟", "Çelik", "X"])


def finds(query: str, *authors: str) -> bool:
    oracle = Oracle([IndexedPaper("p", author_tokens=author_tokens(authors))])
    return bool(oracle.hits(author_clause(query)))


@given(families, givens)
@settings(deadline=None)
def test_an_author_is_found_as_the_source_writes_the_name(family: str, given_name: str) -> None:
    author = f"{family}, {given_name}"
    assert finds(author, author)
    assert finds(family, author)
    assert finds(author.upper(), author) or not family[0].isupper(), "initials and shouting are told by case"
    assert finds(f"{family}, {given_name[0]}.", author)
    assert finds(author, "Nobody, Else", author), "among others too"
    assert not finds(author, "Nobody, Else")


@given(families, givens)
@settings(deadline=None)
def test_an_initial_meets_the_name_and_another_one_does_not(family: str, given_name: str) -> None:
    author = f"{family}, {given_name}"
    other = "Q" if not fold(given_name).startswith("q") else "Z"
    assert not finds(f"{family}, {other}.", author)
    assert not finds(f"{family}, {other}uentin", author)


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=200)
def test_any_name_is_tokens_without_spaces_and_a_bounded_clause(text: str) -> None:
    for token in author_tokens([text]).split():
        assert token == token.strip()
        assert len(token.split("|")) <= 2
    clause = author_clause(text)
    assert isinstance(clause, Term | AllOf | AnyOf | Nothing)
    assert not is_scored(clause)
    assert len(repr(clause)) < 20_000


@given(st.text(st.characters(exclude_characters="µμΜ"), max_size=40))  # a micro sign is one before a letter
@example("\U0001342f\u0591")  # a mark on a sign that falls away
@example("—\u0591")
@example("\u0482\u0306")
@example("㎼")
def test_folding_once_is_enough(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert "  " not in fold(text)


@given(st.text(max_size=60))
@example("e\u0301\u200b“x”\ufeff\x00\ue000")
def test_cleaning_once_is_enough_and_leaves_no_control_sign(text: str) -> None:
    found = cleaned(text)
    assert cleaned(found) == found
    assert unicodedata.is_normalized("NFC", found)
    assert not any(unicodedata.category(sign) in ("Cc", "Cs") for sign in found)
    assert not set(found) & set("“”„«»\u200b\ufeff\u00ad\ue000\ue001")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("“deep”", '"deep"'),
        ("a\u00adb", "ab"),
        ("a\u200cb", "a b"),
        ("a\tb\x00c", "a b c"),
        ("e\u0301", "é"),
        ("«x»", '"x"'),
    ],
)
def test_signs_as_they_are_read(typed: str, read: str) -> None:
    assert cleaned(typed) == read


forms = st.text("abdlp17", min_size=1, max_size=6)


@given(forms)
def test_a_name_taken_apart_is_its_letters(form: str) -> None:
    for way in taken_apart(form):
        assert "".join(way) == form
        assert 2 <= len(way) <= 3
        assert all(way)
        for one, other in pairwise(way):
            assert not (one[-1].isdigit() and other[0].isdigit()), "a number is one form"


@given(st.lists(forms, min_size=1, max_size=7), st.booleans())
def test_forms_put_together_are_their_letters_and_there_are_few_ways(
    row: list[str], hyphenated: bool
) -> None:
    ways = list(put_together(row, hyphenated=hyphenated))
    assert all("".join(way) == "".join(row) and len(way) < len(row) for way in ways)
    assert len(ways) <= 2 ** (LONGEST_RUN - 1) - 1
    assert len(set(ways)) == len(ways) or len(set(row)) < len(row)
    if hyphenated and 2 <= len(row) <= LONGEST_RUN:
        assert ("".join(row),) in ways


@given(st.lists(st.one_of(forms, st.just("therapist")), max_size=12))
def test_runs_of_names_are_apart_and_hold_no_long_word(row: list[str]) -> None:
    runs = name_runs(row)
    places = [at for run in runs for at in range(run.start, run.stop)]
    assert places == sorted(set(places))
    assert all(2 <= run.stop - run.start <= LONGEST_RUN for run in runs)
    assert all(row[at] != "therapist" for at in places)


atoms = st.sampled_from([Word("a"), Word("b"), Value("tag", "x"), Not(Word("c")), All()])
nodes = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: conjunction(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: disjunction(tuple(parts))),
        inner.map(negation),
    ),
    max_leaves=8,
)


@given(nodes)
def test_trees_are_canonical_and_two_negations_cancel(node) -> None:  # type: ignore[no-untyped-def]
    assert negation(negation(node)) in (node, negation(negation(node)))
    pending = [node]
    while pending:
        one = pending.pop()
        if isinstance(one, And | Or):
            assert len(one.children) > 1
            assert not any(type(child) is type(one) for child in one.children)
            pending += one.children
        elif isinstance(one, Not):
            assert not isinstance(one.child, Not)
            pending.append(one.child)


def holds(node, truth: dict[str, bool]) -> bool:  # type: ignore[no-untyped-def]
    match node:
        case And(children):
            return all(holds(child, truth) for child in children)
        case Or(children):
            return any(holds(child, truth) for child in children)
        case Not(child):
            return not holds(child, truth)
        case Word(text) | Value(_, text, _):
            return truth[text]
        case _:
            return True


@given(st.lists(nodes, min_size=1, max_size=3))
def test_joining_trees_means_what_it_says(parts) -> None:  # type: ignore[no-untyped-def]
    both, either = conjunction(tuple(parts)), disjunction(tuple(parts))
    for values in product([False, True], repeat=4):
        truth = dict(zip("abcx", values, strict=True))
        every = [holds(part, truth) for part in parts]
        assert holds(both, truth) == all(every)
        assert holds(either, truth) == any(every)
        assert holds(negation(parts[0]), truth) != every[0]


def test_leaves_of_a_double_negation_are_wanted() -> None:
    node = Not(And((Word("a"), Not(Word("b")))))
    assert list(leaves(node)) == [(Word("a"), True), (Word("b"), False)]
    assert list(leaves(Query((node, Word("c"))))) == [
        (Word("a"), True),
        (Word("b"), False),
        (Word("c"), False),
    ]


@given(st.text(max_size=30))
def test_quoting_is_undone_by_reading_it(text: str) -> None:
    quoted = quote(text)
    assert quoted[0] == quoted[-1] == '"'
    inner = quoted[1:-1].replace('\\"', "\x00").replace("\\\\", "\x01")
    assert '"' not in inner
    assert inner.replace("\x00", '"').replace("\x01", "\\") == text or "\x00" in text or "\x01" in text


def test_values_are_quoted_where_they_could_be_misread() -> None:
    assert print_query(Value("tag", "AND")) == 'tag:"AND"'
    assert print_query(Value("tag", "deep learning")) == 'tag:"deep learning"'
    assert print_query(Value("topic", "t7k2", "only")) == "topic:=t7k2"
    assert print_query(Value("tag", "neuro", "prefix")) == "tag:neuro*"
    assert print_query(Query((Word("a"), Or((Word("b"), Word("c")))))) == "a (b OR c)"


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"sort": "best"}, "order"),
        ({"ranking": "magic"}, "ranking"),
        ({"match": "some"}, "match"),
        ({"limit": -1}, "negative"),
        ({"offset": -1}, "negative"),
        ({"filters": {"colour": ["red"]}}, "filter"),
        ({"filters": {"abstract": ["x"]}}, "filter"),
    ],
)
def test_a_request_that_cannot_be_says_what_can(options: dict[str, object], word: str) -> None:
    from ingest.errors import InputError

    with pytest.raises(InputError, match=word) as error:
        SearchRequest("x", **options)  # type: ignore[arg-type]
    assert error.value.hint


def test_a_request_of_a_request_keeps_the_rest_and_empty_filters_are_none() -> None:
    first = SearchRequest("x", limit=3, filters={"tag": ["a", "b"], "year": []})
    assert first.chosen == {"tag": ("a", "b")}
    assert SearchRequest.of(first, offset=5) == SearchRequest("x", limit=3, offset=5, filters=first.filters)
    assert SearchRequest.of("y", limit=1) == SearchRequest("y", limit=1)


def test_what_is_scored() -> None:
    scored: Clause = Term("text_stem", "a", 1.0)
    assert is_scored(scored)
    assert not is_scored(Term("text_stem", "a"))
    assert is_scored(AllOf((Term("tags", "x"), AnyOf((scored,)))))
    assert not is_scored(AnyOf(()))
