"""The parts of reading tables: rows of text, headings, cells out of step, citations in one cell, formulas."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import FieldWarning
from ingest.errors import InputError
from ingest.readers.tables.alignment import habit, realigned
from ingest.readers.tables.citations import parts_of_citation, parts_of_year_volume_issue
from ingest.readers.tables.columns import (
    check_mapping,
    columns_of,
    heading_row,
    is_by_row,
    is_row_number,
    looks_like_headings,
    plain,
)
from ingest.readers.tables.delimited import cells_of, delimited_rows, delimiter_of, first_rows
from ingest.readers.tables.formulas import guarded, unguarded


def rows(text: str) -> tuple[list[list[str]], list[FieldWarning]]:
    """The rows with the headings, and what was said of them."""
    found = [one for _, one in delimited_rows(io.BytesIO(text.encode()))]
    return (
        [one for one in found if isinstance(one, list)],
        [one for one in found if isinstance(one, FieldWarning)],
    )


# --- Rows of text

_CELL = st.text(alphabet='aä,;\t|" \n', max_size=8).filter(lambda cell: cell.strip() == cell)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@given(table=st.lists(st.lists(_CELL, min_size=2, max_size=2), min_size=1, max_size=5))
def test_what_a_spreadsheet_writes_is_read_back(delimiter: str, table: list[list[str]]) -> None:
    table = [["kept", *row] for row in table]  # no row is empty
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
    writer.writerow(["Title", "Abstract", "Year"])
    for row in table:
        writer.writerow(row)
    found, faults = rows(buffer.getvalue())
    assert found == [["Title", "Abstract", "Year"], *table]
    assert faults == []


def test_the_lines_of_rows_are_those_of_the_file() -> None:
    text = 'sep=,\n\nTitle,Abstract\nA,"one\ntwo"\n\nB,three\n'
    found = list(delimited_rows(io.BytesIO(text.encode())))
    assert found == [(3, ["Title", "Abstract"]), (4, ["A", "one\ntwo"]), (7, ["B", "three"])]


@pytest.mark.parametrize(
    "text",
    [
        'Title,Abstract\nA,"never closed\nB,two\nC,three\n',
        'Title,Abstract\nA,"closed far ""below\nB,two\nC,three\n',
    ],
)
def test_a_quote_that_is_never_closed_costs_its_row(text: str) -> None:
    found, (fault,) = rows(text)
    assert found[0] == ["Title", "Abstract"]
    assert found[1][0] == "A"
    assert found[2:] == [["B", "two"], ["C", "three"]]
    assert "quote" in fault.reason
    assert fault.line == 2


def test_lines_above_the_headings_are_no_rows() -> None:
    found, _ = rows("Export of 2020-01-01\nQuery: peat\nTitle,Abstract,Year\nA,one,2020\n")
    assert found == [["Title", "Abstract", "Year"], ["A", "one", "2020"]]


@pytest.mark.parametrize("text", ["", "\n\n", "sep=;\n"])
def test_nothing_has_no_rows(text: str) -> None:
    assert rows(text) == ([], [])


@pytest.mark.parametrize(
    ("line", "delimiter"),
    [
        ("Title,Abstract,Year", ","),
        ("Title;Abstract;Year", ";"),
        ("Title\tAbstract, short\tYear", "\t"),
        ("Title|Abstract|Year", "|"),
        ("a;b;c,d", ";"),
    ],
)
def test_the_sign_between_headings(line: str, delimiter: str) -> None:
    assert delimiter_of(line) == delimiter


def test_the_first_rows_of_what_is_no_table() -> None:
    assert first_rows("<html>") == first_rows('{"title": 1}') == first_rows("") == []
    assert first_rows("x\nTitle,Abstract\nA,B")[0] == ["Title", "Abstract"]
    assert cells_of('a,"b ""c""",d\r', ",") == ["a", 'b "c"', "d "]


# --- Headings


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Title", "title"),
        ("Article Title", "title"),
        ("ABSTRACT", "abstract"),
        ("Author(s)", "authors"),
        ("Publication Year", "year"),
        ("DOI", "doi"),
        ("Source title", "venue"),
        ("Volume", "volume"),
        ("PMID", "pmid"),
    ],
)
def test_headings_are_known_by_their_letters(heading: str, field: str) -> None:
    for spelt in (heading, f" {heading.upper()} ", heading.replace(" ", "_")):
        assert columns_of(["Title", "Abstract", spelt], {})[field][-1] in ("Title", "Abstract", spelt)
        assert spelt in columns_of(["Title", "Abstract", spelt], {})[field]


