"""A browser for the tests: Debian's Chromium, noting requests to other hosts and errors of scripts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from tests.conftest import missing

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""The same engine twice; without what draws windows it costs half the processor."""

WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}


@contextmanager
def chromium() -> Iterator[Any]:
    """A running browser; the test is skipped (in CI: fails) where there is none."""
    if CHROMIUM is None:
        missing("browser", "Debian's chromium-headless-shell is not installed")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("browser", "playwright is not installed")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


class Reader:
    """A window of the browser at one site."""

    def __init__(self, browser: Any, address: str, *, narrow: bool = False, **options: Any) -> None:
        self.address = address
        self.context = browser.new_context(viewport=NARROW if narrow else WIDE, has_touch=narrow, **options)
        self.page = self.context.new_page()
        self.faults: list[str] = []
        host = urlsplit(address).netloc
        self.page.on("request", lambda request: self._seen(request.url, host))
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("console", self._console)

    def _seen(self, url: str, host: str) -> None:
        if urlsplit(url).scheme in ("http", "https", "ws", "wss") and urlsplit(url).netloc != host:
            self.faults.append(f"another host: {url}")

    def _console(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.faults.append(f"policy: {message.text}")

    def open(self, path: str) -> Any:
        """The page at a path, when it has come to rest."""
        self.page.goto(self.address + path, wait_until="load")
        self.page.wait_for_timeout(60)
        return self.page

    def violations(self) -> list[str]:
        """What axe-core finds on the page as it is."""
        try:
            from axe_playwright_python.sync_playwright import Axe
        except ImportError:
            missing("browser", "axe-playwright-python is not installed")
        found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
        return [f"{entry['id']}: {[node['html'][:120] for node in entry['nodes'][:3]]}" for entry in found]

    def close(self) -> None:
        self.context.close()
