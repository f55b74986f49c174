"""The flow diagram of PRISMA 2020 as a drawing.

Source of the boxes: Page et al. (2021), doi 10.1136/bmj.n71.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from html import escape
from unicodedata import east_asian_width

from litatlas.errors import InputError
from litatlas.parts.reviewing import prisma_words as words
from litatlas.parts.reviewing.exchange.prisma_table import table
from litatlas.parts.reviewing.prisma_words import NO_REASON
from litatlas.parts.reviewing.review_answers import PrismaAnswer

_WIDTH, _SIDE, _GAP, _LINE, _PAD = 300, 290, 60, 17, 10
_MOST_LINES = 12
_LONGEST = 38
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


Say = Callable[[str, int], str]
"""A sentence of :mod:`litatlas.parts.reviewing.prisma_words` in a language, with its number."""


def in_english(sentence: str, number: int) -> str:
    """A sentence as it stands, with its number."""
    return sentence % {"number": f"{number:,}"}


def lines(answer: PrismaAnswer, say: Say = in_english) -> list[tuple[list[str], list[str]]]:
    """The boxes from top to bottom: what goes on, and what leaves beside it."""
    boxes = [
        (
            [say(words.IDENTIFIED, answer["identified"]), *_counted(answer["sources"], say)],
            [say(words.DUPLICATES, answer["duplicates"])],
        ),
        (
            [say(words.SCREENED, answer["screened"])],
            [
                say(words.EXCLUDED, answer["excluded"]),
                *_counted({} if answer["sought"] else answer["excluded_reasons"], say),
                *_some(words.UNSCREENED, answer["unscreened"], say),
            ],
        ),
    ]
    if answer["sought"]:
        boxes += [
            (
                [say(words.SOUGHT, answer["sought"])],
                [say(words.NOT_RETRIEVED, answer["not_retrieved"])],
            ),
            (
                [say(words.ASSESSED, answer["assessed"])],
                [
                    say(words.REPORTS_EXCLUDED, sum(answer["excluded_reasons"].values())),
                    *_counted(answer["excluded_reasons"], say),
                    *_some(words.UNASSESSED, answer["unassessed"], say),
                ],
            ),
        ]
    return [*boxes, ([say(words.INCLUDED, answer["included"])], [])]


def svg(answer: PrismaAnswer, say: Say = in_english) -> bytes:
    """The diagram as a drawing that stands alone; a page that holds it may give it other colours."""
    top, parts, before = _PAD, [], 0
    for left, right in lines(answer, say):
        left, right = _wrapped(left), _wrapped(right)
        high = _LINE * max(len(left), len(right)) + 2 * _PAD
        if before:
            parts.append(_arrow(_PAD + _WIDTH // 2, before, _PAD + _WIDTH // 2, top))
        parts.append(_box(_PAD, top, _WIDTH, high, left))
        if right:
            middle = top + high // 2
            parts.append(_arrow(_PAD + _WIDTH, middle, _PAD + _WIDTH + _GAP, middle))
            parts.append(_box(_PAD + _WIDTH + _GAP, top, _SIDE, high, right))
        before = top + high
        top = before + 30
    wide, tall = 2 * _PAD + _WIDTH + _GAP + _SIDE, before + _PAD
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flow" viewBox="0 0 {wide} {tall}" width="{wide}" '
        f'height="{tall}" role="img" font-family="{_FONTS}" font-size="13" fill="#222">'
        f"<title>{escape(say(words.TITLE, 0))}</title>"
        f'<rect class="ground" width="{wide}" height="{tall}" fill="#fff"/>'
    )
    return (head + "".join(parts) + "</svg>").encode()


def png(answer: PrismaAnswer, say: Say = in_english) -> bytes:
    """The diagram as a picture, twice as large as the drawing.

    Raises:
        InputError: this machine has no font to write with.
    """
    from resvg_py import svg_to_bytes  # here: nothing else needs it

    if svg_to_bytes(svg_string=_PROBE % "n") == svg_to_bytes(svg_string=_PROBE % " "):
        raise InputError(
            "This machine has no font to draw letters with.",
            "Install one (Debian: fonts-dejavu-core), or take the flow diagram as SVG.",
        )
    return bytes(svg_to_bytes(svg_string=svg(answer, say).decode(), zoom=2))


_FONTS = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', 'Noto Sans', sans-serif"
_PROBE = (
    f'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20" font-family="{_FONTS}">'
    '<text y="15">%s</text></svg>'
)


def _counted(counts: dict[str, int], say: Say) -> list[str]:
    known = {NO_REASON: say(words.NO_REASON, 0)}
    named = [f"{known.get(name, name)} (n = {say('%(number)s', count)})" for name, count in counts.items()]
    return [*named[:_MOST_LINES], *_some(words.OTHERS, sum(list(counts.values())[_MOST_LINES:]), say)]


def _some(sentence: str, number: int, say: Say) -> list[str]:
    """A line that is there only where it counts something."""
    return [say(sentence, number)] if number else []


def _wrapped(texts: Sequence[str]) -> list[str]:
    """Texts in lines that fit into a box; a word that is longer than a line is cut."""
    rows = []
    for text in texts:
        row = ""
        whole = _NOT_XML.sub(" ", text).replace("(n = ", "(n\u00a0=\u00a0")  # a count is not broken
        for word in filter(None, re.split(r"[ \t\r\n]", whole)):
            if row and _width(row) + 1 + _width(word) > _LONGEST:
                rows.append(row)
                row = ""
            row = f"{row} {word}".strip()
            while _width(row) > _LONGEST:
                row = row[:-1]
        rows.append(row)
    return [row.replace("\u00a0", " ") for row in rows]


def _width(text: str) -> float:
    """About how many small letters a text is wide."""
    return sum(
        2.0 if east_asian_width(sign) in "WF" else 1.35 if sign.isupper() else 1.0 + 0.1 * (sign > "\u024f")
        for sign in text
    )


def _box(x: int, y: int, wide: int, high: int, texts: Sequence[str]) -> str:
    rows = "".join(
        f'<tspan x="{x + _PAD}" y="{y + _PAD + 13 + at * _LINE}">{escape(text)}</tspan>'
        for at, text in enumerate(texts)
    )
    frame = f'<rect class="box" x="{x}" y="{y}" width="{wide}" height="{high}" fill="none" stroke="#333"/>'
    return f"{frame}<text>{rows}</text>"


def _arrow(x1: int, y1: int, x2: int, y2: int) -> str:
    """An arrow to the right or down; its head is drawn, as some programs leave markers out."""
    head = f"M{x2 - 7} {y2 - 4}L{x2} {y2}L{x2 - 7} {y2 + 4}z"
    if x1 == x2:
        head = f"M{x2 - 4} {y2 - 7}L{x2} {y2}L{x2 + 4} {y2 - 7}z"
    line = f'<path class="line" d="M{x1} {y1}L{x2} {y2}" stroke="#333" fill="none"/>'
    return f'{line}<path class="head" d="{head}" fill="#333"/>'


FORMATS: dict[str, Callable[[PrismaAnswer, Say], bytes]] = {
    "svg": svg,
    "png": png,
    "csv": lambda answer, _: table(answer),
    "json": lambda answer, _: (json.dumps(answer, ensure_ascii=False) + "\n").encode(),
}
"""The formats of the flow; the drawings are in the language of what says their sentences."""
