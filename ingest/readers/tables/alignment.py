"""Rows with more cells than the table has headings: where the surplus stands, if that can be told.

A service that splits one value over two columns, or writes a comma without quotes, shifts all that follows.
Cells whose content shows what they are (a year, a DOI, an ISSN, …) tell where the row is in step with the
headings again; what stands between is left out rather than read into the wrong field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate
from types import MappingProxyType

from ingest.readers.parsing.kinds import kind_of
from ingest.values.identifiers import DOI, normal_language

_SHAPES = {
    "year": re.compile(r"(?:1[4-9]|20)\d\d(?:\.0)?"),
    "doi": re.compile(rf"(?:https?://(?:dx\.)?doi\.org/)?{DOI}", re.IGNORECASE),
    "pmid": re.compile(r"\d{4,9}(?:\.0)?"),
    "pmcid": re.compile(r"PMC\d+", re.IGNORECASE),
    "issn": re.compile(r"\d{4}-?\d{3}[\dXx](?:[,;] ?\d{4}-?\d{3}[\dXx]){0,9}"),
    "isbn": re.compile(r"[\d-]{9,17}[\dXx](?:[,;] ?[\d-]{9,17}[\dXx]){0,9}"),
    "url": re.compile(r"https?://\S+", re.IGNORECASE),
    "eid": re.compile(r"2-s2\.0-\d+"),
}
_YEAR_IN_TEXT = re.compile(r"\((?:19|20)\d\d\)")
Cells = Sequence[str]
Place = tuple[int, int]
NO_HABIT: Mapping[int, Place] = MappingProxyType({})


def habit(rows: Sequence[Cells], headings: Sequence[str], fields: Mapping[str, str]) -> dict[int, Place]:
    """Where all the rows that have so many cells too many may have them: a service puts them in one place.

    Args:
        fields: heading → the field that it is taken for.

    Returns:
        The number of surplus cells → the columns between which they stand, where three rows or more agree.
    """
    places: dict[int, list[Place]] = {}
    for cells in rows:
        if len(cells) > len(headings) and (place := _place(cells, headings, fields)):
            places.setdefault(len(cells) - len(headings), []).append(place)
    common = {
        surplus: (max(low for low, _ in every), min(high for _, high in every))
        for surplus, every in places.items()
        if len(every) > 2
    }
    return {surplus: (low, high) for surplus, (low, high) in common.items() if low <= high}


def realigned(
    cells: Cells, headings: Sequence[str], fields: Mapping[str, str], usual: Mapping[int, Place] = NO_HABIT
) -> tuple[list[str], list[str]]:
    """The cells in step with the headings, and the headings whose cells could not be told and are empty.

    Args:
        fields: heading → the field that it is taken for.
        usual: the table's `habit`, which narrows what one row leaves open.

    Returns:
        Two empty lists where it cannot be told which cells are too many.
    """
    place = _place(cells, headings, fields)
    if place is None:
        return [], []
    surplus = len(cells) - len(headings)
    low, high = place
    if surplus in usual:
        narrow = max(low, usual[surplus][0]), min(high, usual[surplus][1])
        low, high = narrow if narrow[0] <= narrow[1] else place
    unsure = [headings[at] for at in range(low, high) if any(cells[at : at + surplus + 1])]
    return [*cells[:low], *("" for _ in range(low, high)), *cells[high + surplus :]], unsure


def _place(cells: Cells, headings: Sequence[str], fields: Mapping[str, str]) -> Place | None:
    """The columns between which the surplus cells of one row stand; None where nothing shows it."""
    width, surplus = len(headings), len(cells) - len(headings)
    shapes = [_shape(heading, fields.get(heading, "")) for heading in headings]
    left = [_fit(shape, cell) for shape, cell in zip(shapes, cells, strict=False)]
    right = [_fit(shape, cell) for shape, cell in zip(shapes, cells[surplus:], strict=True)]
    # With the surplus before column k, columns below k keep their cell and the others take that of the right.
    good_left, bad_left = _sums(left)
    good_right, bad_right = _sums(right)
    places = [
        (good_left[k] + good_right[width] - good_right[k], k)
        for k in range(width + 1)
        if bad_left[k] + bad_right[width] - bad_right[k] == 0
    ]
    if not places:
        return None
    most = max(places)[0]
    best = [k for good, k in places if good == most]
    low, high = best[0], best[-1]
    if not good_left[low] or not (good_right[width] - good_right[high]):
        return None  # nothing shows that both ends are in step
    return low, high


def _sums(fits: Sequence[int]) -> tuple[list[int], list[int]]:
    good = [0, *accumulate(int(fit > 0) for fit in fits)]
    bad = [0, *accumulate(int(fit < 0) for fit in fits)]
    return good, bad


def _shape(heading: str, field: str) -> str:
    return "eid" if heading.strip().lower() == "eid" else field


def _fit(shape: str, cell: str) -> int:
    """1: the cell is what the column holds; -1: it is not; 0: nothing to be told."""
    cell = cell.strip()
    if shape in ("abstract", "tags", "more_tags", "references"):
        return int(_looks_like(shape, cell[:20_000]))
    if not cell or len(cell) > 500:
        return 0
    if shape in ("lang", "type"):
        return 1 if (normal_language if shape == "lang" else kind_of)(cell) else 0
    pattern = _SHAPES.get(shape)
    if pattern is None:
        # A column of words does not hold a number of this kind.
        return -1 if shape in ("title", "authors") and any(p.fullmatch(cell) for p in _SHAPES.values()) else 0
    return 1 if pattern.fullmatch(cell) else -1


def _looks_like(field: str, cell: str) -> bool:
    """Whether a long text looks like an abstract, a list of keywords or a list of citations."""
    if field == "abstract":
        return len(cell.split()) > 25 and cell.count(";") < 5
    parts = cell.split(";")
    if field == "references":
        return len(_YEAR_IN_TEXT.findall(cell)) > 1 and len(parts) > 1
    return len(parts) > 2 and all(0 < len(part.strip()) <= 60 for part in parts if part)
