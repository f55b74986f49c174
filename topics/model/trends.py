"""Whether a topic rises or falls: its share of all papers, later against earlier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

MIN_PAPERS = 20  # of a topic, before anything is said of its movement
RISING = 1.25  # ratio of the later to the earlier share, from which a topic rises (its inverse: falls)
SURE = 2.6  # standard errors that the change must exceed
_PRIOR = 5.0  # pseudo-papers at the share of both periods together


@dataclass(frozen=True, slots=True)
class Movement:
    """How a topic's share changed; ``growth`` is (later − earlier) / (later + earlier), from −1 to 1."""

    word: Literal["rising", "falling", "steady", "too few"]
    growth: float


def movement(totals: Sequence[int], counts: Sequence[int]) -> Movement:
    """The movement of a topic between the earlier and the later half of all papers.

    Years are cut where half of the papers lie before. A topic moves when its share changed by a quarter at
    least and by more than chance would (a test of two proportions); shares are drawn a little to that of both
    halves together, so that a handful of papers does not shout.

    Args:
        totals: papers of each year, in order, of everything.
        counts: the same of the topic.
    """
    everything, topic = np.asarray(totals, dtype=np.float64), np.asarray(counts, dtype=np.float64)
    filled = np.flatnonzero(everything)
    if len(filled) < 2 or topic.sum() < MIN_PAPERS:
        return Movement("too few", 0.0)
    half = int(np.searchsorted(np.cumsum(everything), everything.sum() / 2))
    cut = min(half + 1, int(filled[-1]))  # both halves keep at least one year with papers
    all_before, all_after = everything[:cut].sum(), everything[cut:].sum()
    before, after = topic[:cut].sum(), topic[cut:].sum()
    overall = (before + after) / (all_before + all_after)
    earlier = (before + _PRIOR * overall) / (all_before + _PRIOR)
    later = (after + _PRIOR * overall) / (all_after + _PRIOR)
    growth = float((later - earlier) / (later + earlier))
    error = np.sqrt(max(overall * (1 - overall), 1e-12) * (1 / all_before + 1 / all_after))
    if abs(later - earlier) < SURE * error or 1 / RISING < later / earlier < RISING:
        return Movement("steady", growth)
    return Movement("rising" if growth > 0 else "falling", growth)
