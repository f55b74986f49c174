"""Lines that refer to each other, and those that cannot."""

from __future__ import annotations

import pytest

from ingest.errors import InputError
from search.book.program import LONGEST_EXPANSION, MAX_LINES, Program, check_removal, read_line, split_lines
from search.query.parser import QuerySyntaxError


def test_each_line_comes_after_those_it_needs() -> None:
    program = Program.of({1: "#4 OR a", 2: "b", 3: "(#1 OR #2) NOT year:-1999", 4: "#2 c"})
    assert [program.order.index(number) for number in (2, 4, 1, 3)] == sorted(range(4))
    assert program.users(2) == [3, 4]
    assert program.needed(1) == (2, 4, 1)
    assert program.lines[3].canonical == "(#1 OR #2) AND -year:-1999"
    assert program.expanded()[3] == "((((b) AND c) OR a) OR (b)) AND -year:-1999"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ({1: "a", 2: "#2 b"}, "#2 refers to itself"),
        ({1: "#7 b"}, "#1 refers to #7, and there is no such line"),
        ({1: "#2", 2: "#3 OR a", 3: "NOT #1"}, "in a circle: #1 → #2 → #3 → #1|circle: #2 → #3 → #1 → #2"),
        ({1: "  "}, "#1 is empty"),
        ({0: "a"}, "cannot have the number 0"),
        (dict.fromkeys(range(1, MAX_LINES + 2), "a"), "at most 200 lines"),
    ],
)
def test_lines_that_cannot_be_run_are_refused_by_name(lines: dict[int, str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        Program.of(lines)


def test_a_line_that_cannot_be_read_is_named() -> None:
    with pytest.raises(QuerySyntaxError, match=r"#2: An opening parenthesis") as refused:
        Program.of({1: "a", 2: "(#1 OR b"})
    assert refused.value.mended == "#1 OR b"


def test_a_line_that_others_need_is_not_removed() -> None:
    program = Program.of({1: "a", 2: "#1 b", 3: "#1 OR #2"})
    with pytest.raises(InputError, match="#1 is used by #2 and #3"):
        check_removal(program, 1)
    check_removal(program, 3)
    with pytest.raises(InputError, match="no line #9"):
        check_removal(program, 9)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("#1 asthma\n\n#2 wheeze\n#5 (#1 OR #2)", [(1, "asthma"), (2, "wheeze"), (5, "(#1 OR #2)")]),
        ("asthma\n#1 OR wheeze", [(None, "asthma"), (None, "#1 OR wheeze")]),
        ("#1 OR #2", [(None, "#1 OR #2")]),
        ("#1. asthma\r\n#2) NOT #1", [(1, "asthma"), (2, "NOT #1")]),
        ("#2 asthma\n#1 wheeze", [(None, "#2 asthma"), (None, "#1 wheeze")]),
        (" \n", []),
        (
            "1. exp Asthma/\n2. wheez*.ti,ab.\n3. 1 or 2",
            [(1, "exp Asthma/"), (2, "wheez*.ti,ab."), (3, "1 or 2")],
        ),
        ("5 year survival", [(None, "5 year survival")]),
    ],
)
def test_pasted_lines_keep_their_numbers(text: str, rows: list[tuple[int | None, str]]) -> None:
    assert split_lines(text) == rows


def test_a_single_line_that_begins_with_a_line_that_is_there_refers_to_it() -> None:
    assert split_lines("#1 NOT #2", {1, 2}) == [(None, "#1 NOT #2")]
    assert split_lines("#3 NOT #2", {1, 2}) == [(3, "NOT #2")]


def test_a_line_that_would_be_endless_is_not_written_out() -> None:
    lines = {1: "asthma"} | {number: f"#{number - 1} OR #{number - 1}" for number in range(2, 40)}
    texts = Program.of(lines).expanded()
    assert texts[39] is None
    assert max(len(text) for text in texts.values() if text) <= LONGEST_EXPANSION


def test_a_reference_in_quotes_is_text() -> None:
    assert Program.of({1: 'a "b #1 c"'}).expanded() == {1: 'a AND "b #1 c"'}


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("#1 or #2 not animals", "#1 OR (#2 AND -animals)"),
        ("1 and (2 or 3)", "#1 AND (#2 OR #3)"),
        ("S1 AND NOT S2", "#1 AND -#2"),
        ("signs or symptoms", "signs OR symptoms"),
        ('"in or out" and day', '"in or out" AND day'),
        ("not for profit", "not AND for AND profit"),
        ("title:(a1 or b1)", "title:a1 OR title:b1"),
        ("tag:(head and neck) or x1", 'tag:"head and neck" OR x1'),
        ("5 year survival", "5 AND year AND survival"),
        ("exp Asthma/ or 2", "tag:Asthma OR #2"),
    ],
)
def test_operators_in_any_case_and_lines_by_bare_numbers(text: str, canonical: str) -> None:
    line = read_line(9, text)
    assert line.canonical == canonical
    assert read_line(9, canonical).query == line.query


def test_a_line_for_another_database_says_so() -> None:
    reading = read_line(1, "exp Asthma/ and wheez*.ti,ab.").reading
    assert reading is not None
    assert reading.dialect == "ovid"
    assert [one.piece for one in reading.inexact] == ["exp Asthma/"]
