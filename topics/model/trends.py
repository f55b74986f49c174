"""A topic's share of all papers over the years: whether it rises or falls, and as a smooth line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

MIN_PAPERS = 20  # of a topic, before anything is said of its movement
RISING = 1.25  # ratio of the later to the earlier share, from which a topic rises (its inverse: falls)
SURE = 2.6  # standard errors that the change must exceed
_PRIOR = 5.0  # pseudo-papers at the share of both periods together

FEW, SMALL = 10, 0.1  # papers of a year, and part of a mean year's, below both of which it has no share
LONG = 3  # years without a share, from which what lies before is another time

SMOOTHED_BY = 1  # years on either side that a year's share is averaged with
_PSEUDO = 0.5  # pseudo-papers of a smoothed share, as a part of a mean year's papers


@dataclass(frozen=True, slots=True)
class Movement:
    """How a topic's share changed; ``growth`` is (later − earlier) / (later + earlier), from −1 to 1."""

    word: Literal["rising", "falling", "steady", "too few"]
    growth: float


def gaps(years: Sequence[int], totals: Sequence[int]) -> list[tuple[int, int]]:
    """The years between the first and the last, as ranges, that have too few papers for a share, or none."""
    few = min(FEW, SMALL * sum(totals) / max(len(years), 1))
    counted = {year for year, total in zip(years, totals, strict=True) if total and total >= few}
    ranges: list[tuple[int, int]] = []
    for year in range(years[0], years[-1] + 1) if years else ():
        if year in counted:
            continue
        if ranges and ranges[-1][1] == year - 1:
            ranges[-1] = (ranges[-1][0], year)
        else:
            ranges.append((year, year))
    return ranges


def movement(years: Sequence[int], totals: Sequence[int], counts: Sequence[int]) -> Movement:
    """The movement of a topic between the earlier and the later half of the papers since the last gap.

    What lies before years without papers is another time: a library with papers of 1977–79 and 2018–21 says
    nothing of what happened between. Years are cut where half of the papers lie before. A topic moves when
    its share changed by a quarter at least and by more than chance would (a test of two proportions); shares
    are drawn a little to that of both halves together, so that a handful of papers does not shout.

    Args:
        years: in order; those without papers may be left out.
        totals: papers of each year, of everything.
        counts: the same of the topic.
    """
    since = max(
        (last for first, last in gaps(years, totals) if last < years[-1] and last - first >= LONG - 1),
        default=None,
    )
    places = [at for at, year in enumerate(years) if since is None or year > since]
    return _movement([totals[at] for at in places], [counts[at] for at in places])


def _movement(totals: Sequence[int], counts: Sequence[int]) -> Movement:
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


def smoothed(years: Sequence[int], counts: Sequence[int], totals: Sequence[int]) -> list[float]:
    """A topic's share of all papers, each year's together with those of the years beside it.

    Pseudo-papers keep years of a handful of papers from shouting: half as many as a mean year has, at the
    topic's share of all years together that no gap parts from that year. So a line says nothing that
    :func:`movement` does not: what lies behind a gap pulls it neither up nor down.
    """
    own, whole = dict(zip(years, counts, strict=True)), dict(zip(years, totals, strict=True))
    times = _times(years, gaps(years, totals))
    shares = []
    for year in years:
        time = times[year]
        papers = max(sum(whole[near] for near in time), 1)
        pseudo = _PSEUDO * papers / len(time)
        prior = pseudo * sum(own[near] for near in time) / papers
        window = range(year - SMOOTHED_BY, year + SMOOTHED_BY + 1)
        here, everywhere = (sum(by_year.get(near, 0) for near in window) for by_year in (own, whole))
        shares.append((here + prior) / (everywhere + pseudo))
    return shares


def _times(years: Sequence[int], parted: Sequence[tuple[int, int]]) -> dict[int, list[int]]:
    """Each year with the years that no gap parts from it; one inside a gap says nothing, so with all."""
    groups: dict[int, list[int]] = {}
    inside = {year for first, last in parted for year in range(first, last + 1)}
    after = {year: sum(first <= year for first, _ in parted) for year in years}
    for year in years:
        if year not in inside:
            groups.setdefault(after[year], []).append(year)
    return {year: list(years) if year in inside else groups[after[year]] for year in years}
