"""Marked papers, curation of topics, the drawing of citations, feeds."""

from __future__ import annotations

import json
import re
import sqlite3
from html import unescape
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from ingest.library.migrations import row_checksums
from litatlas.atlas import Atlas
from litatlas.vocabulary import MAX_MARKED, MAX_PAGE
from tests.web.conftest import Names, make_app
from tests.web.test_pages import HOSTILE, check
from web.rendering.atom import feed
from web.rendering.citation_graph import EDGE, MIDDLE, MOST, WIDTH, neighbourhood

ATOM = "{http://www.w3.org/2005/Atom}"


def test_marks_are_kept_by_every_link_of_the_search_page(client: FlaskClient, names: Names) -> None:
    shown, *_ = client.get("/api/v1/search?q=galaxy&limit=5").get_json()["documents"]
    both = f"{shown['id']},{names.retracted}"
    html = client.get(f"/search?q=galaxy&limit=5&marked={both}").text
    assert f'value="{shown["id"]}" form="marks" autocomplete="off" checked> Mark' in html
    quoted = both.replace(",", "%2C")
    assert f"offset=5&amp;marked={quoted}" in html
    assert f"sort=newest&amp;marked={quoted}" in html
    assert f'<input type="hidden" name="marked" value="{both}">' in html
    export = html[html.index("/api/v1/export") :].partition('"')[0]
    assert "marked" not in export


def test_marks_of_other_pages_go_along(client: FlaskClient) -> None:
    hits = client.get("/api/v1/search?q=galaxy&limit=20").get_json()["documents"]
    here, elsewhere = hits[0]["id"], hits[15]["id"]
    html = client.get(f"/search?q=galaxy&limit=5&marked={here},{elsewhere}").text
    form = html[html.index('id="marks"') :].partition("</form>")[0]
    assert f'<input type="hidden" name="ids" value="{elsewhere}">' in form
    assert f'value="{here}"' not in form
    assert 'href="/search?q=galaxy&amp;limit=5" data-clear' in form


PLACES = [
    "/topics/{leaf}",
    "/documents/{noted}",
    "/explore?text=galaxy+redshift",
    "/explore?ids={newer}",
    "/bridges?a={top}&b={other}",
    "/collections/PubMed%202021",
    "/lists/{list}",
]


@pytest.mark.parametrize("place", PLACES)
def test_papers_are_marked_wherever_they_stand(client: FlaskClient, names: Names, place: str) -> None:
    address = names.path(place)
    html = client.get(address).text
    shown = re.findall(r'<input type="checkbox" name="ids" value="([^"]+)" form="marks"', html)
    assert shown
    assert html.count('<form id="marks"') == 1
    for target in re.findall(r'<a class="skip" href="#(\w+)"', html):
        assert f'id="{target}"' in html
    here, elsewhere = shown[0], "elsewhere"
    html = client.get(f"{address}{'&' if '?' in address else '?'}marked={here},{elsewhere}").text
    assert f'value="{here}" form="marks" autocomplete="off" checked>' in html
    form = html[html.index('<form id="marks"') :].partition("</form>")[0]
    assert re.findall(r'<input type="hidden" name="ids" value="([^"]+)">', form) == [elsewhere]
    clear = re.search(r'<a href="([^"]+)" data-clear>', form)
    assert clear is not None
    assert "marked" not in clear[1]
    assert client.get(unescape(clear[1])).status_code == 200


def test_what_a_posted_text_found_can_be_marked_but_its_address_keeps_nothing(client: FlaskClient) -> None:
    html = client.post("/explore", data={"text": "galaxy redshift"}).text
    assert " data-kept" not in html
    assert 'form="marks"' in html
    assert " data-kept" in client.get("/explore?text=galaxy").text


def test_marked_papers_are_exported_in_their_order(client: FlaskClient, names: Names) -> None:
    response = client.get(names.path("/api/v1/export?ids={retracted}&ids={noted}&format=jsonl"))
    assert [json.loads(line)["title"][:8] for line in response.text.splitlines()] == ["A galaxy", "Stellar "]
    assert 'filename="marked papers.jsonl"' in response.headers["Content-Disposition"]
    assert client.get("/api/v1/export?ids=nosuch").status_code == 404
    many = ",".join(f"d{number:04d}" for number in range(MAX_PAGE + 1))
    assert client.get("/api/v1/export?ids=" + many).status_code == 400


@pytest.mark.parametrize("address", ["/explore?ids={noted},{newer}", "/explore?ids={noted}&ids={newer}"])
def test_more_like_several_papers(client: FlaskClient, names: Names, address: str) -> None:
    html = client.get(names.path(address)).text
    assert "More like these 2 papers" in html
    assert f'href="/explore?ids={names.newer}">Remove' in html
    assert html.count('class="result"') > 5
    assert f'data-id="{names.noted}"' not in html


