"""Writes ``docs/query-language.md`` from the golden corpus of queries.

The corpus (``tests/search/queries.yaml``) is the language's specification: the tests run its rows, and this
page shows them, so that what is documented is what happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped, unused-ignore]

from search.fields import FIELDS, MAX_QUERY, FieldSpec
from search.query.parser import MAX_CLAUSES, MAX_DEPTH, MAX_SLOP, QuerySyntaxError, parse, print_query
from search.query.tree import (
    All,
    And,
    Field,
    Line,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Value,
    Wildcard,
    Word,
)
from search.sort_orders import SORTS

_CONTROL_PICTURES = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}
CORPUS = Path(__file__).parent.parent / "tests" / "search" / "queries.yaml"


@dataclass(frozen=True, slots=True)
class Good:
    """A query that is read: its tree in the notation of :func:`notation`, and how it is printed."""

    query: str
    tree: str
    printed: str


@dataclass(frozen=True, slots=True)
class Bad:
    """A query that is refused: the error's name and the mended query."""

    query: str
    error: str
    mended: str


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the language: what it is for, and its rows."""

    title: str
    text: str
    good: tuple[Good, ...]
    bad: tuple[Bad, ...]


def read_corpus(path: Path = CORPUS) -> list[Section]:
    """The sections of the golden corpus, in order."""
    sections: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [
        Section(
            title=section["title"],
            text=section["text"].strip(),
            good=tuple(Good(*map(str, row)) for row in section.get("good", ())),
            bad=tuple(Bad(*map(str, row)) for row in section.get("bad", ())),
        )
        for section in sections
    ]


def notation(node: Query | Node) -> str:  # noqa: C901 (a case for each kind of node)
    """A tree on one line: ``deep title:learning author{van der Berg} year[2010..] or(a, not("b c"~5))``."""
    match node:
        case Query(clauses):
            return " ".join(map(notation, clauses)) or "every paper"
        case And(children):
            return f"and({', '.join(map(notation, children))})"
        case Or(children):
            return f"or({', '.join(map(notation, children))})"
        case Not(child):
            return f"not({notation(child)})"
        case Field(name, child):
            return f"{name}:{notation(child)}"
        case Value(name, text, mode):
            return f"{name}{'=' if mode == 'only' else ''}{{{text}}}{'*' if mode == 'prefix' else ''}"
        case Range(name, low, high):
            return f"{name}[{'' if low is None else low}..{'' if high is None else high}]"
        case Word(text):
            return text
        case Phrase(text, slop):
            return f'"{text}"' + (f"~{slop}" if slop else "")
        case Prefix(text):
            return f"{text}*"
        case Wildcard(text):
            return f"any({text})"
        case Near(left, right, between, ordered):
            sides = ["|".join(map(notation, side)) for side in (left, right)]
            return f"{'pre' if ordered else 'near'}({', '.join([*sides, str(between)])})"
        case All() | Line():
            return print_query(node)


def page(sections: Sequence[Section]) -> str:
    """The page in Markdown."""
    parts = [_INTRODUCTION]
    for section in sections:
        parts += [f"## {section.title}\n", section.text + "\n"]
        if section.good:
            parts.append(
                _table(("query", "read as"), [(_code(row.query), _code(row.tree)) for row in section.good])
            )
        if section.bad:
            parts.append("Refused, with what it says and the mended query:\n")
            parts.append(_table(("query", "says", "mended"), [_bad_cells(row) for row in section.bad]))
    parts += [
        "## Fields\n",
        _table(("field", "what it finds", "also", "examples"), map(_field_cells, _searchable())),
    ]
    parts += ["## Sorting\n", _table(("sort", "order"), [(_code(sort.name), sort.help) for sort in SORTS])]
    return "\n".join(parts)


_INTRODUCTION = f"""# The query language

<!-- Made by `make docs` from tests/search/queries.yaml; edit that file. -->

The same language works in the search box, in the address of a page, in the API and on the command line.
Pasted text works too: titles, abstracts, links, DOIs and LaTeX are read as words, and what cannot be read is
answered with one sentence and the mended query.

Up to four bare words are all wanted (where no paper has them all, papers with some are shown, and it says
so); more are a description, and any may match. `match=all` and `match=any` override this. Everything else in
a query always holds.

How trees are written below: `title:x` is a word in that field, `author{{x}}` a value, `topic={{x}}` a topic
without its children, `tag{{x}}*` every value that begins so, `year[2010..]` a range, `any(x)` the words
that one with gaps stands for, `near(a|b, c, 5)` one of `a` and `b` near `c`; `and(…)`, `or(…)` and `not(…)`
join them.

Bounds: {MAX_QUERY:,} characters, {MAX_CLAUSES:,} words and clauses, parentheses {MAX_DEPTH} deep, distances
up to {MAX_SLOP}.
"""


def _searchable() -> list[FieldSpec]:
    return [spec for spec in FIELDS if spec.searchable]


def _field_cells(spec: FieldSpec) -> tuple[str, ...]:
    return (
        _code(spec.name + ":"),
        spec.help,
        ", ".join(_code(alias + ":") for alias in spec.aliases),
        ", ".join(map(_code, spec.examples)),
    )


def _bad_cells(row: Bad) -> tuple[str, ...]:
    try:
        parse(row.query)
    except QuerySyntaxError as error:
        return _code(row.query), f"{error.message} {error.hint}".replace("|", "\\|"), _code(row.mended)
    raise ValueError(f"the corpus says that {row.query!r} is bad, but it parses")


def _table(head: Sequence[str], rows: Any) -> str:
    lines = [" | ".join(head), " | ".join("---" for _ in head), *(" | ".join(row) for row in rows)]
    return "\n".join(f"| {line} |" for line in lines) + "\n"


def _code(text: str) -> str:
    """The text as code inside a table's cell."""
    if not text:
        return "(nothing)"
    cell = _visible(text).replace("|", "\\|")
    fence = "``" if "`" in cell else "`"
    pad = " " if cell[0] == "`" or cell[-1] == "`" or cell != cell.strip() else ""
    return f"{fence}{pad}{cell}{pad}{fence}"


def _visible(text: str) -> str:
    """Control characters as their Unicode pictures (␀ for NUL): a page of text must hold none."""
    return text.translate(_CONTROL_PICTURES)
