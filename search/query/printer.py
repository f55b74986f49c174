"""A tree back to the text of a query: one canonical spelling for each tree.

For every tree that the parser can make, parsing what is printed gives the same tree.
"""

from __future__ import annotations

import re

from search.query.tree import (
    All,
    And,
    Field,
    Line,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Text,
    Value,
    Wildcard,
    Word,
)
from search.query.wildcards import is_pattern

_PLAIN_VALUE = re.compile(r"[^\W_](?:[\w.\-/:+#&'@]*[\w+#])?")
_OPERATORS = frozenset(("AND", "OR", "NOT"))


def print_query(query: Query | Node) -> str:
    """The canonical text of a query or of a part of one."""
    if not isinstance(query, Query):
        return _print(query)
    if len(query.clauses) == 1:
        return _print(query.clauses[0])
    return " ".join(_inner(clause) for clause in query.clauses)


def _print(node: Node) -> str:
    match node:
        case And(children):
            return " AND ".join(_inner(child) for child in children)
        case Or(children):
            return " OR ".join(_inner(child) for child in children)
        case Not(All()):
            return "NOT *"
        case Not(child):
            return "-" + _inner(child)
        case Field(name, Near() as child):
            return f"{name}:({_print(child)})"
        case Field(name, child):
            return f"{name}:{_print(child)}"
        case Near(left, right, between, ordered):
            return f"{_side(left)} {'PRE' if ordered else 'NEAR'}/{between} {_side(right)}"
        case Value():
            return _print_value(node)
        case Range():
            return _print_range(node)
        case Line(number):
            return f"#{number}"
        case _:
            return _print_leaf(node)


def _side(texts: tuple[Text, ...]) -> str:
    """One side of a `Near`."""
    printed = " OR ".join(map(_print_leaf, texts))
    return f"({printed})" if len(texts) > 1 else printed


def _print_leaf(node: Text | All) -> str:
    match node:
        case Word(text) | Wildcard(text):
            return text
        case Phrase(text, slop):
            return quote(text) + (f"~{slop}" if slop else "")
        case Prefix(text):
            return text + "*"
        case All():
            return "*"


def _inner(node: Node) -> str:
    text = _print(node)
    return f"({text})" if isinstance(node, And | Or | Near) else text


def _print_value(node: Value) -> str:
    plain = _PLAIN_VALUE.fullmatch(node.text) and node.text not in _OPERATORS
    plain = plain and not (node.mode == "prefix" and "#" in node.text)  # a mark, before a star
    plain = plain and not is_pattern(node.text)
    text = node.text if plain else quote(node.text)
    if not plain and node.mode != "prefix":  # a star at the end of a value is one of its signs
        text = _STARS_AT_END.sub(lambda stars: stars[0].replace("*", r"\*"), text)
    return f"{node.name}:{'=' if node.mode == 'only' else ''}{text}{'*' if node.mode == 'prefix' else ''}"


_STARS_AT_END = re.compile(r'(?<=\w)\*+(?="\Z)')


def _print_range(node: Range) -> str:
    low = "" if node.low is None else str(node.low)
    high = "" if node.high is None else str(node.high)
    return f"{node.name}:{low}" if low == high else f"{node.name}:{low}-{high}"


def quote(text: str) -> str:
    """The text between double quotes, with quotes and backslashes in it escaped."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
