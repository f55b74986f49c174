"""Parts of a server's atlas that its readers and reviewers work with: reviews, search books, what is kept.

Each method asks the API what the method of the same name asks an atlas on this machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from litatlas.client.connection import BLOCK, Connection, Part, broken_off, content_of, form_with_file
from search.request import SearchRequest


def _path(*parts: object) -> str:
    return "".join(f"/{quote(str(part), safe='')}" for part in parts)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that say something."""
    return {name: value for name, value in values.items() if value not in (None, "", ())}


class _Asking(Part):
    """A part whose requests carry JSON."""

    def _get(self, *parts: object, **values: Any) -> Any:
        return self._connection.get(_path(*parts), **_given(values))

    def _send(self, method: str, *parts: object, **values: Any) -> Any:
        body = json.dumps(values).encode()
        return self._connection.send(method, _path(*parts), body, "application/json")

    def _file(self, *parts: object, **values: Any) -> Iterator[bytes]:
        return _pieces(self._connection.open(_path(*parts), _given(values)))


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    with stream:
        try:
            while piece := stream.read(BLOCK):
                yield piece
        except (OSError, HTTPException) as error:
            raise broken_off() from error


class _Books(_Asking):
    """The search books of a server."""

    def all(self) -> Any:
        return self._get("books")["books"]

    def one(self, name: str) -> Any:
        return self._get("books", name)

    def new(self, name: str, text: str = "") -> Any:
        return self._send("POST", "books", name=name, lines=text)["id"]

    def rename(self, name: str, new_name: str) -> None:
        self._send("PUT", "books", name, name=new_name)

    def remove(self, name: str) -> None:
        self._send("DELETE", "books", name)

    def add_lines(self, name: str, text: str) -> None:
        self._send("POST", "books", name, "lines", lines=text)

    def set_line(self, name: str, number: int, text: str) -> None:
        self._send("PUT", "books", name, "lines", number, text=text)

    def replace_lines(self, name: str, text: str) -> None:
        self._send("PUT", "books", name, lines=text)

    def remove_line(self, name: str, number: int) -> None:
        self._send("DELETE", "books", name, "lines", number)

    def run(self, name: str, who: str = "") -> Any:
        return self._send("POST", "books", name, "runs", who=who)

    def run_answer(self, name: str, run: int) -> Any:
        return self._get("books", name, "runs", run)

    def freeze(self, name: str, run: int | None = None, *, who: str = "", note: str = "") -> Any:
        return self._send("POST", "books", name, "frozen", **_given({"run": run, "who": who, "note": note}))

    def diff(
        self, name: str, before: int | None = None, after: int | None = None, *, line: int | None = None
    ) -> Any:
        return self._get("books", name, "diff", before=before, after=after, line=line)

    def report(self, name: str, run: int | None = None) -> Any:
        return self._get("books", name, "report", run=run)

    def answer(self, name: str, answers: Mapping[str, str]) -> None:
        self._send("PUT", "books", name, "report", answers=dict(answers))

    def export(
        self, name: str, format: str, run: int | None = None, *, line: int | None = None
    ) -> Iterator[bytes]:
        return self._file("books", name, "export", format=format, run=run, line=line)


