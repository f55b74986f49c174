"""Until when answers are kept: what none of them shows makes none old, and all else does at once."""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from ingest import intake
from ingest.document import Document, Parsed
from ingest.library.backend import answer_marks
from ingest.library.schema import UNSHOWN
from ingest.progress import Silent
from litatlas.atlas import Atlas
from litatlas.settings import Settings
from tests.papers import papers, write
from tests.web.built_atlas import copied
from tests.web.conftest import Names, make_app
from tests.web.private_atlas import SECRET, make, settings
from tests.web.test_answer_cache import counted, signed_in
from web import create_app
from web.answer_cache import KEPT

SEARCH = "/api/v1/search?q=galaxy"


@pytest.fixture
def other(own_atlas: Atlas) -> Iterator[Atlas]:
    """The same atlas, open in another process as it were."""
    with Atlas(Settings(home=own_atlas.home.folder, processes=1)) as opened:
        yield opened


def more_records(count: int, seed: int) -> list[dict[str, Any]]:
    records = papers(count, seed=seed)
    return [record | {"id": f"more-{seed}-{number}", "doi": ""} for number, record in enumerate(records)]


def more_papers(count: int, seed: int) -> Iterator[tuple[str, Parsed]]:
    """The same, as a reader of files gives them."""
    for record in more_records(count, seed):
        texts = {name: record[name] for name in ("title", "abstract", "year")}
        yield "more.jsonl", Document(record["id"], **texts)


def test_progress_sign_ins_lists_and_reviews_make_no_answer_old(own_atlas: Atlas, other: Atlas) -> None:
    app = make_app(own_atlas)
    client, calls = app.test_client(), counted(app, "api.search")
    home = client.get("/").data
    client.get(SEARCH)
    library = other.library
    job = library.create_job("build", {})
    library.update_job(job, state="running", progress=0.4, message="Learning")
    library.record("ada", "did")
    other.lists.make("Another")
    other.reviews.new("Another")
    client.get(SEARCH)
    assert calls == [1]
    assert client.get("/").data == home


