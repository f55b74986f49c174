"""Words with gaps: ``wom*n``, ``behavio?r``, ``wom#n``, ``*ology``; also inside quotes.

A star stands for any run of letters and digits, a question mark for one or none, a hash sign for exactly one.
A mark counts only where it cannot be punctuation: a star in front of three letters, inside a word or at its
end; the other two inside a word, and ``#`` also at the end of three letters (``C#`` is a language).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

MOST_MARKS = 8
"""Wildcards that one word may have: what they match is found in bounded time."""

MOST_STARS = 3
"""Stars among them."""

LONGEST = 100
"""Characters of a word with wildcards."""

_ENOUGH = r"(?=[^\W_]{2}|[\w*?#-]*[^\W_]{3})"
_END = r"(?=[\s()\"]|$)"
_GAP = r"-\*+[^\W_]{3}|[^\W_]\*+[^\W_]|[^\W_]\?(?![A-Z])[^\W_]{3}|"
_GAP += rf"[^\W_]{{2}}[?#]{{1,3}}(?![A-Z])[^\W_]|[^\W_]{{3}}#{{1,3}}[,.;:!?]*{_END}"
TERMINAL = (
    rf"{_ENOUGH}(?=\*+[^\W_]|[^\W_][\w*-]*(?<=[^\W_*])(?:{_GAP})|(?:{_GAP}))[*\w][\w*?#-]*[,.;:!?]*{_END}"
)
"""A word with gaps, as the grammar knows it."""

BROAD = (
    rf"\*+(?:[^\W_]{{2}}\*?|[^\W_]\*+)[,.;:!?]*{_END}"
    rf"|(?!{TERMINAL})\*+[^\W_][\w?#-]*\*[\w*?#-]*[,.;:!?]*{_END}"
)
"""A star in front of too little, or of pieces that are all too short."""

_WORD = re.compile(TERMINAL)
_CUT = re.compile(r"(?=[\w-]*?[^\W_][\w-]*?[^\W_])[\w-]*[^\W_]\*+[,.;:!?]*")
_MARKS = re.compile(r"[*?#]+")
_STARS = re.compile(r"\*+")


def is_pattern(text: str) -> bool:
    """Whether a text is one word with gaps."""
    return _WORD.fullmatch(text) is not None


def long_enough(text: str) -> bool:
    """Whether a text is enough in front of a star: two letters or digits, or one Chinese or Japanese sign."""
    return sum(map(str.isalnum, text)) > 1 or any(unicodedata.east_asian_width(sign) in "WF" for sign in text)


def has_wildcards(text: str) -> bool:
    """Whether a word of a phrase has gaps, or is cut at its end."""
    return ("*" in text or "?" in text or "#" in text) and any(map(_is_either, text.split()))


def literal(text: str) -> str:
    """A phrase without its words that have gaps."""
    return " ".join(word for word in text.split() if not _is_either(word)) if has_wildcards(text) else text


def _is_either(word: str) -> bool:
    return _CUT.fullmatch(word) is not None or is_pattern(word)


def tidy(text: str) -> str:
    """A word with gaps without the punctuation after it, and with one star where several stand."""
    return _STARS.sub("*", text.rstrip(",.;:!?"))


def tokens(
    text: str, forms: Callable[[str], list[str]], fold: Callable[[str], str]
) -> list[tuple[str, bool]]:
    """The tokens of a phrase in order, each with True where it has gaps.

    ``forms`` cuts a text into the words that the index holds, ``fold`` folds a piece of such a word.
    """
    row: list[tuple[str, bool]] = []
    for word in text.split():
        if _CUT.fullmatch(word):
            whole = forms(tidy(word).rstrip("*"))
            row += [(form, False) for form in whole[:-1]] + [(form + "*", True) for form in whole[-1:]]
        elif is_pattern(word):
            row += _parts(tidy(word), forms, fold)
        else:
            row += [(form, False) for form in forms(word)]
    return row


def _parts(
    word: str, forms: Callable[[str], list[str]], fold: Callable[[str], str]
) -> list[tuple[str, bool]]:
    """The parts of a hyphenated word with gaps."""
    row: list[tuple[str, bool]] = []
    for part in filter(None, re.split("[-‐‑_]", word)):
        if _MARKS.search(part):
            row.append((_folded(part, fold), True))
        else:
            row += [(form, False) for form in forms(part)]
    return row


def _folded(part: str, fold: Callable[[str], str]) -> str:
    pieces = [fold(piece) for piece in _MARKS.split(part)]
    marks = [*_MARKS.findall(part), ""]
    return "".join(piece + mark for piece, mark in zip(pieces, marks, strict=True))
