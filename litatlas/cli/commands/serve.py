"""Commands that run the atlas as a service."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import click

from litatlas.cli.context import Context
from litatlas.cli.text import collections as collections_text
from litatlas.cli.text import models as models_text

pass_context = click.make_pass_decorator(Context)

host_option = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
port_option = click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port."
)
workers_option = click.option(
    "--workers", type=click.IntRange(0, 16), default=1, show_default=True,
    help="Worker processes for jobs (0: run litatlas worker yourself).",
)  # fmt: skip


@click.command()
@host_option
@port_option
@workers_option
@pass_context
def serve(context: Context, host: str, port: int, workers: int) -> None:
    """Serve the atlas to browsers and programs."""
    gc.disable()  # while what is imported stays for good; the server enables it
    from litatlas.server import serve as serve_atlas

    serve_atlas(context.settings(), host, port, workers)


@click.command()
@pass_context
def worker(context: Context) -> None:
    """Run the jobs (uploads, builds) that the web has accepted, until interrupted."""
    from litatlas.worker import work

    work(context.settings())


@click.command()
@host_option
@port_option
@workers_option
@pass_context
def demo(context: Context, host: str, port: int, workers: int) -> None:
    """Fetch the demo papers, build their atlas and serve it; later runs start at once."""
    settings = context.settings()
    _prepare_demo(context, settings.home)
    # A fresh process: what building took (0.8 GB) is not given back by this one, and a server forks.
    serving = ["serve", "--host", host, "--port", str(port), "--workers", str(workers)]
    command = [sys.executable, "-m", "litatlas", "--home", str(settings.home), *serving]
    os.execv(sys.executable, command)  # noqa: S606  (no shell is meant)


def _prepare_demo(context: Context, home: Path) -> None:
    """Read the demo papers and build their model where that is not done."""
    from litatlas import demo as demo_papers

    with context.atlas(new=True) as atlas, context.progress() as progress:
        existing = {collection["name"] for collection in atlas.collections.all()}
        if not existing.issuperset(collection.name for collection in demo_papers.COLLECTIONS):
            paths: dict[str, Path] = demo_papers.fetch(home / "demo", progress)
            for collection in demo_papers.COLLECTIONS:
                answer = atlas.collections.add([paths[collection.name]], collection.name, progress=progress)
                atlas.collections.describe(
                    collection.name, description=collection.description, source="MEDLINE baseline"
                )
                progress.close()
                click.echo(collections_text.added(answer, brief=True), err=True)
        if atlas.reports.status()["model"] is None:
            click.echo(models_text.built(atlas.models.build(progress=progress)), err=True)


COMMANDS = (serve, worker, demo)
