from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.map.layout import Layout, MapNode, layout, order_siblings, paper_points
from topics.map.power_diagram import area, centroid, diagram, fit_areas
from topics.map.sites import deal, holds, slices, spread

SQUARE = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]


def tree(tops: int = 4, mids: int = 8, leaves: int = 30, seed: int = 0) -> list[MapNode]:
    """A hierarchy in which children lie near their parents."""
    noise = np.random.default_rng(seed)
    nodes = [MapNode(f"a{k}", 0, None, 0, noise.normal(size=8)) for k in range(tops)]
    for k in range(mids):
        above = nodes[k % tops]
        nodes.append(MapNode(f"b{k}", 1, above.id, 0, above.vector + 0.5 * noise.normal(size=8)))
    for k in range(leaves):
        above = nodes[tops + k % mids]
        weight = float(noise.integers(1, 2000))
        nodes.append(MapNode(f"c{k}", 2, above.id, weight, above.vector + 0.3 * noise.normal(size=8)))
    return nodes


def inside(polygon: tuple[tuple[float, float], ...], point: tuple[float, float], slack: float = 1e-5) -> bool:
    """Whether a convex polygon holds a point, up to rounding."""
    return all(
        (x1 - x0) * (point[1] - y0) - (y1 - y0) * (point[0] - x0) >= -slack
        for (x0, y0), (x1, y1) in zip(polygon, [*polygon[1:], polygon[0]], strict=True)
    )


def assert_sound(drawn: Layout, nodes: list[MapNode]) -> None:
    """Every topic has a cell, children lie inside and cover their parent."""
    assert set(drawn.cells) == {node.id for node in nodes}
    covered: dict[str | None, float] = {}
    for cell in drawn.cells.values():
        assert len(cell.polygon) >= 3
        assert area(cell.polygon) > 0
        assert inside(cell.polygon, cell.center)
        outline = tuple(SQUARE) if cell.parent is None else drawn.cells[cell.parent].polygon
        assert all(inside(outline, point) for point in cell.polygon)
        covered[cell.parent] = covered.get(cell.parent, 0.0) + area(cell.polygon)
    for parent, total in covered.items():
        whole = 1.0 if parent is None else area(drawn.cells[parent].polygon)
        assert total == pytest.approx(whole, abs=2e-5)


def test_children_cover_their_parents() -> None:
    nodes = tree()
    assert_sound(layout(nodes, None, 3), nodes)


def test_the_same_seed_gives_the_same_map_and_another_seed_another() -> None:
    nodes = tree()
    assert layout(nodes, None, 3).to_json() == layout(nodes, None, 3).to_json()
    assert layout(nodes, None, 3).to_json() != layout(nodes, None, 4).to_json()


def test_a_bigger_topic_has_a_bigger_cell_but_damped() -> None:
    vector = np.ones(3)
    nodes = [MapNode("big", 0, None, 1000, vector), MapNode("small", 0, None, 10, vector)]
    cells = layout(nodes, None, 0).cells
    ratio = area(cells["big"].polygon) / area(cells["small"].polygon)
    assert 10 < ratio < 60


def test_alike_topics_of_a_family_are_neighbours() -> None:
    # a chain: each topic is like the next one only
    angles = np.linspace(0, np.pi, 12)
    nodes = [
        MapNode(f"t{k}", 0, None, 100, np.array([np.cos(angle), np.sin(angle)]))
        for k, angle in enumerate(angles)
    ]
    cells = layout(nodes, None, 0).cells
    centers = np.array([cells[f"t{k}"].center for k in range(12)])
    near = np.hypot(*(centers[1:] - centers[:-1]).T).mean()
    every = np.hypot(*(centers[:, None] - centers[None]).transpose(2, 0, 1))
    assert near < 0.7 * every[np.triu_indices(12, 1)].mean()


def test_a_rebuild_moves_little() -> None:
    nodes = tree(tops=5, mids=15, leaves=60)
    before = layout(nodes, None, 1)
    noise = np.random.default_rng(5)
    after_nodes = [
        MapNode(n.id, n.level, n.parent, n.weight * noise.uniform(0.9, 1.3), n.vector)
        for n in nodes
        if n.id not in ("c7", "c20")
    ] + [MapNode("new", 2, "b3", 300.0, nodes[8].vector)]
    after = layout(after_nodes, Layout.from_json(before.to_json()), 1)
    assert_sound(after, after_nodes)
    shifts = [
        np.hypot(*np.subtract(after.cells[name].center, before.cells[name].center))
        for name in before.cells
        if name in after.cells
    ]
    assert np.median(shifts) <= 0.05


def test_the_same_tree_again_hardly_moves_at_all() -> None:
    nodes = tree()
    before = layout(nodes, None, 1)
    after = layout(nodes, before, 1)
    shifts = [np.hypot(*np.subtract(after.cells[k].center, before.cells[k].center)) for k in before.cells]
    assert max(shifts) < 0.03


def test_a_family_that_was_regrouped_is_still_drawn() -> None:
    nodes = tree()
    before = layout(nodes, None, 1)
    regrouped = [
        MapNode(n.id, n.level, "b0" if n.level == 2 and n.parent == "b1" else n.parent, n.weight, n.vector)
        for n in nodes
    ]
    assert_sound(layout(regrouped, before, 1), regrouped)


