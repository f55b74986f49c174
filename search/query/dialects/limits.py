"""Limits and types of publication as other databases call them → clauses of a query."""

from __future__ import annotations

import re

from search.fields import BY_NAME
from search.query.dialects.tokens import years
from search.query.errors import ValueFault
from search.query.tree import Node, Range, Value
from search.query.values import value

_TYPES = {
    "ar": "article-journal", "re": "review", "cp": "paper-conference", "ch": "chapter", "bk": "book",
    "le": "letter", "ed": "editorial", "no": "note", "article": "article-journal",
    "journal article": "article-journal", "articles": "article-journal", "reviews": "review",
    "review articles": "review", "review article": "review", "systematic reviews": "systematic review",
    "meta analysis": "meta-analysis", "proceedings paper": "paper-conference",
    "conference paper": "paper-conference", "dissertation": "thesis", "randomized controlled trials":
    "randomized controlled trial", "randomised controlled trial": "randomized controlled trial",
    "clinical trials": "clinical trial", "dissertations": "thesis",
}  # fmt: skip
_LIMITS = {
    "humans": "Humans", "human": "Humans", "animals": "Animals", "animal": "Animals", "female": "Female",
    "male": "Male",
}  # fmt: skip
_LIMIT_TYPES = frozenset(
    [
        "review", "randomized controlled trial", "clinical trial", "meta-analysis", "systematic review",
        "letter", "editorial", "comment", "case reports", "article-journal", "news", "guideline",
        "practice guideline", "controlled clinical trial", "paper-conference", "chapter", "book",
    ]
)  # fmt: skip
_LANGUAGE = re.compile(r"(?P<name>[a-z]{4,12})(?: language)?")


def type_of(text: str) -> str:
    """A type of publication as it is called here."""
    name = " ".join(text.lower().split())
    return _TYPES.get(name, name)


def limited(text: str) -> Node | None:
    """The clause of a limit (``english language``, ``yr="2010 -Current"``); None: there is none."""
    name = " ".join(text.lower().replace("[", " ").replace("]", " ").replace('"', " ").split())
    if name.startswith(("yr=", "yr =")) and (span := years(name, 0, 0)):
        return Range("year", span.low, span.high)
    if name in _LIMITS:
        return Value("tag", _LIMITS[name])
    if name in ("abstracts", "abstract", "hasabstract", "has abstract"):
        return Value("has", "abstract")
    if type_of(name) in _LIMIT_TYPES:
        return Value("type", type_of(name))
    language = _LANGUAGE.fullmatch(name)
    if language is None:
        return None
    try:
        node = value(BY_NAME["lang"], language["name"], "is")
    except ValueFault:
        return None
    return node if isinstance(node, Value) else None
