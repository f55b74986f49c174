"""The pages of accounts in a real browser, with long names, on a wide and a narrow screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from litatlas.atlas import Atlas
from litatlas.settings import Settings
from tests.web.browser.browsing import Reader
from tests.web.built_atlas import copied
from tests.web.conftest import Served

pytestmark = pytest.mark.browser

PASSWORD = "a password of some words"
NAMES = ("M" * 80, "Dr. Wolfeschlegelsteinhausenbergerdorff", "عبد الله محمد")


@pytest.fixture(scope="module")
def address(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = copied(built_home, tmp_path_factory.mktemp("accounts") / "home")
    settings = Settings(home=home, processes=1, accounts="on")
    with Atlas(settings) as atlas:
        atlas.accounts.add("kim", "keeper", PASSWORD, ["a-rather-long-group-name"])
        for name in NAMES:
            atlas.accounts.add(name, "reader", PASSWORD, ["lab", "a-rather-long-group-name"])
        atlas.accounts.make_token("kim", "W" * 60, ["read"], 90)
        server = Served(atlas, accounts="on")
        yield server.address
        server.close()


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
def test_nothing_is_pushed_out_of_sight(browser: Any, address: str, narrow: bool) -> None:
    reader = Reader(browser, address, narrow=narrow)
    page = reader.open("/sign-in")
    page.fill("#name", "kim")
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.click("form.box button")
    for path in ("/users", "/audit", "/account"):
        reader.open(path)
        hidden = page.evaluate(
            "[...document.querySelectorAll('html, .scroll')].map(e => e.scrollWidth - e.clientWidth)"
        )
        assert max(hidden) <= 0, (path, hidden)
        assert reader.violations() == []
        assert reader.faults == []
    reader.close()
