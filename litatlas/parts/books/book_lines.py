"""The lines of a book as they are written and shown, and its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from litatlas.errors import InputError
from litatlas.parts.books.book_answers import BookLineAnswer, InexactAnswer
from litatlas.vocabulary import MAX_BOOK_NAME, MAX_BOOK_TEXT
from search.book.program import ParsedLine, read_line
from search.query.parser import QuerySyntaxError


def line_answers(lines: Mapping[int, str]) -> list[BookLineAnswer]:
    """Each line as it is read; one that cannot be (any more) says why instead of failing all."""
    answers: list[BookLineAnswer] = []
    for number, text in lines.items():
        answer: BookLineAnswer = {
            "line": number, "text": text, "canonical": "", "references": [], "used_by": [], "fault": "",
            "written_for": "", "inexact": [],
        }  # fmt: skip
        try:
            line = read_line(number, text)
            answer["canonical"], answer["references"] = line.canonical, list(line.references)
            answer["written_for"], answer["inexact"] = reading_of(line)
        except QuerySyntaxError as error:
            answer["fault"] = error.message
        answers.append(answer)
    for answer in answers:
        answer["used_by"] = [other["line"] for other in answers if answer["line"] in other["references"]]
    return answers


def reading_of(line: ParsedLine) -> tuple[str, list[InexactAnswer]]:
    """The database that a line was written for ("": ours), and its pieces that are not the same here."""
    if line.reading is None:
        return "", []
    return line.reading.title, [{"piece": one.piece, "reason": one.reason} for one in line.reading.inexact]


def numbered(rows: Sequence[tuple[int | None, str]], held: Mapping[int, str]) -> dict[int, str]:
    """Lines with their numbers, counted on from those that are there.

    Raises:
        InputError: a number is taken.
    """
    lines: dict[int, str] = {}
    for number, text in rows:
        if number is None:
            number = max([0, *held, *lines]) + 1
        if number in held or number in lines:
            raise InputError(
                f"There is a line #{number} already.",
                f"Change it: litatlas search-book set NAME {number} QUERY",
            )
        lines[number] = read_line(number, text).text
    return lines


def bounded(text: str) -> str:
    """Lines as they were pasted.

    Raises:
        InputError: they are too long.
    """
    if len(text) > MAX_BOOK_TEXT:
        raise InputError(f"The lines have more than {MAX_BOOK_TEXT:,} characters.", "Shorten them.")
    return text.replace("\0", "")  # which a database may not hold


def named(name: str) -> str:
    """The name of a book.

    Raises:
        InputError: it cannot be used.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_BOOK_NAME:
        raise InputError(
            f"A search book's name must have 1 to {MAX_BOOK_NAME} characters.",
            "Choose a name of that length.",
        )
    return name
