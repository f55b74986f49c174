"""Small charts as SVG geometry: bars and lines by year, without scripts and style attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600.0, 140.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One year's bar in a drawing of WIDTH × HEIGHT."""

    year: int
    count: int
    x: float
    y: float
    width: float
    height: float
    selected: bool


def bars(
    counts: Sequence[tuple[int, int]], selected: frozenset[int] = frozenset(), height: float = HEIGHT
) -> list[Bar]:
    """Bars for (year, count) pairs; the years between are empty places."""
    if not counts:
        return []
    first, last = min(year for year, _ in counts), max(year for year, _ in counts)
    step = WIDTH / (last - first + 1)
    top = max(max(count for _, count in counts), 1)
    gap = min(2.0, step * 0.2)
    drawn = []
    for year, count in sorted(counts):
        tall = max(1.5, (height - 4) * count / top) if count else 0.0
        x = (year - first) * step + gap / 2
        drawn.append(
            Bar(
                year,
                count,
                round(x, 2),
                round(height - tall, 2),
                round(step - gap, 2),
                round(tall, 2),
                year in selected,
            )
        )
    return drawn


def lines(
    years: Sequence[int],
    values: Sequence[float],
    gaps: Sequence[tuple[int, int]],
    width: float = WIDTH,
    height: float = HEIGHT,
) -> list[str]:
    """The points of polylines, each over the middle of its year's bar; the highest reaches the top.

    A line ends where a year has too few papers in all to have a share, and a new one begins after it; a year
    between two such is a short level line.
    """
    drawn = [year for year in years if not any(first <= year <= last for first, last in gaps)]
    if not drawn:
        return []
    step = width / (years[-1] - years[0] + 1)
    value = dict(zip(years, values, strict=True))
    scale = (height - 6) / (max(value[year] for year in drawn) or 1)

    def point(year: int, aside: float = 0.0) -> str:
        return f"{(year - years[0] + 0.5 + aside) * step:.1f},{height - 3 - value[year] * scale:.1f}"

    runs = [list(range(first, last + 1)) for first, last in _runs(drawn)]
    return [
        " ".join(map(point, run)) if len(run) > 1 else f"{point(run[0], -0.3)} {point(run[0], 0.3)}"
        for run in runs
    ]


def ranges(gaps: Sequence[tuple[int, int]]) -> list[str]:
    """Years that are not drawn, because they have too few papers or none, as text."""
    return [str(first) if first == last else f"{first}–{last}" for first, last in gaps]


def _runs(years: Sequence[int]) -> list[tuple[int, int]]:
    """Years that follow each other, as (first, last)."""
    runs: list[tuple[int, int]] = []
    for year in years:
        if runs and runs[-1][1] == year - 1:
            runs[-1] = (runs[-1][0], year)
        else:
            runs.append((year, year))
    return runs


@dataclass(frozen=True, slots=True)
class Comparison:
    """The shares of topics in two years, and the largest of them."""

    left: int
    right: int
    shares: dict[str, tuple[float, float]]
    top: float


def two_years(
    years: Sequence[int],
    shares: Mapping[str, Sequence[float]],
    left: int | None,
    right: int | None,
    gaps: Sequence[Sequence[int]] = (),
) -> Comparison | None:
    """Each topic's shares of two years; when not given, of the first and last that are in no gap."""
    if len(years) < 2:
        return None
    filled = [at for at, year in enumerate(years) if not any(start <= year <= end for start, end in gaps)]
    ends = filled if len(filled) > 1 else [0, len(years) - 1]
    first = years.index(left) if left is not None and left in years else ends[0]
    last = years.index(right) if right is not None and right in years else ends[-1]
    pairs = {topic: (row[first], row[last]) for topic, row in shares.items()}
    top = max((max(pair) for pair in pairs.values()), default=0.0) or 1.0
    return Comparison(years[first], years[last], pairs, top)
