"""Reviews on the pages, by forms alone, and in the API."""

from __future__ import annotations

import io
import re

import pytest
from flask.testing import FlaskClient
from markupsafe import Markup
from openpyxl import Workbook
from werkzeug.test import TestResponse

from litatlas.atlas import Atlas
from litatlas.vocabulary import MAX_NOTE
from tests.web.test_pages import HOSTILE, check
from web.rendering.marked_words import mark_words


def begun(client: FlaskClient, **fields: str) -> str:
    form = {"name": "Galaxies", "query": "", "reasons": "off topic\nno data", **fields}
    made = client.post("/reviews", data=form)
    assert made.status_code == 303, made.text
    return str(made.location)


def shown_paper(html: str) -> str:
    match = re.search(r'name="paper" value="([^"]+)"', html)
    assert match
    return match[1]


def test_a_review_is_begun_screened_undone_and_handed_on(own_client: FlaskClient, own_atlas: Atlas) -> None:
    path = begun(own_client, question=HOSTILE, criteria=HOSTILE)
    check(own_client.get("/reviews").text)
    assert "Who is deciding?" in own_client.get(path + "/screen").text
    html = own_client.get(path + "/screen?who=Ada").text
    check(html)
    first = shown_paper(html)
    form = {
        "paper": first,
        "who": "Ada",
        "stage": "abstract",
        "order": "likely",
        "rank": "",
        "reason": "no data",
    }
    answer = own_client.post(path + "/decide", data={**form, "verdict": "exclude"})
    assert answer.status_code == 303
    assert answer.location == f"{path}/screen?who=Ada&stage=abstract&order=likely"
    assert shown_paper(own_client.get(answer.location).text) != first
    check(own_client.get(path).text)
    assert own_client.get(path + "/prisma.json").get_json()["excluded"] == 1
    drawing = own_client.get(path + "/prisma.svg")
    assert drawing.mimetype == "image/svg+xml"
    assert "Records identified (n = " in drawing.text
    assert own_client.get(path + "/prisma.png").data.startswith(b"\x89PNG")
    assert "Найдено записей (n = " in own_client.get(path + "/prisma.svg?lang=ru").text
    assert own_client.get(path + "/prisma.svg?lang=xx").status_code == 400
    own_client.set_cookie("language", "ru")
    assert "Найдено записей (n = " in own_client.get(path).text, "the page draws it in its own language"
    assert "Records identified (n = " in own_client.get(path + "/prisma.svg").text, "a file is in English"
    own_client.delete_cookie("language")
    export = own_client.get(path + "/export?format=ris")
    assert export.text.count("ASReview_irrelevant") == 1
    assert own_client.get(path + "/export?format=asreview").data.startswith(b"PK")
    assert own_client.post(path + "/undo", data={"who": "Ada"}).status_code == 303
    assert own_client.get(path + "/prisma.json").get_json()["excluded"] == 0
    assert [row["reason"] for row in own_atlas.reviews.rows(path.rsplit("/", 1)[1])] == ["no data", ""]


def test_conflicts_are_shown_to_all_and_settled(own_client: FlaskClient) -> None:
    path = begun(own_client, reviewers="2")
    paper = shown_paper(own_client.get(path + "/screen?who=Ada&order=in-order").text)
    for who, verdict in (("Ada", "include"), ("Bob", "exclude")):
        assert "Nobody disagrees." in own_client.get(path + "/conflicts").text
        own_client.post(path + "/decide", data={"paper": paper, "who": who, "verdict": verdict})
    html = own_client.get(path + "/conflicts").text
    check(html)
    assert html.count('name="paper"') == 1
    assert html.count('<textarea id="note-1" name="note"') == 1
    note = "the trial’s arms <differ>"
    settled = {"paper": paper, "who": "Cleo", "verdict": "maybe", "stage": "abstract", "note": note}
    long = {**settled, "note": "x" * (MAX_NOTE + 1)}
    assert own_client.post(path + "/settle", data=long).status_code == 400
    assert own_client.post(path + "/settle", data=settled).status_code == 303
    assert "Nobody disagrees." in own_client.get(path + "/conflicts").text
    (row,) = [row for row in own_client.get(f"/api/v1{path}/decisions").json["rows"] if row["who"] == "Cleo"]
    assert (row["kind"], row["note"]) == ("settle", note)
    for format in ("jsonl", "csv", "ris", "rayyan"):
        assert note in own_client.get(f"{path}/export?format={format}").text, format


