"""Serving: processes that answer the web, and worker processes beside them for uploads and builds.

The process that was started opens the sockets, reads in what all others share and forks them, so that their
memory is shared and models are mapped once. It answers nothing itself: it replaces what dies. It opens no
database and starts no thread, of which a fork would have a copy that does not work.
"""

from __future__ import annotations

import gc
import importlib
import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from threadpoolctl import threadpool_limits

from ingest.parallel import set_allocator
from ingest.text.analysis import analyzer
from ingest.text.headwords.kept_tables import keep_tables, make_missing_beside
from ingest.text.language_detection import load_model
from ingest.text.shared_folder import share_languages
from litatlas.atlas import Atlas
from litatlas.errors import InputError, LitatlasError
from litatlas.operations import logs
from litatlas.serving.learning_process import LearningProcess
from litatlas.serving.processes import Processes, forked
from litatlas.settings import Settings
from search.assist.assistance import has_assistance

log = logging.getLogger("litatlas.server")
APPLICATION = "web"  # an import string: litatlas never imports web
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  (compared, not bound)
COUNTS = "PROMETHEUS_MULTIPROC_DIR"
"""Where web processes leave what they count for each other; `prometheus_client` reads it when imported."""
WARMED = 4
"""Collections whose coverage a web process works out before somebody opens their page, the largest."""
DRAIN_SECONDS = 8.0
"""How long a web process that is told to stop goes on with what it is answering."""


