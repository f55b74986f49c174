"""Screening and judging duplicates in a real browser: by keys, by fingers, at every width."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from litatlas.atlas import Atlas
from litatlas.settings import Settings
from tests.papers import papers, write
from tests.web.browser.browsing import Reader
from tests.web.conftest import Served

pytestmark = pytest.mark.browser

LONG = "Rowers were asked of their knees every month for two seasons, and of the load of their training. "


def rowers(file: str, **changed: Any) -> dict[str, Any]:
    record = {
        "id": file,
        "title": "Load and knee pain in rowers of the north",
        "abstract": LONG * 25,
        "authors": ["Berg, Anna"],
        "year": 2015,
        "venue": "J Row",
        "volume": "3",
    }
    return record | changed


@dataclass(frozen=True)
class Site:
    """An atlas that is served, and its review."""

    atlas: Atlas
    address: str
    review: str

    def screen(self, who: str = "Ada") -> str:
        return f"/reviews/{self.review}/screen?who={who}&order=in-order"

    def verdicts(self) -> list[str]:
        return [row["verdict"] for row in self.atlas.reviews.rows(self.review) if not row["undone"]]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Atlas(Settings(home=tmp_path / "home", processes=1)) as atlas:
        others = [{**paper, "abstract": LONG * 20 + paper["abstract"]} for paper in papers(8, prefix="p")]
        records = [rowers("one"), *others]
        atlas.collections.add([write(tmp_path / "One.jsonl", records)], collection="One")
        likely = rowers("two", title="Load and knee pain in rowers from the north", volume="4")
        atlas.collections.add([write(tmp_path / "Two.jsonl", [likely])], collection="Two")
        review = atlas.reviews.begin(
            "Knees of rowers",
            {
                "question": "Do knees hurt?",
                "criteria": "Rowers\nTwo seasons",
                "good_words": "knee",
                "bad_words": "load",
            },
            query="",
        )
        server = Served(atlas)
        yield Site(atlas, server.address, review)
        server.close()


@pytest.fixture
def reader(browser: Any, site: Site) -> Iterator[Reader]:
    found = Reader(browser, site.address)
    yield found
    found.close()
    assert found.faults == []


@pytest.fixture
def phone(browser: Any, site: Site) -> Iterator[Reader]:
    found = Reader(browser, site.address, narrow=True, color_scheme="dark")
    yield found
    found.close()
    assert found.faults == []


def shown(page: Any) -> str:
    return str(page.locator('input[name="paper"]').input_value())


def another_paper(page: Any, before: str) -> None:
    """Wait until a page with another paper has come whole, its scripts too."""
    page.wait_for_selector(f'input[name="paper"]:not([value="{before}"])', state="attached")
    page.wait_for_load_state("load")


def press(page: Any, key: str) -> None:
    before = shown(page)
    page.keyboard.press(key)
    another_paper(page, before)


def test_papers_are_decided_and_taken_back_by_keys(reader: Reader, site: Site) -> None:
    page = reader.open(site.screen())
    first = shown(page)
    for key, verdict in (("i", "include"), ("m", "maybe"), ("l", "later")):
        press(page, key)
        assert site.verdicts()[-1] == verdict
    page.get_by_label("Reason").select_option("population")
    page.get_by_label("Reason").blur()  # keys mean nothing while a field has the focus
    press(page, "e")
    (excluded,) = [row for row in site.atlas.reviews.rows(site.review) if row["verdict"] == "exclude"]
    assert excluded["reason"] == "population"
    for _ in range(4):
        press(page, "u")
    assert site.verdicts() == [""] * 4, "all four are taken back"
    assert shown(page) == first


def test_keys_typed_into_a_note_decide_nothing(reader: Reader, site: Site) -> None:
    page = reader.open(site.screen())
    page.locator(".verdicts summary").click()
    page.locator("#note").fill("")
    page.locator("#note").type("include me")
    assert site.verdicts() == []
    before = shown(page)
    page.get_by_role("button", name="Exclude").click()
    another_paper(page, before)
    (row,) = site.atlas.reviews.rows(site.review)
    assert (row["verdict"], row["note"]) == ("exclude", "include me")


@pytest.mark.parametrize("path", ["", "/screen?who=Ada", "/conflicts"])
def test_a_reviews_pages_are_accessible_and_fit(reader: Reader, phone: Reader, site: Site, path: str) -> None:
    for at, verdict in enumerate(("include", "exclude", "maybe")):
        paper = site.atlas.reviews.next(site.review, "Ada", order="in-order")["paper"]
        assert paper is not None, at
        site.atlas.reviews.decide(site.review, paper["id"], verdict, "Ada", stage="abstract")
    for window in (reader, phone):
        page = window.open(f"/reviews/{site.review}{path}")
        assert window.violations() == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"


def test_on_a_phone_the_buttons_are_at_hand_and_leave_the_text_free(phone: Reader, site: Site) -> None:
    page = phone.open(site.screen())
    high = page.viewport_size["height"]

    def boxes() -> tuple[Any, Any]:
        return page.locator(".verdicts").bounding_box(), page.locator(
            ".screened .abstract"
        ).last.bounding_box()

    buttons, abstract = boxes()
    assert abstract["y"] + abstract["height"] > high, "the text is longer than the window"
    assert buttons["y"] + buttons["height"] <= high + 1, "the buttons are in sight before it is read"
    assert buttons["height"] < high * 0.3, "most of the window is the paper's"
    for button in page.locator(".verdicts .answers button").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 40, "fingers find it"
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(100)
    buttons, abstract = boxes()
    assert abstract["y"] + abstract["height"] <= buttons["y"] + 1, "the end of the text is not covered"
    before = shown(page)
    page.get_by_role("button", name="Include").tap()
    another_paper(page, before)
    assert site.verdicts() == ["include"]


def test_duplicates_are_judged_by_keys(reader: Reader, phone: Reader, site: Site) -> None:
    for window in (reader, phone):
        page = window.open("/duplicates")
        assert window.violations() == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"
    page = reader.open("/duplicates")
    page.keyboard.press("n")
    page.wait_for_selector("text=The decision is kept.")
    assert [row["verdict"] for row in site.atlas.duplicates.log()] == ["different"]
    page.keyboard.press("u")
    page.wait_for_selector("text=The decision is kept.", state="detached")
    assert [row["undone"] for row in site.atlas.duplicates.log()] == [True, False]
    assert page.locator("article.record-pair").count() == 1
