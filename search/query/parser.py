"""What a reader types or pastes → a typed tree; bad queries → one clear sentence and the corrected query.

``parse`` cleans the text (quotes of every style, invisible and control characters), reads it by the grammar
of ``grammar.lark`` and builds the canonical tree of ``search.query.tree``. User text goes no further than
that tree: an engine never sees it in its own syntax.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, Literal, cast

from lark import Lark, Token, Transformer, UnexpectedInput, v_args

from ingest.text.cleaning import clean_text
from search.fields import BY_NAME, IDENTIFIER_SCHEMES, MAX_QUERY, QUERY_NAMES, FieldSpec, field
from search.query import other_databases
from search.query.characters import cleaned
from search.query.errors import (
    Fault,
    QuerySyntaxError,
    ValueFault,
    cut,
    excerpt,
    grammar_fault,
    plain_words,
    settle,
)
from search.query.line_references import check_references, line_reference, without_lines
from search.query.printer import print_query, quote
from search.query.tree import (
    All,
    Field,
    Node,
    Phrase,
    Prefix,
    Query,
    Word,
    conjunction,
    disjunction,
    leaves,
    negation,
)
from search.query.values import everything, identifier, long_enough, value

__all__ = ["MAX_CLAUSES", "MAX_DEPTH", "QuerySyntaxError", "is_word", "parse", "parse_line", "print_query"]

MAX_CLAUSES = 512
"""Words, phrases and values that a query may have."""
MAX_DEPTH = 40
"""Parentheses that may be open at once."""
MAX_SLOP = 100
"""The largest distance that ``"a b"~n`` takes."""

_NAMES = tuple(QUERY_NAMES) + IDENTIFIER_SCHEMES
_PIECE = re.compile(r"[^\s()\"]+|\"")
_SIMPLE_WORD = re.compile(r"[^\W_]+")
_ESCAPED = re.compile(r"\\([\"\\])")
_QUOTED = re.compile(r'"(.*)"(?:~(\d*))?(\*?)', re.DOTALL)
_STAR_INSIDE = re.compile(r"[^\W_]{2}\*(?=\s|\Z)")
_TRAILING = re.compile(r"(?:[,;:!?*]|(?<!\.)\.)+$")
_BRACKETED_RANGE = re.compile(r"\w+:\s*[\[{]\s*(\d{4}|\*)\s+TO\s+(\d{4}|\*)\s*[\]}]")


def parse(text: str) -> Query:
    """The tree of a query; an empty text gives a query without clauses, which means every paper.

    Raises ``QuerySyntaxError`` and nothing else, in bounded time, whatever the text.
    """
    return _parsed(text, lines=False)


def parse_line(text: str) -> Query:
    """The tree of a line of a search book, where ``#2`` means what line 2 finds; raises as `parse`."""
    return _parsed(text, lines=True)


def _parsed(text: str, *, lines: bool) -> Query:
    if len(text) > MAX_QUERY:
        raise QuerySyntaxError(
            "too-long",
            f"The query has {len(text):,} characters; at most {MAX_QUERY:,} are allowed.",
            "Search with its most telling words, or paste the whole text into Explore.",
            plain_words(text),
        )
    return _parse_cached(text, lines)


@lru_cache(maxsize=512)
def _parse_cached(text: str, lines: bool) -> Query:
    try:
        return _parse_once(cleaned(text).strip(), lines=lines)
    except Fault as fault:
        error = settle(fault, partial(_parse_once, lines=lines))
    raise error


def _parse_once(text: str, *, lines: bool) -> Query:
    _check_depth(text)
    pieces = len(_PIECE.findall(text))
    if pieces > 2 * MAX_CLAUSES:  # before the grammar's work: that is 30 µs a piece
        raise _too_many(pieces, text)
    if value := identifier(text):
        return Query((value,))
    other_databases.check(text)
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

    kind: Literal["or", "and", "side", "not"]
    parts: tuple[_Raw | Token | Node, ...]


class _Misplaced(Exception):
    """A fault inside a clause, with the span of the text that its mended clause replaces."""

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
        near = get_close_matches(written, _NAMES, 1, 0.7)
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


def _either(names: Iterable[str]) -> str:
    """A pattern that matches any of the names, the longest first."""
    return "|".join(sorted(names, key=len, reverse=True))


