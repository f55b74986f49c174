"""Which papers a model of a large library is learned from: a sample of every collection and year.

Proportional allocation over strata (Cochran, Sampling Techniques, 1977), with a permanent random number a
paper (Ohlsson 1995): the same library gives the same sample, and one that has grown keeps most of it.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from topics.corpus.counts import Papers, TrainingPaper

Stratum = tuple[str, int]
"""A paper's collection (one of them) and year, 0 where it is unknown."""


@runtime_checkable
class KeyedPapers(Protocol):
    """Papers that can be told apart without reading their texts, and some of them read without the others."""

    def __call__(self) -> Iterable[TrainingPaper]:
        """A fresh pass over all papers."""
        ...

    def keys(self) -> Iterable[tuple[str, Stratum]]:
        """The id and the stratum of every paper."""
        ...

    def chosen(self, ids: Sequence[str]) -> Iterable[TrainingPaper]:
        """The papers with these ids."""
        ...


class _Passes:
    """Papers of which there are passes alone."""

    def __init__(self, papers: Papers) -> None:
        self._papers = papers

    def __call__(self) -> Iterable[TrainingPaper]:
        return self._papers()

    def keys(self) -> Iterator[tuple[str, Stratum]]:
        for paper in self._papers():
            yield paper.id, (min(paper.collections, default=""), paper.year or 0)

    def chosen(self, ids: Sequence[str]) -> Iterator[TrainingPaper]:
        wanted = frozenset(ids)
        return (paper for paper in self._papers() if paper.id in wanted)


class Sample:
    """The papers that were drawn."""

    def __init__(self, papers: KeyedPapers, ids: frozenset[str]) -> None:
        self._papers = papers
        self.ids = ids

    def drawn(self) -> Iterable[TrainingPaper]:
        """A fresh pass over the papers that were drawn."""
        return self._papers.chosen(sorted(self.ids))


def draw(papers: Papers, most: int) -> Sample | None:
    """A sample of ``most`` papers; None where there are no more than that."""
    keyed = papers if isinstance(papers, KeyedPapers) else _Passes(papers)
    bounds = _bounds(keyed.keys(), most)
    if bounds is None:
        return None
    ids = (id for id, stratum in keyed.keys() if _mark(id) <= bounds.get(stratum, -1))  # noqa: SIM118
    return Sample(keyed, frozenset(ids))


def _bounds(keys: Iterable[tuple[str, Stratum]], most: int) -> dict[Stratum, int] | None:
    """The largest mark that is drawn of each stratum; None where all are."""
    numbers: dict[Stratum, int] = {}
    strata, marks = array("i"), array("Q")
    for id, stratum in keys:
        strata.append(numbers.setdefault(stratum, len(numbers)))
        marks.append(_mark(id))
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
    return bounds


def _shares(strata: list[Stratum], sizes: NDArray[np.intp], most: int) -> list[int]:
    """How many to draw of each stratum: its share, rounded so that all are ``most`` (largest remainders)."""
    total = int(sizes.sum())
    counts = [int(size) * most // total for size in sizes]
    remainders = [int(size) * most % total for size in sizes]
    by_remainder = sorted(range(len(strata)), key=lambda number: (-remainders[number], strata[number]))
    for number in by_remainder[: most - sum(counts)]:
        counts[number] += 1
    return counts


def _mark(paper_id: str) -> int:
    """A paper's permanent random number; another one than that by which papers are set aside."""
    digest = hashlib.blake2b(paper_id.encode(), digest_size=8, person=b"sample").digest()
    return int.from_bytes(digest)
