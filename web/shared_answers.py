"""Answers that the processes of one server leave for each other, each in a file of a folder of its own.

The name of a file is a hash of all that its answer depends on, so that nobody can be given one that was made
for other rights or from another state of the atlas. Files of an earlier state are never asked for again.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

MOST_BYTES = 48_000_000
"""What each process leaves at most."""
OLD_SECONDS = 600.0
"""When a process begins, what was left before may be of one that died and can remove nothing any more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as the view gave it, its body compressed: so it takes a fifth of the room."""

    compressed: bytes
    headers: list[tuple[str, str]]

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        return len(self.compressed) + 1_000


class SharedAnswers:
    """What one process takes from the folder and leaves there; it removes its own files, and old ones."""

    def __init__(self, folder: Path, most: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most = most
        self._lock = threading.Lock()
        self._own: OrderedDict[str, int] = OrderedDict()
        self._bytes = 0
        for file in folder.glob("*"):
            with suppress(OSError):
                if file.stat().st_mtime < time.time() - OLD_SECONDS:
                    file.unlink(missing_ok=True)

    def name(self, *depends: Hashable) -> str:
        """The name of the answer that depends on all this."""
        return blake2b(repr(_ordered(depends)).encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()

    def get(self, name: str) -> Answer | None:
        """An answer that some process has left."""
        try:
            headers, _, body = (self._folder / name).read_bytes().partition(b"\n")
        except OSError:
            return None
        return Answer(body, [(key, value) for key, value in json.loads(headers)])

    def put(self, name: str, answer: Answer) -> None:
        """Leave an answer, whole or not at all; without room for it on the disk, nothing is left."""
        new = self._folder / f"{os.getpid()}-{threading.get_ident()}.new"
        try:
            new.write_bytes(json.dumps(answer.headers).encode() + b"\n" + answer.compressed)
            new.replace(self._folder / name)
        except OSError:
            with suppress(OSError):
                new.unlink(missing_ok=True)
            return
        with self._lock:
            self._bytes += answer.size - self._own.pop(name, 0)
            self._own[name] = answer.size
            while self._bytes > self._most:
                oldest, size = self._own.popitem(last=False)
                self._bytes -= size
                with suppress(OSError):
                    (self._folder / oldest).unlink(missing_ok=True)


def _ordered(value: Any) -> Any:
    """A value whose text is the same in all processes: sets have no order of their own."""
    if isinstance(value, frozenset):
        return "set", sorted(map(repr, map(_ordered, value)))
    return tuple(map(_ordered, value)) if isinstance(value, tuple) else value
