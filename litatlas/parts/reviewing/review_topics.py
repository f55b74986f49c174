"""Where a review's papers lie on the map: which topics were read, and which hold what is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from litatlas.generation.live import Live
from litatlas.parts.reviewing.paper_states import CONFLICT, KEPT, Standing
from litatlas.parts.reviewing.review_answers import ReviewTopic, ReviewTopicsAnswer

_MOST_TOPICS = 40
_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class MainTopics:
    """The main topic of each paper at one level: its place in ``ids``, -1 where it has none."""

    level: int
    ids: tuple[str, ...]
    of_paper: NDArray[np.int64]


def main_topics(live: Live, papers: Sequence[str]) -> MainTopics | None:
    """The main topic of each paper, at the last level at which they fall into few enough to look over.

    None where there is no model. Papers that the map does not explain have none.
    """
    if live.placements is None or live.hierarchy is None:
        return None
    for level in range(len(live.hierarchy.levels) - 1, -1, -1):
        places = _places(live, level, papers)
        if level == 0 or len(np.unique(places[places >= 0])) <= _MOST_TOPICS:
            return MainTopics(level, tuple(live.hierarchy.levels[level].ids), places)
    return None


def _places(live: Live, level: int, papers: Sequence[str]) -> NDArray[np.int64]:
    assert live.placements is not None
    places = np.full(len(papers), -1, dtype=np.int64)
    rows = live.placements.rows(papers)
    for begin in range(0, len(papers), _AT_ONCE):
        part = slice(begin, begin + _AT_ONCE)
        theta = live.placements.theta(level, rows[part])
        places[part] = np.where(theta.max(axis=1, initial=0.0) > 0, theta.argmax(axis=1), -1)
    return places


def topics_answer(
    live: Live, standing: Standing, topics: MainTopics | None, papers: Sequence[str], stage: str
) -> ReviewTopicsAnswer:
    """How much of each topic was read at a stage, and kept; ``papers`` are those that ``topics`` tells of."""
    if topics is None:
        return {"level": None, "topics": [], "unplaced": 0}
    outcomes = standing.outcomes(stage)
    all_, read, kept = Counter[int](), Counter[int](), Counter[int]()
    for paper, place in zip(papers, topics.of_paper.tolist(), strict=True):
        if paper in outcomes:
            all_[place] += 1
            read[place] += outcomes[paper] not in ("", CONFLICT)
            kept[place] += outcomes[paper] in KEPT
    rows: list[ReviewTopic] = [
        {
            "id": topics.ids[place],
            "label": live.topics[topics.ids[place]].label,
            "papers": count,
            "read": read[place],
            "kept": kept[place],
        }
        for place, count in all_.most_common()
        if place >= 0
    ]
    return {"level": topics.level, "topics": rows, "unplaced": all_[-1]}
