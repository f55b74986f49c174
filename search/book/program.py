"""The lines of a search book: what each refers to, and in which order they can be evaluated."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from ingest.errors import InputError
from search.book.boolean_words import with_operators
from search.query.dialects.strategies import lines_of
from search.query.parser import QuerySyntaxError, parse_line, print_query
from search.query.tree import Line, Query, Reading, conjunction, leaves

MAX_LINES = 200
"""Lines of one book."""
MAX_LINE_NUMBER = 9_999
LONGEST_EXPANSION = 40_000
"""Characters of a line written out without references; a longer one is not written out."""

_NUMBERED = re.compile(r"#(\d{1,6})[.):]?\s+(\S.*)", re.DOTALL)
_JOINS = re.compile(r"(?:AND|OR)(?=[\s(\"#]|\Z)")


@dataclass(frozen=True)
class ParsedLine:
    """A line as it was read."""

    number: int
    text: str
    query: Query
    reading: Reading | None = None
    """Set where it was written for another database."""

    @cached_property
    def references(self) -> tuple[int, ...]:
        """The lines that it refers to, in their order."""
        lines = (leaf.number for leaf, _ in leaves(self.query) if isinstance(leaf, Line))
        return tuple(dict.fromkeys(lines))

    @property
    def canonical(self) -> str:
        """The line in the one spelling that the language has for it; words side by side are joined by AND."""
        return print_query(self.query) or "*"


@dataclass(frozen=True)
class Program:
    """Lines that refer to lines that are there, never in a circle; ``order``: each after those it needs."""

    lines: Mapping[int, ParsedLine]
    order: tuple[int, ...]

    @classmethod
    def of(cls, texts: Mapping[int, str]) -> Program:
        """The program of lines by their numbers.

        Raises:
            QuerySyntaxError: a line cannot be read; its message begins with the line's number.
            InputError: a line refers to itself, to a circle or to a line that is not there; too many lines.
        """
        if len(texts) > MAX_LINES:
            raise InputError(f"A search book has at most {MAX_LINES} lines.", "Start another book.")
        lines = {number: read_line(number, texts[number]) for number in sorted(texts)}
        for line in lines.values():
            _check_references(line, lines)
        try:
            order = tuple(TopologicalSorter({n: line.references for n, line in lines.items()}).static_order())
        except CycleError as error:
            raise _circle(error.args[1]) from None
        return cls(lines, order)

    def users(self, number: int) -> list[int]:
        """The lines that refer to a line."""
        return [other for other, line in self.lines.items() if number in line.references]

    def needed(self, number: int) -> tuple[int, ...]:
        """A line and all that it is made of, in the order of evaluation."""
        wanted = {number}
        for other in reversed(self.order):
            if other in wanted:
                wanted.update(self.lines[other].references)
        return tuple(other for other in self.order if other in wanted)

    def expanded(self) -> dict[int, str | None]:
        """Each line written out without references, as one query; None where that is too long."""
        texts: dict[int, str | None] = {}
        for number in self.order:
            texts[number] = _written_out(self.lines[number], texts)
        return texts


def read_line(number: int, text: str) -> ParsedLine:
    """One line, of our language or of another database's; operators may be written in any case.

    Raises:
        QuerySyntaxError: it cannot be read. InputError: a number that no line can have, or nothing written.
    """
    if not 0 < number <= MAX_LINE_NUMBER:
        raise InputError(f"A line cannot have the number {number}.", f"Use 1 to {MAX_LINE_NUMBER:,}.")
    text = " ".join(text.split())
    if not text:
        raise InputError(f"#{number} is empty.", "Write a search, or * for every paper.")
    try:
        query = parse_line(text)
        if query.reading is None:
            query = parse_line(with_operators(text))
    except QuerySyntaxError as error:
        raise QuerySyntaxError(error.name, f"#{number}: {error.message}", error.hint, error.mended) from None
    clauses = (conjunction(query.clauses),) if query.clauses else ()
    return ParsedLine(number, text, Query(clauses), query.reading)


def check_removal(program: Program, number: int) -> None:
    """Refuse to remove a line that others refer to.

    Raises:
        InputError: with the lines that do, or there is no such line.
    """
    if number not in program.lines:
        raise no_line(number, program.lines)
    if users := program.users(number):
        raise InputError(
            f"#{number} is used by {_listed(users)}.", "Change or remove the lines that use it first."
        )


def no_line(number: int, lines: Mapping[int, object]) -> InputError:
    """The error of a line that is not there."""
    known = _listed(list(lines)[:20]) if lines else "none yet"
    return InputError(f"There is no line #{number}.", f"The lines of this book: {known}.")


def split_lines(text: str, held: Collection[int] = ()) -> list[tuple[int | None, str]]:
    """A pasted search, a line each: (number, text), the number None where none is written.

    ``#3 …`` at the beginning is the line's number where all lines have one, each higher than the last;
    otherwise ``#1 OR #2`` is a line that begins with a reference. So is a single line that begins with the
    number of one of the ``held`` lines, which are there already: ``#1 NOT #2``.
    """
    rows = [row.strip() for row in text.splitlines() if row.strip()]
    matches = [_NUMBERED.fullmatch(row) for row in rows]
    numbers = [int(match[1]) for match in matches if match and not _JOINS.match(match[2])]
    numbered = len(numbers) == len(rows) and all(low < high for low, high in itertools.pairwise(numbers))
    if not numbered or (len(rows) == 1 and numbers[0] in held):
        others = lines_of(text) if len(rows) > 1 else {}  # numbered as other databases do it
        return list(others.items()) if len(others) > 1 else [(None, row) for row in rows]
    return [(int(match[1]), match[2]) for match in matches if match]


def _check_references(line: ParsedLine, lines: Mapping[int, ParsedLine]) -> None:
    for number in line.references:
        if number == line.number:
            raise InputError(
                f"#{number} refers to itself.", "Refer to another line, or write the search out."
            )
        if number not in lines:
            raise InputError(
                f"#{line.number} refers to #{number}, and there is no such line.",
                "Add the line first, or refer to one that is there.",
            )


def _circle(cycle: Sequence[int]) -> InputError:
    path = [f"#{number}" for number in cycle]
    if len(path) > 8:
        path = [*path[:4], "…", *path[-3:]]
    return InputError(
        f"Lines refer to each other in a circle: {' → '.join(reversed(path))}.",
        "Let one of them refer to another line.",
    )


def _listed(numbers: Sequence[int]) -> str:
    names = [f"#{number}" for number in numbers]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _written_out(line: ParsedLine, texts: Mapping[int, str | None]) -> str | None:
    """The canonical text with each reference replaced by its own text, in parentheses."""
    pieces: list[str] = []
    length = 0
    for piece in re.split(r'("(?:[^"\\]|\\.)*"|(?<![^\s(\-])#\d+(?=[\s()"]|\Z))', line.canonical):
        if re.fullmatch(r"#\d+", piece):
            inner = texts[int(piece[1:])]
            if inner is None:
                return None
            piece = f"({inner})"
        length += len(piece)
        if length > LONGEST_EXPANSION:
            return None
        pieces.append(piece)
    return "".join(pieces)
