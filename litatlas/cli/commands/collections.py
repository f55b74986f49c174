"""Commands that bring papers in and keep collections in order."""

from __future__ import annotations

import sys

import click

from litatlas.cli.context import Context, emit, json_option
from litatlas.cli.text import collections as text
from litatlas.vocabulary import MAX_OFFSET, MAX_PAGE

pass_context = click.make_pass_decorator(Context)


def _mapping(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for value in values:
        field, equals, column = value.partition("=")
        if not equals or not field or not column:
            raise click.BadParameter(f"{value!r} is not FIELD=COLUMN, as in title=Name.")
        pairs[field.strip()] = column.strip()
    return pairs


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH|- ...")
@click.option("--collection", required=True, help="Name of the collection; created if it does not exist.")
@click.option(
    "--format",
    "format_",
    help="Format of the files (default: detected; see litatlas formats).",
)
@click.option("--encoding", help="Encoding of the text files, such as gb18030 or cp1251 (default: detected).")
@click.option("--map", "mapping", multiple=True, callback=_mapping, metavar="FIELD=COLUMN",
              help="Column of a table to read as a field, such as title=Name.")  # fmt: skip
@json_option
@pass_context
def add(
    context: Context,
    paths: tuple[str, ...],
    collection: str,
    format_: str | None,
    encoding: str | None,
    mapping: dict[str, str],
    as_json: bool,
) -> None:
    """Read files, folders, archives or standard input (-) into a collection; searchable at once."""
    with context.atlas(new=True) as atlas, context.progress() as progress:
        answer = atlas.collections.add(
            list(paths),
            collection,
            format=format_,
            encoding=encoding,
            mapping=mapping,
            stdin=sys.stdin.buffer,
            progress=progress,
        )
    emit(answer, as_json, text.added)


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def collections(click_context: click.Context, as_json: bool) -> None:
    """List the collections; describe, rename or remove one, or list its rejected records."""
    if click_context.invoked_subcommand is not None:
        return
    with click_context.ensure_object(Context).atlas(new=True) as atlas:
        answer = {"collections": atlas.collections.all()}
    emit(answer, as_json, text.collections)


@collections.command("remove")
@click.argument("name")
@pass_context
def remove(context: Context, name: str) -> None:
    """Remove a collection with its documents; papers that are also in other collections stay."""
    with context.atlas() as atlas, context.progress() as progress:
        removed = atlas.collections.remove(name, progress=progress)
    click.echo(f"Removed {name!r}: {removed:,} documents.", err=True)


@collections.command("rename")
@click.argument("old")
@click.argument("new")
@pass_context
def rename(context: Context, old: str, new: str) -> None:
    """Rename a collection; addresses of its papers stay as they are."""
    with context.atlas() as atlas, context.progress() as progress:
        atlas.collections.rename(old, new, progress=progress)
    click.echo(f"Renamed {old!r} to {new!r}.", err=True)


@collections.command("share")
@click.argument("name")
@click.option("--private", "private", is_flag=True, help="Only its owner and the keepers see it.")
@click.option("--public", "public", is_flag=True, help="Everyone with read access sees it.")
@click.option(
    "--with", "shared", metavar="NAME,group:NAME,…", help="Private, and these users and groups see it too."
)
@pass_context
def share(context: Context, name: str, private: bool, public: bool, shared: str | None) -> None:
    """Set who can see a collection on a server with accounts; takes effect at once."""
    if public == bool(private or shared):
        raise click.UsageError("Give --public, or --private, or --with the users and groups that see it.")
    names = [one.strip() for one in (shared or "").split(",") if one.strip()]
    users = [one for one in names if not one.startswith("group:")]
    groups = [one.removeprefix("group:") for one in names if one.startswith("group:")]
    with context.atlas() as atlas, context.progress() as progress:
        atlas.collections.share(name, private=not public, users=users, groups=groups, progress=progress)
    click.echo(f"{name!r} is {'public' if public else 'private'} now.", err=True)


@collections.command("describe")
@click.argument("name")
@click.option("--description", help="What the collection contains, in one sentence.")
@click.option("--licence", help="The licence under which its records may be used.")
@click.option("--source", help="Where its records come from.")
@pass_context
def describe(
    context: Context, name: str, description: str | None, licence: str | None, source: str | None
) -> None:
    """Describe a collection; options that are left out stay as they were."""
    with context.atlas() as atlas:
        atlas.collections.describe(name, description=description, licence=licence, source=source)
    click.echo(f"Described {name!r}.", err=True)


@collections.command("rejects")
@click.argument("name")
@json_option
@pass_context
def rejects(context: Context, name: str, as_json: bool) -> None:
    """List the records that could not be added, and why."""
    with context.atlas() as atlas:
        answer = {"collection": name, "rejects": list(atlas.collections.rejects(name))}
    emit(answer, as_json, text.rejects)


@click.command()
@click.argument("collection")
@click.option(
    "--limit",
    type=click.IntRange(0, MAX_OFFSET),
    help="Missed papers to list (default: 10; 100 with --json).",
)
@json_option
@pass_context
def coverage(context: Context, collection: str, limit: int | None, as_json: bool) -> None:
    """Show what a collection covers of the map, and which papers it probably misses."""
    limit = (MAX_PAGE if as_json else 10) if limit is None else limit
    with context.atlas() as atlas:
        answer = atlas.collections.coverage(collection, limit=limit)
    emit(answer, as_json, text.coverage)


@click.command()
@json_option
@pass_context
def formats(context: Context, as_json: bool) -> None:
    """List the formats that add reads and export writes."""
    with context.atlas(new=True) as atlas:
        answer = atlas.reports.formats()
    emit(answer, as_json, text.formats)


COMMANDS = (add, collections, coverage, formats)
