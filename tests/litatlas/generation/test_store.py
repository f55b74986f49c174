"""Hosts without a common folder: each has a home of its own, and they share a library and a store."""

from __future__ import annotations

import errno
import io
import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from litatlas import worker
from litatlas.atlas import Atlas
from litatlas.cli.text.status import status as cli_status
from litatlas.doctor import examine
from litatlas.generation.store.objects import ObjectStore, StoreError
from litatlas.parts.health import PartHealth
from litatlas.settings import Settings
from tests.killing import run_killed, run_through, steps_of
from tests.papers import papers, write
from tests.s3_server import s3_bucket


@pytest.fixture(scope="module")
def modelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of 80 papers with two models, and 12 papers that came later; its library lies beside it."""
    folder = tmp_path_factory.mktemp("hosts")
    with Atlas(settings(folder, "first", "")) as opened:
        add(opened, folder, 80, "a")
        for seed in (1, 2):
            opened.models.build(levels=(3, 6), seed=seed)
        add(opened, folder, 12, "later")
    return folder


@pytest.fixture(params=["file", pytest.param("s3", marks=pytest.mark.nightly)])
def address(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A store in a folder, and one in S3 (nightly; `tests.litatlas.serving.test_hosts` has one always)."""
    if request.param == "file":
        yield f"file://{tmp_path / 'store'}"
        return
    with s3_bucket(monkeypatch) as bucket:
        yield bucket


def settings(folder: Path, home: str, address: str) -> Settings:
    library = f"sqlite:///{folder / 'library.db'}"
    return Settings(home=folder / home, library=library, store=address, processes=1, trainer="portable")


def add(atlas: Atlas, folder: Path, count: int, name: str) -> None:
    atlas.collections.add([write(folder / f"{name}.jsonl", papers(count, seed=len(name), prefix=name))], name)


def answers(atlas: Atlas) -> dict[str, object]:
    """What readers are told, without what differs between two times of asking."""
    search = atlas.search("", limit=100)
    topics = atlas.topics.all()
    later = atlas.search('collection:"later"', limit=1)["documents"][0]["id"]
    similar = atlas.papers.similar(later, limit=5)
    suggestions = [atlas.suggest(prefix) for prefix in ("a", "th", "mo")]
    return {
        "hits": [{key: hit[key] for key in ("id", "score", "topics")} for hit in search["documents"]],
        "facets": search["facets"],
        "topics": topics,
        "similar": similar,
        "suggestions": suggestions,
    }


@pytest.fixture
def folder(modelled: Path, tmp_path: Path, address: str) -> Path:
    """A first host that has just been given a store, and sent everything."""
    copy = tmp_path / "lab"
    shutil.copytree(modelled, copy)
    with Atlas(settings(copy, "first", address)) as first:
        assert first.generations.publisher.is_behind(), "the store lacks everything"
        assert first.generations.finish_interrupted()
        assert not first.generations.publisher.is_behind()
    return copy


def test_a_host_without_the_folder_gives_the_same_answers(folder: Path, address: str) -> None:
    with (
        Atlas(settings(folder, "first", address)) as first,
        Atlas(settings(folder, "second", address)) as second,
    ):
        wanted = answers(first)
        assert len(wanted["hits"]) == 92
        assert any(wanted["suggestions"])
        assert answers(second) == wanted


def test_a_host_that_is_open_follows_and_only_what_is_new_travels(
    folder: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        Atlas(settings(folder, "first", address)) as first,
        Atlas(settings(folder, "second", address)) as second,
    ):
        before = second.live().row
        sent = counted(monkeypatch, "put")
        add(first, folder, 9, "nine")
        assert 0 < len(sent) < len(first.generations.files.held().files) / 2
        followed(second)
        assert answers(second) == answers(first)
        assert second.live().row == before, "the same generation, grown"
        first.models.roll_back()
        followed(second)
        assert second.live().row.model == first.live().row.model != before.model
        assert answers(second) == answers(first)


