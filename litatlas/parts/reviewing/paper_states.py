"""Where every paper of a review stands: worked out from the rows of decisions, and from nothing else.

A row counts until it is undone; of one reviewer's rows about a paper at a stage, the last counts. Rows about
any record of a paper are about the paper, so that a group of duplicates is decided once, and two papers that
become one later bring their decisions with them: where these differ, also those of one reviewer, that is a
conflict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ingest.library.library import Decision, ReviewPaper
from litatlas.parts.reviewing.plan import Plan

CONFLICT = "conflict"
KEPT = ("include", "maybe")
"""The outcomes with which a paper goes on: to the next stage, or into the review."""
_WORDS_OF_END = ("include", "exclude", "maybe", "unavailable")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a paper stands at a stage.

    ``outcome`` is what holds: a verdict, "conflict", or "" while it is open. ``rows`` are the decisions that
    count, one a reviewer (more where the reviewer decided differently about papers that became one);
    ``settled`` the row that ended a conflict.
    """

    outcome: str
    rows: tuple[Decision, ...]
    settled: Decision | None


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the priority is learned from, for one reviewer at one stage.

    ``labels``: (paper, from 0 to 1, number of its first row), as decided; ``waiting``: the papers that this
    reviewer may still decide; ``undecided``: those without an outcome; ``last``: the stage's latest row;
    ``topics``: the main topic of every paper of the review, None without a model.
    """

    labels: list[tuple[str, float, int]]
    waiting: list[str]
    undecided: list[str]
    last: int
    topics: NDArray[np.int64] | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a reviewer has before them at a stage, each in the order in which it came to the review.

    ``fresh``: papers that they may decide and have not seen yet; ``later``: those they put off; ``seen``: all
    that they decided or put off.
    """

    fresh: dict[str, None]
    later: dict[str, None]
    seen: set[str]

    @property
    def left(self) -> int:
        """How many papers they may still decide."""
        return len(self.fresh) + len(self.later)


_UNTOUCHED = Place("", (), None)
_MOST_WAITING = 8  # reviewers and stages; each holds an entry for every paper of the review