def test_papers_to_explore_by_are_known_and_not_too_many(client: FlaskClient) -> None:
    assert client.get("/explore?ids=nosuch").status_code == 404
    assert client.get("/explore?ids=,").status_code == 200
    many = [f"d{number:04d}" for number in range(MAX_PAGE + 1)]
    assert client.get("/explore?ids=" + ",".join(many[: MAX_MARKED + 1])).status_code == 400
    assert client.get("/search?marked=" + ",".join(many[:MAX_PAGE])).status_code == 200
    assert client.get("/search?marked=" + ",".join(many)).status_code == 400


def test_a_topic_is_described_and_hidden_by_form(
    own_client: FlaskClient, own_atlas: Atlas, names: Names
) -> None:
    path = f"/topics/{names.topic}"
    asked = {"description": HOSTILE, "who": "Ann"}
    assert own_client.post(path + "/describe", data=asked).location == path
    assert own_client.post(path + "/hide", data={"hidden": "true"}).status_code == 303
    html = own_client.get(path).text
    check(html)
    assert "This topic is hidden" in html
    assert "Show again" in html
    assert html.index("description</b>") > html.index("hidden</b>")
    assert "Ann" in html
    home = own_client.get("/").text
    assert f'<li data-id="{names.topic}" class="dim">' in home
    below = [cell for cell in own_atlas.topics.map()["cells"] if cell["parent"] == names.topic]
    assert home.count(" veiled") == 1 + len(below)
    undone = own_client.post(path + "/undo", data={"kind": "description"})
    assert undone.location == path + "#curation"
    assert [entry["kind"] for entry in own_atlas.topics.history(names.topic)] == ["hidden"]


def test_curation_refuses_what_it_does_not_know(client: FlaskClient, atlas: Atlas, names: Names) -> None:
    path = f"/topics/{names.topic}"
    assert client.post(path + "/undo", data={"kind": "colour"}).status_code == 400
    assert client.post(path + "/hide", data={"hidden": "perhaps"}).status_code == 400
    assert client.post(path + "/describe", data={"description": "x" * 2_001}).status_code == 400
    assert client.post("/topics/none/hide", data={"hidden": "true"}).status_code == 404
    assert atlas.topics.history(names.topic) == []


def test_a_read_only_atlas_is_not_curated(atlas: Atlas, names: Names) -> None:
    client = make_app(atlas, read_only=True).test_client()
    assert client.post(f"/topics/{names.topic}/hide", data={"hidden": "true"}).status_code == 403
    assert 'id="curation"' not in client.get(f"/topics/{names.topic}").text


def test_citations_are_drawn_by_year(client: FlaskClient, names: Names) -> None:
    around = neighbourhood(
        {
            "year": 2000,
            "references": [{"id": "a", "title": "A", "year": 1990}, {"text": "doi:10.1/x"}],
            "cited_by": [{"id": "b", "title": "B", "year": 2010}, {"id": "c", "title": "C", "year": 2010}],
        }
    )
    assert around is not None
    assert (around.first, around.last, around.x) == (1990, 2010, WIDTH / 2)
    a, b, c = (next(dot for dot in around.dots if dot.id == id) for id in "abc")
    assert (a.x, b.x) == (EDGE, WIDTH - EDGE)
    assert a.y < MIDDLE < b.y < c.y
    html = client.get(f"/documents/{names.noted}").text
    assert html.index('class="citing"') < html.index("It cites")
    assert f'href="/documents/{names.older}"' in html
    assert f'href="/documents/{names.newer}"' in html
    assert "doi:10.1000/unknown" in html


def test_nothing_is_drawn_without_years_or_citations() -> None:
    held = [{"id": "a", "year": 1990}]
    assert neighbourhood({"year": None, "references": held}) is None
    assert neighbourhood({"year": 2000, "references": [{"text": "x"}], "cited_by": []}) is None
    assert neighbourhood({"year": 2000, "references": [{"id": "a", "year": None}]}) is None


def test_a_much_cited_paper_is_drawn_within_the_frame() -> None:
    many = [{"id": str(number), "year": 2001} for number in range(400)]
    around = neighbourhood({"year": 2001, "references": many, "cited_by": many})
    assert around is not None
    assert len(around.dots) == 2 * MOST
    assert all(around.top < dot.y < around.bottom for dot in around.dots)
    assert around.bottom - around.top < WIDTH / 2 + EDGE


