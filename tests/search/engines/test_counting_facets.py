"""Facets, filters and cursors apart from any engine: exact and bounded whatever an engine returns first."""

from __future__ import annotations

import random
from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import InputError
from search.clauses import AllOf, AnyOf, Between, Clause, Everything, Nothing, Term, Without, with_boosts
from search.engines.contract import MAX_ID, FacetRequest, Request, Stamp, check_page, check_schema
from search.engines.cursors import make_cursor, parse_cursor, search_key
from search.engines.errors import CursorError, EngineError, OlderIndexError
from search.engines.facets import TOPIC_SHARE, Buckets, count_facets, facets_of
from search.engines.filters import filter_clause, hits_clause, visible_clause, without_unseen
from search.engines.opening import open_engine
from search.fields import MAX_OFFSET


class Engine:
    """Counts as real engines do: the most frequent values, of equals any; every call is remembered."""

    def __init__(self, papers: Sequence[set[str]], seed: int) -> None:
        self.papers = papers
        self.chance = random.Random(seed)
        self.calls: list[dict[str, int]] = []

    def __call__(self, scopes: Sequence[tuple[Clause, Mapping[str, int]]]) -> list[dict[str, Buckets]]:
        found = []
        for scope, sizes in scopes:
            self.calls.append(dict(sizes))
            wanted = (
                [term.token for term in scope.children if isinstance(term, Term)]
                if isinstance(scope, AllOf)
                else []
            )
            tally = Tally(tag for paper in self.papers if set(wanted) <= paper for tag in paper)
            pairs = list(tally.items())
            self.chance.shuffle(pairs)
            pairs.sort(key=lambda pair: -pair[1])
            found.append({field: dict(pairs[:size]) for field, size in sizes.items()})
        return found


libraries = st.lists(st.sets(st.integers(0, 60).map("v{}".format), max_size=12), max_size=40)


@given(
    libraries,
    st.integers(1, 6),
    st.lists(st.integers(0, 70).map("v{}".format), max_size=3),
    st.integers(0, 9),
)
@settings(deadline=None, max_examples=80)
def test_the_most_frequent_values_then_the_selected_ones(
    papers: list[set[str]], size: int, selected: list[str], seed: int
) -> None:
    """Against counting everything: equals go by value, whichever of them the engine returned."""
    request = Request(facets=(FacetRequest("tag", size, tuple(selected)),))
    facets = [replace(facet, scope=AllOf((facet.scope,))) for facet in facets_of(request)]
    found = count_facets(facets, Engine(papers, seed))["tag"]
    tally = Tally(tag for paper in papers for tag in paper)
    best = sorted(tally.items(), key=lambda pair: (-pair[1], pair[0]))[:size]
    more = [(value, tally[value]) for value in dict.fromkeys(selected) if value not in dict(best)]
    assert found[: len(best)] == best
    assert sorted(found[len(best) :]) == sorted(more)


@pytest.mark.parametrize("seed", range(4))
def test_a_selected_value_far_down_is_counted_by_itself(seed: int) -> None:
    """A hundred values: what an engine returns of them is not all; the selected ones are asked for apart."""
    papers = [{f"v{value}" for value in range(100) if paper % (value + 1) == 0} for paper in range(300)]
    tally = Tally(tag for paper in papers for tag in paper)
    selected = ("v97", "v1", "v99", "v97", "nothing such")
    request = Request(facets=(FacetRequest("tag", 3, selected), FacetRequest("venue", 2, ("v98",))))
    facets = [replace(facet, scope=AllOf((facet.scope,))) for facet in facets_of(request)]
    engine = Engine(papers, seed)
    found = count_facets(facets, engine)
    best = sorted(tally.items(), key=lambda pair: (-pair[1], pair[0]))
    rare = [("v97", tally["v97"]), ("v99", tally["v99"]), ("nothing such", 0)]
    assert found == {"tag": [*best[:3], *rare], "venue": [*best[:2], ("v98", tally["v98"])]}
    assert sum(map(len, engine.calls[1:])) == 4, (
        "four values are counted by themselves, those at hand are not"
    )


