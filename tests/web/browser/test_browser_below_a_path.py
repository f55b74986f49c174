"""An atlas that a proxy serves below a path: its scripts find their way too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from litatlas.atlas import Atlas
from litatlas.settings import Settings
from tests.web.browser.browsing import Reader
from tests.web.built_atlas import copied
from tests.web.conftest import Names, Served

pytestmark = pytest.mark.browser
BASE = "/litatlas"


@pytest.fixture(scope="module")
def reader(browser: Any, built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    home = copied(built_home, tmp_path_factory.mktemp("below") / "home")
    with Atlas(Settings(home=home, processes=1)) as opened:
        server = Served(opened, base_path=BASE)
        window = Reader(browser, server.address + BASE)
        window.page.on("response", lambda answer: _note(window, answer))
        yield window
        window.close()
        server.close()
        assert window.faults == []


def _note(window: Reader, answer: Any) -> None:
    if answer.status >= 400 or not answer.url.startswith(window.address):
        window.faults.append(f"{answer.status} {answer.url}")


def test_suggestions_lead_to_their_pages(reader: Reader, atlas: Atlas) -> None:
    top = next(topic for topic in atlas.topics.all()["topics"] if topic["level"] == 0)
    page = reader.open("/help")
    page.keyboard.press("/")
    page.keyboard.type(top["label"][:6].lower())
    page.locator("[role=option]", has_text=top["label"]).click()
    page.wait_for_url(f"**{BASE}/topics/{top['id']}")


def test_a_search_stays_on_its_page(reader: Reader) -> None:
    page = reader.open("/search?q=galaxy")
    page.locator("[data-live-search] [name=q]").fill("redshift")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{BASE}/search?q=redshift*")


def test_overlays_and_topics(reader: Reader, names: Names) -> None:
    page = reader.open("/")
    with page.expect_response(f"**{BASE}/api/v1/topics"):
        page.locator("[data-overlay]").select_option("quality")
    page.goto(reader.address + names.path("/topics/{leaf}"))
    assert page.locator("h1").count() == 1
    assert page.evaluate("[...document.links].every((link) => !link.pathname.startsWith('/topics/'))")
