"""Restoring a backup into an empty home, and onto another database; a kill leaves all of it or nothing.

Everything is unpacked into the folder ``restoring`` of the home and compared before anything else changes.
Its renaming to ``restored`` is the commit: whoever opens the atlas from then on moves what is in it to its
place. A PostgreSQL library is filled in one transaction between the two. The index follows from the library.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from sqlalchemy import delete, update

from ingest.library import schema
from ingest.library.database import Database
from ingest.library.library import Library
from ingest.locks import exclusive
from ingest.progress import Progress
from litatlas.errors import BusyError, InputError
from litatlas.generation.home import Home
from litatlas.generation.ledger import Ledger
from litatlas.maintenance.archive import LIBRARY, SETTINGS, Manifest, read_archive
from litatlas.maintenance.copying import copy_library, is_empty
from litatlas.settings import Settings

ELSEWHERE = ("home", "library", "engine", "index_prefix", "store")
"""Settings that say where things lie: the place that is restored to has its own."""
_SETTING = re.compile(r"\s*([A-Za-z_]+)\s*=")
_LOST = {
    "message": "It was waiting or running when the backup was made, and its file is not part of the backup.",
    "hint": "Start it again.",
}


def restore(settings: Settings, file: Path, progress: Progress) -> dict[str, Any]:
    """Put a backup into an empty home, and its library into the database that the settings name.

    The index is not made here: whoever opens the atlas next makes it.

    Returns:
        ``file``, ``created``, ``documents``, ``papers``, ``collections``, ``bytes``, ``settings_left_out``.

    Raises:
        BackupError: it is no backup, damaged, or of a newer version. InputError: the home or the database is
        not empty, or cannot be written. BusyError: another restore or a build is at work in this home.
    """
    home = Home(settings.home)
    is_new = not home.folder.exists()
    try:
        home.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with exclusive(home.lock("restore"), "restoring"):
            _check_empty(home, settings)
            aside = home.folder / "restoring"
            shutil.rmtree(aside, ignore_errors=True)
            shutil.rmtree(home.folder / "restored", ignore_errors=True)  # never committed: all is empty
            try:
                aside.mkdir(mode=0o700)
                manifest = read_archive(file, lambda manifest: _into(aside, manifest))
                progress.step("Restoring the library", 0, 0)
                left_out = _prepare(aside)
                _commit(home, settings, aside, progress)
            except BaseException:
                if is_new and not (home.folder / "restored").exists():
                    shutil.rmtree(home.folder, ignore_errors=True)  # what is no backup leaves no home
                raise
            finally:
                shutil.rmtree(aside, ignore_errors=True)
        finish_restore(home)
    except OSError as error:
        raise InputError(
            f"{home.folder} cannot be restored into: {error.strerror or error}.",
            "Make it writable, or make room; nothing in it was changed.",
        ) from error
    summary = {"created": manifest.created, **manifest.counts, "bytes": manifest.size}
    return {"file": str(file), **summary, "settings_left_out": left_out}


def remember_library(folder: Path, url: str) -> None:
    """Name a database in the settings of a home, which only its owner may read."""
    path = folder / SETTINGS
    lines = path.read_text("utf-8").splitlines(keepends=True) if path.is_file() else []
    others = [line for line in lines if not ((match := _SETTING.match(line)) and match[1] == "library")]
    aside = path.with_name(f"{SETTINGS}.new")
    aside.touch(mode=0o600)
    aside.write_text(f"library = {json.dumps(url)}\n" + "".join(others), "utf-8")
    aside.replace(path)


def finish_restore(home: Home) -> None:
    """Move what was restored to its place, where a restore was killed after its commit."""
    restored = home.folder / "restored"
    if not restored.is_dir():
        return
    with suppress(BusyError), exclusive(home.lock("restore"), "restoring", wait_seconds=60):
        if not restored.is_dir():
            return
        shutil.rmtree(home.segments, ignore_errors=True)  # of a library that is lost
        home.models.mkdir(mode=0o700, exist_ok=True)
        for model in (restored / "models").glob("*"):
            shutil.rmtree(home.model(model.name), ignore_errors=True)
            model.rename(home.model(model.name))
        if (restored / SETTINGS).exists() and not (home.folder / SETTINGS).exists():
            (restored / SETTINGS).rename(home.folder / SETTINGS)
        if (restored / LIBRARY).exists():
            for rest in ("-wal", "-shm"):
                (home.folder / f"{LIBRARY}{rest}").unlink(missing_ok=True)
            (restored / LIBRARY).rename(home.folder / LIBRARY)
        shutil.rmtree(restored)


def _check_empty(home: Home, settings: Settings) -> None:
    """Refuse to write over an atlas; models and an index without their library are none."""
    database = home.folder / LIBRARY
    if not settings.library and (not database.is_file() or not database.stat().st_size):
        return
    with Library.open(settings.library_url, migrate=False) as library:
        if is_empty(library):
            return
        counts = library.counts()
    raise InputError(
        f"There is an atlas of {counts.documents:,} documents: a backup is restored into an empty home and "
        "database.",
        "Name another with --home or --library, or move that one away.",
    )


def _into(aside: Path, manifest: Manifest) -> Callable[[str], IO[bytes]]:
    """What opens each file of a backup below a folder, where there is room for all of them."""
    if shutil.disk_usage(aside).free < 1.1 * manifest.size:
        raise InputError(
            f"The disk has no room for the {manifest.size / 1e6:,.0f} MB of this backup.", "Make room first."
        )

    def opened(name: str) -> IO[bytes]:
        path = aside / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        return path.open("wb")

    return opened


def _prepare(aside: Path) -> list[str]:
    """Bring the unpacked library up to this version; which settings were left out."""
    with Library.open(f"sqlite:///{aside / LIBRARY}") as library:
        Ledger(library).mark_restored()
        with library.writing() as connection:
            error = json.dumps(_LOST)
            connection.execute(delete(schema.sessions))  # whoever signed out since then stays signed out
            connection.execute(delete(schema.tokens).where(schema.tokens.c.kind == "reset"))  # used, maybe
            lost = schema.jobs.c.state.in_(["queued", "running"])
            connection.execute(update(schema.jobs).where(lost).values(state="failed", error=error, worker=""))
    return _settings(aside)


def _settings(aside: Path) -> list[str]:
    path = aside / SETTINGS
    if not path.is_file():
        return []
    lines = path.read_text("utf-8").splitlines(keepends=True)
    named = [(match[1] if (match := _SETTING.match(line)) else "", line) for line in lines]
    path.write_text("".join(line for name, line in named if name not in ELSEWHERE), "utf-8")
    return sorted({name for name, _ in named if name in ELSEWHERE})


def _commit(home: Home, settings: Settings, aside: Path, progress: Progress) -> None:
    restored = home.folder / "restored"
    if not settings.library:
        aside.rename(restored)
        return
    unpacked = home.folder / "unpacked.db"
    (aside / LIBRARY).replace(unpacked)
    try:
        aside.rename(restored)
        with Database.open(f"sqlite:///{unpacked}") as source, Database.open(settings.library) as target:
            copy_library(source, target, progress)
    except BaseException:
        shutil.rmtree(restored, ignore_errors=True)
        raise
    finally:
        for rest in ("", "-wal", "-shm"):
            unpacked.with_name(unpacked.name + rest).unlink(missing_ok=True)
