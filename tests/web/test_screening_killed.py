"""A server that is killed while a paper is decided: what it acknowledged is kept, and what was kept stays."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import random
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import waitress

from litatlas.atlas import Atlas
from litatlas.settings import Settings
from tests.papers import papers, write
from web import create_app

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.warm", "tests.web.test_screening_killed"])
VERDICTS = ("include", "exclude", "exclude", "maybe", "later")


@pytest.mark.parametrize("moments", [3, pytest.param(100, marks=pytest.mark.nightly)])
@pytest.mark.timeout(3_000)
def test_no_decision_is_lost_however_a_server_ends(tmp_path: Path, moments: int) -> None:
    home, dice = tmp_path / "home", random.Random(moments)
    with Atlas(Settings(home=home)) as atlas:
        path = write(tmp_path / "x.jsonl", papers(60, prefix="x"))
        atlas.collections.add([path], collection="x")
        review = atlas.reviews.new("killed", stages="abstract")
        atlas.reviews.add(review, query="")
    acknowledged: dict[int, tuple[str, str]] = {}
    before: list[Any] = []
    for _ in range(moments):
        _screen_until_killed(home, review, dice, acknowledged)
        with Atlas(Settings(home=home)) as atlas:
            rows = atlas.reviews.rows(review)
            kept = {row["number"]: (row["paper"], row["verdict"]) for row in rows}
            assert acknowledged.items() <= kept.items()
            assert [row["number"] for row in rows][: len(before)] == before, "rows are only ever added"
            assert atlas.reviews.one(review)["stages"][0]["papers"] == 60
            before = [row["number"] for row in rows]
    assert len(acknowledged) >= moments


def _screen_until_killed(
    home: Path, review: str, dice: random.Random, acknowledged: dict[int, tuple[str, str]]
) -> None:
    """Decide and undo at a server of its own, which is killed after its first answer at any moment."""
    here, there = _context.Pipe(duplex=False)
    server = _context.Process(target=_serve, args=(home, there), daemon=True)
    server.start()
    assert here.poll(120), "the server does not start"
    port = here.recv()
    killer: threading.Timer | None = None
    try:
        while True:
            paper = _asked(port, "GET", f"/api/v1/reviews/{review}/next?who=Ada")["paper"]
            undoes = paper is None or dice.random() < 0.2
            verdict = "" if undoes else dice.choice(VERDICTS)
            body = {"who": "Ada"} if undoes else {"who": "Ada", "paper": paper["id"], "verdict": verdict}
            action = "undo" if undoes else "decisions"
            answer = _asked(port, "POST", f"/api/v1/reviews/{review}/{action}", body)
            if "number" in answer:  # there may be nothing to undo
                acknowledged[answer["number"]] = answer["paper"], verdict
            if killer is None:
                killer = threading.Timer(dice.random() * 0.5, os.kill, (server.pid, signal.SIGKILL))
                killer.start()
    except (OSError, http.client.HTTPException):
        pass  # it was killed
    finally:
        if killer is not None:
            killer.join()
        server.join(60)
    assert server.exitcode == -signal.SIGKILL


def _asked(port: int, method: str, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        text = None if body is None else json.dumps(body)
        connection.request(method, path, text, {"Content-Type": "application/json"})
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        return answer
    finally:
        connection.close()


def _serve(home: Path, port: Any) -> None:
    atlas = Atlas(Settings(home=home))
    server = waitress.create_server(create_app(atlas.settings, atlas=atlas), host="127.0.0.1", port=0)
    port.send(server.effective_port)
    while True:
        server.run()
        time.sleep(0.1)
