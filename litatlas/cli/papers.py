"""Commands about one paper: everything of it, what is like it, which records it is joined of."""

from __future__ import annotations

import click

from litatlas.cli import formatters
from litatlas.cli.context import Context, diverse_option, emit, json_option, limit_option

pass_context = click.make_pass_decorator(Context)


@click.command()
@click.argument("id")
@json_option
@pass_context
def document(context: Context, id: str, as_json: bool) -> None:
    """Show one paper with its topics, tags, citations and similar papers."""
    with context.atlas() as atlas:
        answer = atlas.papers.one(id)
    emit(answer, as_json, formatters.document)


@click.command()
@click.argument("id")
@limit_option
@diverse_option
@json_option
@pass_context
def similar(context: Context, id: str, limit: int, diverse: bool, as_json: bool) -> None:
    """List the papers most like one paper, and what they share with it."""
    with context.atlas() as atlas:
        answer = atlas.papers.similar(id, limit=limit, diverse=diverse)
    emit(answer, as_json, formatters.similar)


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


COMMANDS = (document, similar, split, join)
