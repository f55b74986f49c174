"""Marked papers, curation of topics, the drawing of citations, feeds."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import make_app
from tests.web.fake_atlas import FakeAtlas
from tests.web.test_pages import HOSTILE, check
from web.rendering.atom import feed
from web.rendering.citations import EDGE, MIDDLE, MOST, WIDTH, neighbourhood
from web.requests import MARKED

ATOM = "{http://www.w3.org/2005/Atom}"


def test_marks_are_kept_by_every_link_of_the_search_page(client: FlaskClient) -> None:
    html = client.get("/search?q=heart&limit=5&marked=d0001,d0029").text
    assert html.count("checked> Mark") == 2  # d0029 is among the related papers
    assert "offset=5&amp;marked=d0001%2Cd0029" in html
    assert "sort=newest&amp;marked=d0001%2Cd0029" in html
    assert '<input type="hidden" name="marked" value="d0001,d0029">' in html
    export = html[html.index("/api/v1/export") :].partition('"')[0]
    assert "marked" not in export


def test_marks_of_other_pages_go_along(client: FlaskClient) -> None:
    html = client.get("/search?q=heart&limit=5&marked=d0001,d0020").text
    form = html[html.index('id="marks"') :].partition("</form>")[0]
    assert '<input type="hidden" name="ids" value="d0020">' in form
    assert 'value="d0001"' not in form
    assert 'href="/search?q=heart&amp;limit=5" data-clear' in form


@pytest.mark.parametrize("address", ["/explore?ids=d0001,d0002", "/explore?ids=d0001&ids=d0002"])
def test_more_like_several_papers(client: FlaskClient, address: str) -> None:
    html = client.get(address).text
    assert "More like these 2 papers" in html
    assert 'href="/explore?ids=d0002">Take out' in html
    assert 'data-id="d0003"' in html
    assert 'data-id="d0001"' not in html


def test_papers_to_explore_by_are_known_and_not_too_many(client: FlaskClient) -> None:
    assert client.get("/explore?ids=nosuch").status_code == 404
    assert client.get("/explore?ids=,").status_code == 200
    many = ",".join(f"d{number:04d}" for number in range(MARKED + 1))
    assert client.get("/explore?ids=" + many).status_code == 400
    assert client.get("/search?marked=" + many).status_code == 400


def test_a_topic_is_described_and_hidden_by_form(client: FlaskClient, atlas: FakeAtlas) -> None:
    asked = {"description": HOSTILE, "who": "Ann"}
    assert client.post("/topics/t1x2/describe", data=asked).location == "/topics/t1x2"
    assert client.post("/topics/t1x2/hide", data={"hidden": "true"}).status_code == 303
    html = client.get("/topics/t1x2").text
    check(html)
    assert "This topic is hidden" in html
    assert "Show again" in html
    assert html.index("description</b>") > html.index("hidden</b>")
    assert "Ann" in html
    home = client.get("/").text
    assert '<li data-id="t1x2" class="dim">' in home
    assert 'data-id="t1x2"' in home
    below = [child for child, _ in atlas.by_id["t1x2"]["children"]]
    assert home.count(" veiled") == 1 + len(below)
    undone = client.post("/topics/t1x2/undo", data={"kind": "description"})
    assert undone.location == "/topics/t1x2#curation"
    assert [entry["kind"] for entry in atlas.said] == ["hidden"]


def test_curation_refuses_what_it_does_not_know(client: FlaskClient, atlas: FakeAtlas) -> None:
    assert client.post("/topics/t1x2/undo", data={"kind": "colour"}).status_code == 400
    assert client.post("/topics/t1x2/hide", data={"hidden": "perhaps"}).status_code == 400
    assert client.post("/topics/t1x2/describe", data={"description": "x" * 2_001}).status_code == 400
    assert client.post("/topics/none/hide", data={"hidden": "true"}).status_code == 404
    assert atlas.said == []


def test_a_read_only_atlas_is_not_curated(tmp_path: Path, atlas: FakeAtlas) -> None:
    client = make_app(tmp_path, atlas, read_only=True).test_client()
    assert client.post("/topics/t1x2/hide", data={"hidden": "true"}).status_code == 403
    assert 'id="curation"' not in client.get("/topics/t1x2").text


def test_citations_are_drawn_by_year(client: FlaskClient) -> None:
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
    html = client.get("/documents/d0003").text
    assert html.index('class="citing"') < html.index("It cites")
    assert "doi:10.1/x" in html


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
        ("/topics/t1x2/feed", None, "topics/t1x2"),
        ("/search/feed?q=heart&lang=en", "heart", "search?q=heart&lang=en"),
    ],
)
def test_feeds_give_the_newest_papers(
    client: FlaskClient, atlas: FakeAtlas, address: str, title: str | None, page: str
) -> None:
    response = client.get(address)
    assert response.content_type == "application/atom+xml; charset=utf-8"
    top = ElementTree.fromstring(response.data)
    assert top.tag == ATOM + "feed"
    assert top.findtext(ATOM + "title") == (title or atlas.by_id["t1x2"]["label"]) + " · litatlas"
    links = {link.get("rel"): link.get("href") for link in top.findall(ATOM + "link")}
    assert links == {"self": "http://localhost" + address, "alternate": "http://localhost/" + page}
    dates = [entry.findtext(ATOM + "updated") for entry in top.findall(ATOM + "entry")]
    assert len(dates) == 30
    assert dates == sorted(dates, key=str, reverse=True)
    assert top.findtext(ATOM + "updated") == dates[0]
    ids = [entry.findtext(ATOM + "id") for entry in top.findall(ATOM + "entry")]
    assert len(set(ids)) == 30
    assert all(str(id).startswith("http://localhost/documents/d00") for id in ids)


def test_feeds_of_odd_papers_are_sound() -> None:
    paper = {"id": "d 1", "title": "\x00\x1b\ud800" + HOSTILE, "authors": [], "year": None, "venue": "\x08 a"}
    body = feed("\x00", "http://localhost/f?q=\x0b", "http://localhost/f", "http://localhost/", [
        {**paper, "highlights": {}},  # type: ignore[typeddict-item]
    ])  # fmt: skip
    entry = ElementTree.fromstring(body).find(ATOM + "entry")
    assert entry is not None
    assert entry.findtext(ATOM + "title") == HOSTILE
    assert entry.findtext(ATOM + "id") == "http://localhost/documents/d%201"
    assert entry.findtext(ATOM + "updated") == "1970-01-01T00:00:00Z"
    assert entry.findtext(ATOM + "summary") == " a"


def test_feeds_of_nothing_and_of_wrong_queries(client: FlaskClient) -> None:
    top = ElementTree.fromstring(client.get("/search/feed?q=nothing").data)
    assert top.findall(ATOM + "entry") == []
    assert top.findtext(ATOM + "updated")
    assert client.get("/search/feed?q=%22open").status_code == 400
    assert client.get("/search/feed?sort=title").status_code == 400
    assert client.get("/topics/none/feed").status_code == 404
    assert client.get("/topics/t1x2/feed?x=1").status_code == 400


def test_pages_name_their_feeds(client: FlaskClient) -> None:
    html = client.get("/topics/t1x2").text
    assert 'type="application/atom+xml" title="Newest papers" href="/topics/t1x2/feed"' in html
    html = client.get("/search?q=heart&lang=en&sort=title&offset=10").text
    assert html.count('href="/search/feed?q=heart&amp;lang=en"') == 2
