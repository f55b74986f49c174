"""Three real nodes of one cluster, one of them killed; and a secured node with a role that may do
little."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from search.clauses import Everything
from search.engines.contract import Engine, EngineOptions, FacetRequest, IndexedPaper, Request
from search.engines.elasticsearch.engine import ElasticsearchEngine
from search.engines.errors import EngineRefusedError
from search.engines.opening import open_engine
from tests.conftest import missing
from tests.search.engines.engine_contract import ORACLE, PAPERS, STAMP, make_papers, word

pytestmark = [pytest.mark.elasticsearch, pytest.mark.nightly]

SCRIPT = Path(__file__).parents[3] / "scripts" / "elasticsearch.sh"
NODES = ("test1", "test2", "test3")
PORTS = (9251, 9252, 9253)
PASSWORD = "only-for-tests"


def aliased(engine: Engine, index: str) -> bool:
    """Whether the public name means this index and no other."""
    assert isinstance(engine, ElasticsearchEngine)
    prefix = engine._options.prefix
    return list(engine._client.indices.get_alias(name=prefix)) == [f"{prefix}-{index}"]


def script(action: str, name: str, **environment: str) -> None:
    """Run the script that `make elasticsearch` runs, for one node."""
    done = subprocess.run(
        [SCRIPT, action, name], env={**os.environ, **environment}, capture_output=True, text=True, timeout=300
    )
    if done.returncode and action == "start":
        missing("elasticsearch", done.stderr.strip().splitlines()[-1])


def start(at: int, *, wait: str) -> None:
    """Start one node of the three."""
    seeds = ",".join(f"127.0.0.1:{port + 100}" for port in PORTS)
    script(
        "start",
        NODES[at],
        ES_PORT=str(PORTS[at]),
        ES_TRANSPORT=str(PORTS[at] + 100),
        ES_HEAP="512m",
        ES_CLUSTER="litatlas-test",
        ES_SEEDS=seeds,
        ES_MASTERS=",".join(NODES),
        ES_WAIT=wait,
    )


def ask(url: str) -> Any:
    """Ask a node directly."""
    with urlopen(url, timeout=60) as answer:
        return json.load(answer)


def until_green(nodes: int) -> None:
    """Wait until a node that answers says that all copies of all shards are where they should be."""
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        for port in PORTS:
            try:
                health = ask(f"http://127.0.0.1:{port}/_cluster/health?wait_for_status=green&timeout=5s")
            except (URLError, OSError):
                continue
            if health["number_of_nodes"] >= nodes and health["status"] == "green":
                return
        time.sleep(1)
    pytest.fail("the cluster did not become green in four minutes")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Engine]:
    try:
        for at in range(3):
            start(at, wait="0")
        until_green(3)
        urls = ",".join(f"http://127.0.0.1:{port}" for port in PORTS)
        options = EngineOptions(prefix="litatlas-cluster", shards=3, replicas=1, timeout=60)
        engine = open_engine(urls, Path(), options)
        yield engine
        engine.close()
    finally:
        for name in NODES:
            script("remove", name)


def papers_until(killed: threading.Event, papers: list[IndexedPaper]) -> Iterator[IndexedPaper]:
    """Hold back the second half of the papers until the node is gone."""
    half = len(papers) // 2
    yield from papers[:half]
    assert killed.wait(120)
    yield from papers[half:]


@pytest.mark.timeout(1200)
def test_nothing_is_lost_when_a_node_is_killed(cluster: Engine) -> None:
    cluster.create("shelf", STAMP)
    cluster.write("shelf", PAPERS, stamp=STAMP)
    cluster.publish("shelf")
    clause = word("gene")
    expected = len(ORACLE.hits(clause))
    request = Request(clause, facets=(FacetRequest("tag"),))
    tags = ORACLE.counts(clause, "tag_keys")

    many = make_papers(6000, seed=9)
    killed = threading.Event()
    killer = threading.Thread(target=lambda: (script("kill", NODES[1]), killed.set()))
    cluster.create("more", STAMP)
    killer.start()
    assert cluster.write("more", papers_until(killed, many), stamp=STAMP) == len(many)
    killer.join()

    for _ in range(20):
        answer = cluster.search("shelf", request)
        assert answer.total == expected
        assert dict(answer.facets["tag"]) == tags
        assert cluster.search("more", Request()).total == len(many)
    assert cluster.stamp("more") == STAMP
    assert aliased(cluster, "shelf")

    start(1, wait="1")
    until_green(3)
    script("kill", NODES[0])
    assert cluster.search("more", Request()).total == len(many)
    read: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = cluster.search("more", Request(Everything(), sort="id", limit=1000, cursor=cursor))
        read += [hit.id for hit in page.hits]
        cursor = page.cursor
    assert read == sorted(paper.id for paper in many)


def hashed(password: str) -> str:
    """A password as a node's file of users holds it."""
    salt = os.urandom(32)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 10_000, 32)
    return f"{{PBKDF2}}10000${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A node with one user whose role has all privileges on shared-atlas* and none on the cluster."""
    folder = tmp_path_factory.mktemp("config")
    role = {"atlas": {"cluster": [], "indices": [{"names": ["shared-atlas*"], "privileges": ["all"]}]}}
    (folder / "roles.yml").write_text(json.dumps(role))
    (folder / "users").write_text(f"atlas:{hashed(PASSWORD)}\n")
    (folder / "users_roles").write_text("atlas:atlas\n")
    where = {"ES_PORT": "9261", "ES_TRANSPORT": "9361", "ES_HEAP": "512m"}
    script("remove", "secured", **where)
    script("start", "secured", ES_PASSWORD="elastic-only-for-tests", ES_CONFIG=str(folder), **where)
    try:
        yield "127.0.0.1:9261"
    finally:
        script("remove", "secured", **where)


@pytest.mark.timeout(600)
def test_a_role_for_our_prefix_is_enough(secured: str) -> None:
    options = EngineOptions(prefix="shared-atlas", timeout=60)
    engine = open_engine(f"http://atlas:{PASSWORD}@{secured}", Path(), options)
    engine.create("shelf", STAMP)
    assert engine.write("shelf", PAPERS, stamp=STAMP) == len(PAPERS)
    engine.publish("shelf")
    assert aliased(engine, "shelf")
    assert engine.indices() == ["shelf"]
    assert engine.search("shelf", Request(facets=(FacetRequest("tag"),))).total == len(PAPERS)
    assert engine.nearest("shelf", PAPERS[1].vector or (), Request(), 3)
    first = engine.search("shelf", Request(limit=100, cursor=""))
    assert len(engine.search("shelf", Request(limit=100, cursor=first.cursor)).hits) == len(PAPERS) - 100
    assert engine.statistics("shelf").papers == len(PAPERS)
    assert engine.health().state == "green"
    engine.drop("shelf")

    elsewhere = open_engine(f"http://atlas:{PASSWORD}@{secured}", Path(), EngineOptions(prefix="others"))
    with pytest.raises(EngineRefusedError, match="refused the request"):
        elsewhere.create("shelf", STAMP)
    stranger = open_engine(f"http://atlas:wrong@{secured}", Path(), options)
    with pytest.raises(EngineRefusedError):
        stranger.indices()
    assert stranger.health().state == "red"

    for opened in (engine, elsewhere, stranger):
        opened.close()


def test_the_secured_node_lets_nobody_in(secured: str) -> None:
    with pytest.raises(HTTPError, match="401"):
        ask(f"http://{secured}/_cluster/health")
