"""The tree of another database's search → the tree of a query here, with a remark on each inexact piece."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from search.fields import BY_NAME
from search.query.dialects import terms
from search.query.dialects.databases import Database
from search.query.dialects.fields import TEXTS, UNKNOWN, targets
from search.query.dialects.limits import limited, type_of
from search.query.dialects.strategies import joins_lines
from search.query.dialects.tokens import years
from search.query.dialects.trees import (
    Close,
    Foreign,
    Heading,
    Joined,
    Numbered,
    Other,
    Within,
    Words,
    Years,
)
from search.query.errors import Fault, ValueFault, plain_words
from search.query.nearness import near
from search.query.text_leaves import has_word
from search.query.tree import All, Line, Node, Range, Text, Value, conjunction, disjunction, negation
from search.query.values import value

MOST_LEAVES = 5_000
"""Words and clauses that lines may come to when they are put into each other."""

_ALL_TEXT = ("title", "abstract", "subject")
_HEADINGS = {"tag": (False, False), "tag+": (True, False), "tag*": (False, True), "tag+*": (True, True)}


@dataclass(slots=True)
class Writer:
    """Writes the tree of one text.

    ``lines`` are the lines of a strategy that can be referred to, and how many leaves each has (``sizes``);
    without lines, a number means a line of a search book. ``remarks`` are filled on the way: a piece as it
    was written, and the name of a reason. ``size`` counts the leaves; ``used`` are the
    lines that were referred to.
    """

    database: Database
    text: str
    lines: Mapping[int, Node | None] | None = None
    sizes: Mapping[int, int] = field(default_factory=dict)
    remarks: dict[tuple[str, str], None] = field(default_factory=dict)
    size: int = 0
    used: set[int] = field(default_factory=set)

    def remark(self, reason: str, start: int, end: int) -> None:
        """Note what a piece of the text is not, here."""
        piece = " ".join(self.text[start:end].split())
        self.remarks[piece if len(piece) <= 120 else piece[:119] + "…", reason] = None

    def write(
        self, node: Foreign, wanted: Sequence[str] | None = None, distance: int | None = None
    ) -> Node | None:
        """The node for a tree; None for what has no counterpart. ``wanted``: the targets it stands under."""
        self.size += 1
        match node:
            case Words(text, False) if wanted is None and self._is_line(text):
                return self.write(Numbered(int(text), node.start, node.end))
            case Words():
                return self._words(node, wanted, distance)
            case Within():
                return self._within(node)
            case Joined():
                return self._joined(node, wanted, distance)
            case Close():
                return self._close(node, wanted)
            case Heading(text, exploded, major, qualifiers, start, end):
                return self._heading(text, (exploded, major), qualifiers, (start, end))
            case Numbered(number):
                return Line(number) if self.lines is None else self._line(number, self.lines)
            case Years(low, high, whole, start, end):
                if not whole:
                    self.remark("date", start, end)
                return Range("year", low, high)
            case Other("everything"):
                return All()
            case Other(reason, start, end):
                self.remark(reason, start, end)
        return None

    def _is_line(self, text: str) -> bool:
        """Whether a number alone means a line: Ovid writes ``1 or 2``, others where nothing else stands."""
        if not (text.isascii() and text.isdecimal() and len(text) <= 3):
            return False
        return self.database.name == "ovid" or (
            self.lines is not None and joins_lines(self.text.rpartition("\n")[2])
        )

    def _line(self, number: int, lines: Mapping[int, Node | None]) -> Node | None:
        if number not in lines:
            raise Fault(
                "line-reference",
                f"Line {number} is not among the lines before it.",
                "A line can refer to earlier lines of the same search.",
                plain_words(self.text),
            )
        self.used.add(number)
        self.size += self.sizes[number]
        if self.size > MOST_LEAVES:
            raise Fault(
                "too-many-clauses",
                f"Put into each other, the lines have more than {MOST_LEAVES:,} words and clauses.",
                "Search with fewer lines.",
                plain_words(self.text),
            )
        return lines[number]

    def _within(self, node: Within) -> Node | None:
        if node.codes == ("limit",) and isinstance(node.child, Words):
            limit = limited(node.child.text)
            if limit is None:
                self.remark("filter", node.start, node.end)
            return limit
        wanted: dict[str, None] = {}
        for code in node.codes:
            for target in targets(self.database.name, code):
                wanted[target] = None
        for target, reason in (("-", "field"), (UNKNOWN, "unknown-field")):
            if target in wanted:
                self.remark(reason, node.start, node.end)
                del wanted[target]
        if not wanted:
            return None
        child = node.child
        if isinstance(child, Words):  # a remark names it with its field
            child = replace(child, start=node.start, end=node.end)
        return self.write(child, tuple(wanted), node.distance)

    def _joined(self, node: Joined, wanted: Sequence[str] | None, distance: int | None) -> Node | None:
        children = [self.write(child, wanted, distance) for child in node.children]
        if node.operator == "not":
            first, others = children[0], [child for child in children[1:] if child is not None]
            if first is None:
                self._left_out(node)
                return None
            return conjunction((first, *(negation(child) for child in others)))
        kept = tuple(child for child in children if child is not None)
        if not kept:
            return None
        return conjunction(kept) if node.operator == "and" else disjunction(kept)

    def _left_out(self, node: Joined) -> None:
        for child in node.children[1:]:
            for start, end in _spans(child):
                self.remark("not", start, end)

    # --- words

    def _words(self, node: Words, wanted: Sequence[str] | None, distance: int | None) -> Node | None:
        if wanted is None:
            if self.database.name == "pubmed":
                self.remark("mapping", node.start, node.end)
            names: list[str] = list(_ALL_TEXT)
            others: list[str] = []
        else:
            names = [target for target in wanted if target in TEXTS]
            others = [target for target in wanted if target not in TEXTS]
        exact = node.quoted or (
            self.database.exact and not (wanted is None and self.database.name == "pubmed")
        )
        parts = [self._value(node, target) for target in others]
        if names:
            parts.append(self._text(node, names, distance, exact=exact))
        kept = tuple(part for part in parts if part is not None)
        return disjunction(kept) if kept else None

    def _text(self, node: Words, names: list[str], distance: int | None, *, exact: bool) -> Node | None:
        ways = self._ways(node)
        pieces = node.text.split()
        if distance is not None and len(pieces) > 1:
            return self._apart(node, names, distance)
        if len(pieces) == 1 and not exact:
            leaves = [terms.word(way) for way in ways]
        elif exact or self.database.joining:
            leaves = [terms.phrase(way) for way in ways]
        else:
            each = [self._text(part, names, None, exact=False) for part in _apart(node)]
            kept = tuple(leaf for leaf in each if leaf is not None)
            return conjunction(kept) if kept else None
        if None in leaves:
            self.remark("wildcard", node.start, node.end)
        nodes = tuple(terms.in_fields(leaf, names) for leaf in leaves if leaf is not None)
        return disjunction(nodes) if nodes else None

    def _ways(self, node: Words) -> list[str]:
        ways, widened = terms.spellings(node.text, self.database.marks)
        if widened:
            self.remark("longer", node.start, node.end)
        return ways

    def _apart(self, node: Words, names: list[str], distance: int) -> Node | None:
        """PubMed's words in any order, with so many others between the first and the last of them."""
        leaves = [terms.phrase(piece) for piece in self._ways(node)[0].split()]
        if None in leaves:
            self.remark("wildcard", node.start, node.end)
        kept = [leaf for leaf in leaves if leaf is not None]
        if len(kept) > 2:
            self.remark("near", node.start, node.end)
        pairs = pairwise(kept)
        nodes = tuple(
            self._pair([first], [second], names, distance, ordered=False) for first, second in pairs
        )
        return conjunction(nodes) if nodes else None

    # --- near each other

    def _close(self, node: Close, wanted: Sequence[str] | None) -> Node | None:
        if (
            isinstance(node.left, Within)
            and isinstance(node.right, Within)
            and node.left.codes == node.right.codes
        ):
            inner = Close(node.left.child, node.right.child, node.between, node.ordered, node.start, node.end)
            return self.write(Within(node.left.codes, inner, node.start, node.end))
        if self.database.name == "cochrane" and not node.ordered:
            self.remark("wider", node.start, node.end)
        names = [target for target in (_ALL_TEXT if wanted is None else wanted) if target in TEXTS]
        sides = [self._side(node.left), self._side(node.right)]
        if node.between is not None and names and all(sides):
            left, right = (side or [] for side in sides)
            try:
                return self._pair(left, right, names, node.between, ordered=node.ordered)
            except ValueFault:
                pass
        self.remark("near", node.start, node.end)
        if isinstance(node.left, Close) and sides[1]:
            inner = Close(node.left.right, node.right, node.between, node.ordered, node.start, node.end)
            parts = [self.write(node.left, wanted), self.write(inner, wanted)]
        else:
            parts = [self.write(node.left, wanted), self.write(node.right, wanted)]
        kept = tuple(part for part in parts if part is not None)
        return conjunction(kept) if kept else None

    def _pair(
        self,
        left: Sequence[Text],
        right: Sequence[Text],
        names: Sequence[str],
        between: int,
        *,
        ordered: bool,
    ) -> Node:
        node = near(disjunction(tuple(left)), disjunction(tuple(right)), between, ordered=ordered)
        return terms.in_fields(node, names)  # type: ignore[arg-type]  # without a field it is a `Near`

    def _side(self, node: Foreign) -> list[Text] | None:
        """The texts that one side offers; None where it is more than a choice of texts."""
        if isinstance(node, Words):
            leaves = [terms.phrase(way) for way in self._ways(node)]
            return None if None in leaves else [leaf for leaf in leaves if leaf is not None]
        if isinstance(node, Joined) and node.operator == "or":
            sides = [self._side(child) for child in node.children]
            if all(side is not None for side in sides):
                return list(dict.fromkeys(text for side in sides for text in side or ()))
        return None

    # --- values

    def _heading(
        self, text: str, flags: tuple[bool, bool], qualifiers: str, span: tuple[int, int]
    ) -> Node | None:
        for is_so, reason in zip((*flags, bool(qualifiers)), ("narrower", "major", "qualifier"), strict=True):
            if is_so:
                self.remark(reason, *span)
        return self._made("tag", text.strip("\"' "), span)

    def _value(self, node: Words, target: str) -> Node | None:
        text, span = node.text.strip("\"' "), (node.start, node.end)
        if target in _HEADINGS:
            heading, _, qualifiers = text.partition("/")
            return self._heading(heading, _HEADINGS[target], qualifiers, span)
        match target:
            case "filter":
                return self.write(Within(("limit",), node, *span))
            case "year":
                bounds = years(text, *span)
                return self.write(bounds) if bounds is not None else self._made("year", text, span)
            case "type":
                return self._made("type", type_of(text), span)
            case "author*":
                self.remark("position", *span)
                return self._made("author", text, span)
        return self._made(target, text, span)

    def _made(self, name: str, text: str, span: tuple[int, int]) -> Node | None:
        """The leaf of a value; one that ends in a wildcard matches any ending."""
        spelt = "".join(self.database.marks.get(sign, sign) for sign in text)
        stem = spelt.rstrip("*")
        try:
            wildcards = {"*", *(ours for sign, ours in self.database.marks.items() if sign in text)}
            if not has_word(stem) or any(sign in stem for sign in wildcards):
                raise ValueFault("wildcard", "", "", "")
            node = value(BY_NAME[name], stem, "prefix" if stem != spelt else "is")
        except ValueFault:
            self.remark("value", *span)
            return None
        return node if isinstance(node, Value | Range) else None


def _apart(node: Words) -> Iterable[Words]:
    """The words of a run, each on its own."""
    at = node.start
    for piece in node.text.split():
        yield Words(piece, False, node.start, node.end)
        at += len(piece) + 1


def _spans(node: Foreign) -> Iterable[tuple[int, int]]:
    if isinstance(node, Joined):
        for child in node.children:
            yield from _spans(child)
    else:
        yield node.start, node.end
