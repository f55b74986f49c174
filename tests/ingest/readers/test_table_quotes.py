"""Quotes in delimited text as people and programs bend them."""

from __future__ import annotations

import io

import pytest

from ingest.document import FieldWarning
from ingest.readers.tables.delimited import delimited_rows

HEADINGS = ["Title", "Authors", "Year", "Journal"]


def rows(text: str) -> tuple[list[list[str]], list[object]]:
    found = [cells for _, cells in delimited_rows(io.BytesIO(text.encode()))]
    return [one for one in found if isinstance(one, list)], [o for o in found if not isinstance(o, list)]


@pytest.mark.parametrize("sign", [",", "\t", ";", "|"])
def test_inches_are_text(sign: str) -> None:
    table = [HEADINGS, ['The 5" pipe of peat', "Xu L", "2001", "J Peat"], ["Next", "Berg A", "2002", "J"]]
    assert rows("\n".join(map(sign.join, table))) == (table, [])


@pytest.mark.parametrize("sign", [",", "\t", ";", "|"])
@pytest.mark.parametrize("times", [1, 2, 3])
def test_ditto_marks_are_text(sign: str, times: int) -> None:
    marked = [[f"Paper {n}", '"', "2001", "J Peat"] for n in range(times)]
    table = [HEADINGS, ["First", "Xu L", "2001", "J"], *marked, ["Last", "Berg A", "2002", "J"]]
    assert rows("\n".join(map(sign.join, table))) == (table, [])


@pytest.mark.parametrize("sign", [",", "\t"])
@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_quote_never_closed_is_left_out_and_said(sign: str, times: int) -> None:
    rest = [["Second row", "Berg A", "1993", "J"], ['Third "inner" row', "Berg A", "1994", "J"]]
    marked = [[f'"Unclosed {n}', "Xu L", "1992", "J"] for n in range(times)]
    found, faults = rows("\n".join(map(sign.join, [HEADINGS, *marked, *rest])))
    assert found == [HEADINGS, *([cells[0][1:], *cells[1:]] for cells in marked), *rest]
    assert [type(fault) for fault in faults] == [FieldWarning] * times


def test_spaces_before_quotes_are_no_part_of_cells() -> None:
    text = 'Title, Author, Year\n"Spaced, one", "Xu, L.; Berg, A.", 1994\n"Two", "Li, W.\nKim, B.", 1995\n'
    found, faults = rows(text)
    assert found[1:] == [["Spaced, one", "Xu, L.; Berg, A.", "1994"], ["Two", "Li, W.\nKim, B.", "1995"]]
    assert not faults
    assert rows('"Title", "Year"\n"A", "1994"\n')[0] == [["Title", "Year"], ["A", "1994"]]


def test_quotes_escaped_with_a_backslash() -> None:
    text = (
        "Title,Author,Year\n"
        '"A \\"quoted\\" paper, here","Xu L",1992\n"B \\"c\\"","Li\\\\W",1993\n"C:\\\\","x",1994\n'
    )
    found, faults = rows(text)
    assert found[1] == ['A "quoted" paper, here', "Xu L", "1992"]
    assert found[2] == ['B "c"', "Li\\W", "1993"]
    assert not faults


def test_a_backslash_before_a_quote_is_kept_where_it_escapes_nothing() -> None:
    assert rows('Title,Author\nM\\"uller\'s bogs,"M\\""uller, J."\n"C:\\",Xu\n')[0][1:] == [
        ["M\\\"uller's bogs", 'M\\"uller, J.'],
        ["C:\\", "Xu"],
    ]


def test_a_quote_left_open_and_a_ditto_mark_below_it_are_two_rows() -> None:
    text = 'Title\tJournal\tYear\tAuthor\tPages\n"Open\tJ\t2001\tXu\t1\nNext\t"\t2002\tBerg\t2\n'
    assert rows(text)[0][1:] == [["Open", "J", "2001", "Xu", "1"], ["Next", '"', "2002", "Berg", "2"]]


@pytest.mark.parametrize("sign", [",", "\t", ";", "|"])
def test_two_ditto_marks_in_one_row_quote_nothing(sign: str) -> None:
    table = [HEADINGS, ["First", "Xu L", "2001", "J"], ["Next", '"', "2002", '"'], ["Last", '"', '"', "J"]]
    assert rows("\n".join(map(sign.join, table))) == (table, [])
