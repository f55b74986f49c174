"""A look at an upload before it is added."""

from __future__ import annotations

import io
import os
import re
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.web.fake_atlas import FakeAtlas
from tests.web.test_pages import HOSTILE, check
from web.uploads import STAGED_SECONDS


def look(client: FlaskClient, *files: tuple[str, str], collection: str = "Mine") -> str:
    sent = [(io.BytesIO(text.encode()), name) for name, text in files]
    response = client.post("/uploads", data={"collection": collection, "file": sent})
    assert response.status_code == 303, response.text
    return str(response.location)


def test_the_first_records_are_shown_and_nothing_is_added(client: FlaskClient, atlas: FakeAtlas) -> None:
    html = client.get(look(client, ("a.csv", HOSTILE), ("b.csv", "Second"))).text
    check(html)
    assert "Into Mine" in html
    assert html.count("Read as Table (CSV)") == 2
    assert "Line 3, year: is no year (19xx)" in re.sub(r"<[^>]+>", "", html)
    assert atlas.uploaded == []


def test_columns_are_chosen_and_looked_at_again(client: FlaskClient) -> None:
    address = look(client, ("a.csv", "A title"))
    html = client.get(address).text
    assert '<select id="map-title" name="map.title"><option value="">none</option>' in html
    assert html.partition('id="map-title"')[2].partition("</select>")[0].count("selected>Name") == 1
    assert html.partition('id="map-id"')[2].partition("</select>")[0].count("selected>Key") == 1
    again = client.get(address + "&map.year=When").text
    assert again.partition('id="map-year"')[2].partition("</select>")[0].count("selected>When") == 1


def test_what_was_looked_at_is_added_once(client: FlaskClient, atlas: FakeAtlas) -> None:
    tokens = re.findall(r"token=([0-9a-f]{24})", look(client, ("a.csv", "One"), ("b.csv", "Two")))
    form = {"collection": "Mine", "token": tokens, "format": "csv", "encoding": "koi8-r"}
    form |= {"map.title": "Name", "map.year": ""}
    done = client.post("/uploads/add", data=form)
    assert done.status_code == 303
    assert done.location.startswith("/jobs/")
    assert [(name, text) for name, text, _, _ in atlas.uploaded] == [("Mine", b"One"), ("Mine", b"Two")]
    assert atlas.uploaded[0][3] == {"format": "csv", "encoding": "koi8-r", "mapping": {"title": "Name"}}
    gone = client.post("/uploads/add", data=form)
    assert gone.status_code == 404
    assert "not here any more" in gone.text


def test_a_file_that_cannot_be_read_says_why_beside_the_others(client: FlaskClient) -> None:
    html = client.get(look(client, ("a.bin", "x"), ("b.csv", "Good"))).text
    assert "a.bin is no text." in html
    assert "Good" in html


@pytest.mark.parametrize("token", ["", "..", "../../etc", "f" * 24, "x" * 24])
def test_a_token_is_never_a_path(client: FlaskClient, token: str) -> None:
    response = client.get("/uploads", query_string={"collection": "Mine", "token": token})
    assert response.status_code == 404


def test_an_upload_needs_a_file_and_a_name(client: FlaskClient) -> None:
    assert client.post("/uploads", data={"collection": "Mine"}).status_code == 400
    file = (io.BytesIO(b"x"), "a.csv")
    assert client.post("/uploads", data={"collection": " ", "file": file}).status_code == 400


def test_what_was_never_added_is_thrown_away(client: FlaskClient, tmp_path: Path) -> None:
    look(client, ("a.csv", "Old"))
    old = next((tmp_path / "looked").iterdir())
    past = time.time() - STAGED_SECONDS - 60
    os.utime(old, (past, past))
    look(client, ("b.csv", "New"))
    assert [path.name for path in (tmp_path / "looked").glob("*/*")] == ["b.csv"]