def test_what_cannot_be_done_is_said_and_changes_nothing(own_client: FlaskClient, own_atlas: Atlas) -> None:
    path = begun(own_client)
    assert own_client.post("/reviews", data={"name": "Galaxies"}).status_code == 400
    assert own_client.post(path + "/add", data={"query": "zzzunknown"}).status_code == 400
    assert (
        own_client.post(path + "/decide", data={"paper": "x", "verdict": "include", "who": "Ada"}).status_code
        == 404
    )
    assert own_client.post(path + "/decide", data={"paper": "x", "verdict": "include"}).status_code == 400
    assert own_client.get("/reviews/none").status_code == 404
    assert own_client.get(path + "/export?format=word").status_code == 400
    assert own_atlas.reviews.rows(path.rsplit("/", 1)[1]) == []


def test_the_plan_is_changed_and_its_words_are_marked(own_client: FlaskClient) -> None:
    path = begun(own_client, query="galaxy")
    changed = {"name": "Galaxies", "good_words": "galax, <b>", "keys": "include=j, exclude=k"}
    assert own_client.post(path + "/plan", data=changed).status_code == 303
    html = own_client.get(path + "/screen?who=Ada").text
    check(html)
    assert re.search(r'<mark class="good">[Gg]alax', html)
    assert 'data-key="j"' in html
    assert own_client.post(path + "/plan", data={"keys": "include=j, exclude=j"}).status_code == 400


def test_a_review_begins_from_a_search_and_its_curve_when_something_is_read(own_client: FlaskClient) -> None:
    link = re.search(r'href="(/reviews\?query=[^"]+)"', own_client.get("/search?q=galaxy").text)
    assert link
    assert 'value="galaxy"' in own_client.get(link[1]).text
    path = begun(own_client, query="galaxy")
    assert '<svg class="found"' not in own_client.get(path).text
    paper = shown_paper(own_client.get(path + "/screen?who=Ada").text)
    decision = {"paper": paper, "who": "Ada", "stage": "abstract", "verdict": "maybe"}
    assert own_client.post(path + "/decide", data=decision).status_code == 303
    assert "1 kept (include or maybe) of 1 screened" in own_client.get(path).text


def test_the_map_of_a_review_shows_what_was_read_and_kept(own_client: FlaskClient, own_atlas: Atlas) -> None:
    path = begun(own_client, reviewers="2")
    review = path.rsplit("/", 1)[1]
    first = shown_paper(own_client.get(path + "/screen?who=Ada").text)
    decision = {"paper": first, "stage": "abstract", "verdict": "include"}
    own_client.post(path + "/decide", data={**decision, "who": "Ada"})
    read = own_client.get(f"/api/v1/reviews/{review}/map").get_json()
    levels = own_atlas.topics.all()["levels"]
    level_of = {topic["id"]: topic["level"] for topic in own_atlas.topics.all()["topics"]}
    for level in range(len(levels)):
        own = [topic for topic in read["topics"] if level_of[topic["id"]] == level]
        assert 0 < sum(topic["papers"] for topic in own) <= own_atlas.reviews.one(review)["papers"]
        assert (
            sum(topic["read"] for topic in own) <= 1
        )  # the other reviewer's silence does not undo a reading
        assert not any(topic["kept"] for topic in own)
    assert read["kept"] == []
    own_client.post(path + "/decide", data={**decision, "who": "Bo"})
    kept = own_client.get(f"/api/v1/reviews/{review}/map").get_json()
    assert [paper["id"] for paper in kept["kept"]] in ([first], [])  # none where it lies in no topic
    for paper in kept["kept"]:
        assert [level_of[topic] for topic in paper["topics"]] == list(range(len(levels)))
        assert {topic["id"] for topic in kept["topics"] if topic["kept"]} == set(paper["topics"])
    html = own_client.get(path).text
    check(html)
    assert f'data-colour="review:{review}"' in html
    assert "A paper counts once both have decided on it." in html


