"""How many topics each level has: as given, or from the number of papers."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from math import log, sqrt

import numpy as np

from ingest.errors import InputError

MIN_LEAVES = 4
_FINE = ((3_000, 0.5), (20_000, 1.0))  # papers → leaves as a multiple of their square root
_FOUR_LEVELS = 300  # leaves from which there is a fourth level
_PAPERS_A_LEAF = 5


def level_sizes(papers: int, requested: Sequence[int] | None = None) -> list[int]:
    """The sizes of the levels from the top.

    Without ``requested``: √N / 2 leaves (4 at least) of up to 3,000 papers, growing to √N from 20,000 on, so
    that subjects of a few hundred papers have a topic; two fifths as many above them, and at most √leaves at
    the top, which must stay legible; of fewer than 20 leaves there are two levels, a third as many above; of
    more than 300 there are four (docs/topic-recipe.md).

    Args:
        papers: different papers with text.
        requested: the sizes that the user wants.

    Raises:
        InputError: the given sizes do not make a hierarchy, or are too many for so few papers.
    """
    if requested is not None:
        return _checked(list(requested), papers)
    sizes, shares = zip(*_FINE, strict=True)
    share = float(np.interp(log(max(papers, 1)), [log(size) for size in sizes], shares))
    leaves = max(MIN_LEAVES, round(share * sqrt(papers)))
    if leaves < 20:
        return [max(2, round(leaves / 3)), leaves]
    top = max(3, round(min(leaves / 10, 0.9 * sqrt(leaves))))
    if leaves <= _FOUR_LEVELS:
        return [top, round(leaves * 0.4), leaves]
    step = (leaves / top) ** (1 / 3)
    return [top, round(top * step), round(top * step**2), leaves]


def _checked(sizes: list[int], papers: int) -> list[int]:
    text = ",".join(str(size) for size in sizes)
    hint = "Use two to five increasing numbers, top level first: --levels 12,60,120."
    if not 2 <= len(sizes) <= 5:
        raise InputError(f"A hierarchy has two to five levels; {len(sizes)} were requested.", hint)
    if sizes[0] < 1 or any(below <= above for above, below in itertools.pairwise(sizes)):
        raise InputError(f"The sizes {text} do not grow from level to level.", hint)
    most = papers // _PAPERS_A_LEAF
    if sizes[-1] > most:
        raise InputError(
            f"{sizes[-1]} topics at the last level are too many for {papers} papers.",
            f"Ask for at most {most} there, or let litatlas choose the sizes.",
        )
    return sizes
