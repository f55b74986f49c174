"""Marking papers in a real browser: the address keeps the marks, with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from litatlas.atlas import Atlas
from tests.web.browser.browsing import Reader
from tests.web.conftest import Names

pytestmark = pytest.mark.browser


@pytest.fixture
def reader(browser: Any, served: str) -> Iterator[Reader]:
    found = Reader(browser, served)
    yield found
    found.close()
    assert found.faults == []


@pytest.fixture(scope="module")
def hits(atlas: Atlas) -> list[str]:
    """The papers that a search finds, over two pages."""
    return [hit["id"] for hit in atlas.search("galaxy", limit=20, facets=False)["documents"]]


def mark(page: Any, id: str) -> None:
    page.locator(f'.result[data-id="{id}"] .mark').first.click()


def test_marks_stay_over_pages_back_and_reload_and_become_a_query(reader: Reader, hits: list[str]) -> None:
    first, later = hits[1], hits[12]
    page = reader.open("/search?q=galaxy")
    bar = page.locator("[data-marks]")
    assert not bar.is_visible()
    mark(page, first)
    page.wait_for_url(f"**/search?q=galaxy&marked={first}")
    assert bar.locator("output").inner_text() == "Papers marked: 1"
    page.get_by_role("link", name="Page 2", exact=True).click()
    page.wait_for_selector(f'.result[data-id="{later}"]')
    mark(page, later)
    assert bar.locator("output").inner_text() == "Papers marked: 2"
    page.wait_for_url(f"**marked={first},{later}")
    page.go_back()
    page.wait_for_selector(f'.result[data-id="{first}"]')
    page.reload()
    assert page.locator(f'.result[data-id="{first}"] .mark input').is_checked()
    page.go_forward()
    page.wait_for_selector(f'.result[data-id="{later}"]')
    page.get_by_role("button", name="More like these").click()
    page.wait_for_url("**/explore?**")
    assert page.locator("h1").inner_text() == "More like these 2 papers"
    assert page.locator(".lit .cell.b10").count() > 0


def test_marks_are_cleared_and_taken_out(reader: Reader, names: Names) -> None:
    page = reader.open(names.path("/search?q=galaxy&marked={noted},{retracted}"))
    page.get_by_role("link", name="Clear").click()
    page.wait_for_url("**/search?q=galaxy")
    page.wait_for_selector("[data-marks]", state="hidden")
    page = reader.open(names.path("/explore?ids={noted},{newer}"))
    page.get_by_role("link", name="Remove").first.click()
    page.wait_for_url(f"**/explore?ids={names.newer}")
    assert page.locator("h1").inner_text() == "More like this paper"


def test_marks_work_by_keys_alone(reader: Reader, hits: list[str]) -> None:
    page = reader.open("/search?q=galaxy")
    page.locator(f'.result[data-id="{hits[2]}"] h2 a').focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.wait_for_url(f"**/search?q=galaxy&marked={hits[2]}")
    page.get_by_role("button", name="More like these").press("Enter")
    page.wait_for_url(f"**/explore?ids={hits[2]}")


def presses_until(page: Any, key: str, selector: str, most: int) -> int:
    for count in range(1, most + 1):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return count
    raise AssertionError(f"{selector} is not reached in {most} presses")


@pytest.mark.parametrize("place", ["/topics/{leaf}", "/search?q=galaxy", "/bridges?a={top}&b={other}"])
def test_a_paper_is_kept_in_a_list_by_a_few_keys(reader: Reader, names: Names, place: str) -> None:
    page = reader.open(names.path(place))
    page.locator("body").press("Home")
    page.evaluate("document.activeElement.blur()")
    presses_until(page, "Tab", '.skip[href="#papers"]', 2)
    page.keyboard.press("Enter")
    presses_until(page, "Tab", ".result a", 1)
    page.keyboard.press("m")
    page.locator("[data-marks]").wait_for(state="visible")
    assert page.locator(".result .mark input").first.is_checked()
    presses_until(page, "Tab", ".result .to-marks", 2)
    page.keyboard.press("Enter")
    presses_until(page, "Tab", '[formaction="/lists"]', 2)
    page.keyboard.press("Enter")
    page.wait_for_url("**/lists?ids=*")


def test_marks_work_without_scripts(browser: Any, served: str, names: Names, hits: list[str]) -> None:
    window = Reader(browser, served, java_script_enabled=False)
    page = window.open(f"/search?q=galaxy&marked={names.retracted}")
    mark(page, hits[5])
    page.get_by_role("button", name="More like these").click()
    page.wait_for_url("**/explore?**")
    assert page.locator("h1").inner_text() == "More like these 2 papers"
    window.close()
    assert window.faults == []
