"""What a reviewer reads next. The order is learned in the background; the next paper never waits for it.

A desk is what one process holds of one review: its papers' features and, for each stage and reviewer, the
last orders that were learned. While there are none, papers come in the order in which they came to the
review. Nothing of it is stored: every order can be learned again from the decisions.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.duplicates.signatures import identifier_texts
from ingest.library.library import Library, Paper
from ingest.parallel import in_chunks
from search.screening.features import Features, features_of
from search.screening.learner import named_weights
from search.screening.priority import IN_ORDER, ORDERS, Priority
from search.screening.records import Record

_log = logging.getLogger(__name__)
_AHEAD = 2_000  # papers that an order holds; more are decided only after it was learned again
_AT_ONCE = 500

Labels = Sequence[tuple[str, float, int]]
"""What may be learned from: (paper, from 0 to 1, number of its row)."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order that was learned: the papers with their chances of being included, and what made it.

    ``expected``: how many of the papers not decided yet are to be included, by the sum of their chances.
    """

    model: str
    chances: dict[str, float]
    weights: dict[str, float]
    expected: float


class Desk:
    """The features of one review's papers, and the orders learned from its decisions."""

    def __init__(self, library: Library, papers: Sequence[str]) -> None:
        self.papers = tuple(papers)
        self._library = library
        self._features: Features | None = None
        self._orders: dict[tuple[str, str, str], Order] = {}
        self._priorities: dict[tuple[str, str], Priority] = {}
        self._waiting: dict[tuple[str, str], Callable[[], Labels]] = {}
        self._lock = threading.Lock()
        self._learning = threading.Lock()

    def order(self, stage: str, who: str, kind: str) -> Order | None:
        """The last order of a kind that was learned for a reviewer; None while there is none."""
        with self._lock:
            return self._orders.get((stage, who, kind))

    def expected(self, stage: str) -> float | None:
        """How many papers are still to be included at a stage, by what was learned last for it."""
        with self._lock:
            learned = [order for (of, _, _), order in self._orders.items() if of == stage]
            return learned[-1].expected if learned else None

    def learn(self, stage: str, who: str, labels: Labels) -> None:
        """Learn now, and work out every order."""
        with self._learning:
            if self._features is None:
                self._features = features_of([_record(paper) for paper in self._held()])
            priority = self._priorities.setdefault((stage, who), Priority(self._features))
            rows = {paper: at for at, paper in enumerate(self.papers)}
            known = [(rows[paper], value) for paper, value, _ in labels if paper in rows]
            priority.learn([row for row, _ in known], [value for _, value in known])
            model = f"linear-1 after {len(known)}"
            made = {kind: self._order(priority, kind, model) for kind in ORDERS if kind != IN_ORDER}
            with self._lock:
                for kind, order in made.items():
                    self._orders.pop((stage, who, kind), None)  # the last learned stands last
                    self._orders[stage, who, kind] = order

    def learn_soon(self, stage: str, who: str, labels: Callable[[], Labels]) -> None:
        """Learn in the background; what is decided meanwhile is learned right after."""
        key = (stage, who)
        with self._lock:
            begun = key in self._waiting
            self._waiting[key] = labels
        if not begun:
            threading.Thread(target=self._work, args=key, name="screening", daemon=True).start()

    def is_learning(self) -> bool:
        """Whether something is learned at the moment."""
        with self._lock:
            return bool(self._waiting)

    def _work(self, stage: str, who: str) -> None:
        key = (stage, who)
        while True:
            with self._lock:
                labels = self._waiting[key]
            try:
                self.learn(stage, who, labels())
            except Exception:  # the order is a help: decisions and exports go on without it
                _log.exception("the order of a review could not be learned")
            with self._lock:
                if self._waiting[key] is labels:
                    del self._waiting[key]
                    return

    def _order(self, priority: Priority, kind: str, model: str) -> Order:
        chances = priority.learner.chances()
        following = priority.next(_AHEAD, kind)
        return Order(
            model,
            {self.papers[at]: float(chances[at]) for at in following},
            dict(named_weights(priority.learner)),
            float(chances[~priority.is_read].sum()),
        )

    def _held(self) -> list[Paper | None]:
        papers: dict[str, Paper] = {}
        for part in in_chunks(self.papers, _AT_ONCE):
            papers |= self._library.papers_by_id(part, common=True)
        return [papers.get(id) for id in self.papers]


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