def test_equals_at_the_edge_of_what_an_engine_returned_are_all_dropped() -> None:
    facet = facets_of(Request(facets=(FacetRequest("tag", 2),)))[0]
    assert facet.settled({"a": 5, "b": 3, "c": 3}, 3) == {"a": 5}, "which 3s came back is chance"
    assert facet.settled({"a": 5, "b": 3, "c": 3}, 4) == {"a": 5, "b": 3, "c": 3}, "these are all there are"
    assert facet.settled({"a": 5, "b": 4, "c": 3}, 3) == {"a": 5, "b": 4, "c": 3}


def test_integers_come_by_value_and_are_not_cut() -> None:
    facet = facets_of(Request(facets=(FacetRequest("year", 1),)))[0]
    assert facet.shown({"2010": 1, "999": 7, "2002": 3}) == [("999", 7), ("2002", 3), ("2010", 1)]
    counted = count_facets([facet], lambda scopes: [{facet.field: {"2010": 1, "2002": 3}}])
    assert counted == {"year": [("2002", 3), ("2010", 1)]}


def test_of_values_that_may_not_be_seen_no_count_is_told() -> None:
    facet = FacetRequest("collection", 5, ("theirs",))
    for request, shown in (
        (Request(collections=frozenset({"mine"}), facets=(FacetRequest("collection"),)), [("mine", 2)]),
        (Request(collections=frozenset({"mine"}), facets=(facet,)), [("mine", 2), ("theirs", 0)]),
        (Request(facets=(facet,)), [("theirs", 9), ("mine", 2)]),
    ):
        one = facets_of(request)[0]
        buckets = {one.field: {"mine": 2, "theirs": 9}}
        counted = count_facets([one], lambda scopes, buckets=buckets: [buckets for _ in scopes])  # type: ignore[misc]
        assert counted == {"collection": shown}


def test_facets_over_the_same_hits_are_counted_in_one_pass() -> None:
    facets = facets_of(
        Request(
            filters={"lang": ("en",)},
            facets=(FacetRequest("tag"), FacetRequest("venue"), FacetRequest("lang")),
        )
    )
    engine = Engine([{"en"}], 1)
    count_facets(facets, engine)
    assert [len(call) for call in engine.calls] == [2, 1], "the language leaves its own filter out"


def test_parts_of_theta_are_not_sorted_and_what_is_no_facet_is_named() -> None:
    share = facets_of(Request(facets=(FacetRequest(TOPIC_SHARE, 9),)))[0]
    assert share.shown({"t1|4": 1, "t0|8": 5}) == [("t1|4", 1), ("t0|8", 5)]
    for name in ("abstract", "nonsense", ""):
        with pytest.raises(InputError) as error:
            facets_of(Request(facets=(FacetRequest(name),)))
        assert "tag" in str(error.value.hint)


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ("2010", 2010, 2010),
        ("2010-2019", 2010, 2019),
        ("2010–2019", 2010, 2019),
        (" 2010 - 2019 ", 2010, 2019),
        ("2019-2010", 2010, 2019),
        ("2010-", 2010, None),
        ("-2019", None, 2019),
        ("0", 0, 0),
    ],
)
def test_values_of_an_integer_filter(value: str, low: int | None, high: int | None) -> None:
    assert filter_clause("year", [value]) == Between("year", low, high)


@pytest.mark.parametrize(
    "value", ["", "-", "x", "2010 2019", "1234567890", "20102019123456", "2010-2019-2020", "--1", "２０１０x"]
)
def test_what_is_no_number_is_said_so(value: str) -> None:
    with pytest.raises(InputError, match="not a value of the filter year") as error:
        filter_clause("year", [value])
    assert "2010-2019" in str(error.value.hint)