def serve(settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve the atlas until SIGTERM or Ctrl-C, with ``workers`` job processes beside it.

    Raises:
        InputError: the address cannot be bound.
        LitatlasError: the atlas cannot be opened, or a setting is wrong.
    """
    logs.configure(settings, "server")
    sockets = _bound(host, port)
    with Atlas(settings):  # what is wrong with it is said here, an older library too
        pass
    settings = replace(settings, allowed_hosts=_hosts(settings, host))
    with tempfile.TemporaryDirectory(prefix="litatlas-", ignore_cleanup_errors=True) as shared:
        counts, answers = Path(shared) / "counts", Path(shared) / "answers"
        for folder in (counts, answers):
            folder.mkdir(mode=0o700)
        os.environ[COUNTS] = str(counts)
        share_languages(Path(shared))
        keep_tables(settings.home / "words")
        _preload(settings)
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        processes = Processes()
        for index in range(settings.web_process_count):
            ready = _announcement(host, port) if index == 0 else ""
            processes.add("web process", forked("web", _answer, settings, sockets, ready, answers))
        for _ in range(workers):
            processes.add("worker", forked("worker", _run_jobs, settings, sockets))
        processes.run(stopping)
    log.info("litatlas is stopping")


# -- addresses -----------------------------------------------------------------------------------------------


def _bound(host: str, port: int) -> list[socket.socket]:
    """A listening socket for every address that a host means."""
    sockets: list[socket.socket] = []
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, _, _, _, address in dict.fromkeys(infos):
            sockets.append(socket.create_server(address[:2], family=family, backlog=1024))
    except (OSError, OverflowError, UnicodeError) as error:
        for socket_ in sockets:
            socket_.close()
        raise InputError(
            f"Cannot listen on {host}:{port}: {error}.",
            "Stop what uses that port, or choose another with --port.",
        ) from error
    return sockets


def _hosts(settings: Settings, host: str) -> str:
    """The names to answer to: as set, else any where it listens everywhere, else the address."""
    address = f"[{host}]" if ":" in host else host
    return settings.allowed_hosts or ("*" if host in EVERYWHERE else address)


def _announcement(host: str, port: int) -> str:
    address = f"[{host}]" if ":" in host else host
    if host not in EVERYWHERE:
        return f"litatlas is ready: http://{address}:{port}"
    return (
        f"litatlas is ready: http://127.0.0.1:{port}, and http://{socket.gethostname()}:{port} for others\n"
        f"Listening on {address}: anyone who can reach this machine can read the atlas and change it."
    )


# -- processes -----------------------------------------------------------------------------------------------


def _preload(settings: Settings) -> None:
    """Import what every process needs, so that they share it; say what is wrong with the web's settings."""
    importlib.import_module("litatlas.worker")
    importlib.import_module(APPLICATION).preload(settings)
    analyzer().lemma("papers")  # loads the tables of English
    gc.freeze()  # what is here stays, and was not worth looking through (`litatlas serve` puts that off)
    gc.enable()


def _bound_arenas() -> None:
    """Let threads share one heap of the C library, and give back what large arrays took: with a heap for each
    thread, and large arrays among small things, memory grows and stays."""
    arena_max, mmap_threshold, trim_threshold = -8, -3, -1
    set_allocator(arena_max, 1)
    set_allocator(mmap_threshold, 1 << 20)
    set_allocator(trim_threshold, 4 << 20)


def _run_jobs(settings: Settings, sockets: list[socket.socket], _first: bool, parent: int) -> None:
    """The life of a worker."""
    from litatlas.worker import work

    for socket_ in sockets:  # the address is free when the web's processes have ended
        socket_.close()
    try:
        work(settings, parent=parent)
    except LitatlasError as error:
        log.error("%s %s", error.message, error.hint)
        sys.exit(1)


def _answer(
    settings: Settings, sockets: list[socket.socket], ready: str, answers: Path, first: bool, parent: int
) -> None:
    """The life of a web process; what it has answered, it leaves in a folder for the others."""
    from litatlas.serving.http import servers, turn
    from litatlas.serving.lanes import Lanes

    _bound_arenas()
    threadpool_limits(1)  # threads of NumPy's would wait for each other: there is a process for each core
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent says when
    logs.configure(settings, "web")
    web = importlib.import_module(APPLICATION)
    atlas = Atlas(settings)
    learning = LearningProcess(settings.library_url)
    atlas.open_reviews.elsewhere = learning.learned
    application = web.create_app(settings, atlas=atlas, answers=answers)
    lanes = Lanes(settings.waiting_seconds)
    channels = servers(application, sockets, web.rule_of(application), lanes)
    ready = ready if first else ""
    if ready:
        address, *warnings = ready.split("\n")
        log.info("%s", address)
        for warning in warnings:
            log.warning("%s", warning)
    threading.Thread(target=_look, args=[atlas, bool(ready)], daemon=True).start()
    while not stopping.is_set() and os.getppid() == parent:
        turn(channels, 1.0)
    for channel in [channel for channel in channels.values() if channel.accepting]:
        channel.del_channel(channels)
    until = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < until and any(not getattr(c, "is_idle", True) for c in channels.values()):
        turn(channels, 0.1)
    lanes.shutdown(timeout=0.5)
    atlas.close()
    learning.close()
    if os.getppid() != parent:  # it was killed, and cannot remove what its processes shared
        shutil.rmtree(answers.parent, ignore_errors=True)


def _look(atlas: Atlas, tells: bool) -> None:
    """Open what is live before somebody asks; tell the administrator what readers would find out."""
    try:
        engine = atlas.reports.status()["engine"]
        lines = [engine["message"], engine["hint"]]
        if not any(lines) and not has_assistance(atlas.home.assistance(atlas.live().row.index)):
            lines = ["There are no suggestions that this version can read.", "Run: litatlas reindex"]
    except LitatlasError as error:
        lines = [error.message, error.hint]
    if tells and any(lines):
        log.warning("%s", " ".join(filter(None, lines)))
    langs: tuple[str, ...] = ()
    with suppress(LitatlasError):  # said above, and to whoever asks
        atlas.live().warm()
        if tells:
            load_model()  # by which the language of a text to explore with is told; the others map it then
        for collection in sorted(atlas.collections.all(), key=lambda one: -one["papers"])[:WARMED]:
            atlas.collections.coverage(collection["name"])
        langs = atlas.live().searcher.context.langs()
    if tells:
        make_missing_beside(langs)  # for the first text of a language to wait for none
