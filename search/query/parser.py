"""What a reader types or pastes → a typed tree; bad queries → one clear sentence and the corrected query.

``parse`` cleans the text (quotes of every style, invisible and control characters), reads it by the grammar
of ``grammar.lark`` and builds the canonical tree of ``search.query.tree``. User text goes no further than
that tree: an engine never sees it in its own syntax.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache, partial
from typing import Any, Literal, cast

from lark import Lark, Token, Transformer, UnexpectedInput, v_args

from ingest.errors import InputError
from search.fields import BY_NAME, DIALECTS, IDENTIFIER_SCHEMES, MAX_QUERY, OURS, FieldSpec, field
from search.query.characters import cleaned
from search.query.dialects.translation import read
from search.query.errors import (
    Fault,
    QuerySyntaxError,
    ValueFault,
    cut,
    grammar_fault,
    plain_words,
    settle,
)
from search.query.grammar import NAMES, grammar_text
from search.query.line_references import check_references, line_reference, without_lines
from search.query.nearness import chained, near
from search.query.printer import print_query, quote
from search.query.text_leaves import MAX_SLOP, is_word, text_leaf, unquoted, without_latex
from search.query.tree import Node, Query, Reading, Word, conjunction, disjunction, leaves, negation
from search.query.values import check_gaps, everything, identifier, value

__all__ = [
    "MAX_CLAUSES",
    "MAX_DEPTH",
    "MAX_SLOP",
    "QuerySyntaxError",
    "is_word",
    "parse",
    "parse_line",
    "print_query",
    "translate",
]

MAX_CLAUSES = 512
"""Words, phrases and values that a query may have."""
MAX_DEPTH = 40
"""Parentheses that may be open at once."""
_PIECE = re.compile(r"[^\s()\"]+|\"")
_TRAILING = re.compile(r"(?:[,;:!?*]|(?<!\.)\.)+$")
_CUT_VALUE = re.compile(r'\w\*+"$')
_BRACKETED_RANGE = re.compile(r"\w+:\s*[\[{]\s*(\d{4}|\*)\s+TO\s+(\d{4}|\*)\s*[\]}]")


def parse(text: str, dialect: str = "") -> Query:
    """The tree of a query; an empty text gives a query without clauses, which means every paper.

    A text that was written for another database is read as such (`Query.reading`): for the one that
    ``dialect`` names, or the one that is recognised. ``litatlas`` reads it in our language whatever it looks
    like.

    Raises ``QuerySyntaxError`` and nothing else, in bounded time, whatever the text; an unknown dialect is an
    ``InputError``.
    """
    return _parsed(text, dialect, lines=False)


def parse_line(text: str, dialect: str = "") -> Query:
    """The tree of a line of a search book, where ``#2`` means what line 2 finds; raises as `parse`."""
    return _parsed(text, dialect, lines=True)


def translate(text: str, dialect: str = "", *, lines: bool = False) -> Reading:
    """A search of another database in our language, with the pieces that are not the same; of our own, its
    canonical text. ``lines``: as a line of a search book. Raises as `parse`."""
    query = _parsed(text, dialect, lines=lines)
    return query.reading or Reading(OURS, OURS, print_query(query))


def _parsed(text: str, dialect: str, *, lines: bool) -> Query:
    if dialect and dialect not in DIALECTS:
        raise InputError(f"There is no database “{dialect[:40]}”.", f"Choose {', '.join(DIALECTS)}.")
    if len(text) > MAX_QUERY:
        raise QuerySyntaxError(
            "too-long",
            f"The query has {len(text):,} characters; at most {MAX_QUERY:,} are allowed.",
            "Search with its most telling words, or paste the whole text into Explore.",
            plain_words(text),
        )
    return _parse_cached(text, dialect, lines)


@lru_cache(maxsize=512)
def _parse_cached(text: str, dialect: str, lines: bool) -> Query:
    try:
        if dialect != OURS and (query := _read(text, dialect)):
            translated = query.reading.query if query.reading else text
            _check_size(query, translated)
            _check_text(translated)
            return query if lines else without_lines(query, translated)
        return _parse_once(cleaned(text).strip(), lines=lines)
    except Fault as fault:
        error = settle(fault, partial(_parse_once, lines=lines))
    raise error


def _check_text(text: str) -> None:
    """Refuse what our own language would not take."""
    _check_depth(text)
    pieces = len(_PIECE.findall(text))
    if pieces > 2 * MAX_CLAUSES or len(text) > MAX_QUERY:
        raise _too_many(pieces, text)


