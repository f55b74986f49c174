"""Structured logs: a line an event, for people (``text``), grep (``logfmt``) or programs (``json``).

What happens is logged through `logging` under the name ``litatlas``; what every request leaves is written
without its detours (`Logs.write`), which take longer than the line itself.
"""

from __future__ import annotations

import json
import logging
import os
import re
import threading
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast

import orjson

from ingest.progress import Timings as Timings
from ingest.progress import measure as measure
from ingest.progress import stage as stage
from litatlas.errors import SettingsError
from litatlas.settings import Settings

Format = Literal["text", "logfmt", "json"]
LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
LONGEST_VALUE = 2_000
LONGEST_TRACE = 16_000
LOOK_SECONDS = 1.0
"""How often is looked whether the log's file was moved away (logrotate)."""
STDERR = 2

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that this thread answers; stands in all that is logged meanwhile."""


class LineWriter:
    """Writes lines to a file or to standard error; processes may share it, each line goes out whole."""

    def __init__(self, path: str = "") -> None:
        """``path``: the file, made for its owner alone; "" is standard error.

        Raises:
            SettingsError: it cannot be written.
        """
        self._path = path
        self._lock = threading.Lock()
        self._looked = time.monotonic()
        self._number = STDERR
        if path:
            try:
                self._number = self._open()
            except OSError as error:
                raise SettingsError(
                    f"log_file: {path} cannot be written: {error.strerror}.",
                    "Name a file in a folder that exists and may be written to.",
                ) from error

    def write(self, line: bytes) -> None:
        """Write a line; a full disk or a reader that went away stops nobody's work."""
        if self._path and time.monotonic() - self._looked > LOOK_SECONDS:
            self._follow()
        with suppress(OSError):
            os.write(self._number, line)

    def is_terminal(self) -> bool:
        """Whether the output is a terminal, where a person reads it."""
        return os.isatty(self._number)

    def close(self) -> None:
        """Close the file."""
        if self._path:
            os.close(self._number)

    def _open(self) -> int:
        return os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def _follow(self) -> None:
        """Go on in a new file where the one that is open was moved away or removed."""
        with self._lock, suppress(OSError):
            self._looked = time.monotonic()
            mine = os.fstat(self._number)
            try:
                there = Path(self._path).stat()
            except FileNotFoundError:
                there = None
            if there is None or (there.st_ino, there.st_dev) != (mine.st_ino, mine.st_dev):
                new = self._open()
                # Under the same number: nobody meets a closed one.
                os.dup2(new, self._number, inheritable=False)
                os.close(new)


class Logs:
    """Where a process logs, and how."""

    def __init__(self, writer: LineWriter, format: Format, process: str) -> None:
        self._writer = writer
        self._format = format
        self._process = process
        self._second = 0, ""

    def write(self, level: str, fields: Mapping[str, Any]) -> None:
        """Write an event's line."""
        now = time.time()
        second = int(now)
        known = self._second
        if second != known[0]:  # to format a time takes longer than all the rest of a line
            known = self._second = second, datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        at = f"{known[1]}.{int(1000 * (now - second)):03}Z"
        head = {"time": at, "level": level, "process": f"{self._process}/{os.getpid()}"}
        self._writer.write(_LINES[self._format]({**head, **fields}))

    def close(self) -> None:
        """Close the file."""
        self._writer.close()


class _Handler(logging.Handler):
    """Takes what is logged to the process's `Logs`."""

    def __init__(self, logs: Logs) -> None:
        super().__init__()
        self.logs = logs

    def emit(self, record: logging.LogRecord) -> None:
        fields = {"logger": record.name, "request_id": request_id.get(), "message": record.getMessage()}
        fields |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1] is not None and record.levelno < logging.ERROR:
            fields["error"] = f"{type(record.exc_info[1]).__name__}: {record.exc_info[1]}"
        elif record.exc_info and record.exc_info[1] is not None:
            fields["trace"] = "".join(traceback.format_exception(record.exc_info[1]))[-LONGEST_TRACE:]
        self.logs.write(record.levelname.lower(), fields)

    def close(self) -> None:
        self.logs.close()
        super().close()


