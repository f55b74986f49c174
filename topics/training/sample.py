"""Which papers a model of a large library is learned from: a sample of every collection and year.

Proportional allocation over strata (Cochran, Sampling Techniques, 1977), with a permanent random number a
paper (Ohlsson 1995): the same library gives the same sample, and one that has grown keeps most of it.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Mapping

import numpy as np

from topics.corpus.counts import Papers, TrainingPaper

Stratum = tuple[str, int]
"""A collection (the first by name that a paper is in) and a year, 0 where it is unknown."""


class Sample:
    """The papers drawn; tells whether a paper is one of them without keeping their ids."""

    def __init__(self, bounds: Mapping[Stratum, int]) -> None:
        self._bounds = bounds

    def __contains__(self, paper: object) -> bool:
        if not isinstance(paper, TrainingPaper):
            return False
        bound = self._bounds.get(_stratum(paper))
        return bound is not None and _mark(paper.id) <= bound

    def among(self, papers: Papers) -> Papers:
        """Passes over those papers that were drawn."""
        return lambda: (paper for paper in papers() if paper in self)


def draw(papers: Iterable[TrainingPaper], most: int) -> Sample | None:
    """A sample of ``most`` papers; None where there are no more than that."""
    numbers: dict[Stratum, int] = {}
    strata, marks = array("i"), array("Q")
    for paper in papers:
        strata.append(numbers.setdefault(_stratum(paper), len(numbers)))
        marks.append(_mark(paper.id))
    if len(marks) <= most:
        return None
    rows = np.frombuffer(strata, dtype=np.int32)
    sizes = np.bincount(rows, minlength=len(numbers))
    order = np.lexsort((np.frombuffer(marks, dtype=np.uint64), rows))
    starts = np.cumsum(sizes) - sizes
    bounds = {}
    for (stratum, number), count in zip(numbers.items(), _shares(list(numbers), sizes, most), strict=True):
        if count:
            bounds[stratum] = marks[int(order[starts[number] + count - 1])]
    return Sample(bounds)


def _shares(strata: list[Stratum], sizes: np.ndarray, most: int) -> list[int]:
    """How many to draw of each stratum: its share, rounded so that all are ``most`` (largest remainders)."""
    total = int(sizes.sum())
    counts = [int(size) * most // total for size in sizes]
    remainders = [int(size) * most % total for size in sizes]
    by_remainder = sorted(range(len(strata)), key=lambda number: (-remainders[number], strata[number]))
    for number in by_remainder[: most - sum(counts)]:
        counts[number] += 1
    return counts


def _stratum(paper: TrainingPaper) -> Stratum:
    return min(paper.collections, default=""), paper.year or 0


def _mark(paper_id: str) -> int:
    """A paper's permanent random number; another one than that by which papers are set aside."""
    digest = hashlib.blake2b(paper_id.encode(), digest_size=8, person=b"sample").digest()
    return int.from_bytes(digest)
