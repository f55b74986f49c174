"""Uploads of several files, their report; collections that stay empty; harvested collections; odd names."""

from __future__ import annotations

import io
import re
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from litatlas.atlas import Atlas
from litatlas.settings import Settings
from litatlas.uploads import MAX_NAME_BYTES, safe_name
from tests.web.built_atlas import work
from tests.web.conftest import EmptyAtlas, Names, make_app
from tests.web.test_pages import check
from web import create_app
from web.rendering.rich_text import on_page


def test_several_files_are_one_report(own_client: FlaskClient, own_atlas: Atlas) -> None:
    files = [
        (io.BytesIO(b'{"title": "One"}\n{"id": "2"}\n'), "first.jsonl"),
        (io.BytesIO(b"\x00\x01\x02" * 99), "second.bin"),
        (io.BytesIO("title\nДва\n".encode()), "третий.csv"),
    ]
    sent = own_client.post("/collections", data={"collection": "Mine", "file": files})
    assert sent.status_code == 303
    assert sent.location.count("id=") == 3
    waiting = own_client.get(sent.location).text
    assert waiting.count("data-job=") == 3
    assert [job["state"] for job in work(own_atlas)] == ["done", "failed", "done"]
    html = own_client.get(sent.location).text
    check(html)
    for name in ("first.jsonl", "second.bin", "третий.csv"):
        assert html.count(f">{name}</a>") == 1
    assert html.count('class="state failed"') == 1
    assert html.count('role="alert"') == 1
    assert "Preview" in html
    assert str(own_atlas.uploads.waiting) not in html
    assert "data-job=" not in html


