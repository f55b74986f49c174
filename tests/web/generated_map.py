"""A map of any size, made of thin air: for what depends on the number of its cells alone."""

from __future__ import annotations

import random
from functools import cache

import numpy as np

from litatlas.answers import MapAnswer
from topics.map.layout import MapNode, layout


@cache
def generated_map(sizes: tuple[int, ...]) -> MapAnswer:
    """Topics ``t0x0`` … of as many levels as ``sizes``, each with a parent and every parent with children."""
    dice = random.Random(7)
    parents: dict[str, str | None] = {f"t0x{index}": None for index in range(sizes[0])}
    levels = dict.fromkeys(parents, 0)
    for level, size in enumerate(sizes[1:], 1):
        for index in range(size):
            above = index if index < sizes[level - 1] else dice.randrange(sizes[level - 1])
            parents[f"t{level}x{index}"] = f"t{level - 1}x{above}"
            levels[f"t{level}x{index}"] = level
    weights = {id: dice.uniform(20, 300) if level == len(sizes) - 1 else 0.0 for id, level in levels.items()}
    for id, parent in reversed(parents.items()):
        if parent is not None:
            weights[parent] += weights[id]
    vectors = np.random.default_rng(7).random((len(parents), 4))
    nodes = [
        MapNode(id, levels[id], parent, weights[id], vector)
        for (id, parent), vector in zip(parents.items(), vectors, strict=True)
    ]
    cells = layout(nodes, seed=1).cells
    return {
        "generation": 1,
        "cells": [
            {
                "id": id,
                "level": levels[id],
                "parent": parent,
                "polygon": [(float(x), float(y)) for x, y in cells[id].polygon],
                "label": f"Topic {id} of many",
                "documents": int(weights[id]),
            }
            for id, parent in parents.items()
        ],
    }
