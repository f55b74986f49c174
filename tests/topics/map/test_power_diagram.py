"""The geometry under the map, against the definition of a power diagram and against plain arithmetic."""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from topics.map.power_diagram import Point, Polygon, area, centroid, cut, diagram, fit_areas
from topics.map.sites import holds

SQUARE: Polygon = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
TRIANGLE: Polygon = [(0.0, 0.0), (3.0, 0.0), (0.0, 3.0)]

fractions = st.floats(0.05, 0.95)
numbers = st.floats(-1.0, 1.0)


def ngon(corners: int, radius: float = 1.0) -> Polygon:
    """A regular polygon around the origin."""
    return [(radius * cos(2 * pi * k / corners), radius * sin(2 * pi * k / corners)) for k in range(corners)]


def nearest_by_power(point: Point, sites: NDArray[np.float64], weights: NDArray[np.float64]) -> int:
    """The definition: the site with the least |point − site|² − weight."""
    return int((((sites - np.array(point)) ** 2).sum(axis=1) - weights).argmin())


@pytest.mark.parametrize("corners", [3, 4, 7, 60])
def test_area_of_regular_polygons_by_the_closed_formula(corners: int) -> None:
    expected = corners / 2 * 4 * sin(2 * pi / corners)
    assert area(ngon(corners, 2.0)) == pytest.approx(expected)
    assert area(ngon(corners, 2.0)[::-1]) == pytest.approx(-expected)


def test_the_centre_of_a_triangle_is_the_mean_of_its_corners_and_that_of_a_trapezium_is_not() -> None:
    assert centroid(TRIANGLE) == pytest.approx((1.0, 1.0))
    trapezium: Polygon = [(0.0, 0.0), (3.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    # a square of area 1 around (.5, .5) and a triangle of area 1 around (5/3, 1/3)
    assert centroid(trapezium) == pytest.approx(((0.5 + 5 / 3) / 2, (0.5 + 1 / 3) / 2))


@given(numbers, numbers, st.floats(1e-4, 1e4), st.integers(0, 3))
def test_centroid_moves_and_grows_with_its_polygon(dx: float, dy: float, scale: float, first: int) -> None:
    shape: Polygon = [(0.0, 0.0), (2.0, 0.5), (1.5, 2.0), (0.2, 1.0)]
    x, y = centroid(shape)
    moved = [(scale * (px + dx), scale * (py + dy)) for px, py in shape]
    turned = [*moved[first:], *moved[:first]]  # which corner comes first does not matter
    assert centroid(turned) == pytest.approx((scale * (x + dx), scale * (y + dy)), rel=1e-6, abs=1e-6 * scale)
    assert area(turned) == pytest.approx(scale**2 * area(shape))


@given(st.floats(0, 2 * pi), st.floats(-1.5, 1.5))
def test_a_cut_divides_a_cell_into_two_that_make_it_up(angle: float, limit: float) -> None:
    shape, a, b = ngon(6), cos(angle), sin(angle)
    one, _ = cut(shape, [-1] * 6, a, b, limit, 7)
    other, _ = cut(shape, [-1] * 6, -a, -b, -limit, 7)
    assert (area(one) if one else 0) + (area(other) if other else 0) == pytest.approx(area(shape), abs=1e-9)
    assert all(a * x + b * y <= limit + 1e-9 for x, y in one)
    assert all(a * x + b * y >= limit - 1e-9 for x, y in other)


def test_the_edge_of_a_cut_bears_its_rival_and_the_others_keep_their_labels() -> None:
    kept, labels = cut(SQUARE, [10, 11, 12, 13], 1.0, 0.0, 0.25, 99)
    assert kept == [(0.0, 0.0), (0.25, 0.0), (0.25, 1.0), (0.0, 1.0)]
    assert labels == [10, 99, 12, 13]


def test_a_cut_through_corners_makes_no_corner_twice() -> None:
    kept, labels = cut(SQUARE, [0, 1, 2, 3], 1.0, 1.0, 1.0, 9)  # the diagonal
    assert kept == [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]
    assert labels == [0, 9, 3]


def test_a_cut_that_touches_a_cell_leaves_it_whole_or_nothing() -> None:
    assert cut(SQUARE, [0, 1, 2, 3], 1.0, 0.0, 1.0, 9) == (SQUARE, [0, 1, 2, 3])
    assert cut(SQUARE, [0, 1, 2, 3], 1.0, 0.0, 0.0, 9) == ([], [])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(fractions, fractions), min_size=2, max_size=40, unique=True),
    st.integers(0, 10_000),
)
def test_every_point_lies_in_the_cell_of_its_nearest_site(points: list[Point], seed: int) -> None:
    noise = np.random.default_rng(seed)
    sites = np.array(points)
    weights = noise.uniform(0, 0.05, len(sites))
    drawn = diagram(sites, weights, SQUARE)
    assert drawn.areas.sum() == pytest.approx(1, abs=1e-9)
    for x, y in noise.random((60, 2)):
        owner = nearest_by_power((x, y), sites, weights)
        others = [cell for k, cell in enumerate(drawn.cells) if k != owner and cell]
        assert holds(widened(drawn.cells[owner]), (x, y))
        assert not any(holds(narrowed(cell), (x, y)) for cell in others)


