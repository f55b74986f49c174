"""The reviews that a process holds: where their papers stand, and what is read next in them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.library.library import Library, Review, ReviewNow
from litatlas.generation.live import Live
from litatlas.parts.reviewing.paper_states import Standing
from litatlas.parts.reviewing.plan import plan_of
from litatlas.parts.reviewing.reading_order import Desk, Learned
from litatlas.parts.reviewing.review_topics import MainTopics, main_topics

_MOST_OPEN = 4


class OpenReview:
    """A review as this process holds it; what reads or changes its standing holds ``lock``, or copies it."""

    def __init__(self, review: Review, standing: Standing, desk: Desk, stamp: tuple[Any, ...]) -> None:
        self.review, self.standing, self.desk, self.stamp = review, standing, desk, stamp
        self.lock = threading.Lock()
        self._copy: Standing | None = None
        self._topics: tuple[tuple[int, int], MainTopics | None] | None = None

    def topics(self, live: Live) -> MainTopics | None:
        """The main topic of every paper in the order of the desk, kept while the map stays as it is."""
        stamp = live.row.number, len(live.placements or ())
        if self._topics is None or self._topics[0] != stamp:
            self._topics = stamp, main_topics(live, self.desk.papers)
        return self._topics[1]

    def standing_now(self) -> Standing:
        """Where the papers stand at this moment, for what counts or lists: nothing changes it any more."""
        with self.lock:
            if self._copy is None or self._copy.last != self.standing.last:
                self._copy = self.standing.copy()
            return self._copy

    def catch_up(self, library: Library) -> None:
        """Take in what was decided meanwhile, here or in other processes."""
        self.standing.add(library.decisions(self.review, after=self.standing.last))

    def take_in(self, now: ReviewNow, library: Library) -> None:
        """Take in rows as they were read, those before them too where the review was opened anew since."""
        if self.standing.last < now.after:
            self.catch_up(library)
        else:
            last = self.standing.last
            self.standing.add(row for row in now.rows if row.number > last)


@dataclass(frozen=True, slots=True)
class Task:
    """What another process needs to learn an order: the review as it is held here, and whose order it is.

    ``topics`` are the main topics of its papers, as long as the review has the same ``stamp`` there.
    """

    review: Review
    stamp: tuple[Any, ...]
    stage: str
    learner: str
    topics: NDArray[np.int64] | None


class OpenReviews:
    """The reviews that are held, the one used last at the end; all readers of a process share them.

    ``elsewhere`` learns orders in another process; where it is None they are learned in a thread of this one.
    """

    def __init__(self) -> None:
        self.elsewhere: Callable[[Task], Learned] | None = None
        self._held: OrderedDict[str, OpenReview] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, library: Library, name: str) -> OpenReview:
        """The review of an id or a name, with everything that was decided up to now.

        Raises:
            NotFoundError: there is none.
        """
        now = library.review_now(name, self._last_of)
        review = now.review
        stamp = (*now.version, str(review.plan), review.name)
        with self._lock:
            held = self._held.get(review.id)
            if held is None or held.stamp != stamp:
                held = self._held[review.id] = _opened(library, review, stamp, held)
                while len(self._held) > _MOST_OPEN:
                    self._held.popitem(last=False)
            self._held.move_to_end(review.id)
        with held.lock:
            held.take_in(now, library)
        return held

    def _last_of(self, review: Review) -> int:
        """The number of the last row that is held of a review."""
        with self._lock:
            held = self._held.get(review.id)
        return held.standing.last if held is not None else 0

    def close(self) -> None:
        """Stop learning in the background."""
        with self._lock:
            for open_review in self._held.values():
                open_review.desk.close()


def _opened(
    library: Library, review: Review, stamp: tuple[Any, ...], before: OpenReview | None
) -> OpenReview:
    """A review opened anew; what was learned for the same papers is kept."""
    standing = Standing(plan_of(review.plan), library.review_papers(review))
    same = before is not None and before.desk.papers == tuple(standing.papers)
    desk = before.desk if before is not None and same else Desk(library, review, list(standing.papers))
    return OpenReview(review, standing, desk, stamp)
