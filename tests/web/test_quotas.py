"""How often a client may ask, and the room that uploads have."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from litatlas.atlas import Atlas
from litatlas.errors import DiskFullError
from litatlas.settings import Settings
from web.access.quotas import READS, Bucket, check_room
from web.app import create_app
from web.request_limits import UPLOADS


def test_a_client_may_use_a_minute_at_once_and_then_waits_for_each() -> None:
    bucket = Bucket(6)  # one every ten seconds
    assert [bucket.take("a", 100.0) for _ in range(6)] == [0] * 6
    assert bucket.take("a", 100.0) == pytest.approx(10)
    assert bucket.take("a", 104.0) == pytest.approx(6)
    assert bucket.take("b", 104.0) == 0
    assert bucket.take("a", 110.0) == 0
    assert bucket.take("a", 110.0) == pytest.approx(10)


def test_who_pauses_has_a_minute_again_and_no_more() -> None:
    bucket = Bucket(2)
    assert [bucket.take("a", 0.0) for _ in range(3)] == [0, 0, pytest.approx(30)]
    assert [bucket.take("a", 1_000.0) for _ in range(3)] == [0, 0, pytest.approx(30)]


def test_less_than_one_a_minute_is_one_at_a_time() -> None:
    bucket = Bucket(0.5)
    assert bucket.take("a", 0.0) == 0
    assert bucket.take("a", 0.0) == pytest.approx(120)
    assert bucket.take("a", 119.0) == pytest.approx(1)
    assert bucket.take("a", 120.0) == 0


def test_of_ten_thousand_clients_those_of_the_last_minute_are_remembered() -> None:
    bucket = Bucket(1)
    bucket.take("late", 50.0)
    for number in range(9_999):
        bucket.take(str(number), 0.0)
    assert bucket.take("another", 60.0) == 0  # the others of a minute ago are forgotten here
    assert bucket.take("late", 60.0) == pytest.approx(50)
    assert bucket.take("1", 60.0) == 0


def test_what_is_counted_are_routes_and_the_searches_are_counted(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    routes = {rule.endpoint for rule in create_app(settings, atlas=Atlas(settings)).url_map.iter_rules()}
    assert routes >= READS
    assert routes >= UPLOADS
    searches = {"search", "explore", "export", "similar", "coverage", "bridges"}
    assert {f"api.{name}" for name in searches} <= READS
    assert "pages.search" in READS
    assert "pages.stage_upload" in UPLOADS


def test_each_process_takes_its_share_and_says_when_to_come_again(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", reads_per_minute=4, uploads_per_minute=0, web_processes=2)
    client = create_app(settings, atlas=Atlas(settings)).test_client()
    searches = [client.get("/api/v1/search?q=tides") for _ in range(3)]
    assert [answer.status_code for answer in searches] == [200, 200, 429]
    assert 0 < int(searches[2].headers["Retry-After"]) <= 30
    assert client.get("/api/v1/topics").status_code == 200
    assert (
        client.get("/api/v1/export?q=tides&format=ris").status_code == 429
    )  # all that costs much counts together
    uploads = [client.post("/api/v1/collections/a/documents").status_code for _ in range(5)]
    assert 429 not in uploads  # without a bound they are not counted


def test_an_upload_is_refused_before_it_is_read_where_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path / "home", uploads_per_minute=0, free_megabytes=100)
    client = create_app(settings, atlas=Atlas(settings)).test_client()
    usage = shutil.disk_usage(tmp_path)._replace(free=100_500_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    address = "/api/v1/collections/a/documents"
    assert client.post(address, data=b" " * 1_000).status_code != 507
    full = client.post(address, data=b" " * 600_000)
    assert full.status_code == 507
    assert "nearly full" in full.get_data(as_text=True)
    assert client.get("/api/v1/collections").status_code == 200


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home on a disk with 500 MB free, 100 MB of which stay free; 2 MB for uploads."""
    usage = shutil.disk_usage(tmp_path)._replace(free=500_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    return Settings(home=tmp_path, free_megabytes=100, uploads_megabytes=2)


def test_an_upload_may_not_fill_the_disk(settings: Settings) -> None:
    roomy = Settings(home=settings.home, free_megabytes=100, uploads_megabytes=10_000)
    check_room(roomy, 400_000_000)
    with pytest.raises(DiskFullError, match="nearly full"):
        check_room(roomy, 400_000_001)


@pytest.mark.parametrize("folder", ["uploads", "looked"])
def test_uploads_that_wait_share_one_room(settings: Settings, folder: str) -> None:
    check_room(settings, 2_000_000)
    with pytest.raises(DiskFullError, match="space reserved"):
        check_room(settings, 2_000_001)
    waiting = settings.home / folder / "one"
    waiting.mkdir(parents=True)
    (waiting / "a.bib").write_bytes(b" " * 1_500_000)
    (waiting / "folder").mkdir()
    check_room(settings, 500_000)
    with pytest.raises(DiskFullError, match="space reserved"):
        check_room(settings, 500_001)
