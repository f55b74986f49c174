"""Work in several processes: a pool that dies with its parent, and streams in chunks."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from ingest.errors import LitatlasError

In = TypeVar("In")
Out = TypeVar("Out")


def in_chunks(items: Iterable[In], size: int) -> Iterator[list[In]]:
    """``items`` in lists of ``size``; the last may be shorter."""
    source = iter(items)
    while part := list(islice(source, size)):
        yield part


def process_pool(processes: int) -> ProcessPoolExecutor:
    """A pool of processes that never outlive this one; fresh ones: forking would copy open databases."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(processes, mp_context=context, initializer=_begin)


def _begin() -> None:
    follow_parent()
    _give_back_from(_NEVER)


_PAUSE_SECONDS = 0.2

Wait = Callable[[Callable[[], None]], None]
"""Waits for the end of a process that works beside; calls what it is given every moment."""


class BesideError(LitatlasError):
    """A process that worked beside this one failed."""

    status = 500


@dataclass(frozen=True)
class Helper:
    """A fresh process that ends with this one, and this one's end of the pipe between them."""

    process: BaseProcess
    pipe: Connection

    def end(self) -> None:
        """End it, whatever it does."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def helper(function: Callable[..., object], *arguments: Any, name: str | None = None) -> Helper:
    """Call a function in a fresh process, with its end of the pipe and arguments; forking would copy open
    databases and held locks."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_help, args=(function, theirs, arguments), name=name, daemon=True)
    process.start()
    theirs.close()
    return Helper(process, ours)


def _help(function: Callable[..., object], pipe: Connection, arguments: tuple[Any, ...]) -> None:
    follow_parent()
    function(pipe, *arguments)


@contextmanager
def beside(function: Callable[..., object], *arguments: Any) -> Iterator[Wait]:
    """Call a function in a fresh process while the block goes on; gives what waits for its end.

    The process is ended with the block, and with this process. Waiting raises `BesideError` where the
    function raised, or the process was killed.
    """
    started = helper(_call, function, arguments)

    def wait(meanwhile: Callable[[], None]) -> None:
        while not started.pipe.poll(_PAUSE_SECONDS):
            meanwhile()
        try:
            problem: str = started.pipe.recv()
        except EOFError:
            started.process.join()
            problem = f"it ended unexpectedly ({started.process.exitcode})"
        if problem:
            raise BesideError(
                f"A process of this command failed: {problem}.",
                "If memory was short, set LITATLAS_PROCESSES=1 and run the command again.",
            )

    try:
        yield wait
    finally:
        started.end()


def _call(pipe: Connection, function: Callable[..., object], arguments: tuple[Any, ...]) -> None:
    try:
        function(*arguments)
    except Exception as error:
        pipe.send(f"{type(error).__name__}: {error}")
    else:
        pipe.send("")


@contextmanager
def few_collections() -> Iterator[None]:
    """Let the garbage collector look for cycles seldom, where many objects are made and dropped."""
    before = gc.get_threshold()
    collect_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*before)


def collect_seldom() -> None:
    """Let the garbage collector look for cycles seldom from now on (`few_collections`: for a while)."""
    gc.set_threshold(100_000, 50, 100)


_NEVER, _USUAL = 1 << 30, 128 << 10  # bytes; the second is the GNU C library's own


@contextmanager
def freed_memory_kept() -> Iterator[None]:
    """Let the GNU C library keep what is freed meanwhile, where much comes and goes without end: to give it
    back to the system and to ask for it again costs a tenth of an intake. Other libraries do as they do."""
    _give_back_from(_NEVER)
    try:
        yield
    finally:
        _give_back_from(_USUAL)
        with suppress(AttributeError, OSError, TypeError):
            ctypes.CDLL(None).malloc_trim(0)


def _give_back_from(size: int) -> None:
    trim_threshold, mmap_threshold = -1, -3
    for parameter in (trim_threshold, mmap_threshold):
        set_allocator(parameter, size)


def set_allocator(parameter: int, value: int) -> None:
    """Set a parameter, by its number in malloc.h, of the GNU C library's allocator; others have none."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(parameter, value)


def follow_parent() -> None:
    """Leave Ctrl-C to the parent, and end when it ends, even if it was killed."""
    collect_seldom()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
