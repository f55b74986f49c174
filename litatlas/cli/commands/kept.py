"""Commands about notes on papers, starred and read papers, and saved searches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from litatlas.cli.context import Context, QueryCommand, emit, json_option, limit_option
from litatlas.cli.text import accounts as accounts_text
from litatlas.cli.text import papers as papers_text
from litatlas.cli.text import search as search_text
from litatlas.errors import InputError
from litatlas.vocabulary import MARKS, MAX_PAPER_NOTE

if TYPE_CHECKING:
    from litatlas.atlas import Atlas

pass_context = click.make_pass_decorator(Context)
Command = Callable[..., Any]


def user_option(function: Command) -> Command:
    """Add ``--user``."""
    return click.option("--user", help="Whose they are, on an atlas with accounts (default: nobody's).")(
        function
    )


@contextmanager
def _atlas(context: Context, user: str | None) -> Iterator[Atlas]:
    """The atlas, as a user works with it where one is named."""
    if user and context.server:
        raise InputError(
            "--user names a user of an atlas on this machine.", "On a server, the token says who you are."
        )
    from litatlas.accounts.reader import person  # here: --help answers without loading everything

    with context.atlas() as atlas:
        yield atlas.seen_by(person(atlas.accounts.named(user))) if user else atlas


def _share_options(function: Command) -> Command:
    for option in (
        click.option(
            "--with", "shared", metavar="NAME,group:NAME,…", help="These users and groups see it too."
        ),
        click.option("--public", is_flag=True, help="Everyone with read access sees it."),
        click.option("--private", is_flag=True, help="Only its owner and the keepers see it."),
    ):
        function = option(function)
    return function


def _shared(private: bool, public: bool, shared: str | None) -> dict[str, Any]:
    if public == bool(private or shared):
        raise click.UsageError("Give --public, or --private, or --with the users and groups that see it.")
    names = [one.strip() for one in (shared or "").split(",") if one.strip()]
    return {
        "private": not public,
        "users": [one for one in names if not one.startswith("group:")],
        "groups": [one.removeprefix("group:") for one in names if one.startswith("group:")],
    }


# -- notes ---------------------------------------------------------------------------------------------------


@click.group()
def notes() -> None:
    """Notes on papers: list, write, change, remove and share them."""


@notes.command("list")
@click.argument("paper", required=False)
@user_option
@json_option
@pass_context
def list_notes(context: Context, paper: str | None, user: str | None, as_json: bool) -> None:
    """List the notes on a paper, or all notes."""
    with _atlas(context, user) as atlas:
        answer = {"notes": atlas.notes.of(paper) if paper else atlas.notes.all()}
    emit(answer, as_json, lambda found: "\n\n".join(map(_note_text, found["notes"])))


def _note_text(note: Any) -> str:
    who = f" {note['who']}" if note["who"] else ""
    return f"{note['id']}  {note['document']}  {note['changed'][:10]}{who}\n{note['text']}"


def _text(given: str) -> str:
    return sys.stdin.read(4 * MAX_PAPER_NOTE) if given == "-" else given


@notes.command("add")
@click.argument("paper")
@click.argument("text")
@user_option
@json_option
@pass_context
def add_note(context: Context, paper: str, text: str, user: str | None, as_json: bool) -> None:
    """Write a note on a paper (-: from standard input); at first only its owner sees it."""
    with _atlas(context, user) as atlas:
        answer = atlas.notes.write(paper, _text(text))
    emit(answer, as_json, lambda note: str(note["id"]))


@notes.command("change")
@click.argument("id")
@click.argument("text")
@user_option
@pass_context
def change_note(context: Context, id: str, text: str, user: str | None) -> None:
    """Write a note anew (-: from standard input)."""
    with _atlas(context, user) as atlas:
        atlas.notes.change(id, _text(text))
    click.echo("Changed the note.", err=True)


@notes.command("remove")
@click.argument("id")
@user_option
@pass_context
def remove_note(context: Context, id: str, user: str | None) -> None:
    """Remove a note."""
    with _atlas(context, user) as atlas:
        atlas.notes.remove(id)
    click.echo("Removed the note.", err=True)


@notes.command("share")
@click.argument("id")
@_share_options
@user_option
@pass_context
def share_note(
    context: Context, id: str, user: str | None, private: bool, public: bool, shared: str | None
) -> None:
    """Set who can see a note."""
    with _atlas(context, user) as atlas:
        atlas.notes.share(id, **_shared(private, public, shared))
    click.echo(f"The note is {'public' if public else 'private'} now.", err=True)


@click.command()
@click.argument("kind", type=click.Choice(MARKS))
@click.argument("paper", required=False)
@click.option("--off", is_flag=True, help="Take the mark back.")
@user_option
@json_option
@pass_context
def mark(context: Context, kind: str, paper: str | None, off: bool, user: str | None, as_json: bool) -> None:
    """Star a paper, or mark it as read; without a paper, list those that are."""
    with _atlas(context, user) as atlas:
        if paper is None:
            emit({"documents": atlas.notes.marked(kind)}, as_json, papers_text.documents)
        else:
            emit(atlas.notes.mark(paper, kind, on=not off), as_json, lambda _: "")


# -- saved searches ------------------------------------------------------------------------------------------


@click.group("saved-searches")
def saved_searches() -> None:
    """Searches kept under a name: list, save, run, remove and share them."""


@saved_searches.command("list")
@user_option
@json_option
@pass_context
def list_searches(context: Context, user: str | None, as_json: bool) -> None:
    """List the saved searches."""
    with _atlas(context, user) as atlas:
        answer = {"searches": atlas.searches.all()}
    emit(
        answer,
        as_json,
        lambda found: accounts_text.account_table(found["searches"], ("id", "name", "query", "made")),
    )


@saved_searches.command("save", cls=QueryCommand)
@click.argument("name")
@click.argument("query")
@user_option
@json_option
@pass_context
def save(context: Context, name: str, query: str, user: str | None, as_json: bool) -> None:
    """Save a search under a name; at first only its owner sees it."""
    with _atlas(context, user) as atlas:
        answer = atlas.searches.save(name, query)
    emit(answer, as_json, lambda one: str(one["id"]))


@saved_searches.command("run")
@click.argument("name")
@limit_option
@user_option
@json_option
@pass_context
def run(context: Context, name: str, limit: int, user: str | None, as_json: bool) -> None:
    """Search again, by the name of a saved search or its id."""
    with _atlas(context, user) as atlas:
        answer = atlas.search(atlas.searches.request(name), limit=limit)
    emit(dict(answer), as_json, search_text.search)


@saved_searches.command("remove")
@click.argument("name")
@user_option
@pass_context
def remove(context: Context, name: str, user: str | None) -> None:
    """Remove a saved search, by its name or its id."""
    with _atlas(context, user) as atlas:
        atlas.searches.remove(name)
    click.echo(f"Removed {name!r}.", err=True)


@saved_searches.command("share")
@click.argument("name")
@_share_options
@user_option
@pass_context
def share(
    context: Context, name: str, user: str | None, private: bool, public: bool, shared: str | None
) -> None:
    """Set who can see a saved search."""
    with _atlas(context, user) as atlas:
        atlas.searches.share(name, **_shared(private, public, shared))
    click.echo(f"{name!r} is {'public' if public else 'private'} now.", err=True)


COMMANDS = (notes, mark, saved_searches)
