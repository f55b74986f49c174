"""An object store that is away, slow, full, refuses or gives half an object; addresses; hostile manifests."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from litatlas.errors import NotFoundError, SettingsError
from litatlas.generation.store import manifest as manifests
from litatlas.generation.store.carrier import StoreCarrier
from litatlas.generation.store.manifest import Entry, Manifest, entry_of, files_below
from litatlas.generation.store.objects import (
    ObjectDamagedError,
    ObjectMissingError,
    ObjectStore,
    StoreError,
)
from litatlas.uploads import UNCLAIMED_SECONDS, Uploads
from tests.s3_server import s3_bucket

SHA = hashlib.sha256(b"whole").hexdigest()


@pytest.fixture(params=["file", "s3"])
def store(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ObjectStore]:
    monkeypatch.setattr("litatlas.generation.store.objects.SECONDS", 0.5)
    monkeypatch.setattr("litatlas.generation.store.objects.FIRST_PAUSE", 0.01)
    if request.param == "file":
        yield ObjectStore(f"file://{tmp_path / 'store'}")
        return
    with s3_bucket(monkeypatch) as address:
        yield ObjectStore(address)


class Failing:
    """A file system whose calls fail for a while."""

    protocol = ("s3",)

    def __init__(self, error: Exception, times: int = 1_000_000, data: bytes = b"whole") -> None:
        self.error, self.times, self.data = error, times, data
        self.calls = 0

    def cat_file(self, _path: str) -> bytes:
        self.calls += 1
        if self.calls <= self.times:
            raise self.error
        return self.data


def use(store: ObjectStore, files: Failing, patch: pytest.MonkeyPatch) -> Failing:
    patch.setattr(store, "_files", lambda: (files, "bucket"))
    return files


def test_objects_are_put_got_listed_and_removed(store: ObjectStore) -> None:
    assert store.names("blocks") == []
    store.put("blocks/a", b"first")
    store.put("blocks/a", b"whole")
    store.put("other/b", b"")
    assert store.get("blocks/a", SHA) == b"whole"
    assert store.size("blocks/a") == 5
    assert store.size("blocks/b") is None
    assert store.names("blocks") == ["blocks/a"]
    assert (store.total("blocks"), store.total(""), store.total("nothing")) == (5, 5, 0)
    assert store.names("") == ["blocks/a", "other/b"]
    store.remove(["blocks/a", "blocks/never"])
    with pytest.raises(ObjectMissingError, match="lacks blocks/a"):
        store.get("blocks/a")


def test_a_store_that_comes_back_is_waited_for(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    files = use(store, Failing(ConnectionError("reset"), times=3), monkeypatch)
    assert store.get("blocks/a", SHA) == b"whole"
    assert files.calls == 4


def test_a_store_that_stays_away_is_told_in_a_sentence(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = use(store, Failing(TimeoutError("timed\n out.")), monkeypatch)
    with pytest.raises(StoreError) as error:
        store.get("blocks/a")
    assert error.value.message == f"The store {store.address} does not answer: timed out."
    assert error.value.status == 503
    assert files.calls > 3


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (PermissionError("no"), "refuses: no"),
        (OSError(errno.ENOSPC, "x"), "The disk of the store .* is full"),
    ],
)
def test_what_waiting_does_not_mend_is_told_at_once(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch, failure: Exception, sentence: str
) -> None:
    files = use(store, Failing(failure), monkeypatch)
    with pytest.raises(StoreError, match=sentence):
        store.get("blocks/a")
    assert files.calls == 1


def test_half_an_object_is_read_again_and_then_refused(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = use(store, Failing(ConnectionError(), times=0, data=b"who"), monkeypatch)
    with pytest.raises(ObjectDamagedError, match="damaged"):
        store.get("blocks/a", SHA)
    assert files.calls == 4


def test_wrong_credentials_and_a_bucket_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("litatlas.generation.store.objects.SECONDS", 0.5)
    with s3_bucket(monkeypatch) as address:
        with pytest.raises(StoreError, match=r"lacks|refuses|does not answer") as error:
            ObjectStore(f"{address.replace('atlas-', 'nobodys-')}").put("a", b"x")
        assert "nobodys" in error.value.message
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("HOME", str(tmp_path))
        with pytest.raises(StoreError, match="refuses") as error:
            ObjectStore(address).put("a", b"x")
        assert "AWS_ACCESS_KEY_ID" in error.value.hint


@pytest.mark.parametrize(
    "address", ["bucket/prefix", "s3://", "file:///", "s3://key:secret@bucket/x", "s3://b/x?key=1"]
)
def test_an_address_is_none_or_has_secrets_in_it(address: str) -> None:
    with pytest.raises(SettingsError) as error:
        ObjectStore(address)
    assert "secret@" not in error.value.message


def test_a_driver_that_is_not_installed_is_named() -> None:
    with pytest.raises(StoreError, match="cannot be opened") as error:
        ObjectStore("nosuchscheme://bucket/x").get("a")
    assert "litatlas[store]" in error.value.hint


def test_a_file_is_its_blocks_and_growing_changes_only_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifests, "BLOCK", 4)
    file = tmp_path / "theta.f16"
    file.write_bytes(b"aaaabb")
    before = entry_of(file)
    file.write_bytes(b"aaaabbcc")
    after = entry_of(file)
    assert (before.size, after.size) == (6, 8)
    assert before.blocks[0] == after.blocks[0]
    assert before.blocks[1] != after.blocks[1]
    file.write_bytes(b"")
    assert entry_of(file) == Entry(0, ())


def test_a_manifest_comes_back_as_it_was() -> None:
    files = {"models/m1/theta_0.npy": Entry(5, (SHA,)), "index/papers-2/.managed.json": Entry(0, ())}
    manifest = Manifest(files, "m1", "papers-2")
    assert Manifest.from_bytes(manifest.to_bytes()) == manifest


@pytest.mark.parametrize(
    "path",
    [
        "../x/y",
        "models/../../etc",
        "/models/a/b",
        "models/a",
        "workers/a/b",
        "models/a/.hidden",
        "models/a/b/c/d",
        "",
    ],
)
def test_a_manifest_names_nothing_outside_a_home(path: str) -> None:
    files = {path: {"size": 5, "blocks": [SHA]}}
    data = json.dumps({"format": 1, "model": "", "index": "", "files": files}).encode()
    with pytest.raises(StoreError, match="no file of a home"):
        Manifest.from_bytes(data)


@pytest.mark.parametrize(
    "values",
    [
        {"size": 5}, {"size": -1, "blocks": []}, {"size": 5, "blocks": []}, {"size": 5, "blocks": ["../x"]},
        {"size": "5", "blocks": [SHA]}, {"size": 1e300, "blocks": [SHA]}, None, [],
    ],
)  # fmt: skip
def test_a_manifest_of_nonsense_is_refused(values: Any) -> None:
    data = json.dumps({"format": 1, "model": "", "index": "", "files": {"models/m/x.npy": values}}).encode()
    with pytest.raises(StoreError, match="cannot be read"):
        Manifest.from_bytes(data)


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        Manifest.from_bytes(data)


def test_a_manifest_of_a_later_version_is_told() -> None:
    with pytest.raises(StoreError, match="newer litatlas"):
        Manifest.from_bytes(b'{"format": 2, "pieces": {}}')


def test_locks_seals_and_lists_that_follow_stay_at_home(tmp_path: Path) -> None:
    for name in (
        "theta.f16",
        "nearness.npy",
        ".managed.json",
        "lock",
        "near.lock",
        ".verified.json",
        "near/rows.npy",
        "x.writing/a",
        "stamp.json.new",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert [path.name for path in files_below(tmp_path)] == [".managed.json", "nearness.npy", "theta.f16"]
    assert list(files_below(tmp_path / "nowhere")) == []


# --- uploads ------------------------------------------------------------------------------------------------


def host(store: ObjectStore, folder: Path) -> Uploads:
    folder.mkdir(exist_ok=True)
    return Uploads(folder, StoreCarrier(store))


def test_an_upload_is_read_where_its_job_runs(
    store: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifests, "BLOCK", 4)
    web, worker = host(store, tmp_path / "web"), host(store, tmp_path / "worker")
    path = web.store(io.BytesIO(b"text of a file"), "mine.bib", 1)
    assert not path.exists(), "a host that only answers the web keeps nothing"
    assert len(b"text of a file") < web.size_elsewhere() < 1000
    here = worker.here(path)
    assert here.read_bytes() == b"text of a file"
    assert here.is_relative_to(tmp_path / "worker")
    assert here.name == "mine.bib"
    worker.remove(path)
    assert not here.exists()
    assert store.names("uploads") == []
    assert web.size_elsewhere() == 0
    with pytest.raises(NotFoundError, match=r"mine\.bib"):
        worker.here(path)


def test_a_preview_is_seen_and_accepted_by_any_host(store: ObjectStore, tmp_path: Path) -> None:
    first, second = host(store, tmp_path / "first"), host(store, tmp_path / "second")
    token = first.stage(io.BytesIO(b"text"), "mine.bib", 1)
    assert second.file(token).read_bytes() == b"text"
    path = second.accept(token)
    assert first.here(path).read_bytes() == b"text"
    with pytest.raises(NotFoundError):
        second.file(token)
    with pytest.raises(NotFoundError):
        first.file("0" * 24)


def test_half_an_upload_is_never_read(store: ObjectStore, tmp_path: Path) -> None:
    web, worker = host(store, tmp_path / "web"), host(store, tmp_path / "worker")
    path = web.store(io.BytesIO(b"text of a file"), "mine.bib", 1)
    store.put(f"uploads/waiting/{path.parent.name}/0", b"text of")
    with pytest.raises(StoreError, match="damaged"):
        worker.here(path)
    assert list(worker.waiting.rglob("*.bib")) == []


def test_what_no_job_wants_is_removed_after_an_hour(
    store: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web, worker = host(store, tmp_path / "web"), host(store, tmp_path / "worker")
    wanted, orphan = (web.store(io.BytesIO(b"text"), f"{name}.bib", 1) for name in ("wanted", "orphan"))
    worker.remove_unclaimed([wanted])
    now = time.monotonic() + UNCLAIMED_SECONDS + 1
    monkeypatch.setattr(time, "monotonic", lambda: now)
    assert worker.here(orphan).exists()
    worker.remove_unclaimed([wanted])
    assert {name.split("/")[2] for name in store.names("uploads")} == {wanted.parent.name}
