"""A draft on its page, builds that ask first, and the way back."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from litatlas.atlas import Atlas
from litatlas.cli.text import models as models_text
from tests.web.built_atlas import work
from tests.web.conftest import EmptyAtlas, make_app
from tests.web.test_pages import check

KINDS = {"new", "gone", "split", "merged", "moved", "names"}


def test_a_draft_names_every_topic_that_it_changes(
    own_client: FlaskClient, own_atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = own_atlas.topics.all()["topics"][-1]["id"]
    own_atlas.topics.rename(topic, "A name of ours")
    monkeypatch.setattr("litatlas.generation.building.is_itself", lambda row: False)
    answer = own_atlas.models.build(levels=(3, 12), preview=True)
    changes, difference = answer["changes"], answer["difference"]
    assert set(changes) == KINDS
    for kind in KINDS - {"names"}:
        assert len(changes[kind]) == len(difference[kind])
    assert changes["new"] or changes["gone"]
    for topics in changes.values():
        for entry in topics:
            assert entry["label"]
            assert entry["words"]
            assert entry["papers"] >= 0
    assert [entry["label"] for entry in changes["names"]] == ["A name of ours"]
    html = own_client.get("/draft").text
    check(html)
    assert "A name of ours" in html
    assert html.count('<svg class="map-drawing lit"') == 2
    for entry in changes["gone"]:
        assert ", ".join(entry["words"][:3]) in html
    assert 'href="/draft"' in own_client.get("/collections").text
    assert "A name of ours" in models_text.built(answer)
    assert own_client.post("/drafts/discard").status_code == 303
    assert own_client.get("/draft").status_code == 404


def test_a_build_asks_first_where_names_are_at_stake(own_client: FlaskClient, own_atlas: Atlas) -> None:
    topic = own_atlas.topics.all()["topics"][0]["id"]
    own_atlas.topics.rename(topic, "A name of ours")
    asked = own_client.post("/builds", data={"levels": "4,8", "method": "concat"})
    assert asked.status_code == 200
    check(asked.text)
    assert 'name="levels" value="4,8"' in asked.text
    assert own_atlas.jobs.all() == []
    first = own_client.post("/builds", data={"levels": "4,8", "method": "concat", "preview": "true"})
    again = own_client.post("/builds", data={"levels": "4,8", "method": "concat", "preview": "true"})
    assert first.location == again.location  # two clicks are one build
    assert own_client.post("/builds", data={"levels": "4,8", "sure": "true"}).status_code == 303
    assert len(own_atlas.jobs.all()) == 2


def test_the_page_goes_back_to_the_topics_before(own_client: FlaskClient, own_atlas: Atlas) -> None:
    assert own_client.post("/models/back").status_code == 404
    assert "/models/back" not in own_client.get("/collections").text
    before = own_atlas.topics.all()["levels"]
    own_atlas.models.build(levels=(3, 9))
    assert "/models/back" in own_client.get("/collections").text
    assert own_client.post("/models/back").status_code == 303
    assert [job["state"] for job in work(own_atlas)] == ["done"]
    assert own_atlas.topics.all()["levels"] == before


def test_no_draft_no_page(empty_atlas: EmptyAtlas) -> None:
    assert make_app(empty_atlas()).test_client().get("/draft").status_code == 404
