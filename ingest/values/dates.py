"""Years, months and dates as records write them: read into numbers and ISO 8601."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

FIRST_YEAR = 1450
LAST_YEAR = date.today().year + 2
_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(0\d|1[0-2])([0-2]\d|3[01])(?!\d)")
"""20210309, as some databases write a day; 00 where a part is not known."""
_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?:$|[T\s])")
_MONTH_NAME = r"([^\W\d_]{3,10})"
_WORDY = re.compile(
    rf"(?:(\d{{1,2}})\.?\s+(?:de\s+)?)?{_MONTH_NAME}\.?(?:[\s,/-]+|\s+de\s+)"
    r"(?:(\d{1,2})(?:st|nd|rd|th)?,?\s+)?(\d{4})$"
)
"""9 March 2021, March 9th, 2021, 1. März 2021, 10 de enero de 2020."""
_YEAR_FIRST = re.compile(rf"(\d{{4}})[\s/-]+{_MONTH_NAME}\.?(?:[\s/-]+(\d{{1,2}}))?\b")
_MONTHS = (
    "jan ene gen янв", "feb fév fev фев", "mar mär mrz maa мар", "apr abr avr апр", "may mai mei mag май",
    "jun juin giu июн", "jul juil lug июл", "aug aoû ago авг", "sep set сен", "oct okt out ott окт",
    "nov ноя", "dec dez dic déc дек",
)  # fmt: skip
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
LONGEST = {"date": 60, "year": 200}
"""Characters of a value that are looked at; whoever reads records says where there were more."""


def parse_year(raw: object) -> int | None:
    """The year that a value names: ``2021``, ``"1998 Dec-1999 Jan"`` → 1998, ``"c2003."`` → 2003; else
    None."""
    if isinstance(raw, bool) or raw is None:
        return None
    if isinstance(raw, float):
        if raw != raw or not raw.is_integer():
            return None
        raw = int(raw)
    if isinstance(raw, int):
        return raw if FIRST_YEAR <= raw <= LAST_YEAR else None
    if isinstance(raw, list | tuple):
        return parse_year(raw[0]) if raw else None
    if not isinstance(raw, str):
        return None
    text = raw[: LONGEST["year"]]
    match = _YEAR.search(text) or _COMPACT.search(text)
    if match is None:
        return None
    year = int(match.group(1))
    return year if FIRST_YEAR <= year <= LAST_YEAR else None


def month_number(raw: str) -> int:
    """``"Mar"``, ``"March"``, ``"03"`` → 3; 0 for what is no month (a season, say)."""
    text = raw.strip().strip("{}.").lower()
    if text.isascii() and text.isdigit():
        return int(text) if len(text) <= 2 and 1 <= int(text) <= 12 else 0
    return _MONTH_OF.get(text[:4]) or _MONTH_OF.get(text[:3], 0)


def iso_date(year: int | None, month: int = 0, day: int = 0) -> str:
    """ISO 8601 as precise as the parts are valid."""
    if year is None:
        return ""
    if not 1 <= month <= 12:
        return f"{year:04d}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return f"{year:04d}-{month:02d}"


def normal_date(raw: str) -> str:
    """``"2021-3-9"``, ``"2021/03"``, ``"9 March 2021"``, ``"March 9, 2021"``, ``"2021 Mar 9"`` → ISO 8601;
    else ""."""
    return _normal_date(raw.strip()[: LONGEST["date"]])


@lru_cache(maxsize=20_000)
def _normal_date(text: str) -> str:
    if match := _YEAR_FIRST.match(text):
        year, name, day = match.groups()
        month = str(month_number(name))
    elif match := _ISO.match(text) or _COMPACT.fullmatch(text):
        year, month, day = match.groups()
    elif match := _WORDY.match(text):
        before, name, after, year = match.groups()
        month, day = str(month_number(name)), before or after
    else:
        date = parse_year(text)
        return iso_date(date)
    known = parse_year(year)
    return iso_date(known, int(month or 0), int(day or 0))
