"""A run of a search book, frozen or not: its lines, its papers, what changed, and its files."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from litatlas.parts.books.book_answers import RunAnswer
from litatlas.vocabulary import BOOK_FORMATS
from web.api.book_requests import (
    AnswersRequest,
    BookExportRequest,
    DiffRequest,
    LinePapersRequest,
    ReportRequest,
)
from web.downloads import download_bytes
from web.pages.blueprint import blueprint, map_parts
from web.rendering import page
from web.requests import parse
from web.site import atlas

_SHOWN = 300  # changes on a page
REPORTS = ("prisma-s", "prisma-s-docx", "search-query", "ro-crate")
"""The formats that hold more than papers."""


@blueprint.get("/books/<id>/runs/<int:run>", endpoint="book_run")
def book_run(id: str, run: int) -> Response:
    """A run and the papers of one of its lines."""
    return _run_page(id, run, frozen=False)


@blueprint.get("/books/<id>/frozen/<int:run>", endpoint="frozen_search")
def frozen_search(id: str, run: int) -> Response:
    """The same under the permanent address that it has when it is frozen."""
    return _run_page(id, run, frozen=True)


@blueprint.get("/books/<id>/diff", endpoint="book_diff")
def book_diff(id: str) -> Response:
    """What changed between two runs."""
    fields = parse(DiffRequest, request.args)
    answer = atlas().books.one(id)
    diff = atlas().books.diff(id, fields.before, fields.after, line=fields.line)
    lines = atlas().books.run_answer(id, diff["after"])["lines"]
    return page("book_diff.html", book=answer, diff=diff, lines=lines, shown=_SHOWN)


@blueprint.get("/books/<id>/report", endpoint="book_report")
def book_report(id: str) -> Response:
    """The report of a run after PRISMA-S, and the form for what is not known here."""
    fields = parse(ReportRequest, request.args)
    answer = atlas().books.one(id)
    return page(
        "book_report.html",
        book=answer,
        report=atlas().books.report(id, fields.run),
        mine=atlas().books.is_mine(id),
        formats={name: kind for name, kind in BOOK_FORMATS.items() if name in REPORTS},
    )


@blueprint.post("/books/<id>/report", endpoint="answer_report")
def answer_report(id: str) -> AnyResponse:
    """Keep what was written."""
    form = request.form.to_dict()
    run = form.pop("run", "")
    atlas().books.answer(id, parse(AnswersRequest, {"answers": form}).answers)
    return redirect(f"/books/{quote(id)}/report?run={quote(run)}", 303)


@blueprint.get("/books/<id>/export")
def export_book(id: str) -> Response:
    """The papers of a line, or the report, as a file."""
    fields = parse(BookExportRequest, request.args)
    _, media_type, suffix = BOOK_FORMATS[fields.format]
    name = atlas().books.one(id)["name"]
    pieces = atlas().books.export(id, fields.format, fields.run, line=fields.line)
    return download_bytes(pieces, media_type, name, suffix)


def _run_page(id: str, number: int, *, frozen: bool) -> Response:
    fields = parse(LinePapersRequest, request.args)
    run = atlas().books.run_answer(id, number, frozen=frozen)
    papers = atlas().books.papers(
        id, number, line=fields.line, offset=fields.offset, limit=fields.limit, frozen=frozen
    )
    earlier = [head["run"] for head in atlas().books.one(id)["runs"] if head["run"] < number]
    return page(
        "book_run.html",
        run=run,
        papers=papers,
        line=_line_of(run, papers["line"]),
        asked=fields,
        before=max(earlier, default=None),
        mine=atlas().books.is_mine(id),
        formats={name: kind for name, kind in BOOK_FORMATS.items() if name not in REPORTS},
        drawing=map_parts()["drawing"],
    )


def _line_of(run: RunAnswer, number: int) -> object:
    return next(line for line in run["lines"] if line["line"] == number)
