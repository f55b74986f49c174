"""Work in several processes: a pool that dies with its parent, and streams in chunks."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing.process import BaseProcess
from typing import TypeVar

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
    return ProcessPoolExecutor(processes, mp_context=context, initializer=_follow_parent)


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


def _follow_parent() -> None:
    """Leave Ctrl-C to the parent, and end when it ends, even if it was killed."""
    collect_seldom()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
