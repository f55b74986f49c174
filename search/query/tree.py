"""The typed tree of a query: what the parser makes, the printer writes and the compiler reads.

Everything is frozen and hashable, so trees can be compared, cached and put in sets. The parser yields
*canonical* trees: ``And`` and ``Or`` have two or more children and never hold their own kind directly, a
``Not`` holds no ``Not``, and a field stands right above a leaf (``title:(a OR b)`` becomes
``Or(Field(title, a), Field(title, b))``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from search.query.wildcards import literal


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word as the reader typed it; analysis may split it (``self-attention``) or drop it (``the``)."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """An exact phrase: unstemmed, case and accents folded; up to ``slop`` words may stand in between.

    Its words may have gaps (``"randomi?ed trial*"``).
    """

    text: str
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Prefix:
    """Every word that begins with ``text`` (two letters at least)."""

    text: str


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Every word that a word with gaps (``wom*n``, ``behavio?r``, ``*ology``) stands for, exactly."""

    text: str


Text = Word | Phrase | Prefix | Wildcard
"""What is looked for in a text; `Near` joins two of them."""


@dataclass(frozen=True, slots=True)
class Near:
    """One of ``left`` and one of ``right`` with at most ``between`` words in between, all unstemmed.

    ``ordered``: the left one comes first (``PRE/n``); else in either order (``NEAR/n``).
    """

    left: tuple[Text, ...]
    right: tuple[Text, ...]
    between: int
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A leaf looked for in one text field only (``title``, ``abstract``, ``subject``, ``text``)."""

    name: str
    child: Text | Near


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a keyword field, as the reader wrote it (``author``, ``tag``, ``collection``, ``topic``, …).

    ``mode`` is "is" (for a topic: it or one of its children), "only" (a topic without its children,
    ``topic:=t7k2``) or "prefix" (``tag:neuro*``).
    """

    name: str
    text: str
    mode: Literal["is", "only", "prefix"] = "is"


@dataclass(frozen=True, slots=True)
class Range:
    """An integer field between ``low`` and ``high``, both included; None is an open end (not both)."""

    name: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class And:
    """All the children hold."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one child holds."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The child does not hold."""

    child: Node


@dataclass(frozen=True, slots=True)
class All:
    """Every paper (``*``)."""


@dataclass(frozen=True, slots=True)
class Line:
    """What another line of a search book finds (``#2``); only `search.query.parser.parse_line` gives it."""

    number: int


Node = Word | Phrase | Prefix | Wildcard | Near | Field | Value | Range | And | Or | Not | All | Line
Leaf = Word | Phrase | Prefix | Wildcard | Near | Field | Value | Range | All | Line


@dataclass(frozen=True, slots=True)
class Inexact:
    """A piece of another database's search that is left out, or not quite the same here, and why."""

    piece: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """That a query was written for another database: its short name and title, the query as it is written
    here, and the pieces that are not the same."""

    dialect: str
    title: str
    query: str
    inexact: tuple[Inexact, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query: the clauses that stand side by side at the top.

    ``reading`` is set where it was written for another database. No clause at all means every paper. Whether
    all or any of the ``bare`` words must match is for the searcher to say (``match``); the other clauses
    always hold.
    """

    clauses: tuple[Node, ...] = ()
    reading: Reading | None = field(default=None, compare=False)

    @property
    def bare(self) -> tuple[Word, ...]:
        """The bare words at the top, in order: the part that ``match=all|any`` speaks of."""
        return tuple(clause for clause in self.clauses if isinstance(clause, Word))

    @property
    def required(self) -> tuple[Node, ...]:
        """The clauses that always hold: everything but the bare words."""
        return tuple(clause for clause in self.clauses if not isinstance(clause, Word))


def leaves(node: Node | Query, *, negated: bool = False) -> Iterator[tuple[Leaf, bool]]:
    """Every leaf in reading order, with True where it stands under a ``Not``."""
    if isinstance(node, Query):
        for clause in node.clauses:
            yield from leaves(clause)
    elif isinstance(node, And | Or):
        for child in node.children:
            yield from leaves(child, negated=negated)
    elif isinstance(node, Not):
        yield from leaves(node.child, negated=not negated)
    else:
        yield node, negated


def texts(node: Node | Query) -> Iterator[tuple[Text, str, bool]]:
    """What a query looks for in the text, in reading order: each with the name of its field ("": none) and
    True where it stands under a ``Not``."""
    for leaf, negated in leaves(node):
        name, text = (leaf.name, leaf.child) if isinstance(leaf, Field) else ("", leaf)
        for each in (*text.left, *text.right) if isinstance(text, Near) else (text,):
            if isinstance(each, Text):
                yield each, name, negated


def written(node: Node | Query) -> Iterator[str]:
    """The words and phrases that a query looks for in the text, in reading order, as they were typed; words
    with gaps are left out."""
    for text, _, negated in texts(node):
        if not negated and isinstance(text, Word | Phrase) and (plain := literal(text.text)):
            yield plain


def conjunction(children: tuple[Node, ...]) -> Node:
    """The canonical ``And`` of the children: nested ones are flattened, one child stands alone."""
    flat = tuple(
        part for child in children for part in (child.children if isinstance(child, And) else (child,))
    )
    return And(flat) if len(flat) > 1 else flat[0]


def disjunction(children: tuple[Node, ...]) -> Node:
    """The canonical ``Or`` of the children: nested ones are flattened, one child stands alone."""
    flat = tuple(
        part for child in children for part in (child.children if isinstance(child, Or) else (child,))
    )
    return Or(flat) if len(flat) > 1 else flat[0]


def negation(child: Node) -> Node:
    """The canonical ``Not`` of the child: two of them cancel."""
    return child.child if isinstance(child, Not) else Not(child)
