"""Search books on the pages, by forms alone, and in the API."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from litatlas.atlas import Atlas
from litatlas.vocabulary import BOOK_FORMATS
from tests.web.test_pages import HOSTILE, check

LINES = "#1 galaxy\n#2 star OR halo\n#3 (#1 OR #2) NOT year:-2005"


def begun(client: FlaskClient, name: str = "Galaxies", lines: str = LINES) -> str:
    made = client.post("/books", data={"name": name, "lines": lines})
    assert made.status_code == 303, made.text
    return str(made.location)


def test_a_book_is_written_run_frozen_and_exported(own_client: FlaskClient, own_atlas: Atlas) -> None:
    path = begun(own_client, HOSTILE[:90])
    check(own_client.get("/books").text)
    for form, target in (
        ({"lines": "#3 AND dust"}, "/lines"),
        ({"text": "galaxy OR <b>nebula</b>"}, "/lines/1"),
        ({}, "/lines/4/remove"),
    ):
        assert own_client.post(path + target, data=form).status_code == 303
    html = own_client.get(path + "?edit=1").text
    check(html)
    assert html.count('class="edit"') == 1
    ran = own_client.post(path + "/runs", data={"who": HOSTILE[:60]})
    assert ran.location == path + "/runs/1"
    check(own_client.get(path).text)
    html = own_client.get(ran.location).text
    check(html)
    total = own_atlas.search("(galaxy OR nebula OR star OR halo) NOT year:-2005")["total"]
    assert own_client.get("/api/v1" + path + "/runs/1").get_json()["lines"][2]["papers"] == total
    assert own_client.get(path + "/frozen/1").status_code == 404
    frozen = own_client.post(path + "/frozen", data={"run": "1", "note": HOSTILE})
    assert frozen.location == path + "/frozen/1"
    html = own_client.get(frozen.location + "?line=1&offset=1&limit=2").text
    check(html)
    assert html.count('<article class="result"') == 2
    assert "Freeze this run" not in html
    for format, (_, media_type, _) in BOOK_FORMATS.items():
        export = own_client.get(f"{path}/export?run=1&line=2&format={format}")
        assert export.status_code == 200
        assert export.mimetype == media_type.partition(";")[0]
        assert export.data
    assert own_client.post(path + "/remove").status_code == 400


def test_a_strategy_of_another_database_is_kept_as_it_is_read(own_client: FlaskClient) -> None:
    path = begun(own_client, "Ovid", "1. exp Galaxies/\n2. star*.ti,ab.\n3. 1 or 2")
    html = own_client.get(path).text
    check(html)
    assert "Read as a search of Ovid:" in html
    assert '<code dir="auto">#1 OR #2</code>' in html
    own_client.post(path + "/runs")
    check(own_client.get(path + "/runs/1").text)
    report = own_client.get("/api/v1" + path + "/report").get_json()
    rows = report["items"][7]["filled"]
    assert rows[0] == "#1 exp Galaxies/"
    assert "#1 is in the syntax of Ovid; run as: tag:Galaxies" in rows


def test_what_changed_between_runs_is_shown(own_client: FlaskClient) -> None:
    path = begun(own_client)
    own_client.post(path + "/runs")
    assert own_client.get(path + "/diff").status_code == 400
    own_client.post(path + "/lines/all", data={"lines": "#1 galaxy\n#3 #1 NOT halo"})
    assert "The lines were changed since the last run." in own_client.get(path).text
    own_client.post(path + "/runs")
    html = own_client.get(path + "/diff?line=3").text
    check(html)
    assert "the search was changed" in html
    assert "Nothing changed between these runs." in own_client.get(path + "/diff?line=1").text


def test_what_cannot_be_done_is_said_and_changes_nothing(own_client: FlaskClient) -> None:
    path = begun(own_client)
    before = own_client.get("/api/v1" + path).get_json()
    for target, form in (
        ("/lines", {"lines": "#9 OR star"}),
        ("/lines/1", {"text": "#3"}),
        ("/lines/2", {"text": "(star"}),
        ("/lines/2/remove", {}),
        ("/lines/77/remove", {}),
        ("/lines/all", {"lines": "#1 #1"}),
        ("/rename", {"name": " "}),
    ):
        assert own_client.post(path + target, data=form).status_code == 400, target
    assert own_client.post("/books", data={"name": "Galaxies"}).status_code == 400
    assert own_client.get("/books/none").status_code == 404
    assert own_client.get(path + "/runs/1").status_code == 404
    assert own_client.get("/api/v1" + path).get_json() == before


def test_a_search_leads_to_a_book_and_a_run_to_a_review(own_client: FlaskClient, own_atlas: Atlas) -> None:
    link = re.search(r'href="(/books\?query=[^"]+)"', own_client.get("/search?q=galaxy").text)
    assert link
    assert ">galaxy</textarea>" in own_client.get(link[1]).text
    path = begun(own_client)
    own_client.post(path + "/runs")
    found = re.search(r'href="(/reviews\?book=[^"]+)"', own_client.get(path + "/runs/1?line=1").text)
    assert found
    page = own_client.get(found[1].replace("&amp;", "&")).text
    form = dict(re.findall(r'<input type="hidden" name="(book|run|line)"\s+value="([^"]+)"', page))
    assert form == {"book": path.rpartition("/")[2], "run": "1", "line": "1"}
    made = own_client.post("/reviews", data={"name": "Of a book", **form})
    assert made.status_code == 303
    review = own_atlas.reviews.one("Of a book")
    assert review["papers"] == own_atlas.search("galaxy")["total"]
    assert [(one["kind"], one["text"]) for one in review["searches"]] == [("book", "Galaxies, run 1, #1")]


def test_the_api_keeps_a_book_from_end_to_end(own_client: FlaskClient) -> None:
    made = own_client.post("/api/v1/books", json={"name": "by API", "lines": "galaxy"})
    assert made.status_code == 201
    path = f"/api/v1/books/{made.get_json()['id']}"
    assert own_client.post(path + "/lines", json={"lines": "#1 NOT halo"}).get_json()["lines"][1]["line"] == 2
    assert own_client.put(path + "/lines/2", json={"text": "#1 AND halo"}).status_code == 200
    ran = own_client.post(path + "/runs", json={"who": "Ada"})
    assert ran.status_code == 201
    assert ran.get_json()["diff"] is None
    changed = own_client.put(path, json={"lines": "galaxy\n#1 halo", "name": "renamed"})
    assert changed.get_json()["name"] == "renamed"
    frozen = own_client.post(path + "/frozen", json={"run": 1, "note": "n"}).get_json()
    assert frozen["address"].startswith("/books/")
    ids = own_client.get(path + "/frozen/1/ids").get_json()["ids"]
    assert ids == own_client.get(path + "/runs/1/ids?line=2").get_json()["ids"]
    papers = own_client.get(path + "/runs/1/papers?line=1&limit=3").get_json()
    assert len(papers["documents"]) == 3
    again = own_client.post(path + "/runs", json={}).get_json()
    assert again["diff"]["came"] == again["diff"]["went"] == 0
    assert own_client.get(path + "/diff?line=1").get_json()["papers_after"] == papers["total"]
    assert own_client.get(path + "/export?format=ids&run=1").text.split() == ids
    assert own_client.delete(path + "/lines/2").status_code == 200
    assert own_client.delete(path).status_code == 400
    assert own_client.get("/api/v1/books").get_json()["books"][0]["frozen"] == 1


def test_the_report_asks_for_what_is_not_known(own_client: FlaskClient) -> None:
    path = begun(own_client)
    assert own_client.get(path + "/report").status_code == 400  # nothing was run
    own_client.post(path + "/runs")
    html = own_client.get(path + "/report").text
    check(html)
    assert "8 of the 16 items are still to be answered: 3, 4, 5, 6, 7, 10, 11, 14." in html
    written = {"run": "1", "14": HOSTILE, "authors": "Ada", "3": ""}
    kept = own_client.post(path + "/report", data=written)
    assert (kept.status_code, kept.location) == (303, path + "/report?run=1")
    html = own_client.get(kept.location).text
    check(html)
    assert "7 of the 16 items" in html
    assert own_client.post(path + "/report", data={"run": "1", "99": "x"}).status_code == 400
    api = "/api/v1" + path + "/report"
    assert own_client.put(api, json={"answers": {"3": "None."}}).get_json()["answers"]["3"] == "None."
    assert own_client.get(api).get_json()["open"] == ["4", "5", "6", "7", "10", "11"]