def counted(patch: pytest.MonkeyPatch, name: str) -> list[str]:
    """The objects that are put or got from now on."""
    names: list[str] = []
    real = getattr(ObjectStore, name)

    def call(store: ObjectStore, object: str, *arguments: object) -> object:
        names.append(object)
        return real(store, object, *arguments)

    patch.setattr(ObjectStore, name, call)
    return names


def followed(atlas: Atlas) -> None:
    """Wait until a host that is asked all the time has what is published."""
    for _ in range(400):
        atlas.generations.look_again()
        live = atlas.live()
        row = atlas.library.generation()
        if row is not None and atlas.generations.files.is_current() and live.row.number == row.number:
            return
        assert atlas.search("", limit=1)["total"] > 0, "the former generation goes on serving"
        time.sleep(0.05)
    raise AssertionError(atlas.generations.files.problem)


def test_hosts_write_in_turn(folder: Path, address: str) -> None:
    with (
        Atlas(settings(folder, "first", address)) as first,
        Atlas(settings(folder, "second", address)) as second,
    ):
        first.live()
        add(second, folder, 6, "second")
        followed(first)
        assert first.search("collection:second")["total"] == 6
        assert answers(first) == answers(second)
        add(first, folder, 7, "firsts")
        first.models.build(levels=(3, 6), seed=5, preview=True)
        followed(second)
        assert second.models.changes() == first.models.changes(), "the draft travels"
        second.models.publish()
        followed(first)
        assert answers(first) == answers(second)
        assert first.live().row.model == second.live().row.model


def test_what_one_host_wrote_and_never_sent_is_placed_anew_by_another(
    folder: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        Atlas(settings(folder, "first", address)) as first,
        Atlas(settings(folder, "second", address)) as second,
    ):
        first.live(), second.live()
        with monkeypatch.context() as patch:
            patch.setattr("litatlas.generation.store.objects.SECONDS", 0.2)
            patch.setattr(ObjectStore, "_files", away)
            with pytest.raises(StoreError, match="does not answer"):
                add(first, folder, 5, "lost")
        add(second, folder, 8, "eighths")
        followed(first)
        for atlas in (first, second):
            assert atlas.search("collection:lost")["total"] == 5
            assert atlas.live().placements is not None
            assert not atlas.generations.publisher.is_behind()
        assert answers(first) == answers(second)
        assert first.live().placements.entries == second.live().placements.entries  # type: ignore[union-attr]


def away(_store: ObjectStore) -> None:
    raise ConnectionError("nobody is there")


def rolled_back(folder: Path, address: str) -> tuple[Any, Any]:
    """What the second host answers, and what the first does after it rolled back."""
    with Atlas(settings(folder, "second", address)) as second:
        before = answers(second)
    with Atlas(settings(folder, "first", address)) as first:
        first.models.roll_back()
        return before, answers(first)


