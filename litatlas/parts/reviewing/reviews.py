"""Reviews: the front of screening, reached as ``Atlas.reviews``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ingest.library.library import Decision, Paper, Review
from ingest.parallel import in_chunks
from litatlas.accounts.sight import Sight
from litatlas.errors import InputError, NotFoundError
from litatlas.generation.generations import Generations
from litatlas.parts.reviewing import prisma_diagram, review_counts
from litatlas.parts.reviewing.cards import plan_answer, row_answer, screen_paper, search_answer
from litatlas.parts.reviewing.exchange.review_exports import hand_on
from litatlas.parts.reviewing.exchange.review_imports import decisions_of, told
from litatlas.parts.reviewing.open_reviews import OpenReview, OpenReviews
from litatlas.parts.reviewing.paper_states import KEPT, Lesson, Standing
from litatlas.parts.reviewing.plan import (
    Plan,
    changed_plan,
    check_verdict,
    plan_of,
    review_name,
    reviewer_name,
)
from litatlas.parts.reviewing.reading_order import Order
from litatlas.parts.reviewing.review_answers import (
    AddedAnswer,
    AgreementAnswer,
    ConflictAnswer,
    DecidedAnswer,
    ImportedAnswer,
    NextAnswer,
    PlanAnswer,
    PrismaAnswer,
    ReviewAnswer,
    ReviewHead,
    RowAnswer,
    StopAnswer,
)
from litatlas.parts.reviewing.review_sources import source
from litatlas.vocabulary import MAX_NOTE, MAX_REVIEW_PAPERS, MAX_WHO
from search.screening.priority import LIKELY, ORDERS

_AT_ONCE = 500


class Reviews:
    """The reviews of one atlas, as a reader may see them. Safe to use from several threads and processes.

    A review is seen by who may see every collection that its papers came from. Who is signed in decides under
    their own name, others under the name that they give.
    """

    def __init__(self, generations: Generations, opened: OpenReviews, sight: Sight) -> None:
        self._generations = generations
        self._library = generations.library
        self._opened_reviews = opened
        self._sight = sight

    # --- reviews and their papers

    def all(self) -> list[ReviewHead]:
        """All reviews, the newest first."""
        sizes = self._library.review_sizes()
        heads: list[ReviewHead] = []
        for review in filter(self._sees, self._library.reviews()):
            papers, decisions = sizes.get(review.number, (0, 0))
            heads.append({
                "id": review.id, "name": review.name, "made": review.made, "papers": papers,
                "decisions": decisions,
            })  # fmt: skip
        return heads

    def one(self, name: str) -> ReviewAnswer:
        """A review with its plan, its searches, and how far each stage is.

        Raises:
            NotFoundError: there is none of that name or id.
        """
        held = self._open(name)
        review, standing = held.review, held.standing
        return {
            "id": review.id,
            "name": review.name,
            "made": review.made,
            "plan": plan_answer(standing.plan),
            "papers": len(standing.papers),
            "searches": [search_answer(found) for found in self._library.review_searches(review)],
            "stages": [review_counts.stage(standing, stage) for stage in standing.plan.stages],
        }

    def plan(self, name: str) -> tuple[str, PlanAnswer]:
        """A review's name and plan alone.

        Raises:
            NotFoundError: there is none.
        """
        review = self._review(name)
        return review.name, plan_answer(plan_of(review.plan))

    def new(self, name: str, **plan: Any) -> str:
        """Make a review without papers; ``plan`` are fields of `PlanAnswer`. Returns its id.

        Raises:
            InputError: a name that is taken or cannot be used, or a wrong field of the plan.
        """
        made = changed_plan(Plan(), plan)
        return self._library.make_review(review_name(name), made.to_json()).id

    def change(self, name: str, *, new_name: str | None = None, **plan: Any) -> ReviewAnswer:
        """Change a review's name or plan; decisions stay as they are. Raises as :meth:`new`."""
        review = self._review(name)
        changed = changed_plan(plan_of(review.plan), plan)
        missing = set(plan_of(review.plan).stages) - set(changed.stages)
        if any(row.stage in missing for row in self._library.decisions(review)):
            raise InputError(
                f"There are decisions at the stage {', '.join(missing)}.", "Keep the stage; they count."
            )
        self._library.change_review(review, review_name(new_name or review.name), changed.to_json())
        return self.one(review.id)

    def add(
        self,
        name: str,
        *,
        query: str | None = None,
        list_id: str | None = None,
        collection: str | None = None,
        who: str = "",
    ) -> AddedAnswer:
        """Put the papers of a query, a list or a collection into a review, frozen as they are now.

        What was decided stays, and papers that the review has stay where they are.

        Raises:
            NotFoundError: no such review, list or collection. InputError: a wrong query, no paper, too many.
        """
        review = self._review(name)
        found = source(self._generations, self._sight, query, list_id, collection)
        held, _ = self._library.review_sizes().get(review.number, (0, 0))
        if held + len(found.papers) > MAX_REVIEW_PAPERS:
            raise InputError(f"A review holds at most {MAX_REVIEW_PAPERS:,} papers.", "Narrow the search.")
        row = self._library.add_to_review(
            review,
            found.papers,
            kind=found.kind,
            text=found.text,
            generation=self._generations.live().row.number,
            who=" ".join(who.split())[:MAX_WHO],
        )
        return {"review": review.id, "papers": row.papers, "added": row.added}

    # --- screening

    def next(
        self, name: str, who: str, *, stage: str | None = None, order: str = LIKELY, wait: bool = False
    ) -> NextAnswer:
        """The paper that a reviewer decides next.

        Args:
            stage: the first stage at which something is open for this reviewer when absent.
            wait: learn the order first when it was not learned yet, as a command does; a page does not wait.

        Raises:
            InputError: no name, no such stage or order.
        """
        who = self._who(who)
        if order not in ORDERS:
            raise InputError(f"There is no order {order[:40]!r}.", f"Choose {', '.join(ORDERS)}.")
        held = self._open(name)
        with held.lock:
            stage = self._stage(held.standing, stage, who)
            waiting = list(held.standing.open_to(stage, who))
            decided = sum(bool(held.standing.own(paper, stage, who)) for paper in held.standing.papers)
            learner = _learner(held.standing, who)
            learned = held.desk.order(stage, learner, order)
        if learned is None and self._learned(held, stage, learner, wait):
            learned = held.desk.order(stage, learner, order)
        paper, rank = _first(waiting, learned, held.standing, stage, who)
        found = self._library.papers_by_id([paper], common=True).get(paper) if paper else None
        own = held.standing.own(paper, stage, who) if paper else None
        return {
            "review": held.review.id,
            "stage": stage,
            "who": who,
            "order": order,
            "paper": screen_paper(paper, found) if paper else None,
            "rank": rank,
            "chance": learned.chances.get(paper) if learned and paper else None,
            "model": learned.model if learned else "",
            "decided": decided,
            "left": len(waiting),
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
        who, held = self._who(who), self._open(name)
        with held.lock:
            stage = stage or self._stage(held.standing, stage, who)
            check_verdict(held.standing.plan, stage, verdict, reason)
            id = _checked(held.standing, paper, stage)
        row = Decision(id, stage, who, verdict, "decide", reason, _note(note), rank, model[:100])
        return self._kept(held, row)

    def settle(
        self, name: str, paper: str, verdict: str, who: str, *, stage: str, reason: str = "", note: str = ""
    ) -> DecidedAnswer:
        """End a conflict; raises as :meth:`decide`."""
        who, held = self._who(who), self._open(name)
        with held.lock:
            check_verdict(held.standing.plan, stage, verdict, reason)
            id = _checked(held.standing, paper, stage)
            if id not in held.standing.conflicts(stage):
                raise InputError(
                    f"There is no conflict about {paper[:80]!r}.", "List them: litatlas review conflicts"
                )
        return self._kept(held, Decision(id, stage, who, verdict, "settle", reason, _note(note)))

    def undo(self, name: str, who: str) -> DecidedAnswer:
        """Take a reviewer's last decision back; it stays as a row, and so does the undoing.

        Raises:
            NotFoundError: this reviewer decided nothing that is not taken back.
        """
        who, held = self._who(who), self._open(name)
        with held.lock:
            last = held.standing.last_of(who)
        if last is None:
            raise NotFoundError(
                f"{who} has no decision to take back.", "Names are told apart by their letters."
            )
        return self._kept(held, Decision(last.document, last.stage, who, "", "undo", undoes=last.number))

    def _kept(self, held: OpenReview, row: Decision) -> DecidedAnswer:
        number = self._library.decide(held.review, [row])[0]
        with held.lock:
            held.catch_up(self._library)
            paper = held.standing.paper_of(row.document)
            outcome = held.standing.at(paper, row.stage).outcome
        if row.verdict != "later":
            self._learned(held, row.stage, _learner(held.standing, row.who), wait=False)
        return {"number": number, "paper": paper, "stage": row.stage, "outcome": outcome}

    # --- what came of it

    def conflicts(self, name: str) -> list[ConflictAnswer]:
        """The papers about which reviewers disagree, at every stage."""
        held = self._open(name)
        found: list[ConflictAnswer] = []
        for stage in held.standing.plan.stages:
            ids = held.standing.conflicts(stage)
            papers = self._papers(ids)
            for id in ids:
                rows = [row_answer(held.standing, row) for row in held.standing.at(id, stage).rows]
                found.append({"paper": screen_paper(id, papers.get(id)), "stage": stage, "rows": rows})
        return found

    def rows(self, name: str, *, who: str = "") -> list[RowAnswer]:
        """Every row of decisions, the oldest first, those taken back too.

        Where two reviewers decide, what one of them decided is shown to others once both did; ``who`` sees
        their own.
        """
        standing = self._open(name).standing
        return [row_answer(standing, row) for row in standing.rows().values() if standing.is_shown(row, who)]

    def stop(self, name: str, *, stage: str | None = None, wait: bool = False) -> StopAnswer:
        """Whether enough was read at a stage (the first one when absent), and what is still to be expected.

        Args:
            wait: learn from the latest decisions first, as a command does; a page shows what was learned
                last, and learns in the background.
        """
        held = self._open(name)
        stages = held.standing.plan.stages
        if stage is not None and stage not in stages:
            raise InputError(f"This review has no stage {stage[:40]!r}.", f"Its stages: {', '.join(stages)}.")
        stage = stage or stages[0]
        estimate = self._library.estimate(held.review, stage)
        now = held.standing.last_at(stage), len(held.standing.papers)
        if (estimate is None or (estimate.last, estimate.papers) != now) and self._learned(
            held, stage, "", wait
        ):
            estimate = self._library.estimate(held.review, stage)
        current = estimate if estimate and estimate.papers == len(held.standing.papers) else None
        return review_counts.stop(held.standing, stage, current.expected if current else None)

    def agreement(self, name: str) -> list[AgreementAnswer]:
        """How far two reviewers agree, at every stage."""
        standing = self._open(name).standing
        return [review_counts.agreement(standing, stage) for stage in standing.plan.stages]

    def prisma(self, name: str) -> PrismaAnswer:
        """The counts of the PRISMA 2020 flow diagram."""
        return review_counts.prisma(self._open(name).standing)

    def prisma_file(
        self, name: str, format: str, say: prisma_diagram.Say = prisma_diagram.in_english
    ) -> bytes:
        """The flow diagram as "svg", "png", "csv" (for the PRISMA2020 tool) or "json".

        ``say`` gives the sentences of the drawings their language. Raises as :func:`prisma_diagram.png`.
        """
        return prisma_diagram.FORMATS[format](self.prisma(name), say)

    def export(self, name: str, format: str) -> Iterator[bytes]:
        """A review's papers and decisions in a format of `REVIEW_FORMATS`.

        Raises:
            InputError: there is no such format.
        """
        held = self._open(name)
        return hand_on(self._library, held.review, held.standing, format)

    def take_in(self, name: str, path: Path, who: str, *, stage: str | None = None) -> ImportedAnswer:
        """Keep the decisions of a file of another tool, as those of a reviewer.

        Raises:
            InputError: the file cannot be read, or none of its papers is in the review.
        """
        who, held = self._who(who), self._open(name)
        stage = self._stage(held.standing, stage or held.standing.plan.stages[0], who)
        rows, answer = decisions_of(self._library, held.standing, told(path), stage, who)
        self._library.decide(held.review, rows)
        with held.lock:
            held.catch_up(self._library)
        return answer

    # --- within

    def _open(self, name: str) -> OpenReview:
        """A review with everything that was decided up to now."""
        return self._opened_reviews.open(self._library, self._review(name))

    def _review(self, name: str) -> Review:
        review = self._library.review(name)
        if not self._sees(review):
            raise NotFoundError(f"There is no review {name[:80]!r}.", "List them: litatlas review list")
        return review

    def _sees(self, review: Review) -> bool:
        visible = self._sight.collections()
        return visible is None or self._library.review_collections(review) <= visible

    def _who(self, given: str) -> str:
        """The name that a decision is kept under: the account's, else the one that was given."""
        reader = self._sight.reader
        return reviewer_name(reader.name if reader.is_person else given)

    def _learned(self, held: OpenReview, stage: str, learner: str, wait: bool) -> bool:
        """Learn from what was decided, now or soon. Returns whether it is learned when this returns."""

        def lesson() -> Lesson:
            with held.lock:
                return held.standing.lesson(stage, learner)

        if wait:
            given = lesson()
            if given.labels:
                held.desk.learn(stage, learner, given)
            return bool(given.labels)
        if held.standing.last_at(stage):
            held.desk.learn_soon(stage, learner, lesson)
        return False

    def _stage(self, standing: Standing, stage: str | None, who: str) -> str:
        stages = standing.plan.stages
        if stage is not None and stage not in stages:
            raise InputError(f"This review has no stage {stage[:40]!r}.", f"Its stages: {', '.join(stages)}.")
        return stage or next((name for name in stages if any(standing.open_to(name, who))), stages[0])

    def _papers(self, ids: list[str]) -> Mapping[str, Paper]:
        found: dict[str, Paper] = {}
        for part in in_chunks(ids, _AT_ONCE):
            found |= self._library.papers_by_id(part, common=True)
        return found


def _learner(standing: Standing, who: str) -> str:
    """Whose order it is: where one reviewer decides each paper, all of them have the same."""
    return who if standing.plan.reviewers > 1 else ""


def _first(
    waiting: list[str], order: Order | None, standing: Standing, stage: str, who: str
) -> tuple[str, int | None]:
    """The first paper of an order that waits, and its place; papers put off come last."""
    if not waiting:
        return "", None
    if order is not None:
        still = {paper for paper in waiting if standing.own(paper, stage, who) is None}
        for rank, paper in enumerate(order.chances, 1):
            if paper in still:
                return paper, rank
    return waiting[0], None


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