def configure(settings: Settings, process: str, *, stderr: bool = True) -> Logs | None:
    """Log as the settings say; what this process was told before no longer holds.

    Args:
        process: what it is, in each line: ``server``, ``web``, ``worker``, ``cli``.
        stderr: whether to log to standard error where no file is set; else nothing is logged then.

    Raises:
        SettingsError: no such level or format, or a file that cannot be written.
    """
    level, format = LEVELS.get(settings.log_level.lower()), settings.log_format.lower()
    if level is None:
        raise SettingsError(
            f"log_level is {settings.log_level!r}.", f"It must be one of {', '.join(LEVELS)}."
        )
    if format not in ("auto", *_LINES):
        raise SettingsError(
            f"log_format is {settings.log_format!r}.", "It must be auto, text, logfmt or json."
        )
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, _Handler)]:
        root.removeHandler(handler)
        handler.close()
    if not (settings.log_file or stderr):
        return None
    writer = LineWriter(settings.log_file)
    if format == "auto":
        format = "text" if writer.is_terminal() else "logfmt"
    logs = Logs(writer, cast(Format, format), process)
    root.addHandler(_Handler(logs))
    root.setLevel(max(level, logging.WARNING))  # of other packages, what somebody should look at
    logging.getLogger("litatlas").setLevel(level)
    return logs


def current() -> Logs | None:
    """Where this process logs; None where it was not told to."""
    handlers = (each for each in logging.getLogger().handlers if isinstance(each, _Handler))
    return next((handler.logs for handler in handlers), None)


# -- lines ---------------------------------------------------------------------------------------------------


def _json(fields: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps({key: value for key, value in fields.items() if value != ""}, default=str) + b"\n"
    except TypeError:  # halves of surrogate pairs
        return json.dumps(fields, default=str).encode() + b"\n"


def _logfmt(fields: dict[str, Any]) -> bytes:
    return (" ".join(_pairs(fields)) + "\n").encode("utf-8", "backslashreplace")


def _text(fields: dict[str, Any]) -> bytes:
    message, trace = str(fields.pop("message", "")), str(fields.pop("trace", ""))
    told = {name: value for name, value in fields.items() if name not in _FOR_PROGRAMS}
    name = "litatlas:" if fields["level"] in ("info", "debug") else f"litatlas: {fields['level']}:"
    line = " ".join(part for part in (name, _printable(message), *_pairs(told)) if part)
    lines = [line, *(f"  {_printable(part)}" for part in trace.splitlines())]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")


_QUOTED = re.compile(r"""[\s"'=\\]""")
_FOR_PROGRAMS = ("time", "level", "process", "logger")
_LINES = {"text": _text, "logfmt": _logfmt, "json": _json}


def _pairs(fields: Mapping[str, Any]) -> list[str]:
    pairs = []
    for name, value in fields.items():
        if isinstance(value, str):
            if value:
                pairs.append(f"{name}={_quoted(value, LONGEST_TRACE if name == 'trace' else LONGEST_VALUE)}")
        elif isinstance(value, Mapping):
            pairs += _pairs({f"{name}.{inner}": each for inner, each in value.items()})
        elif isinstance(value, int | float):
            pairs.append(f"{name}={value}")
        elif value is not None:
            pairs.append(f"{name}={_quoted(str(value), LONGEST_VALUE)}")
    return pairs


def _quoted(value: str, longest: int) -> str:
    text = value[:longest]
    if not text.isprintable():
        return json.dumps(text)
    if _QUOTED.search(text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return text


def _printable(text: str) -> str:
    return text if text.isprintable() else json.dumps(text)[1:-1]