def test_without_the_store_a_host_serves_what_it_has(
    folder: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = rolled_back(folder, address)
    monkeypatch.setattr("litatlas.generation.store.objects.SECONDS", 0.2)
    with monkeypatch.context() as patch:
        patch.setattr(ObjectStore, "_files", away)
        with Atlas(settings(folder, "second", address)) as second:
            assert answers(second) == before, "also one that is started meanwhile"
            assert "nobody is there" in str(second.generations.files.problem)
        with Atlas(settings(folder, "third", address)) as third, pytest.raises(StoreError) as error:
            third.live()
        assert error.value.status == 503
    with Atlas(settings(folder, "second", address)) as second:
        assert answers(second) == after


def test_a_model_that_cannot_be_sent_waits(
    folder: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("litatlas.generation.store.objects.SECONDS", 0.2)
    with Atlas(settings(folder, "first", address)) as first:
        first.live()
        with monkeypatch.context() as patch:
            patch.setattr(ObjectStore, "_files", away)
            with pytest.raises(StoreError, match="does not answer") as error:
                first.models.build(levels=(3, 6), seed=7)
        assert "litatlas publish" in error.value.hint
        built = first.models.publish()
        with Atlas(settings(folder, "second", address)) as second:
            assert second.live().row.model == built["model"]


def test_a_job_waits_for_the_store_and_keeps_its_file(
    folder: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("litatlas.generation.store.objects.SECONDS", 0.2)
    text = write(folder / "mine.jsonl", papers(6, seed=8, prefix="mine")).read_bytes()
    with (
        Atlas(settings(folder, "first", address)) as first,
        Atlas(settings(folder, "second", address)) as second,
    ):
        job = first.jobs.submit_add("mine", first.uploads.store(io.BytesIO(text), "mine.jsonl", 1))["id"]
        with monkeypatch.context() as patch:
            patch.setattr(ObjectStore, "_files", away)
            assert run_next(second) == "queued"
        assert run_next(second) == "done"
        assert second.library.job(job).result is not None
        assert first.generations.files.store.names("uploads") == []  # type: ignore[union-attr]
        followed(first)
        assert first.search("collection:mine")["total"] == 6


def run_next(atlas: Atlas) -> str:
    job = atlas.library.claim_job("w")
    assert job is not None
    worker.run_job(atlas, job, worker.JobProgress(atlas.library, job.id, threading.Event()))
    return atlas.library.job(job.id).state


@pytest.mark.parametrize("damage", ["half", "gone", "other"])
def test_a_damaged_object_is_refused_and_sent_again_by_who_has_it_whole(
    folder: Path, address: str, damage: str
) -> None:
    with Atlas(settings(folder, "first", address)) as first:
        files = first.generations.files
        assert files.store is not None
        entry = next(entry for path, entry in files.held().files.items() if path.endswith("theta_1.npy"))
        name = f"blocks/{entry.blocks[0]}"
        data = files.store.get(name)
        if damage == "gone":
            files.store.remove([name])
        else:
            files.store.put(name, data[: len(data) // 2] if damage == "half" else bytes(len(data)))
        with Atlas(settings(folder, "second", address)) as second:
            with pytest.raises(StoreError, match=r"lacks|damaged") as error:
                second.live()
            assert "reindex" in error.value.hint
            assert not list(second.home.models.glob("*/theta_1.npy")), "nothing of it was put in place"
            first.models.reindex()
            assert answers(second) == answers(first)


def test_a_host_that_is_behind_takes_over_where_the_last_one_and_a_block_are_lost(
    folder: Path, address: str
) -> None:
    with Atlas(settings(folder, "second", address)) as second:
        second.live()
    with Atlas(settings(folder, "first", address)) as first:
        add(first, folder, 5, "fifth")
        files = first.generations.files
        assert files.store is not None
        journal = next(path for path in files.held().files if path.endswith("journal.jsonl"))
        files.store.remove([f"blocks/{files.held().files[journal].blocks[0]}"])
    shutil.rmtree(folder / "first")
    with Atlas(settings(folder, "second", address)) as second:
        with pytest.raises(StoreError, match="lacks"):
            add(second, folder, 4, "four")
        second.models.reindex()
        with Atlas(settings(folder, "third", address)) as third:
            assert third.search("", limit=0)["total"] == 92 + 5 + 4
            assert answers(third) == answers(second)
            assert all(third.live().placement(hit["id"])[1] != "unknown" for hit in lately(third))


def lately(atlas: Atlas) -> list[Any]:
    return [hit for name in ("fifth", "four") for hit in atlas.search(f"collection:{name}")["documents"]]


def test_a_damaged_copy_is_fetched_again(folder: Path, address: str) -> None:
    with Atlas(settings(folder, "second", address)) as second:
        before = answers(second)
        model = second.live().folder
    assert model is not None
    (model / "phi_0.npy").write_bytes(b"half a file")
    (model / "ranking" / "idf.npy").unlink()
    with Atlas(settings(folder, "second", address)) as second:
        assert answers(second) == before
    (folder / "second" / "store.json").write_text("no notes")
    with Atlas(settings(folder, "second", address)) as second:
        assert answers(second) == before


def test_the_store_keeps_what_a_roll_back_needs_and_nothing_else(folder: Path, address: str) -> None:
    with Atlas(settings(folder, "first", address)) as first:
        for _ in range(3):
            first.models.reindex()
        files = first.generations.files
        store, held = files.store, files.held()
        assert store is not None
        kept = {path.split("/")[1] for path in held.files if path.startswith("models/")}
        assert kept == {row.model for row in first.library.generations() if row.model}, "both models"
        assert {f"blocks/{block}" for block in held.blocks} <= set(store.names("blocks"))
        assert len(store.names("manifests")) == 2
        for _ in range(2):
            first.models.reindex()
        former = set(store.names("blocks")) - {f"blocks/{block}" for block in files.held().blocks}
        assert len(former) < len(held.blocks) / 2, "what two publishings before needed is gone"
    with Atlas(settings(folder, "second", address)) as second:
        live = second.library.generation()
        second.models.roll_back()
        assert live is not None
        assert {second.live().row.model, live.model} == kept


def test_a_store_belongs_to_one_atlas(folder: Path, address: str, tmp_path: Path) -> None:
    with Atlas(settings(folder, "first", address)) as first:
        before = first.generations.files.store.names("")  # type: ignore[union-attr]
        other = tmp_path / "other"
        other.mkdir()
        with (
            Atlas(settings(other, "home", address)) as another,
            pytest.raises(StoreError, match="belongs to another atlas"),
        ):
            add(another, other, 5, "x")
        assert first.generations.files.store.names("") == before  # type: ignore[union-attr]


def test_a_store_that_is_empty_is_not_taken_for_the_one_that_was_there(folder: Path, address: str) -> None:
    elsewhere = f"{address}-elsewhere"
    with Atlas(settings(folder, "first", elsewhere)) as first:
        with pytest.raises(StoreError, match="is empty"):
            add(first, folder, 3, "xyz")
        first.models.reindex()
        with Atlas(settings(folder, "second", elsewhere)) as second:
            assert answers(second) == answers(first)


def test_a_home_that_went_on_without_its_store_is_not_set_back(folder: Path, address: str) -> None:
    with Atlas(settings(folder, "first", "")) as alone:
        add(alone, folder, 4, "alone")
        wanted = answers(alone)
    with Atlas(settings(folder, "first", address)) as first:
        assert first.generations.finish_interrupted()
        assert answers(first) == wanted
    with Atlas(settings(folder, "second", address)) as second:
        assert answers(second) == wanted


def test_clocks_of_hosts_need_not_agree(folder: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Atlas(settings(folder, "second", address)) as second:
        second.live()
        for path in (folder / "second").rglob("*"):
            os.utime(path, (1, 1))
        real = time.time
        with Atlas(settings(folder, "first", address)) as first:
            monkeypatch.setattr(time, "time", lambda: real() - 3600)
            add(first, folder, 3, "xyz")
            followed(second)
            monkeypatch.setattr(time, "time", lambda: real() + 3600)
            add(second, folder, 4, "wxyz")
            followed(first)
            assert answers(first) == answers(second)


def test_a_full_disk_leaves_what_was_there(
    folder: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = rolled_back(folder, address)

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch, Atlas(settings(folder, "second", address)) as second:
        patch.setattr("litatlas.generation.store.fetching.os.fsync", full)
        assert answers(second) == before
        assert "disk" in str(second.generations.files.problem)
        assert "full" in str(second.generations.files.problem)
        patch.undo()
        followed(second)
        assert answers(second) == after


def test_doctor_status_and_health_tell_of_the_store(folder: Path, address: str) -> None:
    own = settings(folder, "second", address)
    with Atlas(own) as second, Atlas(settings(folder, "first", address)) as first:
        second.live()
        status = second.reports.status()["store"]
        assert status is not None
        assert (status["address"], status["current"], status["sent"]) == (address, True, True)
        assert part(second).state == "ok"
        add(first, folder, 3, "xyz")
        assert part(second).state == "warning"
        assert "behind" in cli_status(second.reports.status())
        followed(second)
        assert "up to date" in cli_status(second.reports.status())
        check = store_check(own)
        assert check["ok"]
        assert "PostgreSQL" in check["hint"]
        store, held = first.generations.files.store, first.generations.files.held()
        assert store is not None
        store.remove([f"blocks/{held.files[max(held.files)].blocks[0]}"])
    check = store_check(own)
    assert not check["ok"]
    assert max(held.files) in check["message"]
    assert "reindex" in check["hint"]
    with Atlas(settings(folder, "first", "")) as alone:
        assert alone.reports.status()["store"] is None
        assert part(alone).state == "off"


def part(atlas: Atlas) -> PartHealth:
    return next(each for each in atlas.health.parts() if each.name == "store")


def store_check(own: Settings) -> dict[str, Any]:
    return next(check for check in examine(own)["checks"] if check["name"] == "store")


@pytest.mark.parametrize("command", ["fetch", "send"])
def test_a_kill_leaves_all_or_nothing(
    modelled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    kill(modelled, tmp_path, monkeypatch, command, most=4)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("command", ["fetch", "send"])
def test_a_kill_at_many_steps_leaves_all_or_nothing(
    modelled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    kill(modelled, tmp_path, monkeypatch, command, most=40)


def kill(modelled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, most: int) -> None:
    """The store lies in the home of who sends, so that each of its changes is a step."""
    monkeypatch.setenv("LITATLAS_TRAINER", "portable")
    monkeypatch.setenv("LITATLAS_PROCESSES", "1")
    start = tmp_path / "lab"
    shutil.copytree(modelled, start)
    store = f"file://{start / 'first' / 'shared'}"
    with Atlas(settings(start, "first", store)) as first:
        first.generations.finish_interrupted()
        before = first.library.counts().papers
    more = write(tmp_path / "more.jsonl", papers(7, seed=9, prefix="more"))
    told = {
        "fetch": ("search", "the", "--json"),
        "send": ("add", str(more), "--collection", "more"),
    }
    place = {"fetch": "second", "send": "first"}[command]
    monkeypatch.setenv("LITATLAS_LIBRARY", f"sqlite:///{start / 'library.db'}")
    monkeypatch.setenv("LITATLAS_STORE", store)
    kept = tmp_path / "kept"
    shutil.copytree(start, kept)
    steps = [step for step in steps_of(start / place, *told[command]) if wanted(step)]
    assert len(steps) > 5
    for step in steps[:: max(1, len(steps) // most)]:
        shutil.rmtree(start)
        shutil.copytree(kept, start)
        assert run_killed(start / place, step, *told[command]), step
        with Atlas(settings(start, "third", store)) as third:
            assert third.search("", limit=0)["total"] in (before, before + 7), step
        assert run_through(start / place, *told[command]) == 0, step
        with (
            Atlas(settings(start, "first", store)) as first,
            Atlas(settings(start, "second", store)) as second,
        ):
            assert first.search("", limit=0)["total"] == before + (7 if command == "send" else 0), step
            assert answers(first) == answers(second), step
            assert not first.generations.publisher.is_behind(), step
        assert not list((start / "second").glob("fetching/**/*")), step


def wanted(step: str) -> bool:
    """The steps of the store, and those around the commit of who sends."""
    return any(word in step for word in ("shared", "fetching", "store", "put_in_place", "commit"))
