"""Dealing places inside a cell: evenly spread sites, and who of a family gets which."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from topics.map.power_diagram import Point, Polygon, area, centroid, cut, fit_areas

_SWAPPED = 150  # families up to this size are rearranged by swaps
_SPREADING_STEPS = 12
_GOLDEN = pi * (3 - sqrt(5))


def holds(polygon: Sequence[Point], point: Point) -> bool:
    """Whether a convex counter-clockwise polygon holds a point."""
    x, y = point
    return all(
        (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) >= 0
        for (x0, y0), (x1, y1) in zip(polygon, [*polygon[1:], polygon[0]], strict=True)
    )


def sample(polygon: Sequence[Point], uniform: NDArray[np.float64], inset: float = 1.0) -> list[Point]:
    """Map rows of three uniform numbers to points of a convex polygon; ``inset`` < 1 keeps off the border."""
    x, y = centroid(polygon)
    triangles = [((x, y), polygon[k - 1], polygon[k]) for k in range(len(polygon))]
    shares = np.cumsum([abs(area(triangle)) for triangle in triangles])
    points = []
    for chance, u, v in uniform:
        _, (x1, y1), (x2, y2) = triangles[int(np.searchsorted(shares, chance * shares[-1], side="right"))]
        if u + v > 1:
            u, v = 1 - u, 1 - v
        u, v = inset * u, inset * v
        points.append((float(x + u * (x1 - x) + v * (x2 - x)), float(y + u * (y1 - y) + v * (y2 - y))))
    return points


def spread(count: int, polygon: Polygon, noise: np.random.Generator) -> NDArray[np.float64]:
    """``count`` evenly spread sites (count × 2) inside a polygon."""
    sites = np.array(sample(polygon, noise.random((count, 3))))
    return np.array([centroid(cell) for cell in relax(sites, np.ones(count), polygon, _SPREADING_STEPS)])


def relax(
    sites: NDArray[np.float64], weights: NDArray[np.float64], polygon: Polygon, steps: int
) -> list[Polygon]:
    """Cells with areas in proportion to ``weights``, rounded by moving each site to its cell's middle."""
    if len(sites) == 1:
        return [list(polygon)]
    targets = weights * (area(polygon) / weights.sum())
    powers, current = fit_areas(sites, targets, polygon, None)
    for _ in range(steps):
        sites = np.array([centroid(cell) for cell in current.cells])
        powers, current = fit_areas(sites, targets, polygon, powers)
    if np.max(np.abs(current.areas / targets - 1)) > 0.5:  # floating point could not fit them
        return slices(targets, polygon)
    return current.cells


def slices(targets: NDArray[np.float64], polygon: Polygon) -> list[Polygon]:
    """Parallel slices of a convex polygon with the given areas: plain, but it never fails."""
    cells: list[Polygon] = []
    rest = list(polygon)
    xs, ys = zip(*polygon, strict=True)
    a, b = (1.0, 0.0) if max(xs) - min(xs) >= max(ys) - min(ys) else (0.0, 1.0)
    for target in targets[:-1]:
        places = [a * x + b * y for x, y in rest]
        low, high = min(places), max(places)
        for _ in range(60):
            middle = (low + high) / 2
            piece, _ = cut(rest, [0] * len(rest), a, b, middle, 0)
            low, high = (middle, high) if not piece or area(piece) < target else (low, middle)
        cells.append(cut(rest, [0] * len(rest), a, b, high, 0)[0])
        rest = cut(rest, [0] * len(rest), -a, -b, -high, 0)[0]
    return [*cells, rest]


def deal(
    similarity: NDArray[np.float64], slots: NDArray[np.float64], outer: NDArray[np.float64]
) -> NDArray[np.int_]:
    """Which slot each topic gets, so that Σ similarity · distance + Σ outer is small.

    A quadratic assignment: a plane projection of the similarities, turned and mirrored in eight ways onto
    the slots, each improved by swaps; the best stands. ``outer`` (topics × slots) is a cost of its own for
    each place.
    """
    distance = np.hypot(*(slots[:, None, :] - slots[None, :, :]).transpose(2, 0, 1))
    flow = similarity * (len(slots) / max(float(similarity.sum()), 1e-12))
    plane = _project(flow)
    deals = [_match(turned, slots) for turned in _turns(plane)]
    if len(slots) <= _SWAPPED:
        deals = [_swap(flow, distance, outer, order) for order in deals]
    return min(deals, key=lambda order: _cost(flow, distance, outer, order))