class Standing:
    """All papers of one review, and where they stand; rows are added as they come."""

    def __init__(self, plan: Plan, papers: Iterable[ReviewPaper]) -> None:
        self.plan = plan
        self.papers: dict[str, ReviewPaper] = {}
        self._paper_of: dict[str, str] = {}
        self._came_as: dict[str, str] = {}  # record → the id under which it came into the review
        for paper in papers:
            key = paper.paper or paper.document
            first = self.papers.get(key)
            if first is not None:  # two papers that became one: all their records were found
                records = tuple(dict.fromkeys(first.records + paper.records))
                self.papers[key] = replace(first, records=records)
            self.papers.setdefault(key, paper)
            for id in (key, paper.document, *(record for record, _ in paper.records)):
                self._paper_of.setdefault(id, key)
            for id in (paper.document, *(record for record, _ in paper.records), key):
                self._came_as.setdefault(id, paper.document)
        self._rows: dict[tuple[str, str], tuple[Decision, ...]] = {}
        self._undone: set[int] = set()
        self._by_number: dict[int, Decision] = {}
        self._places: dict[tuple[str, str], Place] = {}
        self._waiting: dict[tuple[str, str], Waiting] = {}
        self.last = 0
        self._last_at: dict[str, int] = {}

    def add(self, rows: Iterable[Decision]) -> None:
        """Take in rows, in the order of their numbers."""
        for row in rows:
            self.last = max(self.last, row.number)
            self._last_at[row.stage] = row.number
            self._by_number[row.number] = row
            key = self.paper_of(row.document), row.stage
            self._places.pop(key, None)
            if row.kind != "undo":
                self._rows[key] = (*self._rows.get(key, ()), row)
            elif row.undoes is not None:
                self._undone.add(row.undoes)
            self._update_waiting(*key)

    def copy(self) -> Standing:
        """The same as of now: rows that come later do not change it."""
        copied = copy(self)
        for name in ("_rows", "_undone", "_by_number", "_places", "_last_at"):
            setattr(copied, name, getattr(self, name).copy())
        copied._waiting = {}
        return copied

    def paper_of(self, document: str) -> str:
        """The paper that a record belongs to; itself where the review does not know it."""
        return self._paper_of.get(document, document)

    def has(self, document: str) -> bool:
        """Whether a record belongs to a paper of the review."""
        return document in self._paper_of

    def at(self, paper: str, stage: str) -> Place:
        """Where a paper stands at a stage."""
        key = paper, stage
        if key not in self._rows:  # nearly every paper of a large review
            return _UNTOUCHED
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = self._worked_out(paper, stage)
        return place

    def _worked_out(self, paper: str, stage: str) -> Place:
        rows = [row for row in self._rows.get((paper, stage), ()) if row.number not in self._undone]
        settled = next((row for row in reversed(rows) if row.kind == "settle"), None)
        counting = self._counting([row for row in rows if row.kind != "settle"])
        if settled is not None:
            return Place(settled.verdict, counting, settled)
        verdicts = {row.verdict for row in counting}
        reviewers = len({row.who for row in counting})
        differs = len(counting) > reviewers  # one reviewer, about papers that became one
        imported = any(row.kind == "import" for row in counting)
        if not counting or (reviewers < self.plan.reviewers and not imported and not differs):
            return Place("", counting, None)
        return Place(verdicts.pop() if len(verdicts) == 1 else CONFLICT, counting, None)

    def _counting(self, rows: Iterable[Decision]) -> tuple[Decision, ...]:
        """Each reviewer's last row, or those about papers that became one later, where they differ."""
        latest: dict[str, dict[str, Decision]] = defaultdict(dict)
        for row in rows:
            mine = latest[row.who]
            came_as = self._came_as.get(row.document, row.document)
            mine.pop(came_as, None)
            mine[came_as] = row
        counting: list[Decision] = []
        for mine in latest.values():
            ends = [row for row in mine.values() if row.verdict in _WORDS_OF_END]
            counting += ends if len({row.verdict for row in ends}) > 1 else list(mine.values())[-1:]
        return tuple(row for row in counting if row.verdict in _WORDS_OF_END)

    def named(self, paper: str, stage: str, who: str) -> str:
        """The record under which a reviewer's next row about a paper is kept: that of the row it replaces."""
        own = self.own(paper, stage, who)
        return own.document if own is not None else paper

    def own(self, paper: str, stage: str, who: str) -> Decision | None:
        """A reviewer's row about a paper that counts, "later" too."""
        rows = self._rows.get((paper, stage))
        if not rows:
            return None
        mine = [
            row for row in rows if row.who == who and row.number not in self._undone and row.kind != "settle"
        ]
        return mine[-1] if mine else None

    def reached(self, stage: str) -> Iterator[str]:
        """The papers that are to be decided at a stage, in the order in which they came."""
        at = self.plan.stages.index(stage)
        for paper in self.papers:
            if at == 0 or self.at(paper, self.plan.stages[at - 1]).outcome in KEPT:
                yield paper

    def open_to(self, stage: str, who: str) -> list[str]:
        """The papers that a reviewer may still decide at a stage: those put off come last."""
        waiting = self.waiting(stage, who)
        return [*waiting.fresh, *waiting.later]

    def waiting(self, stage: str, who: str) -> Waiting:
        """What a reviewer has before them at a stage; kept up to date while rows are added."""
        waiting = self._waiting.get((stage, who))
        if waiting is None:
            waiting = Waiting({}, {}, {paper for paper, at in self._rows if self._saw(paper, at, stage, who)})
            for paper in self.reached(stage):
                if self._may_decide(paper, stage, who):
                    (waiting.later if paper in waiting.seen else waiting.fresh)[paper] = None
            while len(self._waiting) >= _MOST_WAITING:
                del self._waiting[next(iter(self._waiting))]
            self._waiting[stage, who] = waiting
        return waiting

    def _update_waiting(self, paper: str, stage: str) -> None:
        """Take in that the rows of a paper at a stage have changed.

        A paper that was decided is taken away. What comes back, is put off, or moves to the next stage has
        its place among the others, which are put in order anew when they are asked for.
        """
        stages = self.plan.stages
        for (at, who), waiting in list(self._waiting.items()):
            if at != stage:
                if stage not in stages or stages.index(at) > stages.index(stage):
                    del self._waiting[at, who]
            elif self._may_decide(paper, stage, who):
                if paper not in waiting.fresh or self.own(paper, stage, who) is not None:
                    del self._waiting[at, who]
            else:
                waiting.fresh.pop(paper, None)
                waiting.later.pop(paper, None)
                if self._saw(paper, stage, stage, who):
                    waiting.seen.add(paper)
                else:
                    waiting.seen.discard(paper)

    def _may_decide(self, paper: str, stage: str, who: str) -> bool:
        place = self.at(paper, stage)
        return not place.outcome and all(row.who != who for row in place.rows)

    def _saw(self, paper: str, at: str, stage: str, who: str) -> bool:
        return at == stage and paper in self.papers and self.own(paper, at, who) is not None

    def conflicts(self, stage: str) -> list[str]:
        """The papers about which reviewers disagree, not settled yet."""
        return [paper for paper in self.papers if self.at(paper, stage).outcome == CONFLICT]

    def labels(self, stage: str, who: str) -> list[tuple[str, float, int]]:
        """What the priority may learn from for one reviewer: (paper, 1 … 0, number of the row), as decided.

        Outcomes that hold, and what the reviewer decided alone: nothing of what another decided blind.
        """
        labels: list[tuple[str, float, int]] = []
        for (paper, at), rows in self._rows.items():
            if at != stage or paper not in self.papers:
                continue
            place = self.at(paper, stage)
            outcome = place.outcome if place.outcome != CONFLICT else ""
            if not outcome:
                own = self.own(paper, stage, who)
                outcome = own.verdict if own else ""
            if outcome in _LABELS:
                labels.append((paper, _LABELS[outcome], rows[0].number))
        return sorted(labels, key=lambda label: label[2])

    def lesson(self, stage: str, who: str, topics: NDArray[np.int64] | None = None) -> Lesson:
        """What may be learned for a reviewer now, and of which papers."""
        undecided = [paper for paper, outcome in self.outcomes(stage).items() if outcome in ("", CONFLICT)]
        waiting = self.open_to(stage, who)
        return Lesson(self.labels(stage, who), waiting, undecided, self.last_at(stage), topics)

    def last_at(self, stage: str) -> int:
        """The number of the latest row at a stage; 0 while there is none."""
        return self._last_at.get(stage, 0)

    def last_of(self, who: str) -> Decision | None:
        """The last row of a reviewer that an undo would take back."""
        for number in sorted(self._by_number, reverse=True):
            row = self._by_number[number]
            if row.who == who and row.kind in ("decide", "settle") and number not in self._undone:
                return row
        return None

    def outcomes(self, stage: str) -> dict[str, str]:
        """Paper → outcome ("" while it is open), of those that reached a stage."""
        return {paper: self.at(paper, stage).outcome for paper in self.reached(stage)}

    def final(self, paper: str) -> str:
        """What became of a paper at the last stage that it reached; "" while it is open."""
        outcome = ""
        for stage in self.plan.stages:
            outcome = self.at(paper, stage).outcome
            if outcome not in KEPT:
                return outcome
        return outcome

    def rows(self) -> Mapping[int, Decision]:
        """All rows by number, those that were undone too."""
        return self._by_number

    def is_shown(self, row: Decision, who: str) -> bool:
        """Whether a reviewer may see a row: their own, and others' once nobody is to be blinded any more."""
        if self.plan.reviewers == 1 or row.who == who:
            return True
        return bool(self.at(self.paper_of(row.document), row.stage).outcome)

    def is_undone(self, row: Decision) -> bool:
        """Whether a row was taken back."""
        return row.number in self._undone


_LABELS = {"include": 1.0, "maybe": 0.5, "exclude": 0.0}
