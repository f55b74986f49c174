"""When enough papers were read: the hypergeometric test of Callaghan and Müller-Hansen.

Every point of the screening so far may be taken as the beginning of a sample of what was then unread. Were
the sample drawn at random, the papers included in it would follow the hypergeometric distribution; as the
papers were read in the order of a priority, likelier ones first, it holds no fewer of them than a random one,
and the test errs on the side of reading on. Source: Callaghan and Müller-Hansen (2020), "Statistical stopping
criteria for automated screening in systematic reviews", doi 10.1186/s13643-020-01521-4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TARGET, CONFIDENCE = 0.95, 0.95


@dataclass(frozen=True, slots=True)
class StopReport:
    """Whether the recall that was aimed at is reached, with what confidence, and how far it is to there.

    ``p`` is the chance of what was seen if recall were below the target; ``more`` are the papers to read
    without another one to include until the claim holds, None where even reading all but one would not do.
    """

    target: float
    confidence: float
    records: int
    read: int
    included: int
    p: float
    reached: bool
    more: int | None

    @property
    def too_small(self) -> bool:
        """Whether the claim can be made by reading everything alone."""
        return not self.reached and self.more is None


def stop_report(
    labels: Sequence[int], records: int, *, target: float = TARGET, confidence: float = CONFIDENCE
) -> StopReport:
    """Test the papers read so far.

    Args:
        labels: 1 for included and 0 for excluded, in the order of reading.
        records: papers of the review, read or not.
        target: the recall aimed at, 0 … 1.
        confidence: how sure the claim should be, 0 … 1.
    """
    read = len(labels)
    order = np.asarray(labels, dtype=np.int64)
    p = chance_below(order, records, target)
    reached = bool(read >= records or p < 1 - confidence)
    more = 0 if reached else _more(order, records, target, confidence)
    return StopReport(target, confidence, records, read, int(order.sum()), p, reached, more)


def chance_below(labels: NDArray[np.int64], records: int, target: float) -> float:
    """The least p-value, over all beginnings of a sample, of recall being below ``target``."""
    read = len(labels)
    included = int(labels.sum())
    if not included:
        return 1.0
    if read >= records:
        return 0.0
    from scipy.stats import hypergeom  # here: it takes longer to load than all else of a command

    # Of beginnings with as many included before them, the first gives the least, as its sample was drawn from
    # more; the last is where the papers left may be too few for recall to miss the target. None else counts.
    hits = np.flatnonzero(labels)
    begin = np.unique(np.concatenate([[0, read - 1], hits, hits[hits < read - 1] + 1]))
    before = (np.cumsum(labels) - labels)[begin]  # included before the sample began
    unread = records - begin
    drawn = read - begin
    # The fewest papers to include among the unread with which recall would miss the target.
    missing = np.floor(included / target - before).astype(np.int64) + 1
    possible = missing <= unread
    p = np.where(possible, hypergeom.cdf(included - before, unread, np.minimum(missing, unread), drawn), 0.0)
    return float(p.min())


def _more(labels: NDArray[np.int64], records: int, target: float, confidence: float) -> int | None:
    """Papers to read without an inclusion until the claim holds; None where it never does."""
    low, high = len(labels), records - 1
    if not labels.sum() or not _holds(labels, high, records, target, confidence):
        return None
    while low < high:
        middle = (low + high) // 2
        if _holds(labels, middle, records, target, confidence):
            high = middle
        else:
            low = middle + 1
    return low - len(labels)


def _holds(labels: NDArray[np.int64], read: int, records: int, target: float, confidence: float) -> bool:
    longer = np.concatenate([labels, np.zeros(read - len(labels), dtype=np.int64)])
    return chance_below(longer, records, target) < 1 - confidence
