"""A server that is none, or that answers oddly: each is told in words; what is asked is well formed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from litatlas.client.connection import Connection, RemoteError
from litatlas.client.remote import RemoteAtlas
from litatlas.errors import InputError, LitatlasError, UnavailableError
from litatlas.vocabulary import MAX_PAGE
from search.request import SearchRequest

JSON = b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n"


class Answering(ThreadingHTTPServer):
    """A server that answers bytes, the last of them again and again, and remembers what it was asked."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def atlas(self) -> RemoteAtlas:
        return RemoteAtlas(Connection(f"http://127.0.0.1:{self.server_port}/", "lit_token"))


class _Handler(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        assert isinstance(self.server, Answering)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        answers = self.server.answers
        self.wfile.write(answers.pop(0) if len(answers) > 1 else answers[0])

    do_GET = do_POST = do_PUT = _answer

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def answering(*answers: bytes | Any) -> Iterator[Answering]:
    whole = [one if isinstance(one, bytes) else JSON + json.dumps(one).encode() for one in answers]
    with Answering(*whole) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    "address",
    ["", "atlas.example.org", "ftp://atlas.example.org", "https://", "file:///etc/passwd", "http://[::1",
     "http://localhost:port", "http://localhost:99999", "http://local host", "http://localhost\n:80"],
)  # fmt: skip
def test_what_is_no_address_of_a_server(address: str) -> None:
    with pytest.raises(LitatlasError) as refused:
        RemoteAtlas(Connection(address, "")).reports.status()
    assert refused.value.hint


@pytest.mark.parametrize(
    "address", ["http://atlas.example.org", "http://127.0.0.1.example.org", "HTTP://10.0.0.1"]
)
def test_a_token_goes_over_no_open_line(address: str) -> None:
    with pytest.raises(InputError, match="not sent over http"):
        Connection(address, "lit_token")
    Connection(address, "")


@pytest.mark.parametrize("token", ["lit_a\nX-Evil: 1", "lit_ä", "lit_\u202e", "\x00"])
def test_a_token_that_no_header_can_carry_is_refused(token: str) -> None:
    with answering({}) as server, pytest.raises(InputError, match="token") as refused:
        RemoteAtlas(Connection(f"http://127.0.0.1:{server.server_port}", token)).reports.status()
    assert refused.value.hint
    assert server.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        JSON + b"<!doctype html><p>Some other site",
        JSON,
        JSON + b'{"cut": ',
        JSON + b"\xff\xfe",
        JSON + b"[" * 100_000,
        b"HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\n{}",
        b"SSH-2.0-OpenSSH\r\n",
        b"",
        b"HTTP/1.0 302 Found\r\nLocation: http://elsewhere.example/\r\n\r\n",
        b"HTTP/1.0 502 Bad Gateway\r\n\r\n<html>",
        b"HTTP/1.0 404 Not Found\r\n\r\n[]",
        b'HTTP/1.0 404 Not Found\r\n\r\n{"title": "no detail"}',
    ],
)
def test_what_is_no_litatlas_is_said_in_words(answer: bytes) -> None:
    with answering(answer) as server, pytest.raises(LitatlasError) as refused:
        server.atlas.topics.all()
    assert refused.value.message
    assert refused.value.hint
    assert "lit_token" not in refused.value.message + refused.value.hint


def test_a_refusal_is_told_in_the_servers_words() -> None:
    problem = b'HTTP/1.0 400 Bad\r\n\r\n{"detail": "No closing bracket.", "hint": "Close it."}'
    with answering(problem) as server, pytest.raises(RemoteError) as refused:
        server.atlas.topics.one("x")
    assert (refused.value.message, refused.value.hint) == ("No closing bracket.", "Close it.")


def test_a_server_that_is_gone() -> None:
    with answering({}) as server:
        port = server.server_port
    with pytest.raises(UnavailableError, match="does not answer"):
        RemoteAtlas(Connection(f"http://127.0.0.1:{port}", "")).reports.quality()


def test_a_search_asks_page_by_page_until_all_are_there() -> None:
    pages = [
        {"total": 250, "documents": [{"id": str(number)} for number in range(first, last)]}
        for first, last in ((7, 107), (107, 207), (207, 250))
    ]
    with answering(*pages) as server:
        request = SearchRequest("a & b", limit=1_000, offset=7, filters={"collection": ["x", "ä"]})
        documents = server.atlas.search(request)["documents"]
    assert [row["id"] for row in documents] == [str(number) for number in range(7, 250)]
    asked = [parse_qs(urlsplit(path).query) for _, path, _, _ in server.asked]
    assert [(one["offset"], one["limit"]) for one in asked] == [
        (["7"], [str(MAX_PAGE)]), (["107"], [str(MAX_PAGE)]), (["207"], [str(MAX_PAGE)]),
    ]  # fmt: skip
    assert all(one["q"] == ["a & b"] and one["collection"] == ["x", "ä"] for one in asked)
    assert all(headers["Authorization"] == "Bearer lit_token" for _, _, headers, _ in server.asked)


