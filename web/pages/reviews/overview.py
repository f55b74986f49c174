"""Reviews: their plan, how far they are, and what is handed on."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, redirect, request
from flask_babel import force_locale, format_decimal, gettext
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from litatlas.parts.reviewing import prisma_diagram
from litatlas.parts.reviewing.review_sources import search_text
from litatlas.vocabulary import REVIEW_FORMATS
from web import upload_forms
from web.api.review_requests import (
    ImportRequest,
    NewReviewRequest,
    PlanRequest,
    PrismaRequest,
    ReviewExportRequest,
    ReviewsPageRequest,
    SourceRequest,
    searched,
)
from web.downloads import download_bytes
from web.pages.blueprint import blueprint, map_parts
from web.pages.reviews.forms import filled, who_is_deciding
from web.rendering import page
from web.rendering.recall_curve import found_curve
from web.requests import parse
from web.site import atlas


@blueprint.get("/reviews")
def reviews() -> Response:
    """All reviews, and a form for a new one; a query, a whole search or a run of a book fills it in."""
    fields = parse(ReviewsPageRequest, request.args)
    text = search_text(searched(fields.search)) if fields.search else ""
    if fields.book:
        run = atlas().books.run_answer(fields.book, fields.run)
        fields.run = run["run"]
        text = f"{run['name']}, run {run['run']}" + (f", #{fields.line}" if fields.line else "")
    return page("reviews.html", reviews=atlas().reviews.all(), asked=fields, text=text)


@blueprint.post("/reviews", endpoint="new_review")
def new_review() -> AnyResponse:
    """Begin a review."""
    params = parse(NewReviewRequest, filled(request.form))
    if params.has_source:
        who = who_is_deciding(params.who)
        id = atlas().reviews.begin(params.name, params.plan(), **params.source(), who=who)
    else:
        id = atlas().reviews.new(params.name, **params.plan())
    return redirect(f"/reviews/{quote(id)}", 303)


@blueprint.get("/reviews/<id>")
def review(id: str) -> Response:
    """A review: how far each stage is, whether enough was read, its flow and its plan."""
    answer = atlas().reviews.one(id)
    stops = [atlas().reviews.stop(id, stage=stage["stage"]) for stage in answer["stages"] if stage["papers"]]
    begun = [stop for stop in stops if stop["read"]]
    return page(
        "review.html",
        review=answer,
        stops=[(stop, found_curve(stop)) for stop in begun],
        topics=atlas().reviews.topics(id),
        agreement=[row for row in atlas().reviews.agreement(id) if row["papers"]],
        flow=Markup(prisma_diagram.svg(atlas().reviews.prisma(id), _say).decode()),  # noqa: S704  (escaped)
        formats=REVIEW_FORMATS,
        lists=atlas().lists.all(),
        collections=[head["name"] for head in atlas().collections.all()],
        **map_parts(),
    )


@blueprint.post("/reviews/<id>/add", endpoint="add_to_review")
def add_to_review(id: str) -> AnyResponse:
    """Add the papers of a further search."""
    params = parse(SourceRequest, filled(request.form))
    atlas().reviews.add(id, **params.source(), who=who_is_deciding(params.who))
    return redirect(f"/reviews/{quote(id)}", 303)


@blueprint.post("/reviews/<id>/plan", endpoint="plan_review")
def plan_review(id: str) -> AnyResponse:
    """Change the plan."""
    params = parse(PlanRequest, request.form)
    atlas().reviews.change(id, new_name=params.name or None, **params.plan())
    return redirect(f"/reviews/{quote(id)}", 303)


@blueprint.post("/reviews/<id>/import", endpoint="import_decisions")
def import_decisions(id: str) -> Response:
    """Keep the decisions of a file of another tool, and say what became of them."""
    params = parse(ImportRequest, request.form)
    answer = upload_forms.take_in_decisions(id, request.files.get("file"), **params.model_dump())
    name, _ = atlas().reviews.plan(id)
    return page("imported.html", id=id, name=name, answer=answer)


@blueprint.get("/reviews/<id>/export")
def export_review(id: str) -> Response:
    """A review's papers with their decisions."""
    params = parse(ReviewExportRequest, request.args)
    _, media_type, suffix = REVIEW_FORMATS[params.format]
    name, _ = atlas().reviews.plan(id)
    return download_bytes(atlas().reviews.export(id, params.format), media_type, name, suffix)


@blueprint.get("/reviews/<id>/prisma.<any(svg, png, csv, json):format>")
def prisma(id: str, format: str) -> Response:
    """The flow of PRISMA 2020 as a drawing (in English, or in that of ``?lang=``), a table or JSON."""
    params = parse(PrismaRequest, request.args)
    with force_locale(params.lang):
        data = atlas().reviews.prisma_file(id, format, _say)
    return Response(data, content_type=_PRISMA_KINDS[format])


def _say(sentence: str, number: int) -> str:
    """A sentence of the flow diagram in the language of the page."""
    return str(gettext(sentence, number=format_decimal(number)))


_PRISMA_KINDS = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
