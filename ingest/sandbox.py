"""Work on files that may be hostile, in child processes whose time and memory are bounded.

A few bytes of a PDF or a workbook can ask for minutes or gigabytes. Such a file costs its own child process,
never the process that serves pages. A child is kept for the next file and ends when it has been idle for a
minute or when its parent is gone. Bytes go in, JSON comes out: nothing that a child sends is executed.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import IO, Any, NamedTuple

from ingest.errors import InputError

SECONDS = 20.0
MEMORY = 1 << 30
_NEARLY = 0.9
_IDLE = 60.0
"""Seconds after which a child without work ends."""
_WAIT = 5.0
"""A child that waits without working is ended after this many times its seconds."""
_HEAD = 8


class _Order(NamedTuple):
    """What a child is told before the bytes of a file."""

    target: str
    size: int
    arguments: list[Any]
    seconds: float
    memory: int


class BoundsError(InputError):
    """A file that needs more time or memory than one file may, or that crashed its reader."""


def items(
    target: str, data: bytes, *arguments: Any, seconds: float = SECONDS, memory: int = MEMORY
) -> Iterator[Any]:
    """What a function makes of the bytes of a file, one JSON value at a time.

    Args:
        target: "module:function"; it takes the bytes and ``arguments`` (JSON values) and gives an iterable of
            JSON values. An `InputError` that it raises is raised here too.
        seconds: processor time for the whole file.
        memory: bytes of address space, where the system can bound it.

    In a child the function is called at once: that child is bounded already.

    Raises:
        BoundsError: the file needs more than that, or its reader crashed.
        InputError: as the function raised it.
    """
    if _in_child:
        yield from (json.loads(json.dumps(value)) for value in _function(target)(data, *arguments))
        return
    order = _Order(target, len(data), list(arguments), seconds, memory)
    child = _take()
    finished = False
    try:
        yield from child.work(order, data)
        finished = True
    except InputError as error:
        finished = not isinstance(error, BoundsError)
        raise
    finally:
        if finished:
            _give_back(child)
        else:
            child.end()


def _take() -> _Child:
    with _lock:
        while _idle:
            child = _idle.pop()
            if child.ready():
                return child
            child.end()
    return _Child()


def _give_back(child: _Child) -> None:
    with _lock:
        _idle.append(child)


class _Child:
    """A process that runs `serve`, and the pipes to it."""

    def __init__(self) -> None:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        # -P: a folder that a user works in must not lend its files as modules.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "ingest.sandbox"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            bufsize=0,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        self._used = time.monotonic()

    def ready(self) -> bool:
        """Whether it can be given work; one that is about to end of idleness cannot."""
        return self._process.poll() is None and time.monotonic() - self._used < _IDLE / 2

    def work(self, order: _Order, data: bytes) -> Iterator[Any]:
        """Send a file and yield what comes back."""
        late = threading.Event()
        try:
            with _Deadline(self._process, order.seconds, late):
                _send(self._in, json.dumps(order).encode())
                _write(self._in, data)
            while True:
                with _Deadline(self._process, order.seconds, late):
                    kind, _, value = _receive(self._out).partition(b"\n")
                if kind == b"item":
                    yield json.loads(value)
                elif kind == b"end":
                    self._used = time.monotonic()
                    return
                else:
                    raise _raised(kind.decode(), json.loads(value), order)
        except (OSError, EOFError) as error:  # it was ended, by us, by its limits or by a crash
            code = self._process.wait()
            if late.is_set() or code in _OUT_OF_TIME:
                raise _raised("time", [], order) from error
            raise _raised("crash", [], order) from error

    def end(self) -> None:
        """End the process now."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._in, self._out):
            with suppress(OSError):
                pipe.close()


