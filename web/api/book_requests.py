"""What may be asked about search books over HTTP, on pages and in the API."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from litatlas.parts.books.prisma_s import DETAILS, ITEMS
from litatlas.vocabulary import (
    BOOK_FORMATS,
    MAX_BOOK_ANSWER,
    MAX_BOOK_NAME,
    MAX_BOOK_NOTE,
    MAX_BOOK_TEXT,
    MAX_OFFSET,
    MAX_QUERY,
)
from web.requests import Limit as PageSize
from web.requests import LineNumber, OneOf, Request, RunNumber, Text, Who

Lines = Annotated[
    Text,
    Field(max_length=MAX_BOOK_TEXT, description="A search a line, such as “#3 (#1 OR #2) NOT year:-1999”."),
]
BookName = Annotated[Text, Field(min_length=1, max_length=MAX_BOOK_NAME)]


Answer = Annotated[Text, Field(max_length=MAX_BOOK_ANSWER)]


class NewBookRequest(Request):
    """A new search book, perhaps with lines."""

    name: BookName
    lines: Lines = ""


class BookRequest(Request):
    """Another name, or other lines in the place of all."""

    name: Annotated[Text, Field(max_length=MAX_BOOK_NAME)] = ""
    lines: Lines | None = None


class LinesRequest(Request):
    """Lines to add."""

    lines: Annotated[Lines, Field(min_length=1)]


class LineRequest(Request):
    """The text of one line."""

    text: Annotated[Text, Field(min_length=1, max_length=MAX_QUERY)]


class RunRequest(Request):
    """Who runs the lines; who is signed in does under their own name."""

    who: Who = ""


class FreezeRequest(RunRequest):
    """Which run is frozen (the last of the lines as they are), and for what."""

    run: RunNumber | None = None
    note: Annotated[Text, Field(max_length=MAX_BOOK_NOTE)] = ""


class LineOfRunRequest(Request):
    """Which line of a run is meant."""

    line: LineNumber | None = None


class LinePapersRequest(LineOfRunRequest):
    """A page of the papers of a line."""

    offset: Annotated[int, Field(ge=0, le=MAX_OFFSET)] = 0
    limit: PageSize = 10


class DiffRequest(LineOfRunRequest):
    """The two runs that are compared: the last two, where they are left out."""

    before: RunNumber | None = None
    after: RunNumber | None = None


class BookExportRequest(LineOfRunRequest):
    """The format that a run is wanted in."""

    run: RunNumber | None = None
    format: Annotated[str, OneOf(tuple(BOOK_FORMATS))] = "ris"


class ReportRequest(Request):
    """Which run is reported."""

    run: RunNumber | None = None


class AnswersRequest(Request):
    """What people write for items of PRISMA-S, by number, and its authors and licence; "" takes back."""

    answers: Annotated[dict[BookName, Answer], Field(max_length=len(ITEMS) + len(DETAILS))]


class BooksPageRequest(Request):
    """The query that a new book begins with."""

    query: Annotated[Text, Field(max_length=MAX_QUERY)] = ""


class BookPageRequest(Request):
    """The line that is edited on the page."""

    edit: LineNumber | None = None
