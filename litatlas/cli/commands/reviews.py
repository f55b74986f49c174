"""Commands about reviews: what is read, decided, counted and handed on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from litatlas.cli.context import Context, Function, emit, json_option, output_option, write_output
from litatlas.cli.text import reviews as text
from litatlas.vocabulary import REVIEW_FORMATS

pass_context = click.make_pass_decorator(Context)


@click.group()
def review() -> None:
    """Screen papers for a systematic review: what to read next, when to stop, what to report."""


def who_option(function: Function) -> Function:
    """Add ``--who``."""
    return click.option(
        "--who", envvar="LITATLAS_REVIEWER", default="", help="The reviewer's name (or LITATLAS_REVIEWER)."
    )(function)


def stage_option(function: Function) -> Function:
    """Add ``--stage``."""
    return click.option("--stage", help="abstract or full-text (default: the first that is open).")(function)


def decision_options(function: Function) -> Function:
    """Add what a decision is made of, but for its stage."""
    for option in (
        click.option("--note", default="", help="A note."),
        click.option("--reason", default="", help="One of the review's reasons."),
        who_option,
        click.argument("verdict"),
        click.argument("paper"),
        click.argument("name"),
    ):
        function = option(function)
    return function


def from_options(function: Function) -> Function:
    """Add the options that say where papers come from."""
    for option in (
        click.option("--from", "query", help="A search, in the query language."),
        click.option("--from-list", "list_id", help="A list, by its id."),
        click.option("--from-collection", "collection", help="A whole collection."),
        click.option("--from-book", "book", help="A search book, by its name or id."),
        click.option("--run", type=click.IntRange(min=1), help="Another run of the book than the last."),
        click.option("--line", type=click.IntRange(min=1), help="Another line of the book than the last."),
    ):
        function = option(function)
    return function


def plan_options(function: Function) -> Function:
    """Add the options of a plan."""
    for option in (
        click.option("--question", help="The question of the review."),
        click.option("--criteria", help="What is included and what is not."),
        click.option("--stages", help="abstract,full-text (the default), or one of them."),
        click.option("--reason", "reasons", multiple=True, help="A reason for exclusion; repeat it."),
        click.option("--reviewers", type=click.IntRange(1, 2), help="How many decide each paper."),
        click.option("--good-words", help="Words to mark as good signs, separated by commas."),
        click.option("--bad-words", help="Words to mark as bad signs."),
        click.option("--target", type=float, help="The target recall (0.95)."),
        click.option("--confidence", type=float, help="How sure its claim should be (0.95)."),
    ):
        function = option(function)
    return function


_SOURCES = ("query", "list_id", "collection", "book")
_SOURCE = (*_SOURCES, "run", "line")


def _source_in(options: dict[str, Any]) -> dict[str, Any]:
    """The options of `from_options`, taken out; empty where no source is named."""
    source = {name: options.pop(name) for name in _SOURCE}
    return source if any(source[name] is not None for name in _SOURCES) else {}


def _given(plan: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in plan.items() if value not in (None, ())}


@review.command("new")
@click.argument("name")
@from_options
@plan_options
@who_option
@json_option
@pass_context
def new(
    context: Context,
    /,
    name: str,
    who: str,
    as_json: bool,
    **options: Any,
) -> None:
    """Start a review of the papers of a search, a list, a collection or a search book."""
    source = _source_in(options)
    with context.atlas() as atlas:
        if source:
            id = atlas.reviews.begin(name, _given(options), **source, who=who)
        else:
            id = atlas.reviews.new(name, **_given(options))
        answer = atlas.reviews.one(id)
    emit(answer, as_json, text.review)


@review.command("list")
@json_option
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """List the reviews of this atlas."""
    with context.atlas() as atlas:
        answer = {"reviews": atlas.reviews.all()}
    emit(answer, as_json, text.reviews)


@review.command("status")
@click.argument("name")
@json_option
@pass_context
def status(context: Context, name: str, as_json: bool) -> None:
    """Show a review: its plan, its searches, and how far each stage is."""
    with context.atlas() as atlas:
        answer = atlas.reviews.one(name)
    emit(answer, as_json, text.review)


@review.command("plan")
@click.argument("name")
@click.option("--name", "new_name", help="Another name.")
@plan_options
@json_option
@pass_context
def plan(context: Context, /, name: str, new_name: str | None, as_json: bool, **changes: Any) -> None:
    """Change a review's plan; decisions are kept."""
    with context.atlas() as atlas:
        answer = atlas.reviews.change(name, new_name=new_name, **_given(changes))
    emit(answer, as_json, text.review)


@review.command("add")
@click.argument("name")
@from_options
@who_option
@json_option
@pass_context
def add(context: Context, /, name: str, who: str, as_json: bool, **options: Any) -> None:
    """Add the papers of another search; decisions are kept."""
    source = _source_in(options)
    if not source:
        raise click.UsageError("Name a search (--from), a list, a collection or a search book.")
    with context.atlas() as atlas:
        answer = atlas.reviews.add(name, **source, who=who)
    emit(answer, as_json, text.added)


@review.command("next")
@click.argument("name")
@who_option
@stage_option
@click.option("--order", default="likely", show_default=True, help="likely, uncertain, unseen or in-order.")
@click.option("--topic", help="Papers of this topic alone, by its id (see review topics).")
@json_option
@pass_context
def next_(
    context: Context, name: str, who: str, stage: str | None, order: str, topic: str | None, as_json: bool
) -> None:
    """Show the paper to decide next."""
    with context.atlas() as atlas:
        answer = atlas.reviews.next(name, who, stage=stage, order=order, topic=topic, wait=True)
    emit(answer, as_json, text.following)