def _project(similarity: NDArray[np.float64]) -> NDArray[np.float64]:
    """Classical scaling of similarities to the plane."""
    centred = similarity - similarity.mean(axis=0) - similarity.mean(axis=1)[:, None] + similarity.mean()
    values, vectors = np.linalg.eigh(centred)
    plane = vectors[:, -2:] * np.sqrt(np.maximum(values[-2:], 1e-12))
    signs = np.sign(plane[np.argmax(np.abs(plane), axis=0), np.arange(plane.shape[1])])
    return np.asarray(plane * np.where(signs == 0, 1.0, signs))


def _turns(plane: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    mirrored = plane * np.array([1.0, -1.0])
    turns = [np.array([[cos(t), -sin(t)], [sin(t), cos(t)]]) for t in (0, pi / 2, pi, 3 * pi / 2)]
    return [shape @ turn for shape in (plane, mirrored) for turn in turns]


def _match(plane: NDArray[np.float64], slots: NDArray[np.float64]) -> NDArray[np.int_]:
    """The slots that disturb a plane arrangement least."""
    from scipy.optimize import linear_sum_assignment  # here: slow to import, and needed by builds alone

    fitted = (plane - plane.mean(axis=0)) / np.maximum(plane.std(axis=0), 1e-12)
    fitted = fitted * slots.std(axis=0) + slots.mean(axis=0)
    cost = ((fitted[:, None, :] - slots[None, :, :]) ** 2).sum(axis=2)
    return np.asarray(linear_sum_assignment(cost)[1])


def _cost(
    flow: NDArray[np.float64],
    distance: NDArray[np.float64],
    outer: NDArray[np.float64],
    order: NDArray[np.int_],
) -> float:
    inner = (flow * distance[np.ix_(order, order)]).sum() / 2
    return float(inner + outer[np.arange(len(order)), order].sum())


def _swap(
    flow: NDArray[np.float64],
    distance: NDArray[np.float64],
    outer: NDArray[np.float64],
    order: NDArray[np.int_],
) -> NDArray[np.int_]:
    """Swap the best pair until no swap helps."""
    order = order.copy()
    for _ in range(20 * len(order)):
        near = distance[np.ix_(order, order)]
        mixed = flow @ near
        own = np.diagonal(mixed)
        here = outer[np.arange(len(order)), order]
        there = outer[:, order]
        change = mixed + mixed.T - own[:, None] - own[None, :] + 2 * flow * near
        change = change + there + there.T - here[:, None] - here[None, :]
        first, second = np.unravel_index(int(np.argmin(change)), change.shape)
        if change[first, second] > -1e-9:
            break
        order[[first, second]] = order[[second, first]]
    return order


def best_spot(
    sites: NDArray[np.float64], alike: NDArray[np.float64], polygon: Polygon, noise: np.random.Generator
) -> Point:
    """A place for a newcomer among ``sites`` (NaN: not placed yet): near what it is like, with room."""
    placed = ~np.isnan(sites[:, 0])
    spots = sample(polygon, noise.random((64, 3)), 0.95)
    apart = np.hypot(*(np.array(spots)[:, None, :] - sites[placed][None, :, :]).transpose(2, 0, 1))
    pull = alike[placed] - alike[placed].min() + 1e-9
    room = np.minimum(apart.min(axis=1), sqrt(area(polygon) / len(sites)))
    return spots[int(np.argmin(apart @ pull / pull.sum() - room))]


def separate(sites: NDArray[np.float64], polygon: Polygon) -> NDArray[np.float64]:
    """Sites moved a hair apart, each its own way, and pulled inside: no two may coincide."""
    hair = 1e-4 * sqrt(area(polygon))
    x, y = centroid(polygon)
    moved = []
    for number, (site_x, site_y) in enumerate(sites):
        angle = number * _GOLDEN
        place = (float(site_x) + hair * cos(angle), float(site_y) + hair * sin(angle))
        while not holds(polygon, place):
            place = (0.8 * place[0] + 0.2 * x, 0.8 * place[1] + 0.2 * y)
        moved.append(place)
    return np.array(moved)


def tidy(polygon: Sequence[Point], digits: int) -> tuple[Point, ...]:
    """Rounded corners without repetition; the corners as they are where rounding would leave a sliver."""
    rounded = [(round(x, digits), round(y, digits)) for x, y in polygon]
    corners = [point for k, point in enumerate(rounded) if point != rounded[k - 1]]
    return tuple(corners) if len(corners) >= 3 and area(corners) > 0 else tuple(polygon)
