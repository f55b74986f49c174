"""The map of knowledge: a Voronoi treemap of the whole hierarchy in the unit square.

Every topic is a convex cell inside its parent's; a leaf's area grows with its papers, damped so that small
topics stay visible. Alike topics are neighbours: each family's places are dealt out by a quadratic
assignment over topic similarity, which looks beyond the family too, then relaxed to round cells. A rebuild
starts from the previous places and relaxes little, so that the reader finds things again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics.map.power_diagram import Point, Polygon, area, centroid
from topics.map.sites import best_spot, deal, holds, relax, sample, separate, spread, tidy
from topics.naming.seriation import order_siblings

__all__ = ["Cell", "Layout", "MapNode", "layout", "order_siblings", "paper_points"]

SQUARE: Polygon = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
_DAMPING = 0.7  # area of a leaf ∝ papers^0.7
_DIGITS = 6
_ROUNDING_STEPS = 24  # relaxation of a new map
_SETTLING_STEPS = 3  # of a family that was there before
_OUTER_PULL = 0.5  # how much topics of other families count against siblings


@dataclass(frozen=True, slots=True, eq=False)
class MapNode:
    """A topic to place. ``vector`` may be anything whose cosine says how alike two topics of a level are."""

    id: str
    level: int
    parent: str | None
    weight: float  # papers
    vector: NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Cell:
    """A topic's place: a convex polygon, counter-clockwise, and its centre of mass."""

    id: str
    level: int
    parent: str | None
    polygon: tuple[Point, ...]
    center: Point


@dataclass(frozen=True, slots=True)
class Layout:
    """The stored map."""

    cells: Mapping[str, Cell]

    def to_json(self) -> dict[str, Any]:
        """For ``map.json``: a row of id, level, parent and polygon for each cell."""
        rows = [
            {
                "id": c.id,
                "level": c.level,
                "parent": c.parent,
                "polygon": [list(point) for point in c.polygon],
            }
            for c in self.cells.values()
        ]
        return {"cells": rows}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Layout:
        """The layout that ``to_json`` wrote."""
        cells = {}
        for row in stored.get("cells", ()):
            polygon = tuple((float(x), float(y)) for x, y in row["polygon"])
            cells[row["id"]] = Cell(row["id"], int(row["level"]), row["parent"], polygon, centroid(polygon))
        return cls(cells)


def layout(nodes: Sequence[MapNode], previous: Layout | None = None, seed: int = 0) -> Layout:
    """Place every topic; a node whose parent is absent stands at the top.

    The same nodes, previous map and seed give the same map. Cells of one family cover their parent's cell
    without overlap. Topics that ``previous`` knows start from their former places.
    """
    return _Cartographer(nodes, previous, seed).draw()


def paper_points(polygon: Sequence[Point], ids: Sequence[str]) -> list[Point]:
    """Where papers lie inside their leaf's cell: even, inside, and always the same for the same id."""
    if not ids:
        return []
    digests = [blake2b(id_.encode("utf-8", "replace"), digest_size=12).digest() for id_ in ids]
    uniform = np.array([np.frombuffer(digest, dtype="<u4") for digest in digests]).reshape(-1, 3) / 2.0**32
    points = sample(polygon, uniform, 0.93)
    return [(round(x, _DIGITS), round(y, _DIGITS)) for x, y in points]