@review.command("decide")
@decision_options
@stage_option
@json_option
@pass_context
def decide(
    context: Context, /, name: str, paper: str, verdict: str, who: str, as_json: bool, **details: Any
) -> None:
    """Decide a paper: include, exclude, maybe, later, or unavailable (a full text)."""
    with context.atlas() as atlas:
        answer = atlas.reviews.decide(name, paper, verdict, who, **details)
    emit(answer, as_json, text.decided)


@review.command("undo")
@click.argument("name")
@who_option
@json_option
@pass_context
def undo(context: Context, name: str, who: str, as_json: bool) -> None:
    """Undo your last decision; the log keeps it."""
    with context.atlas() as atlas:
        answer = atlas.reviews.undo(name, who)
    emit(answer, as_json, text.decided)


@review.command("conflicts")
@click.argument("name")
@json_option
@pass_context
def conflicts(context: Context, name: str, as_json: bool) -> None:
    """List the papers about which reviewers disagree."""
    with context.atlas() as atlas:
        answer = {"conflicts": atlas.reviews.conflicts(name)}
    emit(answer, as_json, text.conflicts)


@review.command("settle")
@decision_options
@click.option("--stage", required=True, help="abstract or full-text.")
@json_option
@pass_context
def settle(
    context: Context, /, name: str, paper: str, verdict: str, who: str, as_json: bool, **details: Any
) -> None:
    """Resolve a conflict about a paper."""
    with context.atlas() as atlas:
        answer = atlas.reviews.settle(name, paper, verdict, who, **details)
    emit(answer, as_json, text.decided)


@review.command("rows")
@click.argument("name")
@who_option
@json_option
@pass_context
def rows(context: Context, name: str, who: str, as_json: bool) -> None:
    """List every decision in order, including those undone."""
    with context.atlas() as atlas:
        answer = {"rows": atlas.reviews.rows(name, who=who)}
    emit(answer, as_json, text.rows)


@review.command("stop-report")
@click.argument("name")
@stage_option
@json_option
@pass_context
def stop_report(context: Context, name: str, stage: str | None, as_json: bool) -> None:
    """Report by a tested rule whether enough was read, and how much is left."""
    with context.atlas() as atlas:
        answer = atlas.reviews.stop(name, stage=stage, wait=True)
    emit(answer, as_json, text.stop)


@review.command("topics")
@click.argument("name")
@stage_option
@json_option
@pass_context
def topics(context: Context, name: str, stage: str | None, as_json: bool) -> None:
    """Show where the papers lie on the map: read and kept in each topic, and topics nobody has looked at."""
    with context.atlas() as atlas:
        answer = atlas.reviews.topics(name, stage=stage)
    emit(answer, as_json, text.topics)


@review.command("agreement")
@click.argument("name")
@json_option
@pass_context
def agreement(context: Context, name: str, as_json: bool) -> None:
    """Measure how far two reviewers agree."""
    with context.atlas() as atlas:
        answer = {"stages": atlas.reviews.agreement(name)}
    emit(answer, as_json, text.agreement)


@review.command("export")
@click.argument("name")
@click.option("--format", "format_", required=True, help=f"{', '.join(REVIEW_FORMATS)}.")
@output_option
@pass_context
def export(context: Context, name: str, format_: str, output: Path | None) -> None:
    """Export a review's papers with their decisions."""
    with context.atlas() as atlas:
        write_output(atlas.reviews.export(name, format_), output)


@review.command("prisma")
@click.argument("name")
@click.option(
    "--format", "format_", type=click.Choice(["svg", "png", "csv", "json"]), default="json", show_default=True
)
@output_option
@pass_context
def prisma(context: Context, name: str, format_: str, output: Path | None) -> None:
    """Write the flow of PRISMA 2020, counted from the decisions."""
    with context.atlas() as atlas:
        write_output([atlas.reviews.prisma_file(name, format_)], output)


@review.command("import")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@who_option
@stage_option
@click.option(
    "--as",
    "otherwise",
    default="",
    help="Decide papers of which the file says nothing: include, exclude, maybe.",
)
@json_option
@pass_context
def import_(
    context: Context, name: str, file: Path, who: str, stage: str | None, otherwise: str, as_json: bool
) -> None:
    """Import decisions from another tool: ASReview, Rayyan, Covidence (by list), RIS with notes, tables."""
    with context.atlas() as atlas:
        answer = atlas.reviews.take_in(name, file, who, stage=stage, otherwise=otherwise)
    emit(answer, as_json, text.imported)


@review.command("simulate")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=1,
    show_default=True,
    help="Draws the first two papers.",
)
@click.option(
    "--stop", type=float, default=0.95, show_default=True, help="Recall that the stopping rule aims at."
)
@json_option
def simulate(file: Path, seed: int, stop: float, as_json: bool) -> None:
    """Read a labelled file (a column `included` of 0 and 1) as a review, to see what the order saves."""
    from litatlas.parts.reviewing.simulating import simulate_file  # here: --help does not load scikit-learn

    emit(simulate_file(file, seed=seed, stop=stop), as_json, text.simulation)


COMMANDS = (review,)
