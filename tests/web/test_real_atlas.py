"""The whole way on a real atlas: added, built and served by the command line, read in a browser."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.commands import command, free_port, quiet
from tests.papers import papers, write
from tests.web.browser.browsing import Reader
from tests.web.shapes import Shape, schema_of

ABSTRACT = (
    "A galaxy survey measures the redshift and luminosity of dust in dark matter halos. The stellar spectrum "
    "of each quasar and galaxy cluster is taken with a telescope, and its merger history is modelled."
)


def run(home: Path, *arguments: str) -> None:
    done = subprocess.run(
        command(home, *arguments), capture_output=True, timeout=280, env=quiet(), check=False
    )
    assert done.returncode == 0, done.stderr.decode()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of two collections, built and served with one worker."""
    folder = tmp_path_factory.mktemp("served")
    home = folder / "home"
    shared = ["neural translation", "galaxy formation", "cardiac surgery", "graph theory", "quantum optics"]
    first = write(folder / "first.jsonl", papers(400, subjects=shared, seed=1, prefix="a"))
    own = ["cardiac surgery", "river ecology", "soil microbiology"]
    second = write(folder / "second.jsonl", papers(160, subjects=own, seed=2, prefix="b"))
    run(home, "add", str(first), "--collection", "First")
    run(home, "add", str(second), "--collection", "Second & more")
    run(home, "build", "--levels", "4,8,14")
    port = free_port()
    server = subprocess.Popen(
        command(home, "serve", "--port", str(port), "--workers", "1"), env=quiet(), stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address + "/readyz")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(url: str, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:  # not there yet, or too busy to answer
            assert time.monotonic() < end, f"{url} does not answer"
            time.sleep(0.3)


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


@pytest.fixture(params=[False, True], ids=["wide", "narrow"])
def reader(browser: Any, site: str, request: pytest.FixtureRequest) -> Iterator[Reader]:
    found = Reader(browser, site, narrow=request.param)
    yield found
    found.close()
    assert found.faults == []


def test_real_answers_have_the_described_shapes(site: str) -> None:
    api = site + "/api/v1"
    description = get(api + "/openapi.json")
    shape = Shape(description)
    topics = get(api + "/topics")["topics"]
    paper = get(api + "/search?q=galaxy&limit=1&explain=true")["documents"][0]["id"]
    paths = {
        "search": "/search?q=galaxy&explain=true",
        "suggest": "/suggest?q=gal",
        "topics": "/topics",
        "topic": f"/topics/{topics[-1]['id']}",
        "points": f"/topics/{topics[-1]['id']}/points",
        "document": f"/documents/{paper}",
        "similar": f"/documents/{paper}/similar",
        "collections": "/collections",
        "collection": "/collections/First",
        "map": "/map",
        "quality": "/quality",
        "coverage": "/coverage/First",
        "trends": "/trends",
        "bridges": f"/bridges?a={topics[0]['id']}&b={topics[1]['id']}",
        "status": "/status",
        "jobs": "/jobs",
    }
    for name, path in paths.items():
        assert shape.faults(schema_of(description, name), get(api + path)) == [], name


def test_a_light_is_the_share_of_the_results(site: str) -> None:
    answer = get(site + "/api/v1/search?q=galaxy&limit=1")
    for level in range(3):
        weights = [topic["weight"] for topic in answer["topics"] if topic["level"] == level]
        assert sum(weights) == pytest.approx(1, abs=0.02)


@pytest.mark.browser
def test_search_walk_open_and_go_on(reader: Reader) -> None:
    page = reader.open("/")
    assert reader.violations() == []
    page.locator("#q").fill("galaxy redshift")
    page.keyboard.press("Enter")
    page.locator(".result").first.wait_for()
    assert page.locator(".cell.b10").count() >= 3
    assert reader.violations() == []
    title = page.locator(".result h2 a").first
    name = title.inner_text()
    title.click()
    page.wait_for_url("**/documents/*")
    assert page.locator("h1").inner_text() == name
    assert page.locator(".abstract").count() >= 1
    assert reader.violations() == []
    page.locator(".side .weighted a[href^='/topics/']").first.click()
    page.wait_for_url("**/topics/*")
    assert page.locator(".result").count() >= 3
    assert reader.violations() == []


@pytest.mark.browser
@pytest.mark.parametrize(
    "path",
    [
        "/search?q=title%3A",
        *(
            pytest.param(path, marks=pytest.mark.nightly)  # test_browser has these pages always
            for path in ("/collections", "/collections/First", "/trends", "/bridges", "/quality", "/help")
        ),
    ],
)
def test_other_pages_are_accessible(reader: Reader, path: str) -> None:
    page = reader.open(path)
    assert reader.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
def test_a_pasted_abstract_finds_its_own_kind(reader: Reader) -> None:
    page = reader.open("/explore")
    page.locator("#text").fill(ABSTRACT)
    page.get_by_role("button", name="Explore").click()
    page.locator(".result").first.wait_for()
    assert "galax" in page.locator(".result").first.inner_text().lower()
    assert page.locator(".map-drawing.lit").count() == 1
    assert reader.violations() == []


@pytest.mark.browser
def test_an_uploaded_collection_is_found_at_once(reader: Reader, tmp_path: Path) -> None:
    name = f"Mine {reader.page.viewport_size['width']}"
    records = papers(12, subjects=["labour economics"], seed=reader.page.viewport_size["width"], prefix=name)
    file = write(tmp_path / "mine.jsonl", [*records, {"id": "empty"}])  # type: ignore[list-item]
    page = reader.open("/collections")
    page.get_by_label("Collection", exact=True).fill(name)
    page.locator("#file").set_input_files(str(file))
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/jobs/*")
    page.locator("dl.numbers").wait_for(timeout=120_000)
    counts = page.locator("dl.numbers dd").all_inner_texts()
    assert (counts[0], counts[5]) == ("13", "1")
    assert "mine.jsonl" in page.locator("table").inner_text()
    assert reader.violations() == []
    page.get_by_role("link", name=f"Open {name}").click()
    page.wait_for_url("**/collections/*")
    assert page.locator("h1").inner_text() == name
    assert get(site_of(reader) + "/api/v1/search?q=wage&collection=" + urllib.parse.quote(name))["total"] >= 1


def site_of(reader: Reader) -> str:
    return reader.address


@pytest.mark.browser
def test_a_renamed_topic_is_called_so_everywhere(browser: Any, site: str) -> None:
    reader = Reader(browser, site)
    topic = get(site + "/api/v1/topics")["topics"][0]["id"]
    page = reader.open(f"/topics/{topic}")
    page.get_by_text("Rename, describe or hide").click()
    page.get_by_label("Name", exact=True).fill("Skies")
    page.get_by_role("button", name="Rename", exact=True).click()
    page.wait_for_load_state()
    assert page.locator("h1").inner_text() == "Skies"
    page = reader.open("/")
    assert page.locator(f'.cell[data-id="{topic}"]').get_attribute("data-label") == "Skies"
    reader.close()
    assert reader.faults == []


@pytest.mark.browser
def test_the_topics_are_rebuilt_from_the_page(browser: Any, site: str) -> None:
    reader = Reader(browser, site)
    before = get(site + "/api/v1/status")["generation"]
    page = reader.open("/collections")
    page.get_by_text("Options").click()
    page.get_by_label("Topics at each level").fill("4,8,14")
    page.get_by_label("Show what would change first").check()
    page.get_by_role("button", name="Build").click()
    page.wait_for_url("**/jobs/*")
    page.get_by_role("button", name="Publish").wait_for(timeout=240_000)
    assert "kept" in page.locator(".diff").inner_text()
    assert reader.violations() == []
    assert get(site + "/api/v1/status")["generation"] == before
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("link", name="See the map").wait_for(timeout=120_000)
    assert get(site + "/api/v1/status")["generation"] > before
    page.get_by_role("link", name="See the map").click()
    page.locator(".map-labels text").first.wait_for()
    reader.close()
    assert reader.faults == []


def test_marked_papers_feeds_and_citations_of_real_papers(reader: Reader, site: str) -> None:
    found = get(site + "/api/v1/search?q=galaxy&limit=2")["documents"]
    page = reader.open("/search?q=galaxy")
    for hit in found:
        page.locator(f'.result[data-id="{hit["id"]}"] .mark').first.click()
    page.get_by_role("button", name="More like these").click()
    page.wait_for_url("**/explore?**")
    assert page.locator("h1").inner_text() == "More like these 2 papers"
    near = page.locator(".result").evaluate_all("all => all.map(item => item.dataset.id)")
    assert len(near) > 5
    assert not {hit["id"] for hit in found} & set(near)
    for path in ("/search/feed?q=galaxy", f"/topics/{found[0]['topics'][-1]['id']}/feed"):
        with urllib.request.urlopen(site + path, timeout=30) as answer:
            assert answer.read().count(b"<entry>") > 5
