"""Restoring a backup into an empty home, and onto another database; a kill leaves all of it or nothing.

Everything is unpacked into the folder ``restoring`` of the home and compared before anything else changes.
Its renaming to ``restored`` is the commit: whoever opens the atlas from then on moves what is in it to its
place. A PostgreSQL library is filled in one transaction between the two. The index follows from the library.
"""

from __future__ import annotations

import json
import shutil
import tomllib
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
from litatlas.errors import BusyError, InputError, LitatlasError
from litatlas.generation.home import Home
from litatlas.generation.ledger import Ledger
from litatlas.maintenance.archive import HINT, LIBRARY, SETTINGS, BackupError, Manifest, read_archive
from litatlas.maintenance.copying import copy_library, is_empty
from litatlas.maintenance.settings_text import without
from litatlas.settings import Settings

ELSEWHERE = ("home", "library", "engine", "index_prefix", "store", "log_file")
"""Settings that say where things lie: the place that is restored to has its own."""
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
                left_out = _prepare(file, aside, manifest)
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


def _prepare(file: Path, aside: Path, manifest: Manifest) -> list[str]:
    """Bring the unpacked library up to this version; which settings were left out.

    Raises:
        BackupError: its library or its settings are none, or the library names folders outside of a home.
    """
    try:
        with Library.open(f"sqlite:///{aside / LIBRARY}") as library:
            _check_library(library, aside, manifest)
            Ledger(library).mark_restored()
            with library.writing() as connection:
                error = json.dumps(_LOST)
                connection.execute(delete(schema.sessions))  # whoever signed out since then stays signed out
                resets = schema.tokens.c.kind == "reset"  # used since then, maybe
                connection.execute(delete(schema.tokens).where(resets))
                lost = schema.jobs.c.state.in_(["queued", "running"])
                values = {"state": "failed", "error": error, "worker": ""}
                connection.execute(update(schema.jobs).where(lost).values(values))
    except LitatlasError as error:
        raise BackupError(f"{file} holds no library that can be used: {error.message}", HINT) from error
    try:
        return _settings(aside)
    except ValueError as error:
        raise BackupError(f"{file} holds settings that cannot be read: {error}.", HINT) from error


def _check_library(library: Library, aside: Path, manifest: Manifest) -> None:
    """Refuse a library that is not the manifest's, or names folders that belong into no home."""
    held, said = library.counts().documents, manifest.counts.get("documents")
    if said is not None and held != said:
        raise InputError(f"it has {held:,} documents, and should have {said:,}.", HINT)
    home, ledger, rows = Home(aside), Ledger(library), library.generations()
    draft = ledger.draft()
    for row in rows:
        home.assistance(row.index)
    for name in [row.model for row in rows] + [draft.model if draft else None]:
        if name is not None:
            home.model(name)
            home.segment(ledger.model(name).segment)


def _settings(aside: Path) -> list[str]:
    path = aside / SETTINGS
    if not path.is_file():
        return []
    text = path.read_text("utf-8")
    named = tomllib.loads(text)
    path.write_text(without(text, ELSEWHERE), "utf-8")
    return sorted(named.keys() & set(ELSEWHERE))


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
