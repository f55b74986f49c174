"""What of a text is shown: fragments around matches, cut between words, with marks around the matches.

A fragment begins and ends between words, never inside a formula or between the halves of a character.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

from ingest.text.forms import UNSPACED

MARK, END = "\ue000", "\ue001"
"""What stands before and after a match."""

FRAGMENT = 240
"""Characters of a fragment of the abstract, about."""
FRAGMENTS = 3
"""The most fragments of an abstract."""

FORMULA = re.compile(r"\$\$[^$]{1,2000}\$\$|\$(?=[^\s$])[^$]{0,500}?(?<=[^\s])\$(?!\d)")

_LEAD = 60  # characters before a fragment's first match, where no sentence begins near
_FAR = 120  # how far a cut moves to the begin of a sentence
_GAP = 10  # characters between two sentences, at most
_SENTENCE = re.compile(r"(?<=[.!?。])\s+(?=[^\W_a-z])")
_GLUED = re.compile(r"[\u0300-\u036f\u200d\ufe00-\ufe0f\udc00-\udfff\U0001f3fb-\U0001f3ff]")
_UNSPACED = re.compile(f"[{UNSPACED}\u3000-\u303f\uff00-\uffef]")

Span = tuple[int, int]
Match = tuple[int, int, str]
"""Start, end and what of the query is matched."""


def fragments(text: str, matches: list[Match]) -> list[str]:
    """The parts of the text that show most of the query, in reading order."""
    spans = merged(matches)
    if len(text) <= FRAGMENT * 3 // 2:
        return [marked(text, 0, len(text), spans)]
    cuts = _Cuts(text)
    windows: list[Span] = []
    for start in _best_starts(matches):
        window = cuts.window(start)
        if all(window[1] <= other[0] or window[0] >= other[1] for other in windows):
            windows.append(window)
        if len(windows) == FRAGMENTS:
            break
    return [_shown(text, window, spans) for window in sorted(windows) or [cuts.window(0)]]


def marked(text: str, start: int, end: int, spans: Iterable[Span]) -> str:
    """``text[start:end]`` with marks around the spans that lie inside."""
    pieces: list[str] = []
    at = start
    for first, last in spans:
        if start <= first and last <= end:
            pieces += [text[at:first], MARK, text[first:last], END]
            at = last
    pieces.append(text[at:end])
    return "".join(pieces)


def merged(matches: Iterable[Match]) -> list[Span]:
    """The spans without overlaps, in order."""
    spans: list[Span] = []
    for start, end, _ in matches:
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _best_starts(matches: list[Match]) -> list[int]:
    """Starts of matches, those first whose next ``FRAGMENT`` characters show the most different words.

    A window that shows nothing that an earlier one has not shown comes in no more.
    """
    starts = [start for start, _, _ in matches]
    words = [word for _, _, word in matches]
    ends = [bisect_left(starts, start + FRAGMENT - _LEAD, at) for at, start in enumerate(starts)]
    every = len(set(words))
    if every <= 1:  # all windows show the same word, and the first of those with most is enough
        return [starts[max(range(len(starts)), key=lambda at: ends[at] - at)]] if starts else []
    windows = sorted(
        (-len(set(words[at:end])), at - end, start, at, end)
        for at, (start, end) in enumerate(zip(starts, ends, strict=True))
    )
    chosen: list[int] = []
    covered: set[str] = set()
    for _, _, start, at, end in windows:
        keys = set(words[at:end])
        if not keys <= covered:
            chosen.append(start)
            covered |= keys
            if len(covered) == every:
                break
    return chosen


def _shown(text: str, window: Span, spans: list[Span]) -> str:
    start, end = window
    before = "… " if start else ""
    after = " …" if end < len(text) else ""
    return before + marked(text, start, end, spans).strip() + after


class _Cuts:
    """Where a text may be cut: at spaces outside formulas, or in a script that has no spaces."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._formulas = [match.span() for match in FORMULA.finditer(text)] if "$" in text else []

    def window(self, match: int) -> Span:
        """About ``FRAGMENT`` characters around the match, from the begin of its sentence if that is near."""
        near = _SENTENCE.finditer(self._text, max(match - _FAR - _GAP, 0), match + 1)
        sentence = max((begin.end() for begin in near), default=0)
        start = sentence if match - sentence <= _FAR else self._before(match - _LEAD)
        if len(self._text) - start <= FRAGMENT + _LEAD:
            return start, len(self._text)
        return start, self._after(start + FRAGMENT)

    def _before(self, at: int) -> int:
        while at > 0 and not self._may_cut(at):
            at -= 1
        return max(at, 0)

    def _after(self, at: int) -> int:
        while at < len(self._text) and not self._may_cut(at):
            at += 1
        return at

    def _may_cut(self, at: int) -> bool:
        """Whether the text may be cut before its character ``at``."""
        before, after = self._text[at - 1], self._text[at]
        spaced = before.isspace() or after.isspace()
        if not spaced and not (_UNSPACED.match(before) and _UNSPACED.match(after)):
            return False
        if _GLUED.match(after):
            return False
        formula = bisect_left(self._formulas, (at, at)) - 1
        return formula < 0 or at >= self._formulas[formula][1]
