"""The API: shapes, bounds, problems, and a description that is true."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from ingest.writers.formats import WRITERS
from litatlas.atlas import Atlas
from tests.web.built_atlas import FIRST, work
from tests.web.conftest import Names, make_app
from tests.web.shapes import Shape, schema_of

GETS = {
    "search": "/search?q=galaxy&limit=3&collection=PubMed+2021&explain=true",
    "suggest": "/suggest?q=gal",
    "topics": "/topics",
    "topic": "/topics/{topic}",
    "points": "/topics/{leaf}/points",
    "document": "/documents/{noted}",
    "similar": "/documents/{noted}/similar?limit=2",
    "collections": "/collections",
    "collection": "/collections/PubMed%202021",
    "jobs": "/jobs",
    "map": "/map",
    "quality": "/quality",
    "coverage": "/coverage/PubMed%202021",
    "trends": "/trends?topic={top}",
    "bridges": "/bridges?a={top}&b={other}",
    "status": "/status",
    "reading_lists": "/lists",
    "reading_list": "/lists/{list}",
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
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
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
    client: FlaskClient, names: Names, description: dict[str, Any], name: str, path: str
) -> None:
    response = client.get("/api/v1" + names.path(path))
    assert response.status_code == 200, response.text
    assert Shape(description).faults(schema_of(description, name), response.get_json()) == []


def test_search_passes_everything_on(client: FlaskClient) -> None:
    path = "/api/v1/search?q=galaxy&limit=2&offset=1&collection=PubMed+2021&year=2010&year=2012"
    found = client.get(path).get_json()
    assert {paper["collection"] for paper in found["documents"]} == {"PubMed 2021"}
    assert {paper["year"] for paper in found["documents"]} <= {2010, 2012}
    selected = [entry["value"] for entry in found["facets"]["year"] if entry["selected"]]
    assert sorted(selected) == ["2010", "2012"]


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/search?limit=101", "limit"),
        ("/coverage/PubMed%202021?limit=101", "limit"),
        ("/search?limit=x", "limit"),
        ("/search?offset=10001", "offset"),
        ("/search?sort=best", "sort"),
        ("/search?limmit=3", "limmit"),
        ("/search?q=" + "a" * 20_001, "q"),
        ("/search?q=%22open", "never closed"),
        ("/bridges?a=t1", "b"),
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
    assert client.get("/api/v1/search?q=%22dark+star").get_json()["mended"] == '"dark star"'


def test_wrong_methods_are_problems_too(client: FlaskClient) -> None:
    response = client.delete("/api/v1/search")
    assert (response.status_code, response.content_type) == (405, "application/problem+json")


@pytest.mark.parametrize(
    "request_",
    [
        {"json": {"text": "galaxy"}},
        {"data": "galaxy", "content_type": "text/plain"},
        {"data": {"text": "galaxy"}},
        {"data": {"file": (io.BytesIO(b"galaxy"), "a.txt")}},
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
    response = client.get("/api/v1/export?q=galaxy&format=ris&collection=PubMed+2021")
    assert response.status_code == 200
    assert "attachment" in response.headers["Content-Disposition"]
    total = client.get("/api/v1/search?q=galaxy&limit=1&collection=PubMed+2021").get_json()["total"]
    assert response.text.count("\nER  - ") == total > 10


def test_an_upload_is_stored_under_its_own_name_and_answers_with_a_job(
    own_client: FlaskClient, own_atlas: Atlas
) -> None:
    file = (io.BytesIO(b"Name\nA title\n\n"), "../../etc/my papers.csv")
    form = {"file": file, "format": "csv", "map.title": "Name"}
    response = own_client.post("/api/v1/collections/Mine/documents", data=form)
    assert response.status_code == 202
    assert response.get_json()["state"] == "queued"
    [path] = [path for path in own_atlas.uploads.waiting.rglob("*") if path.is_file()]
    assert path.name == "my_papers.csv"
    [job] = work(own_atlas)
    assert job["result"] is not None
    assert (job["result"]["collection"], job["result"]["added"]) == ("Mine", 1)
    assert not path.exists()


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


def test_builds_jobs_and_names(own_client: FlaskClient, own_atlas: Atlas, names: Names) -> None:
    response = own_client.post("/api/v1/builds", json={"levels": "3,9", "preview": True})
    assert response.status_code == 202
    job = response.get_json()["id"]
    options = {"levels": [3, 9], "method": "heterogeneous", "base": None, "seed": 1, "preview": True}
    assert own_atlas.library.job(job).arguments == options
    assert own_client.post(f"/api/v1/jobs/{job}/cancel").get_json()["state"] == "cancelled"
    path = f"/api/v1/topics/{names.top}/label"
    assert own_client.put(path, json={"label": "Mine", "who": "me"}).get_json()["label"] == "Mine"
    assert own_atlas.topics.history(names.top)[0]["who"] == "me"
    assert own_client.put(path, json={"label": ""}).status_code == 400


def test_a_jobs_events_end_when_it_is_done(own_client: FlaskClient, own_atlas: Atlas) -> None:
    job = own_atlas.jobs.submit_build()
    own_atlas.library.update_job(job["id"], state="done")
    response = own_client.get(f"/api/v1/jobs/{job['id']}/events")
    assert response.mimetype == "text/event-stream"
    event, data = response.text.strip().split("\n")
    assert event == "event: job"
    assert json.loads(data.removeprefix("data: "))["state"] == "done"
    assert own_client.get("/api/v1/jobs/none/events").status_code == 404


def test_health_and_metrics(atlas: Atlas) -> None:
    client = make_app(atlas).test_client()
    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert client.get("/readyz").get_json()["status"] == "ok"
    client.get("/api/v1/status")
    text = client.get("/metrics").text
    assert 'litatlas_requests_total{route="api.status",status="200"} 1.0' in text
    assert 'litatlas_request_seconds_bucket{le="+Inf",route="api.status"} 1.0' in text


def test_lists_are_made_filled_and_removed(own_client: FlaskClient, names: Names) -> None:
    made = own_client.post("/api/v1/lists", json={"name": "Stars", "ids": [names.older]})
    assert made.status_code == 201
    path = "/api/v1/lists/" + made.get_json()["id"]
    longer = own_client.post(path + "/papers", json={"ids": [names.newer, names.older]}).get_json()
    assert [hit["id"] for hit in longer["documents"]] == [names.older, names.newer]
    assert own_client.post("/api/v1/lists", json={"name": "", "ids": []}).status_code == 400
    assert own_client.post("/api/v1/lists", json={"name": "x", "ids": ["nosuch"]}).status_code == 404
    assert {row["name"] for row in own_client.delete(path).get_json()["lists"]} == {"Reading for May"}
    assert own_client.get(path).status_code == 404


def test_judgements_are_kept(own_client: FlaskClient, names: Names, description: dict[str, Any]) -> None:
    answer = {"kind": "child", "topic": names.top, "subject": names.topic, "value": "no", "who": "Ann"}
    assert own_client.post("/api/v1/judgements", json=answer).get_json() == {"number": 1}
    found = own_client.get("/api/v1/judgements").get_json()
    assert Shape(description).faults(schema_of(description, "judgements"), found) == []
    assert {key: found["judgements"][0][key] for key in answer} == answer
    assert own_client.post("/api/v1/judgements", json={**answer, "value": "maybe"}).status_code == 400


def test_an_answer_that_the_reader_has_is_not_sent_again(own_client: FlaskClient, own_atlas: Atlas) -> None:
    first = own_client.get("/api/v1/topics", headers={"Accept-Encoding": "gzip"})
    tag = first.headers["ETag"]
    again = own_client.get("/api/v1/topics", headers={"If-None-Match": tag, "Accept-Encoding": "gzip"})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    topic = own_atlas.topics.all()["topics"][0]["id"]
    own_atlas.topics.rename(topic, "A name of ours")
    renamed = own_client.get("/api/v1/topics", headers={"If-None-Match": tag})
    assert renamed.status_code == 200
    assert renamed.get_json()["topics"][0]["label"] == "A name of ours"


def test_counts_of_topics_follow_what_is_added(own_client: FlaskClient, own_atlas: Atlas) -> None:
    before = own_client.get("/api/v1/topics").get_json()["topics"]
    own_atlas.collections.remove(FIRST)
    after = own_client.get("/api/v1/topics").get_json()["topics"]
    assert sum(topic["documents"] for topic in after) < sum(topic["documents"] for topic in before)
    assert all(FIRST not in topic["collections"] for topic in after)


def test_the_description_names_the_types_that_exports_have(client: FlaskClient) -> None:
    paths = client.get("/api/v1/openapi.json").get_json()["paths"]
    for path in ("/api/v1/export", "/api/v1/reviews/{id}/export", "/api/v1/books/{id}/export"):
        said = paths[path]["get"]["responses"]["200"]["content"].keys()
        assert len(said) > 3
        assert not any(";" in media for media in said)
    said = paths["/api/v1/export"]["get"]["responses"]["200"]["content"].keys()
    given = {client.get(f"/api/v1/export?q=galaxy&format={name}").mimetype for name in WRITERS}
    assert given == set(said)
