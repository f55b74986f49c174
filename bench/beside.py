"""Beside the readers of `bench.load`: an upload and a build, and a look at what the server holds."""

from __future__ import annotations

import json
import secrets
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from bench.web import get

EVERY = 10.0
"""Seconds between two looks at memory and descriptors."""


def upload(address: str, file: Path) -> list[str]:
    """Upload a file into a collection of its own and ask for a build; the ids of both jobs."""
    edge = secrets.token_hex(16)
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'
    body = head.encode() + file.read_bytes() + f"\r\n--{edge}--\r\n".encode()
    kind = f"multipart/form-data; boundary={edge}"
    added = _post(f"{address}/api/v1/collections/Beside/documents", body, kind)
    return [added["id"], _post(f"{address}/api/v1/builds", b"{}", "application/json")["id"]]


def _post(url: str, body: bytes, kind: str) -> dict[str, Any]:
    request = urllib.request.Request(url, body, {"Content-Type": kind}, method="POST")
    with urllib.request.urlopen(request, timeout=120) as answer:
        told: dict[str, Any] = json.loads(answer.read())
        return told


def jobs(address: str, ids: list[str]) -> dict[str, str]:
    """How far jobs are, by their kind; asked again of a server that is still too busy to answer."""
    answers = [json.loads(_patiently(f"{address}/api/v1/jobs/{id}")) for id in ids]
    return {answer["kind"]: f"{answer['state']} ({answer['progress']:.0%})" for answer in answers}


def _patiently(url: str) -> bytes:
    for _ in range(30):
        with suppress(OSError):  # refusals too
            return get(url)
        time.sleep(2)
    return b'{"kind": "?", "state": "unknown", "progress": 0}'


@contextmanager
def watched(is_ours: bool) -> Iterator[list[dict[str, float]]]:
    """Looks at the processes of the server that this process has started, until the end of the block."""
    looks: list[dict[str, float]] = []
    ended, began = threading.Event(), time.monotonic()

    def look() -> None:
        while not ended.is_set():
            looks.append({"seconds": round(time.monotonic() - began), **_held()})
            ended.wait(EVERY)

    watcher = threading.Thread(target=look, daemon=True)
    if is_ours:
        watcher.start()
    try:
        yield looks
    finally:
        ended.set()
        if is_ours:
            watcher.join()


def _held() -> dict[str, float]:
    """Processes, megabytes (each shared page counted once), of these such as no file holds, seconds of the
    processor and open descriptors; those of jobs apart."""
    held = dict.fromkeys(("processes", "mb", "own_mb", "cpu", "descriptors", "jobs_mb", "jobs_cpu"), 0.0)
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            names = [" ".join([one.name(), *one.cmdline()]) for one in (process, *process.parents()[:2])]
            megabytes = process.memory_full_info().pss / 1e6
            spent = process.cpu_times().user + process.cpu_times().system
            if any(" worker" in name or "ingest.sandbox" in name for name in names):
                held["jobs_mb"] += megabytes
                held["jobs_cpu"] += spent
            else:
                held["processes"] += 1
                held["mb"] += megabytes
                held["own_mb"] += _without_files(process.pid)
                held["cpu"] += spent
                held["descriptors"] += process.num_fds()
    return {name: round(value) for name, value in held.items()}


def _without_files(pid: int) -> float:
    """Megabytes that the system could not have back by reading files again."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss_Anon:")) / 1_000
