"""Commands about the topics: the hierarchy, one topic, views over several, names by hand."""

from __future__ import annotations

import click

from litatlas.cli.context import Context, author_option, emit, json_option, limit_option
from litatlas.cli.text import topics as text

pass_context = click.make_pass_decorator(Context)


@click.command()
@json_option
@pass_context
def topics(context: Context, as_json: bool) -> None:
    """List the whole hierarchy of topics."""
    with context.atlas() as atlas:
        answer = atlas.topics.all()
    emit(answer, as_json, text.topics)


@click.command()
@click.argument("id")
@json_option
@pass_context
def topic(context: Context, id: str, as_json: bool) -> None:
    """Show one topic: its words, parents, children, neighbours, trend and papers."""
    with context.atlas() as atlas:
        answer = atlas.topics.one(id)
    emit(answer, as_json, text.topic)


@click.command()
@click.argument("topic", required=False)
@json_option
@pass_context
def trends(context: Context, topic: str | None, as_json: bool) -> None:
    """Count papers by year: of one topic, or of every topic of the top level."""
    with context.atlas() as atlas:
        answer = atlas.reports.trends(topic)
    emit(answer, as_json, text.trends)


@click.command()
@click.argument("first")
@click.argument("second")
@limit_option
@json_option
@pass_context
def bridges(context: Context, first: str, second: str, limit: int, as_json: bool) -> None:
    """List the papers between two topics."""
    with context.atlas() as atlas:
        answer = atlas.reports.bridges(first, second, limit=limit)
    emit(answer, as_json, text.bridges)


@click.command()
@json_option
@pass_context
def quality(context: Context, as_json: bool) -> None:
    """Measure the topics on papers held out of training."""
    with context.atlas() as atlas:
        answer = atlas.reports.quality()
    emit(answer, as_json, text.quality)


@click.command("rename-topic")
@click.argument("id")
@click.argument("label")
@author_option
@pass_context
def rename_topic(context: Context, id: str, label: str, who: str) -> None:
    """Give a topic a name of your own; it is kept over rebuilds."""
    with context.atlas() as atlas:
        atlas.topics.rename(id, label, who=who)
    click.echo(f"{id} is now called {label!r}.", err=True)


@click.command()
@click.argument("id", required=False)
@click.option("--keep", "choice", flag_value="keep", help="The name still fits.")
@click.option("--drop", "choice", flag_value="drop", help="It does not: the topic gets the model's own.")
@json_option
@pass_context
def decide(context: Context, id: str | None, choice: str | None, as_json: bool) -> None:
    """List topics that a build changed after a person had named them, or decide about one of the names."""
    if (id is None) != (choice is None):
        raise click.UsageError("Give a topic and either --keep or --drop, or neither.")
    with context.atlas() as atlas:
        if id is not None:
            (atlas.topics.keep if choice == "keep" else atlas.topics.drop)(id)
        answer = {"topics": atlas.topics.undecided()}
    emit(answer, as_json, text.undecided)


@click.group()
def names() -> None:
    """Let a language model propose names of topics (setting llm), and accept or refuse them."""


@names.command("propose")
@click.argument("topics", nargs=-1, metavar="[TOPIC]…")
@click.option("--again", is_flag=True, help="Also for topics that have a proposal already.")
@json_option
@pass_context
def propose_names(context: Context, topics: tuple[str, ...], again: bool, as_json: bool) -> None:
    """Ask for names of some topics, or of all that no person named; each is kept as it comes."""
    with context.atlas() as atlas, context.progress() as progress:
        answer = atlas.proposals.make(topics, again=again, progress=progress)
    emit(answer, as_json, text.proposals)


@names.command("list")
@json_option
@pass_context
def list_names(context: Context, as_json: bool) -> None:
    """List the proposed names, beside those of now."""
    with context.atlas() as atlas:
        answer = atlas.proposals.all()
    emit(answer, as_json, text.proposals)


@names.command("accept")
@click.argument("topic")
@author_option
@pass_context
def accept_name(context: Context, topic: str, who: str) -> None:
    """Give a topic the proposed name."""
    with context.atlas() as atlas:
        atlas.proposals.accept(topic, who=who)
        label = atlas.topics.one(topic)["label"]
    click.echo(f"{topic} is now called {label!r}.", err=True)


@names.command("refuse")
@click.argument("topic")
@pass_context
def refuse_name(context: Context, topic: str) -> None:
    """Throw a proposed name away."""
    with context.atlas() as atlas:
        atlas.proposals.refuse(topic)
    click.echo(f"The name proposed for {topic} is thrown away.", err=True)


COMMANDS = (names, topics, topic, trends, bridges, quality, rename_topic, decide)