def test_topics_nobody_has_looked_at_are_listed_and_screened(
    own_client: FlaskClient, own_atlas: Atlas
) -> None:
    path = begun(own_client)
    review = path.rsplit("/", 1)[1]
    first = shown_paper(own_client.get(path + "/screen?who=Ada").text)
    decision = {"paper": first, "who": "Ada", "stage": "abstract", "verdict": "include"}
    assert own_client.post(path + "/decide", data=decision).status_code == 303
    topics = own_atlas.reviews.topics(review)
    assert (
        sum(topic["papers"] for topic in topics["topics"]) + topics["unplaced"]
        == own_atlas.reviews.one(review)["papers"]
    )
    assert sum(topic["read"] for topic in topics["topics"]) <= 1
    unread = next(topic for topic in topics["topics"] if not topic["read"])
    html = own_client.get(path).text
    check(html)
    link = re.search(rf'href="([^"]+topic={unread["id"]})"', html)
    assert link
    screened = own_client.get(Markup(link[1]).unescape() + "&who=Ada").text
    check(screened)
    assert f"Only papers of the topic {unread['label']}." in screened
    paper = shown_paper(screened)
    after = own_client.post(path + "/decide", data={**decision, "paper": paper, "topic": unread["id"]})
    assert after.location.endswith(f"topic={unread['id']}")
    again = own_client.get(f"/api/v1/reviews/{review}/topics").get_json()["topics"]
    assert next(topic for topic in again if topic["id"] == unread["id"])["kept"] == 1
    assert own_client.get(path + "/screen?who=Ada&topic=nowhere").status_code == 404


def test_a_narrowed_search_gives_a_review_of_its_papers_alone(
    own_client: FlaskClient, own_atlas: Atlas
) -> None:
    year = own_atlas.search("")["facets"]["year"][0]
    html = own_client.get(f"/search?year={year['value']}&match=any").text
    link = re.search(r'href="(/reviews\?search=[^"]+)"', html)
    assert link
    form = own_client.get(Markup(link[1]).unescape()).text
    check(form)
    address = re.search(r'name="search"\s+value="([^"]+)"', form)
    assert address
    path = begun(own_client, search=Markup(address[1]).unescape(), query="")
    answer = own_atlas.reviews.one(path.rsplit("/", 1)[1])
    assert answer["papers"] == year["count"]
    assert answer["searches"][0]["text"] == f"year: {year['value']}; match: any"
    wrong = own_client.post("/reviews", data={"name": "Wrong", "search": "colour=red"})
    assert wrong.status_code == 400
    assert all(head["name"] != "Wrong" for head in own_atlas.reviews.all())


def test_words_are_marked_outside_tags_only() -> None:
    text = Markup('<a href="/rats">Rats</a> &amp; mice')
    assert mark_words(text, ["mice"], ["rat", "amp", "href"]) == Markup(
        '<a href="/rats"><mark class="bad">Rats</mark></a> &amp; <mark class="good">mice</mark>'
    )
    assert mark_words(Markup("randomly * $"), ["random*", "*", "$"], []) == Markup(
        '<mark class="good">randomly</mark> * $'
    )


