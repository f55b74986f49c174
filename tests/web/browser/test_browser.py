"""The reader's flows in a real browser, over a real small atlas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from litatlas.answers import TopicAnswer
from litatlas.atlas import Atlas
from tests.web.browser.browsing import Reader
from tests.web.built_atlas import FIRST, LEVELS
from tests.web.conftest import Names

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/",
    "search": "/search?q=galaxy",
    "bad query": "/search?q=%22dark+galaxy",
    "nothing found": "/search?q=nothing",
    "topic": "/topics/{topic}",
    "paper": "/documents/{noted}",
    "explore": "/explore",
    "explored": "/explore?text=galaxy+redshift",
    "marked": "/search?q=galaxy&marked={noted},{retracted}",
    "more like these": "/explore?ids={noted},{newer}",
    "collections": "/collections",
    "collection": "/collections/PubMed%202021",
    "trends": "/trends",
    "bridges": "/bridges?a={top}&b={other}",
    "quality": "/quality",
    "lists": "/lists?ids={noted},{newer}",
    "list": "/lists/{list}",
    "assess": "/assess?kind=paper&who=Ann",
    "duplicates": "/duplicates",
    "help": "/help",
    "api": "/api",
    "missing": "/topics/none",
}


@pytest.fixture
def reader(browser: Any, served: str) -> Iterator[Reader]:
    found = Reader(browser, served)
    yield found
    found.close()
    assert found.faults == []


@pytest.fixture
def still(browser: Any, served: str) -> Iterator[Reader]:
    """A window of who wants no motion: the map is at once where it goes, and nothing is waited for."""
    found = Reader(browser, served, reduced_motion="reduce")
    yield found
    found.close()
    assert found.faults == []


@pytest.fixture
def phone(browser: Any, served: str) -> Iterator[Reader]:
    found = Reader(browser, served, narrow=True, color_scheme="dark")
    yield found
    found.close()
    assert found.faults == []


@pytest.fixture(scope="module")
def tops(atlas: Atlas) -> list[TopicAnswer]:
    """The topics of the top level."""
    return [topic for topic in atlas.topics.all()["topics"] if topic["level"] == 0]


def focus_of(page: Any) -> str:
    return str(page.locator(".crumbs li").last.inner_text())


def cell_centre(page: Any, topic: str) -> tuple[float, float]:
    box = page.locator(f'.cell[data-id="{topic}"]').bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.fixture(scope="module")
def windows(browser: Any, served: str) -> Iterator[list[Reader]]:
    """A wide light window and a narrow dark one, in which pages are only looked at."""
    pair = [Reader(browser, served), Reader(browser, served, narrow=True, color_scheme="dark")]
    yield pair
    for window in pair:
        window.close()


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_every_page_is_accessible_and_fits(windows: list[Reader], names: Names, path: str) -> None:
    for window in windows:
        page = window.open(names.path(path))
        assert window.violations() == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"
        assert page.locator("h1").count() == 1
        assert window.faults == []


@pytest.mark.nightly
@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_every_page_in_every_window_and_theme(
    browser: Any, served: str, names: Names, path: str, colours: str, narrow: bool
) -> None:
    window = Reader(browser, served, narrow=narrow, color_scheme=colours)
    page = window.open(names.path(path))
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


def test_a_topic_of_the_last_level_shows_its_papers_where_the_server_puts_them(
    reader: Reader, atlas: Atlas, names: Names
) -> None:
    papers = atlas.topics.points(names.leaf)["papers"]
    page = reader.open(f"/#{names.leaf}")
    page.locator(".point").first.wait_for()
    drawn = page.locator(".point").evaluate_all("all => all.map(point => point.dataset.id)")
    assert sorted(drawn) == sorted(paper["id"] for paper in papers)


def test_a_click_goes_into_a_topic_and_the_crumbs_and_back_lead_out(
    reader: Reader, tops: list[TopicAnswer]
) -> None:
    page = reader.open("/")
    page.mouse.click(*cell_centre(page, tops[2]["id"]))
    page.wait_for_timeout(700)
    assert focus_of(page) == tops[2]["label"]
    assert page.url.endswith(f"#{tops[2]['id']}")
    page.get_by_role("button", name="All topics").click()
    page.wait_for_timeout(700)
    assert focus_of(page) == "All topics"
    page.go_back()
    page.wait_for_timeout(700)
    assert focus_of(page) == tops[2]["label"]
    page.reload()
    page.wait_for_timeout(300)
    assert focus_of(page) == tops[2]["label"]


def test_labels_stay_inside_the_window_and_apart(still: Reader, tops: list[TopicAnswer]) -> None:
    page = still.open("/")
    for _ in range(2):
        boxes = page.evaluate(
            "[...document.querySelectorAll('.map-labels text')].map(t => t.getBoundingClientRect().toJSON())"
        )
        frame = page.locator(".atlas-view").bounding_box()
        assert len(boxes) > sum(LEVELS[:2]) / 2
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
        page.mouse.click(*cell_centre(page, tops[1]["id"]))
        page.wait_for_timeout(100)


def test_the_wheel_zooms_in_where_the_pointer_is_and_out_again(
    reader: Reader, tops: list[TopicAnswer]
) -> None:
    page = reader.open("/")
    x, y = cell_centre(page, tops[1]["id"])
    page.mouse.move(x, y)
    for _ in range(8):
        page.mouse.wheel(0, -200)
    page.wait_for_timeout(400)
    assert tops[1]["label"] in page.locator(".crumbs").inner_text()
    for _ in range(12):
        page.mouse.wheel(0, 200)
    page.wait_for_timeout(400)
    assert focus_of(page) == "All topics"


def middlemost(page: Any) -> str:
    """The name of the top topic whose cell lies nearest to the middle of the map."""
    return str(
        page.evaluate(
            """() => {
              const frame = document.querySelector('.atlas-view').getBoundingClientRect();
              const far = (cell) => {
                const pairs = cell.getAttribute('points').trim().split(/\\s+/);
                const points = pairs.map((pair) => pair.split(',').map(Number));
                let area = 0, x = 0, y = 0;
                points.forEach(([x0, y0], i) => {
                  const [x1, y1] = points[(i + 1) % points.length], cross = x0 * y1 - x1 * y0;
                  area += cross; x += (x0 + x1) * cross; y += (y0 + y1) * cross;
                });
                return Math.hypot(x / (3 * area) / 1600 - 0.5, y / (3 * area) / 1000 - 0.5);
              };
              const tops = [...document.querySelectorAll('.cell[data-level="0"]')];
              return tops.sort((a, b) => far(a) - far(b))[0].dataset.label;
            }"""
        )
    )


def test_a_click_leaves_no_outline_in_the_drawing_and_keeps_the_focus_on_the_map(
    still: Reader, tops: list[TopicAnswer]
) -> None:
    page = still.open("/")
    for _ in range(2):
        page.mouse.click(*cell_centre(page, tops[1]["id"]))
        page.wait_for_timeout(100)
        assert page.evaluate("document.activeElement.matches('.atlas-view')")
        outlined = page.evaluate(
            "[...document.querySelectorAll('.atlas-view, .atlas-view *')]"
            ".filter(part => getComputedStyle(part).outlineStyle !== 'none').length"
        )
        assert outlined == 0
    assert page.locator(".map-labels .cursor").count() == 0


def test_a_click_on_a_name_goes_to_the_topic_of_that_name(still: Reader, atlas: Atlas) -> None:
    levels = {topic["id"]: topic["level"] for topic in atlas.topics.all()["topics"]}
    page = still.open("/")
    names = page.locator(".map-labels text[data-id]")
    drawn = names.evaluate_all("all => all.map(name => name.dataset.id)")
    below = next(at for at, topic in enumerate(drawn) if levels[topic] == 1)
    names.nth(below).click()
    page.wait_for_timeout(100)
    assert page.url.endswith(f"#{drawn[below]}")
    link = page.get_by_role("link", name="Open the topic's page")
    link.click()
    page.wait_for_url(f"**/topics/{drawn[below]}")


def test_what_colours_mean_is_part_of_the_address(reader: Reader, tops: list[TopicAnswer]) -> None:
    page = reader.open(f"/#{tops[0]['id']}~growth")
    page.get_by_text("rising").first.wait_for()
    assert page.locator("[data-overlay]").input_value() == "growth"
    assert focus_of(page) == tops[0]["label"]
    page.locator("[data-overlay]").select_option("collection")
    page.get_by_role("button", name="PubMed 2021 against all").click()
    page.get_by_text("more in PubMed 2021 than elsewhere").wait_for()
    assert page.url.endswith(f"#{tops[0]['id']}~own%3APubMed%202021")
    page.reload()
    page.get_by_text("more in PubMed 2021 than elsewhere").wait_for()
    page.locator("[data-overlay]").select_option("")
    assert page.url.endswith(f"#{tops[0]['id']}")


def test_points_have_a_key_and_lie_above_the_names(reader: Reader) -> None:
    page = reader.open("/search?q=galaxy")
    page.locator("[data-legend] .dot").wait_for()
    hidden = page.evaluate(
        """[...document.querySelectorAll('.point')].filter((point) => {
          const box = point.getBoundingClientRect();
          const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
          return top && !top.closest('.point');
        }).length"""
    )
    assert page.locator(".point").count() > 0
    assert hidden == 0
    assert page.locator("[data-legend] .dot").count() == 1
    assert reader.open("/").locator("[data-legend] .dot").count() == 0


def test_the_map_is_walked_by_keys_alone(still: Reader) -> None:
    page = still.open("/")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.atlas-view')"):
            break
    assert page.locator(".map-labels .cursor").count() == 0
    page.keyboard.press("ArrowRight")
    assert page.locator(".map-labels .cursor").count() == 1
    before = page.locator("[data-note]").inner_text()
    assert before.startswith(middlemost(page) + " · ")
    for way in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(way)
        if (after := page.locator("[data-note]").inner_text()) != before:
            break
    assert after != before
    assert "papers" in after
    label = after.split(" · ")[0]
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    assert focus_of(page) == label
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    page.keyboard.press("Escape")
    page.wait_for_timeout(100)
    page.keyboard.press("Backspace")
    page.wait_for_timeout(100)
    assert focus_of(page) == "All topics"
    page.keyboard.press("o")
    page.wait_for_url("**/topics/*")


def test_the_list_and_the_map_are_one_selection(reader: Reader) -> None:
    page = reader.open("/search?q=galaxy")
    assert page.locator(".map-drawing.lit .cell.b10").count() >= 3
    assert 0 < page.locator(".point").count() <= page.locator(".result").count()
    page.locator(".result").nth(1).hover()
    assert page.locator(".hot-shape").count() >= 1
    assert page.locator(".point.hot").count() == 1
    topic = page.locator(".result").nth(1).get_attribute("data-topics").split()[0]
    page.mouse.move(*cell_centre(page, topic))
    page.wait_for_timeout(50)
    lit = page.locator(".result.hot")
    assert lit.count() >= 1
    assert topic in lit.first.get_attribute("data-topics").split()


def test_a_new_search_keeps_the_map_and_changes_its_light(reader: Reader, atlas: Atlas) -> None:
    page = reader.open("/search?q=galaxy")
    page.evaluate("document.querySelector('.map-drawing').dataset.kept = 'yes'")
    page.locator("#q").fill("nothing")
    page.keyboard.press("Enter")
    page.locator(".empty").wait_for()
    assert page.url.endswith("q=nothing")
    assert page.locator('.map-drawing[data-kept="yes"]').count() == 1
    assert page.locator(".cell.b10").count() == 0
    page.go_back()
    page.locator(".result").first.wait_for()
    assert page.locator("#q").input_value() == "galaxy"
    assert page.locator(".cell.b10").count() >= 3
    page.locator(".facet a", has_text=FIRST).click()
    page.locator(".chosen").wait_for()
    assert "collection=PubMed+2021" in page.url
    total = atlas.search("galaxy", filters={"collection": [FIRST]}, facets=False)["total"]
    assert page.locator(".count strong").inner_text() == str(total)


def test_a_bad_query_is_mended_by_one_click(reader: Reader) -> None:
    page = reader.open("/search?q=%22dark+halo")
    assert "never closed" in page.locator("[role=alert]").inner_text()
    page.locator(".mend").click()
    page.locator(".summary").wait_for()
    assert page.locator("#q").input_value() == '"dark halo"'


def test_suggestions_by_keys(reader: Reader, tops: list[TopicAnswer]) -> None:
    page = reader.open("/help")
    page.keyboard.press("/")
    page.keyboard.type(tops[0]["label"][:6].lower())
    page.locator("[role=option]").first.wait_for()
    assert reader.violations() == []
    while page.locator('[role=option][aria-selected="true"]', has_text=tops[0]["label"]).count() == 0:
        page.keyboard.press("ArrowDown")
        assert page.locator('[role=option][aria-selected="true"]').count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/topics/{tops[0]['id']}")


@pytest.mark.parametrize("overlay", ["collection", "growth", "quality"])
def test_overlays_colour_the_leaves_and_explain_themselves(reader: Reader, overlay: str) -> None:
    page = reader.open("/")
    page.locator("[data-overlay]").select_option(overlay)
    page.locator("[data-legend] i").first.wait_for()
    colours = page.evaluate(
        "[...document.querySelectorAll('.cell.leaf')].map(cell => cell.style.getPropertyValue('--over'))"
    )
    assert all(colours)
    assert len(set(colours)) > 1
    page.locator("[data-overlay]").select_option("")
    assert page.locator("[data-legend] i").count() == 0
    assert "Colour: top topic" in page.locator("[data-legend]").inner_text()


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
    page.locator("dl.numbers").wait_for()
    assert page.locator("dl.numbers dd").all_inner_texts()[:2] == ["2", "1"]
    assert reader.violations() == []


def test_fingers_pinch_and_tap(phone: Reader, tops: list[TopicAnswer]) -> None:
    page = phone.open("/")
    page.locator(".atlas-view").scroll_into_view_if_needed()
    x, y = cell_centre(page, tops[1]["id"])
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        found = [{"x": px, "y": py, "id": n} for n, (px, py) in enumerate(points)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": found})

    send("touchStart", (x - 15, y), (x + 15, y))
    for apart in range(20, 130, 10):
        send("touchMove", (x - apart, y), (x + apart, y))
    send("touchEnd")
    page.wait_for_timeout(400)
    assert tops[1]["label"] in page.locator(".crumbs").inner_text()
    page.get_by_role("button", name="Show all").tap()
    page.wait_for_timeout(700)
    page.touchscreen.tap(*cell_centre(page, tops[2]["id"]))
    page.wait_for_timeout(700)
    assert focus_of(page) == tops[2]["label"]


def test_without_scripts_everything_can_be_read_searched_and_sent(
    browser: Any, served: str, tmp_path: Any
) -> None:
    plain = Reader(browser, served, java_script_enabled=False)
    page = plain.open("/")
    page.locator("#q").fill("galaxy")
    page.get_by_role("button", name="Search").click()
    page.locator(".results > .result").nth(9).wait_for()
    assert page.locator(".results > .result").count() == 10
    page.get_by_label("Page 2", exact=True).click()
    assert page.locator("b[aria-current=page]").inner_text() == "2"
    page.locator(".result a").first.click()
    page.locator(".abstract").first.wait_for()
    plain.open("/")
    page.locator(".tree summary").first.click()
    page.locator(".tree details[open] .about").first.click()
    page.wait_for_url("**/topics/*")
    plain.open("/explore")
    page.get_by_label("An abstract").fill("the redshift of a galaxy")
    page.get_by_role("button", name="Explore").click()
    page.locator(".result").nth(4).wait_for()
    path = tmp_path / "mine.jsonl"
    path.write_text('{"title": "One"}')
    plain.open("/collections")
    page.get_by_label("Collection", exact=True).fill("Mine")
    page.locator("#file").set_input_files(str(path))
    page.get_by_role("button", name="Upload").click()
    assert "/jobs/" in page.url
    page.locator("dl.numbers").wait_for()
    plain.close()
    assert plain.faults == []


def test_a_citation_is_fetched_when_it_is_opened(reader: Reader, names: Names) -> None:
    page = reader.open(f"/documents/{names.noted}")
    assert page.locator("#cite-bibtex").inner_text().startswith("@article")
    assert page.locator("#cite-apa").text_content() == ""
    page.locator("summary", has_text="APA").click()
    page.locator("#cite-apa", has_text="(2010). ").wait_for()
