"""Commands about search books: lines, runs, frozen searches, what changed, and what is published."""

from __future__ import annotations

import sys
from copy import copy
from pathlib import Path

import click

from litatlas.cli.commands.reviews import who_option
from litatlas.cli.context import (
    Context,
    Function,
    QueryCommand,
    emit,
    json_option,
    output_option,
    write_output,
)
from litatlas.cli.text import books as text
from litatlas.errors import InputError
from litatlas.vocabulary import BOOK_FORMATS

pass_context = click.make_pass_decorator(Context)


@click.group("search-book")
def search_book() -> None:
    """Searches that can be published: numbered lines, every run kept, frozen and compared."""


def run_option(function: Function) -> Function:
    """Add ``--run``."""
    return click.option("--run", type=click.IntRange(min=1), help="The run (default: the last).")(function)


def line_option(function: Function) -> Function:
    """Add ``--line``."""
    return click.option("--line", type=click.IntRange(min=1), help="The line (default: the last).")(function)


@search_book.command("list")
@json_option
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """List the search books of this atlas."""
    with context.atlas() as atlas:
        answer = {"books": atlas.books.all()}
    emit(answer, as_json, text.books)


@search_book.command("new")
@click.argument("name")
@click.option("--lines", "file", metavar="FILE|-", help="A file with the lines, such as: #1 asthma")
@json_option
@pass_context
def new(context: Context, name: str, file: str | None, as_json: bool) -> None:
    """Start a search book."""
    lines = _read(file) if file else ""
    with context.atlas() as atlas:
        answer = atlas.books.one(atlas.books.new(name, lines))
    emit(answer, as_json, text.book)


@search_book.command("show")
@click.argument("name")
@click.option("--run", type=click.IntRange(min=1), help="Show this run instead of the lines as they are.")
@json_option
@pass_context
def show(context: Context, name: str, run: int | None, as_json: bool) -> None:
    """Show a search book: its lines and runs."""
    with context.atlas() as atlas:
        if run is None:
            emit(atlas.books.one(name), as_json, text.book)
        else:
            emit(atlas.books.run_answer(name, run), as_json, text.run)


@search_book.command("add", cls=QueryCommand)
@click.argument("name")
@click.argument("queries", nargs=-1, required=True, metavar="QUERY...")
@json_option
@pass_context
def add(context: Context, name: str, queries: tuple[str, ...], as_json: bool) -> None:
    """Add lines; quote each, as in: '(#1 OR #2) NOT year:-1999'."""
    with context.atlas() as atlas:
        atlas.books.add_lines(name, "\n".join(" ".join(query.split()) for query in queries))
        answer = atlas.books.one(name)
    emit(answer, as_json, text.book)


@search_book.command("set", cls=QueryCommand)
@click.argument("name")
@click.argument("line", type=click.IntRange(min=1))
@click.argument("query")
@json_option
@pass_context
def set_(context: Context, name: str, line: int, query: str, as_json: bool) -> None:
    """Change a line, or add one with this number."""
    with context.atlas() as atlas:
        atlas.books.set_line(name, line, query)
        answer = atlas.books.one(name)
    emit(answer, as_json, text.book)


@search_book.command("delete")
@click.argument("name")
@click.argument("line", type=click.IntRange(min=1))
@json_option
@pass_context
def delete(context: Context, name: str, line: int, as_json: bool) -> None:
    """Delete a line that no other refers to; the others keep their numbers."""
    with context.atlas() as atlas:
        atlas.books.remove_line(name, line)
        answer = atlas.books.one(name)
    emit(answer, as_json, text.book)


@search_book.command("lines")
@click.argument("name")
@click.argument("file", metavar="FILE|-")
@json_option
@pass_context
def lines(context: Context, name: str, file: str, as_json: bool) -> None:
    """Replace all lines by those of a file; runs are kept."""
    content = _read(file)
    with context.atlas() as atlas:
        atlas.books.replace_lines(name, content)
        answer = atlas.books.one(name)
    emit(answer, as_json, text.book)


@search_book.command("rename")
@click.argument("name")
@click.argument("new_name")
@json_option
@pass_context
def rename(context: Context, name: str, new_name: str, as_json: bool) -> None:
    """Give a book another name; its addresses stay."""
    with context.atlas() as atlas:
        id = atlas.books.one(name)["id"]
        atlas.books.rename(id, new_name)
        answer = atlas.books.one(id)
    emit(answer, as_json, text.book)


@search_book.command("remove")
@click.argument("name")
@pass_context
def remove(context: Context, name: str) -> None:
    """Remove a book with its runs; refused where one is frozen."""
    with context.atlas() as atlas:
        atlas.books.remove(name)


@search_book.command("run")
@click.argument("name")
@who_option
@json_option
@pass_context
def run(context: Context, name: str, who: str, as_json: bool) -> None:
    """Run all lines, keep the papers that they find, and show what changed since the last run."""
    with context.atlas() as atlas:
        answer = atlas.books.run(name, who)
    emit(answer, as_json, text.ran)


@search_book.command("freeze")
@click.argument("name")
@run_option
@click.option("--note", default="", help="Why, or for which publication.")
@who_option
@json_option
@pass_context
def freeze(context: Context, name: str, run: int | None, note: str, who: str, as_json: bool) -> None:
    """Give a run a permanent address with the same papers for good; runs the lines first where needed."""
    with context.atlas() as atlas:
        answer = atlas.books.freeze(name, run, who=who, note=note)
    emit(answer, as_json, text.run)


@search_book.command("diff")
@click.argument("name")
@click.argument("before", type=click.IntRange(min=1), required=False)
@click.argument("after", type=click.IntRange(min=1), required=False)
@line_option
@json_option
@pass_context
def diff(
    context: Context, name: str, before: int | None, after: int | None, line: int | None, as_json: bool
) -> None:
    """Show what came, went or changed its group between two runs (the last two), and why."""
    with context.atlas() as atlas:
        answer = atlas.books.diff(name, before, after, line=line)
    emit(answer, as_json, text.diff)


@search_book.command("report")
@click.argument("name")
@run_option
@json_option
@pass_context
def report(context: Context, name: str, run: int | None, as_json: bool) -> None:
    """Show the report of a run after PRISMA-S, and which items are still to be answered."""
    with context.atlas() as atlas:
        answer = atlas.books.report(name, run)
    emit(answer, as_json, text.report)


@search_book.command("answer")
@click.argument("name")
@click.argument("item", metavar="ITEM")
@click.argument("words", metavar="TEXT")
@json_option
@pass_context
def answer(context: Context, name: str, item: str, words: str, as_json: bool) -> None:
    """Write an item of the report (1 to 16, authors, licence); an empty text takes it back."""
    with context.atlas() as atlas:
        atlas.books.answer(name, {item: words})
        book = atlas.books.one(name)
    emit(book["answers"], as_json, text.answers)


@search_book.command("export")
@click.argument("name")
@click.option("--format", "format_", required=True, type=click.Choice(list(BOOK_FORMATS)))
@run_option
@line_option
@output_option
@pass_context
def export(
    context: Context, name: str, format_: str, run: int | None, line: int | None, output: Path | None
) -> None:
    """Export the papers of a line of a run, their ids, the report, or all of it as an RO-Crate."""
    with context.atlas() as atlas:
        write_output(atlas.books.export(name, format_, run, line=line), output)


def _read(file: str) -> str:
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read as text.", "Give a text file in UTF-8.") from error


book = copy(search_book)
book.name, book.hidden = "book", True

COMMANDS = (search_book, book)
