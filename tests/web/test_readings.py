"""A search of another database, through the pages, the API and the command line's remote atlas."""

from __future__ import annotations

from flask.testing import FlaskClient


def test_the_page_shows_what_was_made_of_it(client: FlaskClient) -> None:
    page = client.get("/search?q=exp+Galaxies/+or+galaxy.ti.").text
    assert "Read as a search of Ovid:" in page
    assert "tag:Galaxies OR title:&#34;galaxy&#34;" in page
    assert '<code dir="auto">exp Galaxies/</code>' in page
    assert "dialect=litatlas" in page


def test_the_page_in_russian_says_why(client: FlaskClient) -> None:
    page = client.get("/search?q=galaxy[majr]", headers={"Accept-Language": "ru"}).text
    assert "Прочитано как запрос к PubMed:" in page
    assert "узкие рубрики здесь неизвестны" in page


def test_it_can_be_searched_as_it_is_written(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=galaxy[ti]&dialect=litatlas").json
    assert answer is not None
    assert "reading" not in answer
    answer = client.get("/api/v1/search?q=galaxy[ti]").json
    assert answer is not None
    assert answer["reading"]["query"] == 'title:"galaxy"'


def test_the_api_translates(client: FlaskClient) -> None:
    answer = client.get("/api/v1/translate", query_string={"q": "galax$ or nebul?", "dialect": "ovid"}).json
    assert answer == {
        "dialect": "ovid",
        "title": "Ovid",
        "query": 'text:galax* OR text:"nebul" OR text:nebul#',
        "inexact": [],
    }
    refused = client.get("/api/v1/translate?q=galaxy[ti]&dialect=altavista")
    assert refused.status_code == 400
