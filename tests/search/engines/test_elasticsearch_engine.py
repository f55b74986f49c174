"""The engine contract over a real Elasticsearch node (make elasticsearch), and what only it can suffer."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

import pytest

from search.clauses import TEXT, AnyOf, Everything, Term, is_scored
from search.engines.contract import Engine, EngineOptions, FacetRequest, Request
from search.engines.cursors import make_cursor, parse_cursor
from search.engines.elasticsearch.mapping import mapping
from search.engines.errors import (
    CursorError,
    EngineAwayError,
    EngineError,
    EngineFullError,
    EngineRedError,
    EngineRefusedError,
    EngineSlowError,
    EngineVersionError,
)
from search.engines.opening import open_engine
from tests.search.conftest import NODE, open_node
from tests.search.engines.engine_contract import ORACLE, PAPERS, STAMP, EngineContract, ids, random_clause

FRESH = "litatlas-test-fresh"
real = pytest.mark.elasticsearch


@pytest.fixture
def engine() -> Iterator[Engine]:
    yield from open_node(FRESH)


@pytest.fixture(scope="module")
def filled() -> Iterator[Engine]:
    for opened in open_node("litatlas-test-shelf"):
        opened.create("shelf", STAMP)
        opened.write("shelf", PAPERS, stamp=STAMP)
        yield opened


@real
class TestElasticsearch(EngineContract):
    """The contract on one shard."""


def speak(method: str, path: str, body: dict[str, Any] | None = None) -> None:
    """Speak to the node behind the engine's back."""
    data = json.dumps(body).encode() if body is not None else None
    request = HttpRequest(f"{NODE}/{path}", data, {"Content-Type": "application/json"}, method=method)
    urlopen(request, timeout=30).close()


@real
def test_both_engines_answer_alike(filled: Engine, tmp_path: Path) -> None:
    other = open_engine("tantivy", tmp_path)
    other.create("shelf", STAMP)
    other.write("shelf", PAPERS, stamp=STAMP)
    names = ("collection", "year", "tag", "author", "topic")
    for seed in range(100, 160):
        clause = random_clause(random.Random(seed))
        request = Request(clause, facets=tuple(FacetRequest(name, 3) for name in names))
        here, there = filled.search("shelf", request), other.search("shelf", request)
        assert (here.total, here.facets) == (there.total, there.facets)
        assert [hit.score for hit in here.hits] == pytest.approx([hit.score for hit in there.hits], rel=1e-5)
        if not is_scored(clause):
            assert here.hits == there.hits
    other.close()


@real
def test_several_shards_give_the_same_papers() -> None:
    options = EngineOptions(prefix="litatlas-test-shards", shards=3, timeout=30)
    for engine in open_node(options.prefix, options):
        engine.create("shelf", STAMP)
        engine.write("shelf", PAPERS, stamp=STAMP)
        same = places = 0
        for first, second in ((0, 7), (3, 11), (14, 20), (5, 25), (9, 16)):
            stems = [f"{head}{tail}" for head in ("gen", "cell", "neur") for tail in ("e", "a", "on", "um")]
            clause = AnyOf((Term(TEXT, stems[first % 12], 1.0), Term(TEXT, stems[second % 12], 1.0)))
            answer = engine.search("shelf", Request(clause, facets=(FacetRequest("tag"),)))
            expected = ORACLE.hits(clause)
            assert answer.total == len(expected)
            assert dict(answer.facets["tag"]) == ORACLE.counts(clause, "tag_keys")
            worst = expected[:10][-1][1] - 1e-4
            same += sum(dict(expected)[hit.id] >= worst for hit in answer.hits)
            places += len(answer.hits)
        assert places == 50
        assert same >= 0.95 * places


@real
def test_the_alias_means_what_was_published(engine: Engine) -> None:
    for name in ("blue", "green"):
        engine.create(name, STAMP)
        engine.write(name, PAPERS[:3], stamp=STAMP)
    for name in ("blue", "green", "green"):
        engine.publish(name)
        with urlopen(f"{NODE}/_alias/{FRESH}", timeout=30) as answer:
            assert list(json.load(answer)) == [f"{FRESH}-{name}"]
        with urlopen(f"{NODE}/{FRESH}/_count", timeout=30) as answer:
            assert json.load(answer)["count"] == 3


@real
def test_titles_and_abstracts_can_be_read_without_us(engine: Engine) -> None:
    engine.create("shelf", STAMP)
    paper = next(paper for paper in PAPERS if paper.title and paper.abstract)
    engine.write("shelf", [paper], stamp=STAMP)
    with urlopen(f"{NODE}/{FRESH}-shelf/_source/{paper.id}", timeout=30) as answer:
        source = json.load(answer)
    assert (source["title"], source["abstract"]) == (paper.title, paper.abstract)


@real
def test_the_mapping_is_strict(engine: Engine) -> None:
    engine.create("shelf", STAMP)
    with pytest.raises(OSError, match="400"):
        speak("PUT", f"{FRESH}-shelf/_doc/x", {"unheard_of": 1})


