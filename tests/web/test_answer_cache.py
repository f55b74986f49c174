"""Kept answers: given again as long as nothing changed, and to nobody who may not see what is in them."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from litatlas.atlas import Atlas
from litatlas.settings import Settings
from tests.papers import papers, write
from tests.web.built_atlas import copied
from tests.web.conftest import Names, make_app
from tests.web.private_atlas import CANARIES, PASSWORD, SECRET, Pair, settings
from web import create_app
from web.answer_cache import KEPT, Answer, Answers


def counted(app: Flask, endpoint: str) -> list[int]:
    """How often a view is asked from now on."""
    calls = [0]
    view = app.view_functions[endpoint]

    def count(**values: str) -> object:
        calls[0] += 1
        return view(**values)

    app.view_functions[endpoint] = count
    return calls


def test_a_question_is_worked_out_once_until_something_changes(own_atlas: Atlas, tmp_path: Path) -> None:
    app = make_app(own_atlas)
    client, calls = app.test_client(), counted(app, "api.search")
    first = client.get("/api/v1/search?q=galaxy")
    again = client.get("/api/v1/search?q=galaxy")
    assert (first.data, first.headers["ETag"], calls[0]) == (again.data, again.headers["ETag"], 1)
    assert client.get("/api/v1/search?q=galaxy&limit=2").data != first.data
    more = [record | {"id": f"more-{n}", "doi": ""} for n, record in enumerate(papers(8, seed=5))]
    own_atlas.collections.add([write(tmp_path / "more.jsonl", more)], "More")
    after = client.get("/api/v1/search?q=galaxy")
    assert {"More"} <= {value["value"] for value in after.get_json()["facets"]["collection"]}
    assert calls[0] == 3


def test_every_kept_address_is_one_of_the_application(app: Flask) -> None:
    assert not KEPT - set(app.view_functions)


def test_what_another_process_says_of_a_topic_is_shown_at_once(own_atlas: Atlas, names: Names) -> None:
    client = make_app(own_atlas).test_client()
    addresses = (
        f"/topics/{names.topic}",
        f"/api/v1/topics/{names.topic}",
        "/api/v1/map",
        "/search?q=galaxy",
        "/",
    )
    for address in addresses:
        assert b"Telescopes of old" not in client.get(address).data
    with Atlas(Settings(home=own_atlas.home.folder, processes=1)) as other:
        other.topics.rename(names.topic, "Telescopes of old")
    for address in addresses:
        assert b"Telescopes of old" in client.get(address).data, address


def test_who_has_the_answer_gets_no_other(client: FlaskClient) -> None:
    for address in ("/search?q=galaxy", "/api/v1/topics"):
        tag = client.get(address).headers["ETag"]
        answer = client.get(address, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.data) == (304, b"")
        assert client.get(address, headers={"If-None-Match": 'W/"another"'}).status_code == 200


def test_each_language_and_each_coding_has_its_own(client: FlaskClient) -> None:
    english = client.get("/search?q=galaxy").get_data(as_text=True)
    russian = client.get("/search?q=galaxy", headers={"Accept-Language": "ru"}).get_data(as_text=True)
    assert 'lang="en"' in english
    assert '<html lang="ru">' in russian
    pressed = [client.get("/search?q=galaxy", headers={"Accept-Encoding": "gzip"}) for _ in range(2)]
    assert pressed[0].data == pressed[1].data != english.encode()
    assert client.get("/search?q=galaxy").get_data(as_text=True) == english


@pytest.fixture(scope="module")
def shared(private_pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Atlas, Flask]]:
    """An atlas with a private collection, a copy of its own, as accounts are kept in it."""
    chosen = settings(copied(private_pair.with_secret, tmp_path_factory.mktemp("kept") / "own"))
    with Atlas(chosen) as atlas:
        yield atlas, create_app(chosen, atlas=atlas)


def signed_in(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    token = re.search(r'name="csrf" value="([0-9a-f]+)"', client.get("/sign-in").get_data(as_text=True))
    assert token
    form = {"name": name, "password": PASSWORD, "csrf": token[1]}
    assert client.post("/sign-in", data=form).status_code == 303
    return client


def test_a_private_collection_never_leaks_through_what_is_kept(shared: tuple[Atlas, Flask]) -> None:
    atlas, app = shared
    ada, bo, anybody = signed_in(app, "ada"), signed_in(app, "bo"), app.test_client()
    topics = [topic["id"] for topic in ada.get("/api/v1/topics").get_json()["topics"]]
    hits = ada.get(f'/api/v1/search?q=collection:"{SECRET}"&limit=3').get_json()["documents"]
    addresses = [
        *("/api/v1/topics", "/api/v1/map", "/api/v1/collections", "/api/v1/trends", "/trends"),
        *(f"/search?q={query}" for query in ("vrelmok", "galaxy", "")),
        *(f"/api/v1/search?q={query}" for query in ("vrelmok", "galaxy", "")),
        *(f"/api/v1/suggest?q={typed}" for typed in ("vre", "gal", "tag:hes")),
        *(f"/topics/{id}" for id in topics[:12]),
        *(f"/api/v1/topics/{id}{part}" for id in topics[:12] for part in ("", "/points")),
        *(f"{root}/documents/{hit['id']}" for hit in hits for root in ("", "/api/v1")),
    ]
    seen = [ada.get(address).get_data(as_text=True).lower() for address in addresses for _ in range(2)]
    assert sum(any(word in body for word in CANARIES) for body in seen) > 20
    for address in addresses:
        for client in (bo, anybody):
            body = client.get(address).get_data(as_text=True).lower().replace("q=vrelmok", "")
            said = [word for word in CANARIES if word in body and word not in address]
            assert not said, (address, said)
    atlas.collections.share(SECRET, private=False)
    assert bo.get("/api/v1/search?q=vrelmok").get_json()["total"] > 0
    atlas.collections.share(SECRET, private=True)
    assert bo.get("/api/v1/search?q=vrelmok").get_json()["total"] == 0


def test_a_kept_page_has_the_forms_of_who_asks(shared: tuple[Atlas, Flask]) -> None:
    ada, bo = signed_in(shared[1], "ada"), signed_in(shared[1], "bo")

    def tokens(client: FlaskClient) -> set[bytes]:
        answer = client.get("/search?q=galaxy", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        return set(re.findall(rb'name="csrf" value="([0-9a-f]+)"', gzip.decompress(answer.data)))

    first, again, other = tokens(ada), tokens(ada), tokens(bo)
    assert first == again
    assert first
    assert other
    assert not first & other


def test_an_answer_is_kept_compressed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[Answer] = []
    monkeypatch.setattr(Answers, "put", lambda self, state, key, answer: kept.append(answer))
    page = app.test_client().get("/search?q=galaxy+telescopes").data
    assert gzip.decompress(kept[0].compressed) == page
    assert len(kept[0].compressed) < len(page) / 2


def test_old_answers_make_room() -> None:
    answers = Answers()
    assert answers.get("now", 0) is None
    for number in range(40):
        answers.put("now", number, Answer(bytes(1_000_000), []))
    assert answers.get("now", 0) is None
    assert answers.get("now", 39) is not None
    answers.put("before", 40, Answer(b"", []))  # made before something changed
    assert answers.get("now", 40) is None
    assert answers.get("later", 39) is None
