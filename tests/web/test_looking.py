"""A look at an upload before it is added."""

from __future__ import annotations

import io
import os
import re
import time
from html import unescape

import pytest
from flask.testing import FlaskClient

from litatlas.atlas import Atlas
from litatlas.uploads import STAGED_SECONDS
from litatlas.vocabulary import QUALITY_WORDS
from tests.web.built_atlas import work
from tests.web.test_pages import HOSTILE, check


def look(client: FlaskClient, *files: tuple[str, str], collection: str = "Mine") -> str:
    sent = [(io.BytesIO(text.encode()), name) for name, text in files]
    response = client.post("/uploads", data={"collection": collection, "file": sent})
    assert response.status_code == 303, response.text
    return str(response.location)


TABLE = "Key,Name,When\n1,A title,19xx\n"


def test_the_first_records_are_shown_and_nothing_is_added(own_client: FlaskClient, own_atlas: Atlas) -> None:
    table = f"title,year\n{HOSTILE.replace(',', ' ')},19xx\n"
    html = own_client.get(look(own_client, ("a.csv", table), ("b.csv", table))).text
    check(html)
    assert "Into Mine" in html
    assert html.count("Read as CSV") == 2
    assert re.search(r"Line \d, year: .*19xx", re.sub(r"<[^>]+>", "", html))
    assert own_atlas.jobs.all() == []


def test_columns_are_chosen_and_looked_at_again(own_client: FlaskClient) -> None:
    address = look(own_client, ("a.csv", TABLE))
    html = own_client.get(address + "&map.title=Name").text
    assert '<select id="map-title" name="map.title"><option value="">none</option>' in html
    assert html.partition('id="map-title"')[2].partition("</select>")[0].count("selected>Name") == 1
    assert "A title" in html
    again = own_client.get(address + "&map.title=Name&map.year=When").text
    assert again.partition('id="map-year"')[2].partition("</select>")[0].count("selected>When") == 1


def test_what_was_looked_at_is_added_once(own_client: FlaskClient, own_atlas: Atlas) -> None:
    address = look(own_client, ("a.csv", TABLE), ("b.csv", "Key,Name\n2,Another\n"))
    tokens = re.findall(r"token=([0-9a-f]{40})", address)
    form = {"collection": "Mine", "token": tokens, "format": "csv", "map.title": "Name", "map.year": ""}
    done = own_client.post("/uploads/add", data=form)
    assert done.status_code == 303
    assert done.location.startswith("/jobs?id=")
    assert [job["state"] for job in work(own_atlas)] == ["done", "done"]
    titles = [hit["title"] for hit in own_atlas.search("collection:Mine", facets=False)["documents"]]
    assert sorted(titles) == ["A title", "Another"]
    gone = own_client.post("/uploads/add", data=form)
    assert gone.status_code == 404
    assert "no longer here" in gone.text


def test_a_file_that_cannot_be_read_says_why_beside_the_others(own_client: FlaskClient) -> None:
    html = own_client.get(look(own_client, ("a.bin", "\x00\x01\x02" * 50), ("b.csv", "title\nGood\n"))).text
    assert html.count('role="alert"') == 1
    assert "a.bin" in html
    assert "Good" in html


@pytest.mark.parametrize("token", ["", "..", "../../etc", "f" * 24, "x" * 24])
def test_a_token_is_never_a_path(client: FlaskClient, token: str) -> None:
    response = client.get("/uploads", query_string={"collection": "Mine", "token": token})
    assert response.status_code == 404


def test_an_upload_needs_a_file_and_a_name(client: FlaskClient) -> None:
    assert client.post("/uploads", data={"collection": "Mine"}).status_code == 400
    file = (io.BytesIO(b"x"), "a.csv")
    assert client.post("/uploads", data={"collection": " ", "file": file}).status_code == 400


def test_what_was_never_added_is_thrown_away(own_client: FlaskClient, own_atlas: Atlas) -> None:
    looked = own_atlas.uploads.staged
    look(own_client, ("a.csv", "Old"))
    old = next(looked.iterdir())
    past = time.time() - STAGED_SECONDS - 60
    os.utime(old, (past, past))
    look(own_client, ("b.csv", "New"))
    assert [path.name for path in looked.glob("*/*")] == ["b.csv"]


def test_the_map_the_topic_and_the_report_say_the_same_of_quality(client: FlaskClient, atlas: Atlas) -> None:
    topics = atlas.topics.all()["topics"]
    report = atlas.reports.quality()
    page = unescape(client.get("/quality").text)
    for word, text in QUALITY_WORDS.items():
        said = [topic for topic in topics if topic["quality"].get("word") == word]
        assert report["words"][word] == len(said)
        assert text in page
        assert f"{len(said)} {'is' if len(said) == 1 else 'are'} {word}" in report["sentence"]
        for topic in said[:1]:
            assert topic["quality"]["sentence"] == text
            assert text in unescape(client.get(f"/topics/{topic['id']}").text)
    assert sum(report["words"].values()) == len(topics)


def test_figures_without_enough_unseen_papers_are_not_shown(client: FlaskClient, atlas: Atlas) -> None:
    levels = atlas.reports.quality()["levels"]
    assert levels
    assert not any(row["backed"] for row in levels)  # 400 papers back no figure
    table = client.get("/quality").text.partition("<details>")[2].partition("</table>")[0]
    assert table.count("<td>–</td>") >= 3 * len(levels)
