"""Commands that build, publish and restore the topic model."""

from __future__ import annotations

import itertools

import click

from litatlas.cli.context import Context, emit, json_option
from litatlas.cli.text import models as text
from litatlas.cli.text import status as status_text

pass_context = click.make_pass_decorator(Context)


def _levels(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> tuple[int, ...] | None:
    if value is None:
        return None
    try:
        sizes = tuple(int(part) for part in value.split(","))
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a list of numbers such as 12,60,300.") from None
    if not 1 <= len(sizes) <= 5 or sizes[0] < 2 or any(b <= a for a, b in itertools.pairwise(sizes)):
        raise click.BadParameter(
            "give 1 to 5 increasing numbers of topics, top level first, such as 12,60,300."
        )
    return sizes


def _languages(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
    return tuple(language.strip().lower() for language in value.split(",") if language.strip())


@click.command()
@click.option("--levels", callback=_levels, help="Topics at each level, top level first, such as 12,60,300.")
@click.option(
    "--method", type=click.Choice(["heterogeneous", "concat"]), default="heterogeneous", show_default=True,
    help="How collections are aggregated.",
)  # fmt: skip
@click.option("--base", help="Collection that the others are merged into (default: the largest).")
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Seed of the build."
)
@click.option(
    "--languages", default="", callback=_languages, metavar="en,de",
    help="Languages of the map (default: the language of most papers).",
)  # fmt: skip
@click.option(
    "--sample", type=click.IntRange(0), metavar="N",
    help="Most papers to learn topics from, drawn from every collection and year; 0: all (default: the "
    "setting training_papers).",
)  # fmt: skip
@click.option(
    "--preview", is_flag=True, help="Only show the difference from the published model; publish it later."
)
@click.option(
    "--public-only",
    is_flag=True,
    help="Learn nothing from private collections; their papers are placed after.",
)
@click.option(
    "--if-changed",
    is_flag=True,
    help="Keep a published model that was built from the same papers in the same way (for nightly builds).",
)
@json_option
@pass_context
def build(
    context: Context,
    levels: tuple[int, ...] | None,
    method: str,
    base: str | None,
    seed: int,
    languages: tuple[str, ...],
    sample: int | None,
    preview: bool,
    public_only: bool,
    if_changed: bool,
    as_json: bool,
) -> None:
    """Build the model of all collections and publish it; the same papers and seed give the same model."""
    with context.atlas() as atlas, context.progress() as progress:
        answer = atlas.models.build(
            levels=levels,
            method=method,
            base=base,
            seed=seed,
            languages=languages,
            sample=sample,
            preview=preview,
            public_only=public_only,
            if_changed=if_changed,
            progress=progress,
        )
    emit(answer, as_json, text.built)


@click.command()
@json_option
@pass_context
def publish(context: Context, as_json: bool) -> None:
    """Publish the model that build --preview trained."""
    with context.atlas() as atlas, context.progress() as progress:
        answer = atlas.models.publish(progress=progress)
    emit(answer, as_json, text.built)


@click.command()
@pass_context
def discard(context: Context) -> None:
    """Discard the model that build --preview trained."""
    with context.atlas() as atlas:
        atlas.models.discard()
    click.echo("The draft was discarded; the published model is unchanged.", err=True)


@click.command()
@json_option
@pass_context
def rollback(context: Context, as_json: bool) -> None:
    """Go back to the model that was published before."""
    with context.atlas() as atlas, context.progress() as progress:
        atlas.models.roll_back(progress=progress)
        answer = atlas.reports.status()
    emit(answer, as_json, status_text.status)


@click.command()
@json_option
@pass_context
def reindex(context: Context, as_json: bool) -> None:
    """Rebuild the index from the library, after an update of litatlas or damage to the index."""
    with context.atlas() as atlas, context.progress() as progress:
        atlas.models.reindex(progress=progress)
        answer = atlas.reports.status()
    emit(answer, as_json, status_text.status)


@click.command()
@json_option
@pass_context
def encode(context: Context, as_json: bool) -> None:
    """Encode the papers with the encoder that the settings name; goes on where it was stopped."""
    with context.atlas() as atlas, context.progress() as progress:
        answer = atlas.models.encode(progress=progress)
    emit(answer, as_json, text.encoded)


COMMANDS = (build, publish, discard, rollback, reindex, encode)