@cache
def _grammar() -> Lark:
    text = (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8")
    authors = ("author", *BY_NAME["author"].aliases)
    return Lark(
        text.replace("%FIELDS%", _either(name for name in _NAMES if name not in authors)).replace(
            "%AUTHORS%", _either(authors)
        ),
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
    return disjunction(children) if raw.kind == "or" else conjunction(children)


def _part_start(part: _Raw | Token | Node, start: int) -> int:
    """Where a part inside parentheses begins: a mended clause replaces it alone."""
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
            return _text_leaf(token, spec)
        return _value_leaf(token, spec, scheme, only=only)
    except ValueFault as fault:
        begin = token.start_pos or 0
        in_field = spec is not None and not (spec.kind == "text" and token.type == "QUOTED" and fault.clause)
        raise _Misplaced(fault, start if in_field else begin, token.end_pos or begin + len(token)) from None


def _text_leaf(token: Token, spec: FieldSpec | None) -> Node:
    if token.type == "LINE":
        return line_reference(token, spec)
    if token.type == "ALL":
        return everything(spec) if spec else All()
    leaf = (
        _quoted(token)
        if token.type == "QUOTED"
        else _prefix(token)
        if token.type == "PREFIX"
        else _word(token)
    )
    return Field(spec.name, leaf) if spec else leaf


def _value_leaf(token: Token, spec: FieldSpec, scheme: str, *, only: bool) -> Node:
    if token.type == "LINE":
        return line_reference(token, spec)
    if token.type == "ALL":
        return everything(spec)
    mode: Literal["is", "only", "prefix"] = "only" if only else "is"
    if token.type == "QUOTED":
        inside, _, star = _unquoted(token)
        text, mode = inside, ("prefix" if star else mode)
    elif token.type == "PREFIX":
        text, mode = token.rstrip(",.;:!?").rstrip("*"), "prefix"
    else:
        text = _TRAILING.sub("", _without_latex(token) if "\\" in token else token).lstrip("*")
    if scheme:
        text = f"{scheme}:{text}"
    return value(spec, str(text), mode)


def _unquoted(token: Token) -> tuple[str, str, str]:
    """The text inside the quotes, the distance as written, the star; ``ValueFault`` for empty quotes."""
    match = _QUOTED.fullmatch(token)
    assert match is not None  # the terminal and this pattern agree
    text = " ".join(_ESCAPED.sub(r"\1", match[1]).split())
    if not _SIMPLE_WORD.search(text):
        raise ValueFault(
            "empty-quotes",
            "There is nothing to search for between the quotes.",
            "Write a phrase between the quotes, or remove them.",
            "",
        )
    return text, match[2] or "", match[3]


def _quoted(token: Token) -> Phrase:
    text, distance, _ = _unquoted(token)
    if _STAR_INSIDE.search(text):
        raise ValueFault(
            "star-in-quotes",
            "A star cannot stand inside quotes: a phrase is searched for as it is written.",
            "Search for the words without the quotes, or for the phrase without the star.",
            f"({text})",
        )
    slop = int(distance[:6] or 0)
    if slop > MAX_SLOP:
        raise ValueFault(
            "bad-distance",
            f"~{excerpt(distance)} asks for more than {MAX_SLOP} words in between.",
            'Write a smaller number, as in "solar cell"~5.',
            print_query(Phrase(text, MAX_SLOP)),
        )
    return Phrase(text, slop)


def _prefix(token: Token) -> Prefix | Word | Phrase:
    text = _stripped(token.rstrip(",.;:!?").rstrip("*"))
    if not long_enough(text):
        return _word(token)  # A* search, C*
    return Prefix(text) if _is_prefix(text) else Phrase(text)


def _word(token: Token) -> Word | Phrase:
    text = _stripped(_without_latex(token) if "\\" in token else token)
    return Word(text) if is_word(text) else Phrase(text)


def _without_latex(text: str) -> str:
    """A pasted LaTeX word as the library holds it (``G{\\"o}del`` is Gödel), if one word is left of it."""
    tidy = cleaned(clean_text(text))
    whole = tidy.split() == [tidy] and '"' not in tidy
    return tidy if whole and _SIMPLE_WORD.search(tidy) else text


def _stripped(text: str) -> str:
    """The text without the punctuation around it: “C++” and “f(x)” keep theirs."""
    start, end = 0, len(text)
    while start < end and text[start] != "(" and _is_mark(text[start]):
        start += 1
    while end > start and text[end - 1] not in "+#)" and _is_mark(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] in "PSZC"


@cache
def _terminal(name: str) -> re.Pattern[str]:
    return re.compile(_grammar().get_terminal(name).pattern.to_regexp())


def is_word(text: str) -> bool:
    """Whether the grammar reads the text as this one word, whatever stands before it."""
    if not text.isascii() and text != cleaned(text):
        return False
    if _SIMPLE_WORD.fullmatch(text):
        return text not in ("AND", "OR", "NOT")
    return bool(
        _terminal("WORD").fullmatch(text)
        and not _terminal("PREFIX").match(text)
        and _starts_plainly(text)
        and _stripped(text) == text
        and ("\\" not in text or _without_latex(text) == text)
    )


def _is_prefix(text: str) -> bool:
    return bool(
        _terminal("PREFIX").fullmatch(text + "*") and _starts_plainly(text + "*") and _stripped(text) == text
    )


def _starts_plainly(text: str) -> bool:
    return not any(_terminal(name).match(text) for name in ("FIELD", "AUTHOR", "UNKNOWN", "_MINUS"))
