"""What ``quality`` answers: every level measured on papers set aside before training, and a word a topic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics.corpus.counts import Corpus
from topics.model.hierarchy import Hierarchy
from topics.quality.measures import (
    INCOHERENT,
    SHOWN,
    TOP,
    LevelQuality,
    Reference,
    agreement,
    duplicate_topics,
    judge_edges,
    judge_level,
)

MIN_REFERENCE = 1_500
"""With fewer papers set aside, co-occurrence says too little to be published as a measure."""

CLEAR = 0.15
"""From this coherence on, measured on all papers, a topic is called clear."""

_LABELLED = 0.3
_TAG_SHARES = (0.003, 0.25)


@dataclass
class Report:
    """The answer of ``quality`` and the measures of each topic."""

    answer: dict[str, Any]
    held_out: list[LevelQuality] | None  # one a level; None when too few papers were set aside
    all_papers: list[LevelQuality]
    duplicate: list[NDArray[np.bool_]]

    def topic(self, level: int, index: int, collections: Mapping[str, int]) -> dict[str, Any]:
        """The quality of one topic: coherence, a plain word, and how much one collection makes of it."""
        coherence = float(self.all_papers[level].npmi[index])
        total = sum(collections.values())
        return {
            "word": self._word(level, index, coherence),
            "npmi": round(float(self.held_out[level].npmi[index]), 4) if self.held_out else None,
            "coherence": round(coherence, 4),
            "purity": round(max(collections.values()) / total, 4) if total else None,
        }

    def _word(self, level: int, index: int, coherence: float) -> str:
        junk = bool(self.all_papers[level].junk[index]) and not bool(self.duplicate[level][index])
        if coherence < INCOHERENT or junk:
            return "leftover"
        return "clear" if coherence >= CLEAR and not self.duplicate[level][index] else "mixed"


def measure(hierarchy: Hierarchy, corpus: Corpus, shown: list[NDArray[np.intp]]) -> Report:
    """Measure a model on the papers that were set aside for it (definitions: `measures`)."""
    words = [rows[:, :SHOWN] for rows in shown]
    everything = Reference(corpus.counts)
    all_papers = [judge_level(rows, everything) for rows in words]
    duplicate = [duplicate_topics(rows[:, :TOP]) for rows in words]
    aside = np.zeros(len(corpus.ids), dtype=bool)
    aside[corpus.measured] = True
    parents = [
        below.parents(above) for above, below in zip(hierarchy.levels, hierarchy.levels[1:], strict=False)
    ]
    if int(aside.sum()) < MIN_REFERENCE:
        levels = [
            {**_nothing(n, len(rows)), "coherence": _mean(all_papers[n])} for n, rows in enumerate(words)
        ]
        clear = [round(float((share.max(axis=1) >= 0.5).mean()), 4) for share in parents]
        why = f"Too few papers to measure on: {MIN_REFERENCE} must be set aside, of 10,000 papers in all."
        edges = {"clear_parents": clear, "coocsim_auc": None, "why": why}
        answer: dict[str, Any] = {"levels": levels, "edges": edges, "notice": why}
        return Report(answer, None, all_papers, duplicate)
    reference = Reference(corpus.counts[np.flatnonzero(aside)])
    judged = [judge_level(rows, reference) for rows in words]
    tags = _tag_of_each(corpus)
    levels = [
        {
            **quality.row(number),
            **_agreement(hierarchy.theta[number], tags, aside),
            "coherence": _mean(all_papers[number]),
        }
        for number, quality in enumerate(judged)
    ]
    edges = judge_edges(words, parents, reference)
    return Report(
        {"levels": levels, "edges": edges, "held_out": int(aside.sum())}, judged, all_papers, duplicate
    )


def _mean(quality: LevelQuality) -> float:
    """Coherence on all papers: always there, but the model has seen them."""
    return round(float(quality.npmi.mean()), 4)


def _nothing(level: int, topics: int) -> dict[str, Any]:
    names = ("npmi", "npmi_worst_tenth", "diversity", "junk_share", "nmi", "purity")
    return {"level": level, "topics": topics, **dict.fromkeys(names)}


def _tag_of_each(corpus: Corpus) -> NDArray[np.intp]:
    """One tag for each paper, −1 where it has none that says something: neither rare nor on every paper.

    The commonest of a paper's telling tags is taken, as near to a category as any collection's tags come.
    """
    counts = np.asarray(corpus.tag_counts.sum(axis=0)).ravel()
    low, high = (share * len(corpus.ids) for share in _TAG_SHARES)
    telling = (counts >= max(low, 5)) & (counts <= high)
    tags = np.full(len(corpus.ids), -1, dtype=np.intp)
    matrix = corpus.tag_counts
    for row in range(len(corpus.ids)):
        own = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        own = own[telling[own]]
        if own.size:
            tags[row] = own[np.argmax(counts[own])]
    return tags


def _agreement(theta: NDArray[Any], tags: NDArray[np.intp], aside: NDArray[np.bool_]) -> dict[str, Any]:
    """NMI and purity of the set-aside papers' best topics against their tags; null where few have tags."""
    rows = np.flatnonzero(aside & (tags >= 0))
    if len(rows) < _LABELLED * int(aside.sum()) or len(rows) < MIN_REFERENCE:
        return {"nmi": None, "purity": None}
    nmi, purity = agreement(np.asarray(theta[rows]).argmax(axis=1), tags[rows])
    return {"nmi": round(nmi, 4), "purity": round(purity, 4)}
