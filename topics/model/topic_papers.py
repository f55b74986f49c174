"""The papers of a model that is not live: of every topic those of which it is the most probable one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from topics.model.hierarchy import Hierarchy


def members_by_topic(hierarchy: Hierarchy) -> dict[str, NDArray[np.intp]]:
    """Topic → rows of its papers, the most typical first; papers without any topic are left out."""
    members: dict[str, NDArray[np.intp]] = {}
    for number, level in enumerate(hierarchy.levels):
        theta = np.asarray(hierarchy.theta[number], dtype=np.float32)
        best = theta.argmax(axis=1)
        weight = theta[np.arange(len(best)), best]
        for column, name in enumerate(level.ids):
            rows = np.flatnonzero((best == column) & (weight > 0))
            members[name] = rows[np.argsort(-weight[rows], kind="stable")]
    return members
