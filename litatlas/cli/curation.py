"""Commands by which people mend what the machine made; kept over rebuilds."""

from __future__ import annotations

import click

from litatlas.cli.context import Context

pass_context = click.make_pass_decorator(Context)


@click.command("rename-topic")
@click.argument("id")
@click.argument("label")
@click.option("--who", default="", help="Your name, for the history.")
@pass_context
def rename_topic(context: Context, id: str, label: str, who: str) -> None:
    """Give a topic a name of your own; it is kept over rebuilds."""
    with context.atlas() as atlas:
        atlas.topics.rename(id, label, who=who)
    click.echo(f"{id} is now called {label!r}.", err=True)


@click.command()
@click.argument("id")
@pass_context
def split(context: Context, id: str) -> None:
    """Take a record out of the paper that it was wrongly joined to; a new import keeps it out."""
    with context.atlas() as atlas, context.progress() as progress:
        atlas.papers.split(id, progress=progress)
    click.echo(f"{id} is a paper of its own. To undo it: litatlas join {id} OTHER", err=True)


@click.command()
@click.argument("id")
@click.argument("other")
@pass_context
def join(context: Context, id: str, other: str) -> None:
    """Join a record to the paper of another, by hand or again after a split."""
    with context.atlas() as atlas, context.progress() as progress:
        atlas.papers.join(id, other, progress=progress)
    click.echo(f"{id} and {other} are one paper. To undo it: litatlas split {id}", err=True)


COMMANDS = (rename_topic, split, join)
