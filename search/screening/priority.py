"""The papers to read next, in the order that a reviewer asks for."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from heapq import heapify, heappop, heapreplace

import numpy as np
from numpy.typing import NDArray

from search.screening.features import Features
from search.screening.learner import Learner

LIKELY, UNCERTAIN, UNSEEN, IN_ORDER = "likely", "uncertain", "unseen", "in-order"
ORDERS = (LIKELY, UNCERTAIN, UNSEEN, IN_ORDER)
_STUCK = 30
"""After so many papers in a row without one to include, every tenth comes from a region nobody looked at."""
_ONE_IN = 10


class Priority:
    """Which papers of a review come next."""

    def __init__(self, features: Features) -> None:
        self.learner = Learner(features)
        self.is_read = np.zeros(features.papers, dtype=bool)
        self._is_offered = np.ones(features.papers, dtype=bool)
        self._topics: NDArray[np.int64] | None = None
        self._since = 0  # papers read since the last one that was to include

    def learn(self, papers: Sequence[int], labels: Sequence[float]) -> None:
        """Learn from all papers decided so far (their rows), the oldest first; labels are from 0 to 1."""
        self.learner.learn(papers, labels)
        self.is_read[:] = False
        self.is_read[np.asarray(papers, dtype=np.int64)] = True
        positive = np.flatnonzero(np.asarray(labels) > 0)
        self._since = len(papers) - 1 - int(positive[-1]) if len(positive) else len(papers)

    def offer(self, papers: Sequence[int], topics: NDArray[np.int64] | None = None) -> None:
        """Give these papers (their rows) alone from now on, as far as they are not read.

        Args:
            topics: the main topic of every paper, a number each; regions are topics where it is given.
        """
        self._is_offered[:] = False
        self._is_offered[np.asarray(papers, dtype=np.int64)] = True
        self._topics = topics

    def next(self, count: int, order: str = LIKELY) -> list[int]:
        """The rows of the next papers that are not read, at most ``count``."""
        unread = np.flatnonzero(self._is_offered & ~self.is_read)
        if order == IN_ORDER:
            return [int(at) for at in unread[:count]]
        if order == UNCERTAIN:
            doubt = np.abs(self.learner.chances()[unread] - 0.5)
            return [int(at) for at in unread[np.argsort(doubt, kind="stable")][:count]]
        if order == UNSEEN:
            return self._unseen(unread)[:count]
        likely = [int(at) for at in unread[np.argsort(-self.learner.scores[unread], kind="stable")]]
        if self._since < _STUCK:
            return likely[:count]
        return _mixed(likely, self._unseen(unread), self._since)[:count]

    def _unseen(self, unread: NDArray[np.int64]) -> list[int]:
        if self._topics is not None:
            likely = unread[np.argsort(-self.learner.scores[unread], kind="stable")]
            return _by_topic(likely, self._topics, self._topics[self.is_read])
        seen = self.learner.similar_to_read(np.flatnonzero(self.is_read))[unread]
        return [int(at) for at in unread[np.argsort(seen, kind="stable")]]


def _by_topic(likely: NDArray[np.int64], topics: NDArray[np.int64], read: NDArray[np.int64]) -> list[int]:
    """The likely papers, each from the topic that least was read of, larger topics first."""
    waiting: dict[int, deque[int]] = defaultdict(deque)
    for at, topic in zip(likely.tolist(), topics[likely].tolist(), strict=True):
        waiting[topic].append(at)
    counts = Counter(read.tolist())
    topics_left = [(counts[topic], -len(papers), topic) for topic, papers in waiting.items()]
    heapify(topics_left)
    order: list[int] = []
    while topics_left:
        seen, _, topic = topics_left[0]
        order.append(waiting[topic].popleft())
        if waiting[topic]:
            heapreplace(topics_left, (seen + 1, -len(waiting[topic]), topic))
        else:
            heappop(topics_left)
    return order


def _mixed(likely: list[int], unseen: list[int], since: int) -> list[int]:
    """The likely papers, with one of an unseen region at every tenth place."""
    taken: set[int] = set()
    mixed: list[int] = []
    others = iter(unseen)
    for at in likely:
        if (since + len(mixed)) % _ONE_IN == 0:
            other = next((other for other in others if other not in taken), None)
            if other is not None:
                taken.add(other)
                mixed.append(other)
        if at not in taken:
            taken.add(at)
            mixed.append(at)
    return mixed
