"""Years, months and dates: the spellings that sources have, the one that we keep, and what is none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.values.dates import FIRST_YEAR, LAST_YEAR, iso_date, month_number, normal_date, parse_year

# --- Years


def test_the_bounds_of_years_hold_for_numbers_and_for_text() -> None:
    assert [parse_year(year) for year in (FIRST_YEAR - 1, FIRST_YEAR)] == [None, FIRST_YEAR]
    assert [parse_year(str(year)) for year in (FIRST_YEAR - 1, FIRST_YEAR)] == [None, FIRST_YEAR]
    assert [parse_year(year) for year in (LAST_YEAR, LAST_YEAR + 1)] == [LAST_YEAR, None]
    assert [parse_year(str(year)) for year in (LAST_YEAR, LAST_YEAR + 1)] == [LAST_YEAR, None]


@pytest.mark.parametrize(
    ("raw", "year"),
    [
        (2021.0, 2021),
        (2021.5, None),
        (float("nan"), None),
        (float("inf"), None),
        (True, None),
        (None, None),
        ([], None),
        ([2019, 5], 2019),
        (["1998", "12"], 1998),
        (([[2020]]), 2020),
        ({"year": 2020}, None),
        ("12021", None),
        ("20215", None),
        ("20210309", 2021),
        ("Start date: 20170812", 2017),
        ("20211309", None),
        ("vol. 12, 1987, p. 2001", 1987),
        ("x" * 199 + "2001", None),  # a year is looked for at the start of a text
        ("x" * 190 + " 2001", 2001),
    ],
)
def test_years_of_every_kind_of_value(raw: object, year: int | None) -> None:
    assert parse_year(raw) == year


# --- Dates


@pytest.mark.parametrize(
    ("names", "number"),
    [
        ("Jan january janvier Januar enero gennaio января", 1),
        ("feb Feb. février fevrier Februar febrero", 2),
        ("March März mars maart marzo {Mar}", 3),
        ("apr avril abril", 4),
        ("May mai mayo maggio mei", 5),
        ("June juin Juni giugno", 6),
        ("July juillet luglio", 7),
        ("aug août agosto", 8),
        ("Sep September sept settembre setembro", 9),
        ("oct Oktober octobre outubro ottobre", 10),
        ("nov novembre", 11),
        ("dec Dezember diciembre décembre", 12),
        ("3 03", 3),
        ("12", 12),
        ("0 00 13 012 Spring Q1 - .", 0),
    ],
)
def test_names_of_months(names: str, number: int) -> None:
    assert {name: month_number(name) for name in names.split()} == dict.fromkeys(names.split(), number)


@pytest.mark.parametrize(
    ("parts", "iso"),
    [
        ((None, 3, 2), ""),
        ((2021,), "2021"),
        ((2021, 0, 5), "2021"),
        ((2021, 13, 5), "2021"),
        ((2021, 1), "2021-01"),
        ((2021, 12), "2021-12"),
        ((2021, 2, 29), "2021-02"),
        ((2020, 2, 29), "2020-02-29"),
        ((999, 2), "0999-02"),
    ],
)
def test_a_date_is_as_precise_as_its_parts_are_valid(parts: tuple[int, ...], iso: str) -> None:
    assert iso_date(*parts) == iso


@pytest.mark.parametrize(
    ("raw", "iso"),
    [
        ("2021", "2021"),
        ("2021-3-9", "2021-03-09"),
        ("2021/03", "2021-03"),
        ("2021.03.09", "2021-03-09"),
        ("20210309", "2021-03-09"),
        ("20210300", "2021-03"),
        ("2021-03-09T10:00:00Z", "2021-03-09"),
        ("2021-03-09 10:00", "2021-03-09"),
        ("9 March 2021", "2021-03-09"),
        ("9 Mar. 2021", "2021-03-09"),
        ("March 9, 2021", "2021-03-09"),
        ("March 9th, 2021", "2021-03-09"),
        ("Mar 2021", "2021-03"),
        ("2021 Mar 9", "2021-03-09"),
        ("2021-Mar-9", "2021-03-09"),
        ("2021 Mar", "2021-03"),
        ("2021 Spring", "2021"),
        ("2021 Mar 45", "2021-03"),
        ("9 février 2021", "2021-02-09"),
        ("1. März 2021", "2021-03-01"),
        ("10 de enero de 2020", "2020-01-10"),
        ("2 septiembre 2020", "2020-09-02"),
        ("5 сентября 2019", "2019-09-05"),
        ("2021 août 3", "2021-08-03"),
        ("  2021-03-09  ", "2021-03-09"),
        ("1066 May", ""),
        ("published in 2009, reprinted", "2009"),
        ("no date", ""),
        ("", ""),
    ],
)
def test_dates_in_one_spelling(raw: str, iso: str) -> None:
    assert normal_date(raw) == iso


@given(st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)))
def test_every_day_comes_back_from_every_spelling(day: date) -> None:
    iso = day.isoformat()
    # Not by strftime: it writes the years before 1000 and the months by the locale.
    month = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()[day.month - 1]  # noqa: SIM905
    for text in (
        iso,
        f"{day.year}/{day.month}/{day.day}",
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{day.year} {month} {day.day}",
    ):
        assert normal_date(text) == iso


@given(st.text())
def test_a_normal_date_stays_as_it_is(raw: str) -> None:
    assert normal_date(normal_date(raw)) == normal_date(raw)