class _Reviews(_Asking):
    """The reviews of a server; who decides is whose token it is, where the server has accounts."""

    def all(self) -> Any:
        return self._get("reviews")["reviews"]

    def one(self, name: str) -> Any:
        return self._get("reviews", name)

    def new(self, name: str, **plan: Any) -> Any:
        return self._send("POST", "reviews", name=name, **_plan(plan))["id"]

    def begin(self, name: str, plan: Mapping[str, Any], *, who: str = "", **source: Any) -> Any:
        return self._send("POST", "reviews", name=name, who=who, **_plan(plan), **_source(source))["id"]

    def change(self, name: str, *, new_name: str | None = None, **plan: Any) -> Any:
        return self._send("PUT", "reviews", name, "plan", **_given({"name": new_name}), **_plan(plan))

    def add(self, name: str, *, who: str = "", **source: Any) -> Any:
        return self._send("POST", "reviews", name, "papers", who=who, **_source(source))

    def next(self, name: str, who: str, **wanted: Any) -> Any:
        wanted.pop("wait", None)  # a server has its order in time
        return self._get("reviews", name, "next", who=who, **wanted)

    def decide(self, name: str, paper: str, verdict: str, who: str, **details: Any) -> Any:
        values = _given({"paper": paper, "verdict": verdict, "who": who, **details})
        return self._send("POST", "reviews", name, "decisions", **values)

    def undo(self, name: str, who: str) -> Any:
        return self._send("POST", "reviews", name, "undo", who=who)

    def take_in(
        self, name: str, path: Path, who: str, *, stage: str | None = None, otherwise: str = ""
    ) -> Any:
        values = _given({"who": who, "stage": stage, "otherwise": otherwise})
        body, kind = form_with_file(values, *content_of(path))
        return self._connection.send("POST", _path("reviews", name, "import"), body, kind)

    def conflicts(self, name: str) -> Any:
        return self._get("reviews", name, "conflicts")["conflicts"]

    def settle(self, name: str, paper: str, verdict: str, who: str, **details: Any) -> Any:
        values = _given({"paper": paper, "verdict": verdict, "who": who, **details})
        return self._send("POST", "reviews", name, "settle", **values)

    def rows(self, name: str, *, who: str = "") -> Any:
        return self._get("reviews", name, "decisions", who=who)["rows"]

    def stop(self, name: str, **wanted: Any) -> Any:
        return self._get("reviews", name, "stop", stage=wanted.get("stage"))

    def topics(self, name: str, *, stage: str | None = None) -> Any:
        return self._get("reviews", name, "topics", stage=stage)

    def agreement(self, name: str) -> Any:
        return self._get("reviews", name, "agreement")["stages"]

    def prisma_file(self, name: str, format: str) -> bytes:
        from litatlas.parts.reviewing import prisma_diagram  # here: drawing is for this command alone

        counts = self._get("reviews", name, "prisma")
        return prisma_diagram.FORMATS[format](counts, prisma_diagram.in_english)

    def export(self, name: str, format: str) -> Iterator[bytes]:
        return self._file("reviews", name, "export", format=format)


def _plan(plan: Mapping[str, Any]) -> dict[str, Any]:
    """A plan as the API takes it: several reasons are lines."""
    return {
        name: "\n".join(value) if isinstance(value, list | tuple) else value
        for name, value in _given(plan).items()
    }


def _source(source: Mapping[str, Any]) -> dict[str, Any]:
    """Where papers come from, by the names of the API; the empty query is every paper."""
    values = {("list" if name == "list_id" else name): value for name, value in source.items()}
    return {name: value for name, value in values.items() if value is not None}


class _Notes(_Asking):
    """Notes on papers of a server, and the marks of whose token it is."""

    def of(self, document: str) -> Any:
        return self._get("documents", document, "notes")["notes"]

    def all(self) -> Any:
        return self._get("notes")["notes"]

    def write(self, document: str, text: str) -> Any:
        return self._send("POST", "documents", document, "notes", text=text)

    def change(self, id: str, text: str) -> Any:
        return self._send("PUT", "notes", id, text=text)

    def remove(self, id: str) -> None:
        self._send("DELETE", "notes", id)

    def share(self, id: str, *, private: bool, users: Sequence[str] = (), groups: Sequence[str] = ()) -> None:
        self._send("PUT", "notes", id, "sharing", private=private, users=list(users), groups=list(groups))

    def mark(self, document: str, kind: str, *, on: bool = True) -> Any:
        return self._send("PUT", "documents", document, "marks", **{kind: on})

    def marked(self, kind: str) -> Any:
        return self._get("marks", kind=kind)["documents"]


class _SavedSearches(_Asking):
    """Searches kept under a name on a server."""

    def all(self) -> Any:
        return self._get("saved-searches")["searches"]

    def one(self, id: str) -> Any:
        return self._get("saved-searches", id)

    def request(self, id: str) -> SearchRequest:
        one = self.one(id)
        kept = {name: one[name] for name in ("sort", "ranking", "match", "filters")}
        return SearchRequest(one["query"], **kept)

    def save(self, name: str, request: str) -> Any:
        return self._send("POST", "saved-searches", name=name, q=request)

    def remove(self, id: str) -> None:
        self._send("DELETE", "saved-searches", id)

    def share(self, id: str, *, private: bool, users: Sequence[str] = (), groups: Sequence[str] = ()) -> None:
        self._send(
            "PUT", "saved-searches", id, "sharing", private=private, users=list(users), groups=list(groups)
        )


def parts(connection: Connection) -> dict[str, Part]:
    """The parts of a server's atlas, by the names that `Atlas` has for them."""
    return {
        "books": _Books(connection),
        "reviews": _Reviews(connection),
        "notes": _Notes(connection),
        "searches": _SavedSearches(connection),
    }