def test_a_search_ends_where_the_server_gives_no_more_and_none_is_none() -> None:
    with answering({"total": 9, "documents": [{"id": "1"}]}, {"total": 9, "documents": []}) as server:
        assert len(server.atlas.search(SearchRequest("x", limit=5))["documents"]) == 1
        assert len(server.asked) == 2
    with answering({"total": 9, "documents": [{"id": "1"}]}) as server:
        assert server.atlas.search(SearchRequest("x", limit=0))["documents"] == []


def test_a_file_is_uploaded_under_a_name_that_breaks_no_form_and_its_job_waited_for(tmp_path: Path) -> None:
    path = tmp_path / 'a"\nb.ris'
    path.write_bytes(b"TY  - JOUR\r\n--x\r\n")
    running = {"id": "j/1", "state": "running", "progress": 0.5}
    done = {
        "id": "j/1",
        "state": "done",
        "result": {"collection": "C/ä", "read": 2, "added": 1, "took_s": 0.5},
    }
    steps: list[tuple[str, float, float]] = []

    class Steps:
        def step(self, name: str, done: float, total: float) -> None:
            steps.append((name, done, total))

    with answering(running, done, running, done) as server:
        answer = server.atlas.collections.add(
            [path, "-"], "C/ä", mapping={"title": "Name"}, stdin=BytesIO(b"x"), progress=Steps()
        )
    assert (answer["collection"], answer["read"], answer["added"], answer["took_s"]) == ("C/ä", 4, 2, 1.0)
    assert steps[0][1:] == (50, 100)
    method, place, headers, body = server.asked[0]
    assert (method, place) == ("POST", "/api/v1/collections/C%2F%C3%A4/documents")
    assert server.asked[1][1] == "/api/v1/jobs/j%2F1" or server.asked[1][1] == "/api/v1/jobs/j/1"
    form = BytesParser().parsebytes(b"Content-Type: " + headers["Content-Type"].encode() + b"\r\n\r\n" + body)
    parts = {part.get_param("name", header="content-disposition"): part for part in form.get_payload()}  # type: ignore[union-attr]
    assert set(parts) == {"map.title", "file"}
    assert parts["file"].get_payload(decode=True) == path.read_bytes()  # type: ignore[union-attr]
    assert parts["file"].get_filename() == "a__b.ris"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("job", "said"),
    [
        ({"state": "failed", "error": {"message": "No record.", "hint": "Look."}}, "No record."),
        ({"state": "cancelled", "error": None}, "The job was cancelled."),
    ],
)
def test_a_job_that_came_to_nothing(tmp_path: Path, job: dict[str, Any], said: str) -> None:
    (tmp_path / "x.ris").touch()
    with answering({"id": "1", **job}) as server, pytest.raises(RemoteError, match=said):
        server.atlas.collections.add([tmp_path / "x.ris"], "C")


def test_files_are_read_before_anything_is_sent(tmp_path: Path) -> None:
    (tmp_path / "x.ris").touch()
    with answering({"id": "1", "state": "done", "result": {}}) as server:
        for wrong in (tmp_path, tmp_path / "none"):
            with pytest.raises(InputError) as refused:
                server.atlas.collections.add([tmp_path / "x.ris", wrong], "C")
            assert refused.value.hint
        assert server.asked == []


def test_bounds_and_what_is_asked_of_the_machine_alone() -> None:
    with answering({"documents": [{}] * 20}) as server:
        atlas = server.atlas
        for limit in (0, MAX_PAGE + 1):
            bounded = pytest.raises(InputError, match=f"1 to {MAX_PAGE}")
            with bounded:
                atlas.papers.similar("x", limit=limit)
            with bounded:
                atlas.collections.coverage("x", limit=limit)
            with bounded:
                atlas.explore_file(b"x", "x", limit=limit)
        with pytest.raises(InputError, match="no format"):
            atlas.export("x", "docx")
        for part in (atlas, atlas.papers, atlas.collections, atlas.topics, atlas.reports):
            with pytest.raises(InputError, match="machine of the atlas"):
                part.remove("x")
        assert server.asked == []
        assert len(atlas.reports.bridges("a", "b", limit=3)["documents"]) == 3


def test_an_export_is_text_however_its_bytes_are_cut() -> None:
    text = "Öffnung " * 20_000
    with answering(b"HTTP/1.0 200 OK\r\n\r\n" + text.encode()) as server:
        assert "".join(server.atlas.export("x", "ris")) == text
    assert parse_qs(urlsplit(server.asked[0][1]).query)["with_collections"] == ["false"]


def test_ids_and_names_are_one_part_of_the_address() -> None:
    with answering({}) as server:
        server.atlas.papers.one("../topics?x#y")
        server.atlas.topics.rename("a/b", "New", who="Ada")
    assert server.asked[0][1] == "/api/v1/documents/..%2Ftopics%3Fx%23y"
    assert server.asked[1][:2] == ("PUT", "/api/v1/topics/a%2Fb/label")
    assert json.loads(server.asked[1][3]) == {"label": "New", "who": "Ada"}
