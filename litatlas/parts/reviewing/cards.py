"""Plans, searches, papers and rows of decisions as answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import cast

from ingest.library.library import Decision, Paper, ReviewSearch
from litatlas.parts.reviewing.paper_states import Standing
from litatlas.parts.reviewing.plan import Plan
from litatlas.parts.reviewing.review_answers import PlanAnswer, ReviewSearchAnswer, RowAnswer, ScreenPaper


def plan_answer(plan: Plan) -> PlanAnswer:
    """A plan as an answer."""
    good, bad = plan.marked
    return {
        "question": plan.question,
        "criteria": plan.criteria,
        "stages": list(plan.stages),
        "reasons": list(plan.reasons),
        "reviewers": plan.reviewers,
        "good_words": list(good),
        "bad_words": list(bad),
        "keys": dict(plan.keys),
        "target": plan.target,
        "confidence": plan.confidence,
    }


def screen_paper(id: str, paper: Paper | None) -> ScreenPaper:
    """A paper as it is screened; one that has left the library has its id alone."""
    document = paper.merged if paper else None
    return {
        "id": id,
        "title": document.title if document else "",
        "abstract": document.abstract if document else "",
        "authors": list(document.authors) if document else [],
        "year": document.year if document else None,
        "venue": document.venue if document else "",
        "doi": document.doi if document else "",
        "url": document.url if document else "",
        "tags": list(document.tags) if document else [],
        "collections": list(paper.collections) if paper else [],
    }


def search_answer(search: ReviewSearch) -> ReviewSearchAnswer:
    """A search of a review as an answer."""
    values = asdict(search)
    del values["number"]
    return cast(ReviewSearchAnswer, values)


def row_answer(standing: Standing, row: Decision) -> RowAnswer:
    """A row of decisions as an answer."""
    values = asdict(row)
    document = values.pop("document")
    return cast(
        RowAnswer, {"paper": standing.paper_of(document), **values, "undone": standing.is_undone(row)}
    )