class _Deadline:
    """Ends a process that does not answer in time."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float, late: threading.Event) -> None:
        def end() -> None:
            late.set()
            process.kill()

        self._timer = threading.Timer(seconds * _WAIT, end)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()


def _raised(kind: str, value: list[str], order: _Order) -> InputError:
    if kind == "input":
        return InputError(*value)
    hint = "Check the file with the program that made it, or save it anew."
    if kind == "time":
        return BoundsError(f"needs more than {order.seconds:g} seconds to read; reading was stopped", hint)
    if kind == "memory":
        return BoundsError(
            f"needs more than {order.memory >> 20} MiB of memory to read; reading was stopped", hint
        )
    if kind == "crash":
        return BoundsError("broke the program that reads it, or needs too much memory", hint)
    return BoundsError(f"is damaged ({value[0]})", hint)


def _send(pipe: IO[bytes], message: bytes) -> None:
    _write(pipe, len(message).to_bytes(_HEAD, "big") + message)


def _write(pipe: IO[bytes], data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[pipe.write(view) :]


def _receive(pipe: IO[bytes]) -> bytes:
    return _exactly(pipe, int.from_bytes(_exactly(pipe, _HEAD), "big"))


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = pipe.read(min(size - len(data), 1 << 20))
        if not part:
            raise EOFError
        data += part
    return bytes(data)


_lock = threading.Lock()
_idle: list[_Child] = []
_in_child = False


@atexit.register
def end_idle() -> None:
    """End the children that wait for work."""
    with _lock:
        while _idle:
            _idle.pop().end()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_idle.clear)  # a pipe has one owner


# --- The child ----------------------------------------------------------------------------------------------

_OUT_OF_TIME: tuple[int, ...] = ()
with suppress(ImportError):
    import resource
    import signal

    _OUT_OF_TIME = (-signal.SIGXCPU,)


def serve(orders: IO[bytes], answers: IO[bytes]) -> None:
    """Do one file after the other, until the parent is gone or has had nothing to do for a minute."""
    while _asked(orders):
        try:
            order = _Order(*json.loads(_receive(orders)))
            data = _exactly(orders, order.size)
        except EOFError:
            return
        _bound(order.seconds, order.memory)
        try:
            for value in _function(order.target)(data, *order.arguments):
                _send(answers, b"item\n" + json.dumps(value).encode())
            _send(answers, b"end\n")
        except InputError as error:
            _send(answers, b"input\n" + json.dumps([error.message, error.hint]).encode())
        except MemoryError:
            _send(answers, b"memory\n[]")
        except Exception as error:  # a library raises whatever a damaged file, or too little memory, makes it
            short = _is_short_of(order.memory)
            _send(
                answers, b"memory\n[]" if short else b"damage\n" + json.dumps([type(error).__name__]).encode()
            )


def _function(target: str) -> Callable[..., Iterable[Any]]:
    module, _, name = target.partition(":")
    function: Callable[..., Iterable[Any]] = getattr(import_module(module), name)
    return function


def _asked(orders: IO[bytes]) -> bool:
    if os.name == "nt":
        return True
    import select

    return bool(select.select([orders], [], [], _IDLE)[0])


def _bound(seconds: float, memory: int) -> None:
    """Bound this process; the processor time that it has used already is not counted."""
    if "resource" not in globals():
        return
    used = time.process_time()
    for kind, limit in ((resource.RLIMIT_CPU, int(used + seconds) + 1), (resource.RLIMIT_AS, memory)):
        _, hard = resource.getrlimit(kind)
        with suppress(ValueError, OSError):  # the system allows even less, or does not bound this
            resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _is_short_of(memory: int) -> bool:
    """Whether this process has nearly all the address space that it may have, where that can be told."""
    try:
        with Path("/proc/self/statm").open("rb", buffering=0) as stream:
            return int(stream.read(20).split()[0]) * resource.getpagesize() > _NEARLY * memory
    except MemoryError:
        return True
    except OSError:
        return False


def main() -> None:
    """Be a child: serve the parent at standard input and output."""
    global _in_child
    _in_child = True
    if os.name != "nt":
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    serve(os.fdopen(os.dup(0), "rb", buffering=0), answers)


if __name__ == "__main__":
    from ingest.sandbox import (
        main as main_of_module,  # what is asked for imports that module, not this script
    )

    main_of_module()
