"""Commands that say what is live and whether it is healthy."""

from __future__ import annotations

import click

from litatlas.cli.context import Context, emit, json_option
from litatlas.cli.text import status as text

pass_context = click.make_pass_decorator(Context)


@click.command()
@json_option
@pass_context
def doctor(context: Context, as_json: bool) -> int:
    """Check the installation and the atlas; report what is wrong and how to fix it."""
    from litatlas.doctor import examine

    answer = examine(context.settings())
    emit(answer, as_json, text.doctor)
    return 0 if answer["healthy"] else 1


@click.command()
@json_option
@pass_context
def status(context: Context, as_json: bool) -> None:
    """Show what is stored and what is live."""
    with context.atlas(new=True) as atlas:
        answer = atlas.reports.status()
    emit(answer, as_json, text.status)


COMMANDS = (status, doctor)
