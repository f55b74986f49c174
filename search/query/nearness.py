"""``NEAR/n`` and ``PRE/n``: what may stand on their sides, and what is said where something else does."""

from __future__ import annotations

from search.query.errors import ValueFault
from search.query.tree import Field, Near, Node, Or, Phrase, Text

MAX_DISTANCE = 100
"""The most words that may be allowed in between."""

MOST_WAYS = 2_000
"""The most ways in which the alternatives of both sides, their distance and their order may be combined."""


def near(left: Node, right: Node, between: int, *, ordered: bool) -> Node:
    """The node for two things near each other.

    Raises:
        ValueFault: a side is no word, phrase or choice of such, or there are too many of them; its ``clause``
            is what should stand instead of ``NEAR/n``.
    """
    sign = f"{'PRE' if ordered else 'NEAR'}/{between}"
    sides = [_alternatives(side) for side in (left, right)]
    names = {name for side in sides for name, _ in side or ()}
    if None in sides or len(names) != 1:
        raise ValueFault(
            "bad-near",
            f"{sign} stands between words, phrases, or several of them joined by OR, in one field.",
            f'Write it as in (heart OR cardiac) {sign} "attack rate", or use AND.',
            "AND",
        )
    first, second = (tuple(text for _, text in side or ()) for side in sides)
    if between > MAX_DISTANCE:
        raise ValueFault(
            "bad-distance",
            f"{sign} asks for more than {MAX_DISTANCE} words in between.",
            "Write a smaller number, as in solar NEAR/5 cell.",
            f"{sign.partition('/')[0]}/{MAX_DISTANCE}",
        )
    if ways(first, second, between, ordered=ordered) > MOST_WAYS:
        raise ValueFault(
            "too-many-clauses",
            f"{sign} joins too many phrases: {len(first)} on its left, {len(second)} on its right.",
            "Join fewer phrases, or give a smaller number.",
            "AND",
        )
    node = Near(first, second, between, ordered)
    (name,) = names
    return Field(name, node) if name else node


def ways(first: tuple[Text, ...], second: tuple[Text, ...], between: int, *, ordered: bool) -> int:
    """In how many ways the two sides may stand to each other: single words count as one."""
    phrases = [
        sum(isinstance(text, Phrase) or "-" in text.text for text in side) + 1 for side in (first, second)
    ]
    return phrases[0] * phrases[1] * (between + 1) * (1 if ordered else 2)


def _alternatives(node: Node) -> list[tuple[str, Text]] | None:
    """The texts that a side offers, each with its field; None where it holds anything else."""
    children = node.children if isinstance(node, Or) else (node,)
    pairs: list[tuple[str, Text]] = []
    for child in children:
        name, text = (child.name, child.child) if isinstance(child, Field) else ("", child)
        if not isinstance(text, Text) or (isinstance(text, Phrase) and text.slop):
            return None
        pairs.append((name, text))
    return pairs


def chained(sign: str) -> ValueFault:
    """The fault of more than two things joined."""
    return ValueFault(
        "bad-near",
        f"{sign} joins two things, and stands between three here.",
        f"Join two pairs with AND: (a {sign} b) AND (b {sign} c).",
        "AND",
    )
