"""The health of each part: well on a whole atlas; what is wrong and what mends it where something is away."""

from __future__ import annotations

import json
import shutil
import time
from collections import namedtuple
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from litatlas.atlas import Atlas
from litatlas.generation.worker_locks import alive, workers
from litatlas.parts.health import PartHealth
from litatlas.settings import Settings
from tests.commands import free_port
from tests.litatlas.conftest import run_command

Usage = namedtuple("Usage", "total used free")


def parts(atlas: Atlas) -> dict[str, PartHealth]:
    return {part.name: part for part in atlas.health.parts()}


@pytest.fixture
def home(built_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built_home, tmp_path / "copy"))


def test_a_whole_atlas_is_well(home: Path) -> None:
    settings = Settings(home=home)
    run_command(home, "backup", str(home.parent / "atlas.tar.zst"))
    with Atlas(settings) as atlas, alive(atlas.home, "aaaa"):
        health = parts(atlas)
        assert {name for name, part in health.items() if part.state not in ("ok", "off")} <= {"disk"}
        assert health["encoder"].state == health["llm"].state == "off"
        assert "560 records in 2 collections" in health["library"].message
        assert dict(health["backup"].facts) == {"file": "atlas.tar.zst"}  # not where files of the server lie
        assert "sign of life" in health["workers"].facts[0][1]
        names = {figure.name for figure in atlas.health.figures()}
        assert {"last_backup_timestamp_seconds", "workers", "generation", "papers"} <= names


def test_jobs_that_wait_without_a_worker_are_a_fault(home: Path) -> None:
    with Atlas(Settings(home=home)) as atlas:
        assert parts(atlas)["workers"].state == "warning"
        atlas.jobs.submit_build()
        broken = parts(atlas)["workers"]
        assert broken.state == "failed"
        assert "litatlas worker" in broken.hint
        job = atlas.library.claim_job("w")
        assert job
        atlas.library.update_job(job.id, state="failed", error={"message": "too few papers", "hint": "add"})
        failed = parts(atlas)["jobs"]
        assert failed.state == "warning"
        assert "too few papers" in failed.facts[0][1]


def test_a_worker_without_a_sign_of_life_is_looked_at(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("litatlas.generation.worker_locks.SIGN_SECONDS", 0.05)
    with Atlas(Settings(home=home)) as atlas, alive(atlas.home, "bbbb"):
        first = workers(atlas.home)[0]
        deadline = time.monotonic() + 30
        while workers(atlas.home)[0].seen == first.seen:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        monkeypatch.setattr("litatlas.parts.health.SILENT_SECONDS", -1.0)
        silent = parts(atlas)["workers"]
        assert silent.state == "warning"
        assert "no sign of life" in silent.message
    assert workers(atlas.home) == []


def test_a_disk_that_is_filling_up(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Atlas(Settings(home=home)) as atlas:
        for free, state in ((50_000_000_000, "ok"), (5_000_000_000, "warning"), (100_000_000, "failed")):
            usage = Usage(100_000_000_000, 0, free)
            monkeypatch.setattr("litatlas.parts.health.shutil.disk_usage", lambda _, usage=usage: usage)
            assert parts(atlas)["disk"].state == state


def test_an_old_backup_and_none(home: Path) -> None:
    with Atlas(Settings(home=home)) as atlas:
        assert parts(atlas)["backup"].state == "warning"
        created = (datetime.now(UTC) - timedelta(days=9)).isoformat(timespec="seconds")
        atlas.home.last_backup.write_text(json.dumps({"file": "/b", "bytes": 5, "created": created}), "utf-8")
        old = parts(atlas)["backup"]
        assert old.state == "warning"
        assert old.message.startswith("9 days ago")
        atlas.home.last_backup.write_text("[]", "utf-8")
        assert parts(atlas)["backup"].state == "warning"


def test_what_is_missing_names_its_command(home: Path) -> None:
    with Atlas(Settings(home=home)) as atlas:
        shutil.rmtree(home / "aids")
        shutil.rmtree(home / "index")
        health = parts(atlas)
        assert health["suggestions"].state == "warning"
        assert health["index"].state == "failed"
        assert "litatlas reindex" in health["index"].hint
        figures = {
            (figure.name, figure.labels.get("part")): figure.value for figure in atlas.health.figures()
        }
        assert figures["up", "index"] == 0.0
        assert figures["up", "library"] == 1.0


def test_an_engine_and_a_language_model_that_are_away(home: Path) -> None:
    port = free_port()
    settings = Settings(home=home, llm=f"http://127.0.0.1:{port}/v1", llm_model="m")
    with Atlas(settings) as atlas:
        assert parts(atlas)["llm"].state == "warning"
    away = replace(settings, engine=f"http://127.0.0.1:{port}", elasticsearch_timeout=2)
    with Atlas(away) as atlas:
        broken = parts(atlas)["index"]
        assert broken.state == "failed"
        assert "No Elasticsearch answers" in broken.message
        assert parts(atlas)["library"].state == "ok"


def test_an_empty_atlas(tmp_path: Path) -> None:
    with Atlas(Settings(home=tmp_path / "home")) as atlas:
        health = parts(atlas)
        assert {part.state for part in health.values()} <= {"ok", "off", "warning"}
        assert health["index"].state == "off"