def test_values_of_one_filter_are_alternatives_and_filters_hold_together() -> None:
    assert filter_clause("tag", []) == Everything()
    assert filter_clause("tag", ["a", "A"]) == Term("tag_keys", "a")
    assert filter_clause("tag", ["a", "b"]) == AnyOf((Term("tag_keys", "a"), Term("tag_keys", "b")))
    request = Request(query=Term("title_stem", "x"), filters={"tag": ("a",), "year": ("2010",)})
    assert hits_clause(request) == AllOf((request.query, Term("tag_keys", "a"), Between("year", 2010, 2010)))
    assert hits_clause(request, without="tag") == AllOf((request.query, Between("year", 2010, 2010)))
    assert hits_clause(Request()) == Everything()
    with pytest.raises(InputError):
        filter_clause("abstract", ["x"])


def test_a_reader_of_no_collection_sees_nothing() -> None:
    assert visible_clause(None) == Everything()
    assert visible_clause(frozenset()) == Nothing()
    assert visible_clause(frozenset({"b", "a"})) == AnyOf(
        (Term("collections", "a"), Term("collections", "b"))
    )
    assert hits_clause(Request(collections=frozenset())) == Nothing()


@given(
    st.lists(
        st.text(st.characters(codec="ascii", exclude_characters=" "), min_size=1), min_size=1, max_size=5
    )
)
def test_cursors_come_back_as_they_were_made(parts: list[str]) -> None:
    cursor = make_cursor(*parts)
    assert parse_cursor(cursor, len(parts)) == parts
    assert all(sign.isalnum() or sign in "-_" for sign in cursor)
    with pytest.raises(CursorError):
        parse_cursor(cursor, len(parts) + 1)


@given(st.text(max_size=60))
def test_any_other_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(CursorError) as error:
        parse_cursor(cursor, 3)
    assert "without a cursor" in str(error.value.hint)


def test_a_cursor_belongs_to_its_search() -> None:
    keys = {
        search_key(index, clause, sort)
        for index in ("a", "b")
        for clause in (Everything(), Term("tags", "x"))
        for sort in ("relevance", "newest")
    }
    assert len(keys) == 8


@pytest.mark.parametrize(
    ("offset", "limit", "cursor", "refused"),
    [(0, MAX_OFFSET, None, False), (1, MAX_OFFSET, None, True), (9, MAX_OFFSET, "", False)],
)
def test_pages_are_bounded_where_there_is_no_cursor(
    offset: int, limit: int, cursor: str | None, refused: bool
) -> None:
    request = Request(offset=offset, limit=limit, cursor=cursor)
    if refused:
        with pytest.raises(CursorError, match="cannot be reached"):
            check_page(request)
    else:
        check_page(request)


def test_a_stamp_comes_back_and_another_layout_is_refused() -> None:
    stamp = Stamp(7, "9.1", "m2", 30, history="h")
    assert Stamp.from_json(stamp.to_json()) == stamp
    older = {name: value for name, value in stamp.to_json().items() if name != "history"}
    assert Stamp.from_json(older).history == ""
    with pytest.raises(OlderIndexError) as error:
        check_schema("papers", Stamp(1, "other"))
    assert "reindex" in str(error.value.hint)
    assert MAX_ID == 16


@pytest.mark.parametrize("setting", ["", "lucene", "ftp://x", "tantivy,http://a", "http://a,nonsense"])
def test_an_engine_that_is_not_known_is_named(setting: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(EngineError, match="not known") as error:
        open_engine(setting, tmp_path)
    assert "tantivy" in str(error.value.hint)


def test_a_clause_that_names_nothing_unseen_stays_the_same_object() -> None:
    kept = AnyOf((Term("lang", "de"), Term("lang", "fr")))
    clause = AllOf((kept, Without(Term("collections", "mine"))))
    assert without_unseen(clause, frozenset({"mine"})) is clause
    hidden = without_unseen(AllOf((kept, Term("collections", "theirs"))), frozenset({"mine"}))
    assert hidden == AllOf((kept, Nothing()))
    assert isinstance(hidden, AllOf)
    assert hidden.children[0] is kept
    assert with_boosts(clause, {"x": 2.0}) is clause
