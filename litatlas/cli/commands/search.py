"""Commands that find papers: search, explore by a whole document, export."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from litatlas.cli.context import (
    Context,
    QueryCommand,
    diverse_option,
    emit,
    json_option,
    limit_option,
    output_option,
    write_output,
)
from litatlas.cli.text import search as search_text
from litatlas.vocabulary import DIALECTS, EXPORTS, MATCHES, MAX_OFFSET, RANKINGS, SORTS
from search.request import SearchRequest

pass_context = click.make_pass_decorator(Context)


def _choices(names: Iterable[str]) -> str:
    """The names as a sentence: a, b or c."""
    *first, last = names
    return f"{', '.join(first)} or {last}."


def dialect_option(command: Callable[..., None]) -> Callable[..., None]:
    """``--from``: the database that the query was written for."""
    return click.option(
        "--from", "dialect", type=click.Choice(list(DIALECTS)), default=None,
        help="Database that the query was written for (default: it is recognised).",
    )(command)  # fmt: skip


@click.command(cls=QueryCommand)
@click.argument("query")
@limit_option
@click.option("--offset", type=click.IntRange(0, MAX_OFFSET), default=0, help="Papers to skip.")
@click.option("--sort", default="relevance", show_default=True, help=_choices(SORTS))
@click.option(
    "--ranking", type=click.Choice(list(RANKINGS)), default="fused", show_default=True,
    help="Rank by words and topics, by words alone, or by topics alone.",
)  # fmt: skip
@click.option(
    "--match", type=click.Choice(list(MATCHES)), default="auto", show_default=True,
    help="How many of the bare words a paper must have.",
)  # fmt: skip
@dialect_option
@click.option("--explain", is_flag=True, help="Explain each score.")
@json_option
@pass_context
def search(
    context: Context,
    query: str,
    limit: int,
    offset: int,
    sort: str,
    ranking: str,
    match: str,
    dialect: str | None,
    explain: bool,
    as_json: bool,
) -> None:
    """Search papers: words, "phrases", AND OR NOT, title: author: year: collection: topic: tag:."""
    request = SearchRequest(
        query,
        limit=limit,
        offset=offset,
        sort=sort,
        ranking=ranking,
        match=match,
        explain=explain,
        dialect=dialect or "",
    )
    with context.atlas() as atlas:
        answer = atlas.search(request)
    emit(answer, as_json, search_text.search)


@click.command(cls=QueryCommand)
@click.argument("query")
@dialect_option
@json_option
@pass_context
def translate(context: Context, query: str, dialect: str | None, as_json: bool) -> None:
    """Show a search of another database (PubMed, Ovid, Scopus …) in our query language, with the pieces that
    are not the same; - reads it from standard input."""
    text = sys.stdin.buffer.read().decode("utf-8", "replace") if query == "-" else query
    with context.atlas() as atlas:
        answer = atlas.translate(text, dialect or "")
    emit(answer, as_json, search_text.reading)


@click.command()
@click.argument("path")
@limit_option
@diverse_option
@json_option
@pass_context
def explore(context: Context, path: str, limit: int, diverse: bool, as_json: bool) -> None:
    """Use a whole document (a file, or - for standard input) as the query."""
    content, name = _content(path)
    with context.atlas() as atlas:
        answer = atlas.explore_file(content, name, limit=limit, diverse=diverse)
    emit(answer, as_json, search_text.explore)


def _content(path: str) -> tuple[bytes, str]:
    if path == "-":
        return sys.stdin.buffer.read(), "standard input"
    try:
        return Path(path).read_bytes(), Path(path).name
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read: {error.strerror}.") from error


@click.command(cls=QueryCommand)
@click.argument("query")
@click.option("--format", "format_", required=True, help=_choices(EXPORTS))
@output_option
@click.option(
    "--with-collections", is_flag=True, help="Also write each paper's collections in BibTeX, RIS and CSL."
)
@dialect_option
@pass_context
def export(
    context: Context,
    query: str,
    format_: str,
    output: Path | None,
    with_collections: bool,
    dialect: str | None,
) -> None:
    """Export the papers that a query finds (an empty query: all of them)."""
    with context.atlas() as atlas:
        pieces = atlas.export(query, format_, with_collections=with_collections, dialect=dialect or "")
        write_output((piece.encode("utf-8", "replace") for piece in pieces), output)


COMMANDS = (search, translate, explore, export)
