"""The health of every part of an atlas: what is well, what is not, and what helps.

Each part is looked at alone and quickly; one that fails stops no other. `doctor` looks longer: it compares
checksums.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import PurePath
from typing import Literal
from urllib.parse import urlsplit

from ingest.checksums import unsigned
from litatlas import __version__
from litatlas.errors import LitatlasError
from litatlas.generation.generations import Generations
from litatlas.generation.worker_locks import Worker, workers
from litatlas.settings import Settings
from search.assist.assistance import has_assistance

State = Literal["ok", "warning", "failed", "off"]
LOW_SHARE = 0.1
"""The share of free disk below which to look after it."""
BACKUP_DAYS = 7
SILENT_SECONDS = 30.0
"""A worker that lives and gave no sign for so long is stuck, or its machine is overloaded."""
LLM_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class PartHealth:
    """How one part is; ``hint`` says what to do, ``facts`` are (what, value) for who wants to know more."""

    name: str
    state: State
    message: str
    hint: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that monitoring keeps: its name, what it is, its labels."""

    name: str
    help: str
    value: float
    labels: dict[str, str] = field(default_factory=dict)


class Health:
    """How the parts of one atlas are; reached as ``Atlas.health``."""

    def __init__(self, generations: Generations, settings: Settings) -> None:
        self._generations = generations
        self._library = generations.library
        self._home = generations.home
        self._settings = settings

    def parts(self) -> list[PartHealth]:
        """Every part, in the order in which one looks for a fault."""
        looks: dict[str, Callable[[], PartHealth]] = {
            "server": self._server,
            "disk": self._disk,
            "library": self._of_library,
            "index": self._index,
            "model": self._model,
            "suggestions": self._suggestions,
            "store": self._store,
            "workers": self._workers,
            "jobs": self._jobs,
            "backup": self._backup,
            "encoder": self._encoder,
            "llm": self._llm,
        }
        return [_guarded(name, look) for name, look in looks.items()]

    def figures(self) -> Iterator[Figure]:
        """The numbers for monitoring; those of a part that is away are left out, ``up`` tells which."""
        for name, look in {"library": self._library_figures, "index": self._index_figures}.items():
            figures: list[Figure] = []
            with suppress(LitatlasError):
                figures = look()
            yield Figure("up", "Whether a part answers.", float(bool(figures)), {"part": name})
            yield from figures
        disk = shutil.disk_usage(self._home.folder)
        yield Figure("disk_free_bytes", "Free disk of the home folder.", disk.free)
        yield Figure("disk_size_bytes", "Size of that disk.", disk.total)
        yield Figure("workers", "Workers that live.", len(workers(self._home, self._library)))
        if (at := self._last_backup()) is not None:
            yield Figure("last_backup_timestamp_seconds", "When the last backup was written.", at[0])

    # -- parts -----------------------------------------------------------------------------------------------

    def _server(self) -> PartHealth:
        load = os.getloadavg()[0]
        facts = [("Python", platform.python_version()), ("load", f"{load:.1f} on {os.cpu_count()} cores")]
        return PartHealth("server", "ok", f"litatlas {__version__} on {socket.gethostname()}", "", facts)

    def _disk(self) -> PartHealth:
        disk = shutil.disk_usage(self._home.folder)
        message = f"{disk.free / 1e9:,.1f} GB free of {disk.total / 1e9:,.0f} GB"
        least = self._settings.free_megabytes
        if disk.free < least * 1_000_000:
            return PartHealth("disk", "failed", f"{message}; uploads are refused.", "Make room.")
        if disk.free < LOW_SHARE * disk.total:
            hint = f"Make room soon: below {least:,} MB uploads are refused, and a build needs 1 GB."
            return PartHealth("disk", "warning", message, hint)
        return PartHealth("disk", "ok", message)

    def _of_library(self) -> PartHealth:
        began = time.perf_counter()
        counts = self._library.counts()
        took = 1000 * (time.perf_counter() - began)
        kind = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[self._library.dialect]
        papers, collections = f"{counts.papers:,} papers", f"{counts.collections:,} collections"
        message = f"{kind}, {papers} of {counts.documents:,} records in {collections}"
        files, size = self._library.pdf_totals()
        facts = [("change", f"{self._library.sequence():,}"), ("answered in", f"{took:.0f} ms")]
        facts += [("PDFs", f"{files:,}, {size / 1e6:,.1f} MB")] if files else []
        return PartHealth("library", "ok", message, "", facts)

    def _index(self) -> PartHealth:
        row = self._library.generation()
        if row is None:
            return PartHealth("index", "off", "None yet.", "Add papers: litatlas add FILE --collection NAME")
        engine = self._generations.engine
        health = engine.health(row.index)
        facts = [("generation", f"{row.number}"), ("index", row.index), *health.facts]
        name = f"{health.name} {health.version}".strip()
        if health.state == "red":
            return PartHealth("index", "failed", f"{name}: {health.message}", health.hint, facts)
        behind = self._behind()
        message = f"{name}, {engine.statistics(row.index).papers:,} papers"
        if health.state == "yellow":
            hint = health.hint or "Bring back the node that is away; reading and writing go on meanwhile."
            return PartHealth("index", "warning", f"{message}. {health.message}", hint, facts)
        if behind:
            hint = "Papers are being added, or a worker takes them up. If it stays: litatlas reindex"
            return PartHealth("index", "warning", f"{message}, {behind:,} changes behind", hint, facts)
        return PartHealth("index", "ok", message, "", facts)

    def _model(self) -> PartHealth:
        live = self._generations.live()
        if live.hierarchy is None:
            return PartHealth("model", "off", "None yet; search is by words alone.", "Run: litatlas build")
        levels = ", ".join(f"{len(level.ids):,}" for level in live.hierarchy.levels)
        held, papers = len(live.hierarchy.paper_ids), self._library.counts().papers
        message = f"{live.row.model}: {levels} topics, trained on {held:,} papers"
        facts = [("published", live.row.made)]
        if unplaced := sum(live.placements.unplaced(None).values()) if live.placements else 0:
            facts.append(("papers without a topic", f"{unplaced:,}"))
        if papers > 2 * held:
            hint = "The topics may miss what is new. Run: litatlas build"
            return PartHealth("model", "warning", f"{message}; now there are {papers:,}", hint, facts)
        return PartHealth("model", "ok", message, "", facts)

    def _suggestions(self) -> PartHealth:
        row = self._library.generation()
        if row is None or has_assistance(self._home.assistance(row.index)):
            return PartHealth("suggestions", "ok" if row else "off", "There." if row else "None yet.")
        return PartHealth(
            "suggestions", "warning", "None that this version can read.", "Run: litatlas reindex"
        )

    def _store(self) -> PartHealth:
        status = self._generations.files.status()
        if status is None:
            return PartHealth("store", "off", "None is set; files stay in the home folder.")
        size = f"{status['files']:,} files, {status['bytes'] / 1e6:,.0f} MB on this host"
        facts = [("address", status["address"])]
        if not status["sent"]:
            hint = "A worker does it with the next change, or run: litatlas reindex"
            return PartHealth("store", "warning", f"{size}; nothing was sent to it yet", hint, facts)
        if status["current"]:
            return PartHealth("store", "ok", f"{size}, as published", "", facts)
        message = status["problem"] or "What was published last is being fetched."
        hint = "Readers of this host see what was published before." if status["problem"] else ""
        return PartHealth("store", "warning", f"{size}. {message}", hint, facts)

    def _workers(self) -> PartHealth:
        living, waiting = workers(self._home, self._library), self._library.job_counts().get("queued", 0)
        running = {job.worker: job for job in self._library.jobs("running")}
        if not living:
            state: State = "failed" if waiting or running else "warning"
            message = f"None is running; {waiting:,} jobs wait." if waiting else "None is running."
            return PartHealth("workers", state, message, "Start one: litatlas worker")
        facts = []
        for worker in living:
            job = running.get(worker.name)
            doing = f"{job.kind}, {job.progress:.0%} ({job.message})" if job else "waits for jobs"
            facts.append((_place(worker), f"{doing}; sign of life {_ago(worker.seen)}"))
        silent = [worker for worker in living if time.time() - worker.seen > SILENT_SECONDS]
        if silent:
            hint = "Look at its machine and its log; stop it if it hangs, the next one goes on with its job."
            message = f"{len(silent)} of {len(living)} give no sign of life."
            return PartHealth("workers", "warning", message, hint, facts)
        return PartHealth("workers", "ok", f"{len(living)} running", "", facts)

    def _jobs(self) -> PartHealth:
        counts = self._library.job_counts()
        message = ", ".join(f"{count:,} {state}" for state, count in counts.items()) or "none yet"
        failed = next(iter(self._library.jobs("failed", limit=1)), None)
        if failed is not None and _seconds_since(failed.updated) < 86_400:
            reason = (failed.error or {}).get("message", "")
            facts = [(f"last failed: {failed.kind}", f"{reason} {(failed.error or {}).get('hint', '')}")]
            hint = "The jobs page has each job's story; the log has the details."
            return PartHealth("jobs", "warning", f"{message}; one failed within a day", hint, facts)
        return PartHealth("jobs", "ok", message)

    def _last_backup(self) -> tuple[float, str, int] | None:
        """When the last backup was written, its file and its bytes; None where none is known."""
        try:
            told = json.loads(unsigned(self._home.last_backup.read_bytes()) or "")
            created = datetime.fromisoformat(told["created"])
            return created.timestamp(), str(told["file"]), int(told["bytes"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _backup(self) -> PartHealth:
        last, hint = self._last_backup(), "Every night: litatlas backup FILE (see docs/backup.md)"
        if last is None:
            return PartHealth("backup", "warning", "None was written by this version yet.", hint)
        at, file, size = last
        message, facts = f"{_ago(at)}, {size / 1e6:,.0f} MB", [("file", PurePath(file).name)]
        old = time.time() - at > BACKUP_DAYS * 86_400
        return PartHealth("backup", "warning" if old else "ok", message, hint if old else "", facts)

    def _encoder(self) -> PartHealth:
        encodings = self._generations.encodings
        if encodings is None:
            return PartHealth("encoder", "off", "None is set; ranking does without.")
        status = encodings.status(self._library.counts().papers)
        message = (
            f"{status['name'] or status['setting']}: {status['vectors']:,} of {status['papers']:,} vectors"
        )
        if status["state"] == "whole":
            return PartHealth("encoder", "ok", message)
        return PartHealth("encoder", "warning", f"{message} ({status['state']})", "Run: litatlas encode")

    def _llm(self) -> PartHealth:
        address = urlsplit(self._settings.llm.strip())
        if not address.hostname:
            return PartHealth("llm", "off", "None is set; names come from the words of topics.")
        port = address.port or (443 if address.scheme == "https" else 80)
        place = f"{address.hostname}:{port}"
        try:
            with socket.create_connection((address.hostname, port), LLM_SECONDS):
                return PartHealth("llm", "ok", f"{self._settings.llm_model} at {place} accepts connections")
        except OSError as error:
            reason = error.strerror or type(error).__name__
            return PartHealth("llm", "warning", f"{place}: {reason}", "Start it, or correct the setting llm.")

    # -- figures ---------------------------------------------------------------------------------------------

    def _library_figures(self) -> list[Figure]:
        counts = self._library.counts()
        gauge = partial(Figure, "jobs", "Jobs by state.")
        states = {"queued": 0, "running": 0, "failed": 0, **self._library.job_counts()}
        return [
            Figure("papers", "Papers of the library.", counts.papers),
            Figure("records", "Records of the library; a paper may have several.", counts.documents),
            Figure("collections", "Collections of the library.", counts.collections),
            *(gauge(float(count), {"state": state}) for state, count in states.items()),
        ]

    def _index_figures(self) -> list[Figure]:
        row = self._library.generation()
        if row is None or self._generations.engine.health(row.index).state == "red":
            return []
        return [
            Figure("generation", "Number of the generation that is live.", row.number),
            Figure("index_behind_changes", "Changes that the index lacks.", self._behind()),
        ]

    def _behind(self) -> int:
        row = self._library.generation()
        stamp = self._generations.engine.stamp(row.index) if row else None
        return max(0, self._library.sequence() - (stamp.sequence if stamp else 0))


def _guarded(name: str, look: Callable[[], PartHealth]) -> PartHealth:
    try:
        return look()
    except LitatlasError as error:
        return PartHealth(name, "failed", error.message, error.hint)
    except Exception as error:  # a fault that nobody thought of is a finding, not the end of the page
        message = f"{type(error).__name__}: {error}"[:500]
        return PartHealth(name, "failed", message, "See the server's log, or run: litatlas doctor")


def _place(worker: Worker) -> str:
    return f"process {worker.process} on {worker.host}"


def _ago(moment: float) -> str:
    """How long ago a moment was."""
    seconds = max(0, round(time.time() - moment))
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"


def _seconds_since(moment: str) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds()
