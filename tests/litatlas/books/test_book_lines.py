"""The lines of a book as they are read and shown, and what is refused of them."""

from __future__ import annotations

import pytest

from litatlas.errors import InputError
from litatlas.parts.books.book_lines import bounded, line_answers, named, numbered
from litatlas.vocabulary import MAX_BOOK_NAME, MAX_BOOK_TEXT

OURS = {"references": [], "used_by": [], "fault": "", "written_for": "", "inexact": []}


def test_a_line_is_shown_as_it_was_written_and_as_it_is_read() -> None:
    first, last = line_answers({1: "star or halo", 4: "#1 dust"})
    assert first == {
        "line": 1,
        "text": "star or halo",
        "canonical": "star OR halo",
        **OURS,
        "used_by": [4],
    }
    assert last == {"line": 4, "text": "#1 dust", "canonical": "#1 AND dust", **OURS, "references": [1]}


def test_a_line_for_another_database_says_which_and_what_differs() -> None:
    (line,) = line_answers({3: "exp Asthma/ AND galax*.mp."})
    inexact = line["inexact"]
    assert {**line, "inexact": []} == {
        "line": 3, "text": "exp Asthma/ AND galax*.mp.", "canonical": "tag:Asthma AND text:galax*", **OURS,
        "written_for": "Ovid",
    }  # fmt: skip
    assert [one["piece"] for one in inexact] == ["exp Asthma/"]
    assert "narrower headings" in inexact[0]["reason"]


def test_a_line_that_cannot_be_read_says_why_and_refers_to_nothing() -> None:
    first, last = line_answers({1: "galaxy", 2: "#1 OR (star"})
    assert "never closed" in last["fault"]
    assert {**last, "fault": ""} == {"line": 2, "text": "#1 OR (star", "canonical": "", **OURS}
    assert first["used_by"] == []


def test_numbers_are_counted_on_from_the_highest() -> None:
    assert numbered([(None, "a")], {}) == {1: "a"}
    assert numbered([(None, "a"), (9, "b"), (None, "c")], {3: "x", 1: "y"}) == {4: "a", 9: "b", 10: "c"}
    for taken in ([(3, "a")], [(5, "a"), (5, "b")]):
        with pytest.raises(InputError, match="already") as error:
            numbered(taken, {3: "x"})
        assert error.value.hint.endswith(f"set NAME {taken[0][0]} QUERY")


def test_lines_and_names_are_bounded_and_without_what_no_database_holds() -> None:
    assert bounded("gal\0axy") == "galaxy"
    assert len(bounded("x" * MAX_BOOK_TEXT)) == MAX_BOOK_TEXT
    with pytest.raises(InputError, match="more than"):
        bounded("x" * (MAX_BOOK_TEXT + 1))
    assert named("  A \n book ") == "A book"
    assert named("x") == "x"
    assert named("x" * MAX_BOOK_NAME) == "x" * MAX_BOOK_NAME
    for wrong in ("", " ", "x" * (MAX_BOOK_NAME + 1)):
        with pytest.raises(InputError, match=f"1 to {MAX_BOOK_NAME} characters"):
            named(wrong)
