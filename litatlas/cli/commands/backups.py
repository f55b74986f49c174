"""Commands that keep an atlas: back it up, restore it, move its library."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from litatlas.cli.context import Context, check_exists, emit, json_option
from litatlas.cli.text import backups as text

pass_context = click.make_pass_decorator(Context)
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=FILE)
@click.option("--check", is_flag=True, help="Write nothing: read a backup and compare every checksum.")
@json_option
@pass_context
def backup(context: Context, file: Path, check: bool, as_json: bool) -> None:
    """Write a backup of everything but the index, which follows from the rest, into one file.

    Others may read, add and build meanwhile. A backup of that name before becomes FILE.1, and so on; the
    setting backup_keep says how many stay.
    """
    from litatlas.maintenance.archive import check_archive  # here: other commands start without it
    from litatlas.maintenance.backup import back_up

    if check:
        manifest = check_archive(file)
        checked = {"files": len(manifest.files), "version": manifest.version, "whole": True}
        emit(
            {"file": str(file), "created": manifest.created, **manifest.counts, **checked},
            as_json,
            text.checked,
        )
        return
    settings = context.settings()  # of this machine: a server is backed up where it runs
    with context.atlas() as atlas, context.progress() as progress:
        atlas.generations.files.fetch()
        answer = back_up(settings, atlas.library, file, progress)
    emit(answer, as_json, text.backed_up)


@click.command()
@click.argument("file", type=FILE)
@click.option(
    "--library", metavar="URL", help="Database to restore into (default: SQLite in the home folder)."
)
@json_option
@pass_context
def restore(context: Context, file: Path, library: str | None, as_json: bool) -> None:
    """Put a backup into an empty home and database, then make the index anew."""
    from litatlas.maintenance.restore import restore as put_back
    from litatlas.maintenance.settings_text import remember_library

    settings = context.settings()
    with context.progress() as progress:
        answer = put_back(replace(settings, library=library or settings.library), file, progress)
    if library:
        remember_library(settings.home, library)
    with context.atlas(library=library):  # which finishes what is left to do: the index
        pass
    emit(answer, as_json, text.restored)


@click.command()
@click.option("--to", "url", metavar="URL", required=True, help="Empty database to copy the library into.")
@json_option
@pass_context
def move(context: Context, url: str, as_json: bool) -> None:
    """Copy the library into another database, compare every row, and use that one from then on."""
    from litatlas.maintenance.moving import move_library

    with context.progress() as progress:
        answer = move_library(context.settings(), url, progress)
    emit(answer, as_json, text.moved)


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@json_option
@pass_context
def migrate(context: Context, dry_run: bool, as_json: bool) -> None:
    """Bring the library of an earlier litatlas up to this version; keep a copy first.

    Commands that change the atlas do so too; those that only read, and serve, say that it is needed.
    """
    from litatlas.maintenance.migrating import migrate as bring_up

    settings = context.settings()
    check_exists(settings)
    emit(bring_up(settings, dry_run=dry_run), as_json, text.migrated)


COMMANDS = (backup, restore, move, migrate)