def test_a_collection_counts_its_own_papers_that_do_not_fit(
    own_client: FlaskClient, own_atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    placements = own_atlas.live().placements
    assert placements is not None
    ids = [set(own_atlas.library.paper_ids(frozenset({name}))) for name in ("PubMed 2021", "PubMed 1977–79")]
    second = min(ids[1] - ids[0])
    monkeypatch.setattr(placements, "_unfit", {int(placements.rows([second])[0])})
    assert "fit this map" not in own_client.get("/collections/PubMed%202021").text
    assert own_atlas.reports.unfit("PubMed 2021") == 0
    assert own_atlas.reports.unfit("PubMed 1977–79") == 1


def test_a_topics_own_page_does_not_say_that_its_papers_are_of_it(client: FlaskClient, names: Names) -> None:
    assert 'class="why"' not in client.get(f"/topics/{names.topic}").text


def test_doubts_of_each_file_lead_to_its_notes(own_client: FlaskClient, own_atlas: Atlas) -> None:
    files = [
        (
            io.BytesIO(b"@article{a, title={One}}\n@article{b, title={Two\n@article{c, title={Three}}\n"),
            "a.bib",
        ),
        (io.BytesIO(b"title\nFour\n"), "b.csv"),
    ]
    sent = own_client.post("/collections", data={"collection": "Mine", "file": files})
    doubtful, clean = work(own_atlas)
    count = len((doubtful["result"] or {})["warnings"])
    assert count
    html = own_client.get(sent.location).text
    assert f'<a href="/jobs/{doubtful["id"]}#notes">{count}</a>' in html
    assert f"{clean['id']}#notes" not in html
    assert 'id="notes"' in own_client.get(f"/jobs/{doubtful['id']}").text


def test_advice_speaks_of_what_can_help(own_client: FlaskClient, own_atlas: Atlas) -> None:
    files = [(io.BytesIO(b"%PDF-1.4 nothing"), "a.pdf"), (io.BytesIO(b"\x00\x01\x02" * 99), "b.bin")]
    own_client.post("/collections", data={"collection": "Mine", "file": files})
    pdf, unknown = (own_client.get(f"/jobs/{job['id']}").text for job in work(own_atlas))
    assert "is a damaged PDF. Download it again, or save it anew." in pdf
    assert "“Format”" not in pdf
    assert "Upload it again with" not in pdf
    assert "“Format”" in unknown
    assert "Upload it again with" in unknown


def test_a_job_that_is_asked_to_stop_says_so_at_once(own_client: FlaskClient, own_atlas: Atlas) -> None:
    ids = [own_atlas.library.create_job("add", {"collection": "A", "path": f"{n}.ris"}) for n in range(2)]
    for id in ids:
        own_atlas.library.update_job(id, state="running", message="Reading")
    every = "/jobs?" + "&".join(f"id={id}" for id in ids)
    assert own_client.get(every).text.count(">Stop</button>") == 2
    assert own_client.post(f"/jobs/{ids[0]}/cancel", data={"id": ids}).location == every
    html = own_client.get(every).text
    assert (html.count("stopping…"), html.count(">Stop</button>")) == (1, 1)
    page = own_client.get(f"/jobs/{ids[0]}").text
    assert "stopping…" in page
    assert ">Stop</button>" not in page
    assert own_client.get(f"/api/v1/jobs/{ids[0]}").get_json()["stopping"] is True
    own_atlas.library.update_job(ids[0], state="cancelled")
    assert "stopping…" not in own_client.get(every).text


def test_the_latest_jobs_say_once_what_became_of_them(own_client: FlaskClient, own_atlas: Atlas) -> None:
    own_client.post(
        "/collections", data={"collection": "Mine", "file": (io.BytesIO(b"title\nOne\n"), "a.csv")}
    )
    work(own_atlas)
    item = re.findall(r"<li>.*?</li>", own_client.get("/collections").text.split('id="jobs"')[1], re.DOTALL)[
        0
    ]
    assert " ".join(re.sub(r"<[^>]*>", " ", item).split()) == "Adding papers a.csv Mine done"


@pytest.mark.parametrize("name", ["я" * 300 + ".csv", "x" * 400 + ".csv", "文献" * 100 + ".csv"])
def test_long_names_of_files_are_taken(own_client: FlaskClient, own_atlas: Atlas, name: str) -> None:
    sent = own_client.post("/collections/Mine", data={"file": (io.BytesIO(b"title\nOne\n"), name)})
    assert sent.status_code == 303
    [job] = work(own_atlas)
    assert job["state"] == "done"
    assert job["file"].endswith(".csv")
    assert len(safe_name(name).encode()) <= MAX_NAME_BYTES


def test_only_an_empty_collection_is_removed_by_the_page(empty_atlas: EmptyAtlas) -> None:
    atlas = empty_atlas()
    client = make_app(atlas).test_client()
    for name in ("Empty", "Full"):
        with atlas.library.writing() as connection:
            from ingest.library.collections import ensure

            ensure(connection, name)
    client.post("/collections/Full", data={"file": (io.BytesIO(b"title\nOne\n"), "a.csv")})
    waiting = client.post("/collections/Full/remove")
    assert waiting.status_code in (409, 503)
    work(atlas)
    assert "Remove this empty collection" in client.get("/collections/Empty").text
    assert "Remove this empty collection" not in client.get("/collections/Full").text
    every = client.get("/collections").text
    assert every.count('/remove"') == every.count('action="/collections/Empty/remove"') == 1
    assert client.post("/collections/Full/remove").status_code == 400
    assert client.post("/collections/Empty/remove").status_code == 303
    assert [row["name"] for row in atlas.collections.all()] == ["Full"]


def test_what_was_never_harvested_has_no_button(client: FlaskClient) -> None:
    assert "Harvest what is new" not in client.get("/collections/PubMed%202021").text
    assert client.post("/collections/PubMed%202021/refresh").status_code == 400


def test_a_harvested_collection_is_refreshed_from_its_page(
    own_client: FlaskClient, own_atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("litatlas.parts.harvests.Harvests.has", lambda *_: True)
    monkeypatch.setattr("litatlas.parts.harvests.Harvests.requests", lambda *_: [])
    html = own_client.get("/collections/PubMed%202021").text
    assert re.search(r'action="/collections/PubMed%202021/refresh"', html)
    sent = own_client.post("/collections/PubMed%202021/refresh")
    assert sent.location.startswith("/jobs/")
    assert [(job["kind"], job["state"]) for job in work(own_atlas)] == [("refresh", "done")]
    assert own_client.get(sent.location).status_code == 200


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("say which one is with --map title=COLUMN", "say which one is with “Which column is what”"),
        ("Look; --format names its format (see `litatlas formats`).", "Look; “Format” names its format."),
        ("name its encoding, as in --encoding cp1251.", "name its encoding, as in cp1251 (“Encoding”)."),
        ("Choose another file.", "Choose another file."),
    ],
)
def test_pages_speak_of_their_own_controls(given: str, shown: str) -> None:
    assert on_page(given) == shown


