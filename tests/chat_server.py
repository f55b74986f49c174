"""A small OpenAI-shaped endpoint on this machine, which also lies, stalls and sends garbage."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class ChatServer:
    """Answers every question with ``reply``: a text, (status, bytes), or "stall" and "drip"."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.reply: str | tuple[int, bytes] = ""
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.over = threading.Event()

    def labels(self, *labels: str, description: str = "") -> None:
        """Answer with these names."""
        self.reply = json.dumps({"labels": labels, "description": description})


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.asked.append({"path": self.path, **body})
            told.keys.append(self.headers.get("Authorization", ""))
            if told.reply == "stall":
                told.over.wait(30)
            elif told.reply == "drip":
                self.send_response(200)
                self.end_headers()
                while not told.over.wait(0.05):
                    try:
                        self.wfile.write(b" ")
                        self.wfile.flush()
                    except OSError:
                        return
            else:
                self._answer()

        def _answer(self) -> None:
            if isinstance(told.reply, tuple):
                status, content = told.reply
            else:
                message = {"choices": [{"message": {"content": told.reply}}]}
                status, content = 200, json.dumps(message).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False  # closing waits for answers under way
    told = ChatServer(f"http://127.0.0.1:{server.server_port}/v1")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        told.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
