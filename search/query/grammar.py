"""The text of the grammar, with the names of the registry in it, and its terminals as patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from search.fields import BY_NAME, IDENTIFIER_SCHEMES, QUERY_NAMES
from search.query import wildcards

NAMES = tuple(QUERY_NAMES) + IDENTIFIER_SCHEMES
"""What may stand before a colon."""


def _either(names: Iterable[str]) -> str:
    """A pattern that matches any of the names, the longest first."""
    return "|".join(sorted(names, key=len, reverse=True))


@cache
def grammar_text() -> str:
    """``grammar.lark`` with its placeholders filled."""
    text = (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8")
    authors = ("author", *BY_NAME["author"].aliases)
    filled = {
        "FIELDS": _either(name for name in NAMES if name not in authors),
        "AUTHORS": _either(authors),
        "PATTERN": wildcards.TERMINAL,
        "BROAD": wildcards.BROAD,
    }
    for name, value in filled.items():
        text = text.replace(f"%{name}%", value)
    return text


@cache
def terminal(name: str) -> re.Pattern[str]:
    """A terminal of the grammar as a pattern."""
    match = re.search(rf"^{name}\.\d+: /(.*)/$", grammar_text(), re.MULTILINE)
    assert match is not None
    return re.compile(match[1])