def test_no_kept_answer_reads_a_table_that_makes_none_old(own_atlas: Atlas, names: Names) -> None:
    """Pages ask how many jobs there are, and show nothing of it (above)."""
    app, asked, read = make_app(own_atlas), threading.local(), defaultdict[str, set[str]](set)

    @event.listens_for(own_atlas.library._engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if endpoint := getattr(asked, "endpoint", None):
            read[endpoint] |= set(re.findall(r"(?:FROM|JOIN) (\w+)", statement))

    def watched(endpoint: str, view: Callable[..., Any]) -> Callable[..., Any]:
        def look(**values: Any) -> Any:
            asked.endpoint = endpoint
            try:
                return view(**values)
            finally:
                asked.endpoint = None

        return look

    app.view_functions |= {
        name: watched(name, view) for name, view in app.view_functions.items() if name in KEPT
    }
    client = app.test_client()
    collection = own_atlas.collections.all()[0]["name"]
    for root in ("", "/api/v1"):
        for path in (
            *("/search?q=galaxy", "/search?q=", "/trends", "/quality", f"/documents/{names.noted}"),
            *(f"/topics/{names.topic}", f"/bridges?a={names.top}&b={names.other}"),
        ):
            assert client.get(root + path).status_code == 200, root + path
    for path in (
        *("/", "/explore", "/bridges", "/api/v1/topics", "/api/v1/map", "/api/v1/suggest?q=gal"),
        *("/api/v1/collections", f"/api/v1/coverage/{collection}"),
        *(f"/api/v1/documents/{names.noted}/similar", f"/api/v1/topics/{names.topic}/points"),
    ):
        assert client.get(path).status_code == 200, path
    assert "documents" in read["pages.search"]
    shown = {(endpoint, table) for endpoint, tables in read.items() for table in tables & UNSHOWN}
    assert shown <= {("pages.home", "jobs"), ("pages.quality", "jobs")}


def test_an_upload_makes_answers_old_at_its_end(
    own_atlas: Atlas, other: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(own_atlas)
    client, calls = app.test_client(), counted(app, "api.search")
    monkeypatch.setattr(intake, "BATCH", 2)

    def upload(seed: int) -> list[int | None]:
        """The marks while it goes on and a reader asks."""
        marks: list[int | None] = []

        def records() -> Iterator[tuple[str, Parsed]]:
            for record in more_papers(12, seed):
                client.get(SEARCH)
                marks.append(other.library.state())
                yield record

        with other.generations.changing(None):
            intake.add(other.library, "More", records(), processes=1, progress=Silent())
        return marks[3:]  # the collection is made when the first batch has been read

    marks = upload(5)
    assert set(marks) == {marks[0]}, "its batches make nothing old"
    asked = calls[0]
    assert asked <= 2
    assert other.library.state() != marks[0]
    assert "More" in str(client.get(SEARCH).get_json()["facets"]["collection"])
    assert calls[0] == asked + 1
    monkeypatch.setattr(answer_marks, "SHOWN_SECONDS", 0.0)
    assert len(set(upload(6))) > 3, "each batch does where it is time"


def test_an_upload_that_fails_shows_what_it_stored(
    own_atlas: Atlas, other: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "BATCH", 2)
    client, seen = make_app(own_atlas).test_client(), []

    def failing() -> Iterator[tuple[str, Parsed]]:
        for record in more_papers(6, 5):
            yield record
            seen.append(client.get("/api/v1/collections").get_json())
        raise RuntimeError

    with pytest.raises(RuntimeError), other.generations.changing(None):
        intake.add(other.library, "More", failing(), processes=1, progress=Silent())
    after = client.get("/api/v1/collections").get_json()
    assert after != seen[-1]
    assert "More" in str(after)


def test_what_a_killed_upload_left_is_shown_when_somebody_indexes_it(own_atlas: Atlas, other: Atlas) -> None:
    client = make_app(own_atlas).test_client()
    intake.add(other.library, "More", more_papers(8, 5), processes=1, progress=Silent())
    before = client.get(SEARCH).get_json()
    assert other.generations.finish_interrupted()
    assert client.get(SEARCH).get_json()["total"] > before["total"]


def test_whoever_uploads_finds_it_when_it_has_ended(own_atlas: Atlas, other: Atlas, tmp_path: Path) -> None:
    client = make_app(own_atlas).test_client()
    address, before = "/api/v1/search?q=collection:More", 0
    for seed in (5, 6, 7):
        assert client.get(address).get_json()["total"] == before
        other.collections.add([write(tmp_path / f"{seed}.jsonl", more_records(8, seed))], "More")
        after = client.get(address).get_json()["total"]
        assert after > before
        before = after


def test_removals_and_names_hold_at_once(own_atlas: Atlas, other: Atlas, tmp_path: Path) -> None:
    client = make_app(own_atlas).test_client()
    addresses = (SEARCH, "/search?q=galaxy", "/api/v1/collections", "/")
    other.collections.add([write(tmp_path / "more.jsonl", more_records(8, 5))], "Comings")
    assert all(b"Comings" in client.get(address).data for address in addresses[:3])
    other.collections.rename("Comings", "Goings")
    assert all(b"Comings" not in client.get(address).data for address in addresses)
    assert all(b"Goings" in client.get(address).data for address in addresses[:3])
    other.collections.describe("Goings", description="What goes")
    assert b"What goes" in client.get("/api/v1/collections").data
    other.collections.remove("Goings")
    assert all(b"Goings" not in client.get(address).data for address in addresses)


@pytest.fixture(scope="module")
def shared(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Atlas, Flask]]:
    """An atlas with accounts and a private collection."""
    folder = tmp_path_factory.mktemp("until")
    chosen = settings(copied(make(built_home, folder).with_secret, folder / "own"))
    with Atlas(chosen) as atlas:
        yield atlas, create_app(chosen, atlas=atlas)


def test_a_star_is_shown_to_who_put_it_and_makes_no_other_answer_old(shared: tuple[Atlas, Flask]) -> None:
    _, app = shared
    ada, bo = signed_in(app, "ada"), signed_in(app, "bo")
    hit = bo.get(SEARCH).get_json()["documents"][0]["id"]
    path, calls = f"/documents/{hit}", counted(app, "pages.document")

    def pages() -> list[bytes]:
        return [re.sub(rb"[0-9a-f]{32,}", b"", client.get(path).data) for client in (ada, bo)]

    before, again = pages(), pages()
    assert (again, calls) == (before, [2])
    token = re.search(rb'name="csrf" value="([0-9a-f]+)"', ada.get(path).data)
    assert token
    answer = ada.put(
        f"/api/v1/documents/{hit}/marks", json={"star": True}, headers={"X-CSRF-Token": token[1].decode()}
    )
    assert answer.status_code < 300, answer.data
    after = pages()
    assert after[0] != before[0]
    assert (after[1], calls) == (before[1], [3])


def test_a_collection_that_becomes_private_is_gone_at_once(shared: tuple[Atlas, Flask]) -> None:
    atlas, app = shared
    bo = signed_in(app, "bo")
    address = "/api/v1/search?q=vrelmok"
    for private in (False, True, False, True):
        atlas.collections.share(SECRET, private=private)
        assert (bo.get(address).get_json()["total"] == 0) == private
