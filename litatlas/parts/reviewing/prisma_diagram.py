"""The flow diagram of PRISMA 2020 as a drawing, and as the table that the PRISMA2020 tool reads.

Source of the boxes: Page et al. (2021), doi 10.1136/bmj.n71; of the table: Haddaway et al. (2022), the
template of the R package PRISMA2020.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from html import escape

from ingest.readers.tables.formulas import guarded
from litatlas.parts.reviewing.review_answers import PrismaAnswer

_WIDTH, _SIDE, _GAP, _LINE, _PAD = 300, 290, 60, 17, 10
_MOST_LINES = 12
_LONGEST = 38
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def lines(answer: PrismaAnswer) -> list[tuple[list[str], list[str]]]:
    """The boxes from top to bottom: what goes on, and what leaves beside it."""
    sources = _counted(answer["sources"])
    boxes = [
        (
            [f"Records identified (n = {answer['identified']:,})", *sources],
            [f"Duplicate records removed before screening (n = {answer['duplicates']:,})"],
        ),
        (
            [f"Records screened (n = {answer['screened']:,})"],
            [
                f"Records excluded (n = {answer['excluded']:,})",
                *([f"Not screened (n = {answer['unscreened']:,})"] if answer["unscreened"] else []),
            ],
        ),
    ]
    if answer["sought"]:
        boxes += [
            (
                [f"Reports sought for retrieval (n = {answer['sought']:,})"],
                [f"Reports not retrieved (n = {answer['not_retrieved']:,})"],
            ),
            (
                [f"Reports assessed for eligibility (n = {answer['assessed']:,})"],
                [
                    f"Reports excluded (n = {sum(answer['excluded_reasons'].values()):,})",
                    *_counted(answer["excluded_reasons"]),
                    *([f"Not assessed yet (n = {answer['unassessed']:,})"] if answer["unassessed"] else []),
                ],
            ),
        ]
    return [*boxes, ([f"Studies included in review (n = {answer['included']:,})"], [])]


def svg(answer: PrismaAnswer) -> bytes:
    """The diagram as a drawing that stands alone."""
    top, parts, before = _PAD, [], 0
    for left, right in lines(answer):
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
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall}" width="{wide}" height="{tall}" '
        'role="img" font-family="sans-serif" font-size="13"><title>PRISMA 2020 flow diagram</title>'
        '<defs><marker id="to" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#333"/></marker></defs>'
        f'<rect width="{wide}" height="{tall}" fill="#fff"/>'
    )
    return (head + "".join(parts) + "</svg>").encode()


def table(answer: PrismaAnswer) -> bytes:
    """The table that the PRISMA2020 tool reads: its names of boxes, with what is counted of them."""
    reasons = "; ".join(f"{_plain(reason)}, {n}" for reason, n in answer["excluded_reasons"].items())
    specific = "; ".join(f"{_plain(name)}, {n}" for name, n in answer["sources"].items())
    rows: Sequence[tuple[str, str, object]] = (
        ("database_results", "Records identified from: Databases", answer["identified"]),
        ("database_specific_results", "Records identified from: specific databases", guarded(specific)),
        ("duplicates", "Duplicate records", answer["duplicates"]),
        ("records_screened", "Records screened", answer["screened"]),
        ("records_excluded", "Records excluded", answer["excluded"]),
        ("dbr_sought_reports", "Reports sought for retrieval", answer["sought"]),
        ("dbr_notretrieved_reports", "Reports not retrieved", answer["not_retrieved"]),
        ("dbr_assessed", "Reports assessed for eligibility", answer["assessed"]),
        ("dbr_excluded", "Reports excluded: reasons", guarded(reasons)),
        ("new_studies", "New studies included in review", answer["included"]),
    )
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(("data", "description", "n"))
    writer.writerows(rows)
    return buffer.getvalue().encode()


def _counted(counts: dict[str, int]) -> list[str]:
    found = [f"{name} (n = {count:,})" for name, count in counts.items()]
    rest = sum(list(counts.values())[_MOST_LINES:])
    return [*found[:_MOST_LINES], *([f"others (n = {rest:,})"] if rest else [])]


def _wrapped(texts: Sequence[str]) -> list[str]:
    found = []
    for text in texts:
        line = ""
        for word in _NOT_XML.sub(" ", text).split():
            if line and len(line) + len(word) >= _LONGEST:
                found.append(line)
                line = ""
            line = f"{line} {word}".strip()[:_LONGEST]
        found.append(line)
    return found


def _box(x: int, y: int, wide: int, high: int, texts: Sequence[str]) -> str:
    rows = "".join(
        f'<tspan x="{x + _PAD}" y="{y + _PAD + 13 + at * _LINE}">{escape(text)}</tspan>'
        for at, text in enumerate(texts)
    )
    frame = f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" fill="none" stroke="#333"/>'
    return f"{frame}<text>{rows}</text>"


def _arrow(x1: int, y1: int, x2: int, y2: int) -> str:
    return f'<path d="M{x1} {y1}L{x2} {y2}" stroke="#333" fill="none" marker-end="url(#to)"/>'


def _plain(text: str) -> str:
    """A name without the signs that separate the table's own lists."""
    return text.replace(",", " ").replace(";", " ").strip()


FORMATS: dict[str, Callable[[PrismaAnswer], bytes]] = {
    "svg": svg,
    "csv": table,
    "json": lambda answer: (json.dumps(answer, ensure_ascii=False) + "\n").encode(),
}