def _read(text: str, dialect: str) -> Query | None:
    """The query of a text for another database; its line ends are kept, as lines may be numbered."""
    rows = "\n".join(cleaned(row.replace("\t", "  ")) for row in text.splitlines()).strip()
    if not rows or (identifier(rows) and not rows.endswith("]")):  # 10.1000/182[doi] is PubMed's
        return None
    _check_depth(rows)
    return read(rows, dialect)


def _parse_once(text: str, *, lines: bool) -> Query:
    _check_text(text)  # before the grammar's work: that is 30 µs a piece
    if value := identifier(text):
        return Query((value,))
    try:
        raw = cast("_Raw | Token | Node | None", _grammar().parse(text))
        query = Query() if raw is None else Query(tuple(_top(raw, text)))
    except UnexpectedInput as error:
        raise grammar_fault(error, text) from None
    except _Misplaced as misplaced:
        raise misplaced.fault(text) from None
    _check_size(query, text)
    return check_references(query, text) if lines else _identified(without_lines(query, text))


def _identified(query: Query) -> Query:
    """A query that is nothing but one identifier asks for that paper."""
    if len(query.clauses) == 1 and isinstance(word := query.clauses[0], Word):
        return Query((identifier(word.text) or word,))
    return query


def _check_depth(text: str) -> None:
    if text.count("(") <= MAX_DEPTH:
        return
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")" and depth > 0)
        if depth > MAX_DEPTH:
            raise Fault(
                "too-deep",
                f"Parentheses are nested more than {MAX_DEPTH} deep.",
                "Remove the parentheses that are not needed.",
                plain_words(text),
            )


def _check_size(query: Query, text: str) -> None:
    if not query.clauses and text:
        raise Fault(
            "nothing-to-search",
            "The query has no letter or digit to search for.",
            "Write a word, or * for every paper.",
            "*",
        )
    count = sum(1 for _ in leaves(query))
    if count > MAX_CLAUSES:
        raise _too_many(count, text)


def _too_many(count: int, text: str) -> Fault:
    return Fault(
        "too-many-clauses",
        f"The query has {count:,} words and clauses; at most {MAX_CLAUSES:,} are allowed.",
        "Search with its most telling words, or paste the whole text into Explore.",
        plain_words(text),
    )


@dataclass(frozen=True, slots=True)
class _Raw:
    """A group whose leaves may still be tokens: a field before the parenthesis decides what they mean."""

    kind: Literal["or", "and", "side", "not", "near"]
    parts: tuple[_Raw | Token | Node, ...]
    sign: Token | None = None  # NEAR/5


class _Misplaced(Exception):
    """A fault inside a clause, with the span of the text that its corrected clause replaces."""

    def __init__(self, fault: ValueFault, start: int, end: int) -> None:
        super().__init__(fault.message)
        self._fault = fault
        self._span = start, end

    def fault(self, text: str) -> Fault:
        fault, (start, end) = self._fault, self._span
        clause = fault.clause
        if fault.name == "bad-year" and (bracketed := _BRACKETED_RANGE.match(text, start)):
            end, low, high = bracketed.end(), bracketed[1], bracketed[2]
            clause = f"year:{low.strip('*')}-{high.strip('*')}" if (low, high) != ("*", "*") else ""
        return Fault(fault.name, fault.message, fault.hint, cut(text, start, end, clause))


class _Builder(Transformer[Token, Any]):
    """Groups as the parser reduces them; called in the parse itself, so depth costs no stack."""

    def start(self, children: list[Any]) -> Any:
        return children[0] if children else None

    def disjunction(self, children: list[Any]) -> Any:
        return _Raw("or", tuple(children))

    def sequence(self, children: list[Any]) -> Any:
        return _Raw("side", tuple(children))

    def conjunction(self, children: list[Any]) -> Any:
        return _Raw("and", tuple(children))

    def near(self, children: list[Any]) -> Any:
        return _Raw("near", tuple(children[::2]), children[1])

    def negation(self, children: list[Any]) -> Any:
        child = children[0]
        if isinstance(child, _Raw) and child.kind == "not":
            return child.parts[0]  # two cancel, here already: thousands in a row must not nest
        return _Raw("not", (child,))

    @v_args(inline=True)
    def fielded(self, name: Token, operand: Any) -> Any:
        return _fielded(name, operand)

    @v_args(inline=True)
    def unknown(self, name: Token, operand: Any) -> Any:
        written = name.rstrip("=").rstrip(":")
        near = get_close_matches(written, NAMES, 1, 0.7)
        known = ", ".join(spec.name for spec in BY_NAME.values() if spec.searchable)
        start, end = name.start_pos or 0, name.end_pos or 0
        clause = f"{near[0]}:" if near else f"{written} "
        if not near and isinstance(operand, Token) and operand.type == "WORD":
            clause, end = quote(f"{name}{operand}"), operand.end_pos or end
        fault = ValueFault(
            "unknown-field",
            f"There is no field “{written}”.",
            f"Fields are {known}; to search for the text itself, put it in quotes.",
            clause,
        )
        raise _Misplaced(fault, start, end)


