"""`doctor`: checks the installation and one atlas, and says how to fix what is wrong.

Whatever opens files of the atlas runs in a child process: a damage that crashes the library that reads it is
one check that failed, and the others go on.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import itertools
import json
import os
import platform
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from ingest import sandbox
from ingest.library.database import pending_migrations
from litatlas.atlas import Atlas
from litatlas.errors import LitatlasError, NotFoundError
from litatlas.maintenance.modes import open_to_others
from litatlas.settings import Settings
from search.assist.assistance import check_assistance, has_assistance
from search.evidence.ranking_models import RankingModels
from topics.model.hierarchy import Hierarchy

LEAST_FREE_BYTES = 1_000_000_000
SECONDS = 3600.0
MEMORY = 1 << 42
"""Bounds of a check: what is damaged may ask for anything, what is whole may be large."""
Check = dict[str, Any]


def examine(settings: Settings) -> dict[str, Any]:
    """Run every check; one that fails, or crashes, never stops the others."""
    checks = [
        _guarded("python", _python),
        _guarded("trainer", lambda: _trainer(settings)),
        _guarded("home folder", lambda: _home(settings)),
    ]
    opened = _in_child(settings, "atlas")
    checks += opened
    if not opened:
        checks += itertools.chain.from_iterable(_in_child(settings, name) for name in OF_ATLAS)
    return {"healthy": all(check["ok"] for check in checks), "checks": checks}


def _in_child(settings: Settings, name: str) -> list[Check]:
    """One check of the atlas, as a list of findings; the child is kept for the next one."""
    serialized = json.dumps({**asdict(settings), "home": str(settings.home)}).encode()
    try:
        return list(sandbox.items("litatlas.doctor:look", serialized, name, seconds=SECONDS, memory=MEMORY))
    except LitatlasError as error:
        return [_check(name, False, f"The check itself failed: it {error.message}.", CRASHED[name])]


def look(told: bytes, name: str) -> Iterator[Check]:
    """Run one check of an atlas; what `_in_child` runs in the child process.

    Args:
        told: the settings as JSON.
        name: ``atlas`` (only opens it; a finding when it cannot be opened), or a check of ``OF_ATLAS``.
    """
    values = json.loads(told)
    settings = Settings(**{**values, "home": Path(values["home"])})
    try:
        before, after, steps = pending_migrations(settings.library_url)
        if before and steps:
            message = f"The library's tables are of version {before}; this litatlas needs {after}."
            yield _check(name, False, message, "Keep a copy of it, then run: litatlas migrate")
            return
        with Atlas(settings) as atlas:
            if name != "atlas":
                yield _guarded(name, partial(OF_ATLAS[name], atlas))
    except LitatlasError as error:
        yield _check(name, False, error.message, error.hint)
    except Exception as error:  # whatever is damaged, doctor says what it knows
        message = f"it cannot be opened ({type(error).__name__}: {error})"[:500]
        yield _check(name, False, message, CRASHED[name])


def _check(name: str, ok: bool, message: str, hint: str = "") -> Check:
    return {"name": name, "ok": ok, "message": message, "hint": hint}


def _guarded(name: str, examined: Callable[[], tuple[bool, str, str]]) -> Check:
    try:
        return _check(name, *examined())
    except LitatlasError as error:
        return _check(name, False, error.message, error.hint)
    except Exception as error:  # a damage that nobody thought of is a finding, not a crash
        return _check(name, False, f"{type(error).__name__}: {error}"[:500], CRASHED.get(name, ""))


def _python() -> tuple[bool, str, str]:
    versions = [
        f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "spacy", "tantivy", "flask")
    ]
    return True, f"{platform.python_version()} on {platform.machine()}, {', '.join(versions)}", ""


def _trainer(settings: Settings) -> tuple[bool, str, str]:
    there = importlib.util.find_spec("artm") is not None
    if there and settings.trainer != "portable":
        return True, f"BigARTM {importlib.metadata.version('bigartm')}", ""
    if settings.trainer == "bigartm":
        hint = "Install litatlas[train] (Linux x86_64, Python 3.11), or set trainer to auto."
        return False, "BigARTM is configured but not installed.", hint
    why = "as set" if there else "BigARTM has no wheel here or is not installed"
    return True, f"the portable trainer (numpy), {why}: the same topics, somewhat slower", ""


def _home(settings: Settings) -> tuple[bool, str, str]:
    settings.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.home).free
    if not os.access(settings.home, os.W_OK):
        return (
            False,
            f"{settings.home} cannot be written to.",
            "Change its owner, or choose another folder with --home.",
        )
    message = f"{settings.home}, {free / 1e9:.0f} GB free"
    if free <= LEAST_FREE_BYTES:
        return False, message, "Make room: a build needs 1 GB."
    if count := len(open_to_others(settings.home)):
        message += f"; others of this machine may read {count:,} of its files and folders"
        return True, message, "To keep it to its owner: litatlas migrate"
    return True, message, ""


def _library(atlas: Atlas) -> tuple[bool, str, str]:
    faults = atlas.library.faults()
    if faults:
        return (
            False,
            f"library.db is damaged: {faults[0]}",
            "Move it away, then restore a backup: litatlas restore FILE",
        )
    if logs := atlas.library.damaged_logs():
        kept = logs[0].name
        return (
            False,
            f"The last changes to library.db may be lost: its log was damaged, and is kept as {kept}.",
            "See whether what was done last is there; do it again, or: litatlas restore FILE. "
            f"Then remove {kept}.",
        )
    counts = atlas.library.counts()
    return True, f"{counts.documents:,} documents in {counts.collections} collections", ""


def _engine(atlas: Atlas) -> tuple[bool, str, str]:
    health = atlas.engine.health(atlas.live().row.index)
    message = f"{health.name} {health.version}, {health.state}" + (
        f": {health.message}" if health.message else ""
    )
    return health.state != "red", message, health.hint


def _index(atlas: Atlas) -> tuple[bool, str, str]:
    engine = atlas.reports.status()["engine"]
    if engine["state"] == "red":
        return False, engine["message"], engine["hint"]
    atlas.engine.verify(engine["index"])
    message = f"{engine['papers']:,} papers, up to change {engine['sequence']}"
    if engine["behind"]:
        return False, f"{message}; {engine['behind']} changes behind the library", "Run: litatlas reindex"
    return True, f"{message}; checksums are right", ""


def _model(atlas: Atlas) -> tuple[bool, str, str]:
    live = atlas.live()
    if live.folder is None:
        return True, "none yet; search is by words alone", "Run: litatlas build"
    Hierarchy.load(live.folder, verify=True)
    if not RankingModels.verify(live.folder):
        return (
            True,
            f"{live.row.model}; its ranking models have no checksums yet",
            "A build writes them: litatlas build",
        )
    return True, f"{live.row.model}, checksums are right", ""


def _other_models(atlas: Atlas) -> tuple[bool, str, str]:
    """The model that a roll-back would restore, and a draft."""
    publisher = atlas.generations.publisher
    names = [draft.model for draft in [publisher.ledger.draft()] if draft]
    with suppress(NotFoundError):
        names.append(publisher.previous().model or "")
    for name in names:
        try:
            Hierarchy.load(atlas.home.model(name), verify=True)
            RankingModels.verify(atlas.home.model(name))
        except LitatlasError as error:
            return False, f"{error.message} It is not the live one.", "Build a new one: litatlas build"
    return True, ", ".join([*names, "checksums are right"]) if names else "none", ""


def _suggestions(atlas: Atlas) -> tuple[bool, str, str]:
    folder = atlas.home.assistance(atlas.live().row.index)
    if not has_assistance(folder):
        return False, "There are none that this version can read.", "Run: litatlas reindex"
    check_assistance(folder)
    return True, "checksums are right", ""


def _pdfs(atlas: Atlas) -> tuple[bool, str, str]:
    damaged = list(atlas.library.damaged_pdfs())
    count, size = atlas.library.pdf_totals()
    if damaged:
        message = f"{len(damaged)} of {count:,} kept PDFs are not what was stored, as that of {damaged[0]}"
        return False, message, "Add those files again: litatlas add FILE --collection NAME"
    return True, f"{count:,} kept, {size / 1e6:,.1f} MB, checksums are right" if count else "none", ""


def _uploads(atlas: Atlas) -> tuple[bool, str, str]:
    damaged = atlas.uploads.damaged()
    if damaged:
        message = f"{len(damaged)} uploaded files were damaged while they waited, as {damaged[0]}"
        return False, message, "They will not be read: send them again."
    paths = [Path(job.arguments["path"]) for job in atlas.library.jobs("queued") if job.kind == "add"]
    gone = [path.name for path in paths if not atlas.generations.files.is_shared and not path.is_file()]
    if gone:
        return False, f"{len(gone)} uploaded files that wait are gone, as {gone[0]}", "Send them again."
    return True, "what waits is as it was sent", ""


def _store(atlas: Atlas) -> tuple[bool, str, str]:
    files = atlas.generations.files
    if not files.is_shared:
        return True, "none; files stay in the home folder", ""
    lacking, status = files.lacking(), files.status()
    assert status is not None
    if lacking:
        message = f"{status['address']} lacks {len(lacking):,} files, such as {lacking[0]}"
        return False, message, "On a host that has its files whole, run: litatlas reindex"
    if not status["sent"]:
        return True, f"{status['address']}; nothing was sent to it yet", "Run: litatlas reindex"
    state = "up to date" if status["current"] else "behind; the next reader fetches what is new"
    hint = ""
    if atlas.library.dialect == "sqlite":
        hint = "Several hosts that write need a library on PostgreSQL (setting library)."
    return True, f"{status['address']}, {status['files']:,} files here, {state}", hint


def _jobs(atlas: Atlas) -> tuple[bool, str, str]:
    counts = atlas.library.job_counts()
    queued = counts.get("queued", 0)
    message = ", ".join(f"{count} {state}" for state, count in counts.items()) or "none"
    return True, message, "Jobs are waiting; is a worker running? (litatlas worker)" if queued else ""


def _encoder(atlas: Atlas) -> tuple[bool, str, str]:
    encodings = atlas.generations.encodings
    return (True, "none; ranking does without", "") if encodings is None else encodings.check()


OF_ATLAS: dict[str, Callable[[Atlas], tuple[bool, str, str]]] = {
    "engine": _engine,
    "library": _library,
    "PDFs": _pdfs,
    "uploads": _uploads,
    "index": _index,
    "model": _model,
    "other models": _other_models,
    "suggestions": _suggestions,
    "store": _store,
    "encoder": _encoder,
    "jobs": _jobs,
}
"""The checks of one atlas, each in the child process, in this order."""
_BUILD = "Run: litatlas build, which rebuilds index, suggestions and model from the library."
CRASHED = {
    "atlas": _BUILD,
    "engine": "Run: litatlas reindex",
    "library": "Restore it from a backup: litatlas restore FILE",
    "PDFs": "Restore it from a backup: litatlas restore FILE",
    "uploads": "Send the files that wait again.",
    "index": "Run: litatlas reindex",
    "model": "Run: litatlas build",
    "other models": "Run: litatlas build",
    "suggestions": "Run: litatlas reindex",
    "store": "On a host that has its files whole, run: litatlas reindex",
    "encoder": "Search goes on without it. Run: litatlas encode",
    "jobs": _BUILD,
}
"""What fixes it where a check crashes or finds what nobody thought of."""
