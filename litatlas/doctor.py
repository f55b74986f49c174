"""`doctor`: checks the installation and one atlas, and says how to mend what is wrong."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shutil
from collections.abc import Callable, Iterator
from typing import Any

from litatlas.atlas import Atlas
from litatlas.errors import LitatlasError
from litatlas.settings import Settings
from search.assist.assistance import check_assistance, has_assistance
from search.evidence.ranking_models import RankingModels
from topics.model.hierarchy import Hierarchy

LEAST_FREE_BYTES = 1_000_000_000
Check = dict[str, Any]


def examine(settings: Settings) -> dict[str, Any]:
    """Run every check; one that fails never stops the others."""
    checks = [
        _guarded("python", _python),
        _guarded("trainer", lambda: _trainer(settings)),
        _guarded("home folder", lambda: _home(settings)),
    ]
    try:
        with Atlas(settings) as atlas:
            checks += list(_of_atlas(atlas))
    except LitatlasError as error:
        checks.append(_check("atlas", False, error.message, error.hint))
    except Exception as error:  # whatever is damaged, doctor says what it knows
        checks.append(_check("atlas", False, f"it cannot be opened ({type(error).__name__}: {error})"[:500]))
    return {"healthy": all(check["ok"] for check in checks), "checks": checks}


def _of_atlas(atlas: Atlas) -> Iterator[Check]:
    yield _guarded("engine", lambda: _engine(atlas))
    yield _guarded("library", lambda: _library(atlas))
    yield _guarded("index", lambda: _index(atlas))
    yield _guarded("model", lambda: _model(atlas))
    yield _guarded("suggestions", lambda: _suggestions(atlas))
    yield _guarded("jobs", lambda: _jobs(atlas))


def _check(name: str, ok: bool, message: str, hint: str = "") -> Check:
    return {"name": name, "ok": ok, "message": message, "hint": hint}


def _guarded(name: str, look: Callable[[], tuple[bool, str, str]]) -> Check:
    try:
        return _check(name, *look())
    except LitatlasError as error:
        return _check(name, False, error.message, error.hint)
    except Exception as error:  # a damage that nobody thought of is a finding, not a crash
        return _check(name, False, f"{type(error).__name__}: {error}"[:500], _UNFORESEEN)


_UNFORESEEN = "Run: litatlas build, which makes index, suggestions and model anew from the library."


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
        return False, "BigARTM is asked for and not installed.", hint
    why = "as set" if there else "BigARTM has no wheel here or is not installed"
    return True, f"the portable trainer (numpy), {why}: the same topics, somewhat slower", ""


def _home(settings: Settings) -> tuple[bool, str, str]:
    settings.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.home).free
    if not os.access(settings.home, os.W_OK):
        return (
            False,
            f"{settings.home} cannot be written to.",
            "Change its owner, or name another with --home.",
        )
    message = f"{settings.home}, {free / 1e9:.0f} GB free"
    return (
        free > LEAST_FREE_BYTES,
        message,
        "" if free > LEAST_FREE_BYTES else "Make room: a build needs 1 GB.",
    )


def _library(atlas: Atlas) -> tuple[bool, str, str]:
    faults = atlas.library.faults()
    if faults:
        return (
            False,
            f"library.db is damaged: {faults[0]}",
            "Restore it from a backup, then: litatlas reindex",
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
    message = f"{engine['papers']:,} papers, up to change {engine['sequence']}"
    if engine["behind"]:
        return False, f"{message}; {engine['behind']} changes behind the library", "Run: litatlas reindex"
    return True, message, ""


def _model(atlas: Atlas) -> tuple[bool, str, str]:
    live = atlas.live()
    if live.folder is None:
        return True, "none yet; search is by words alone", "Run: litatlas build"
    Hierarchy.load(live.folder, verify=True)
    if not RankingModels.verify(live.folder):
        return (
            True,
            f"{live.row.model}; what ranks has no checksums yet",
            "A build writes them: litatlas build",
        )
    return True, f"{live.row.model}, checksums are right", ""


def _suggestions(atlas: Atlas) -> tuple[bool, str, str]:
    folder = atlas.home.assistance(atlas.live().row.index)
    if not has_assistance(folder):
        return False, "There are none that this version can read.", "Run: litatlas reindex"
    check_assistance(folder)
    return True, "checksums are right", ""


def _jobs(atlas: Atlas) -> tuple[bool, str, str]:
    counts = atlas.library.job_counts()
    queued = counts.get("queued", 0)
    message = ", ".join(f"{count} {state}" for state, count in counts.items()) or "none"
    return True, message, "Jobs wait: is a worker running? (litatlas worker)" if queued else ""
