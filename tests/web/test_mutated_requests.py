"""Requests made by chance, by every role and every scope, over every route.

None does what its sender may not do, shows what they may not see, or fails in the server. A sample runs
always, 20,000 of them every night (another number: ``LITATLAS_TEST_REQUESTS``; others, to add up runs in
pieces: ``LITATLAS_TEST_SEED``).
"""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from ingest.library import schema
from litatlas.accounts import secrets
from litatlas.accounts.permissions import ROLES, SCOPES, permission_of
from litatlas.atlas import Atlas
from tests.web.built_atlas import FIRST, SECOND, copied
from tests.web.mutated_requests import Mutated, Mutations
from tests.web.private_atlas import CANARIES, PASSWORD, SECRET, Pair, settings
from web import create_app

SENDERS = [("", ""), *((name, "") for name in ("rob", "bo", "kim"))]
SENDERS += [(name, scope) for name in ("rob", "bo", "kim") for scope in SCOPES]
"""A user, and the scope of the token that they send; without one they have a session."""
OF_ROLE = {"rob": "reader", "bo": "editor", "kim": "keeper"}
EACH = int(os.environ.get("LITATLAS_TEST_REQUESTS", "20000")) // len(SENDERS) + 1
SEED = int(os.environ.get("LITATLAS_TEST_SEED", "2"))
SLOW = 2.0
OWN = ("lists", "list_papers", "attempts", "sessions", "tokens", "audit")
"""Tables that who only reads may write to: what they keep, and how they came in."""


