"""Duplicates on the page and in the API: judged by forms, undone, in a log, and private records unseen."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from litatlas.accounts.reader import person
from litatlas.atlas import Atlas
from litatlas.errors import InputError, NotFoundError
from litatlas.settings import Settings
from tests.papers import write
from tests.web.conftest import make_app
from tests.web.test_pages import HOSTILE, check

ABSTRACT = "We followed four hundred rowers for two seasons and asked them of their knees every month."
FIRST = {
    "id": "1",
    "title": f"Load and knee pain in rowers of the north {HOSTILE}",
    "abstract": ABSTRACT,
    "authors": ["Berg, Anna"],
    "year": 2015,
    "venue": "J Row",
    "volume": "3",
}
LIKELY = {**FIRST, "title": f"Load and knee pain in rowers from the north {HOSTILE}", "volume": "4"}


@pytest.fixture
def atlas(tmp_path: Path) -> Atlas:
    atlas = Atlas(Settings(home=tmp_path / "home", processes=1))
    for name, record in (("One", FIRST), ("Two", {**LIKELY, "id": "2"})):
        atlas.collections.add([write(tmp_path / f"{name}.jsonl", [record])], collection=name)
    return atlas


@pytest.fixture
def client(atlas: Atlas) -> FlaskClient:
    return make_app(atlas).test_client()


def decision(atlas: Atlas, verdict: str) -> dict[str, str]:
    (pair,) = atlas.duplicates.pairs()["pairs"]
    return {"a": pair["a"]["id"], "b": pair["b"]["id"], "verdict": verdict}


def test_two_records_side_by_side_with_their_differences(atlas: Atlas) -> None:
    answer = atlas.duplicates.pairs()
    (pair,) = answer["pairs"]
    assert (answer["total"], pair["together"], pair["a"]["records"]) == (1, True, 2)
    assert pair["reason"].startswith("nearly the same title")
    assert 0.5 < pair["score"] < 1
    states = {field["name"]: field["state"] for field in pair["fields"]}
    assert states["title"] == states["volume"] == "differs"
    assert states["authors"] == states["venue"] == states["abstract"] == "same"
    assert "doi" not in states
    with pytest.raises(InputError):
        atlas.duplicates.pairs(offset=-1)


def test_a_pair_is_judged_undone_and_logged_on_the_page(client: FlaskClient, atlas: Atlas) -> None:
    html = client.get("/duplicates").text
    check(html)
    assert "1 pair is not decided" in html
    form = decision(atlas, "different")
    answer = client.post("/duplicates", data={**form, "who": "Ada", "offset": "0", "at": "0"})
    assert (answer.status_code, answer.location) == (303, "/duplicates?last=1&who=Ada")
    assert atlas.library.counts().papers == 2
    html = client.get(answer.location).text
    check(html)
    assert "No pair is left to decide" in html
    undone = client.post("/duplicates/undo", data={"number": "1", "who": "Ada"})
    assert (undone.status_code, undone.location) == (303, "/duplicates?who=Ada")
    assert atlas.library.counts().papers == 1
    rows = list(csv.DictReader(io.StringIO(client.get("/duplicates/log.csv").text.lstrip("\ufeff"))))
    assert [(row["verdict"], row["who"], row["undone"], row["undoes"]) for row in rows] == [
        ("different", "Ada", "yes", ""), ("undo", "Ada", "", "1"),
    ]  # fmt: skip


def test_search_follows_a_decision(atlas: Atlas) -> None:
    form = decision(atlas, "different")
    assert atlas.search("rowers")["total"] == 1
    number = atlas.duplicates.decide(form["a"], form["b"], "different")
    assert atlas.search("rowers")["total"] == 2
    atlas.duplicates.undo(number)
    assert atlas.search("rowers")["total"] == 1


def test_what_is_wrong_is_refused(client: FlaskClient, atlas: Atlas) -> None:
    form = decision(atlas, "same")
    for wrong in ({"verdict": "maybe"}, {"a": form["b"]}, {"at": "99"}):
        assert client.post("/duplicates", data={**form, **wrong}).status_code == 400
    assert client.post("/duplicates", data={**form, "a": "none"}).status_code == 404
    assert client.post("/duplicates/undo", data={"number": "7"}).status_code == 404
    assert client.get("/duplicates?offset=5000").text.count("data-pair tabindex") == 1
    assert atlas.duplicates.log() == []
    with pytest.raises(InputError):
        atlas.duplicates.decide(form["a"], form["b"], "perhaps")


def test_a_group_of_five_is_confirmed_at_once_or_one_record_is_taken_out(
    atlas: Atlas, client: FlaskClient, tmp_path: Path
) -> None:
    for name in ("Three", "Four", "Five"):
        record = {**FIRST, "id": name, "issue": name}
        atlas.collections.add([write(tmp_path / f"{name}.jsonl", [record])], collection=name)
    review = atlas.reviews.begin("group", {}, query="")
    before = atlas.reviews.prisma(review)
    assert (before["identified"], before["duplicates"], before["unscreened"]) == (5, 4, 1)
    html = client.get("/duplicates").text
    check(html)
    assert "All 5 records of this paper" in html
    pair = atlas.duplicates.pairs()["pairs"][0]
    odd = pair["group"][-1]["id"]
    form = {"record": odd, "verdict": "out", "who": "Ada"}
    kept = client.post("/duplicates/group", data=form)
    assert kept.status_code == 303
    assert kept.location.count("%2C") == 3, "one decision a pair, undone together"
    assert {len(atlas.papers.one(record["id"])["duplicates"]) for record in pair["group"]} == {0, 3}
    after = atlas.reviews.prisma(review)
    assert (after["identified"], after["duplicates"], after["unscreened"]) == (5, 3, 2), "it is screened too"
    numbers = kept.location.split("last=")[1].split("&")[0].replace("%2C", ",")
    assert client.post("/duplicates/undo", data={"number": numbers}).status_code == 303
    assert atlas.reviews.prisma(review) == before
    same = client.post("/api/v1/duplicates/group", json={"record": odd, "verdict": "same"})
    assert same.status_code == 201
    assert len(same.get_json()["numbers"]) >= 4
    assert atlas.duplicates.pairs()["total"] == 0
    assert client.post("/duplicates/group", data={**form, "verdict": "same"}).status_code == 400
    assert client.post("/duplicates/group", data=form).status_code == 400, "it contradicts what was decided"
    assert len(atlas.papers.one(odd)["duplicates"]) == 4, "all or none is kept"


def test_the_api_judges_undoes_and_lists(client: FlaskClient, atlas: Atlas) -> None:
    (pair,) = client.get("/api/v1/duplicates").get_json()["pairs"]
    body = {"a": pair["a"]["id"], "b": pair["b"]["id"], "verdict": "same", "who": "Ada"}
    made = client.post("/api/v1/duplicates", json=body)
    assert (made.status_code, made.get_json()) == (201, {"number": 1})
    assert client.get("/api/v1/duplicates").get_json()["total"] == 0
    assert client.post("/api/v1/duplicates/undo", json={"number": 1}).get_json() == {"number": 2}
    log = client.get("/api/v1/duplicates/log").get_json()["decisions"]
    assert [row["verdict"] for row in log] == ["same", "undo"]
    assert log[0]["score"] == pytest.approx(pair["score"], abs=1e-3)


def test_a_read_only_atlas_shows_pairs_without_buttons(atlas: Atlas) -> None:
    client = make_app(atlas, read_only=True).test_client()
    html = client.get("/duplicates").text
    check(html)
    assert "data-pair-key" not in html
    assert client.post("/duplicates", data=decision(atlas, "same")).status_code == 403


def test_who_does_not_see_a_record_sees_neither_its_pair_nor_its_decision(atlas: Atlas) -> None:
    atlas.settings = replace(atlas.settings, accounts="on")
    for name in ("ada", "bo"):
        atlas.accounts.add(name, "editor", password="a password of some words")
    with atlas.generations.changing(None):
        atlas.library.share_collection("Two", private=True, owner=atlas.accounts.named("ada").number)
    ada, bo = (atlas.seen_by(person(atlas.accounts.named(name))) for name in ("ada", "bo"))
    form = decision(ada, "different")
    assert bo.duplicates.pairs() == {"total": 0, "offset": 0, "pairs": []}
    with pytest.raises(NotFoundError):
        bo.duplicates.decide(form["a"], form["b"], "different")
    number = ada.duplicates.decide(form["a"], form["b"], "different", who="someone else")
    assert [row["who"] for row in ada.duplicates.log()] == ["ada"]
    assert bo.duplicates.log() == []
    with pytest.raises(NotFoundError):
        bo.duplicates.undo(number)