def test_the_api_screens_a_review_from_end_to_end(own_client: FlaskClient) -> None:
    api = "/api/v1/reviews"
    made = own_client.post(api, json={"name": "by API", "query": "", "stages": "abstract"})
    assert made.status_code == 201
    path = f"{api}/{made.get_json()['id']}"
    following = own_client.get(path + "/next?who=Ada").get_json()
    decision = {"paper": following["paper"]["id"], "verdict": "include", "who": "Ada", "note": "yes"}
    assert own_client.post(path + "/decisions", json=decision).get_json()["outcome"] == "include"
    assert own_client.get(path + "/stop").get_json()["kept"] == 1
    assert own_client.get(path + "/prisma").get_json()["included"] == 1
    assert own_client.get(path + "/agreement").get_json()["stages"][0]["papers"] == 0
    assert own_client.get(path + "/export?format=csv").text.count(",include,") == 1
    assert own_client.post(path + "/papers", json={"query": ""}).get_json()["added"] == 0
    assert own_client.post(path + "/undo", json={"who": "Ada"}).get_json()["outcome"] == ""
    assert len(own_client.get(path + "/decisions").get_json()["rows"]) == 2
    assert own_client.post(path + "/decisions", json={**decision, "verdict": "perhaps"}).status_code == 400


def sent(client: FlaskClient, address: str, content: bytes, name: str, **fields: str) -> TestResponse:
    data = {**fields, "file": (io.BytesIO(content), name)}
    return client.post(address, data=data, content_type="multipart/form-data")


def test_decisions_are_imported_on_the_page_and_by_the_api(own_client: FlaskClient, own_atlas: Atlas) -> None:
    path = begun(own_client, stages="abstract")
    paper = shown_paper(own_client.get(path + "/screen?who=Ada&order=in-order").text)
    title = own_atlas.papers.one(paper)["title"]
    table = f'title,included\n"{title}",1\n"{HOSTILE}",0\n'.encode()
    assert 'name="file"' in own_client.get(path).text
    answer = sent(own_client, path + "/import", table, "../a/x.csv", who="Ada", stage="abstract")
    assert answer.status_code == 200
    check(answer.text)
    assert "2 papers read: 1 decided, 0 as before, 0 undecided, 1 not in the review." in answer.text
    api = f"/api/v1{path}/import"
    again = sent(own_client, api, table, "x.csv", who="Ada").get_json()
    assert (again["read"], again["decided"], again["unchanged"]) == (2, 0, 1)
    assert [row["verdict"] for row in own_atlas.reviews.rows(path.rsplit("/", 1)[1])] == ["include"]
    book = io.BytesIO()
    workbook = Workbook()
    workbook.active.append(["id", "included"])
    workbook.active.append([paper, 0])
    workbook.save(book)
    assert sent(own_client, api, book.getvalue(), "x.xlsx", who="Bob").get_json()["decided"] == 1
    assert not list(own_atlas.uploads.waiting.glob("*")), "files are not kept"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"title,included\nSomebody else,1\n", "None of the 1 papers"),
        (b"title\nx\n", "no column of labels"),
        (b"\xff\x00\xfe", "no paper in x.csv"),
        (b"", "empty"),
        (b"PK\x03\x04 cut", "x.csv is a damaged archive"),
    ],
)
def test_files_that_cannot_be_imported_are_refused_in_words(
    own_client: FlaskClient, own_atlas: Atlas, content: bytes, said: str
) -> None:
    path = begun(own_client)
    answer = sent(own_client, f"/api/v1{path}/import", content, "x.csv", who="Ada")
    assert answer.status_code == 400
    assert said in answer.get_json()["detail"]
    assert "/tmp" not in answer.text
    assert str(own_atlas.settings.home) not in answer.text
    assert sent(own_client, path + "/import", content, "x.csv", who="Ada").status_code == 400
    nothing = own_client.post(f"/api/v1{path}/import", data={"who": "Ada"})
    assert "There is no file" in nothing.get_json()["detail"]
    assert own_atlas.reviews.rows(path.rsplit("/", 1)[1]) == []
