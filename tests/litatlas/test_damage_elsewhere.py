"""Damage to what a home holds beside its models and indices: settings, PDFs, vectors, uploads, notes, locks.

A home is furnished with all that litatlas writes, and its files are found by walking it: what is not among
those of `test_damage` is damaged here, whatever it is. Every file runs nightly, one of each kind always.
"""

from __future__ import annotations

import io
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from litatlas.atlas import Atlas
from litatlas.doctor import examine
from litatlas.errors import LitatlasError
from litatlas.maintenance.archive import BackupError, check_archive
from litatlas.settings import SettingsError, load
from litatlas.worker import JobProgress, run_job
from search.notices import WITHOUT_ENCODER
from tests.damage import DAMAGES, answers_of, never_wrong, put_damaged_copy
from tests.embeddings_server import endpoint
from tests.ingest import pdfs
from tests.killing import run_through
from tests.two_models import TwoModels, patch_settings

ELSEWHERE = ("models/", "segments/", "aids/", "index/", "library.db")
"""Where `test_damage` and `test_library_damage` look at every file that is served."""
UPLOADED = b"TY  - JOUR\nTI  - A galaxy that waits\nER  - \n"
HARMLESS = ("*.lock", "*/lock", "last-backup.json", "*/.verified.json", "*/.managed.json")
"""Locks are empty; notes that only cost a comparison, or that a warning takes the place of."""
SETTINGS = "litatlas.toml"


@dataclass(frozen=True)
class Furnished:
    """A home to be damaged where it is, for jobs name their files; what it was; what its readers are told."""

    home: Path
    whole: Path
    answers: dict[str, Any]


@pytest.fixture(scope="module")
def furnished(two_models: TwoModels, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    with pytest.MonkeyPatch.context() as patch, endpoint() as encoder:
        patch_settings(patch)
        folder = tmp_path_factory.mktemp("furnished")
        home = two_models.copied(folder)
        (home / "litatlas.toml").write_text(f'# Ours\nencoder = "{encoder.url}"\nbackup_keep = 3\n', "utf-8")
        (folder / "rowers.pdf").write_bytes(pdfs.paper())
        assert run_through(home, "add", str(folder / "rowers.pdf"), "--collection", "P") == 0
        assert run_through(home, "encode") == 0
        assert run_through(home, "backup", str(folder / "backup")) == 0
        with Atlas(load(home)) as atlas:
            atlas.uploads.stage(io.BytesIO(UPLOADED), "staged.ris", 1)
            path = atlas.uploads.store(io.BytesIO(UPLOADED), "waiting.ris", 1)
            atlas.jobs.submit_add("U", path)
        whole = shutil.copytree(home, folder / "whole")
        yield Furnished(home, whole, answers_of(home, folder))


def _files(home: Path) -> list[str]:
    names = [str(path.relative_to(home)) for path in sorted(home.rglob("*")) if path.is_file()]
    return [name for name in names if not name.startswith(ELSEWHERE) or name.endswith("lock")]


SAMPLE = {
    "index.lock": "empty",
    "last-backup.json": "flip a byte at two thirds",
    "litatlas.toml": "flip a byte at a third",
    "uploads/*/*": "flip a byte at a third",
    "looked/*/*": "cut in half",
    "vectors/live.json": "flip a byte at two thirds",
    "vectors/*/whole.json": "delete",
    "vectors/*/*/vectors.npy": "flip the last byte",
}


@pytest.mark.parametrize("pattern", SAMPLE)
def test_damage_is_named_never_served_and_mended(furnished: Furnished, pattern: str, tmp_path: Path) -> None:
    (name, *_) = [name for name in _files(furnished.whole) if fnmatch(name, pattern)]
    _damaged(furnished, name, SAMPLE[pattern], tmp_path)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("damage", DAMAGES)
def test_every_damage_of_every_file(furnished: Furnished, damage: str, tmp_path: Path) -> None:
    for name in _files(furnished.whole):
        _damaged(furnished, name, damage, tmp_path)


def _damaged(furnished: Furnished, name: str, damage: str, tmp_path: Path) -> None:
    home, case = furnished.home, (name, damage)
    put_damaged_copy(furnished.whole, home, name, damage)
    answers = answers_of(home, tmp_path)
    try:
        findings = [check for check in examine(load(home))["checks"] if not check["ok"]]
    except SettingsError as error:  # the first thing that any command says
        assert name == SETTINGS in error.message, case  # noqa: PT017
        return
    if name != SETTINGS:  # a person writes it: another setting is no damage that could be told
        told = {question for question, answer in answers.items() if WITHOUT_ENCODER in str(answer)}
        never_wrong({key: answers[key] for key in answers.keys() - told}, furnished.answers, case)
    if any(fnmatch(name, pattern) for pattern in HARMLESS):
        assert not findings, (case, findings)
        assert answers == furnished.answers, case
    elif name.startswith("vectors/"):
        assert findings or answers == furnished.answers, case
        assert run_through(home, "encode") == 0, case
        assert examine(load(home))["healthy"], case
        assert answers_of(home, tmp_path) == furnished.answers, case
    elif name.startswith(("uploads/", "looked/")):
        _is_never_read(home, name, findings, case)


def _is_never_read(home: Path, name: str, findings: list[dict[str, Any]], case: object) -> None:
    """An upload that is not what was sent is named, and neither its job nor its preview reads it."""
    waits = name.startswith("uploads/")
    assert not (home / name).exists() or [check["name"] for check in findings] == ["uploads"], case
    with Atlas(load(home)) as atlas:
        if waits:
            assert [check["name"] for check in findings] == ["uploads"], case
            job = atlas.library.claim_job("test")
            assert job is not None
            run_job(atlas, job, JobProgress(atlas.library, job.id, threading.Event()))
            assert atlas.jobs.one(job.id)["state"] == "failed", case
            assert "U" not in atlas.library.collection_names() or not atlas.search("waits", limit=0)["total"]
        else:
            with pytest.raises(LitatlasError, match=r"damaged|no longer"):
                atlas.uploads.file(Path(name).parent.name)


BACKUP_PARTS = 60


@pytest.mark.nightly
@pytest.mark.timeout(1800)
def test_a_backup_damaged_anywhere_is_named(furnished: Furnished, tmp_path: Path) -> None:
    data, file = (furnished.home.parent / "backup").read_bytes(), tmp_path / "backup"
    places = {round(at * (len(data) - 1) / BACKUP_PARTS) for at in range(BACKUP_PARTS + 1)}
    for at in sorted(places):
        for damaged in (data[:at] + bytes([data[at] ^ 0x11]) + data[at + 1 :], data[:at]):
            file.write_bytes(damaged)
            with pytest.raises(BackupError):
                check_archive(file)
