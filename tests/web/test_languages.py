"""The pages in Russian: the catalogue is whole and current, a choice is kept, nothing is left in English."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from litatlas.atlas import Atlas
from litatlas.parts.reviewing import prisma_words
from litatlas.vocabulary import NOTICES
from tests.web.browser.browsing import Reader
from tests.web.conftest import Names, make_app
from tests.web.test_pages import PAGES, check
from topics.quality.report import MIN_REFERENCE
from web.locales import FAULTS, LANGUAGES, MEASURING, SCRIPT_WORDS, translated

WEB = Path(__file__).parents[2] / "web"
OTHERS = sorted(set(LANGUAGES) - {"en"})
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("static/js/**.js", "javascript")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "say": None}
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")
SAME_IN_BOTH = {"DOI", "JSON", "API"}


def catalogue(code: str) -> Catalog:
    with (WEB / "translations" / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=code)


def key(id: str | tuple[str, ...] | list[str]) -> str:
    return id if isinstance(id, str) else id[0]


def forms(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


@pytest.mark.parametrize("code", OTHERS)
def test_every_word_of_the_pages_is_translated_and_no_other(code: str) -> None:
    said = {key(found[2]) for found in extract_from_dir(WEB, METHODS, keywords=KEYWORDS)} | set(NOTICES)
    said |= {value for name, value in vars(prisma_words).items() if name.isupper() and isinstance(value, str)}
    known = {key(entry.id): entry for entry in catalogue(code) if entry.id}
    assert said == set(known), "run scripts/translations.sh, then translate what is new"
    for id, entry in known.items():
        assert all(forms(entry.string)), id
        assert not entry.fuzzy, id
        for form in forms(entry.string):
            assert set(PLACEHOLDER.findall(form)) == set(PLACEHOLDER.findall(forms(entry.id)[-1])), id


@pytest.mark.parametrize("code", OTHERS)
def test_the_compiled_catalogue_is_current(code: str) -> None:
    made = io.BytesIO()
    write_mo(made, catalogue(code))
    made.seek(0)
    with (WEB / "translations" / code / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        kept = read_mo(file)
    fresh = read_mo(made)
    assert {key(entry.id): entry.string for entry in fresh if entry.id} == {
        key(entry.id): entry.string for entry in kept if entry.id
    }, "run scripts/translations.sh"


def test_the_scripts_words_are_found_where_they_are_said() -> None:
    extracted = {key(found[2]) for found in extract_from_dir(WEB, METHODS[2:], keywords={"say": None})}
    assert extracted == set(SCRIPT_WORDS)


def test_templates_hold_no_words_of_their_own() -> None:
    for path in sorted((WEB / "templates").glob("*.html")):
        if path.name == "api.html":  # the API's description is English, as the API is
            continue
        text = re.sub(r"\{% trans .*?endtrans %\}", "\n", path.read_text("utf-8"), flags=re.DOTALL)
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "\n", text, flags=re.DOTALL)
        text = re.sub(r"<(pre|code|kbd)\b.*?</\1>", "\n", text, flags=re.DOTALL)
        shown = re.findall(r'(?:aria-label|placeholder|title)="([^"]*)"', text)
        shown += re.sub(r"<[^>]*>", "\n", text).split("\n")
        bare = [part for part in shown if re.search(r"[A-Za-z]{2} [a-z]{2}", part)]
        assert not bare, path.name


def test_templates_break_their_lines() -> None:
    for path in sorted((WEB / "templates").glob("*.html")):
        long = [n for n, line in enumerate(path.read_text("utf-8").splitlines(), 1) if len(line) > 160]
        assert not long, path.name


class Words(HTMLParser):
    """The words that a page shows, outside what is English by nature."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("aria-label", "placeholder") and value]
        self.silent += tag in ("script", "svg", "code", "pre", "datalist")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "svg", "code", "pre", "datalist")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(" ".join(data.split()))


@pytest.mark.parametrize("path", [*PAGES, "/topics/none", "/assess", "/lists", "/jobs/none"])
def test_pages_speak_russian(client: FlaskClient, names: Names, path: str) -> None:
    answer = client.get(names.path(path), headers={"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.5"})
    assert '<html lang="ru">' in answer.text
    assert "Cookie" in answer.headers["Vary"]
    assert check(answer.text).faults == []
    if path == "/api":
        return
    words = Words()
    words.feed(re.sub(r"</?mark>", "", answer.text))
    english = {
        key(entry.id) for entry in catalogue("ru") if entry.id and key(entry.id) not in forms(entry.string)
    }
    data = {"hidden", "name", "clear", "quality", "diversity", "junk", "term", "tag", "author", "coherence"}
    data |= {topic["label"] for topic in client.get("/api/v1/topics").get_json()["topics"]}
    assert not {word for word in words.found if word in english - data}


