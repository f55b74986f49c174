"""Places inside a cell: always inside, evenly spread, and dealt so that alike topics lie close."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from topics.map.layout import MapNode, layout, paper_points
from topics.map.power_diagram import Polygon, area, centroid
from topics.map.sites import best_spot, deal, holds, relax, sample, separate, slices, spread, tidy

SQUARE: Polygon = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
THIN: Polygon = [(0.0, 0.0), (4.0, 0.0), (4.0, 0.05), (0.0, 0.05)]
TRIANGLE: Polygon = [(0.0, 0.0), (1.0, 0.0), (0.3, 0.8)]
SHAPES = [SQUARE, THIN, TRIANGLE]


def cost(
    order: NDArray[np.int_],
    similarity: NDArray[np.float64],
    slots: NDArray[np.float64],
    outer: NDArray[np.float64],
) -> float:
    """Σ similarity · distance over pairs + Σ outer, by loops; flow scaled as `deal` says it is."""
    flow = similarity * (len(slots) / similarity.sum())
    total = 0.0
    for one, other in combinations(range(len(slots)), 2):
        total += flow[one, other] * float(np.hypot(*(slots[order[one]] - slots[order[other]])))
    return total + sum(float(outer[topic, order[topic]]) for topic in range(len(slots)))


@pytest.mark.parametrize("polygon", SHAPES)
def test_samples_lie_inside_and_the_inset_keeps_them_off_the_border(polygon: Polygon) -> None:
    uniform = np.random.default_rng(0).random((300, 3))
    assert all(holds(polygon, point) for point in sample(polygon, uniform, 0.999))
    x, y = centroid(polygon)
    grown = [(x + (px - x) / 0.9, y + (py - y) / 0.9) for px, py in sample(polygon, uniform, 0.9)]
    assert grown == pytest.approx(np.array(sample(polygon, uniform, 1.0)))


def test_samples_are_even_over_the_area() -> None:
    points = np.array(sample(THIN, np.random.default_rng(1).random((4_000, 3))))
    shares = np.histogram(points[:, 0], bins=8, range=(0, 4))[0] / 4_000
    assert shares == pytest.approx(np.full(8, 1 / 8), abs=0.02)


def test_the_ends_of_chance_are_inside_too() -> None:
    edges = np.array([[0.0, 0.0, 0.0], [1 - 2**-53, 0.0, 1.0], [0.5, 1.0, 1.0], [0.25, 1.0, 0.0]])
    assert all(-1e-12 <= x <= 1 + 1e-12 and -1e-12 <= y <= 1 + 1e-12 for x, y in sample(SQUARE, edges))


@pytest.mark.parametrize("polygon", SHAPES)
@pytest.mark.parametrize("count", [1, 2, 5, 30])
def test_spread_sites_are_inside_and_all_different(polygon: Polygon, count: int) -> None:
    sites = spread(count, polygon, np.random.default_rng(3))
    assert sites.shape == (count, 2)
    assert all(holds(polygon, tuple(site)) for site in sites.tolist())
    assert len({tuple(site) for site in sites.tolist()}) == count


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(1.0, 50.0), min_size=2, max_size=12), st.sampled_from(SHAPES), st.integers(0, 99))
def test_relaxed_cells_have_their_shares_of_the_area(
    weights: list[float], polygon: Polygon, seed: int
) -> None:
    sites = np.array(sample(polygon, np.random.default_rng(seed).random((len(weights), 3)), 0.9))
    cells = relax(sites, np.array(weights), polygon, 3)
    shares = np.array([area(cell) for cell in cells]) / area(polygon)
    assert shares.sum() == pytest.approx(1, abs=1e-6)
    assert shares == pytest.approx(np.array(weights) / sum(weights), rel=0.5)


def test_slices_lie_one_after_another_along_the_longer_side() -> None:
    tall: Polygon = [(y, x) for x, y in reversed(THIN)]
    for polygon, axis in ((THIN, 0), (tall, 1)):
        cells = slices(np.array([0.02, 0.1, 0.08]), polygon)
        middles = [centroid(cell)[axis] for cell in cells]
        assert middles == sorted(middles)
        assert [area(cell) for cell in cells] == pytest.approx([0.02, 0.1, 0.08])


@pytest.mark.parametrize("seed", range(6))
def test_no_swap_of_two_makes_a_deal_better_and_it_is_near_the_best_of_all(seed: int) -> None:
    noise = np.random.default_rng(seed)
    slots = noise.random((6, 2))
    similarity = noise.random((6, 6))
    similarity = (similarity + similarity.T) / 2
    np.fill_diagonal(similarity, 0)
    outer = 0.5 * noise.random((6, 6))
    order = deal(similarity, slots, outer)
    assert sorted(order.tolist()) == list(range(6))
    mine = cost(order, similarity, slots, outer)
    for one, other in combinations(range(6), 2):
        swapped = order.copy()
        swapped[[one, other]] = swapped[[other, one]]
        assert cost(swapped, similarity, slots, outer) >= mine - 1e-7
    every = [cost(np.array(p), similarity, slots, outer) for p in permutations(range(6))]
    assert mine <= min(every) + 0.05 * (max(every) - min(every))


def test_a_deal_goes_where_it_is_pulled_from_outside() -> None:
    slots = np.array([[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]])
    outer = 10.0 * (1 - np.eye(3)[[2, 0, 1]])  # topic 0 wants the last slot, 1 the first, 2 the second
    assert deal(np.zeros((3, 3)), slots, outer).tolist() == [2, 0, 1]


def test_a_newcomer_settles_near_what_it_is_like_and_not_on_top_of_it() -> None:
    sites = np.array([[0.15, 0.15], [0.85, 0.15], [0.5, 0.85], [np.nan, np.nan]])
    for friend in range(3):
        alike = np.full(4, 0.01)
        alike[friend] = 1.0
        place = best_spot(sites, alike, SQUARE, np.random.default_rng(0))
        apart = np.hypot(*(sites[:3] - np.array(place)).T)
        assert int(apart.argmin()) == friend
        assert apart.min() > 0.05
        assert holds(SQUARE, place)


def test_sites_that_coincide_are_moved_apart_by_a_hair() -> None:
    sites = np.array([[0.5, 0.5]] * 5 + [[1.0, 1.0], [7.0, -3.0]])
    moved = separate(sites, SQUARE)
    assert len({tuple(site) for site in moved.tolist()}) == 7
    assert all(holds(SQUARE, tuple(site)) for site in moved.tolist())
    assert np.abs(moved[:5] - 0.5).max() < 1e-3


def test_tidy_corners_are_rounded_once_but_a_sliver_stays_what_it_is() -> None:
    wide = [(0.0, 0.0), (0.1234567, 0.0), (0.12345671, 1e-9), (0.1, 0.2)]
    assert tidy(wide, 3) == ((0.0, 0.0), (0.123, 0.0), (0.1, 0.2))
    sliver = [(0.0, 0.0), (1e-9, 0.0), (1e-9, 1e-9)]
    assert tidy(sliver, 6) == tuple(sliver)


def test_papers_of_one_id_share_a_place_and_odd_ids_have_one() -> None:
    ids = ["10.1/a", "статья", "论文", "\ud800", "", "10.1/a"]
    points = paper_points(SQUARE, ids)
    assert points[0] == points[-1]
    assert len(set(points)) == 5
    assert paper_points(SQUARE, []) == []


def test_a_family_elsewhere_does_not_move_when_another_one_changes() -> None:
    noise = np.random.default_rng(6)
    tops = [MapNode(f"t{k}", 0, None, 1.0, noise.normal(size=4)) for k in range(3)]
    leaves = [MapNode(f"l{k}", 1, f"t{k % 3}", 50.0, noise.normal(size=4)) for k in range(12)]
    before = layout([*tops, *leaves], None, 5).cells
    # the same sizes, but the family of t0 is like something else now
    changed = [
        MapNode(n.id, n.level, n.parent, n.weight, -n.vector if n.parent == "t0" else n.vector)
        for n in leaves
    ]
    after = layout([*tops, *changed], None, 5).cells
    for node in leaves:
        if node.parent != "t0":
            assert after[node.id].polygon == before[node.id].polygon


def test_leaves_that_are_like_an_aunt_lie_on_her_side() -> None:
    east, west = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    nodes = [
        MapNode("a", 0, None, 1, np.array([1.0, 1.0])),
        MapNode("east", 0, None, 1, east),
        MapNode("west", 0, None, 1, west),
        *[MapNode(f"e{k}", 1, "a", 100, east + 0.01 * k) for k in range(2)],
        *[MapNode(f"w{k}", 1, "a", 100, west + 0.01 * k) for k in range(2)],
        MapNode("es", 1, "east", 400, east),
        MapNode("ws", 1, "west", 400, west),
    ]
    centers = {name: np.array(cell.center) for name, cell in layout(nodes, None, 0).cells.items()}

    def apart(leaves: list[str], aunt: str) -> float:
        return float(np.mean([np.hypot(*(centers[leaf] - centers[aunt])) for leaf in leaves]))

    assert apart(["e0", "e1"], "east") < apart(["w0", "w1"], "east")
    assert apart(["w0", "w1"], "west") < apart(["e0", "e1"], "west")
