"""What a search means, written by hand and worked out paper by paper: nothing of the search room is used.

A meaning is a tuple: ``("ti" | "ab" | "tiab" | "kw" | "all", phrase)`` with ``*`` any ending, ``?`` one
letter or none and ``#`` one letter; ``("tag", heading)``; ``("near", field, between, ordered, left, right)``
of lists of phrases; ``("and" | "or", …)``, ``("not", wanted, unwanted)``; ``("year", low, high)``,
``("lang" | "type", …)``.
"""

from __future__ import annotations

import random
import re
from typing import Any

Meaning = tuple[Any, ...]
Paper = dict[str, Any]

_FIELDS = {
    "ti": ("title",), "ab": ("abstract",), "kw": ("tags",), "tiab": ("title", "abstract"),
    "all": ("title", "abstract", "tags"), "ab,kw": ("abstract", "tags"),
}  # fmt: skip
_MARKS = {"*": ".*", "?": ".?", "#": "."}


def holds(meaning: Meaning, paper: Paper) -> bool:
    """Whether a paper is meant."""
    kind, *rest = meaning
    if kind in _FIELDS:
        return any(_spans(rest[0], paper, name) for name in _FIELDS[kind])
    if kind == "near":
        return _near(paper, *rest)
    if kind == "not":
        return holds(rest[0], paper) and not holds(rest[1], paper)
    if kind in ("and", "or"):
        return (all if kind == "and" else any)(holds(part, paper) for part in rest)
    if kind == "year":
        return (rest[0] or 0) <= paper["year"] <= (rest[1] or 9999)
    if kind == "tag":
        return rest[0].lower() in paper["tags"]
    return bool(rest[0] == paper[kind])


def papers(meaning: Meaning, seed: int, count: int = 120) -> list[Paper]:
    """Random papers of the meaning's own words, its phrases often side by side."""
    dice = random.Random(seed)
    phrases, headings = _words(meaning)
    drawn = [_drawn(phrase, dice) for phrase in phrases for _ in range(3)] or ["word"]
    drawn += [word for phrase in drawn for word in phrase.split()]

    def stream(most: int) -> list[str]:
        pieces = [dice.choice([*drawn, "filler", "between"]) for _ in range(dice.randint(1, most))]
        return " ".join(pieces).split()

    return [
        {
            "title": stream(3),
            "abstract": stream(7),
            "tags": [dice.choice([*headings, *drawn]).lower() for _ in range(dice.choice((0, 1, 2)))],
            "year": dice.choice((1990, 2000, 2005, 2010, 2015, 2020)),
            "lang": dice.choice(("en", "en", "de")),
            "type": dice.choice(
                ("review", "randomized controlled trial", "controlled clinical trial", "letter")
            ),
        }
        for _ in range(count)
    ]


def _words(meaning: Meaning) -> tuple[list[str], list[str]]:
    kind, *rest = meaning
    if kind in _FIELDS:
        return [rest[0]], []
    if kind == "near":
        return [*rest[3], *rest[4]], []
    if kind == "tag":
        return [], [rest[0]]
    if kind in ("and", "or", "not"):
        parts = [_words(part) for part in rest]
        return [word for part in parts for word in part[0]], [word for part in parts for word in part[1]]
    return [], []


def _drawn(phrase: str, dice: random.Random) -> str:
    endings = {"*": ("", "qua", "zix"), "?": ("", "u"), "#": ("a", "e")}
    return "".join(dice.choice(endings[sign]) if sign in endings else sign for sign in phrase)


def _spans(phrase: str, paper: Paper, name: str) -> list[tuple[int, int]]:
    words = [
        re.compile("".join(_MARKS.get(sign, re.escape(sign)) for sign in word)) for word in phrase.split()
    ]
    streams = [tag.split() for tag in paper["tags"]] if name == "tags" else [paper[name]]
    return [
        (1_000 * row + at, 1_000 * row + at + len(words))
        for row, stream in enumerate(streams)
        for at in range(len(stream) - len(words) + 1)
        if all(word.fullmatch(stream[at + offset]) for offset, word in enumerate(words))
    ]


def _near(paper: Paper, field: str, between: int, ordered: bool, left: list[str], right: list[str]) -> bool:
    for name in _FIELDS[field]:
        first, second = (
            [span for text in side for span in _spans(text, paper, name)] for side in (left, right)
        )
        pairs = [(a, b) for a in first for b in second] + (
            [] if ordered else [(b, a) for a in first for b in second]
        )
        if any(0 <= later[0] - earlier[1] <= between for earlier, later in pairs):
            return True
    return False