def test_a_choice_is_kept_and_outweighs_the_browser(client: FlaskClient) -> None:
    form = {"code": "ru", "next": "/search?q=heart"}
    answer = client.post("/language", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/search?q=heart")
    assert '<html lang="ru">' in client.get("/", headers={"Accept-Language": "en"}).text
    client.post("/language", data={"code": "en", "next": "/"})
    assert '<html lang="en">' in client.get("/", headers={"Accept-Language": "ru"}).text


@pytest.mark.parametrize(
    "next",
    ["https://elsewhere.example/a?b", "//elsewhere.example/a?b", "/\\elsewhere.example/a?b", "javascript:a"],
)
def test_a_choice_never_leads_to_another_site(client: FlaskClient, next: str) -> None:
    answer = client.post("/language", data={"code": "ru", "next": next})
    assert re.match(r"/[^/\\]", answer.headers["Location"])


def test_a_language_that_is_not_spoken_is_refused(client: FlaskClient) -> None:
    assert client.post("/language", data={"code": "xx"}).status_code == 400
    client.set_cookie("language", "xx")
    assert '<html lang="en">' in client.get("/").text


def test_a_read_only_atlas_lets_its_reader_choose(atlas: Atlas) -> None:
    client = make_app(atlas, read_only=True).test_client()
    assert client.post("/language", data={"code": "ru", "next": "/"}).status_code == 303


def test_numbers_have_the_right_forms(client: FlaskClient, names: Names) -> None:
    russian = {"Accept-Language": "ru"}
    two = client.get(f"/explore?ids={names.noted},{names.newer}", headers=russian).text
    assert re.search(r"Похожие на 2\s+статьи", two)
    assert "Похожие на 1 статью" in client.get(f"/explore?ids={names.noted}", headers=russian).text


def test_every_fault_of_a_query_is_said_in_the_readers_language(client: FlaskClient) -> None:
    rows = (Path(__file__).parents[1] / "search" / "queries.yaml").read_text("utf-8")
    names = {row[1] for part in yaml.safe_load(rows) for row in part.get("bad", [])}
    assert len(names) > 10
    assert names <= set(FAULTS)
    answer = client.get("/search?q=%22heart", headers={"Accept-Language": "ru"})
    assert "Кавычка не закрыта." in answer.text
    assert "never closed" in answer.text


def test_the_api_stays_english(client: FlaskClient) -> None:
    answer = client.get("/api/v1/topics/none", headers={"Accept-Language": "ru"}).get_json()
    assert answer["title"] == "Not Found"
    assert json.dumps(answer, ensure_ascii=False).isascii()


@pytest.mark.browser
def test_the_scripts_speak_russian_too(browser: Any, served: str) -> None:
    reader = Reader(browser, served, locale="ru-RU")
    page = reader.open("/search?q=galaxy")
    assert page.locator(".atlas .crumbs span").first.inner_text() == "Все темы"
    assert "Enter — войти" in page.locator("[data-view]").get_attribute("aria-label")
    page.locator(".mark input").first.check()
    assert page.locator("[data-count]").inner_text() == "Отмечено статей: 1"
    page.locator("footer button", has_text="English").click()
    page.wait_for_selector("html[lang=en]")
    assert page.locator(".atlas .crumbs span").first.inner_text() == "All topics"
    assert "q=galaxy" in page.url
    reader.close()
    assert reader.faults == []


def test_what_the_answer_about_quality_remarks_is_translated(atlas: Atlas) -> None:
    remarks = [
        "There is no model yet. Run: litatlas build",
        f"Too few papers to measure on: {MIN_REFERENCE} must be set aside, of 10,000 papers in all.",
        str(MEASURING[2]) % {"number": "1,600"},
    ]
    with make_app(atlas).test_request_context(headers={"Accept-Language": "ru"}):
        russian = [translated(remark) for remark in remarks]
    assert all(re.search("[а-я]{3}", text) and "%(" not in text for text in russian)
    assert "1,600" in russian[2]


def test_quality_speaks_russian(client: FlaskClient) -> None:
    text = client.get("/quality", headers={"Accept-Language": "ru"}).text
    assert "Слишком мало статей для измерений" in text
    assert "Too few papers" not in text
