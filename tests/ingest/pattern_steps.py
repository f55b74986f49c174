"""A backtracking matcher that counts its steps: how the work of a pattern grows with a text, without a clock.

It walks the tree that `re` makes of a pattern, tries what `re` tries in the same order, and counts each item
that is tried. What it does not know (conditionals) raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

Ends = Iterator[int]


class Steps:
    """Counts the steps of a pattern over a text, as `finditer` takes them."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.tree = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
        self.flags = pattern.flags & re.IGNORECASE
        self.dot_all = bool(pattern.flags & re.DOTALL)
        self.count = 0
        self.groups: dict[int, tuple[int, int]] = {}

    def over(self, text: str) -> int:
        """How many steps it takes to find all matches in a text."""
        self.count, at = 0, 0
        while at <= len(text):
            self.groups = {}
            end = next(self._sequence(list(self.tree), 0, text, at), None)
            at = at + 1 if end is None or end == at else end
        return self.count

    def _sequence(self, items: list[Any], first: int, text: str, at: int) -> Ends:
        if first == len(items):
            yield at
            return
        for end in self._item(items[first], text, at):
            yield from self._sequence(items, first + 1, text, end)

    def _item(self, item: Any, text: str, at: int) -> Ends:
        self.count += 1
        code, value = item
        if code in (codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY):
            if at < len(text) and self._is_one_of(code, value, text[at]):
                yield at + 1
        elif code is codes.SUBPATTERN:
            for end in self._sequence(list(value[3]), 0, text, at):
                if value[0]:
                    self.groups[value[0]] = at, end
                yield end
        elif code is codes.BRANCH:
            for branch in value[1]:
                yield from self._sequence(list(branch), 0, text, at)
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            ends = self._repeat(value, text, at, lazy=code is codes.MIN_REPEAT)
            if code is codes.POSSESSIVE_REPEAT:
                ends = iter([end] if (end := next(ends, None)) is not None else [])
            yield from ends
        elif code is codes.ATOMIC_GROUP:
            if (end := next(self._sequence(list(value), 0, text, at), None)) is not None:
                yield end
        else:
            yield from self._without_width(code, value, text, at)

    def _repeat(self, value: Any, text: str, at: int, *, lazy: bool) -> Ends:
        least, most, body = value
        if len(body) == 1 and body[0][0] in (codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY):
            end = at
            stops = [at] if least == 0 else []
            while end - at < most and end < len(text) and self._is_one_of(*body[0], text[end]):
                end += 1
                self.count += 1
                if end - at >= least:
                    stops.append(end)
            for stop in stops if lazy else reversed(stops):
                self.count += 1
                yield stop
            return
        yield from self._nested(list(body), least, most, text, at, 0, lazy)

    def _nested(
        self, body: list[Any], least: int, most: int, text: str, at: int, done: int, lazy: bool
    ) -> Ends:
        """Repeats of more than a character; the first way in which each goes on, as far as it goes."""
        stops = [at] if done >= least else []
        while done < most:
            end = next(self._sequence(body, 0, text, at), None)
            if end is None or end == at:
                break
            at, done = end, done + 1
            if done >= least:
                stops.append(at)
        yield from stops if lazy else reversed(stops)

    def _without_width(self, code: Any, value: Any, text: str, at: int) -> Ends:
        if code is codes.AT:
            if re.compile(_ANCHORS[value]).match(text, at):
                yield at
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            forward, inside = value
            start = at if forward > 0 else at - inside.getwidth()[0]  # what stands behind has one width
            holds = start >= 0 and next(self._sequence(list(inside), 0, text, start), None) is not None
            if holds == (code is codes.ASSERT):
                yield at
        elif code is codes.GROUPREF:
            start, end = self.groups.get(value, (0, -1))
            if end >= start and text.startswith(text[start:end], at):
                yield at + end - start
        else:
            raise NotImplementedError(code)

    def _is_one_of(self, code: Any, value: Any, character: str) -> bool:
        return bool(_member(code, repr(value), self.flags, self.dot_all)(value, character))


_ANCHORS = {
    codes.AT_BEGINNING: "^", codes.AT_BEGINNING_STRING: r"\A", codes.AT_BOUNDARY: r"\b",
    codes.AT_NON_BOUNDARY: r"\B", codes.AT_END: "$", codes.AT_END_STRING: r"\Z",
}  # fmt: skip
_CATEGORIES = {
    codes.CATEGORY_DIGIT: r"\d", codes.CATEGORY_NOT_DIGIT: r"\D", codes.CATEGORY_SPACE: r"\s",
    codes.CATEGORY_NOT_SPACE: r"\S", codes.CATEGORY_WORD: r"\w", codes.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


@cache
def _member(code: Any, _key: str, flags: int, dot_all: bool) -> Callable[[Any, str], bool]:
    """Whether a character is one that an item of a pattern means; answers are kept by character."""
    known: dict[str, bool] = {}

    def holds(value: Any, character: str) -> bool:
        if character not in known:
            known[character] = _holds(code, value, character, flags, dot_all)
        return known[character]

    return holds


def _holds(code: Any, value: Any, character: str, flags: int, dot_all: bool) -> bool:
    if code is codes.ANY:
        return dot_all or character != "\n"
    cases = {character, character.lower(), character.upper()} if flags else {character}
    if code is codes.LITERAL:
        return any(ord(one) == value for one in cases if len(one) == 1)
    if code is codes.NOT_LITERAL:
        return all(ord(one) != value for one in cases if len(one) == 1)
    negated = value[0][0] is codes.NEGATE
    return negated != any(_in_set(part, one) for part in value for one in cases if len(one) == 1)


def _in_set(part: Any, character: str) -> bool:
    code, value = part
    if code is codes.LITERAL:
        return ord(character) == value
    if code is codes.RANGE:
        return value[0] <= ord(character) <= value[1]
    return code is codes.CATEGORY and re.match(_CATEGORIES[value], character) is not None
