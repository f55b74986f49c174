"""What a reviewer reads next. The order is learned in the background; the next paper never waits for it.

A desk is what one process holds of one review: its papers' features and, for each stage and reviewer, the
last orders that were learned. While there are none, papers come in the order in which they came to the
review. No order is stored, as each can be learned again from the decisions; how many papers are still to be
found is, so that every process says the same.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.duplicates.signatures import identifier_texts
from ingest.errors import LitatlasError
from ingest.library.library import Estimate, Library, Paper, Review
from ingest.parallel import in_chunks
from litatlas.parts.reviewing.paper_states import Lesson
from search.screening.features import Features, features_of
from search.screening.learner import named_weights
from search.screening.priority import IN_ORDER, ORDERS, Priority
from search.screening.records import Record

_log = logging.getLogger(__name__)
_AHEAD = 2_000  # papers that an order holds; more are decided only after it was learned again
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Order:
    """An order that was learned: the papers with their chances of being included, and what made it."""

    model: str
    chances: dict[str, float]
    weights: dict[str, float]


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned for a reviewer at a stage: orders by their kind, and what is still to be found."""

    orders: dict[str, Order]
    estimate: Estimate


class Desk:
    """The features of one review's papers, and the orders learned from its decisions."""

    def __init__(self, library: Library, review: Review, papers: Sequence[str]) -> None:
        self.papers = tuple(papers)
        self._rows = {paper: at for at, paper in enumerate(self.papers)}
        self._library = library
        self._review = review
        self._features: Features | None = None
        self._orders: dict[tuple[str, str, str], Order] = {}
        self._priorities: dict[tuple[str, str], Priority] = {}
        self._waiting: dict[tuple[str, str], Callable[[], Learned]] = {}
        self._lock = threading.Lock()
        self._learning = threading.Lock()
        self._is_closed = False

    def order(self, stage: str, who: str, kind: str) -> Order | None:
        """The last order of a kind that was learned for a reviewer; None while there is none."""
        with self._lock:
            return self._orders.get((stage, who, kind))

    def learn(self, stage: str, who: str, lesson: Lesson) -> None:
        """Learn now, and keep what was learned."""
        self._keep(stage, who, self.learned(stage, who, lesson))

    def learned(self, stage: str, who: str, lesson: Lesson) -> Learned:
        """Learn, and work out every order and how many papers are still to be found.

        Regions that nobody looked at are topics of the map where the lesson has them. Without a label yet
        there is no order; the papers' features are made ready.
        """
        with self._learning:
            if self._features is None:
                self._features = features_of(list(self._records()))
            if not lesson.labels:
                return Learned({}, Estimate(None, lesson.last, len(self.papers)))
            priority = self._priorities.setdefault((stage, who), Priority(self._features))
            known = [(self._rows[paper], value) for paper, value, _ in lesson.labels if paper in self._rows]
            priority.learn([row for row, _ in known], [value for _, value in known])
            priority.offer(self._at(lesson.waiting), lesson.topics)
            model = f"linear-1 after {len(known)}"
            orders = {kind: self._order(priority, kind, model) for kind in ORDERS if kind != IN_ORDER}
            expected = self._expected(priority, lesson.undecided)
            return Learned(orders, Estimate(expected, lesson.last, len(self.papers)))

    def learn_soon(self, stage: str, who: str, learned: Callable[[], Learned]) -> None:
        """Learn in the background by what is given; what is decided meanwhile is learned right after."""
        key = (stage, who)
        with self._lock:
            begun = key in self._waiting
            self._waiting[key] = learned
        if not begun:
            threading.Thread(target=self._work, args=key, name="screening", daemon=True).start()

    def close(self) -> None:
        """Learn nothing any more: the library is about to be closed."""
        self._is_closed = True

    def is_learning(self, stage: str, who: str) -> bool:
        """Whether something is learned for a reviewer at the moment."""
        with self._lock:
            return (stage, who) in self._waiting

    def _work(self, stage: str, who: str) -> None:
        key = (stage, who)
        while True:
            with self._lock:
                learned = self._waiting[key]
            try:
                if not self._is_closed:
                    self._keep(stage, who, learned())
            except Exception as error:  # the order is a help: decisions and exports go on without it
                if not self._is_closed:
                    is_told = isinstance(error, LitatlasError)  # its words say what to do
                    _log.error("the order of a review could not be learned: %s", error, exc_info=not is_told)
            with self._lock:
                if self._waiting[key] is learned:
                    del self._waiting[key]
                    return

    def _keep(self, stage: str, who: str, learned: Learned) -> None:
        with self._lock:
            self._orders |= {(stage, who, kind): order for kind, order in learned.orders.items()}
        if not self._is_closed:
            self._library.keep_estimate(self._review, stage, learned.estimate)

    def _order(self, priority: Priority, kind: str, model: str) -> Order:
        chances = priority.learner.chances()
        following = priority.next(_AHEAD, kind)
        return Order(
            model,
            {self.papers[at]: float(chances[at]) for at in following},
            dict(named_weights(priority.learner)),
        )

    def _expected(self, priority: Priority, undecided: Iterable[str]) -> float | None:
        """How many papers are still to be found, by their chances; None while these are a guess."""
        if not priority.learner.is_calibrated:
            return None
        return float(priority.learner.chances()[self._at(undecided)].sum())

    def _at(self, papers: Iterable[str]) -> list[int]:
        """The rows of papers; nothing of one that came after the desk was made."""
        return [self._rows[paper] for paper in papers if paper in self._rows]

    def _records(self) -> Iterator[Record]:
        """What the priority looks at of each paper; of the papers themselves a few hundred are held."""
        for part in in_chunks(self.papers, _AT_ONCE):
            papers = self._library.papers_by_id(part, common=True)
            yield from (_record(papers.get(id)) for id in part)


def _record(paper: Paper | None) -> Record:
    """What the priority looks at; nothing of a paper that has left the library."""
    if paper is None:
        return Record()
    document = paper.merged
    keys = [text for member in paper.members for text in identifier_texts(member.document)]
    return Record(
        document.title,
        document.abstract,
        document.authors,
        document.venue,
        document.tags,
        tuple(text for member in paper.members for text in member.document.references),
        tuple(dict.fromkeys(keys)),
    )
