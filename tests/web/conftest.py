"""Fixtures: clients and servers over a real small atlas; a test that changes it gets a copy of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import waitress
from flask import Flask
from flask.testing import FlaskClient

from litatlas.atlas import Atlas
from litatlas.settings import Settings
from tests.made_once import made_once
from tests.web.browser.browsing import chromium
from tests.web.built_atlas import build, copied, id_of, work
from tests.web.private_atlas import Pair, make
from web import create_app

EmptyAtlas = Callable[..., Atlas]


def make_app(atlas: Atlas, **settings: Any) -> Flask:
    """The application over an atlas, raising what it does not expect."""
    app = create_app(replace(atlas.settings, **settings), atlas=atlas)
    app.testing = True
    return app


@dataclass(frozen=True)
class Names:
    """What addresses of the small atlas are made of: topics of each level, papers, a list."""

    top: str
    other: str
    topic: str
    leaf: str
    noted: str
    older: str
    newer: str
    retracted: str
    list: str

    def path(self, pattern: str) -> str:
        """``/topics/{leaf}`` with the id in it."""
        return pattern.format_map(vars(self))


def names_of(atlas: Atlas) -> Names:
    """The names, from the atlas itself."""
    levels: list[list[str]] = [[], [], []]
    for topic in atlas.topics.all()["topics"]:
        if topic["documents"] and (topic["level"] < 1 or topic["parents"]):
            levels[topic["level"]].append(topic["id"])
    papers = {name: id_of(atlas, name) for name in ("noted", "older", "newer", "retracted")}
    places = {"top": levels[0][0], "other": levels[0][1], "topic": levels[1][0], "leaf": levels[2][0]}
    return Names(**places, **papers, list=atlas.lists.all()[0]["id"])


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small atlas's folder, to be read only."""
    folder = made_once(tmp_path_factory, "web", lambda new: build(new / "home", new))
    return folder / "home"


@pytest.fixture(scope="session")
def atlas(built_home: Path) -> Iterator[Atlas]:
    """The small atlas, to be read only."""
    with Atlas(Settings(home=built_home)) as opened:
        yield opened


@pytest.fixture(scope="session")
def names(atlas: Atlas) -> Names:
    """What is in the small atlas; its copies have the same."""
    return names_of(atlas)


@pytest.fixture(scope="session")
def app(atlas: Atlas) -> Flask:
    """The application over the small atlas."""
    return make_app(atlas)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A reader of the small atlas."""
    return app.test_client()


@pytest.fixture
def own_atlas(built_home: Path, tmp_path: Path) -> Iterator[Atlas]:
    """A copy of the small atlas for a test that changes it."""
    with Atlas(Settings(home=copied(built_home, tmp_path / "home"), processes=1)) as opened:
        yield opened


@pytest.fixture
def own_client(own_atlas: Atlas) -> FlaskClient:
    """A client of that copy."""
    return make_app(own_atlas).test_client()


@pytest.fixture
def empty_atlas(tmp_path: Path) -> Iterator[EmptyAtlas]:
    """Makes atlases without papers."""
    with ExitStack() as stack:

        def make(name: str = "empty", **settings: Any) -> Atlas:
            return stack.enter_context(Atlas(Settings(home=tmp_path / name, processes=1, **settings)))

        yield make


class Served:
    """An atlas behind waitress on a free port of this machine, with a worker beside it."""

    def __init__(self, atlas: Atlas, **settings: Any) -> None:
        self.atlas = atlas
        self.server = waitress.create_server(
            make_app(atlas, **settings), host="127.0.0.1", port=0, threads=8, asyncore_use_poll=True
        )
        self.address = f"http://127.0.0.1:{self.server.effective_port}"
        self.over = threading.Event()
        self.threads = [threading.Thread(target=run, daemon=True) for run in (self._serve, self._work)]
        for thread in self.threads:
            thread.start()

    def _serve(self) -> None:
        try:
            self.server.run()
        except OSError:  # it waits for a socket that is closed in another thread
            if not self.over.is_set():
                raise

    def _work(self) -> None:
        while not self.over.wait(0.05):
            work(self.atlas)

    def close(self) -> None:
        self.over.set()
        self.server.close()
        for thread in self.threads:
            thread.join(timeout=20)


@pytest.fixture(scope="session")
def served(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a copy of the small atlas, served."""
    home = copied(built_home, tmp_path_factory.mktemp("served") / "home")
    with Atlas(Settings(home=home, processes=1)) as opened:
        server = Served(opened)
        yield server.address
        server.close()


@pytest.fixture(scope="session")
def private_pair(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """The small atlas with a private collection and without it; to be copied."""
    folder = made_once(tmp_path_factory, "private", lambda new: make(built_home, new))
    return Pair(folder / "with", folder / "without")


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """A running browser; each test opens windows of its own."""
    with chromium() as running:
        yield running
