"""The reader's web at size: bytes and paint of the first page, script in a frame, latency of the server.

    python -m bench.web HOME [--rounds 3] [--json FILE]

HOME is the home folder of a built atlas (a copy: the server writes there). Needs Debian's chromium. Every
number is the median of the rounds, each in a fresh browser profile.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.demo import QUERIES

SEARCHES = ("cancer", "insulin")
WATCH = """
(() => {
  const raf = window.requestAnimationFrame.bind(window);
  window.frames_ms = [];
  window.requestAnimationFrame = (act) => raf((now) => {
    const began = performance.now();
    act(now);
    window.frames_ms.push(performance.now() - began);
  });
  addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    const began = performance.now(), page = document.querySelector('[data-search-page]');
    new MutationObserver((_, watcher) => {
      if (page.hasAttribute('aria-busy')) return;
      watcher.disconnect();
      window.lit_ms = performance.now() - began;
    }).observe(page, { attributes: true, attributeFilter: ['aria-busy'] });
  }, true);
})();
"""


@contextmanager
def served(home: Path, workers: int = 0, log: Path | None = None) -> Iterator[str]:
    """The atlas behind its own server on a free port, with so many workers; ``log``: what it says."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "litatlas", "--home", str(home), "serve", "--port", str(port)]
    with (log or Path("/dev/null")).open("a") as said:
        server = subprocess.Popen([*command, "--workers", str(workers)], stderr=said)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                get(address + "/readyz")
                break
            except OSError:  # refused, not ready yet, or too slow on a busy machine
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait()


def get(url: str) -> bytes:
    """The body at an address."""
    with urllib.request.urlopen(url, timeout=60) as answer:
        return bytes(answer.read())


def p95(urls: list[str], times: int) -> float:
    """Milliseconds that 95 of 100 requests stay below; one pass warms up."""
    taken = []
    for number in range(times + 1):
        for url in urls:
            began = time.perf_counter()
            get(url)
            if number:
                taken.append(1000 * (time.perf_counter() - began))
    return statistics.quantiles(taken, n=100)[94]


def server_round(address: str) -> dict[str, float]:
    """Latency of searches, paper pages and the map."""
    api = address + "/api/v1"
    searches = [f"{api}/search?q={urllib.parse.quote(query)}" for query in QUERIES]
    hits = json.loads(get(f"{api}/search?q=cancer&limit=20"))["documents"]
    papers = [f"{address}/documents/{urllib.parse.quote(hit['id'])}" for hit in hits]
    return {
        "search_p95_ms": p95(searches, 3),
        "paper_p95_ms": p95(papers, 2),
        "map_p95_ms": p95([api + "/map"], 20),
    }


def browser_round(browser: Any, address: str) -> dict[str, float]:
    """The first page, a zoom, and a search that lights the map, in a fresh profile."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH)
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address + "/", wait_until="networkidle")
    measured = {
        "first_page_kb": sum(sizes) / 1000,
        "first_paint_ms": page.evaluate(
            "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        ),
        "interactive_ms": page.evaluate(
            "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
        ),
    }
    box = page.locator(".cell.l0").nth(4).bounding_box()
    page.evaluate("window.frames_ms.length = 0")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(1200)
    measured["zoom_frame_ms"] = page.evaluate("[...frames_ms].sort((a, b) => a - b)[frames_ms.length >> 1]")
    page.goto(f"{address}/search?q={SEARCHES[0]}", wait_until="networkidle")
    page.locator("#q").fill(SEARCHES[1])
    page.keyboard.press("Enter")
    while not (lit := page.evaluate("window.lit_ms ?? null")):  # the policy forbids wait_for_function
        page.wait_for_timeout(20)
    measured["light_after_enter_ms"] = lit
    context.close()
    return measured


def medians(one: Callable[[], dict[str, float]], rounds: int) -> dict[str, float]:
    """The median of every number over the rounds."""
    rows = [one() for _ in range(rounds)]
    return {name: round(statistics.median(row[name] for row in rows), 1) for name in rows[0]}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with served(options.home) as address, sync_playwright() as driver:
        state = json.loads(get(address + "/api/v1/status"))
        summary: dict[str, Any] = {"machine": platform.platform(), "python": platform.python_version()}
        summary |= {"papers": state["papers"], "levels": (state["model"] or {}).get("levels")}
        summary |= medians(lambda: server_round(address), options.rounds)
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        summary["chromium"] = browser.version
        summary |= medians(lambda: browser_round(browser, address), options.rounds)
        browser.close()
    print(json.dumps(summary, indent=1))
    if options.json:
        options.json.write_text(json.dumps(summary, indent=1) + "\n")


if __name__ == "__main__":
    main()