def test_no_page_names_a_folder_of_the_server(own_client: FlaskClient, own_atlas: Atlas) -> None:
    table = b"colour;weight\nred;1\nblue;2\n"
    explored = own_client.post("/explore", data={"file": (io.BytesIO(b"PK\x03\x04 no archive"), "odd.xlsx")})
    assert explored.status_code == 400
    assert "odd.xlsx" in explored.text
    looked = own_client.post(
        "/uploads", data={"collection": "New", "file": (io.BytesIO(table), "odd.csv")}, follow_redirects=True
    )
    sent = own_client.post(
        "/collections", data={"collection": "New", "file": (io.BytesIO(b"PK\x03\x04 x"), "odd.zip")}
    )
    (job,) = work(own_atlas)
    assert job["state"] == "failed"
    pages = [explored.text, looked.text, own_client.get(sent.location).text, own_client.get("/jobs").text]
    answers = [own_client.get(f"/api/v1/jobs/{job['id']}").text]
    home = str(own_atlas.settings.home)
    for text in (*pages, *answers):
        assert home not in text
        assert "/tmp" not in text
    for text in pages:
        assert "--" not in re.sub(r"<!--.*?-->|<pre.*?</pre>|<script.*?</script>", "", text, flags=re.DOTALL)


def test_public_errors_leave_out_the_home(own_client: FlaskClient, own_atlas: Atlas) -> None:
    folder = own_atlas.settings.home / "index"
    sentence = f"The index at {folder}/a is damaged."
    assert own_atlas.uploads.public(sentence) == "The index at index/a is damaged."
    staged = own_atlas.uploads.file(own_atlas.uploads.stage(io.BytesIO(b"x"), "a.ris", 1))
    assert own_atlas.uploads.public(f"{staged} is empty.") == "a.ris is empty."
    assert own_atlas.uploads.without_folder(f"/elsewhere/{staged.name}") == "/elsewhere/a.ris"


def test_files_that_no_job_will_read_are_not_kept(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, queued_jobs=2, upload_megabytes=1)
    with Atlas(settings) as atlas:
        client = create_app(settings, atlas=atlas).test_client()

        def send(*contents: bytes) -> int:
            files = [(BytesIO(content), f"{number}.ris") for number, content in enumerate(contents)]
            return client.post("/api/v1/collections/Sea/documents", data={"file": files}).status_code

        def kept() -> int:
            return len(list((tmp_path / "uploads").glob("*")))

        record = b"TY  - JOUR\nTI  - Tides\nER  - \n"
        assert (send(record, record, b""), kept()) == (400, 0)
        assert (send(record, record, record), kept()) == (429, 2)
        assert (send(record), kept()) == (429, 2)
        assert len(atlas.library.jobs()) == 2
        token = atlas.uploads.stage(BytesIO(record), "staged.ris", 1)
        answer = client.post("/uploads/add", data={"collection": "Sea", "token": token})
        assert (answer.status_code, kept()) == (429, 2)
