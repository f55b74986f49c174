"""Power diagrams with cells of given areas: the geometry under the map.

For any distinct sites inside a convex polygon there is exactly one power diagram whose cells have the given
areas (Aurenhammer, Hoffmann, Aronov 1998); its weights are found by damped Newton steps on the concave dual
(Kitagawa, Mérigot, Thibert 2019), which cannot lose a cell on the way. Polygons are lists of (x, y),
counter-clockwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Polygon = list[Point]
_ALL_PAIRS = 24  # up to so many sites every pair is cut; above, only neighbours of the regular triangulation
_OUTSIDE = -1  # the label of an edge that belongs to the polygon itself


@dataclass(frozen=True, slots=True)
class Diagram:
    """Cells by site; ``edges[i][k]`` is the neighbour across the edge from vertex k of cell i, or −1."""

    cells: list[Polygon]
    edges: list[list[int]]
    areas: NDArray[np.float64]


def area(polygon: Sequence[Point]) -> float:
    """The area of a polygon; positive when counter-clockwise."""
    total = 0.0
    for (x0, y0), (x1, y1) in zip(polygon, [*polygon[1:], *polygon[:1]], strict=True):
        total += x0 * y1 - x1 * y0
    return total / 2


def centroid(polygon: Sequence[Point]) -> Point:
    """The centre of mass of a polygon."""
    x = y = double = 0.0
    origin_x, origin_y = polygon[0]
    for (x0, y0), (x1, y1) in zip(polygon, [*polygon[1:], *polygon[:1]], strict=True):
        x0, y0, x1, y1 = x0 - origin_x, y0 - origin_y, x1 - origin_x, y1 - origin_y
        cross = x0 * y1 - x1 * y0
        double += cross
        x += (x0 + x1) * cross
        y += (y0 + y1) * cross
    if abs(double) < 1e-300:
        return sum(p[0] for p in polygon) / len(polygon), sum(p[1] for p in polygon) / len(polygon)
    return origin_x + x / (3 * double), origin_y + y / (3 * double)


def diagram(sites: NDArray[np.float64], weights: NDArray[np.float64], clip: Polygon) -> Diagram:
    """The power diagram of ``sites`` (n × 2) with ``weights`` inside the convex polygon ``clip``."""
    points = [(float(x), float(y)) for x, y in sites]
    lifted = [x * x + y * y - float(w) for (x, y), w in zip(points, weights, strict=True)]
    cells: list[Polygon] = []
    edges: list[list[int]] = []
    for site, near in enumerate(_rivals(sites, np.array(lifted))):
        cell, labels = list(clip), [_OUTSIDE] * len(clip)
        x, y = points[site]
        for rival in near:
            if rival != site and cell:
                a, b = 2 * (points[rival][0] - x), 2 * (points[rival][1] - y)
                cell, labels = cut(cell, labels, a, b, lifted[rival] - lifted[site], rival)
        cells.append(cell)
        edges.append(labels)
    return Diagram(cells, edges, np.array([area(cell) if cell else 0.0 for cell in cells]))


def _rivals(sites: NDArray[np.float64], lifted: NDArray[np.float64]) -> list[list[int]]:
    """For each site the sites that can border on its cell (a superset is harmless)."""
    from scipy.spatial import ConvexHull, QhullError  # here: slow to import, and needed by builds alone

    size = len(sites)
    everyone = [list(range(size))] * size
    if size <= _ALL_PAIRS:
        return everyone
    try:
        hull = ConvexHull(np.column_stack([sites, lifted]))
    except QhullError:  # all sites on one line
        return everyone
    near: list[set[int]] = [set() for _ in range(size)]
    for corners in hull.simplices[hull.equations[:, 2] < 1e-9]:
        for corner in corners:
            near[corner].update(int(rival) for rival in corners)
    # A site above the lower hull has no cell: let any neighbourhood cut it away.
    return [sorted(group) if group else everyone[0] for group in near]


def cut(
    cell: Polygon, labels: list[int], a: float, b: float, limit: float, rival: int
) -> tuple[Polygon, list[int]]:
    """Keep the part of a convex cell where a·x + b·y ≤ limit; the new edge is labelled ``rival``."""
    sides = [a * x + b * y - limit for x, y in cell]
    if max(sides) <= 0:
        return cell, labels
    if min(sides) >= 0:
        return [], []
    inside: Polygon = []
    marks: list[int] = []
    for k, side in enumerate(sides):
        following = sides[k + 1 - len(sides)]
        if side <= 0:
            inside.append(cell[k])
            marks.append(rival if following > 0 and side == 0 else labels[k])
        if (side < 0 < following) or (following < 0 < side):
            share = side / (side - following)
            (x0, y0), (x1, y1) = cell[k], cell[k + 1 - len(sides)]
            inside.append((x0 + share * (x1 - x0), y0 + share * (y1 - y0)))
            marks.append(rival if side < 0 else labels[k])
    return inside, marks


def fit_areas(
    sites: NDArray[np.float64], targets: NDArray[np.float64], clip: Polygon, start: NDArray[np.float64] | None
) -> tuple[NDArray[np.float64], Diagram]:
    """Weights and diagram whose cells have the target areas (their sum is the polygon's area).

    ``start`` are weights of a diagram without empty cells; without them, or when a cell is empty there, the
    ordinary Voronoi diagram is the start. The relative error of every area is at most 1e-3 unless floating
    point forbids it.
    """
    weights = np.zeros(len(sites)) if start is None else start.copy()
    current = diagram(sites, weights, clip)
    if start is not None and current.areas.min() < 1e-3 * targets.min():
        weights[:] = 0.0
        current = diagram(sites, weights, clip)
    floor = 0.5 * min(float(current.areas.min()), float(targets.min()))
    for _ in range(40):
        missing = targets - current.areas
        if np.max(np.abs(missing) / targets) < 1e-3:
            break
        step = _newton_step(sites, current, missing)
        length, error = 1.0, float(np.linalg.norm(missing))
        while length > 1e-6:
            tried = diagram(sites, weights + length * step, clip)
            left = float(np.linalg.norm(targets - tried.areas))
            if tried.areas.min() >= floor and left <= (1 - length / 2) * error + 1e-15:
                break
            length /= 2
        else:
            break
        weights, current = weights + length * step, tried
    return weights, current


def _newton_step(
    sites: NDArray[np.float64], current: Diagram, missing: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Solve (∂areas/∂weights) · step = missing; an edge of length l between sites d apart gives l/2d."""
    size = len(sites)
    slope = np.zeros((size, size))
    for site, (cell, labels) in enumerate(zip(current.cells, current.edges, strict=True)):
        for k, rival in enumerate(labels):
            if rival != _OUTSIDE:
                (x0, y0), (x1, y1) = cell[k], cell[k + 1 - len(cell)]
                apart = hypot(sites[site, 0] - sites[rival, 0], sites[site, 1] - sites[rival, 1])
                slope[site, rival] -= hypot(x1 - x0, y1 - y0) / (2 * apart)
    slope = (slope + slope.T) / 2
    np.fill_diagonal(slope, -slope.sum(axis=1))
    step = np.zeros(size)  # only differences of weights count: the first stays
    try:
        step[1:] = np.linalg.solve(slope[1:, 1:], missing[1:])
    except np.linalg.LinAlgError:
        step[1:] = np.linalg.lstsq(slope[1:, 1:], missing[1:], rcond=None)[0]
    return step
