"""Named lists and judgements on the pages, by forms alone."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from litatlas.atlas import Atlas
from tests.web.conftest import EmptyAtlas, Names, make_app
from tests.web.test_pages import HOSTILE, check


def papers_of(atlas: Atlas, list: str) -> list[str]:
    return [hit["id"] for hit in atlas.lists.one(list)["documents"]]


def test_marked_papers_are_kept_under_a_name(own_client: FlaskClient, own_atlas: Atlas, names: Names) -> None:
    html = own_client.get(f"/search?q=galaxy&marked={names.noted}").text
    assert 'class="second" formaction="/lists">Keep in a list' in html
    html = own_client.get(f"/lists?ids={names.noted}&ids={names.newer}").text
    assert "Keep 2 papers" in html
    assert html.count('name="ids"') == 2
    form = {"ids": [names.noted, names.newer], "list": "", "name": HOSTILE}
    made = own_client.post("/lists", data=form)
    assert made.status_code == 303
    kept = own_atlas.lists.one(made.location.rsplit("/", 1)[1])
    assert kept["name"] == HOSTILE
    assert [hit["id"] for hit in kept["documents"]] == [names.noted, names.newer]
    page = own_client.get(made.location).text
    check(page)
    assert page.count('class="result"') == 2
    assert f'href="/explore?ids={names.noted},{names.newer}"' in page


def test_papers_join_a_list_that_there_is(own_client: FlaskClient, own_atlas: Atlas, names: Names) -> None:
    html = own_client.get(f"/lists?ids={names.newer}").text
    assert f'<option value="{names.list}">Reading for May</option>' in html
    joined = own_client.post("/lists", data={"ids": names.newer, "list": names.list})
    assert joined.location == f"/lists/{names.list}"
    assert papers_of(own_atlas, names.list) == [names.noted, names.older, names.newer]
    assert own_client.post("/lists", data={"ids": names.newer, "list": "gone"}).status_code == 404


def test_a_list_is_changed_exported_and_removed(
    own_client: FlaskClient, own_atlas: Atlas, names: Names
) -> None:
    path = f"/lists/{names.list}"
    assert own_client.post(path + "/take", data={"id": names.older}).status_code == 303
    assert own_client.post(path + "/rename", data={"name": "June"}).status_code == 303
    assert own_atlas.lists.one(names.list)["name"] == "June"
    assert papers_of(own_atlas, names.list) == [names.noted]
    export = own_client.get(path + "/export?format=ris")
    assert export.mimetype == "application/x-research-info-systems"
    assert export.text.count("DO  - 10.1000/3") == export.text.count("ER  - ") == 1
    assert own_client.get(path + "/export?format=word").status_code == 400
    assert own_client.post(path + "/remove").location == "/lists"
    assert "No lists yet" in own_client.get("/lists").text
    assert own_client.get(path).status_code == 404


@pytest.mark.parametrize("kind", ["paper", "child", "label"])
def test_a_question_is_asked_answered_and_taken_back(
    own_client: FlaskClient, own_atlas: Atlas, kind: str
) -> None:
    html = own_client.get(f"/assess?kind={kind}&who=Ann").text
    check(html)
    fields = {name: re.findall(f'name="{name}" value="([^"]*)"', html)[0] for name in ("topic", "subject")}
    form = {"kind": kind, **fields, "value": "yes", "who": "Ann", "wanted": kind}
    done = own_client.post("/assess", data=form)
    assert done.location == f"/assess?who=Ann&kind={kind}&last=1"
    assert own_atlas.judgements.all()[0]["value"] == "yes"
    assert "Undo the last answer" in own_client.get(done.location).text
    assert own_client.get("/assess/answers.json").get_json()[0]["subject"] == fields["subject"]
    assert own_client.post("/assess/undo", data={"number": "1", "who": "Ann"}).location == "/assess?who=Ann"
    assert own_atlas.judgements.all() == []
    assert own_client.post("/assess/undo", data={"number": "1"}).status_code == 404


def test_what_was_not_asked_is_not_taken(client: FlaskClient, names: Names) -> None:
    form = {"kind": "paper", "topic": names.top, "subject": names.noted, "value": "yes"}
    for name, value in (("value", "perhaps"), ("kind", "colour"), ("topic", "")):
        assert client.post("/assess", data={**form, name: value}).status_code == 400
    assert client.post("/assess", data={**form, "topic": "none"}).status_code == 404


def test_an_atlas_without_a_model_or_read_only_says_so(atlas: Atlas, empty_atlas: EmptyAtlas) -> None:
    bare = make_app(empty_atlas()).test_client()
    assert "There is no model yet" in bare.get("/assess").text
    closed = make_app(atlas, read_only=True).test_client()
    assert "This atlas is read only." in closed.get("/assess").text
    assert "Keep in a list" not in closed.get("/search?q=galaxy").text
    assert closed.post("/lists", data={"name": "x"}).status_code == 403
