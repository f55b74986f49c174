"""Reviews in the API: screening, and what came of it."""

from __future__ import annotations

from typing import TypedDict

from flask import Response, request

from litatlas.parts.reviewing.review_answers import (
    AddedAnswer,
    AgreementAnswer,
    ConflictAnswer,
    DecidedAnswer,
    ImportedAnswer,
    NextAnswer,
    PrismaAnswer,
    ReviewAnswer,
    ReviewHead,
    ReviewMapAnswer,
    ReviewTopicsAnswer,
    RowAnswer,
    StopAnswer,
)
from litatlas.vocabulary import REVIEW_FORMATS
from web import upload_forms
from web.api.operations import operation
from web.api.review_requests import (
    DecideRequest,
    ImportRequest,
    NewReviewRequest,
    PlanRequest,
    ReviewExportRequest,
    RowsRequest,
    ScreenRequest,
    SourceRequest,
    StageRequest,
)
from web.downloads import download_bytes
from web.requests import NoParameters
from web.site import atlas


class ReviewsAnswer(TypedDict):
    """All reviews."""

    reviews: list[ReviewHead]


class ConflictsAnswer(TypedDict):
    """The papers about which reviewers disagree."""

    conflicts: list[ConflictAnswer]


class RowsAnswer(TypedDict):
    """Every row of decisions."""

    rows: list[RowAnswer]


class AgreementsAnswer(TypedDict):
    """Agreement at every stage."""

    stages: list[AgreementAnswer]


@operation("GET", "/reviews", ReviewsAnswer)
def reviews(_: NoParameters) -> ReviewsAnswer:
    """All reviews."""
    return {"reviews": atlas().reviews.all()}


@operation("POST", "/reviews", ReviewAnswer, request=NewReviewRequest, status=201, body="json")
def make_review(params: NewReviewRequest) -> ReviewAnswer:
    """Begin a review, with the papers that a query, a list or a collection gives now."""
    if params.has_source:
        id = atlas().reviews.begin(params.name, params.plan(), **params.source(), who=params.who)
    else:
        id = atlas().reviews.new(params.name, **params.plan())
    return atlas().reviews.one(id)


@operation("GET", "/reviews/<id>", ReviewAnswer)
def one_review(_: NoParameters, id: str) -> ReviewAnswer:
    """A review with its plan, its searches, and how far each stage is."""
    return atlas().reviews.one(id)


@operation("PUT", "/reviews/<id>/plan", ReviewAnswer, request=PlanRequest, body="json")
def change_plan(params: PlanRequest, id: str) -> ReviewAnswer:
    """Change a review's plan; what was decided stays."""
    return atlas().reviews.change(id, new_name=params.name or None, **params.plan())


@operation("POST", "/reviews/<id>/papers", AddedAnswer, request=SourceRequest, body="json")
def add_papers_to_review(params: SourceRequest, id: str) -> AddedAnswer:
    """Add the papers of a further search; what was decided stays."""
    return atlas().reviews.add(id, **params.source(), who=params.who)


@operation("GET", "/reviews/<id>/next", NextAnswer, request=ScreenRequest)
def next_paper(params: ScreenRequest, id: str) -> NextAnswer:
    """The paper that a reviewer decides next."""
    return atlas().reviews.next(
        id, params.who, stage=params.stage or None, order=params.order, topic=params.topic or None
    )


@operation("GET", "/reviews/<id>/decisions", RowsAnswer, request=RowsRequest)
def review_rows(params: RowsRequest, id: str) -> RowsAnswer:
    """Every decision as it was made; blinded ones once both reviewers decided."""
    return {"rows": atlas().reviews.rows(id, who=params.who)}


@operation("POST", "/reviews/<id>/decisions", DecidedAnswer, request=DecideRequest, status=201, body="json")
def decide_paper(params: DecideRequest, id: str) -> DecidedAnswer:
    """Keep a reviewer's decision about a paper."""
    return atlas().reviews.decide(
        id,
        params.paper,
        params.verdict,
        params.who,
        stage=params.stage or None,
        reason=params.reason,
        note=params.note,
        rank=params.rank,
        model=params.model,
    )


@operation("POST", "/reviews/<id>/undo", DecidedAnswer, request=RowsRequest, body="json")
def undo_last(params: RowsRequest, id: str) -> DecidedAnswer:
    """Take a reviewer's last decision back; it stays as a row."""
    return atlas().reviews.undo(id, params.who)


@operation("POST", "/reviews/<id>/import", ImportedAnswer, request=ImportRequest, body="file")
def import_decisions(params: ImportRequest, id: str) -> ImportedAnswer:
    """Keep the decisions of a file of another tool (multipart ``file``), as those of a reviewer."""
    return upload_forms.take_in_decisions(id, request.files.get("file"), **params.model_dump())


@operation("GET", "/reviews/<id>/conflicts", ConflictsAnswer)
def review_conflicts(_: NoParameters, id: str) -> ConflictsAnswer:
    """The papers about which reviewers disagree."""
    return {"conflicts": atlas().reviews.conflicts(id)}


@operation("POST", "/reviews/<id>/settle", DecidedAnswer, request=DecideRequest, status=201, body="json")
def settle_conflict(params: DecideRequest, id: str) -> DecidedAnswer:
    """End a conflict about a paper."""
    return atlas().reviews.settle(
        id,
        params.paper,
        params.verdict,
        params.who,
        stage=params.stage,
        reason=params.reason,
        note=params.note,
    )


@operation("GET", "/reviews/<id>/stop", StopAnswer, request=StageRequest)
def stop_report(params: StageRequest, id: str) -> StopAnswer:
    """Whether enough was read at a stage, by the hypergeometric test."""
    return atlas().reviews.stop(id, stage=params.stage or None)


@operation("GET", "/reviews/<id>/topics", ReviewTopicsAnswer, request=StageRequest)
def review_topics(params: StageRequest, id: str) -> ReviewTopicsAnswer:
    """Where the papers of a stage lie on the map: read, and kept, in each topic."""
    return atlas().reviews.topics(id, stage=params.stage or None)


@operation("GET", "/reviews/<id>/map", ReviewMapAnswer, request=StageRequest)
def review_map(params: StageRequest, id: str) -> ReviewMapAnswer:
    """What the map shows of a review: papers read and kept in every topic, and the kept papers."""
    return atlas().reviews.on_map(id, stage=params.stage or None)


@operation("GET", "/reviews/<id>/agreement", AgreementsAnswer)
def review_agreement(_: NoParameters, id: str) -> AgreementsAnswer:
    """How far two reviewers agree."""
    return {"stages": atlas().reviews.agreement(id)}


@operation("GET", "/reviews/<id>/prisma", PrismaAnswer)
def review_prisma(_: NoParameters, id: str) -> PrismaAnswer:
    """The counts of the PRISMA 2020 flow diagram."""
    return atlas().reviews.prisma(id)


@operation(
    "GET",
    "/reviews/<id>/export",
    str,
    request=ReviewExportRequest,
    media=(kind for _, kind, _suffix in REVIEW_FORMATS.values()),
)
def export_review(params: ReviewExportRequest, id: str) -> Response:
    """A review's papers with their decisions, as a file."""
    _, media_type, suffix = REVIEW_FORMATS[params.format]
    name, _plan = atlas().reviews.plan(id)
    return download_bytes(atlas().reviews.export(id, params.format), media_type, name, suffix)
