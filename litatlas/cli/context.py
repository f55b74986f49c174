"""What every command shares: the atlas that it works on, ``--json``, and printing an answer once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from litatlas.cli.progress import ConsoleProgress
from litatlas.errors import LitatlasError
from litatlas.settings import Settings, load

if TYPE_CHECKING:
    from litatlas.atlas import Atlas

Function = TypeVar("Function", bound=Callable[..., Any])
Answer = TypeVar("Answer", bound=Mapping[str, Any])


class Context:
    """What the command line knows before the command: where the atlas is."""

    def __init__(self, home: Path | None) -> None:
        self.home = home

    def settings(self) -> Settings:
        """Read the settings."""
        return load(self.home)

    @contextmanager
    def atlas(self) -> Iterator[Atlas]:
        """Open the atlas and close it after the command."""
        from litatlas.atlas import Atlas  # here: --help and wrong usage answer without loading everything

        atlas = Atlas(self.settings())
        try:
            with suppress(LitatlasError), self.progress() as progress:  # the command says what is wrong
                atlas.generations.finish_interrupted(progress)
            yield atlas
        finally:
            atlas.close()

    @contextmanager
    def progress(self) -> Iterator[ConsoleProgress]:
        """Draw progress on standard error while the block runs."""
        progress = ConsoleProgress()
        try:
            yield progress
        finally:
            progress.close()


def json_option(function: Function) -> Function:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(function)


def limit_option(function: Function) -> Function:
    """Add ``--limit``."""
    return click.option(
        "--limit", type=click.IntRange(0, 10_000), default=10, show_default=True, help="How many papers."
    )(function)


def diverse_option(function: Function) -> Function:
    """Add ``--diverse``."""
    return click.option("--diverse", is_flag=True, help="Papers that are unlike each other too.")(function)


def emit(answer: Answer, as_json: bool, render: Callable[[Answer], str]) -> None:
    """Print the whole answer at once: JSON for programs, text for people."""
    if as_json:
        text = json.dumps(answer, ensure_ascii=False)
        # A lone surrogate has no UTF-8 form; JSON can say it as an escape.
        click.echo(text if _encodable(text) else json.dumps(answer))
    else:
        click.echo(render(answer))


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