@cache
def _grammar() -> Lark:
    return Lark(
        grammar_text(),
        parser="lalr",
        lexer="contextual",
        transformer=_Builder(),
        maybe_placeholders=False,
    )


def _top(raw: _Raw | Token | Node, text: str) -> list[Node]:
    """The clauses at the top: things that stand side by side, groups of such without operators included."""
    if isinstance(raw, _Raw) and raw.kind == "side":
        return [clause for part in raw.parts for clause in _top(part, text)]
    return [_resolve(raw, None, 0)]


def _resolve(raw: _Raw | Token | Node, spec: FieldSpec | None, start: int, scheme: str = "") -> Node:
    """The node for a group or token under a field; ``start`` is where ``field:`` began."""
    if isinstance(raw, Token):
        return _leaf(raw, spec, start, scheme)
    if not isinstance(raw, _Raw):
        return raw
    if raw.kind == "side" and spec and spec.kind != "text":
        joined = _joined(raw)
        if joined is not None:
            return _leaf(joined, spec, start, scheme)
    children = tuple(_resolve(part, spec, _part_start(part, start), scheme) for part in raw.parts)
    if raw.kind == "not":
        return negation(children[0])
    if raw.sign is not None:
        return _near(raw.sign, children)
    return disjunction(children) if raw.kind == "or" else conjunction(children)


def _near(sign: Token, children: tuple[Node, ...]) -> Node:
    try:
        if len(children) > 2:
            raise chained(str(sign))
        left, right = children
        return near(left, right, int(sign.partition("/")[2]), ordered=sign.startswith("PRE"))
    except ValueFault as fault:
        raise _Misplaced(fault, sign.start_pos or 0, sign.end_pos or 0) from None


def _part_start(part: _Raw | Token | Node, start: int) -> int:
    """Where a part inside parentheses begins: a corrected clause replaces it alone."""
    return (part.start_pos or 0) if isinstance(part, Token) else start


def _joined(raw: _Raw) -> Token | None:
    """Words side by side under a keyword field are one value: ``tag:(machine learning)``."""
    words = [part for part in raw.parts if isinstance(part, Token) and part.type == "WORD"]
    if len(words) != len(raw.parts):
        return None
    joined = Token("WORD", " ".join(words))
    joined.start_pos, joined.end_pos = words[0].start_pos, words[-1].end_pos
    return joined


def _fielded(name: Token, operand: _Raw | Token | Node) -> Node:
    written = name.rstrip()
    only = written.endswith("=")
    written = written.rstrip("=").rstrip(":").lower()
    scheme = written if written in IDENTIFIER_SCHEMES else ""
    spec = field("id" if scheme else written)
    assert spec is not None  # the grammar names only fields of the registry
    if only and isinstance(operand, Token) and spec.nested:
        return _leaf(operand, spec, name.start_pos or 0, scheme, only=True)
    return _resolve(operand, spec, name.start_pos or 0, scheme)


def _leaf(token: Token, spec: FieldSpec | None, start: int, scheme: str = "", *, only: bool = False) -> Node:
    try:
        if spec is None or spec.kind == "text":
            return text_leaf(token, spec)
        return _value_leaf(token, spec, scheme, only=only)
    except ValueFault as fault:
        begin = token.start_pos or 0
        in_field = spec is not None and not (spec.kind == "text" and token.type == "QUOTED" and fault.clause)
        raise _Misplaced(fault, start if in_field else begin, token.end_pos or begin + len(token)) from None


def _value_leaf(token: Token, spec: FieldSpec, scheme: str, *, only: bool) -> Node:
    if token.type == "LINE":
        return line_reference(token, spec)
    if token.type == "ALL":
        return everything(spec)
    mode: Literal["is", "only", "prefix"] = "only" if only else "is"
    if token.type == "QUOTED":
        inside, _, star = unquoted(token)
        cut = not star and _CUT_VALUE.search(token)  # tag:"cell bio*" as well as tag:"cell bio"*
        text, mode = inside.rstrip("*") if cut else inside, ("prefix" if star or cut else mode)
    elif token.type == "PREFIX":
        text, mode = token.rstrip(",.;:!?").rstrip("*"), "prefix"
    else:
        if token.type in ("PATTERN", "BROAD"):
            check_gaps(spec, token)
        text = _TRAILING.sub("", without_latex(token) if "\\" in token else token).lstrip("*")
    if scheme:
        text = f"{scheme}:{text}"
    return value(spec, str(text), mode)
