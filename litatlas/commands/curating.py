"""Commands by which people mend what the machine made; kept over rebuilds."""

from __future__ import annotations

import click

from litatlas.commands.common import Context

pass_context = click.make_pass_decorator(Context)


@click.command("rename-topic")
@click.argument("id")
@click.argument("label")
@click.option("--who", default="", help="Your name, for the history.")
@pass_context
def rename_topic(context: Context, id: str, label: str, who: str) -> None:
    """Give a topic a name of your own; it is kept over rebuilds."""
    with context.atlas() as atlas:
        atlas.rename_topic(id, label, who=who)
    click.echo(f"{id} is now called {label!r}.", err=True)


COMMANDS = (rename_topic,)
