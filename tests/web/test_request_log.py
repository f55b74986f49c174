"""Request ids, the access log, the log of slow requests, and figures for Prometheus, over a real atlas."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from litatlas.atlas import Atlas
from litatlas.operations import logs
from litatlas.settings import Settings
from tests.web.conftest import make_app

FAR = {"REMOTE_ADDR": "192.0.2.9"}


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "litatlas.log"
    logs.configure(Settings(log_file=str(path), log_format="json"), "test")
    yield path
    logs.configure(Settings(), "test", stderr=False)


def records(file: Path, logger: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [line for line in lines if line["logger"] == f"litatlas.{logger}"]


def client(atlas: Atlas, **settings: Any) -> FlaskClient:
    return make_app(atlas, **settings).test_client()


def test_an_id_of_a_trusted_proxy_is_kept_and_others_are_made(atlas: Atlas) -> None:
    reader = client(atlas)
    ours = {"X-Request-Id": "from-proxy:1"}
    assert reader.get("/", headers=ours).headers["X-Request-Id"] == "from-proxy:1"
    made = [reader.get("/").headers["X-Request-Id"] for _ in range(2)]
    assert made[0] != made[1]
    assert all(len(id) == 16 for id in made)
    for headers, environ in (
        (ours, FAR),
        ({"X-Request-Id": 'a b"<script>'}, {}),
        ({"X-Request-Id": "x" * 200}, {}),
    ):
        id = reader.get("/", headers=headers, environ_overrides=environ).headers["X-Request-Id"]
        assert id != headers["X-Request-Id"]
        assert len(id) == 16


def test_an_error_names_its_request(atlas: Atlas) -> None:
    reader = client(atlas)
    headers = {"X-Request-Id": "r-77"}
    assert "<code>r-77</code>" in reader.get("/nowhere", headers=headers).text
    problem = reader.get("/api/v1/nowhere", headers=headers)
    assert problem.get_json()["request_id"] == problem.headers["X-Request-Id"] == "r-77"


def test_a_kept_answer_has_the_id_of_each_request(atlas: Atlas) -> None:
    reader = client(atlas)
    ids = [
        reader.get("/search?q=a", headers={"X-Request-Id": f"r-{n}"}).headers["X-Request-Id"] for n in (1, 2)
    ]
    assert ids == ["r-1", "r-2"]


def test_the_access_log_has_paths_and_no_parameters(atlas: Atlas, file: Path) -> None:
    reader = client(atlas)
    reader.get("/search?q=secretword", headers={"X-Request-Id": "r-1"})
    reader.get("/healthz")
    reader.get("/nowhere")
    found, missing = records(file, "access")
    assert (found["method"], found["path"], found["route"]) == ("GET", "/search", "pages.search")
    assert (found["status"], found["request_id"], found["client"]) == (200, "r-1", "127.0.0.1")
    assert found["ms"] > 0
    assert found["bytes"] > 1_000
    assert (missing["route"], missing["status"]) == ("none", 404)
    assert "secretword" not in file.read_text("utf-8")


def test_a_reset_links_secret_is_in_no_log(atlas: Atlas, file: Path) -> None:
    client(atlas, accounts="on").get("/reset/verysecret")
    record = records(file, "access")[0]
    assert record["route"] == "accounts.reset"
    assert "verysecret" not in file.read_text("utf-8")


def test_no_room_to_follow_a_job_is_no_error(
    atlas: Atlas, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.api.job_events._streams", threading.BoundedSemaphore(1))
    monkeypatch.setattr("litatlas.parts.jobs.Jobs.one", lambda *_: {"id": "x", "state": "running"})
    reader = client(atlas)
    followed = reader.get("/api/v1/jobs/x/events", buffered=False)
    assert reader.get("/api/v1/jobs/x/events").status_code == 503
    followed.close()
    assert {line["level"] for line in records(file, "access")} == {"info"}


def test_a_slow_request_says_what_was_asked_and_where_the_time_went(atlas: Atlas, file: Path) -> None:
    reader = client(atlas, slow_milliseconds=1, access_log=False)
    reader.get("/search?q=galaxy+clusters&collection=Private+one&sort=newest")
    slow = records(file, "slow")[0]
    assert slow["level"] == "warning"
    assert (slow["query"], slow["query_characters"], slow["sort"]) == ("galaxy clusters", 15, "newest")
    assert slow["filters"] == "collection(1)"
    assert "Private" not in json.dumps(slow)
    stages = slow["stages"]
    assert {"search", "index", "render", "other"} <= set(stages)
    assert sum(stages.values()) == pytest.approx(slow["ms"], abs=1.0)
    reader.get("/documents/" + reader.get("/api/v1/search?q=galaxy").get_json()["documents"][0]["id"])
    assert "library" in records(file, "slow")[-1]["stages"]
    assert records(file, "access") == []


def test_slow_requests_can_be_logged_without_the_words(atlas: Atlas, file: Path) -> None:
    reader = client(atlas, slow_milliseconds=1, slow_query_text=False)
    reader.get('/search?q="galaxy+2020"+AND+année*')
    assert records(file, "slow")[0]["query"] == '"xxxxxx 2020" xxx xxxxx*'
    reader.post("/explore", data={"text": "a private manuscript " * 50})
    explored = records(file, "slow")[-1]
    assert explored["route"] == "pages.explore_text"
    assert explored["body_bytes"] > 1_000
    assert "manuscript" not in file.read_text("utf-8")


def test_none_is_slow_where_the_threshold_is_zero(atlas: Atlas, file: Path) -> None:
    client(atlas, slow_milliseconds=0).get("/search?q=galaxy")
    assert records(file, "slow") == []
    assert len(records(file, "access")) == 1


def test_figures_are_what_prometheus_reads(atlas: Atlas) -> None:
    reader = client(atlas)
    reader.get("/search?q=galaxy")
    answer = reader.get("/metrics")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    values = {name: family.samples[0].value for name, family in families.items() if family.samples}
    status = atlas.reports.status()
    assert values["litatlas_papers"] == status["papers"] > 0
    assert values["litatlas_records"] == status["documents"]
    assert values["litatlas_collections"] == status["collections"]
    assert values["litatlas_generation"] == status["generation"]
    assert values["litatlas_index_behind_changes"] == 0
    assert values["litatlas_disk_free_bytes"] > 0
    assert {sample.labels["state"] for sample in families["litatlas_jobs"].samples} >= {"queued", "running"}
    assert families["litatlas_request_seconds"].type == "histogram"
    assert {sample.labels["part"]: sample.value for sample in families["litatlas_up"].samples} == {
        "library": 1.0,
        "index": 1.0,
    }
