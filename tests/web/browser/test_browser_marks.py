"""Marking papers in a real browser: the address keeps the marks, with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.browser.browsing import Reader, chromium

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture
def reader(browser: Any, served: str) -> Iterator[Reader]:
    found = Reader(browser, served)
    yield found
    found.close()
    assert found.faults == []


def mark(page: Any, id: str) -> None:
    page.locator(f'.result[data-id="{id}"] .mark').first.click()


def test_marks_stay_over_pages_back_and_reload_and_become_a_query(reader: Reader) -> None:
    page = reader.open("/search?q=heart")
    bar = page.locator("[data-marks]")
    assert not bar.is_visible()
    mark(page, "d0001")
    page.wait_for_url("**/search?q=heart&marked=d0001")
    assert bar.locator("output").inner_text() == "Papers marked: 1"
    page.get_by_role("link", name="Page 2", exact=True).click()
    page.wait_for_selector('.result[data-id="d0012"]')
    mark(page, "d0012")
    assert bar.locator("output").inner_text() == "Papers marked: 2"
    page.wait_for_url("**marked=d0001,d0012")
    page.go_back()
    page.wait_for_selector('.result[data-id="d0001"]')
    page.reload()
    assert page.locator('.result[data-id="d0001"] .mark input').is_checked()
    page.go_forward()
    page.wait_for_selector('.result[data-id="d0012"]')
    page.get_by_role("button", name="More like these").click()
    page.wait_for_url("**/explore?**")
    assert page.locator("h1").inner_text() == "More like these 2 papers"
    assert page.locator(".lit .cell.b10").count() > 0


def test_marks_are_cleared_and_taken_out(reader: Reader) -> None:
    page = reader.open("/search?q=heart&marked=d0001,d0199")
    page.get_by_role("link", name="Clear").click()
    page.wait_for_url("**/search?q=heart")
    page.wait_for_selector("[data-marks]", state="hidden")
    page = reader.open("/explore?ids=d0001,d0002")
    page.get_by_role("link", name="Take out").first.click()
    page.wait_for_url("**/explore?ids=d0002")
    assert page.locator("h1").inner_text() == "More like this paper"


def test_marks_work_by_keys_alone(reader: Reader) -> None:
    page = reader.open("/search?q=heart")
    page.locator('.result[data-id="d0002"] h2 a').focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.wait_for_url("**/search?q=heart&marked=d0002")
    page.get_by_role("button", name="More like these").press("Enter")
    page.wait_for_url("**/explore?ids=d0002")


def test_marks_work_without_scripts(browser: Any, served: str) -> None:
    window = Reader(browser, served, java_script_enabled=False)
    page = window.open("/search?q=heart&marked=d0199")
    mark(page, "d0001")
    page.get_by_role("button", name="More like these").click()
    page.wait_for_url("**/explore?**")
    assert page.locator("h1").inner_text() == "More like these 2 papers"
    window.close()
    assert window.faults == []