def test_a_mapping_goes_before_the_spelling() -> None:
    headings = ["Title", "Heading", "Abstract"]
    assert columns_of(headings, {"title": "heading"})["title"] == ["Heading"]
    assert columns_of(["Nr", "What"], {"abstract": "What", "id": "Nr"}) == {
        "source_id": ["Nr"],
        "abstract": ["What"],
    }
    assert columns_of(["Nr", "What"], {}) == {}


def test_a_mapping_to_no_field_is_refused_with_the_fields() -> None:
    check_mapping({"title": "x", "id": "y"})
    with pytest.raises(InputError, match="'titel'") as caught:
        check_mapping({"titel": "x"})
    assert "abstract" in caught.value.hint


def test_the_row_of_the_headings() -> None:
    assert heading_row([["Title", "Abstract"], ["A", "B"]]) == 0
    assert heading_row([["made", "2020"], ["", ""], ["Title", "Abstract", "Year"], ["A", "B", "C"]]) == 2
    assert heading_row([["a", "b"], ["c", "d"]]) == 0
    assert heading_row([]) == 0
    assert looks_like_headings(["Year", "DOI"]) == 0
    assert looks_like_headings(["Title", "Year", "DOI", "x"]) == 3
    assert plain("Author(s) – full_name") == "authorsfullname"


def test_fields_that_stand_in_rows() -> None:
    assert is_by_row([["TITLE", "x"], ["AUTHOR NAMES", "y"], ["SOURCE", "z"]])
    assert not is_by_row([["TITLE", "x"], ["y", "z"]])
    assert not is_by_row([["AUTHOR NAMES"], ["TITLE"], ["SOURCE"]])


@pytest.mark.parametrize(
    ("heading", "values", "first", "counts"),
    [
        ("Issue", ["1", "2", "3"], False, True),
        ("Issue", ["1", "2"], False, False),
        ("Issue", ["1", "2", "2"], False, False),
        ("Issue", ["1", "2", "x"], False, False),
        ("No.", ["7", "3"], True, True),
        ("No.", ["7", "3"], False, False),
        ("Volume", [], False, False),
    ],
)
def test_a_column_that_only_counts_rows(heading: str, values: list[str], first: bool, counts: bool) -> None:
    assert is_row_number(heading, values, first) is counts


# --- Cells out of step

HEADINGS = ["Authors", "Title", "Year", "DOI", "ISSN"]
FIELDS = {"Authors": "authors", "Title": "title", "Year": "year", "DOI": "doi", "ISSN": "issn"}
GOOD = ["Berg, A.", "Peat and fire", "2020", "10.1000/a", "1234-5678"]


def test_a_cell_too_many_is_found_between_what_fits() -> None:
    assert realigned(["2020", "10.1000/a", "x", "1234-5678"], ["Year", "DOI", "ISSN"], FIELDS)[0] == [
        "2020",
        "10.1000/a",
        "1234-5678",
    ]
    cells, unsure = realigned(["1999", "a title", "cut in two", "2020", "10.1000/a"],
                              ["Year", "Title", "Date", "DOI"],
                              {"Year": "year", "Title": "title", "Date": "year", "DOI": "doi"})  # fmt: skip
    assert (cells[0], cells[2:]) == ("1999", ["2020", "10.1000/a"])
    assert unsure == ["Title"]


def test_rows_that_show_where_a_cell_is_too_many_tell_it_for_the_others() -> None:
    headings = ["Authors", "Year", "Abstract", "Meeting", "Town", "DOI"]
    fields = {"Authors": "authors", "Year": "year", "Abstract": "abstract", "DOI": "doi"}
    long = (
        "Fire in drained peat was followed over ten years with more than thirty plots in all of the country "
        * 2
    )
    clear = ["Berg, A.", "2020", long, "Bog days, ", "Uppsala", "Sweden", "10.1000/a"]
    short = ["Ito, Y.", "2021", "Ten papers.", "", "", "Japan", "10.1000/b"]
    assert "Abstract" in realigned(short, headings, fields)[1]
    cells, unsure = realigned(short, headings, fields, habit([clear, short, clear, clear], headings, fields))
    assert (cells[2], cells[-1]) == ("Ten papers.", "10.1000/b")
    assert "Abstract" not in unsure


def test_where_nothing_tells_no_cell_is_guessed() -> None:
    assert realigned(["a", "b", "c"], ["Authors", "Title"], FIELDS) == ([], [])
    assert realigned([*GOOD, "extra"], HEADINGS, FIELDS) == ([], [])


