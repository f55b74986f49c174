"""Named lists and judgements on the pages, by forms alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import make_app
from tests.web.fake_atlas import FakeAtlas
from tests.web.test_pages import HOSTILE, check


def test_marked_papers_are_kept_under_a_name(client: FlaskClient, atlas: FakeAtlas) -> None:
    assert (
        'class="second" formaction="/lists">Keep in a list' in client.get("/search?q=heart&marked=d0001").text
    )
    html = client.get("/lists?ids=d0001&ids=d0004").text
    assert "Keep 2 papers" in html
    assert html.count('name="ids"') == 2
    made = client.post("/lists", data={"ids": ["d0001", "d0004"], "list": "", "name": HOSTILE})
    assert made.status_code == 303
    assert atlas.lists.held[made.location.rsplit("/", 1)[1]] == (HOSTILE, ["d0001", "d0004"])
    page = client.get(made.location).text
    check(page)
    assert page.count('data-id="d000') == 2
    assert 'href="/explore?ids=d0001,d0004"' in page


def test_papers_join_a_list_that_there_is(client: FlaskClient, atlas: FakeAtlas) -> None:
    assert '<option value="kept">Reading for May</option>' in client.get("/lists?ids=d0002").text
    assert client.post("/lists", data={"ids": "d0002", "list": "kept"}).location == "/lists/kept"
    assert atlas.lists.held["kept"][1] == ["d0001", "d0003", "d0002"]
    assert client.post("/lists", data={"ids": "d0002", "list": "gone"}).status_code == 404


def test_a_list_is_changed_exported_and_removed(client: FlaskClient, atlas: FakeAtlas) -> None:
    assert client.post("/lists/kept/take", data={"id": "d0001"}).status_code == 303
    assert client.post("/lists/kept/rename", data={"name": "June"}).status_code == 303
    assert atlas.lists.held["kept"] == ("June", ["d0003"])
    export = client.get("/lists/kept/export?format=ris")
    assert export.mimetype == "application/x-research-info-systems"
    assert export.text == "d0003\n"
    assert client.get("/lists/kept/export?format=word").status_code == 400
    assert client.post("/lists/kept/remove").location == "/lists"
    assert "There is no list yet" in client.get("/lists").text
    assert client.get("/lists/kept").status_code == 404


@pytest.mark.parametrize("kind", ["paper", "child", "label"])
def test_a_question_is_asked_answered_and_taken_back(
    client: FlaskClient, atlas: FakeAtlas, kind: str
) -> None:
    html = client.get(f"/assess?kind={kind}&who=Ann").text
    check(html)
    subject = html.partition('name="subject" value="')[2].partition('"')[0]
    form = {"kind": kind, "topic": "t0x1", "subject": subject, "value": "yes", "who": "Ann", "wanted": kind}
    done = client.post("/assess", data=form)
    assert done.location == f"/assess?who=Ann&kind={kind}&last=1"
    assert atlas.judging.said[0]["value"] == "yes"
    assert "Take the last answer back" in client.get(done.location).text
    assert client.get("/assess/answers.json").get_json()[0]["subject"] == subject
    assert client.post("/assess/undo", data={"number": "1", "who": "Ann"}).location == "/assess?who=Ann"
    assert atlas.judging.said == []
    assert client.post("/assess/undo", data={"number": "1"}).status_code == 404


def test_what_was_not_asked_is_not_taken(client: FlaskClient) -> None:
    form = {"kind": "paper", "topic": "t0x1", "subject": "d0001", "value": "yes"}
    for name, value in (("value", "perhaps"), ("kind", "colour"), ("topic", "")):
        assert client.post("/assess", data={**form, name: value}).status_code == 400
    assert client.post("/assess", data={**form, "topic": "none"}).status_code == 404


def test_an_atlas_without_a_model_or_read_only_says_so(tmp_path: Path) -> None:
    bare = make_app(tmp_path / "a", FakeAtlas(papers=3, sizes=())).test_client()
    assert "There is no model yet" in bare.get("/assess").text
    closed = make_app(tmp_path / "b", FakeAtlas(papers=30, sizes=(3, 6, 12)), read_only=True).test_client()
    assert "This atlas is read only." in closed.get("/assess").text
    assert "Keep in a list" not in closed.get("/search?q=heart").text
    assert closed.post("/lists", data={"name": "x"}).status_code == 403
