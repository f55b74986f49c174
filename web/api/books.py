"""Search books in the API: lines, runs, frozen searches, and what changed."""

from __future__ import annotations

from typing import TypedDict

from flask import Response

from litatlas.parts.books.book_answers import (
    BookAnswer,
    BookHead,
    DiffAnswer,
    LineIdsAnswer,
    LinePapersAnswer,
    RanAnswer,
    ReportAnswer,
    RunAnswer,
)
from litatlas.vocabulary import BOOK_FORMATS
from web.api.book_requests import (
    AnswersRequest,
    BookExportRequest,
    BookRequest,
    DiffRequest,
    FreezeRequest,
    LineOfRunRequest,
    LinePapersRequest,
    LineRequest,
    LinesRequest,
    NewBookRequest,
    ReportRequest,
    RunRequest,
)
from web.api.operations import operation
from web.downloads import download_bytes
from web.requests import NoParameters
from web.site import atlas


class BooksAnswer(TypedDict):
    """All search books."""

    books: list[BookHead]


@operation("GET", "/books", BooksAnswer)
def books(_: NoParameters) -> BooksAnswer:
    """All search books."""
    return {"books": atlas().books.all()}


@operation("POST", "/books", BookAnswer, request=NewBookRequest, status=201, body="json")
def make_book(asked: NewBookRequest) -> BookAnswer:
    """Start a search book, perhaps with lines."""
    return atlas().books.one(atlas().books.new(asked.name, asked.lines))


@operation("GET", "/books/<id>", BookAnswer)
def one_book(_: NoParameters, id: str) -> BookAnswer:
    """A search book with its lines and runs."""
    return atlas().books.one(id)


@operation("PUT", "/books/<id>", BookAnswer, request=BookRequest, body="json")
def change_book(asked: BookRequest, id: str) -> BookAnswer:
    """Rename a book, or replace all its lines; runs are kept."""
    id = atlas().books.one(id)["id"]
    if asked.lines is not None:
        atlas().books.replace_lines(id, asked.lines)
    if asked.name:
        atlas().books.rename(id, asked.name)
    return atlas().books.one(id)


@operation("DELETE", "/books/<id>", BooksAnswer)
def remove_book(_: NoParameters, id: str) -> BooksAnswer:
    """Remove a book without frozen searches."""
    atlas().books.remove(id)
    return {"books": atlas().books.all()}


@operation("POST", "/books/<id>/lines", BookAnswer, request=LinesRequest, body="json")
def add_book_lines(asked: LinesRequest, id: str) -> BookAnswer:
    """Add lines at the end."""
    atlas().books.add_lines(id, asked.lines)
    return atlas().books.one(id)


@operation("PUT", "/books/<id>/lines/<int:line>", BookAnswer, request=LineRequest, body="json")
def set_book_line(asked: LineRequest, id: str, line: int) -> BookAnswer:
    """Change a line."""
    atlas().books.set_line(id, line, asked.text)
    return atlas().books.one(id)


@operation("DELETE", "/books/<id>/lines/<int:line>", BookAnswer)
def remove_book_line(_: NoParameters, id: str, line: int) -> BookAnswer:
    """Delete a line that no other refers to."""
    atlas().books.remove_line(id, line)
    return atlas().books.one(id)


@operation("POST", "/books/<id>/runs", RanAnswer, request=RunRequest, status=201, body="json")
def run_book(asked: RunRequest, id: str) -> RanAnswer:
    """Run all lines, keep what they find, and tell what changed since the run before."""
    return atlas().books.run(id, asked.who)


@operation("GET", "/books/<id>/runs/<int:run>", RunAnswer)
def book_run(_: NoParameters, id: str, run: int) -> RunAnswer:
    """A run with the counts of its lines."""
    return atlas().books.run_answer(id, run)


@operation("GET", "/books/<id>/runs/<int:run>/ids", LineIdsAnswer, request=LineOfRunRequest)
def line_ids(asked: LineOfRunRequest, id: str, run: int) -> LineIdsAnswer:
    """The ids of all papers of a line of a run."""
    return atlas().books.ids(id, run, line=asked.line)


@operation("GET", "/books/<id>/runs/<int:run>/papers", LinePapersAnswer, request=LinePapersRequest)
def line_papers(asked: LinePapersRequest, id: str, run: int) -> LinePapersAnswer:
    """A page of the papers of a line of a run."""
    return atlas().books.papers(id, run, line=asked.line, offset=asked.offset, limit=asked.limit)


@operation("POST", "/books/<id>/frozen", RunAnswer, request=FreezeRequest, status=201, body="json")
def freeze_run(asked: FreezeRequest, id: str) -> RunAnswer:
    """Freeze a run: its address gives the same papers for good."""
    return atlas().books.freeze(id, asked.run, who=asked.who, note=asked.note)


@operation("GET", "/books/<id>/frozen/<int:run>", RunAnswer)
def frozen_run(_: NoParameters, id: str, run: int) -> RunAnswer:
    """A frozen search."""
    return atlas().books.run_answer(id, run, frozen=True)


@operation("GET", "/books/<id>/frozen/<int:run>/ids", LineIdsAnswer, request=LineOfRunRequest)
def frozen_ids(asked: LineOfRunRequest, id: str, run: int) -> LineIdsAnswer:
    """The ids of all papers of a line of a frozen search."""
    return atlas().books.ids(id, run, line=asked.line, frozen=True)


@operation("GET", "/books/<id>/diff", DiffAnswer, request=DiffRequest)
def book_diff(asked: DiffRequest, id: str) -> DiffAnswer:
    """What came, went or changed its group between two runs, and why."""
    return atlas().books.diff(id, asked.before, asked.after, line=asked.line)


@operation("GET", "/books/<id>/report", ReportAnswer, request=ReportRequest)
def book_report(asked: ReportRequest, id: str) -> ReportAnswer:
    """The report of a run after PRISMA-S, filled in as far as it is known."""
    return atlas().books.report(id, asked.run)


@operation("PUT", "/books/<id>/report", BookAnswer, request=AnswersRequest, body="json")
def answer_report(asked: AnswersRequest, id: str) -> BookAnswer:
    """Write items of the report; the others stay."""
    atlas().books.answer(id, asked.answers)
    return atlas().books.one(id)


@operation(
    "GET",
    "/books/<id>/export",
    str,
    request=BookExportRequest,
    media=(kind for _, kind, _suffix in BOOK_FORMATS.values()),
)
def export_book(asked: BookExportRequest, id: str) -> Response:
    """The papers of a line of a run, or its report, as a file."""
    _, media_type, suffix = BOOK_FORMATS[asked.format]
    name = atlas().books.one(id)["name"]
    return download_bytes(
        atlas().books.export(id, asked.format, asked.run, line=asked.line), media_type, name, suffix
    )
