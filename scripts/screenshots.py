"""Take the pictures of the README and the docs from a running atlas, so that they stay true.

Usage: ``python scripts/screenshots.py http://127.0.0.1:8000 docs/images``, or with ``--serve`` in place of
the address: the atlas of LITATLAS_HOME is then served on a free port for as long as the pictures take.
The queries suit the demo's papers (PubMed 2021 and 1977–79). Needs Debian's chromium.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

QUERY = "cancer immunotherapy"
TEXT = (
    "Checkpoint inhibitors restore the response of T cells against melanoma, but many patients do not "
    "benefit. We ask which mutations and which cells of the tumour's surroundings predict survival."
)
WIDE, NARROW = (1440, 900), (390, 844)
READY_SECONDS = 180
LARGEST = 300_000  # bytes of one picture
COLOURS = 256  # of a picture that is too large


@dataclass(frozen=True)
class Shot:
    """One picture: its name, the page, the window and the colours."""

    name: str
    path: str
    window: tuple[int, int] = WIDE
    colours: str = "light"


def shots(address: str) -> list[Shot]:
    """The pictures to take; the paper and the topic are the first that the query finds."""
    query = urllib.parse.quote_plus(QUERY)
    answer = _get(f"{address}/api/v1/search?q={query}&limit=1")
    if not answer["documents"] or not answer["topics"]:
        raise SystemExit(f"{address} finds nothing for {QUERY!r}: is it the demo's atlas, with topics?")
    middle = [topic for topic in answer["topics"] if topic["level"] == 1] or answer["topics"]
    topic = max(middle, key=lambda entry: entry["weight"])["id"]
    search = f"/search?q={query}"
    return [
        Shot("home", "/"),
        Shot("search", search),
        Shot("topic", f"/topics/{urllib.parse.quote(topic)}"),
        Shot("paper", f"/documents/{urllib.parse.quote(answer['documents'][0]['id'])}"),
        Shot("explore", "/explore?text=" + urllib.parse.quote_plus(TEXT)),
        Shot("narrow", search, NARROW),
        Shot("dark", search, WIDE, "dark"),
    ]


def take(address: str, folder: Path) -> None:
    """Save every picture as ``folder/NAME.png``."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Debian's Chromium is not installed: apt-get install chromium-headless-shell")
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for shot in shots(address):
            target = folder / f"{shot.name}.png"
            _photograph(browser, address, shot, target)
            _shrink(target)
            print(f"{target} {target.stat().st_size // 1000} kB")
        browser.close()


def _photograph(browser: Any, address: str, shot: Shot, target: Path) -> None:
    width, height = shot.window
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=shot.colours, reduced_motion="reduce"
    )
    page = context.new_page()
    answer = page.goto(address + shot.path, wait_until="networkidle")
    if answer is None or not answer.ok:
        raise SystemExit(f"{address}{shot.path} does not answer well; no picture was taken of it.")
    page.wait_for_timeout(400)  # the map's labels are placed after the page has loaded
    page.screenshot(path=target)
    context.close()


def _shrink(picture: Path) -> None:
    """Fewer colours for a picture that is too large, where Pillow is installed."""
    if picture.stat().st_size <= LARGEST:
        return
    try:
        from PIL import Image
    except ImportError:
        return
    with Image.open(picture) as image:
        image.convert("RGB").quantize(COLOURS).save(picture, optimize=True)


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310  (the address is the caller's own)
        return json.load(answer)


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The address of the atlas of LITATLAS_HOME, served on a free port until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen([sys.executable, "-m", "litatlas", "serve", "--port", str(port), "--workers=0"])
    try:
        _wait_for(server, f"{address}/readyz")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(server: subprocess.Popen[bytes], url: str) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310  (this machine)
            return
        time.sleep(0.5)
    raise SystemExit(f"{url} does not answer.")


def main() -> None:
    """Read the command line and take the pictures."""
    parser = argparse.ArgumentParser(description="Take the pictures of the docs from a running atlas.")
    parser.add_argument("address", nargs="?", help="such as http://127.0.0.1:8000")
    parser.add_argument("folder", type=Path, help="such as docs/images")
    parser.add_argument("--serve", action="store_true", help="serve the atlas of LITATLAS_HOME meanwhile")
    options = parser.parse_args()
    if bool(options.address) == options.serve:
        parser.error("give either an address or --serve")
    with served() if options.serve else contextlib.nullcontext(options.address) as address:
        take(address.rstrip("/"), options.folder)


if __name__ == "__main__":
    main()
