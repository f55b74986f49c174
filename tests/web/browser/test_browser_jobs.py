"""Jobs that are followed in a real browser: several of one upload, and one alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from litatlas.atlas import Atlas
from tests.web.browser.browsing import Reader
from tests.web.conftest import EmptyAtlas, Served

pytestmark = pytest.mark.browser


class WithoutWorker(Served):
    """A server whose jobs go on only as the test says."""

    def _work(self) -> None:
        pass


@pytest.fixture
def home(empty_atlas: EmptyAtlas) -> Atlas:
    return empty_atlas()


@pytest.fixture
def reader(browser: Any, home: Atlas) -> Iterator[Reader]:
    server = WithoutWorker(home)
    window = Reader(browser, server.address)
    yield window
    window.close()
    server.close()
    assert window.faults == []


def test_several_jobs_are_followed_without_a_stream_each(reader: Reader, home: Atlas) -> None:
    ids = [home.library.create_job("add", {"collection": "A", "path": f"{n}.ris"}) for n in range(9)]
    asked: list[str] = []
    reader.page.on("request", lambda request: asked.append(request.url))
    page = reader.open("/jobs?" + "&".join(f"id={id}" for id in ids))
    home.library.update_job(ids[3], state="running", progress=0.5, message="Reading")
    page.get_by_role("row", name="3.ris").get_by_text("running").wait_for()
    assert [url for url in asked if "/api/" in url] == []
    for id in ids:
        home.library.update_job(id, state="done")
    page.locator("[data-job]").first.wait_for(state="detached")
    assert page.locator(".state.done").count() == len(ids)