@real
def test_a_full_disk_is_said_and_mended(engine: Engine) -> None:
    engine.create("shelf", STAMP)
    speak("PUT", f"{FRESH}-shelf/_settings", {"index.blocks.read_only_allow_delete": True})
    with pytest.raises(EngineFullError, match="accepts no more papers") as caught:
        engine.write("shelf", PAPERS[:3], stamp=STAMP)
    assert "Free some space" in caught.value.hint
    speak("PUT", f"{FRESH}-shelf/_settings", {"index.blocks.read_only_allow_delete": None})
    assert engine.write("shelf", PAPERS[:3], stamp=STAMP) == 3
    assert len(ids(engine, Everything())) == 3


@real
def test_a_missing_shard_is_said(engine: Engine) -> None:
    nowhere = {"index.routing.allocation.require._name": "nowhere", "index.number_of_replicas": 0}
    speak("PUT", f"{FRESH}-shelf?wait_for_active_shards=0", {"settings": nowhere, "mappings": mapping(STAMP)})
    with pytest.raises(EngineRedError, match="not available"):
        engine.search("shelf", Request(facets=(FacetRequest("tag"),), filters={"tag": ("x",)}))
    with pytest.raises(EngineRedError, match="not available"):
        engine.search("shelf", Request())
    health = engine.health()
    assert (health.state, health.message) == ("red", "A shard is missing.")


@real
def test_an_index_of_somebody_else_is_left_alone(engine: Engine) -> None:
    speak("PUT", f"{FRESH}-theirs", {})
    try:
        assert engine.indices() == []
        with pytest.raises(EngineRedError, match="not written by litatlas"):
            engine.search("theirs", Request())
    finally:
        speak("DELETE", f"{FRESH}-theirs")


@real
def test_a_reading_that_expired_is_said(filled: Engine) -> None:
    cursor = filled.search("shelf", Request(limit=2, cursor="")).cursor or ""
    assert filled.search("shelf", Request(limit=2, cursor=cursor)).hits
    asked, moment, position, after = parse_cursor(cursor, 4)
    speak("DELETE", "_pit", {"id": moment})
    with pytest.raises(CursorError, match="has expired"):
        filled.search("shelf", Request(limit=2, cursor=cursor))
    with pytest.raises(CursorError, match="cannot be read"):
        filled.search("shelf", Request(limit=2, cursor=make_cursor(asked, "gone", position, after)))


@contextmanager
def fake(status: int, body: str, *, product: str = "Elasticsearch", delay: float = 0) -> Iterator[str]:
    """A server that always gives the same answer; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            time.sleep(delay)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            if product:
                self.send_header("X-Elastic-Product", product)
            self.end_headers()
            self.wfile.write(body.encode())

        do_POST = do_PUT = do_DELETE = do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            with suppress(BrokenPipeError, ConnectionResetError):
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def failure(kind: str, reason: str) -> str:
    """The body of an error of Elasticsearch."""
    return json.dumps({"error": {"type": kind, "reason": reason}})


@pytest.mark.parametrize(
    ("status", "body", "error", "message"),
    [
        (406, failure("x", "y"), EngineVersionError, "has a version"),
        (401, failure("security_exception", "no"), EngineRefusedError, "refused the request: no"),
        (429, failure("es_rejected_execution_exception", ""), EngineSlowError, "overloaded"),
        (429, failure("cluster_block_exception", "flood-stage watermark"), EngineFullError, "no more papers"),
        (503, failure("master_not_discovered_exception", ""), EngineRedError, "no master"),
        (500, failure("x", "y"), EngineError, "failed: y"),
    ],
)
def test_answers_that_are_errors(status: int, body: str, error: type[EngineError], message: str) -> None:
    with fake(status, body) as url:
        engine = open_engine(url, Path())
        with pytest.raises(error, match=message) as caught:
            engine.indices()
        assert type(caught.value) is error
        assert caught.value.hint
        assert engine.health().state == "red"
        engine.close()


def test_something_else_at_the_address() -> None:
    with fake(200, "{}", product="") as url:
        engine = open_engine(url, Path())
        with pytest.raises(EngineVersionError, match="is not an Elasticsearch"):
            engine.indices()
        engine.close()


def test_an_engine_that_is_away() -> None:
    engine = open_engine("http://somebody:secret@127.0.0.1:9", Path(), EngineOptions(timeout=2))
    with pytest.raises(EngineAwayError, match=r"No Elasticsearch answers at http://127\.0\.0\.1:9\."):
        engine.search("shelf", Request())
    assert engine.health().state == "red"
    engine.close()


def test_an_engine_that_is_slow() -> None:
    with fake(200, "{}", delay=1.5) as url:
        engine = open_engine(url, Path(), EngineOptions(timeout=0.2))
        with pytest.raises(EngineSlowError, match="did not answer in time"):
            engine.search("shelf", Request())
        engine.close()


@pytest.mark.parametrize("prefix", ["", "UPPER", "a*", "a b"])
def test_a_bad_prefix_is_named(prefix: str) -> None:
    with pytest.raises(EngineError, match="not a valid prefix"):
        open_engine("http://127.0.0.1:9", Path(), EngineOptions(prefix=prefix))


def test_a_bad_address_is_named() -> None:
    with pytest.raises(EngineError, match="address is wrong"):
        open_engine("http://127.0.0.1:port", Path())