def widened(cell: Polygon, by: float = 1e-6) -> Polygon:
    x, y = centroid(cell)
    return [(px + by * (1 if px >= x else -1), py + by * (1 if py >= y else -1)) for px, py in cell]


def narrowed(cell: Polygon) -> Polygon:
    x, y = centroid(cell)
    return [(x + (px - x) * (1 - 1e-6), y + (py - y) * (1 - 1e-6)) for px, py in cell]


def test_two_sites_are_parted_where_the_weights_say() -> None:
    sites = np.array([[0.25, 0.5], [0.75, 0.5]])
    # |x − .25|² − w = |x − .75|²  at  x = .5 + w
    for weight in (0.0, 0.1, -0.2):
        drawn = diagram(sites, np.array([weight, 0.0]), SQUARE)
        assert drawn.areas == pytest.approx([0.5 + weight, 0.5 - weight])
        assert [label for label in drawn.edges[0] if label >= 0] == [1]


def test_adding_the_same_to_every_weight_changes_nothing() -> None:
    noise = np.random.default_rng(4)
    sites, weights = noise.random((15, 2)), 0.01 * noise.random(15)
    assert diagram(sites, weights + 3.0, SQUARE).areas == pytest.approx(
        diagram(sites, weights, SQUARE).areas, abs=1e-9
    )


def test_neighbours_name_each_other_across_an_edge_of_the_same_length() -> None:
    noise = np.random.default_rng(8)
    drawn = diagram(noise.random((30, 2)), np.zeros(30), SQUARE)
    lengths: dict[tuple[int, int], float] = {}
    for site, (cell, labels) in enumerate(zip(drawn.cells, drawn.edges, strict=True)):
        assert len(cell) == len(labels)
        for k, rival in enumerate(labels):
            if rival >= 0:
                (x0, y0), (x1, y1) = cell[k], cell[(k + 1) % len(cell)]
                lengths[site, rival] = float(np.hypot(x1 - x0, y1 - y0))
    for (one, other), length in lengths.items():
        assert lengths.get((other, one), 0.0) == pytest.approx(length, abs=1e-9)


def test_a_site_that_all_others_outweigh_has_no_cell() -> None:
    sites = np.array([[0.5, 0.5], [0.1, 0.1], [0.9, 0.1], [0.5, 0.9]])
    drawn = diagram(sites, np.array([-5.0, 0, 0, 0]), SQUARE)
    assert drawn.cells[0] == []
    assert drawn.areas[0] == 0
    assert drawn.areas.sum() == pytest.approx(1)


def test_areas_are_fitted_in_any_convex_polygon_and_from_any_start() -> None:
    noise = np.random.default_rng(2)
    sites = 0.6 * noise.random((12, 2)) + 0.2
    targets = noise.uniform(0.5, 3.0, 12)
    targets *= area(TRIANGLE) / targets.sum()
    weights, drawn = fit_areas(sites, targets, TRIANGLE, None)
    assert drawn.areas == pytest.approx(targets, rel=1e-3)
    again, redrawn = fit_areas(sites, targets[::-1].copy(), TRIANGLE, weights)
    assert redrawn.areas == pytest.approx(targets[::-1], rel=1e-3)
    # only differences of weights count, and those that fit are the only ones
    fresh, _ = fit_areas(sites, targets[::-1].copy(), TRIANGLE, None)
    assert again - again[0] == pytest.approx(fresh - fresh[0], abs=5e-3)


def test_a_start_in_which_a_cell_is_empty_is_given_up() -> None:
    sites = np.array([[0.2, 0.5], [0.5, 0.5], [0.8, 0.5]])
    targets = np.array([0.2, 0.3, 0.5])
    _, drawn = fit_areas(sites, targets, SQUARE, np.array([9.0, 0.0, 0.0]))
    assert drawn.areas == pytest.approx(targets, rel=1e-3)
