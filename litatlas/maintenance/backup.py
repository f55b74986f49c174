"""Writing a backup of an atlas while readers, uploads and builds go on.

The library is copied as of one moment. The models that this copy names are held by hard links before they are
read, so that a publishing in between cannot take them away. The index, suggestions and the places of later
papers are left out: they follow from the library and the model.
"""

from __future__ import annotations

import itertools
import json
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.arrays import ArraysError, flush, link
from ingest.checksums import SEAL, signed
from ingest.library.database import now
from ingest.library.library import Library
from ingest.locks import exclusive
from ingest.progress import Progress
from litatlas.errors import InputError
from litatlas.generation.home import Home
from litatlas.generation.ledger import Ledger
from litatlas.generation.publishing import kept_models
from litatlas.maintenance.archive import LIBRARY, SETTINGS, check_archive, is_archive, write_archive
from litatlas.maintenance.copying import snapshot
from litatlas.settings import Settings
from search.evidence.ranking_models import RankingModels
from topics.model.hierarchy import Hierarchy

_TRIES = 5
"""How often the library is copied anew where a publishing has just removed a model that the copy names."""


@dataclass(frozen=True, slots=True)
class _Copy:
    """The library as of one moment, and the models that go with it."""

    files: dict[str, Path]
    counts: dict[str, int]
    left_out: list[str]


def back_up(settings: Settings, library: Library, target: Path, progress: Progress) -> dict[str, Any]:
    """Write a backup to a file, verify it, and put it in the place of the one before, which gets a number.

    Returns:
        What was written: ``file``, ``bytes``, ``created``, ``documents``, ``papers``, ``collections``,
        ``models``, and ``left_out``: earlier models that are damaged.

    Raises:
        BusyError: another backup is being written. InputError: the target is no place for one.
        LitatlasError: the library or the live model is damaged.
    """
    home = Home(settings.home)
    _check_target(target)
    part = target.with_name(target.name + ".part")
    with exclusive(home.lock("backup"), "a backup"):
        aside = home.folder / "backing-up"
        shutil.rmtree(aside, ignore_errors=True)
        try:
            aside.mkdir(mode=0o700)
            copy = _copied(home, library, aside, progress)
            progress.step("Writing the backup", 0, 0)
            created = now()
            write_archive(part, created, copy.counts, copy.files)
            progress.step("Verifying the backup", 0, 0)
            check_archive(part)
            _rotate(target, settings.backup_keep)
            part.replace(target)
            flush(target.parent)
            told = {"file": str(target.absolute()), "bytes": target.stat().st_size, "created": created}
            home.last_backup.write_bytes(signed(json.dumps(told)))
        except OSError as error:
            raise InputError(
                f"The backup cannot be written: {error.strerror or error}.",
                "Make room, or name another file; the earlier backups are as they were.",
            ) from error
        finally:
            shutil.rmtree(aside, ignore_errors=True)
            with suppress(OSError):
                part.unlink(missing_ok=True)
    models = sorted({name.split("/")[1] for name in copy.files if name.startswith("models/")})
    notes = {"models": models, "left_out": copy.left_out}
    return {"file": str(target), "bytes": target.stat().st_size, "created": created, **copy.counts, **notes}


def _check_target(target: Path) -> None:
    if target.is_dir() or not target.parent.is_dir():
        raise InputError(
            f"{target} is no file in a folder that exists.", "Name a file, as in: backup.tar.zst"
        )
    if target.exists() and not is_archive(target):
        raise InputError(f"{target} is there already and is no backup.", "Name another file.")


def _copied(home: Home, library: Library, aside: Path, progress: Progress) -> _Copy:
    for left in reversed(range(_TRIES)):
        progress.step("Copying the library", 0, 0)
        snapshot(library, aside / LIBRARY, progress)
        with Library.open(f"sqlite:///{aside / LIBRARY}") as copy:
            ledger, rows, row = Ledger(copy), copy.generations(), copy.generation()
            counts = copy.counts()
            names = kept_models(rows, ledger.draft())
        live = row.model if row else None
        files = {LIBRARY: aside / LIBRARY}
        left_out = []
        try:
            for name in sorted(names):
                copied = _held(home.model(name), aside / "models" / name)
                if copied is None:
                    left_out.append(name)
                else:
                    files |= {
                        f"models/{name}/{path.relative_to(aside / 'models' / name)}": path for path in copied
                    }
        except FileNotFoundError:
            if left:
                continue
            raise
        if live in left_out:
            Hierarchy.load(home.model(live), verify=True)  # says what is wrong
            RankingModels.verify(home.model(live))
        if (home.folder / SETTINGS).is_file():
            files[SETTINGS] = Path(shutil.copy(home.folder / SETTINGS, aside / SETTINGS))
        totals = {"documents": counts.documents, "papers": counts.papers, "collections": counts.collections}
        return _Copy(files, totals, left_out)
    raise AssertionError("unreachable")


def _held(model: Path, aside: Path) -> list[Path] | None:
    """A model's files, which stay when the model is removed; None for a model that is damaged or gone."""
    shutil.rmtree(aside, ignore_errors=True)
    if not model.is_dir():
        return None
    copied = []
    for path in sorted(model.rglob("*")):
        if path.is_file() and path.name != SEAL:
            into = aside / path.relative_to(model)
            into.parent.mkdir(parents=True, exist_ok=True)
            link(path, into)
            copied.append(into)
    try:
        Hierarchy.load(aside, verify=True)
        RankingModels.verify(aside)
    except ArraysError:
        return None
    finally:
        for path in aside.rglob(SEAL):
            path.unlink(missing_ok=True)
    return copied


def _rotate(target: Path, keep: int) -> None:
    """Number the backups before: ``FILE.1`` is the one before, and so on up to ``keep`` in all."""
    if not target.exists() or keep < 2:
        return
    numbered = [target, *(target.with_name(f"{target.name}.{number}") for number in range(1, keep))]
    for earlier, later in reversed(list(itertools.pairwise(numbered))):
        if earlier.exists():
            earlier.replace(later)
