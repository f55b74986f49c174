"""`litatlas` in a process of its own, for tests of commands and of the server."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path


def command(home: Path, *arguments: str) -> list[str]:
    """The line that runs a command on an atlas."""
    return [sys.executable, "-m", "litatlas", "--home", str(home), *arguments]


def quiet() -> dict[str, str]:
    """The environment of such a process: what libraries warn of at its end is no one's output."""
    return {**os.environ, "PYTHONWARNINGS": "ignore"}


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
