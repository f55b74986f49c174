"""How many topics each level has: as given, or from the number of papers."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from math import sqrt

from ingest.errors import InputError

MIN_LEAVES = 4
_PAPERS_A_LEAF = 5


def level_sizes(papers: int, given: Sequence[int] | None = None) -> list[int]:
    """The sizes of the levels from the top.

    Without ``given``: about √N / 2 leaves (4 at least), two fifths as many above them, and a tenth as many at
    the top; two levels where there are fewer than 20 leaves.

    Args:
        papers: different papers with text.
        given: the sizes that the user wants.

    Raises:
        InputError: the given sizes do not make a hierarchy, or are too many for so few papers.
    """
    if given is not None:
        return _checked(list(given), papers)
    leaves = max(MIN_LEAVES, round(sqrt(papers) / 2))
    if leaves < 20:
        return [max(2, round(leaves / 3)), leaves]
    return [max(3, round(leaves / 10)), round(leaves * 0.4), leaves]


def _checked(sizes: list[int], papers: int) -> list[int]:
    shown = ",".join(str(size) for size in sizes)
    hint = "Give two to five growing numbers, the top first: --levels 12,60,120."
    if not 2 <= len(sizes) <= 5:
        raise InputError(f"A hierarchy has two to five levels; {len(sizes)} were asked for.", hint)
    if sizes[0] < 1 or any(below <= above for above, below in itertools.pairwise(sizes)):
        raise InputError(f"The sizes {shown} do not grow from level to level.", hint)
    most = papers // _PAPERS_A_LEAF
    if sizes[-1] > most:
        raise InputError(
            f"{sizes[-1]} topics at the last level are too many for {papers} papers.",
            f"Ask for at most {most} there, or leave the sizes to litatlas.",
        )
    return sizes