@pytest.mark.parametrize(
    ("address", "title", "page"),
    [
        ("/topics/{leaf}/feed", None, "topics/{leaf}"),
        ("/search/feed?q=galaxy&lang=en", "galaxy", "search?q=galaxy&lang=en"),
    ],
)
def test_feeds_give_the_newest_papers(
    client: FlaskClient, atlas: Atlas, names: Names, address: str, title: str | None, page: str
) -> None:
    address, page = names.path(address), names.path(page)
    response = client.get(address)
    assert response.content_type == "application/atom+xml; charset=utf-8"
    top = ElementTree.fromstring(response.data)
    assert top.tag == ATOM + "feed"
    assert top.findtext(ATOM + "title") == (title or atlas.topics.one(names.leaf)["label"]) + " · litatlas"
    links = {link.get("rel"): link.get("href") for link in top.findall(ATOM + "link")}
    assert links == {"self": "http://localhost" + address, "alternate": "http://localhost/" + page}
    dates = [entry.findtext(ATOM + "updated") for entry in top.findall(ATOM + "entry")]
    assert len(dates) >= 5
    assert dates == sorted(dates, key=str, reverse=True)
    assert top.findtext(ATOM + "updated") == dates[0]
    ids = [entry.findtext(ATOM + "id") for entry in top.findall(ATOM + "entry")]
    assert len(set(ids)) == len(dates)
    assert all(str(id).startswith("http://localhost/documents/") for id in ids)


def test_what_was_added_last_comes_first_whatever_its_year(
    own_client: FlaskClient, own_atlas: Atlas, names: Names
) -> None:
    with sqlite3.connect(own_atlas.settings.home / "library.db") as library:
        row_checksums.register(library)
        library.execute("UPDATE documents SET added = '2024-05-01T00:00:00Z'")
        library.execute("UPDATE documents SET added = '2025-02-03T00:00:00Z' WHERE id = ?", [names.older])
        library.execute("UPDATE documents SET added = '2025-02-01T00:00:00Z' WHERE id = ?", [names.newer])
    library.close()
    own_atlas.models.reindex()
    top = ElementTree.fromstring(own_client.get("/search/feed?q=survey+galaxy").data)
    entries = [
        [entry.findtext(ATOM + name) for name in ("title", "updated")] for entry in top.iter(ATOM + "entry")
    ]
    assert entries[:2] == [
        ["An older survey of the galaxy", "2025-02-03T00:00:00Z"],
        ["A newer galaxy survey", "2025-02-01T00:00:00Z"],
    ]
    assert {date for _, date in entries[2:]} <= {"2024-05-01T00:00:00Z"}
    assert top.findtext(ATOM + "updated") == "2025-02-03T00:00:00Z"
    answer = own_client.get("/api/v1/search?q=galaxy&added=2025-02&limit=1").get_json()
    assert answer["total"] == 2
    months = answer["facets"]["added"]
    assert [(row["value"], row["selected"]) for row in months] == [("2025-02", True), ("2024-05", False)]
    assert months[0]["count"] == 2
    assert months[1]["count"] > 2
    page = own_client.get("/search?q=galaxy").text
    assert "added=2025-02" in page
    assert "Feb 2025" in page


def test_feeds_of_odd_papers_are_sound() -> None:
    paper = {
        "id": "d 1",
        "title": "\x00\x1b\ud800" + HOSTILE,
        "authors": [],
        "year": None,
        "venue": "\x08 a",
        "added": "",
    }
    body = feed("\x00", "http://localhost/f?q=\x0b", "http://localhost/f", "http://localhost/", [
        {**paper, "highlights": {}},  # type: ignore[typeddict-item]
    ])  # fmt: skip
    entry = ElementTree.fromstring(body).find(ATOM + "entry")
    assert entry is not None
    assert entry.findtext(ATOM + "title") == HOSTILE
    assert entry.findtext(ATOM + "id") == "http://localhost/documents/d%201"
    assert entry.findtext(ATOM + "updated") == "1970-01-01T00:00:00Z"
    assert entry.findtext(ATOM + "summary") == " a"


def test_feeds_of_nothing_and_of_wrong_queries(client: FlaskClient, names: Names) -> None:
    top = ElementTree.fromstring(client.get("/search/feed?q=nothing").data)
    assert top.findall(ATOM + "entry") == []
    assert top.findtext(ATOM + "updated")
    assert client.get("/search/feed?q=%22open").status_code == 400
    assert client.get("/search/feed?sort=title").status_code == 400
    assert client.get("/topics/none/feed").status_code == 404
    assert client.get(f"/topics/{names.topic}/feed?x=1").status_code == 400


def test_pages_name_their_feeds(client: FlaskClient, names: Names) -> None:
    path = f"/topics/{names.topic}"
    assert f'type="application/atom+xml" title="Newest papers" href="{path}/feed"' in client.get(path).text
    html = client.get("/search?q=galaxy&lang=en&sort=title&offset=10").text
    assert html.count('href="/search/feed?q=galaxy&amp;lang=en"') == 2
