"""Which papers are marked on the page at hand; the address carries them, so that going back keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import g, request

from web.requests import MarkedRequest, parse


@dataclass(frozen=True, slots=True)
class Marking:
    """Marked papers.

    ``kept``: the page has an address that can carry its marks (the answer to a posted form has none);
    ``clear``: that address without them, or empty where none is marked.
    """

    ids: list[str]
    kept: bool
    clear: str


def marking() -> Marking:
    """The marks of the request at hand."""
    if "marking" not in g:
        g.marking = _marking()
    marked: Marking = g.marking
    return marked


def _marking() -> Marking:
    if request.method != "GET":
        return Marking([], kept=False, clear="")
    ids = parse(MarkedRequest, {"marked": request.args.getlist("marked")}).marked
    rest = [(name, value) for name, value in request.args.items(multi=True) if name != "marked"]
    without = request.path + ("?" + urlencode(rest, errors="replace") if rest else "")
    return Marking(ids, kept=True, clear=without if ids else "")