@given(st.lists(st.sampled_from(["2020", "10.1000/a", "1234-5678", "", "words"]), min_size=6, max_size=8))
def test_no_cell_is_invented(cells: list[str]) -> None:
    found, unsure = realigned(cells, HEADINGS, FIELDS)
    assert len(found) in (0, len(HEADINGS))
    assert set(found) <= {*cells, ""}
    assert set(unsure) <= set(HEADINGS)


# --- Citations in one cell


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "J Foo. 2019 Apr 3;12(3):100-110. doi: 10.1000/a.",
            {"venue": "J Foo", "date": "2019 Apr 3", "volume": "12", "issue": "3", "pages": "100-110"},
        ),
        ("J Foo. 2019;12:100-110.", {"venue": "J Foo", "date": "2019", "volume": "12", "pages": "100-110"}),
        ("J. Foo. Bar. 2019 Apr.", {"venue": "J. Foo. Bar", "date": "2019 Apr"}),
        (
            "Endoscopic Foo (2014) 3:3 (152-160). Date of Publication: 2014",
            {
                "venue": "Endoscopic Foo",
                "date": "2014",
                "volume": "3",
                "issue": "3",
                "pages": "152-160",
            },
        ),
        (
            "J Foo (2014) 3 Article Number: e77. Date",
            {"venue": "J Foo", "date": "2014", "volume": "3", "pages": "e77"},
        ),
        ("J Foo (2014)", {"venue": "J Foo", "date": "2014"}),
        (
            "J Foo. 12(3):100-110, 2019 Apr.",
            {"venue": "J Foo", "date": "2019 Apr", "volume": "12", "issue": "3", "pages": "100-110"},
        ),
        ("No citation at all", {}),
        ("", {}),
    ],
)
def test_the_parts_of_a_citation(text: str, parts: dict[str, str]) -> None:
    assert parts_of_citation(text) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2022,41(5)", {"date": "2022", "volume": "41", "issue": "5"}),
        ("2022，41（第5期）", {"date": "2022", "volume": "41", "issue": "5"}),
        ("2022(5)", {"date": "2022", "issue": "5"}),
        ("2022", {}),
        ("", {}),
    ],
)
def test_a_year_a_volume_and_an_issue_in_one(text: str, parts: dict[str, str]) -> None:
    assert parts_of_year_volume_issue(text) == parts


# --- Formulas


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "－1", "'=1", "''@"])
def test_what_a_spreadsheet_would_run_is_guarded(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "words", "1-1", "a=b", "'quoted'", "'", "O'Brien"])
def test_what_it_would_not_run_stays(cell: str) -> None:
    assert guarded(cell) == cell
    assert unguarded(cell) == cell


@given(st.text(alphabet="'=+-@ax＝\t", max_size=6))
def test_every_cell_comes_back(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell
    assert not guarded(cell).startswith(("=", "+", "-", "@", "\t", "＝"))


def test_text_of_several_lines_that_looks_like_rows_is_one_cell() -> None:
    """As the csv module writes it: lines inside a quoted abstract have as many commas as a row."""
    papers_in = [
        ["A first paper", "Plain.", "Ash, A.", "2001", "10.1234/a", "bogs"],
        [
            "A second paper",
            "Bogs, mires, fens\nat 4, 12, 8, 24, 36, and 52 weeks\nNone, of, it, is, a, row",
            "Birch, B.",
            "2002",
            "10.1234/b",
            "mires",
        ],
        [
            "A third paper",
            'He said "so, or, so, or, so, or so".\nEnd.',
            "Elm, E.",
            "2003",
            "10.1234/c",
            "fens",
        ],
    ]
    text = io.StringIO()
    csv.writer(text).writerows([["title", "abstract", "authors", "year", "doi", "tags"], *papers_in])
    found, faults = rows(text.getvalue())
    assert [cells[0] for cells in found[1:]] == [cells[0] for cells in papers_in]
    assert [cells[3:] for cells in found[1:]] == [cells[3:] for cells in papers_in]
    assert not faults


def test_a_row_that_a_stray_quote_swallowed_is_given_back() -> None:
    lines = [
        "title,abstract,authors,year,doi,tags",
        "A,text,Ash,2001,10.1/a,x",
        'B,"text,Birch,2002,10.1/b,y',
        "C,text,Elm,2003,10.1/c,z",
        'D,text",Oak,2004,10.1/d,w',
    ]
    found, faults = rows("\n".join(lines))
    assert [cells[0] for cells in found] == ["title", "A", "B", "C", "D"]
    assert faults
