"""Fixtures: clients and servers over the generated atlas, and a browser that may talk to one host only."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import waitress
from flask import Flask
from flask.testing import FlaskClient

from litatlas.settings import Settings
from tests.web.fake_atlas import FakeAtlas
from web import create_app


def make_app(home: Path, atlas: object, **settings: object) -> Flask:
    """The application over any atlas, raising what it does not expect."""
    app = create_app(Settings(home=home, **settings), atlas=atlas)  # type: ignore[arg-type]
    app.testing = True
    return app


@pytest.fixture(scope="session")
def fake_atlas() -> FakeAtlas:
    """The generated atlas at full size: 12, 60 and 300 topics."""
    return FakeAtlas()


@pytest.fixture
def atlas() -> FakeAtlas:
    """A small generated atlas of a test's own."""
    return FakeAtlas(papers=30, sizes=(3, 6, 12))


@pytest.fixture
def client(atlas: FakeAtlas, tmp_path: Path) -> FlaskClient:
    """A client of a small atlas."""
    return make_app(tmp_path, atlas).test_client()


class Served:
    """An application behind waitress on a free port of this machine."""

    def __init__(self, app: Flask) -> None:
        self.server = waitress.create_server(app, host="127.0.0.1", port=0, threads=8)
        self.address = f"http://127.0.0.1:{self.server.effective_port}"
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.close()
        self.thread.join(timeout=5)


@pytest.fixture(scope="session")
def served(fake_atlas: FakeAtlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the generated atlas, served."""
    found = Served(make_app(tmp_path_factory.mktemp("home"), fake_atlas))
    yield found.address
    found.close()
