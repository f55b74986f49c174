"""What a reviewer does paper by paper: the next one, a decision about it, and taking that back."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from ingest.library.library import Decision, Review
from litatlas.accounts.sight import Sight
from litatlas.errors import InputError, NotFoundError
from litatlas.generation.generations import Generations
from litatlas.parts.reviewing.cards import plan_answer, screen_paper
from litatlas.parts.reviewing.open_reviews import OpenReview, OpenReviews, Task
from litatlas.parts.reviewing.paper_states import KEPT, Lesson, Standing, Waiting
from litatlas.parts.reviewing.plan import check_verdict, reviewer_name
from litatlas.parts.reviewing.reading_order import Learned, Order
from litatlas.parts.reviewing.review_answers import DecidedAnswer, NextAnswer, PlanAnswer
from litatlas.vocabulary import MAX_NOTE
from search.screening.priority import LIKELY, ORDERS


class ScreeningQueue:
    """The papers of a review as they come before a reviewer, and the reviewer's decisions."""

    def __init__(self, generations: Generations, opened: OpenReviews, sight: Sight) -> None:
        self._generations = generations
        self._library = generations.library
        self._opened_reviews = opened
        self._sight = sight

    def next(
        self,
        name: str,
        who: str,
        *,
        stage: str | None = None,
        order: str = LIKELY,
        topic: str | None = None,
        wait: bool = False,
    ) -> NextAnswer:
        """The paper that a reviewer decides next.

        Args:
            stage: the first stage at which something is open for this reviewer when absent.
            topic: papers of which this topic of the map is the main one come alone, as :meth:`topics` counts.
            wait: learn the order first when it was not learned yet, as a command does; a page does not wait.

        Raises:
            InputError: no name, no such stage or order. NotFoundError: the review has no paper in the topic.
        """
        who = self._who(who)
        return self._next(self._open(name), who, stage, order, topic, wait)

    def screen(
        self, name: str, who: str, *, stage: str | None = None, order: str = LIKELY, topic: str | None = None
    ) -> tuple[str, PlanAnswer, NextAnswer]:
        """A review's name, its plan and what :meth:`next` gives, as of one moment; raises as it does."""
        who, open_review = self._who(who), self._open(name)
        following = self._next(open_review, who, stage, order, topic, wait=False)
        return open_review.review.name, plan_answer(open_review.standing.plan), following

    def _next(
        self,
        open_review: OpenReview,
        who: str,
        stage: str | None,
        order: str,
        topic: str | None,
        wait: bool,
    ) -> NextAnswer:
        if order not in ORDERS:
            raise InputError(f"There is no order {order[:40]!r}.", f"Choose {', '.join(ORDERS)}.")
        with open_review.lock:
            stage = self._stage(open_review.standing, stage, who)
            learner = _learner(open_review.standing, who)
        desk = open_review.desk
        learned = desk.order(stage, learner, order)
        is_needed = learned is None and (wait or not desk.is_learning(stage, learner))
        if is_needed and self._learned(open_review, stage, learner, wait):
            learned = desk.order(stage, learner, order)
        with open_review.lock:
            waiting = open_review.standing.waiting(stage, who)
            decided = len(waiting.seen)
            if topic:
                waiting = self._in_topic(open_review, topic, waiting)
            left = waiting.left
            paper, rank = _first(waiting, learned)
            own = open_review.standing.own(paper, stage, who) if paper else None
        stored = self._library.papers_by_id([paper], common=True).get(paper) if paper else None
        return {
            "review": open_review.review.id,
            "stage": stage,
            "who": who,
            "order": order,
            "paper": screen_paper(paper, stored) if paper else None,
            "rank": rank,
            "chance": learned.chances.get(paper) if learned and paper else None,
            "model": learned.model if learned else "",
            "decided": decided,
            "left": left,
            "own": own.verdict if own else "",
        }

    def decide(
        self,
        name: str,
        paper: str,
        verdict: str,
        who: str,
        *,
        stage: str | None = None,
        reason: str = "",
        note: str = "",
        rank: int | None = None,
        model: str = "",
    ) -> DecidedAnswer:
        """Keep a reviewer's decision; it is on the disk when this returns.

        Args:
            rank, model: the paper's place and the order that it was shown in, as :meth:`next` gave them.

        Raises:
            InputError: no name, or a verdict, stage or reason that the plan does not have.
            NotFoundError: the paper is not in the review, or has not reached the stage.
        """
        who, open_review = self._who(who), self._open(name)
        with open_review.lock:
            stage = stage or self._stage(open_review.standing, stage, who)
            check_verdict(open_review.standing.plan, stage, verdict, reason)
            id = open_review.standing.named(_checked(open_review.standing, paper, stage), stage, who)
        row = Decision(id, stage, who, verdict, "decide", reason, _note(note), rank, model[:100])
        return self._kept(open_review, row)

    def settle(
        self, name: str, paper: str, verdict: str, who: str, *, stage: str, reason: str = "", note: str = ""
    ) -> DecidedAnswer:
        """End a conflict; raises as :meth:`decide`."""
        who, open_review = self._who(who), self._open(name)
        with open_review.lock:
            check_verdict(open_review.standing.plan, stage, verdict, reason)
            id = _checked(open_review.standing, paper, stage)
            if id not in open_review.standing.conflicts(stage):
                raise InputError(
                    f"There is no conflict about {paper[:80]!r}.", "List them: litatlas review conflicts"
                )
        return self._kept(open_review, Decision(id, stage, who, verdict, "settle", reason, _note(note)))

    def undo(self, name: str, who: str) -> DecidedAnswer:
        """Take a reviewer's last decision back; it stays as a row, and so does the undoing.

        Raises:
            NotFoundError: this reviewer decided nothing that is not taken back.
        """
        who, open_review = self._who(who), self._open(name)
        with open_review.lock:
            last = open_review.standing.last_of(who)
        if last is None:
            raise NotFoundError(
                f"{who} has no decision to take back.", "Names are told apart by their letters."
            )
        return self._kept(
            open_review, Decision(last.document, last.stage, who, "", "undo", undoes=last.number)
        )

    def _kept(self, held: OpenReview, row: Decision) -> DecidedAnswer:
        number = self._library.decide(held.review, [row])[0]
        with held.lock:
            held.catch_up(self._library)
            paper = held.standing.paper_of(row.document)
            outcome = held.standing.at(paper, row.stage).outcome
        if row.verdict != "later":
            self._learned(held, row.stage, _learner(held.standing, row.who), wait=False)
        return {"number": number, "paper": paper, "stage": row.stage, "outcome": outcome}

    # --- within

    def _open(self, name: str) -> OpenReview:
        """A review with everything that was decided up to now."""
        held = self._opened_reviews.open(self._library, name)
        self._check_sees(held.review, name)
        return held

    def _review(self, name: str) -> Review:
        review = self._library.review(name)
        self._check_sees(review, name)
        return review

    def _check_sees(self, review: Review, name: str) -> None:
        if not self._sees(review):
            raise NotFoundError(f"There is no review {name[:80]!r}.", "List them: litatlas review list")

    def _sees(self, review: Review) -> bool:
        visible = self._sight.collections()
        return visible is None or self._library.review_collections(review) <= visible

    def _who(self, typed: str) -> str:
        """The name that a decision is kept under: the account's, else the one that was given."""
        reader = self._sight.reader
        return reviewer_name(reader.name if reader.is_person else typed)

    def _learned(self, held: OpenReview, stage: str, learner: str, wait: bool) -> bool:
        """Learn from what was decided, now or soon. Returns whether it is learned when this returns."""

        def topics() -> NDArray[np.int64] | None:
            main = held.topics(self._generations.live())
            return None if main is None else main.of_paper

        def lesson() -> Lesson:
            of_paper = topics()
            with held.lock:
                return held.standing.lesson(stage, learner, of_paper)

        def learned() -> Learned:
            elsewhere = self._opened_reviews.elsewhere
            if elsewhere is None:
                return held.desk.learned(stage, learner, lesson())
            return elsewhere(Task(held.review, held.stamp, stage, learner, topics()))

        if wait:
            current = lesson()
            if current.labels:
                held.desk.learn(stage, learner, current)
            return bool(current.labels)
        if held.standing.last_at(stage) or self._opened_reviews.elsewhere is not None:
            held.desk.learn_soon(stage, learner, learned)  # before the first decision, to be ready for it
        return False

    def _in_topic(self, held: OpenReview, topic: str, waiting: Waiting) -> Waiting:
        topics = held.topics(self._generations.live())
        if topics is None or topic not in topics.ids:
            raise NotFoundError(
                f"The review has no topic {topic[:40]!r}.", "Its page and `review topics` list them."
            )
        wanted = topics.ids.index(topic)
        places = zip(held.desk.papers, topics.of_paper.tolist(), strict=True)
        here = {paper for paper, place in places if place == wanted}
        fresh, later = (
            dict.fromkeys(filter(here.__contains__, part)) for part in (waiting.fresh, waiting.later)
        )
        return Waiting(fresh, later, waiting.seen)

    def _stage(self, standing: Standing, stage: str | None, who: str) -> str:
        stages = standing.plan.stages
        if stage is not None:
            return standing.plan.checked_stage(stage)
        return next((name for name in stages if standing.waiting(name, who).left), stages[0])


def _learner(standing: Standing, who: str) -> str:
    """Whose order it is: where one reviewer decides each paper, all of them have the same."""
    return who if standing.plan.reviewers > 1 else ""


def _first(waiting: Waiting, order: Order | None) -> tuple[str, int | None]:
    """The first paper of an order that waits, and its place; papers put off come last."""
    for rank, paper in enumerate(order.chances if order is not None else (), 1):
        if paper in waiting.fresh:
            return paper, rank
    return next(itertools.chain(waiting.fresh, waiting.later), ""), None


def _checked(standing: Standing, document: str, stage: str) -> str:
    if not standing.has(document):
        raise NotFoundError(f"{document[:80]!r} is not a paper of this review.", "See litatlas review next.")
    paper = standing.paper_of(document)
    at = standing.plan.stages.index(stage)
    before = standing.plan.stages[at - 1] if at else ""
    if before and standing.at(paper, before).outcome not in KEPT:
        raise NotFoundError(f"{document[:80]!r} has not passed the stage {before}.", "Decide it there first.")
    return paper


def _note(note: str) -> str:
    note = note.strip()
    if len(note) > MAX_NOTE:
        raise InputError(f"A note has at most {MAX_NOTE:,} characters.", "Shorten it.")
    return note
