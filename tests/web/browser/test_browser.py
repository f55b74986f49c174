"""The reader's flows in a real browser, over the generated atlas at full size (12/60/300 topics)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.browser.browsing import Reader, chromium

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/",
    "search": "/search?q=heart",
    "bad query": "/search?q=%22heart",
    "nothing found": "/search?q=nothing",
    "topic": "/topics/t1x4",
    "paper": "/documents/d0003",
    "explore": "/explore",
    "explored": "/explore?text=inflammation",
    "marked": "/search?q=heart&marked=d0001,d0199",
    "more like these": "/explore?ids=d0001,d0002",
    "collections": "/collections",
    "collection": "/collections/PubMed%202021",
    "trends": "/trends",
    "bridges": "/bridges?a=t0x1&b=t0x2",
    "quality": "/quality",
    "lists": "/lists?ids=d0001,d0003",
    "list": "/lists/kept",
    "assess": "/assess?kind=paper&who=Ann",
    "help": "/help",
    "api": "/api",
    "missing": "/topics/none",
}


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


@pytest.fixture
def phone(browser: Any, served: str) -> Iterator[Reader]:
    found = Reader(browser, served, narrow=True, color_scheme="dark")
    yield found
    found.close()
    assert found.faults == []


def focus_of(page: Any) -> str:
    return str(page.locator(".crumbs li").last.inner_text())


def cell_centre(page: Any, topic: str) -> tuple[float, float]:
    box = page.locator(f'.cell[data-id="{topic}"]').bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_every_page_is_accessible_and_fits(reader: Reader, phone: Reader, path: str) -> None:
    for window in (reader, phone):
        page = window.open(path)
        assert window.violations() == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"
        assert page.locator("h1").count() == 1


@pytest.mark.nightly
@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_every_page_in_every_window_and_theme(
    browser: Any, served: str, path: str, colours: str, narrow: bool
) -> None:
    window = Reader(browser, served, narrow=narrow, color_scheme=colours)
    page = window.open(path)
    assert window.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"
    window.close()
    assert window.faults == []


def test_a_collection_is_set_against_all(reader: Reader) -> None:
    page = reader.open("/")
    page.locator("[data-overlay]").select_option("collection")
    page.get_by_role("button", name="PubMed 2021 against all").click()
    page.get_by_text("more in PubMed 2021 than elsewhere").wait_for()
    assert reader.violations() == []


def test_a_topic_of_the_last_level_shows_its_papers_where_the_server_puts_them(reader: Reader) -> None:
    page = reader.open("/#t2x4")
    page.locator(".point").first.wait_for()
    assert page.locator(".point").count() == 10


def test_a_click_goes_into_a_topic_and_the_crumbs_and_back_lead_out(reader: Reader) -> None:
    page = reader.open("/")
    page.mouse.click(*cell_centre(page, "t0x9"))
    page.wait_for_timeout(700)
    assert focus_of(page) == "Drugs and receptors"
    assert page.url.endswith("#t0x9")
    page.get_by_role("button", name="All topics").click()
    page.wait_for_timeout(700)
    assert focus_of(page) == "All topics"
    page.go_back()
    page.wait_for_timeout(700)
    assert focus_of(page) == "Drugs and receptors"
    page.reload()
    page.wait_for_timeout(300)
    assert focus_of(page) == "Drugs and receptors"


def test_labels_stay_inside_the_window_and_apart(reader: Reader) -> None:
    page = reader.open("/")
    for _ in range(2):
        boxes = page.evaluate(
            "[...document.querySelectorAll('.map-labels text')].map(t => t.getBoundingClientRect().toJSON())"
        )
        frame = page.locator(".atlas-view").bounding_box()
        assert len(boxes) > 15
        for box in boxes:
            assert box["left"] >= frame["x"] - 1
            assert box["right"] <= frame["x"] + frame["width"] + 1
        overlaps = [
            (a, b)
            for place, a in enumerate(boxes)
            for b in boxes[:place]
            if a["left"] < b["right"]
            and b["left"] < a["right"]
            and a["top"] < b["bottom"]
            and b["top"] < a["bottom"]
        ]
        assert overlaps == []
        page.mouse.click(*cell_centre(page, "t0x5"))
        page.wait_for_timeout(800)


def test_the_wheel_zooms_in_where_the_pointer_is_and_out_again(reader: Reader) -> None:
    page = reader.open("/")
    x, y = cell_centre(page, "t0x5")
    page.mouse.move(x, y)
    for _ in range(8):
        page.mouse.wheel(0, -200)
    page.wait_for_timeout(400)
    assert "Nutrition and metabolism" in page.locator(".crumbs").inner_text()
    for _ in range(12):
        page.mouse.wheel(0, 200)
    page.wait_for_timeout(400)
    assert focus_of(page) == "All topics"


def test_the_map_is_walked_by_keys_alone(reader: Reader) -> None:
    page = reader.open("/")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.atlas-view')"):
            break
    assert page.locator(".map-labels .cursor").count() == 1
    before = page.locator("[data-note]").inner_text()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    after = page.locator("[data-note]").inner_text()
    assert after != before
    assert "papers" in after
    label = after.split(" · ")[0]
    page.keyboard.press("Enter")
    page.wait_for_timeout(700)
    assert focus_of(page) == label
    page.keyboard.press("Enter")
    page.wait_for_timeout(700)
    page.keyboard.press("Escape")
    page.wait_for_timeout(700)
    page.keyboard.press("Backspace")
    page.wait_for_timeout(700)
    assert focus_of(page) == "All topics"
    page.keyboard.press("o")
    page.wait_for_url("**/topics/*")


def test_the_list_and_the_map_are_one_selection(reader: Reader) -> None:
    page = reader.open("/search?q=heart")
    assert page.locator(".map-drawing.lit .cell.b10").count() >= 3
    assert page.locator(".point").count() == page.locator(".result").count()
    page.locator(".result").nth(1).hover()
    assert page.locator(".hot-shape").count() >= 1
    assert page.locator(".point.hot").count() == 1
    topic = page.locator(".result").nth(1).get_attribute("data-topics").split()[0]
    page.mouse.move(*cell_centre(page, topic))
    page.wait_for_timeout(50)
    lit = page.locator(".result.hot")
    assert lit.count() >= 1
    assert topic in lit.first.get_attribute("data-topics").split()


def test_a_new_search_keeps_the_map_and_changes_its_light(reader: Reader) -> None:
    page = reader.open("/search?q=heart")
    page.evaluate("document.querySelector('.map-drawing').dataset.kept = 'yes'")
    page.locator("#q").fill("nothing")
    page.keyboard.press("Enter")
    page.locator(".empty").wait_for()
    assert page.url.endswith("q=nothing")
    assert page.locator('.map-drawing[data-kept="yes"]').count() == 1
    assert page.locator(".cell.b10").count() == 0
    page.go_back()
    page.locator(".result").first.wait_for()
    assert page.locator("#q").input_value() == "heart"
    assert page.locator(".cell.b10").count() >= 3
    page.locator(".facet a", has_text="PubMed 2021").click()
    page.locator(".chosen").wait_for()
    assert "collection=PubMed+2021" in page.url
    assert page.locator(".count strong").inner_text() == "100"


def test_a_bad_query_is_mended_by_one_click(reader: Reader) -> None:
    page = reader.open("/search?q=%22heart")
    assert "never closed" in page.locator("[role=alert]").inner_text()
    page.locator(".mend").click()
    page.locator(".result").first.wait_for()
    assert page.locator("#q").input_value() == '"heart"'


def test_suggestions_by_keys(reader: Reader) -> None:
    page = reader.open("/help")
    page.keyboard.press("/")
    page.keyboard.type("heart")
    page.locator("[role=option]").first.wait_for()
    assert reader.violations() == []
    page.keyboard.press("ArrowDown")
    assert page.locator('[role=option][aria-selected="true"]').inner_text().startswith("Heart")
    page.keyboard.press("Enter")
    page.wait_for_url("**/topics/t0x0")


@pytest.mark.parametrize("overlay", ["collection", "growth", "quality"])
def test_overlays_colour_the_leaves_and_explain_themselves(reader: Reader, overlay: str) -> None:
    page = reader.open("/")
    page.locator("[data-overlay]").select_option(overlay)
    page.locator("[data-legend] i").first.wait_for()
    colours = page.evaluate(
        "[...document.querySelectorAll('.cell.leaf')].map(cell => cell.style.getPropertyValue('--over'))"
    )
    assert all(colours)
    assert len(set(colours)) > 2
    page.locator("[data-overlay]").select_option("")
    assert not page.locator("[data-legend]").is_visible()


def test_the_tree_is_walked_by_keys(reader: Reader) -> None:
    page = reader.open("/")
    first = page.locator(".tree summary").first
    first.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".tree details[open]").count() == 1
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert page.locator(".tree details[open]").count() == 2
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.locator(".tree details[open]").count() == 0
    assert page.evaluate("document.activeElement === document.querySelector('.tree summary')")


def test_the_theme_is_chosen_and_remembered(reader: Reader) -> None:
    page = reader.open("/")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Dark colours").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert light != dark
    page = reader.open("/help")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark


def test_an_upload_shows_what_became_of_it(reader: Reader, tmp_path: Any) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text('{"title": "One"}\n{}\n')
    page = reader.open("/collections")
    page.get_by_label("Collection", exact=True).fill("Mine")
    page.locator("#file").set_input_files(str(path))
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/jobs/*")
    assert "neither" not in page.locator("dl.numbers").inner_text()
    assert page.locator("dl.numbers dd").all_inner_texts()[:2] == ["2", "1"]
    assert reader.violations() == []


def test_fingers_pinch_and_tap(phone: Reader) -> None:
    page = phone.open("/")
    page.locator(".atlas-view").scroll_into_view_if_needed()
    x, y = cell_centre(page, "t0x5")
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        found = [{"x": px, "y": py, "id": n} for n, (px, py) in enumerate(points)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": found})

    send("touchStart", (x - 15, y), (x + 15, y))
    for apart in range(20, 130, 10):
        send("touchMove", (x - apart, y), (x + apart, y))
    send("touchEnd")
    page.wait_for_timeout(400)
    assert "Nutrition and metabolism" in page.locator(".crumbs").inner_text()
    page.get_by_role("button", name="Show all").tap()
    page.wait_for_timeout(700)
    page.touchscreen.tap(*cell_centre(page, "t0x9"))
    page.wait_for_timeout(700)
    assert focus_of(page) == "Drugs and receptors"


def test_without_scripts_everything_can_be_read_searched_and_sent(
    browser: Any, served: str, tmp_path: Any
) -> None:
    plain = Reader(browser, served, java_script_enabled=False)
    page = plain.open("/")
    page.locator("#q").fill("heart")
    page.get_by_role("button", name="Search").click()
    assert page.locator(".results > .result").count() == 10
    page.get_by_label("Page 2", exact=True).click()
    assert page.locator("b[aria-current=page]").inner_text() == "2"
    page.locator(".result a").first.click()
    assert page.locator(".abstract").count() >= 1
    plain.open("/")
    page.locator(".tree summary").first.click()
    page.locator(".tree details[open] .about").first.click()
    assert "/topics/" in page.url
    plain.open("/explore")
    page.get_by_label("An abstract").fill("inflammation of the heart")
    page.get_by_role("button", name="Explore").click()
    assert page.locator(".result").count() >= 5
    path = tmp_path / "mine.txt"
    path.write_text("One.")
    plain.open("/collections")
    page.get_by_label("Collection", exact=True).fill("Mine")
    page.locator("#file").set_input_files(str(path))
    page.get_by_role("button", name="Upload").click()
    assert "/jobs/" in page.url
    assert page.locator("dl.numbers").count() == 1
    plain.close()
    assert plain.faults == []


def test_a_citation_is_fetched_when_it_is_opened(reader: Reader) -> None:
    page = reader.open("/documents/d0003")
    assert page.locator("#cite-bibtex").inner_text().startswith("@article")
    assert page.locator("#cite-apa").text_content() == ""
    page.locator("summary", has_text="APA").click()
    page.locator("#cite-apa", has_text="A. (2021).").wait_for()
