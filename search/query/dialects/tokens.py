"""Cutting a search string into tokens: rules tried in order at each place, every one of them bounded.

The rules that several databases share are here too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from search.query.dialects.trees import Foreign, Numbered, Other, Words, Years

Kind = Literal["open", "close", "and", "or", "not", "near", "words", "before", "after", "whole"]


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a search string.

    ``codes`` are the fields of a prefix ("before") or a suffix ("after"); ``node`` is what a "whole" token or
    "words" mean; ``between``, ``ordered`` belong to "near" and, as ``between``, to a suffix with a distance.
    """

    kind: Kind
    start: int
    end: int
    node: Foreign | None = None
    codes: tuple[str, ...] = ()
    between: int | None = None
    ordered: bool = False


Make = Callable[[re.Match[str]], Token | None]
"""A token of a match; None: nothing that means anything."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern, and what it gives; ``after``: it holds only after a token of one of these kinds."""

    pattern: re.Pattern[str]
    make: Make
    after: frozenset[Kind] | None = None


def rule(pattern: str, make: Make, *, after: Sequence[Kind] = (), exact_case: bool = False) -> Rule:
    """A rule of a pattern."""
    compiled = re.compile(pattern, 0 if exact_case else re.IGNORECASE)
    return Rule(compiled, make, frozenset(after) or None)


_SPACE = re.compile(r"\s*")


def scan(text: str, rules: Sequence[Rule]) -> list[Token]:
    """The tokens of a text; signs that no rule knows are passed over."""
    tokens: list[Token] = []
    at, last = 0, None
    while at < len(text):
        space = _SPACE.match(text, at)
        at = space.end() if space else at
        for each in rules:
            if each.after is not None and last not in each.after:
                continue
            match = each.pattern.match(text, at)
            if match and match.end() > at:
                token = each.make(match)
                if token is not None:
                    tokens.append(token)
                    last = token.kind
                at = match.end()
                break
        else:
            at += 1
    return tokens


# --- rules that the lexers share

LONGEST = 400
"""Characters of one word or quoted phrase."""

_END = r"(?=[\s()\"\[\]{}']|$)"
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|2[01]\d\d|3000)(?=(?:[01]\d[0-3]\d)?(?!\d))")  # 2004, 20040131


def simple(kind: Kind) -> Make:
    """Tokens that are nothing but their kind."""
    return lambda match: Token(kind, *match.span())


def other(reason: str) -> Make:
    """Pieces that have no counterpart here."""
    return lambda match: Token("whole", *match.span(), node=Other(reason, *match.span()))


def before(match: re.Match[str]) -> Token:
    """A field, or several, before what is searched."""
    return Token("before", *match.span(), codes=split(match["codes"]))


def after(match: re.Match[str]) -> Token:
    """A field, or several, behind what is searched."""
    return Token("after", *match.span(), codes=split(match["codes"]))


def split(codes: str) -> tuple[str, ...]:
    """Codes that are written together."""
    return tuple(" ".join(code.split()).lower() for code in re.split(r"[,:;.]", codes) if code.strip())


def near(offset: int, default: int | None, *, ordered: bool = False) -> Make:
    """How far apart, as the database counts (``offset``: what is taken off to count the words between)."""

    def make(match: re.Match[str]) -> Token:
        digits = next((group for group in match.groups() if group), "")
        between = max(0, int(digits[:4]) - offset) if digits else default
        return Token("near", *match.span(), between=between, ordered=ordered)

    return make


def words(match: re.Match[str]) -> Token:
    """One word."""
    return Token("words", *match.span(), node=Words(match[0], False, *match.span()))


def quoted(match: re.Match[str]) -> Token:
    """A phrase in quotation marks."""
    return Token("words", *match.span(), node=Words(match["text"], True, *match.span()))


def numbered(match: re.Match[str]) -> Token:
    """A line of the strategy."""
    return Token("whole", *match.span(), node=Numbered(int(match["line"]), *match.span()))


def years(text: str, start: int, end: int, *, bounds: tuple[bool, bool] = (False, False)) -> Years | None:
    """The years of a date or a range of dates; ``bounds``: whether the end before or after is open."""
    numbers = [int(year) for year in _YEAR.findall(text)]
    if not numbers:
        return None
    low, high = (None if bounds[0] else min(numbers)), (None if bounds[1] else max(numbers))
    current = re.search(r"current|present|now|3000|[-:]\s*$", text, re.IGNORECASE) is not None
    if current or (high is not None and high >= 3000):
        high = None
    if re.match(r"\s*[-:]", text):
        low = None
    finer = re.findall(r"\d{4}[/-]\d{1,2}(?!\d)(?:[/-]\d{1,2})?|(?<!\d)\d{8}(?!\d)", text)
    edges = ("01/01", "1/1", "12/31", "0101", "1231", "01-01", "12-31", "01", "12")
    whole = all(date.endswith(edges) for date in finer)
    return Years(low, high, whole, start, end)


def operators(*, lower: bool = True) -> list[Rule]:
    """AND, OR, NOT; ``lower``: in any case everywhere, else in lower case only after what is complete."""
    complete: Sequence[Kind] = ("after", "close", "whole")
    pairs: list[tuple[str, Kind]] = [("AND\\s+NOT", "not"), ("AND", "and"), ("OR", "or"), ("NOT", "not")]
    rules = [rule(f"{sign}{_END}", simple(kind), exact_case=not lower) for sign, kind in pairs]
    if not lower:
        rules += [rule(f"{sign}{_END}", simple(kind), after=complete) for sign, kind in pairs]
    return rules


PARENTHESES = [rule(r"\(", simple("open")), rule(r"\)", simple("close"))]
QUOTED = rule(rf'"(?P<text>[^"]{{0,{LONGEST}}})"', quoted)
LINES = rule(r"#(?P<line>\d{1,3})(?=[\s()]|$)", numbered)
