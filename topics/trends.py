"""Topics year by year: counts, shares of all papers of the year, and what rises or falls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

MIN_PAPERS = 20  # of a topic, before anything is said of its movement
RISING = 1.25  # ratio of the later to the earlier share, from which a topic rises (its inverse: falls)
SURE = 2.6  # standard errors that the change must exceed
_LONGEST = 400  # years: beyond, a year is a mistake of its source
_PRIOR = 5.0  # pseudo-papers at the share of both periods together

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Movement:
    """How a topic's share changed. ``word``: "rising", "falling", "steady" or "too few"."""

    word: str
    ratio: float | None  # later share / earlier share
    slope: float | None  # median yearly change of the share, relative to its mean


@dataclass(frozen=True, slots=True, eq=False)
class YearTable:
    """Papers by year: of everything (``totals``) and of each topic (``counts``, topics × years)."""

    years: list[int]
    totals: Floats
    counts: Floats

    @property
    def shares(self) -> Floats:
        """Topics × years: share of the year's papers; 0 where a year has none."""
        return np.divide(self.counts, self.totals, out=np.zeros_like(self.counts), where=self.totals > 0)

    def trend(self, topic: int) -> dict[str, Any]:
        """One topic's row as the contract has it: years, counts, shares."""
        shares = [round(float(share), 6) for share in self.shares[topic]]
        return {"years": self.years, "counts": _whole(self.counts[topic]), "shares": shares}

    def movement(
        self, topic: int, earlier: tuple[int, int] | None = None, later: tuple[int, int] | None = None
    ) -> Movement:
        """Whether a topic rises or falls between two periods (first and last year, both included).

        Without periods the years are cut where half of the papers lie before.
        """
        if not self.years or self.counts[topic].sum() < MIN_PAPERS:
            return Movement("too few", None, None)
        middle = self._middle()
        first = self._within(earlier or (self.years[0], middle))
        last = self._within(later or (middle + 1, self.years[-1]))
        before, after = self.counts[topic][first].sum(), self.counts[topic][last].sum()
        all_before, all_after = self.totals[first].sum(), self.totals[last].sum()
        if not all_before or not all_after:
            return Movement("too few", None, None)
        overall = (before + after) / (all_before + all_after)
        share_before = (before + _PRIOR * overall) / (all_before + _PRIOR)
        share_after = (after + _PRIOR * overall) / (all_after + _PRIOR)
        ratio = float(share_after / share_before)
        error = np.sqrt(max(overall * (1 - overall), 1e-12) * (1 / all_before + 1 / all_after))
        return Movement(_word(ratio, (share_after - share_before) / error), ratio, self._slope(topic))

    def _middle(self) -> int:
        """The last year of the earlier half of all papers; both halves keep at least one year."""
        half = int(np.searchsorted(np.cumsum(self.totals), self.totals.sum() / 2))
        return self.years[min(half, max(0, len(self.years) - 2))]

    def _within(self, period: tuple[int, int]) -> NDArray[np.bool_]:
        years = np.array(self.years)
        return np.asarray((years >= period[0]) & (years <= period[1]))

    def _slope(self, topic: int) -> float | None:
        """Theil–Sen: the median of the slopes between all pairs of years that have papers."""
        busy = np.flatnonzero(self.totals > 0)
        shares = self.shares[topic][busy]
        mean = float(shares.mean())
        if len(busy) < 3 or mean == 0:
            return None
        years = np.array(self.years, dtype=np.float64)[busy]
        one, other = np.triu_indices(len(busy), 1)
        return float(np.median((shares[other] - shares[one]) / (years[other] - years[one])) / mean)


def year_table(
    years: Sequence[int | None] | NDArray[np.integer], memberships: csr_matrix | NDArray[np.floating]
) -> YearTable:
    """Count papers by year and topic.

    Args:
        years: of each paper; None or a number below 1 where it is not known.
        memberships: papers × topics; 1 where a paper belongs, or its θ.
    """
    known = np.array([year if year is not None and year > 0 else 0 for year in years], dtype=np.int64)
    if not known.any():
        return YearTable([], np.zeros(0), np.zeros((memberships.shape[1], 0)))
    last = int(np.quantile(known[known > 0], 0.999, method="higher"))
    first = max(int(known[known > 0].min()), last - _LONGEST)
    rows = np.flatnonzero((known >= first) & (known <= last))
    width = last - first + 1
    picked = csr_matrix((np.ones(len(rows)), (known[rows] - first, rows)), shape=(width, len(known)))
    counts = picked @ csr_matrix(memberships, dtype=np.float64)
    totals = np.bincount(known[rows] - first, minlength=width).astype(np.float64)
    return YearTable(list(range(first, last + 1)), totals, np.asarray(counts.todense()).T)


def trends_answer(table: YearTable, ids: Sequence[str], labels: Sequence[str]) -> dict[str, Any]:
    """Every topic year by year, the one that rose most first, the one that fell most last."""
    rows = []
    for topic, (id_, label) in enumerate(zip(ids, labels, strict=True)):
        moved = table.movement(topic)
        trend = table.trend(topic)
        rows.append(
            {
                "id": id_,
                "label": label,
                "counts": trend["counts"],
                "shares": trend["shares"],
                "movement": moved.word,
                "ratio": None if moved.ratio is None else round(moved.ratio, 3),
                "slope": None if moved.slope is None else round(moved.slope, 4),
            }
        )
    rows.sort(key=lambda row: -(row["ratio"] if row["ratio"] is not None else 1.0))
    return {"years": table.years, "topics": rows}


def _word(ratio: float, errors: float) -> str:
    if abs(errors) < SURE or 1 / RISING < ratio < RISING:
        return "steady"
    return "rising" if ratio > 1 else "falling"


def _whole(counts: Floats) -> list[int]:
    return [round(float(count)) for count in counts]
