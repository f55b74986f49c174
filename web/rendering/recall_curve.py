"""Found papers over screened ones, with the expected rest, as the geometry of a small drawing."""

from __future__ import annotations

from dataclasses import dataclass

from litatlas.parts.reviewing.review_answers import StopAnswer

WIDTH, HEIGHT = 600, 180


@dataclass(frozen=True, slots=True)
class FoundCurve:
    """Points of two polylines in a drawing of WIDTH × HEIGHT; ``rest`` is dashed, and empty when unknown."""

    points: str
    rest: str
    top: int


def found_curve(stop: StopAnswer) -> FoundCurve:
    """The curve of a stage; the highest point that is drawn or expected reaches the top."""
    expected = round(stop["expected"] or 0)
    top = max(1, stop["kept"] + expected)
    read, records = stop["read"], max(1, stop["records"])
    curve = [0, *stop["curve"]]
    step = read / max(1, len(curve) - 1)
    points = " ".join(_point(at * step / records, count / top) for at, count in enumerate(curve))
    rest = f"{_point(read / records, stop['kept'] / top)} {_point(1, 1)}" if expected else ""
    return FoundCurve(points, rest, top)


def _point(x: float, y: float) -> str:
    return f"{x * WIDTH:.1f},{(1 - y) * (HEIGHT - 8) + 4:.1f}"
