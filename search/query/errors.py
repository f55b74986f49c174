"""Bad queries: what is wrong, how to fix it, and the corrected query.

A ``Fault`` is one thing wrong and one edit of the text that may fix it. ``settle`` turns it into the public
error, whose corrected query (``mended``) is known to parse: an edit can uncover the next fault, so a few are
tried in a row, and the plain words of the query are the last resort.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lark import Token, UnexpectedInput, UnexpectedToken

from ingest.errors import LitatlasError
from search.query.printer import print_query
from search.query.tree import Query

_ROUNDS = 6
_LONG = 2_000  # characters; beyond it one round is tried, to stay within 200 ms
_MENDED_WORDS = 60
_WORDS = re.compile(r"[^\W_]+")
_OPERATORS = ("_AND", "_OR", "_NOT", "_MINUS", "NEAR")
_FIELD_BEFORE = re.compile(r"[A-Za-z_]+:=?\s*$")
_CLOSE_BEFORE = re.compile(r"\s+(?:AND\b|OR\b|NOT\b|[a-z_]+:|[-(])|\)")


class QuerySyntaxError(LitatlasError):
    """A query that cannot be read.

    ``name`` names the fault (``unbalanced-quote``, …); ``mended`` is a query that parses and is probably what
    was meant.
    """

    def __init__(self, name: str, message: str, hint: str, mended: str) -> None:
        super().__init__(message, hint)
        self.name = name
        self.mended = mended


class Fault(Exception):
    """One thing wrong with a query, and the text with that one thing fixed."""

    def __init__(self, name: str, message: str, hint: str, edited: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message
        self.hint = hint
        self.edited = edited


class ValueFault(Exception):
    """A value that its field cannot take; ``clause`` is what should stand instead of ``field:value``."""

    def __init__(self, name: str, message: str, hint: str, clause: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message
        self.hint = hint
        self.clause = clause


def excerpt(text: str, length: int = 40) -> str:
    """A piece of the reader's text short enough for a message."""
    return text if len(text) <= length else text[: length - 1] + "…"


def plain_words(text: str) -> str:
    """The first words of a text without anything that the language could read as syntax."""
    words = [match.group() for match in _WORDS.finditer(text[: 40 * _MENDED_WORDS])]
    plain = [word[:100] for word in words if word not in ("AND", "OR", "NOT")]
    return " ".join(plain[:_MENDED_WORDS]) or "*"


def settle(fault: Fault, parse_once: Callable[[str], Query]) -> QuerySyntaxError:
    """The public error for a fault: edits on until the query parses, or falls back to its plain words."""
    edited = fault.edited
    for _ in range(_ROUNDS if len(edited) <= _LONG else 1):
        try:
            query = parse_once(edited)
        except Fault as next_fault:
            edited = next_fault.edited
        else:
            return QuerySyntaxError(fault.name, fault.message, fault.hint, print_query(query) or "*")
    return QuerySyntaxError(fault.name, fault.message, fault.hint, plain_words(edited))


def cut(text: str, start: int, end: int, replacement: str = "") -> str:
    """The text with ``start:end`` replaced."""
    return f"{text[:start]}{replacement}{text[end:]}"


def grammar_fault(error: UnexpectedInput, text: str) -> Fault:
    """What the grammar's refusal means to the reader."""
    if not isinstance(error, UnexpectedToken):
        return _quote_fault(text, error.pos_in_stream or 0)
    token = error.token
    history = (
        error.token_history
    )  # set where the lexer itself refused; else the lexer stands one token before
    state = error.interactive_parser.lexer_thread.state
    previous = history[0] if history else state.last_token if state else None
    if previous is not None and previous.type in ("FIELD", "AUTHOR", "UNKNOWN"):
        return _empty_field(text, previous, token)
    if token.type == "_RIGHT" and previous is not None and previous.type == "_LEFT":
        return _empty_parentheses(text, previous, token)
    if previous is not None and previous.type in _OPERATORS:
        return _dangling(text, previous)
    if token.type in _OPERATORS:
        return _dangling(text, token)
    return _unbalanced_parenthesis(text, token)


def _span(token: Token) -> tuple[int, int]:
    start = token.start_pos or 0
    return start, token.end_pos or start + len(token)


def _quote_fault(text: str, start: int) -> Fault:
    """An open quote: closed before the next operator, field or parenthesis, else at the end."""
    boundary = _CLOSE_BEFORE.search(text, start + 1)
    end = boundary.start() if boundary and text[start + 1 : boundary.start()].strip() else len(text)
    inside = text[start + 1 : end].rstrip().rstrip("\\")
    edited = cut(text, start, end, f'"{inside}"' if len(_WORDS.findall(inside)) > 1 else f" {inside}")
    return Fault(
        "unbalanced-quote",
        f"The quote before “{excerpt(text[start + 1 :].strip())}” is never closed.",
        'Close the phrase with a second ", or remove the quote.',
        edited,
    )


def _empty_field(text: str, field: Token, token: Token) -> Fault:
    start, end = _span(field)
    name = field.rstrip().rstrip("=").rstrip(":")
    hint = f"Write a value right after the colon, as in {name}:word, or remove “{name}:”."
    if token.type == "$END" or token.type == "_RIGHT":
        return Fault("empty-field", f"The field {name}: has no value.", hint, cut(text, start, end))
    return Fault(
        "empty-field",
        f"The field {name}: is followed by {token} instead of a value.",
        hint,
        cut(text, start, end, " "),
    )


def _empty_parentheses(text: str, left: Token, right: Token) -> Fault:
    start, end = _span(left)[0], _span(right)[1]
    field = _FIELD_BEFORE.search(text, 0, start)
    return Fault(
        "empty-parentheses",
        "There is nothing to search for between ( and ).",
        "Write something between the parentheses, or remove them.",
        cut(text, field.start() if field else start, end, " "),
    )


def _dangling(text: str, operator: Token) -> Fault:
    start, end = _span(operator)
    sign = "-" if operator.type == "_MINUS" else str(operator)
    return Fault(
        "dangling-operator",
        f"{sign} has nothing to join on one of its sides.",
        f"Give {sign} something on each side, or write it in lower case to search for it as a word."
        if sign != "-"
        else "Put the minus right before a word, a phrase, a field or a parenthesis.",
        cut(text, start, end, " "),
    )


def _unbalanced_parenthesis(text: str, token: Token) -> Fault:
    if token.type == "_RIGHT":
        start, end = _span(token)
        return Fault(
            "unbalanced-parenthesis",
            "A closing parenthesis has no opening one before it.",
            "Remove the ), or add the matching (.",
            cut(text, start, end, " "),
        )
    return Fault(
        "unbalanced-parenthesis",
        "An opening parenthesis is never closed.",
        "Add the missing ), or remove the (.",
        text.rstrip() + ")",
    )
