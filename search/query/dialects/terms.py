"""Words of another database → what is looked for here: wildcards, phrases, one field or several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lark import Token

from search.query import wildcards
from search.query.errors import ValueFault
from search.query.text_leaves import is_word, text_leaf
from search.query.tree import Field, Near, Node, Phrase, Prefix, Text, Wildcard, Word, disjunction

_LIMITED = re.compile(r"[$*](\d{1,2})(?=\W|$)|\[\*(\d{1,2})\]")
_MOST_WAYS = 8
_BARE = re.compile(r"[\w'-]+")  # others are quoted: nothing in them is then taken for another language
_MARKS = re.compile(r"[*?#]")
_HAS_LETTER = re.compile(r"[^\W_]")


def spellings(text: str, marks: Mapping[str, str]) -> tuple[list[str], bool]:
    """The ways to write a text with our wildcards, and whether a number of letters had to be let go.

    ``marks``: the database's wildcards → ours. A sign that is optional at the end of a word becomes two ways,
    as a question mark there is punctuation here.
    """
    ways, widened = [""], False
    for word in text.split():
        own, wider = _word_ways(word, marks)
        widened |= wider
        ways = [f"{way} {each}".strip() for way in ways for each in own][:_MOST_WAYS]
    return ways, widened


def _word_ways(word: str, marks: Mapping[str, str]) -> tuple[list[str], bool]:
    if (limit := _LIMITED.search(word)) and ("$" in marks or "[" in marks):
        most, stem = int(limit[1] or limit[2]), word[: limit.start()]
        rest = word[limit.end() :]
        if most <= 3 and not rest:
            return [_spelt(stem, marks) + "#" * count for count in range(most + 1)], False
        return [_spelt(stem, marks) + "*" + _spelt(rest, marks)], True
    spelt = _spelt(word, marks)
    ending = re.search(r"[?]+$", spelt)
    if ending is None or not any(sign in word for sign, ours in marks.items() if ours == "?"):
        return [spelt], False
    stem, most = spelt[: ending.start()], min(3, len(ending[0]))
    return [stem + "#" * count for count in range(most + 1)], len(ending[0]) > most


def _spelt(text: str, marks: Mapping[str, str]) -> str:
    spelt = "".join(marks.get(sign, " " if sign in "*?#" and sign not in "#?" else sign) for sign in text)
    return re.sub(r"\*+", "*", spelt)


def phrase(text: str) -> Text | None:
    """The words of a text side by side, exactly so; None where a wildcard is left too few letters, or
    there is no letter."""
    pieces = [piece for piece in text.split() if _HAS_LETTER.search(piece)]
    if not pieces:
        return None
    if len(pieces) == 1:
        return _single(pieces[0])
    return Phrase(" ".join(pieces)) if all(map(_fits, pieces)) else None


def word(text: str) -> Text | None:
    """One word in any of its inflections; one with wildcards as it is written."""
    if _MARKS.search(text.rstrip("?")) and _single(text) != Phrase(text):
        return _single(text)
    return (
        Word(text)
        if _BARE.fullmatch(text) and is_word(text)
        else Phrase(text)
        if _HAS_LETTER.search(text)
        else None
    )


def _fits(piece: str) -> bool:
    """Whether a word of a phrase is without wildcards, or has such as phrases take."""
    if "*" not in piece:
        return True
    return _single(piece) is not None


def _single(text: str) -> Text | None:
    bare = text.strip("*.,;:!?()[]{}<>/")
    kind = "PATTERN" if wildcards.is_pattern(text) else "PREFIX" if text.endswith("*") else ""
    if not kind:
        return (
            None if "*" in text and _MARKS.sub("", bare) == bare and "*" in text.strip("*") else _plain(text)
        )
    try:
        leaf = text_leaf(Token(kind, text), None)
    except ValueFault:
        return None
    if isinstance(leaf, Prefix | Wildcard):
        return leaf
    return Phrase(text) if isinstance(leaf, Phrase) and wildcards.has_wildcards(text) else None


def _plain(text: str) -> Phrase | None:
    return Phrase(text) if "*" not in text else None


def in_fields(leaf: Text | Near, names: Iterable[str]) -> Node:
    """The leaf in text fields: title and abstract need no name, and all three have one."""
    wanted = set(names)
    if wanted == {"title", "abstract"}:
        return leaf
    if wanted == {"title", "abstract", "subject"}:
        return Field("text", leaf)
    order = [name for name in ("title", "abstract", "subject") if name in wanted]
    return disjunction(tuple(Field(name, leaf) for name in order))
