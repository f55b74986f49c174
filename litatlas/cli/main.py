"""The command line: a thin skin over `Atlas`.

Exit status 0 is success, 1 bad input, 2 bad usage, 130 an interruption. With ``--json`` standard output holds
one JSON document and nothing else; progress and errors always go to standard error, and on failure standard
output stays empty.
"""

from __future__ import annotations

import io
import logging
import os
import sys
import time
from pathlib import Path

import click

from litatlas import __version__
from litatlas.cli.commands import (
    accounts,
    backups,
    books,
    collections,
    harvest,
    kept,
    models,
    papers,
    reviews,
    search,
    serve,
    status,
    topics,
)
from litatlas.cli.context import Context, keep_private
from litatlas.errors import Interrupted, LitatlasError, is_disk_full

log = logging.getLogger("litatlas.cli")
log.addHandler(logging.NullHandler())  # where no file is logged to, `_fail` and Python tell the user


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="For help on a command: litatlas COMMAND --help",
)
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the atlas (default: LITATLAS_HOME, else ~/.local/share/litatlas).",
)
@click.option(
    "--server",
    envvar="LITATLAS_SERVER",
    default="",
    metavar="URL",
    help="Work with the atlas of a server, with a token (LITATLAS_TOKEN or --token-file).",
)
@click.option(
    "--token-file", type=click.Path(path_type=Path, dir_okay=False), help="File that holds the token."
)  # fmt: skip
@click.version_option(__version__, prog_name="litatlas")
@click.pass_context
def cli(context: click.Context, home: Path | None, server: str, token_file: Path | None) -> None:
    """Explore research literature: add collections, build one map of topics, search and browse it."""
    keep_private()
    context.obj = Context(home, server, token_file)


for module in (
    collections, harvest, search, papers, topics, kept, books, reviews,
    models, serve, status, backups, accounts,
):  # fmt: skip
    for command in module.COMMANDS:
        cli.add_command(command)


def main() -> None:
    """Run the command line and translate every error once, here."""
    _speak_utf8()
    try:
        sys.exit(run(sys.argv[1:]))
    except BrokenPipeError:  # the reader of our output went away, as in `litatlas … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _speak_utf8() -> None:
    """Print UTF-8 whatever the terminal's or the pipe's encoding is; never fail for a letter."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(errors="backslashreplace")


def run(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    began = time.monotonic()
    try:
        status = _run(arguments)
    except BaseException as error:
        log.error("command failed: %s", type(error).__name__, exc_info=error)
        raise
    log.info(
        "command ends", extra={"fields": {"status": status, "seconds": round(time.monotonic() - began, 3)}}
    )
    return status


def _run(arguments: list[str]) -> int:
    try:
        result = cli.main(arguments, prog_name="litatlas", standalone_mode=False)
    except click.exceptions.Abort:
        return _fail("Interrupted; everything stored so far is kept.", "", 130)
    except click.ClickException as error:
        error.show(sys.stderr)
        return error.exit_code
    except (Interrupted, KeyboardInterrupt):
        return _fail("Interrupted; nothing is left half-done.", "", 130)
    except LitatlasError as error:
        return _fail(error.message, error.hint, 1)
    except OSError as error:
        if not is_disk_full(error):
            raise
        return _fail("The disk is full.", "Free some space, then run the same command again.", 1)
    return result if isinstance(result, int) else 0


def _fail(message: str, hint: str, status: int) -> int:
    log.info("%s", message)
    print(f"litatlas: {message}" + (f"\n  {hint}" if hint else ""), file=sys.stderr)
    return status
