"""The headings of tables, and the field that each is taken for.

Each field has the spellings of its headings in order of trust: of a row the first that holds something is
taken (a Scopus export has "Source title" and "Source", a JabRef export "Journal" and "Booktitle").
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from itertools import pairwise

from ingest.errors import InputError

_SPELLINGS: dict[str, str] = tomllib.loads((files(__package__) / "headings.toml").read_text("utf-8"))
"""Field → the spellings of its heading, without spaces and signs, in lower case, in order of trust."""
_FIELD_OF: dict[str, str] = {}
_RANK: dict[str, int] = {}
for _name, _spellings in _SPELLINGS.items():
    for _rank, _spelling in enumerate(_spellings.split()):
        _FIELD_OF.setdefault(_spelling, _name)
        _RANK.setdefault(_spelling, _rank)

_OTHERWISE = (
    (frozenset(("ti", "so", "de", "id")), "id", "more_tags"),  # Web of Science's tags
    (frozenset(("eid", "sourceid", "publicationname")), "sourceid", ""),  # pybliometrics: of the journal
)
"""Headings that mean another field beside certain others."""

JOINED = ("tags", "more_tags", "issn", "numbered_authors")
"""Fields of which every column counts, not only the first that holds something."""
_OURS = frozenset(("arxiv_id", "other_ids", "open_access_url", "orcids"))
_BY_ROW = frozenset(("authornames", "originaltitle", "authoraddresses", "correspondenceaddress", "source"))
_NUMBERED_AUTHOR = re.compile(r"author(?:name|fullname)?\d{1,3}")
_NUMBER_HEADINGS = frozenset(("no", "number", "nr", "id"))
_LOOK_FOR_HEADINGS = 40
"""Rows at the start among which the headings are looked for, below what services write above them."""

MISSING = frozenset(
    ("nan", "NaN", "NAN", "NA", "N/A", "n/a", "#N/A", "<NA>", "null", "NULL", "Null", "None", "none", "NONE",
     "undefined", "\\N", "-", "--", "–", "—", "?", ".", "[]", "{}", "#VALUE!", "#NAME?", "#REF!", "NaT",
     "[No abstract available]", "No abstract available")
)  # fmt: skip
"""What R, pandas, JavaScript, databases and people write where nothing is."""

Columns = dict[str, list[str]]
"""Field → the headings that it is taken from, the most trusted first."""


def plain(heading: str) -> str:
    """A heading without spaces and signs, in lower case."""
    return re.sub(r"[\W_]+", "", heading[:300]).lower()


def field_of(spelling: str) -> str:
    """The field of a heading that `plain` made; "" where it is of none."""
    return _FIELD_OF.get(spelling, "")


def check_mapping(mapping: Mapping[str, str]) -> None:
    """Refuse fields that no table fills.

    Raises:
        InputError: it names them.
    """
    if odd := [name for name in mapping if name not in _SPELLINGS and name != "id"]:
        raise InputError(
            f"There is no field {odd[0][:40]!r} to map a column to.",
            f"Fields: id, {', '.join(name for name in _SPELLINGS if name != 'source_id')}.",
        )


def columns_of(headings: Sequence[str], mapping: Mapping[str, str]) -> Columns:
    """The columns of each field: by the mapping (our field → heading) first, then by the usual spellings.

    Empty when there is neither a title nor an abstract.
    """
    mapping = {"source_id" if name == "id" else name: column for name, column in mapping.items()}
    wanted = {column.strip().lower(): name for name, column in mapping.items()}
    names = set(map(plain, headings))
    otherwise = {heading: name for beside, heading, name in _OTHERWISE if beside <= names}
    by_field: Columns = {}
    for heading in headings:
        spelt = otherwise.get(plain(heading), _FIELD_OF.get(plain(heading), ""))
        if not spelt and _NUMBERED_AUTHOR.fullmatch(plain(heading)):
            spelt = "numbered_authors"
        name = wanted.get(heading.strip().lower()) or ("" if spelt in mapping else spelt)
        if name:
            by_field.setdefault(name, []).append(heading)
    for name, columns in by_field.items():
        columns.sort(key=lambda heading: _RANK.get(plain(heading), 99))
        if name not in JOINED and name in mapping:
            del columns[1:]
    return by_field if by_field.keys() & {"title", "abstract"} else {}


def is_ours(headings: Iterable[str]) -> bool:
    """Whether the table is one that litatlas wrote: its types are those of CSL already."""
    return _OURS.issubset(heading.strip().lower() for heading in headings)


def looks_like_headings(cells: Sequence[str], mapping: Mapping[str, str] | None = None) -> int:
    """How many of a row's cells are known headings; 0 unless a title or an abstract is among them."""
    known = columns_of([cell for cell in cells if 0 < len(cell) < 200], mapping or {})
    return sum(map(len, known.values()))


def heading_row(rows: Sequence[Sequence[str]], mapping: Mapping[str, str] | None = None) -> int:
    """Which of a table's first rows has the headings: the first one, unless a later one has far more of them.

    Services write a line about the export, or the query, above the headings.
    """
    counts = [looks_like_headings(cells, mapping) for cells in rows[:_LOOK_FOR_HEADINGS]]
    if not counts or counts[0] >= 2 or (counts[0] and len(rows[0]) == 1):
        return 0
    best = max(range(len(counts)), key=lambda at: counts[at])
    if counts[best] >= 2:
        return best
    # Embase writes each field in a row of its own: the first is the title.
    return next((at for at, cells in enumerate(rows[:_LOOK_FOR_HEADINGS]) if is_by_row(rows[at:])), 0)


def is_by_row(rows: Sequence[Sequence[str]]) -> bool:
    """Whether each row is one field of a record, its name first, and these begin one."""
    names = [plain(cells[0]) if cells else "" for cells in rows[:7]]
    return names[:1] == ["title"] and len(_BY_ROW.intersection(names)) >= 2


def is_row_number(heading: str, values: Sequence[str], first_column: bool) -> bool:
    """Whether a column that could be an issue or a volume only counts the rows."""
    numbers = [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 10]
    if len(numbers) == len(values) > 2 and all(later - number == 1 for number, later in pairwise(numbers)):
        return True
    return first_column and plain(heading) in _NUMBER_HEADINGS
