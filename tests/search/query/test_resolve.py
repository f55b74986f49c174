"""From query trees to resolved queries, on the real analysis."""

from __future__ import annotations

import pytest

from ingest.text.analysis import analyzer
from search.clauses import (
    TEXT,
    AllOf,
    AnyOf,
    Between,
    Clause,
    Everything,
    Gapped,
    Nothing,
    PhraseOf,
    PrefixOf,
    Scored,
    Term,
    Without,
    is_scored,
)
from search.query.languages import OTHER_LANGUAGES, Speech
from search.query.parser import parse
from search.query.resolve import resolve


def word(stem: str) -> Term:
    return Term(TEXT, stem, 1.0)


def either(field_exact: str) -> AnyOf:
    return AnyOf((Term("title_exact", field_exact), Term("abstract_exact", field_exact)))


PHRASE = AnyOf(
    (PhraseOf("title_exact", ("neural", "networks")), PhraseOf("abstract_exact", ("neural", "networks")))
)
T_CELL = AnyOf(
    (PhraseOf("title_exact", ("t", Gapped("cell*"))), PhraseOf("abstract_exact", ("t", Gapped("cell*"))))
)
LIBRARY = AnyOf((PhraseOf("title_exact", ("图书", "书馆")), PhraseOf("abstract_exact", ("图书", "书馆"))))
NEURAL = (word("neural"), word("network"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Everything()),
        ("*", Everything()),
        ("networks", word("network")),
        ("Neural NETWORKS", AllOf(NEURAL)),
        ("neural OR networks", AnyOf(NEURAL)),
        ("the network of networks", AllOf((word("network"), word("network")))),
        ("to be or not to be", AllOf(tuple(either(form) for form in ("to", "be", "or", "not", "to", "be")))),
        ("the year:2010", Between("year", 2010, 2010)),
        ("self-attention", AnyOf((AllOf((word("self"), word("attent"))), word("selfattent")))),
        ("T-cell", AnyOf((AllOf((either("t"), word("cell"), T_CELL)), word("tcell")))),
        ("a-priori", AnyOf((word("priori"), word("apriori")))),
        ("the type 2", AnyOf((AllOf((word("type"), word("2"))), word("type2")))),
        ("networks -neural", AllOf((word("network"), Without(word("neural"))))),
        ('"Neural Networks"', Scored(PHRASE, NEURAL)),
        ('"networks"', Scored(either("networks"), (word("network"),))),
        ("图书馆", Scored(LIBRARY, (word("图书"), word("书馆")))),
        ("电力需求", AllOf((word("电力"), word("需求")))),
        ("癌", AnyOf((PrefixOf("title_exact", "癌"), PrefixOf("abstract_exact", "癌")))),
        ("netw*", AnyOf((PrefixOf("title_exact", "netw"), PrefixOf("abstract_exact", "netw")))),
        ("title:networks", Scored(Term("title_stem", "network"), (word("network"),))),
        ("title:the", Term("title_exact", "the")),
        ('abstract:"neural networks"', Scored(PhraseOf("abstract_exact", ("neural", "networks")), NEURAL)),
        ("year:2010-2019", Between("year", 2010, 2019)),
        ("year:2010-", Between("year", 2010, None)),
        ('tag:"Ökologie der Küste"', Term("tag_keys", "okology der kuste")),
        ("tag:Neuro*", PrefixOf("tags_folded", "neuro")),
        ('collection:"PubMed 2021"', Term("collections_folded", "pubmed 2021")),
        ("topic:t1", AnyOf((Term("topics", "t1"), Term("topics", "t2")))),
        ("topic:=t1", AnyOf((Term("topics_own", "t1"), Term("topics_own", "t2")))),
        ("topic:nothing", Nothing()),
        ('venue:"Journal of Cells"', PhraseOf("venue_tokens", ("journal", "of", "cells"))),
        ("venue:cell*", PrefixOf("venue_tokens", "cell")),
        ("author:Smith", Term("author_tokens", "smith")),
        ("author:smi*", PrefixOf("author_tokens", "smi")),
        ("lang:EN", Term("lang", "en")),
        ("doi:10.1000/ABC", Term("dois", "10.1000/abc")),
        ("has:abstract", Term("has", "abstract")),
        ("retracted:no", Term("retracted", "no")),
    ],
)
def test_trees_are_resolved(text: str, expected: Clause) -> None:
    assert (
        resolve(parse(text), analyzer(), topics=lambda name: ("t1", "t2") if name == "t1" else ()) == expected
    )


def test_match_any_is_for_the_bare_words_only() -> None:
    query = parse("neural networks year:2010-2012")
    assert resolve(query, analyzer(), match="any") == AllOf((AnyOf(NEURAL), Between("year", 2010, 2012)))


def test_a_word_is_looked_for_in_every_language() -> None:
    found = resolve(parse("Küsten"), analyzer(), speech=Speech(analyzer(), ("en", "de")))
    assert isinstance(found, AnyOf)
    german = AllOf((Term("lang", "de"), Term(TEXT, "kust", OTHER_LANGUAGES)))
    assert found == AnyOf((Term(TEXT, "kusten", 1.0), german))


@pytest.mark.parametrize(
    ("query", "letter"),
    [("T cells", "t"), ("vitamin c", "c"), ("vitamin A", "a"), ("hepatitis E virus", "e")],
)
def test_a_letter_that_is_a_name_must_stand_in_the_paper(query: str, letter: str) -> None:
    clause = resolve(parse(query), analyzer())
    assert isinstance(clause, AllOf)
    wanted = AnyOf((Term("title_exact", letter), Term("abstract_exact", letter)))
    assert wanted in clause.children
    assert wanted not in getattr(resolve(parse(query), analyzer(), match="any"), "children", ())


@pytest.mark.parametrize("query", ["A study", "vitamin a", "I study", "a"])
def test_articles_are_no_names(query: str) -> None:
    assert not isinstance(resolve(parse(query), analyzer()), AllOf)


def test_a_slop_is_of_neighbouring_pairs() -> None:
    found = resolve(parse('title:"alpha beta gamma"~3'), analyzer())
    assert isinstance(found, Scored)
    pairs = [("alpha", "beta"), ("beta", "gamma")]
    assert found.child == AllOf(tuple(PhraseOf("title_exact", pair, 3) for pair in pairs))
    twice = resolve(parse('title:"beta beta"~3'), analyzer())
    assert isinstance(twice, Scored)
    assert twice.child == Term("title_exact", "beta")


def test_filters_are_not_scored() -> None:
    assert not is_scored(resolve(parse("year:2010 tag:x netw* -cats"), analyzer()))
    assert is_scored(resolve(parse("year:2010 cats"), analyzer()))
