"""Serving: waitress in front of the web, and worker processes beside it for uploads and builds."""

from __future__ import annotations

import importlib
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from litatlas.atlas import Atlas
from litatlas.errors import InputError, LitatlasError
from litatlas.settings import Settings
from search.assist.files import has_aids

APPLICATION = ("web", "create_app")  # an import string: litatlas never imports web
THREADS = 8


def serve(settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve the atlas until interrupted, with ``workers`` job processes beside it.

    Raises:
        InputError: the address cannot be bound.
    """
    import waitress

    module, factory = APPLICATION
    _check_free(host, port)
    atlas = Atlas(settings)
    app = getattr(importlib.import_module(module), factory)(settings, atlas=atlas)
    with _workers(settings, workers):
        server = waitress.create_server(app, host=host, port=port, threads=THREADS, ident="litatlas")
        print(f"litatlas is ready: http://{_shown(host)}:{port}", file=sys.stderr, flush=True)
        Thread(target=_say_what_is_wrong, args=[atlas], daemon=True).start()
        signal.signal(signal.SIGTERM, _stop)
        try:
            server.run()
        except KeyboardInterrupt:
            print("litatlas stops.", file=sys.stderr)
        finally:
            server.close()


def _say_what_is_wrong(atlas: Atlas) -> None:
    """Say to the administrator at the start what readers would find out by asking."""
    try:
        engine = atlas.reports.status()["engine"]
        said = [engine["message"], engine["hint"]]
        if not any(said) and not has_aids(atlas.home.aids(atlas.live().row.index)):
            said = ["There are no suggestions that this version can read.", "Run: litatlas reindex"]
    except LitatlasError as error:
        said = [error.message, error.hint]
    if any(said):
        print("litatlas:", *filter(None, said), file=sys.stderr, flush=True)


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def _shown(host: str) -> str:
    if ":" in host:
        return f"[{host}]"
    return "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104  (compared, not bound)


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        raise InputError(
            f"Cannot serve at {host}:{port}: {error}.",
            "Stop what uses that port, or choose another with --port.",
        ) from error


@contextmanager
def _workers(settings: Settings, count: int) -> Iterator[None]:
    """Job processes that live as long as the server: builds take their memory there, not here."""
    command = [sys.executable, "-m", "litatlas", "--home", str(settings.home), "worker", "--with-parent"]
    processes = [subprocess.Popen(command) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
