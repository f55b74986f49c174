"""Progress on standard error: a live line on a terminal; in a log, lines about what takes long alone."""

from __future__ import annotations

import sys
import time
from typing import TextIO

LOG_EVERY_SECONDS = 15.0
DRAW_EVERY_SECONDS = 0.1


class ConsoleProgress:
    """Draws each step with its share, its count and an estimate of the time left.

    Ctrl-C reaches the operation as ``KeyboardInterrupt``, which the operations treat as a request to stop.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._name = ""
        self._started = 0.0
        self._drawn: float | None = None
        self._line = ""
        self._is_told = False

    def step(self, name: str, done: float, total: float) -> None:
        """Draw ``done`` of ``total`` units of the step ``name``; a new name closes the step before."""
        now = time.monotonic()
        if name != self._name:
            self.close()
            self._name, self._started = name, now
            self._drawn = None if self._live else now
            self._is_told = self._live
        self._line = _line(name, done, total, now - self._started)
        every = DRAW_EVERY_SECONDS if self._live else LOG_EVERY_SECONDS
        if self._drawn is not None and now - self._drawn < every:
            return
        self._drawn, self._is_told = now, True
        self._write(self._line)

    def close(self) -> None:
        """Finish the step that is being drawn."""
        if self._name and self._is_told:
            took = time.monotonic() - self._started
            self._write(f"{self._name}: done in {_duration(took)}", last=True)
        self._name = ""

    def _write(self, line: str, last: bool = False) -> None:
        if self._live:
            self._stream.write(f"\r\x1b[K{line}" + ("\n" if last else ""))
        else:
            self._stream.write(line + "\n")
        self._stream.flush()


def _line(name: str, done: float, total: float, elapsed: float) -> str:
    if total <= 0:
        return f"{name}: {done:,.0f}"
    share = min(1.0, done / total)
    text = f"{name}: {share:4.0%}"
    if share > 0 and elapsed > 1:
        text += f", about {_duration(elapsed * (1 - share) / share)} left"
    return text


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"
