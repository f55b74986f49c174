"""Commands that fetch papers from live sources."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from litatlas.cli.context import Context, emit, json_option
from litatlas.cli.text import collections as collections_text

if TYPE_CHECKING:
    from litatlas.parts.harvests import HarvestAnswer

Function = TypeVar("Function", bound=Callable[..., Any])
pass_context = click.make_pass_decorator(Context)


def _common(period: str) -> Callable[[Function], Function]:
    """The options of every source; ``period`` says which dates --from and --until are about."""
    options = (
        click.option(
            "--collection", required=True, help="Name of the collection; created if it does not exist."
        ),
        click.option("--from", "since", default="", metavar="DATE", help=f"First day ({period})."),
        click.option("--until", default="", metavar="DATE", help=f"Last day ({period})."),
        click.option(
            "--limit",
            type=click.IntRange(1),
            help="Stop after about this many; run it again to continue.",
        ),
        click.option("--again", is_flag=True, help="Start over, whatever was harvested before."),
        json_option,
        pass_context,
    )

    def decorated(function: Function) -> Function:
        for option in reversed(options):
            function = option(function)
        return function

    return decorated


def _base_url(function: Function) -> Function:
    """Another address for a source, for mirrors and tests."""
    return click.option("--base-url", "url", default="", hidden=True)(function)


def _filters(function: Function) -> Function:
    return click.option(
        "--filter",
        "filters",
        multiple=True,
        metavar="NAME:VALUE",
        help="A filter in the source's own syntax.",
    )(function)


@click.group()
def harvest() -> None:
    """Fetch papers from a live source into a collection.

    Run the same command again to continue where it stopped; once it is complete, it fetches only what is new.
    """


@harvest.command()
@click.option("--set", "set_", default="", help="A set of arXiv, such as cs, math or physics:hep-th.")
@click.option("--prefix", type=click.Choice(["arXiv", "arXivRaw", "oai_dc"]), default="arXiv", hidden=True)
@_base_url
@_common("on which arXiv last changed the record")
def arxiv(context: Context, set_: str, prefix: str, url: str, **options: Any) -> None:
    """ArXiv by OAI-PMH: a set, a period, or all of it."""
    _run(context, {"source": "arxiv", "set": set_, "prefix": prefix, "url": url}, options)


@harvest.command()
@click.argument("url", metavar="ENDPOINT")
@click.option("--set", "set_", default="", help="A set of the repository.")
@click.option("--prefix", default="oai_dc", show_default=True, help="Metadata format.")
@_common("of the records' datestamps")
def oai(context: Context, url: str, set_: str, prefix: str, **options: Any) -> None:
    """Any repository that speaks OAI-PMH, such as example.org/oai."""
    _run(context, {"source": "oai", "set": set_, "prefix": prefix, "url": url}, options)


@harvest.command()
@click.argument("query")
@_base_url
@_common("of publication")
def pubmed(context: Context, query: str, url: str, **options: Any) -> None:
    """A search of PubMed, in its own query language."""
    _run(context, {"source": "pubmed", "query": query, "url": url}, options)


@harvest.command()
@click.argument("query", default="")
@_filters
@_base_url
@_common("of publication")
def openalex(context: Context, query: str, filters: tuple[str, ...], url: str, **options: Any) -> None:
    """Works of OpenAlex that match a search and filters."""
    _run(context, {"source": "openalex", "query": query, "filters": filters, "url": url}, options)


@harvest.command()
@click.argument("query", default="")
@_filters
@_base_url
@_common("of publication")
def crossref(context: Context, query: str, filters: tuple[str, ...], url: str, **options: Any) -> None:
    """Works of Crossref; a query matches any of its words, the best first, so give a --limit with it."""
    _run(context, {"source": "crossref", "query": query, "filters": filters, "url": url}, options)


@harvest.command()
@click.option("--collection", required=True, help="Name of the collection.")
@json_option
@pass_context
def refresh(context: Context, collection: str, as_json: bool) -> None:
    """Harvest a collection's sources again: continue, or fetch what is new."""
    with context.atlas() as atlas, context.progress() as progress:
        answers = atlas.harvests.refresh(collection, progress=progress)
    emit({"harvests": answers}, as_json, lambda answer: "\n".join(map(_text, answer["harvests"])))


def _run(context: Context, request: dict[str, Any], options: dict[str, Any]) -> None:
    from litatlas.parts.harvests import HarvestRequest  # here: every command imports this file

    wanted = HarvestRequest(**request, since=options["since"], until=options["until"])
    with context.atlas(new=True) as atlas, context.progress() as progress:
        answer = atlas.harvests.run(
            wanted, options["collection"], limit=options["limit"], again=options["again"], progress=progress
        )
    emit(answer, options["as_json"], _text)


def _text(answer: HarvestAnswer) -> str:
    lines = [collections_text.added(answer)]
    if answer["since"]:
        lines.append(f"Requested records newer than {answer['since']}.")
    if not answer["complete"]:
        lines.append("There is more; run the same command again to continue.")
    return "\n".join([*lines, *answer["notices"]])


COMMANDS = (harvest,)
