"""``#2`` in a query: what line 2 of a search book finds, or a number in a text that is not of a book."""

from __future__ import annotations

import re

from search.fields import FieldSpec
from search.query.errors import Fault, ValueFault, excerpt
from search.query.printer import quote
from search.query.tree import Line, Query, Word, leaves

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_UNCLEAR = re.compile(r"(?<=[^\w\s(:\-])#\d+|(?<!\w)#\d+(?=[^\d\s()])(?![.,;:!?]+(?:[\s()]|\Z))")
_JOINED = re.compile(r"[(\s]*#\d+(?:[)\s]+(?:and|or|not)[(\s]+#\d+)+[)\s]*", re.IGNORECASE)
_LONGEST = 6  # digits


def line_reference(text: str, spec: FieldSpec | None) -> Line:
    """The leaf of a reference.

    Raises:
        ValueFault: it stands under a field, or is no number of a line.
    """
    digits = text.removeprefix("#")
    if spec is not None:
        raise ValueFault(
            "line-reference",
            f"{spec.name}: is followed by the line {excerpt(text)}, which is a search of its own.",
            f"Write {excerpt(text)} AND {spec.name}:…; to search for the text itself, put it in quotes.",
            f"{spec.name}:{quote(text)}",
        )
    if len(digits) > _LONGEST:
        raise ValueFault(
            "line-reference",
            f"{excerpt(text)} is not the number of a line.",
            "To search for the text itself, put it in quotes.",
            digits,
        )
    return Line(int(digits))


def check_references(query: Query, text: str) -> Query:
    """The query of a line, unless a reference in it is not read as one.

    Raises:
        Fault: a reference is written together with something else, as in ``#1,#2``.
    """
    if unclear := _UNCLEAR.search(_QUOTED.sub(lambda match: " " * len(match[0]), text)):
        raise Fault(
            "line-reference",
            f"It is not clear what “{excerpt(text[unclear.start() :].split()[0])}” means.",
            "Join lines one by one, as in #1 OR #2; to search for the text itself, put it in quotes.",
            re.sub(r"(?<=\d)[^\w#()\s\"]+(?=#\d)", " OR ", text),
        )
    return query


def without_lines(query: Query, text: str) -> Query:
    """A query that is not of a book: ``#1`` among plain words is the number in running text.

    Raises:
        Fault: lines are referred to that are not there.
    """
    numbers = [leaf.number for leaf, _ in leaves(query) if isinstance(leaf, Line)]
    if not numbers:
        return query
    among_words = sum(isinstance(clause, Line) for clause in query.clauses) == len(numbers) and query.bare
    if among_words and not _JOINED.fullmatch(text):
        clauses = (Word(str(part.number)) if isinstance(part, Line) else part for part in query.clauses)
        return Query(tuple(clauses))
    raise Fault(
        "line-reference",
        f"#{numbers[0]} means a line of a search book, and there is none here.",
        f'Keep the lines in a search book; to search for the text itself, put it in quotes: "#{numbers[0]}".',
        re.sub(r"(?<!\w)#(?=\d)", "", text),
    )