@pytest.mark.parametrize(
    "nodes",
    [
        [],
        [MapNode("only", 0, None, 5, np.ones(2))],
        [MapNode("top", 0, None, 5, np.ones(2)), MapNode("child", 1, "top", 5, np.ones(2))],
        [MapNode(f"same{k}", 0, None, 7, np.ones(4)) for k in range(9)],
        [MapNode(f"zero{k}", 0, None, 0, np.zeros(4)) for k in range(6)],
        [MapNode("giant", 0, None, 1e7, np.ones(2))]
        + [MapNode(f"s{k}", 0, None, 1, np.ones(2)) for k in range(40)],
        [MapNode("orphan", 1, "nobody", 5, np.ones(2)), MapNode("top", 0, None, 5, np.ones(2))],
        [MapNode("nan", 0, None, 5, np.full(2, np.nan)), MapNode("top", 0, None, 5, np.ones(2))],
    ],
)
def test_odd_hierarchies_are_drawn(nodes: list[MapNode]) -> None:
    drawn = layout(nodes, None, 0)
    if any(node.parent == "nobody" for node in nodes):
        assert drawn.cells["orphan"].parent is None
    assert_sound(drawn, nodes)


def test_many_siblings_are_drawn() -> None:
    noise = np.random.default_rng(2)
    nodes = [
        MapNode(f"t{k}", 0, None, float(noise.pareto(1.0) * 50), noise.normal(size=6)) for k in range(160)
    ]
    assert_sound(layout(nodes, None, 0), nodes)


def test_json_round_trip() -> None:
    drawn = layout(tree(), None, 1)
    again = Layout.from_json(drawn.to_json())
    assert again.to_json() == drawn.to_json()
    for name, cell in drawn.cells.items():
        assert again.cells[name].center == pytest.approx(cell.center, abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.01, 0.99), st.floats(0.01, 0.99)), min_size=2, max_size=30, unique=True),
    st.integers(0, 1000),
)
def test_cells_get_the_areas_they_are_due(points: list[tuple[float, float]], seed: int) -> None:
    spaced = np.array(points) + 1e-3 * np.random.default_rng(seed).random((len(points), 2))
    targets = np.random.default_rng(seed).uniform(0.2, 2.0, len(points))
    targets /= targets.sum()
    _, drawn = fit_areas(spaced, targets, SQUARE, None)
    assert drawn.areas.sum() == pytest.approx(1.0, abs=1e-9)
    apart = np.hypot(*(spaced[:, None] - spaced[None]).transpose(2, 0, 1))[np.triu_indices(len(points), 1)]
    if apart.min() > 0.01:
        assert drawn.areas == pytest.approx(targets, rel=2e-3)


def test_a_diagram_by_triangulation_equals_one_by_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(1)
    sites, weights = noise.random((60, 2)), 0.002 * noise.random(60)
    quick = diagram(sites, weights, SQUARE)
    monkeypatch.setattr("topics.map.power_diagram._ALL_PAIRS", 100)
    assert quick.areas == pytest.approx(diagram(sites, weights, SQUARE).areas, abs=1e-12)


def test_sites_on_one_line_have_cells() -> None:
    sites = np.column_stack([np.linspace(0.1, 0.9, 30), np.full(30, 0.5)])
    assert diagram(sites, np.zeros(30), SQUARE).areas.min() > 0


def test_slices_have_the_areas_they_are_due() -> None:
    targets = np.array([0.1, 0.5, 0.25, 0.15])
    cells = slices(targets, SQUARE)
    assert [area(cell) for cell in cells] == pytest.approx(targets, abs=1e-9)


def test_spread_sites_keep_their_distance() -> None:
    sites = spread(16, SQUARE, np.random.default_rng(0))
    apart = np.hypot(*(sites[:, None] - sites[None]).transpose(2, 0, 1))[np.triu_indices(16, 1)]
    assert apart.min() > 0.12


def test_dealing_brings_like_topics_together() -> None:
    slots = spread(10, SQUARE, np.random.default_rng(0))
    similarity = np.zeros((10, 10))
    for one, other in pairwise(range(10)):
        similarity[one, other] = similarity[other, one] = 1.0
    order = deal(similarity, slots, np.zeros((10, 10)))
    assert sorted(order) == list(range(10))
    steps = np.hypot(*(slots[order][1:] - slots[order][:-1]).T)
    assert steps.mean() < 0.42


def test_paper_points_are_inside_and_stay() -> None:
    polygon = layout(tree(), None, 0).cells["c3"].polygon
    ids = [f"paper{k}" for k in range(200)]
    points = paper_points(polygon, ids)
    assert all(inside(polygon, point) for point in points)
    assert len(set(points)) == len(points)
    assert paper_points(polygon, ids[50:60]) == points[50:60]


def test_centroid_of_a_degenerate_polygon_is_finite() -> None:
    assert centroid([(0.25, 0.25), (0.25, 0.25), (0.25, 0.25)]) == (0.25, 0.25)
    assert not holds(SQUARE, (1.2, 0.5))


def test_siblings_stand_in_the_order_of_a_spectrum() -> None:
    shuffled = np.random.default_rng(0).permutation(9)
    similarity = np.exp(-np.abs(shuffled[:, None] - shuffled[None]) / 2.0)
    ordered = [int(shuffled[row]) for row in order_siblings(similarity)]
    assert ordered in (list(range(9)), list(range(9))[::-1])


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7])
def test_order_is_a_permutation_even_of_flat_similarities(size: int) -> None:
    assert sorted(order_siblings(np.ones((size, size)))) == list(range(size))
