"""Commands about one paper: everything of it, what is like it, which records it is joined of."""

from __future__ import annotations

import json
from pathlib import Path

import click

from litatlas.cli.context import (
    Context,
    author_option,
    diverse_option,
    emit,
    json_option,
    limit_option,
    output_option,
    write_output,
)
from litatlas.cli.text import duplicates as duplicates_text
from litatlas.cli.text import papers as text
from litatlas.vocabulary import GROUP_VERDICTS, MAX_OFFSET, PAIR_VERDICTS

pass_context = click.make_pass_decorator(Context)


@click.command()
@click.argument("id")
@json_option
@pass_context
def document(context: Context, id: str, as_json: bool) -> None:
    """Show one paper with its topics, tags, citations and similar papers."""
    with context.atlas() as atlas:
        answer = atlas.papers.one(id)
    emit(answer, as_json, text.document)


@click.command()
@click.argument("id")
@output_option
@pass_context
def pdf(context: Context, id: str, output: Path | None) -> None:
    """Write the PDF that a paper came with, where it is kept."""
    from litatlas.parts.pdfs import PIECE  # here: every command imports this file

    with context.atlas() as atlas, atlas.papers.pdf(id) as file:
        write_output(iter(lambda: file.read(PIECE), b""), output)


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
    emit(answer, as_json, text.similar)


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


@click.command()
@limit_option
@click.option("--offset", type=click.IntRange(0, MAX_OFFSET), default=0, help="Pairs to skip.")
@click.option("--log", is_flag=True, help="Print every decision as CSV instead.")
@json_option
@pass_context
def duplicates(context: Context, limit: int, offset: int, log: bool, as_json: bool) -> None:
    """List pairs of records that may be one paper, the least sure first, and how they differ."""
    with context.atlas() as atlas:
        if log and as_json:
            click.echo(json.dumps(atlas.duplicates.log(), ensure_ascii=False))
        elif log:
            for piece in atlas.duplicates.table():
                click.echo(piece, nl=False)
        else:
            emit(atlas.duplicates.pairs(limit=limit, offset=offset), as_json, duplicates_text.pairs)


@click.command("decide-duplicate")
@click.argument("a")
@click.argument("b")
@click.argument("verdict", type=click.Choice(PAIR_VERDICTS))
@author_option
@pass_context
def decide_duplicate(context: Context, a: str, b: str, verdict: str, who: str) -> None:
    """Decide whether two records are the same paper or different ones; a new import keeps it."""
    with context.atlas() as atlas:
        number = atlas.duplicates.decide(a, b, verdict, who=who)
    click.echo(f"Kept as decision {number}. To undo it: litatlas undo-duplicate {number}", err=True)


@click.command("decide-group")
@click.argument("record")
@click.argument("verdict", type=click.Choice(GROUP_VERDICTS))
@author_option
@pass_context
def decide_group(context: Context, record: str, verdict: str, who: str) -> None:
    """Decide about all records of a paper: they are one (same), or this record is none of them (out)."""
    with context.atlas() as atlas:
        numbers = atlas.duplicates.decide_group(record, verdict, who=who)
    listed = ", ".join(map(str, numbers))
    click.echo(f"Kept as decisions {listed}. To undo each: litatlas undo-duplicate NUMBER", err=True)


@click.command("undo-duplicate")
@click.argument("number", type=int)
@author_option
@pass_context
def undo_duplicate(context: Context, number: int, who: str) -> None:
    """Take a decision about two records back; `duplicates --log` lists them."""
    with context.atlas() as atlas:
        atlas.duplicates.undo(number, who=who)
    click.echo(f"Decision {number} is undone.", err=True)


COMMANDS = (document, pdf, similar, split, join, duplicates, decide_duplicate, decide_group, undo_duplicate)
