"""Where a review's papers lie on the map: which topics were read, and which hold what is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from litatlas.generation.live import Live
from litatlas.parts.reviewing.paper_states import KEPT, Standing
from litatlas.parts.reviewing.review_answers import ReviewMapTopic, ReviewTopic, ReviewTopicsAnswer

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


def _is_read(standing: Standing, paper: str, stage: str) -> bool:
    """Whether anybody has decided a paper, be it one of two reviewers."""
    place = standing.at(paper, stage)
    return bool(place.rows or place.outcome)


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
            read[place] += _is_read(standing, paper, stage)
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


def map_topics(
    live: Live, standing: Standing, papers: Sequence[str], stage: str
) -> tuple[list[ReviewMapTopic], list[list[str]]]:
    """How much of every topic was read at a stage, and kept; and each paper's topics, from the top.

    Nothing without a model, and no topics of a paper that the map does not explain.
    """
    paths: list[list[str]] = [[] for _ in papers]
    if live.placements is None or live.hierarchy is None:
        return [], paths
    outcomes = standing.outcomes(stage)
    found = [outcomes.get(paper) for paper in papers]
    marks = {
        "papers": np.array([outcome is not None for outcome in found], dtype=bool),
        "read": np.array([_is_read(standing, paper, stage) for paper in papers], dtype=bool),
        "kept": np.array([outcome in KEPT for outcome in found], dtype=bool),
    }
    rows: list[ReviewMapTopic] = []
    for level, own in enumerate(live.hierarchy.levels):
        places = _places(live, level, papers)
        for row in np.flatnonzero(places >= 0).tolist():
            paths[row].append(own.ids[int(places[row])])
        counts = {
            name: np.bincount(places[mark & (places >= 0)], minlength=len(own.ids))
            for name, mark in marks.items()
        }
        rows += [
            {
                "id": own.ids[topic],
                "papers": int(counts["papers"][topic]),
                "read": int(counts["read"][topic]),
                "kept": int(counts["kept"][topic]),
            }
            for topic in np.flatnonzero(counts["papers"]).tolist()
        ]
    return rows, paths
