"""A search string of another database as a tree, before anything is translated.

``start`` and ``end`` are places in the text, so that a piece can be named as it was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Operator = Literal["and", "or", "not"]


@dataclass(frozen=True, slots=True)
class Words:
    """Words side by side; ``quoted``: within quotation marks."""

    text: str
    quoted: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A subject heading; ``exploded``: with the narrower ones; ``major``: as the main topic alone."""

    text: str
    exploded: bool
    major: bool
    qualifiers: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Within:
    """What is searched in some fields, by their codes in lower case; ``distance``: how far its words may be
    apart (PubMed)."""

    codes: tuple[str, ...]
    child: Foreign
    start: int
    end: int
    distance: int | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """Things joined by an operator; ``not`` has the one that is wanted first, the others are not."""

    operator: Operator
    children: tuple[Foreign, ...]


@dataclass(frozen=True, slots=True)
class Close:
    """Two things near each other: ``between`` words at most between them; None: in one sentence or so."""

    left: Foreign
    right: Foreign
    between: int | None
    ordered: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Numbered:
    """What another line of the strategy finds."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Years:
    """Years of publication, both ends included; ``whole``: nothing finer than a year was given."""

    low: int | None
    high: int | None
    whole: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Other:
    """A piece that is read but has no counterpart here: the name of a reason."""

    reason: str
    start: int
    end: int


Foreign = Words | Heading | Within | Joined | Close | Numbered | Years | Other
