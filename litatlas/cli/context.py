"""What every command shares: the atlas that it works on, ``--json``, and printing an answer once."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from litatlas.cli.progress import ConsoleProgress
from litatlas.cli.terminal import safe
from litatlas.errors import InputError, LitatlasError, NotFoundError
from litatlas.settings import Settings, load

if TYPE_CHECKING:
    from litatlas.atlas import Atlas

DEMO = Path(".demo")
"""Where `make demo` puts its atlas, seen from the folder of the source."""

_TOPICAL = ("topics", "topic", "coverage", "trends", "bridges", "quality")
_REVIEWS = (
    "list",
    "status",
    "next",
    "conflicts",
    "rows",
    "stop-report",
    "agreement",
    "export",
    "prisma",
    "topics",
)
_BOOKS = ("list", "show", "diff", "report", "export")
READING = frozenset(
    (
        *(
            "search",
            "translate",
            "explore",
            "document",
            "pdf",
            "similar",
            "status",
            "export",
            "formats",
            "backup",
            *_TOPICAL,
        ),
        *("collections", "collections rejects", "users list", "tokens list", "audit export"),
        *("duplicates", "names list", "notes list", "saved-searches list", "saved-searches run"),
        *(f"review {name}" for name in _REVIEWS),
        *(f"{group} {name}" for group in ("search-book", "book") for name in _BOOKS),
    )
)
"""Commands that only read: they migrate no library of an earlier version."""

UNRECORDED = frozenset(("users", "tokens", "serve", "worker", "demo", "doctor", "mcp"))
"""Commands that write into the audit log themselves, or change nothing."""
_SUBJECTS = ("collection", "name", "old", "file", "paper", "id")
"""The arguments that name what a command is about, the first that there is."""

_PRIVATE = 0o077
_usual = _PRIVATE
"""The umask that the user works with."""

Function = TypeVar("Function", bound=Callable[..., Any])
Answer = TypeVar("Answer", bound=Mapping[str, Any])


class Context:
    """What the command line knows before the command: where the atlas is, on this machine or on a server."""

    def __init__(self, home: Path | None, server: str = "", token_file: Path | None = None) -> None:
        self.home = home
        self.server = server
        self.token_file = token_file
        self._logs: object = None

    def settings(self) -> Settings:
        """Read the settings.

        Raises:
            InputError: a server is named, whose settings are its own.
        """
        if self.server:
            from litatlas.client.connection import not_remote

            raise not_remote()
        settings = load(self.home)
        if settings.log_file and not self._logs:
            from litatlas.operations import logs

            self._logs = logs.configure(settings, "cli", stderr=False)
            logging.getLogger("litatlas.cli").info(
                "command begins", extra={"fields": {"command": _command()}}
            )
        return settings

    @contextmanager
    def atlas(self, *, new: bool = False, library: str | None = None) -> Iterator[Atlas]:
        """Open the atlas and close it after the command; one that is not there is made if it may be ``new``.

        Args:
            library: the database of its library, if not the one of the settings.

        Raises:
            NotFoundError: there is no atlas.
        """
        if self.server:
            yield self._remote()
            return
        settings = self.settings()
        if library:
            settings = replace(settings, library=library)
        if not new:
            check_exists(settings)
        from litatlas.atlas import Atlas  # here: --help and wrong usage answer without loading everything

        atlas = Atlas(settings, migrate=_command() not in READING)
        try:
            with suppress(LitatlasError), self.progress() as progress:  # the command says what is wrong
                atlas.generations.finish_interrupted(progress)
            yield atlas
            _record(atlas)
        finally:
            atlas.close()

    def _remote(self) -> Atlas:
        """The atlas of the server, as far as commands can use it."""
        from litatlas.client.connection import Connection
        from litatlas.client.remote import RemoteAtlas

        token = os.environ.get("LITATLAS_TOKEN", "").strip()
        if self.token_file is not None:
            try:
                token = self.token_file.read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise InputError(
                    f"{self.token_file} cannot be read.", "It must contain the token alone."
                ) from error
        return cast("Atlas", RemoteAtlas(Connection(self.server, token)))

    @contextmanager
    def progress(self) -> Iterator[ConsoleProgress]:
        """Draw progress on standard error while the block runs."""
        progress = ConsoleProgress()
        try:
            yield progress
        finally:
            progress.close()


def check_exists(settings: Settings) -> None:
    """Raise `NotFoundError` where there is no atlas, with where one may be; LibraryError where only the
    library is lost."""
    from litatlas.generation.home import Home  # here: it knows arrays, which are slow to import

    if settings.library or (settings.home / "restored").exists():
        return
    home = Home(settings.home)
    home.check_library()
    if home.library.exists():
        return
    hint = "Add papers with: litatlas add FILE --collection NAME, or choose another home with --home."
    if (DEMO / "library.db").exists():
        hint = f"The demo's atlas is in {DEMO}: litatlas --home {DEMO} …"
    raise NotFoundError(f"There is no atlas in {settings.home}.", hint)


def _record(atlas: Atlas) -> None:
    """Write into the audit log what a command did, where there are users. Those of users do so alone."""
    command = _command()
    if (
        command in READING - {"backup"}
        or command.partition(" ")[0] in UNRECORDED
        or not atlas.library.users()
    ):
        return
    values = {
        name: str(value)[:200]
        for name, value in click.get_current_context().params.items()
        if value not in (None, "", (), False) and name not in ("as_json", "text", "url")
    }
    subject = next((values[name] for name in _SUBJECTS if name in values), "")
    with suppress(LitatlasError):  # the command did what it should
        atlas.accounts.record(command, subject, **values)


def _command() -> str:
    """The command that runs, as it is typed after ``litatlas``: ``review status``."""
    context: click.Context | None = click.get_current_context()
    names: list[str] = []
    while context is not None and context.parent is not None:
        names.insert(0, context.info_name or "")
        context = context.parent
    return " ".join(names)


def keep_private() -> None:
    """Make what this process and its children write readable by its owner alone: folders 0700, files 0600."""
    global _usual
    before = os.umask(_PRIVATE)
    _usual = before if before != _PRIVATE else _usual


def as_usual(path: Path) -> None:
    """Let a file outside the home, which the user asked for, have the mode that their umask gives."""
    path.chmod(0o666 & ~_usual)


def output_option(function: Function) -> Function:
    """Add ``--output``."""
    return click.option(
        "--output", type=click.Path(path_type=Path, dir_okay=False), help="File (default: standard output)."
    )(function)


def write_output(pieces: Iterable[bytes], output: Path | None) -> None:
    """Write a file, or to standard output; a failure half-way leaves no half file behind."""
    if output is None:
        sys.stdout.buffer.writelines(pieces)
        return
    partial = output.with_name(output.name + ".part")
    try:
        with partial.open("wb") as file:
            file.writelines(pieces)
        as_usual(partial)
        partial.replace(output)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}.") from error
    finally:
        partial.unlink(missing_ok=True)


class QueryCommand(click.Command):
    """A command with a query: one that begins with a minus, as -graph or -has:topic, is no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put what begins with one minus and is no option of this command behind a ``--``."""
        options = {
            name: isinstance(part, click.Option) and not part.is_flag
            for part in self.get_params(ctx)
            for name in (*part.opts, *part.secondary_opts)
            if name.startswith("-")
        }
        before: list[str] = []
        queries: list[str] = []
        rest = iter(args)
        for arg in rest:
            if arg == "--":
                queries += rest
            elif arg in options:
                before.append(arg)
                if options[arg]:
                    before += [value for value in [next(rest, None)] if value is not None]
            elif arg.startswith("-") and not arg.startswith("--") and len(arg) > 1:
                queries.append(arg)
            else:
                before.append(arg)
        return super().parse_args(ctx, [*before, "--", *queries] if queries else before)


def json_option(function: Function) -> Function:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(function)


def limit_option(function: Function) -> Function:
    """Add ``--limit``."""
    return click.option(
        "--limit", type=click.IntRange(0, 10_000), default=10, show_default=True, help="Number of papers."
    )(function)


def author_option(function: Function) -> Function:
    """Add ``--who``, of commands whose changes are kept with a name."""
    return click.option("--who", default="", help="Your name, kept with the change.")(function)


def diverse_option(function: Function) -> Function:
    """Add ``--diverse``."""
    return click.option("--diverse", is_flag=True, help="Prefer papers that also differ from one another.")(
        function
    )


def emit(answer: Answer, as_json: bool, as_text: Callable[[Answer], str]) -> None:
    """Print the whole answer at once: JSON for programs, text for people, in colour at a terminal."""
    if as_json:
        document = json.dumps(answer, ensure_ascii=False)
        # A lone surrogate has no UTF-8 form; JSON can say it as an escape.
        click.echo(document if _encodable(document) else json.dumps(answer))
    else:
        click.echo(safe(as_text(answer)), color=False if os.environ.get("NO_COLOR") else None)


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