class _Cartographer:
    """Draws the families from the top down."""

    def __init__(self, nodes: Sequence[MapNode], previous: Layout | None, seed: int) -> None:
        self.nodes = {node.id: node for node in nodes}
        self.previous = previous.cells if previous else {}
        self.seed = seed
        self.children: dict[str | None, list[MapNode]] = {}
        for node in nodes:
            self.children.setdefault(self._parent(node), []).append(node)
        self.sizes: dict[str, float] = {}
        self.units = {node.id: _unit(node.vector) for node in nodes}
        self.cells: dict[str, Cell] = {}

    def draw(self) -> Layout:
        for node in self.children.get(None, ()):
            self._size(node)
        families: list[tuple[str | None, Polygon]] = [(None, SQUARE)]
        while families:
            below: list[tuple[str | None, Polygon]] = []
            for parent, polygon in families:
                below += self._draw_family(parent, polygon)
            families = below
        order = [node_id for node_id in self.nodes if node_id in self.cells]
        return Layout({node_id: self.cells[node_id] for node_id in order})

    def _parent(self, node: MapNode) -> str | None:
        parent = self.nodes.get(node.parent) if node.parent is not None else None
        return parent.id if parent is not None and parent.level < node.level else None

    def _size(self, node: MapNode) -> float:
        """The area's weight of a topic: its own when it is a leaf, else what its children need."""
        own = max(float(node.weight), 1.0) ** _DAMPING
        self.sizes[node.id] = sum(map(self._size, self.children.get(node.id, ()))) or own
        return self.sizes[node.id]

    def _draw_family(self, parent: str | None, polygon: Polygon) -> list[tuple[str | None, Polygon]]:
        family = self.children.get(parent, [])
        if not family:
            return []
        targets = np.array([self.sizes[node.id] for node in family])
        targets = np.maximum(targets, 0.02 * targets.max())  # nothing too small to point at
        sites, steps = self._sites(parent, family, polygon)
        drawn = relax(sites, targets, polygon, steps)
        for node, cell in zip(family, drawn, strict=True):
            self.cells[node.id] = Cell(node.id, node.level, parent, tidy(cell, _DIGITS), centroid(cell))
        return [(node.id, cell) for node, cell in zip(family, drawn, strict=True)]

    def _sites(
        self, parent: str | None, family: list[MapNode], polygon: Polygon
    ) -> tuple[NDArray[np.float64], int]:
        """Where a family's topics start, and how many relaxing steps they are given."""
        known = [self._former_place(parent, node, polygon) for node in family]
        former = [k for k, place in enumerate(known) if place is not None]
        units = np.array([self.units[node.id] for node in family])
        if 2 * len(former) < len(family) or not former:
            return self._deal(parent, family, units, polygon), _ROUNDING_STEPS
        sites = np.array([place or (np.nan, np.nan) for place in known])
        for newcomer in sorted(set(range(len(family))) - set(former)):
            sites[newcomer] = best_spot(
                sites, np.maximum(units @ units[newcomer], 0.0), polygon, self._noise(parent)
            )
        return separate(sites, polygon), _SETTLING_STEPS

    def _former_place(self, parent: str | None, node: MapNode, polygon: Polygon) -> Point | None:
        """A topic's previous centre, carried along with its parent's cell; None where it is new there."""
        cell = self.previous.get(node.id)
        if cell is None or cell.parent != parent:
            return None
        if parent is None:
            return cell.center
        former = self.previous.get(parent)
        if former is None:
            return None
        scale = sqrt(area(polygon) / max(area(former.polygon), 1e-12))
        middle = centroid(polygon)
        place = (
            middle[0] + scale * (cell.center[0] - former.center[0]),
            middle[1] + scale * (cell.center[1] - former.center[1]),
        )
        while not holds(polygon, place):
            place = (0.7 * place[0] + 0.3 * middle[0], 0.7 * place[1] + 0.3 * middle[1])
        return place

    def _noise(self, parent: str | None) -> np.random.Generator:
        """A generator of its own for each family, so that a change elsewhere does not move it."""
        digest = blake2b(f"{self.seed}|{parent}".encode(), digest_size=8).digest()
        return np.random.default_rng(int.from_bytes(digest, "big"))

    def _deal(
        self, parent: str | None, family: list[MapNode], units: NDArray[np.float64], polygon: Polygon
    ) -> NDArray[np.float64]:
        """Deal evenly spread places out so that alike topics, also of other families, lie close together."""
        noise = self._noise(parent)
        slots = spread(len(family), polygon, noise)
        if len(family) < 2:
            return slots
        similarity = np.maximum(units @ units.T, 0.0)
        np.fill_diagonal(similarity, 0.0)
        outer = self._outer_cost(parent, units, slots)
        return slots[deal(similarity, slots, outer)]

    def _outer_cost(
        self, parent: str | None, units: NDArray[np.float64], slots: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """topics × slots: what it costs to lie far from the uncles and aunts that a topic is like."""
        cost = np.zeros((len(units), len(slots)))
        if parent is None:
            return cost
        grandparent = self._parent(self.nodes[parent])
        others = [node for node in self.children[grandparent] if node.id != parent]
        if not others:
            return cost
        alike = np.maximum(units @ np.array([self.units[node.id] for node in others]).T, 0.0)
        places = np.array([self.cells[node.id].center for node in others])
        apart = np.hypot(*(slots[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
        alike -= alike.min(axis=1, keepdims=True)
        pull = alike / np.maximum(alike.sum(axis=1, keepdims=True), 1e-12)
        return np.asarray(_OUTER_PULL * pull @ apart.T)


def _unit(vector: NDArray[np.floating]) -> NDArray[np.float64]:
    plain = np.nan_to_num(np.asarray(vector, dtype=np.float64))
    return np.asarray(plain / max(float(np.linalg.norm(plain)), 1e-12))
