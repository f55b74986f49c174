"""An ``/embeddings`` endpoint on this machine that does what a test tells it, right or wrong."""

from __future__ import annotations

import json
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np


def embedding(text: str, dimensions: int) -> list[float]:
    """A vector of the words of a text: the more words two texts share, the nearer they are."""
    vector = np.full(dimensions, 0.01)
    for word in text.lower().split():
        vector[zlib.crc32(word.strip(".,").encode()) % dimensions] += 1
    return [float(value) for value in vector]


class Endpoint:
    """What the server answers: ``mode`` is "right" or a fault; ``asked`` are the requests so far."""

    def __init__(self) -> None:
        self.mode = "right"
        self.dimensions = 64
        self.asked: list[dict[str, Any]] = []
        self.headers: dict[str, str] = {}
        self.url = ""

    def answer(self, asked: dict[str, Any]) -> tuple[int, bytes]:
        texts = asked["input"]
        rows = [{"index": at, "embedding": embedding(text, self.dimensions)} for at, text in enumerate(texts)]
        match self.mode:
            case "slow":
                time.sleep(1.5)
            case "nan":
                rows[0]["embedding"][0] = float("nan")
            case "zeros":
                rows[0]["embedding"] = [0.0] * self.dimensions
            case "few":
                rows = rows[1:]
            case "ragged":
                rows[0]["embedding"] = [1.0]
            case "words":
                rows[0]["embedding"] = ["a"] * self.dimensions
            case "html":
                return 200, b"<html>nothing here</html>"
            case "list":
                return 200, b"[1, 2]"
            case "fault":
                return 500, b"{}"
            case "moved":
                return 302, b""
        rows.reverse()  # the order is that of "index"
        return 200, json.dumps({"data": rows}).encode()


@contextmanager
def endpoint() -> Iterator[Endpoint]:
    """A server that runs as long as the block."""
    told = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.asked.append(asked)
            told.headers = dict(self.headers)
            if told.mode in ("drip", "dripping headers"):
                return self._drip()
            status, body = told.answer(asked)
            try:
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass  # nobody waits any more

        def _drip(self) -> None:
            """A byte at a time, each long before any timeout of a socket."""
            try:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"\r\n" if told.mode == "drip" else b"X-Drip: "))
                for _ in range(200):
                    self.wfile.write(b" ")
                    self.wfile.flush()
                    time.sleep(0.02)
            except OSError:
                pass  # nobody waits any more

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_address[1]}/v1/embeddings"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
