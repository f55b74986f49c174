"""Saved searches, notes and stars: whose they are, who else sees them, and that they are text alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from litatlas.atlas import Atlas
from litatlas.errors import ForbiddenError, InputError, NotFoundError
from litatlas.settings import Settings
from tests.web.built_atlas import FIRST, copied, id_of
from tests.web.test_accounts import PASSWORD, app_of, send, signed_in
from web import create_app


@pytest.fixture(scope="module")
def app(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    home = copied(built_home, tmp_path_factory.mktemp("kept") / "home")
    with Atlas(Settings(home=home, processes=1)) as atlas:
        for name, role in (("kim", "keeper"), ("ann", "reader"), ("bob", "reader"), ("cat", "editor")):
            atlas.accounts.add(name, role, PASSWORD, ["lab"] if name == "cat" else [])
    app = app_of(home)
    yield app
    app.extensions["litatlas"].atlas.close()


@pytest.fixture(scope="module")
def paper(app: Flask) -> str:
    return id_of(app.extensions["litatlas"].atlas, "noted")


@pytest.fixture
def ann(app: Flask) -> FlaskClient:
    return signed_in(app, "ann")


@pytest.fixture
def bob(app: Flask) -> FlaskClient:
    return signed_in(app, "bob")


def page(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


HOSTILE = "# A *title*\n<script>alert(1)</script> [x](javascript:alert(1)) & more\n\n- item"


def test_a_note_is_private_until_shared_and_is_shown_as_typed(
    ann: FlaskClient, bob: FlaskClient, paper: str
) -> None:
    where = f"/documents/{paper}"
    assert send(ann, f"{where}/notes", where, text=HOSTILE).status_code == 303
    shown = page(ann, where)
    assert "# A *title*\n&lt;script&gt;alert(1)&lt;/script&gt; [x](javascript:alert(1)) &amp; more" in shown
    assert "alert(1)" not in page(bob, where)
    (note,) = ann.get(f"/api/v1{where}/notes").get_json()["notes"]
    assert (note["who"], note["text"], note["sharing"]["private"]) == ("ann", HOSTILE, True)
    assert bob.get(f"/api/v1{where}/notes").get_json()["notes"] == []
    for address in (f"/notes/{note['id']}/remove", f"/notes/{note['id']}"):
        assert send(bob, address, where, text="mine now").status_code in (403, 404)
    assert send(ann, f"/notes/{note['id']}/share", where, who="private", shared="bob").status_code == 303
    assert "alert(1)" in page(bob, where)
    assert send(bob, f"/notes/{note['id']}", where, text="mine now").status_code == 403
    assert send(ann, f"/notes/{note['id']}", where, text="Short").status_code == 303
    assert ann.get("/api/v1/notes").get_json()["notes"][0]["text"] == "Short"
    assert send(ann, f"/notes/{note['id']}/remove", where).status_code == 303
    assert ann.get("/api/v1/notes").get_json()["notes"] == []


def test_sharing_with_nobody_is_said_on_the_page_and_what_was_typed_stays(
    ann: FlaskClient, paper: str
) -> None:
    where = f"/documents/{paper}"
    send(ann, f"{where}/notes", where, text="A note")
    note = ann.get("/api/v1/notes").get_json()["notes"][0]["id"]
    for typed, said in (
        ("nobody", "There is no user"),
        ("group:lba", "Nobody is in a group"),
        ("group:", "needs a name"),
    ):
        answer = send(ann, f"/notes/{note}/share", where, who="private", shared=typed)
        body = answer.get_data(as_text=True)
        assert answer.status_code in (400, 404)
        assert said in body
        assert f'value="{typed}"' in body
        assert 'class="paper"' in body  # it is the paper's page
    assert send(ann, f"/notes/{note}/share", where, who="private", shared="group:lab").status_code == 303


def test_what_is_wrong_with_sharing_is_said_in_the_readers_language(app: Flask) -> None:
    keeper = signed_in(app, "kim")
    keeper.set_cookie("language", "ru")
    for address, view in ((f"/collections/{FIRST}/share", f"/collections/{FIRST}"), ("/users", "/users")):
        form = (
            {"who": "private", "shared": "nobody"} if "share" in address else {"do": "link", "name": "nobody"}
        )
        body = send(keeper, address, view, **form).get_data(as_text=True)
        assert "Пользователя &#39;nobody&#39; нет." in body
        assert "There is no user" not in body
    body = send(keeper, "/users", "/users", do="role", name="kim", role="reader").get_data(as_text=True)
    assert "последний" in body
    assert '<span lang="en">' not in body


def test_a_search_is_saved_asked_anew_and_shared(ann: FlaskClient, bob: FlaskClient) -> None:
    form = {"name": "Dust <b>", "q": "galaxy dust", "year": "2010-2020", "sort": "newest"}
    assert send(ann, "/saved-searches", "/lists", **form).status_code == 303
    listed = page(ann, "/lists")
    assert "Dust &lt;b&gt;" in listed
    assert "/search?q=galaxy+dust&amp;sort=newest&amp;year=2010-2020" in listed
    (saved,) = ann.get("/api/v1/saved-searches").get_json()["searches"]
    assert bob.get("/api/v1/saved-searches").get_json()["searches"] == []
    assert bob.get(f"/api/v1/saved-searches/{saved['id']}").status_code == 404
    assert (
        send(ann, f"/saved-searches/{saved['id']}/share", "/lists", who="public", shared="").status_code
        == 303
    )
    assert bob.get(f"/api/v1/saved-searches/{saved['id']}").get_json()["query"] == "galaxy dust"
    assert send(bob, f"/saved-searches/{saved['id']}/remove", "/lists").status_code == 403
    assert send(ann, f"/saved-searches/{saved['id']}/remove", "/lists").status_code == 303
    assert send(ann, "/saved-searches", "/lists", name="x", q='"open').status_code == 400


def test_stars_are_ones_own(ann: FlaskClient, bob: FlaskClient, paper: str) -> None:
    where = f"/documents/{paper}"
    assert send(ann, f"{where}/marks", where, kind="star", on="true").status_code == 303
    assert ann.get(f"/api/v1{where}/marks").get_json() == {"star": True, "read": False}
    assert bob.get(f"/api/v1{where}/marks").get_json() == {"star": False, "read": False}
    assert f'data-id="{paper}"' in page(ann, "/kept/star")
    assert f'data-id="{paper}"' not in page(ann, "/kept/read")
    assert send(ann, f"{where}/marks", where, kind="star", on="false").status_code == 303
    assert ann.get("/api/v1/marks?kind=star").get_json() == {"documents": []}
    assert ann.get("/kept/other").status_code == 404


def test_who_is_not_signed_in_keeps_nothing(app: Flask, paper: str) -> None:
    client = app.test_client()
    assert 'id="notes"' not in page(client, f"/documents/{paper}")
    assert client.get("/api/v1/notes").status_code == 401
    assert client.get("/lists").status_code == 200


def test_a_note_is_seen_on_the_paper_of_its_record_and_outlives_a_removal(
    built_home: Path, tmp_path: Path
) -> None:
    with Atlas(Settings(home=copied(built_home, tmp_path / "home"), processes=1)) as atlas:
        noted, twin = id_of(atlas, "noted"), id_of(atlas, "twin")
        note = atlas.notes.write(twin, "  of the twin\r\n\x07 ")
        assert note["text"] == "of the twin"
        assert [one["text"] for one in atlas.notes.of(noted)] == ["of the twin"]
        atlas.notes.mark(twin, "read")
        assert atlas.notes.marks(noted) == {"star": False, "read": True}
        page = create_app(Settings(home=tmp_path / "home", processes=1), atlas=atlas).test_client()
        for document in (noted, twin):  # a page asks for the records that it shows
            assert "of the twin" in page.get(f"/documents/{document}").get_data(as_text=True)
        with pytest.raises(NotFoundError):
            atlas.notes.write("nothing", "x")
        for text in ("", " \n", "x" * 20_001):
            with pytest.raises(InputError):
                atlas.notes.write(noted, text)
        with pytest.raises(InputError, match="no mark"):
            atlas.notes.mark(noted, "heart")


def test_what_a_removed_user_kept_belongs_to_the_keepers(built_home: Path, tmp_path: Path) -> None:
    from litatlas.accounts.reader import person

    with Atlas(Settings(home=copied(built_home, tmp_path / "home"), processes=1)) as atlas:
        for name, role in (("kim", "keeper"), ("ann", "reader"), ("bob", "reader")):
            atlas.accounts.add(name, role, PASSWORD)
        views = {name: atlas.seen_by(person(atlas.accounts.named(name))) for name in ("kim", "ann", "bob")}
        paper = id_of(atlas, "noted")
        note = views["ann"].notes.write(paper, "mine")["id"]
        views["ann"].notes.mark(paper, "star")
        with pytest.raises(NotFoundError):
            views["bob"].notes.remove(note)
        views["ann"].notes.share(note, private=False)
        with pytest.raises(ForbiddenError):
            views["bob"].notes.remove(note)
        atlas.accounts.remove("ann")
        assert [one["mine"] for one in views["bob"].notes.of(paper)] == [False]
        views["kim"].notes.remove(note)
        assert views["bob"].notes.of(paper) == []
