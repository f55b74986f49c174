"""Commands in processes of their own that begin at once: forked off one that has everything imported.

To import litatlas costs a second or more, and tests run hundreds of commands. That ``python -m litatlas``
does the same is held by the tests that start it (`tests.commands`).
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.warm"])


def run_forked(
    home: Path,
    *arguments: str,
    streams: Path,
    seconds: float = 900,
    watch: Callable[[], None] | None = None,
    action: Callable[[Path], None] | None = None,
    killed_after: float | None = None,
) -> int:
    """Run ``litatlas`` to its end; its exit status (negative: the signal that killed it).

    Args:
        home: the atlas.
        streams: a folder with the file ``in``; what the command prints comes into ``out`` and ``err``.
        seconds: how long it may take.
        watch: called in the process before the command.
        action: is run instead of a command.
        killed_after: after so many seconds the process is killed with SIGKILL, where it has not ended.
    """
    process = _context.Process(target=_main, args=(home, arguments, streams, dict(os.environ), watch, action))
    process.start()
    if killed_after is not None:
        process.join(killed_after)
        process.kill()
    process.join(seconds)
    if process.exitcode is None:
        process.kill()
    assert process.exitcode is not None, f"{arguments} hangs"
    return process.exitcode


def _main(
    home: Path,
    arguments: tuple[str, ...],
    streams: Path,
    environment: Mapping[str, str],
    watch: Callable[[], None] | None,
    action: Callable[[Path], None] | None,
) -> None:
    os.environ.clear()
    os.environ |= environment
    warnings.simplefilter("ignore")  # what libraries warn of at the end of a process is no one's output
    os.dup2(os.open(streams / "in", os.O_RDONLY), 0)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(streams / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  (the process ends with it)
    sys.argv = ["litatlas", "--home", str(home), *arguments]
    if watch is not None:
        watch()
    if action is not None:
        action(home)
        return
    from litatlas.cli.main import main

    main()
