"""The API: shapes, bounds, problems, and a description that is true."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.web.fake_atlas import FakeAtlas
from tests.web.shapes import Shape, schema_of

GETS = {
    "search": "/search?q=heart&limit=3&collection=PubMed+2021",
    "suggest": "/suggest?q=heart",
    "topics": "/topics",
    "topic": "/topics/t1x2",
    "points": "/topics/t2x3/points",
    "document": "/documents/d0003",
    "similar": "/documents/d0003/similar?limit=2",
    "collections": "/collections",
    "collection": "/collections/PubMed%202021",
    "jobs": "/jobs",
    "map": "/map",
    "quality": "/quality",
    "coverage": "/coverage/PubMed%202021",
    "trends": "/trends?topic=t0x1",
    "bridges": "/bridges?a=t0x1&b=t0x2",
    "status": "/status",
    "reading_lists": "/lists",
    "reading_list": "/lists/kept",
    "judgements": "/judgements",
}


@pytest.fixture
def description(client: FlaskClient) -> dict[str, Any]:
    found = client.get("/api/v1/openapi.json").get_json()
    assert isinstance(found, dict)
    return found


def test_the_description_knows_every_route_and_no_other(
    client: FlaskClient, description: dict[str, Any]
) -> None:
    routed = {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in client.application.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.endpoint not in ("api.openapi", "api.job_events")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {(path, method) for path, entry in description["paths"].items() for method in entry}
    assert described == routed
    assert description["openapi"] == "3.1.0"
    assert all(entry["summary"] for methods in description["paths"].values() for entry in methods.values())


@pytest.mark.parametrize(("name", "path"), GETS.items(), ids=GETS.keys())
def test_answers_have_the_described_shape(
    client: FlaskClient, description: dict[str, Any], name: str, path: str
) -> None:
    response = client.get("/api/v1" + path)
    assert response.status_code == 200, response.text
    assert Shape(description).faults(schema_of(description, name), response.get_json()) == []


def test_search_passes_everything_on(client: FlaskClient) -> None:
    found = client.get(
        "/api/v1/search?q=heart&limit=2&offset=1&collection=PubMed+2021&year=1977&year=1979"
    ).get_json()
    assert {paper["collection"] for paper in found["documents"]} == {"PubMed 2021"}
    selected = [entry["value"] for entry in found["facets"]["year"] if entry["selected"]]
    assert selected == ["1977", "1979"]


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/search?limit=101", "limit"),
        ("/coverage/PubMed%202021?limit=101", "limit"),
        ("/search?limit=x", "limit"),
        ("/search?offset=10001", "offset"),
        ("/search?sort=best", "sort"),
        ("/search?limmit=3", "limmit"),
        ("/search?q=" + "a" * 5_000, "q"),
        ("/search?q=%22open", "never closed"),
        ("/bridges?a=t0x1", "b"),
        ("/topics?x=1", "x"),
        ("/export?format=word", "format"),
        ("/topics/none", "none"),
        ("/documents/none", "none"),
        ("/nowhere", "page"),
    ],
)
def test_problems_say_what_is_wrong_and_how_to_mend_it(client: FlaskClient, path: str, detail: str) -> None:
    response = client.get("/api/v1" + path)
    assert response.status_code in (400, 404)
    assert response.content_type == "application/problem+json"
    found = response.get_json()
    assert set(found) >= {"type", "title", "status", "detail", "instance", "hint"}
    assert found["status"] == response.status_code
    assert detail in found["detail"]
    assert found["hint"]


def test_a_bad_query_comes_with_its_mended_form(client: FlaskClient) -> None:
    assert client.get("/api/v1/search?q=%22open").get_json()["mended"] == '"open"'


def test_wrong_methods_are_problems_too(client: FlaskClient) -> None:
    response = client.delete("/api/v1/search")
    assert (response.status_code, response.content_type) == (405, "application/problem+json")


@pytest.mark.parametrize(
    "request_",
    [
        {"json": {"text": "inflammation"}},
        {"data": "inflammation", "content_type": "text/plain"},
        {"data": {"text": "inflammation"}},
        {"data": {"file": (io.BytesIO(b"inflammation"), "a.txt")}},
    ],
    ids=["json", "plain", "form", "file"],
)
def test_explore_takes_text_and_files(client: FlaskClient, request_: dict[str, Any]) -> None:
    response = client.post("/api/v1/explore", **request_)
    assert response.status_code == 200
    assert response.get_json()["documents"]


def test_explore_refuses_what_is_no_text(client: FlaskClient) -> None:
    response = client.post("/api/v1/explore", json=["a"])
    assert response.status_code == 400
    response = client.post("/api/v1/explore", json={"text": "a" * 300_000})
    assert response.status_code == 400
    response = client.post("/api/v1/explore", data="{", content_type="application/json")
    assert response.status_code == 400


def test_lone_surrogates_and_nul_reach_nobody(client: FlaskClient) -> None:
    response = client.post(
        "/api/v1/explore", data='{"text": "a\\ud800b\\u0000"}', content_type="application/json"
    )
    assert response.status_code == 200


def test_export_streams_a_download(client: FlaskClient) -> None:
    response = client.get("/api/v1/export?q=heart&format=ris&collection=PubMed+2021")
    assert response.status_code == 200
    assert "attachment" in response.headers["Content-Disposition"]
    assert len(response.text.splitlines()) == 15


def test_an_upload_is_stored_under_its_own_name_and_answers_with_a_job(
    client: FlaskClient, atlas: FakeAtlas
) -> None:
    response = client.post(
        "/api/v1/collections/Mine/documents",
        data={
            "file": (io.BytesIO(b"{}"), "../../etc/my papers.jsonl"),
            "format": "jsonl",
            "map.title": "Name",
        },
    )
    assert response.status_code == 202
    assert response.get_json()["state"] == "done"
    assert atlas.uploaded == [
        (
            "Mine",
            b"{}",
            "my_papers.jsonl",
            {"format": "jsonl", "encoding": None, "mapping": {"title": "Name"}},
        )
    ]


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [("Mine", {}, "no file"), ("Mine", {"file": (io.BytesIO(b""), "a.txt")}, "empty"), ("%07", None, "name")],
)
def test_uploads_that_cannot_be(
    client: FlaskClient, name: str, data: dict[str, Any] | None, word: str
) -> None:
    sent = {"file": (io.BytesIO(b"x"), "a.txt")} if data is None else data
    response = client.post(f"/api/v1/collections/{name}/documents", data=sent)
    assert response.status_code == 400
    assert word in response.get_json()["detail"]


def test_builds_jobs_and_names(client: FlaskClient, atlas: FakeAtlas) -> None:
    response = client.post("/api/v1/builds", json={"levels": "3,9", "preview": True})
    assert response.status_code == 202
    assert atlas.built == [
        {"levels": [3, 9], "method": "heterogeneous", "base": None, "seed": 1, "preview": True}
    ]
    job = response.get_json()["id"]
    assert client.post(f"/api/v1/jobs/{job}/cancel").get_json()["state"] == "cancelled"
    assert client.put("/api/v1/topics/t0x1/label", json={"label": "Mine", "who": "me"}).status_code == 200
    assert atlas.renamed == [("t0x1", "Mine", "me")]
    assert client.put("/api/v1/topics/t0x1/label", json={"label": ""}).status_code == 400


def test_a_jobs_events_end_when_it_is_done(client: FlaskClient, atlas: FakeAtlas) -> None:
    job = atlas.submit_build()
    job["state"] = "done"
    response = client.get(f"/api/v1/jobs/{job['id']}/events")
    assert response.mimetype == "text/event-stream"
    event, data = response.text.strip().split("\n")
    assert event == "event: job"
    assert json.loads(data.removeprefix("data: "))["state"] == "done"
    assert client.get("/api/v1/jobs/none/events").status_code == 404


def test_health_and_metrics(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert client.get("/readyz").get_json()["status"] == "ok"
    client.get("/api/v1/status")
    text = client.get("/metrics").text
    assert 'litatlas_requests_total{endpoint="api.status",status="200"} 1' in text
    assert 'litatlas_request_seconds_bucket{endpoint="api.status",le="+Inf"} 1' in text


def test_lists_are_made_filled_and_removed(client: FlaskClient) -> None:
    made = client.post("/api/v1/lists", json={"name": "Hearts", "ids": ["d0002"]})
    assert made.status_code == 201
    path = "/api/v1/lists/" + made.get_json()["id"]
    longer = client.post(path + "/papers", json={"ids": ["d0005", "d0002"]}).get_json()
    assert [hit["id"] for hit in longer["documents"]] == ["d0002", "d0005"]
    assert client.post("/api/v1/lists", json={"name": "", "ids": []}).status_code == 400
    assert client.post("/api/v1/lists", json={"name": "x", "ids": ["nosuch"]}).status_code == 404
    assert {row["name"] for row in client.delete(path).get_json()["lists"]} == {"Reading for May"}
    assert client.get(path).status_code == 404


def test_judgements_are_kept(client: FlaskClient, description: dict[str, Any]) -> None:
    answer = {"kind": "child", "topic": "t0x1", "subject": "t1x2", "value": "no", "who": "Ann"}
    assert client.post("/api/v1/judgements", json=answer).get_json() == {"number": 1}
    found = client.get("/api/v1/judgements").get_json()
    assert Shape(description).faults(schema_of(description, "judgements"), found) == []
    assert {key: found["judgements"][0][key] for key in answer} == answer
    assert client.post("/api/v1/judgements", json={**answer, "value": "maybe"}).status_code == 400
