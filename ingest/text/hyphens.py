"""Hyphens at the ends of lines: of a compound, or of a first part without its last ("mother- and")."""

from __future__ import annotations

import re

CONJUNCTIONS = frozenset(
    re.findall(
        r"\w+",
        "and or nor to versus vs und oder bis sowie bzw et ou y e o u ed och eller og en of i lub oraz "
        "и или või ja tai",
    )
)
"""Words before which a hyphen stands for the end of the word before: "sex- and habitat-specific"."""
_OPEN_END = re.compile(r"\w[-‐‑]\Z")
_RANGE = re.compile(r"\d[–—]\Z")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile(r"[\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff65]")


def suspends(right: str) -> bool:
    """Whether the word after a hyphen at a line's end shows that the hyphen is no part of a compound."""
    match = _FIRST_WORD.match(right)
    return match is not None and match[0] in CONJUNCTIONS


def joint(text: str, line: str) -> str:
    """What stands between a text and the line that goes on with it: nothing, a space or a line end.

    For sources that break lines at spaces and after hyphens alone, where a hyphen at the end is the author's
    own: "child-" "centred" is child-centred. Chinese and Japanese are joined without a space.
    """
    if not text or not line:
        return ""
    if _OPEN_END.search(text[-2:]) and line[0].isalnum():
        return " " if suspends(line) else ""
    range_ = _RANGE.search(text[-2:]) and line[0].isdigit()
    return "" if range_ or (_UNSPACED.match(text[-1]) and _UNSPACED.match(line)) else "\n"
