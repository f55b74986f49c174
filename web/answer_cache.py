"""Answers that are kept until anything changes: the same question by a reader with the same rights.

An answer is kept under all that it depends on: the address, the language, what the reader may see and do,
and a mark of the library, the index and the generation (`Generations.state`). What any process commits
changes the mark, so that nothing old is given; a private collection is in the answers of those alone who see
it.
"""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from flask import Flask, Response, g, request
from werkzeug.datastructures import Headers

from litatlas.settings import accounts_mode
from web.access.identity import reader
from web.encodings import LEVEL
from web.locales import current
from web.site import atlas, site

KEPT = frozenset(
    [
        "api.bridges",
        "api.collections",
        "api.coverage",
        "api.document",
        "api.map",
        "api.points",
        "api.quality",
        "api.search",
        "api.similar",
        "api.suggest",
        "api.topic",
        "api.topics",
        "api.trends",
        "pages.bridges",
        "pages.document",
        "pages.explore",
        "pages.home",
        "pages.quality",
        "pages.search",
        "pages.topic",
        "pages.trends",
    ]
)
"""What depends on nothing else; the time of the day, jobs and files do not come into them."""
MOST_BYTES = 24_000_000
LARGEST = 2_000_000
LONGEST_ADDRESS = 2_000


@dataclass(slots=True)
class Answer:
    """An answer as the view gave it; compressed when somebody first wants it so."""

    body: bytes
    headers: list[tuple[str, str]]
    compressed: bytes | None = None

    @property
    def size(self) -> int:
        """Bytes that it takes, about, with what it takes compressed."""
        return len(self.body) * 4 // 3 + 1_000

    def gzipped(self) -> bytes:
        """The body, compressed."""
        if self.compressed is None:
            self.compressed = gzip.compress(self.body, LEVEL, mtime=0)
        return self.compressed


class Answers:
    """The answers that one process keeps, those that were asked for last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._bytes = 0
        self._state: Hashable = None

    def get(self, state: Hashable, key: Hashable) -> Answer | None:
        """The answer to a question in this state of the atlas; those of another state are dropped."""
        with self._lock:
            if state != self._state:
                self._answers.clear()
                self._state, self._bytes = state, 0
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer

    def put(self, state: Hashable, key: Hashable, answer: Answer) -> None:
        """Keep an answer that was made in this state; not where the atlas has gone on."""
        with self._lock:
            if state != self._state or key in self._answers or answer.size > LARGEST:
                return
            self._answers[key] = answer
            self._bytes += answer.size
            while self._bytes > MOST_BYTES:
                _, oldest = self._answers.popitem(last=False)
                self._bytes -= oldest.size


def install(app: Flask) -> None:
    """Answer from what is kept, and keep what is answered; installed after all that refuses requests."""
    answers = Answers()

    @app.before_request
    def known() -> Response | None:
        if request.endpoint not in KEPT or request.method != "GET":
            return None
        state = atlas().generations.state()
        if state is None or len(request.path) + len(request.query_string) > LONGEST_ADDRESS:
            return None
        key = _question()
        g.kept = answers.get(state, key)
        if g.kept is None:
            g.kept_as = state, key
            return None
        response = Response(g.kept.body)
        response.headers = Headers(g.kept.headers)
        return response

    @app.after_request
    def keep(response: Response) -> Response:
        if "kept_as" in g and response.status_code == 200 and not response.is_streamed:
            if accounts_mode(site().settings) == "off":  # else forms are signed anew for each session
                response.add_etag(weak=True)
            g.kept = Answer(response.get_data(), list(response.headers))
            state, key = g.kept_as
            answers.put(state, key, g.kept)
        if request.method == "GET" and response.status_code == 200 and response.get_etag()[0]:
            response.make_conditional(request)
        return response


def _question() -> Hashable:
    """All that an answer depends on besides the atlas itself."""
    who = reader()
    rights = (who.number, who.role, who.may, who.groups, who.sees_all, bool(who.token))
    address = (request.path, request.query_string, request.host, request.script_root)
    return address, current(), rights, atlas().sight.collections()
