"""``#2`` stands for a line of a search book, and for nothing in silence anywhere else."""

from __future__ import annotations

import pytest

from search.query.parser import QuerySyntaxError, parse, parse_line, print_query
from search.query.tree import And, Line, Not, Or, Phrase, Query, Range, Word


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("#1 asthma", Query((Line(1), Word("asthma")))),
        ("NOT #2", Query((Not(Line(2)),))),
        ("(#1 OR #2) NOT year:-1999", Query((Or((Line(1), Line(2))), Not(Range("year", None, 1999))))),
        ("#1 AND -(#2 #3)", Query((And((Line(1), Not(And((Line(2), Line(3)))))),))),
        ('see #3. "#4"', Query((Word("see"), Line(3), Phrase("#4")))),
        ("C# and #12", Query((Word("C#"), Word("and"), Line(12)))),
    ],
)
def test_a_line_refers_to_others(text: str, tree: Query) -> None:
    assert parse_line(text) == tree
    assert parse_line(print_query(tree)) == tree


@pytest.mark.parametrize("text", ["#1,#2", "#1-#3", "#1/#2", "~#1", "title:#1", "tag:(#1 OR a)", "#1234567"])
def test_an_unclear_reference_is_refused_with_what_may_be_meant(text: str) -> None:
    with pytest.raises(QuerySyntaxError) as refused:
        parse_line(text)
    assert refused.value.name == "line-reference"
    parse_line(refused.value.mended)


@pytest.mark.parametrize("text", ["#1 AND #2", "#7", "asthma OR #3", "NOT #1", "#1 -#2"])
def test_outside_a_book_there_are_no_lines(text: str) -> None:
    with pytest.raises(QuerySyntaxError, match="line of a search book") as refused:
        parse(text)
    assert "#" not in refused.value.mended
    parse(refused.value.mended)


def test_a_number_in_running_text_is_one() -> None:
    assert parse("ranked #1 in asthma") == parse("ranked 1 in asthma")
    assert parse('"#1" asthma') == Query((Phrase("#1"), Word("asthma")))
