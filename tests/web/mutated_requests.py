"""Requests made by chance: every route, with arguments that exist, that are private, that are hostile.

The names of parameters come from the models that validate requests, so that a new one is tried at once.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import quote

from flask import Flask
from werkzeug.routing import Rule

from web.requests import Request

HOSTILE = (
    "",
    " ",
    "0",
    "-1",
    "1e999",
    "99999999999999999999",
    "NaN",
    "null",
    "true",
    "[]",
    "{}",
    '{"a":{"b":[1]}}',
    "x" * 6_000,
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "\x00",
    "\ud800",
    "\u202eevil",
    "\uff41\uff44\uff41",
    "Ada\u0301",
    "💥" * 300,
    "' OR 1=1 --",
    '" OR "" = "',
    "{{7*7}}",
    "${7*7}",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "\r\nX-Evil: 1",
    "//evil.example",
    "https://evil.example/",
    "file:///etc/passwd",
    "(((((((((",
    '"unclosed',
    "AND OR NOT",
    "a" + " OR a" * 900,
    "title:",
    "year:9999-1",
    "NEAR/99999999",
    "*",
    "a*",
    "group:",
    "group:lab,bo",
    "kim",
    "ada",
    "bo",
    "keeper",
    "keep",
    "private",
    "public",
    "remove",
    "role",
    "password",
    "yes",
    "10.9999/pluxander.3",
    "bibtex",
    "fused",
    "2020-1990",
    "9" * 400,
)
"""Values that should do nothing bad wherever they stand."""
TYPES = (
    "application/json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "image/png",
    "",
)
HEADERS: Sequence[tuple[str, str]] = (
    ("Origin", "https://evil.example"),
    ("Origin", "null"),
    ("Sec-Fetch-Site", "cross-site"),
    ("Host", "evil.example"),
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Forwarded-Host", "evil.example"),
    ("X-Remote-User", "kim"),
    ("Range", "bytes=0-1"),
    ("If-None-Match", "*"),
    ("Accept", "application/json;q=x"),
    ("Accept-Language", "ru,en;q=9" + ",x" * 400),
    ("X-HTTP-Method-Override", "DELETE"),
    ("Content-Encoding", "gzip"),
    ("Last-Event-ID", "9" * 30),
    ("Cookie", "litatlas_session=x"),
    ("Accept-Encoding", "gzip, br;q=0, *"),
    ("Referer", "//evil.example/"),
)
FILES = (
    b"",
    b"\xff\xfe\x00",
    b"%PDF-1.4 nothing",
    b"PK\x03\x04 nothing",
    b"TY  - JOUR\nTI  - Mutated one\nER  - \n",
    b'{"title": "Mutated two"}\n',
    b"[" * 5_000,
    b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
)
NEVER = {"metrics", "api.job_events"}
"""The process's own numbers, and a stream without an end."""


@dataclass(frozen=True, slots=True)
class Mutated:
    """One request, ready for Flask's test client."""

    endpoint: str
    method: str
    path: str
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """All that the request says itself, which an answer may repeat."""
        return f"{self.path} {self.options}".lower()


class Mutations:
    """Requests by one seed; ``known`` are values of an atlas by the name of the argument of a path."""

    def __init__(self, app: Flask, known: dict[str, Sequence[str]], seed: int) -> None:
        self._dice = random.Random(seed)
        self._rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in NEVER]
        self._known = known
        self._names = sorted({name for model in _models(Request) for name in model.model_fields})
        self._values = [*HOSTILE, *(value for values in known.values() for value in values)]

    def requests(self, count: int) -> Iterable[Mutated]:
        """So many requests; every route comes first in turn."""
        for number in range(count):
            rule = self._rules[number % len(self._rules)]
            yield self._request(rule)

    def _request(self, rule: Rule) -> Mutated:
        dice = self._dice
        path = re.sub(r"<(?:(\w+):)?(\w+)>", lambda match: self._argument(match[2]), rule.rule)
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        method = (
            dice.choice(methods)
            if dice.random() < 0.9
            else dice.choice(("GET", "POST", "PUT", "DELETE", "PATCH"))
        )
        options: dict[str, Any] = {"headers": {}}
        if dice.random() < 0.8:
            options["query_string"] = self._pairs()
        if method != "GET":
            options |= self._body()
        if dice.random() < 0.3:
            name, value = dice.choice(HEADERS)
            options["headers"][name] = value
        return Mutated(rule.endpoint, method, path, options)

    def _argument(self, name: str) -> str:
        known = self._known.get(name, ())
        value = (
            self._dice.choice(known)
            if known and self._dice.random() < 0.7
            else self._dice.choice(self._values)
        )
        return quote(value[:300].encode("utf-8", "surrogatepass"), safe="") or "x"

    def _value(self) -> str:
        value = self._dice.choice(self._values).encode("utf-8", "replace").decode()
        cut = self._dice.random()
        if cut < 0.1:
            return (
                value[: self._dice.randint(0, 20)]
                + self._dice.choice(self._values)[:50].encode("utf-8", "replace").decode()
            )
        return value

    def _pairs(self) -> list[tuple[str, str]]:
        names = self._dice.choices(self._names, k=self._dice.randint(0, 5))
        return [(name, self._value()) for name in names]

    def _body(self) -> dict[str, Any]:
        kind = self._dice.randint(0, 4)
        if kind == 0:
            return {"data": self._dice.choice(FILES), "content_type": self._dice.choice(TYPES)}
        if kind == 1:
            return {"data": json.dumps(self._json(3)), "content_type": "application/json"}
        if kind == 2:
            named = self._dice.choice(("x.ris", "../x.jsonl", "x" * 300 + ".pdf", "\u202ex.csv", ""))
            return {"data": {**dict(self._pairs()), "file": (BytesIO(self._dice.choice(FILES)), named)}}
        return {"data": dict(self._pairs())}

    def _json(self, depth: int) -> Any:
        kind = self._dice.randint(0, 5)
        if depth and kind < 3:
            names = self._dice.choices(self._names, k=self._dice.randint(0, 5))
            return {name: self._json(depth - 1) for name in names}
        if depth and kind == 3:
            return [self._json(depth - 1) for _ in range(self._dice.randint(0, 4))]
        return self._value() if kind < 5 else self._dice.choice((None, True, -1, 10**30, 1.5, "\ud800"))


def _models(kind: type[Request]) -> Iterable[type[Request]]:
    for one in kind.__subclasses__():
        yield one
        yield from _models(one)
