"""An atlas on a server, as the command line works with it: the same questions, the same answers and errors.

What is asked goes to the server's API with a token; commands about the machine itself are refused.
"""

from __future__ import annotations

import codecs
import io
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any, BinaryIO, cast
from urllib.parse import quote

from ingest.progress import Progress, Silent
from litatlas.answers import AddAnswer
from litatlas.client.connection import (
    BLOCK,
    Connection,
    Part,
    RemoteError,
    broken_off,
    content_of,
    form_with_file,
)
from litatlas.client.parts import parts
from litatlas.errors import InputError
from litatlas.vocabulary import EXPORTS, MAX_PAGE
from search.request import SearchRequest

_PAUSE_SECONDS = 0.4
_COUNTS = ("read", "added", "updated", "unchanged", "duplicates", "rejected")


class RemoteAtlas(Part):
    """The atlas of a server, as far as the commands can use it."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.papers = _Papers(connection)
        self.topics = _Topics(connection)
        self.collections = _Collections(connection)
        self.reports = _Reports(connection)
        vars(self).update(parts(connection))

    def search(self, query: str | SearchRequest, **options: Any) -> Any:
        """As `Atlas.search`; more papers than a page holds are asked for page by page."""
        request = SearchRequest.of(query, **options)
        parameters = {
            "q": request.text,
            "sort": request.sort,
            "ranking": request.ranking,
            "match": request.match,
            "explain": request.explain,
            "dialect": request.dialect,
            **request.chosen,
        }
        wanted = request.limit
        first = max(1, min(wanted, MAX_PAGE))
        answer = self._connection.get("/search", limit=first, offset=request.offset, **parameters)
        documents = answer["documents"]
        while len(documents) < wanted and len(documents) + request.offset < answer["total"]:
            offset = request.offset + len(documents)
            more = self._connection.get(
                "/search", limit=min(wanted - len(documents), MAX_PAGE), offset=offset, **parameters
            )["documents"]
            if not more:
                break
            documents += more
        answer["documents"] = documents[:wanted]
        return answer

    def explore_file(self, content: bytes, name: str, *, limit: int = 10, diverse: bool = False) -> Any:
        """As `Atlas.explore_file`."""
        body, kind = form_with_file(
            {"limit": str(_page(limit)), "diverse": str(diverse).lower()}, name, content
        )
        return self._connection.send("POST", "/explore", body, kind)

    def translate(self, query: str, dialect: str = "") -> Any:
        """As `Atlas.translate`."""
        return self._connection.get("/translate", q=query, dialect=dialect)

    def export(
        self, query: str, format: str, *, with_collections: bool = False, dialect: str = ""
    ) -> Iterator[str]:
        """As `Atlas.export`."""
        if format not in EXPORTS:
            raise InputError(f"There is no format {format[:40]!r}.", f"Choose {', '.join(EXPORTS)}.")
        values = {
            "q": query,
            "format": format,
            "with_collections": with_collections,
            "dialect": dialect,
        }
        return _text(self._connection.open("/export", values))


class _Papers(Part):
    def one(self, id: str) -> Any:
        return self._connection.get(f"/documents/{quote(id, safe='')}")

    def pdf(self, id: str) -> IO[bytes]:
        """As `Papers.pdf`, whole: a file that broke off is never written."""
        with self._connection.open(f"/documents/{quote(id, safe='')}/pdf", {}) as answer:
            try:
                return io.BytesIO(answer.read())
            except (OSError, HTTPException) as error:
                raise broken_off() from error

    def similar(self, id: str, *, limit: int = 10, diverse: bool = False) -> Any:
        path = f"/documents/{quote(id, safe='')}/similar"
        return self._connection.get(path, limit=_page(limit), diverse=diverse)


class _Topics(Part):
    def all(self) -> Any:
        return self._connection.get("/topics")

    def one(self, id: str) -> Any:
        return self._connection.get(f"/topics/{quote(id, safe='')}")

    def rename(self, id: str, label: str, *, who: str = "") -> None:
        body = json.dumps({"label": label, "who": who}).encode()
        self._connection.send("PUT", f"/topics/{quote(id, safe='')}/label", body, "application/json")


class _Collections(Part):
    def all(self) -> Any:
        return self._connection.get("/collections")["collections"]

    def coverage(self, name: str, *, limit: int = MAX_PAGE) -> Any:
        return self._connection.get(f"/coverage/{quote(name, safe='')}", limit=_page(limit))

    def add(
        self,
        paths: Sequence[str | Path],
        collection: str,
        *,
        format: str | None = None,
        encoding: str | None = None,
        mapping: Mapping[str, str] | None = None,
        stdin: BinaryIO | None = None,
        progress: Progress | None = None,
    ) -> AddAnswer:
        """As `Collections.add`: each file is uploaded, and its job waited for."""
        values = {"format": format or "", "encoding": encoding or ""}
        values |= {f"map.{field}": column for field, column in (mapping or {}).items()}
        files = [content_of(path, stdin) for path in paths]
        answers = [self._sent(collection, values, *file, progress or Silent()) for file in files]
        return _together(collection, answers)

    def _sent(
        self, collection: str, values: Mapping[str, str], name: str, content: bytes, progress: Progress
    ) -> Mapping[str, Any]:
        body, kind = form_with_file({key: value for key, value in values.items() if value}, name, content)
        path = f"/collections/{quote(collection, safe='')}/documents"
        job = self._connection.send("POST", path, body, kind)
        while job["state"] in ("queued", "running"):
            progress.step(f"Adding {name}", int(100 * job["progress"]), 100)
            time.sleep(_PAUSE_SECONDS)
            job = self._connection.get(f"/jobs/{quote(job['id'])}")
        if job["state"] != "done":
            error = job.get("error") or {"message": f"The job was {job['state']}.", "hint": ""}
            raise RemoteError(str(error.get("message", "")), str(error.get("hint", "")))
        return cast("Mapping[str, Any]", job["result"] or {})


class _Reports(Part):
    def status(self) -> Any:
        return self._connection.get("/status")

    def quality(self) -> Any:
        return self._connection.get("/quality")

    def trends(self, topic: str | None = None) -> Any:
        return self._connection.get("/trends", **({"topic": topic} if topic else {}))

    def bridges(self, first: str, second: str, *, limit: int = 10) -> Any:
        answer = self._connection.get("/bridges", a=first, b=second)
        answer["documents"] = answer["documents"][: _page(limit)]
        return answer


def _page(limit: int) -> int:
    """A number of papers that a server gives at once."""
    if not 1 <= limit <= MAX_PAGE:
        raise InputError(f"A server gives 1 to {MAX_PAGE} papers at once.", f"Use --limit {MAX_PAGE}.")
    return limit


def _text(stream: IO[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    with stream:
        try:
            while block := stream.read(BLOCK):
                yield decoder.decode(block)
        except (OSError, HTTPException) as error:
            raise broken_off() from error
    yield decoder.decode(b"", final=True)


def _together(collection: str, answers: Sequence[Mapping[str, Any]]) -> AddAnswer:
    """The answers of several files as one."""
    sums = {name: sum(int(answer.get(name, 0)) for answer in answers) for name in _COUNTS}
    lists = {
        name: [row for answer in answers for row in answer.get(name, [])] for name in ("warnings", "rejects")
    }
    name = answers[0].get("collection", collection) if answers else collection
    took = round(sum(float(answer.get("took_s", 0)) for answer in answers), 3)
    return cast(AddAnswer, {"collection": name, **sums, **lists, "took_s": took})
