"""Reviews: the front of screening, reached as ``Atlas.reviews``."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ingest.library.library import Paper
from ingest.library.reviewing.reviews import Brought
from ingest.parallel import in_chunks
from litatlas.errors import InputError
from litatlas.parts.reviewing import prisma_diagram, review_counts
from litatlas.parts.reviewing.cards import plan_answer, row_answer, screen_paper, search_answer
from litatlas.parts.reviewing.exchange.review_exports import hand_on
from litatlas.parts.reviewing.exchange.review_imports import decisions_of, told, told_apart
from litatlas.parts.reviewing.paper_states import KEPT
from litatlas.parts.reviewing.plan import (
    Plan,
    changed_plan,
    check_verdict,
    plan_of,
    review_name,
)
from litatlas.parts.reviewing.review_answers import (
    AddedAnswer,
    AgreementAnswer,
    ConflictAnswer,
    ImportedAnswer,
    PlanAnswer,
    PrismaAnswer,
    ReviewAnswer,
    ReviewHead,
    ReviewMapAnswer,
    ReviewTopicsAnswer,
    RowAnswer,
    StopAnswer,
)
from litatlas.parts.reviewing.review_sources import Source, Wanted, source
from litatlas.parts.reviewing.review_topics import map_topics, topics_answer
from litatlas.parts.reviewing.screening_queue import ScreeningQueue
from litatlas.vocabulary import MAX_REVIEW_PAPERS, MAX_WHO
from search.request import SearchRequest

_AT_ONCE = 500
_MOST_ON_MAP = 300


class Reviews(ScreeningQueue):
    """The reviews of one atlas, as a reader may see them. Safe to use from several threads and processes.

    A review is seen by who may see every collection that its papers came from. Who is signed in decides under
    their own name, others under the name that they give.
    """

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
        open_review = self._open(name)
        review, standing = open_review.review, open_review.standing_now()
        return {
            "id": review.id,
            "name": review.name,
            "made": review.made,
            "plan": plan_answer(standing.plan),
            "papers": len(standing.papers),
            "searches": [search_answer(search) for search in self._library.review_searches(review)],
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
        return self._new(name, plan, None)

    def _new(self, name: str, plan: Mapping[str, Any], brought: Brought | None) -> str:
        made = changed_plan(Plan(), plan)
        return self._library.make_review(review_name(name), made.to_json(), brought).id

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
        query: str | SearchRequest | None = None,
        list_id: str | None = None,
        collection: str | None = None,
        book: str | None = None,
        run: int | None = None,
        line: int | None = None,
        who: str = "",
    ) -> AddedAnswer:
        """Put the papers of a search, a list, a collection or a run of a search book into a review, frozen.

        What was decided stays, and papers that the review has stay where they are.

        Raises:
            NotFoundError: no such review or source. InputError: a wrong query, no paper, too many.
        """
        review = self._review(name)
        wanted = Wanted(query, list_id, collection, book, run, line)
        present, _ = self._library.review_sizes().get(review.number, (0, 0))
        brought = self._brought(source(self._generations, self._sight, wanted), who, present)
        row = self._library.add_to_review(
            review,
            brought.papers,
            kind=brought.kind,
            text=brought.text,
            generation=brought.generation,
            who=brought.who,
        )
        return {"review": review.id, "papers": row.papers, "added": row.added}

    def begin(
        self,
        name: str,
        plan: Mapping[str, Any],
        *,
        query: str | SearchRequest | None = None,
        list_id: str | None = None,
        collection: str | None = None,
        book: str | None = None,
        run: int | None = None,
        line: int | None = None,
        who: str = "",
    ) -> str:
        """Make a review with the papers of a source; none is made where there is something wrong with it.

        Returns its id. Raises as :meth:`new` and :meth:`add`.
        """
        wanted = Wanted(query, list_id, collection, book, run, line)
        chosen = source(self._generations, self._sight, wanted)
        return self._new(name, plan, self._brought(chosen, who, 0))

    def _brought(self, chosen: Source, who: str, present: int) -> Brought:
        """What is written of a source, for a review of so many papers."""
        if present + len(chosen.papers) > MAX_REVIEW_PAPERS:
            raise InputError(f"A review holds at most {MAX_REVIEW_PAPERS:,} papers.", "Narrow the search.")
        generation = self._generations.live().row.number
        who = " ".join(who.split())[:MAX_WHO]
        return Brought(chosen.papers, chosen.kind, chosen.text, generation, who)

    # --- what came of it

    def conflicts(self, name: str) -> list[ConflictAnswer]:
        """The papers about which reviewers disagree, at every stage."""
        standing = self._open(name).standing_now()
        conflicts: list[ConflictAnswer] = []
        for stage in standing.plan.stages:
            ids = standing.conflicts(stage)
            papers = self._papers(ids)
            for id in ids:
                rows = [row_answer(standing, row) for row in standing.at(id, stage).rows]
                conflicts.append({"paper": screen_paper(id, papers.get(id)), "stage": stage, "rows": rows})
        return conflicts

    def rows(self, name: str, *, who: str = "") -> list[RowAnswer]:
        """Every row of decisions, the oldest first, those taken back too.

        Where two reviewers decide, what one of them decided is shown to others once both did; ``who`` sees
        their own.
        """
        standing = self._open(name).standing_now()
        return [row_answer(standing, row) for row in standing.rows().values() if standing.is_shown(row, who)]

    def stop(self, name: str, *, stage: str | None = None, wait: bool = False) -> StopAnswer:
        """Whether enough was read at a stage (the first one when absent), and what is still to be expected.

        Args:
            wait: learn from the latest decisions first, as a command does; a page shows what was learned
                last, and learns in the background.
        """
        open_review = self._open(name)
        standing = open_review.standing_now()
        stage = standing.plan.checked_stage(stage)
        estimate = self._library.estimate(open_review.review, stage)
        now = standing.last_at(stage), len(standing.papers)
        if (estimate is None or (estimate.last, estimate.papers) != now) and self._learned(
            open_review, stage, "", wait
        ):
            estimate = self._library.estimate(open_review.review, stage)
        current = estimate if estimate and estimate.papers == len(standing.papers) else None
        return review_counts.stop(standing, stage, current.expected if current else None)

    def topics(self, name: str, *, stage: str | None = None) -> ReviewTopicsAnswer:
        """Where the papers of a stage (the first when absent) lie on the map, and which topics were read."""
        open_review, live = self._open(name), self._generations.seen(self._sight.collections())
        standing = open_review.standing_now()
        stage = standing.plan.checked_stage(stage)
        topics = open_review.topics(self._generations.live())
        return topics_answer(live, standing, topics, open_review.desk.papers, stage)

    def on_map(self, name: str, *, stage: str | None = None) -> ReviewMapAnswer:
        """What the map shows of a stage: how much of every topic was read and kept, and the kept papers."""
        open_review, live = self._open(name), self._generations.seen(self._sight.collections())
        standing, papers = open_review.standing_now(), open_review.desk.papers
        stage = standing.plan.checked_stage(stage)
        topics, paths = map_topics(live, standing, papers, stage)
        outcomes = standing.outcomes(stage)
        kept = {
            paper: path
            for paper, path in zip(papers, paths, strict=True)
            if path and outcomes.get(paper) in KEPT
        }
        shown = dict(itertools.islice(kept.items(), _MOST_ON_MAP))
        titles = self._papers(list(shown))
        return {
            "name": open_review.review.name,
            "stage": stage,
            "topics": topics,
            "kept": [
                {"id": id, "title": titles[id].merged.title, "topics": path}
                for id, path in shown.items()
                if id in titles
            ],
        }

    def agreement(self, name: str) -> list[AgreementAnswer]:
        """How far two reviewers agree, at every stage."""
        standing = self._open(name).standing_now()
        return [review_counts.agreement(standing, stage) for stage in standing.plan.stages]

    def prisma(self, name: str) -> PrismaAnswer:
        """The counts of the PRISMA 2020 flow diagram."""
        return review_counts.prisma(self._open(name).standing_now())

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
        open_review = self._open(name)
        return hand_on(self._library, open_review.review, open_review.standing_now(), format)

    def take_in(
        self,
        name: str,
        path: Path,
        who: str,
        *,
        stage: str | None = None,
        otherwise: str = "",
        is_foreign: bool = False,
    ) -> ImportedAnswer:
        """Keep the decisions of a file of another tool, as those of a reviewer.

        Args:
            otherwise: what is decided of papers of which the file itself says nothing; "" for nothing.
            is_foreign: somebody far away sent it, so that reading it has bounds.

        Raises:
            InputError: the file cannot be read, or none of its papers is in the review.
        """
        who, open_review = self._who(who), self._open(name)
        standing = open_review.standing_now()
        stage = standing.plan.checked_stage(stage)
        if otherwise:
            check_verdict(standing.plan, stage, otherwise, "")
        papers = (told_apart if is_foreign else told)(path, stage, standing.plan.stages)
        rows, answer = decisions_of(self._library, standing, papers, stage, who, otherwise)
        self._library.decide(open_review.review, rows)
        with open_review.lock:
            open_review.catch_up(self._library)
        return answer

    def _papers(self, ids: list[str]) -> Mapping[str, Paper]:
        papers: dict[str, Paper] = {}
        for part in in_chunks(ids, _AT_ONCE):
            papers |= self._library.papers_by_id(part, common=True)
        return papers