@pytest.fixture(scope="module")
def home(private_pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The atlas with the private collection, and a reader more."""
    home = copied(private_pair.with_secret, tmp_path_factory.mktemp("mutated") / "home")
    with Atlas(settings(home)) as atlas:
        atlas.accounts.add("rob", "reader", PASSWORD)
    return home


@pytest.mark.parametrize(("name", "scope"), SENDERS)
def test_nothing_is_crossed_or_broken(home: Path, tmp_path: Path, name: str, scope: str) -> None:
    _send_all(home, tmp_path, name, scope, count=60, seed=1)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("name", "scope"), SENDERS)
def test_nothing_is_crossed_or_broken_by_thousands(home: Path, tmp_path: Path, name: str, scope: str) -> None:
    _send_all(home, tmp_path, name, scope, count=EACH, seed=SEED)


def _send_all(home: Path, tmp_path: Path, name: str, scope: str, *, count: int, seed: int) -> None:
    chosen = settings(copied(home, tmp_path / "home"), reads_per_minute=0, uploads_per_minute=0)
    with Atlas(chosen) as atlas:
        app = create_app(chosen, atlas=atlas)
        app.testing = False
        sender = _Sender(app, atlas, name, scope)
        before = _written(atlas)
        hidden = _hidden(atlas)
        wrong: list[tuple[Any, ...]] = []
        for mutated in Mutations(app, _known(atlas, hidden), seed).requests(count):
            wrong += sender.send(mutated, hidden)
        assert wrong == []
        if not sender.may & {"add", "curate", "keep"}:
            assert _written(atlas) == before


class _Sender:
    """Who sends the requests: a session or a token of a user, or nobody."""

    def __init__(self, app: Flask, atlas: Atlas, name: str, scope: str) -> None:
        self._atlas, self._name = atlas, name
        self._client: FlaskClient = app.test_client(use_cookies=False)
        self._routes = app.url_map.bind("localhost")
        self._headers: dict[str, str] = {}
        self._scope = scope
        self.may = ROLES[OF_ROLE[name]] if name else frozenset({"read"})
        if scope:
            self.may &= SCOPES[scope]
        self._sees_all = name == "kim"

    def send(self, mutated: Mutated, hidden: Sequence[str]) -> list[tuple[Any, ...]]:
        """What is wrong with the answer to a request."""
        options = {**mutated.options, "headers": {**self._signed(), **mutated.options["headers"]}}
        began = time.perf_counter()
        answer = self._client.open(mutated.path, method=mutated.method, buffered=True, **options)
        body = _text(answer).lower()
        seconds = time.perf_counter() - began
        wrong: list[tuple[Any, ...]] = []
        if answer.status_code >= 500 and mutated.endpoint != "readyz":  # which says that no worker runs
            wrong.append((answer.status_code, mutated))
        permission = permission_of(self._endpoint(mutated))
        refused = answer.status_code >= 400 or "/sign-in" in answer.headers.get("Location", "")
        if permission != "open" and permission not in self.may and not refused:
            wrong.append(("crossed", answer.status_code, permission, mutated))
        if "cookie" not in {key.lower() for key in mutated.options["headers"]}:
            wrong += self._leaks(mutated, body, hidden)
        if "\nx-evil" in str(answer.headers).lower():
            wrong.append(("header", mutated))
        if seconds > SLOW:
            print(f"{seconds:.1f} s: {mutated.method} {mutated.path[:100]} {str(mutated.options)[:200]}")
        return wrong

    def _endpoint(self, mutated: Mutated) -> str:
        """The route that answers: what stands in a path may lead to another."""
        try:
            return str(self._routes.match(unquote(mutated.path), mutated.method)[0])
        except HTTPException:
            return mutated.endpoint

    def _leaks(self, mutated: Mutated, body: str, hidden: Sequence[str]) -> list[tuple[Any, ...]]:
        if self._sees_all:
            return []
        said = mutated.said
        return [("leak", word, mutated) for word in (*CANARIES, *hidden) if word in body and word not in said]

    def _signed(self) -> dict[str, str]:
        """The headers of the sender, whose session the requests before may have ended."""
        if not self._name:
            secret = secrets.fresh()
            return {"Cookie": f"litatlas_form={secret}", "X-CSRF-Token": secrets.form_token(secret)}
        library, accounts = self._atlas.library, self._atlas.accounts
        user = library.user(self._name)
        if user is None or user.role != OF_ROLE[self._name]:
            user = _restored(self._atlas, self._name)
            self._headers = {}
        if self._scope and not self._headers:
            made = accounts.make_token(self._name, "mutated", [self._scope], 1)[1]
            self._headers = {"Authorization": f"Bearer {made}"}
        elif not self._scope:
            secret = accounts.start_session(user, "test")
            self._headers = {
                "Cookie": f"litatlas_session={secret}",
                "X-CSRF-Token": secrets.form_token(secret),
            }
        return self._headers


def _text(answer: TestResponse) -> str:
    body = answer.get_data()
    if answer.headers.get("Content-Encoding") == "gzip" and body:
        body = gzip.decompress(body)
    return body.decode("utf-8", "replace")


def _restored(atlas: Atlas, name: str) -> Any:
    """A user as they were, where a keeper removed them or changed their role."""
    if atlas.library.user(name) is None:
        atlas.accounts.add(name, OF_ROLE[name], PASSWORD)
    atlas.accounts.set_role(name, OF_ROLE[name])
    return atlas.library.user(name)


def _hidden(atlas: Atlas) -> list[str]:
    """Ids of what is private to others."""
    records = [record.id for record in atlas.library.documents(SECRET)]
    return [*records, *(one.id for one in atlas.library.reading_lists() if one.private)]


def _known(atlas: Atlas, hidden: list[str]) -> dict[str, Sequence[str]]:
    """Values by the name of a path's argument."""
    topics = [topic["id"] for topic in atlas.topics.all()["topics"]][:6]
    papers = [hit["id"] for hit in atlas.search("galaxy", limit=6)["documents"]]
    lists = [one.id for one in atlas.library.reading_lists()]
    ids = [*topics, *papers, *hidden[:3], *hidden[-2:], *lists, *(job.id for job in atlas.library.jobs())]
    return {"id": ids, "name": [FIRST, SECOND, SECRET], "topic": topics, "style": ["bibtex", "apa"]}


def _written(atlas: Atlas) -> dict[str, list[Any]]:
    """All rows that nobody may change who only reads."""
    with atlas.library.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in schema.metadata.sorted_tables
            if table.name not in OWN
        }


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", "litatlas.web")
