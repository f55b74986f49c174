"""Operators in any case, as people write them in lines of a search: ``#1 or #2``, ``1 and (2 not 3)``."""

from __future__ import annotations

import re

from search.fields import field

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_OPERATOR = re.compile(r"(?<=[^\s(])\s+(and|or|not)(?=\s+[^\s)]|\s*\()", re.IGNORECASE)
_TOKEN = re.compile(r"[()]|[^\s()]+")
_NUMBER = re.compile(r"[#Ss]?(\d{1,4})")
_FIELD = re.compile(r"\b([A-Za-z_]+):=?$")
_LONGEST = 40  # characters before a parenthesis in which a field is looked for
_WORDS = ("and", "or", "not")


def with_operators(text: str) -> str:
    """A line with its operators in capitals, and lines that are named by bare numbers as references.

    What stands in quotes or is the value of a field in parentheses stays as it is, and so does a word with
    nothing before it.
    """
    if (lines := _only_lines(text)) is not None:
        return lines
    masked = _without_values(_QUOTED.sub(lambda match: "x" * len(match[0]), text))
    pieces, at = [], 0
    for operator in _OPERATOR.finditer(masked):
        pieces += [text[at : operator.start(1)], operator[1].upper()]
        at = operator.end(1)
    return "".join([*pieces, text[at:]])


def _only_lines(text: str) -> str | None:
    """A line of numbers and operators alone, such as ``1 or S2``; None for any other."""
    tokens = _TOKEN.findall(text)
    words = [token.lower() for token in tokens if token.lower() in _WORDS]
    numbers = [token for token in tokens if _NUMBER.fullmatch(token)]
    if (
        not words
        or not numbers
        or len(words) + len(numbers) + text.count("(") + text.count(")") < len(tokens)
    ):
        return None
    written = (f"#{match[1]}" if (match := _NUMBER.fullmatch(token)) else token.upper() for token in tokens)
    return " ".join(written).replace("( ", "(").replace(" )", ")")


def _without_values(text: str) -> str:
    """The text with the values in parentheses after a field blotted out: ``tag:(head and neck)``."""
    signs = list(text)
    depth = 0
    for at, sign in enumerate(text):
        if sign == "(" and (depth or _holds_a_value(text[max(0, at - _LONGEST) : at])):
            depth += 1
        elif sign == ")" and depth:
            depth -= 1
        elif depth:
            signs[at] = "x"
    return "".join(signs)


def _holds_a_value(before: str) -> bool:
    """Whether a parenthesis after this belongs to a field whose values are whole, unlike titles."""
    name = _FIELD.search(before)
    spec = field(name[1].lower()) if name else None
    return spec is not None and spec.kind != "text"
