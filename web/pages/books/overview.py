"""Search books: their lines, and the forms that change them."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from web.api.book_requests import (
    BookPageRequest,
    BookRequest,
    BooksPageRequest,
    FreezeRequest,
    LineRequest,
    LinesRequest,
    NewBookRequest,
    RunRequest,
)
from web.pages.blueprint import blueprint
from web.rendering import page
from web.requests import parse
from web.site import atlas


@blueprint.get("/books")
def books() -> Response:
    """All search books, and a form for a new one; ``?query=`` fills it in."""
    wanted = parse(BooksPageRequest, request.args).query
    return page("books.html", books=atlas().books.all(), wanted=wanted)


@blueprint.post("/books", endpoint="new_book")
def new_book() -> AnyResponse:
    """Start a book."""
    fields = parse(NewBookRequest, request.form)
    return _to_book(atlas().books.new(fields.name, fields.lines))


@blueprint.get("/books/<id>")
def book(id: str) -> Response:
    """A book: its lines with what they found last, and its runs."""
    fields = parse(BookPageRequest, request.args)
    answer = atlas().books.one(id)
    last = atlas().books.run_answer(id, answer["runs"][0]["run"]) if answer["runs"] else None
    kept = {line["line"]: line for line in last["lines"]} if last else {}
    return page(
        "book.html",
        book=answer,
        edit=fields.edit,
        last=last,
        counts={
            line["line"]: kept[line["line"]]["papers"]
            for line in answer["lines"]
            if line["line"] in kept and (answer["current"] or _same(line, kept[line["line"]]))
        },
        mine=atlas().books.is_mine(id),
        shared=atlas().books.sharing(id) if atlas().accounts.mode != "off" else None,
    )


@blueprint.post("/books/<id>/lines", endpoint="add_book_lines")
def add_book_lines(id: str) -> AnyResponse:
    """Add lines."""
    atlas().books.add_lines(id, parse(LinesRequest, request.form).lines)
    return _to_book(id)


@blueprint.post("/books/<id>/lines/all", endpoint="replace_book_lines")
def replace_book_lines(id: str) -> AnyResponse:
    """Replace all lines."""
    atlas().books.replace_lines(id, parse(LinesRequest, request.form).lines)
    return _to_book(id)


@blueprint.post("/books/<id>/lines/<int:line>", endpoint="set_book_line")
def set_book_line(id: str, line: int) -> AnyResponse:
    """Change a line."""
    atlas().books.set_line(id, line, parse(LineRequest, request.form).text)
    return _to_book(id)


@blueprint.post("/books/<id>/lines/<int:line>/remove", endpoint="remove_book_line")
def remove_book_line(id: str, line: int) -> AnyResponse:
    """Delete a line."""
    atlas().books.remove_line(id, line)
    return _to_book(id)


@blueprint.post("/books/<id>/runs", endpoint="run_book")
def run_book(id: str) -> AnyResponse:
    """Run all lines, and show the run."""
    ran = atlas().books.run(id, parse(RunRequest, request.form).who)
    return redirect(f"/books/{quote(id)}/runs/{ran['run']['run']}", 303)


@blueprint.post("/books/<id>/frozen", endpoint="freeze_book")
def freeze_book(id: str) -> AnyResponse:
    """Freeze a run, and show it under its permanent address."""
    fields = parse(FreezeRequest, request.form)
    run = atlas().books.freeze(id, fields.run, who=fields.who, note=fields.note)
    return redirect(run["address"], 303)


@blueprint.post("/books/<id>/rename", endpoint="rename_book")
def rename_book(id: str) -> AnyResponse:
    """Give a book another name."""
    atlas().books.rename(id, parse(BookRequest, request.form).name)
    return _to_book(id)


@blueprint.post("/books/<id>/remove", endpoint="remove_book")
def remove_book(id: str) -> AnyResponse:
    """Remove a book."""
    atlas().books.remove(id)
    return redirect("/books", 303)


def _same(line: object, run: object) -> bool:
    """Whether a line was run as it is, and refers to no other, which may have been changed since."""
    assert isinstance(line, dict)
    assert isinstance(run, dict)
    return bool(line["text"] == run["text"] and not line["references"])


def _to_book(id: str) -> AnyResponse:
    return redirect(f"/books/{quote(id)}", 303)
