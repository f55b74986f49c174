"""Answers that are kept until something changes that one shows: the same question by a reader with the same
rights.

An answer is kept under all that it depends on: the address, the language, what the reader may see and do,
and a mark of the library, the index and the generation (`Generations.state`). What any process commits
changes the mark, so that nothing old is given, unless no answer shows it (`UNSHOWN` of the library's schema):
how far a job is, who signs in, what a list or a review holds. Of papers that come in, batches change it now
and then, and the end of the intake does, when they are indexed and can be found. A private collection is in
the answers of those alone who see it.
"""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict
from collections.abc import Hashable
from pathlib import Path

from flask import Flask, Response, g, request
from werkzeug.datastructures import Headers

from litatlas.settings import accounts_mode
from web.access.identity import reader
from web.encodings import compressed, takes_gzip
from web.locales import current
from web.shared_answers import Answer, SharedAnswers
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
"""What depends on nothing else; the time of the day, files and `UNSHOWN` tables do not come into them."""
MARKED = frozenset(["pages.document"])
"""What of these shows the stars and the like that the reader has put."""
MOST_BYTES, MOST_BYTES_BESIDE = 24_000_000, 6_000_000
"""What a process keeps itself; where processes leave their answers for each other in files, less."""
LARGEST = 2_000_000
LONGEST_ADDRESS = 2_000


class Answers:
    """The answers that one process keeps, those that were asked for last."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
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
            while self._bytes > self._most:
                _, oldest = self._answers.popitem(last=False)
                self._bytes -= oldest.size


def install(app: Flask, folder: Path | None = None) -> None:
    """Answer from what is kept, and keep what is answered; installed after all that refuses requests.

    ``folder``: where processes of one server share what they have answered.
    """
    shared = SharedAnswers(folder) if folder is not None else None
    answers = Answers(MOST_BYTES_BESIDE if shared else MOST_BYTES)

    @app.before_request
    def known() -> Response | None:
        if request.endpoint not in KEPT or request.method != "GET":
            return None
        answer = _known(answers, shared)
        if answer is None:
            return None
        g.is_kept = True
        response = Response()
        response.headers = Headers(answer.headers)
        if not _give_compressed(response, answer):
            response.set_data(gzip.decompress(answer.compressed))
        return response

    @app.after_request
    def keep(response: Response) -> Response:
        if "kept_as" in g and response.status_code == 200 and not response.is_streamed:
            if accounts_mode(site().settings) == "off":  # else forms are signed anew for each session
                response.add_etag(weak=True)
            answer = Answer(compressed(response.get_data()), list(response.headers))
            state, key, name = g.kept_as
            answers.put(state, key, answer)
            if shared and name:
                shared.put(name, answer)
            _give_compressed(response, answer)
        if request.method == "GET" and response.status_code == 200 and response.get_etag()[0]:
            response.make_conditional(request)
        return response


def _known(answers: Answers, shared: SharedAnswers | None) -> Answer | None:
    """The answer to the request at hand; where there is none, ``g.kept_as`` says how to keep it."""
    state = atlas().generations.state()
    if state is None or len(request.path) + len(request.query_string) > LONGEST_ADDRESS:
        return None
    key, name = _question(), ""
    answer = answers.get(state, key)
    if answer is None and shared:
        name = shared.name(state, key)
        answer = shared.get(name)
        if answer is not None:
            answers.put(state, key, answer)
    if answer is None:
        g.kept_as = state, key, name
    return answer


def _give_compressed(response: Response, answer: Answer) -> bool:
    """Give an answer compressed where its reader takes that and its forms need not be signed."""
    is_signed = response.mimetype == "text/html" and accounts_mode(site().settings) != "off"
    if is_signed or not takes_gzip():
        return False
    response.set_data(answer.compressed)
    response.headers["Content-Encoding"] = "gzip"
    return True


def _question() -> Hashable:
    """All that an answer depends on besides the atlas itself."""
    who = reader()
    rights = (who.number, who.role, who.may, who.groups, who.sees_all, bool(who.token))
    address = (request.path, request.query_string, request.host, request.script_root)
    marks = atlas().notes.marks_state() if request.endpoint in MARKED and who.can("note") else None
    return address, current(), rights, atlas().sight.collections(), marks
