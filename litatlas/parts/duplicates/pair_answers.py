"""The shapes of answers about duplicates."""

from __future__ import annotations

from typing import TypedDict


class ComparedField(TypedDict):
    """A field of two records; ``state`` is "same", "differs", or "one" where only one of them has it."""

    name: str
    a: str
    b: str
    state: str


class PairRecord(TypedDict):
    """A record of a pair; ``records`` is how many its paper has, itself included."""

    id: str
    source_id: str
    collection: str
    title: str
    records: int


class PairAnswer(TypedDict):
    """Two records that have something in common: why, how sure that is (0 to 1), and how they differ.

    ``together``: whether they are one paper now; ``group``: all its records, where there are more than two.
    """

    a: PairRecord
    b: PairRecord
    reason: str
    score: float
    together: bool
    group: list[PairRecord]
    fields: list[ComparedField]


class PairsAnswer(TypedDict):
    """Pairs that nobody decided yet, the least sure first; ``total`` counts all of them."""

    total: int
    offset: int
    pairs: list[PairAnswer]


class PairDecisionAnswer(TypedDict):
    """A decision; ``reason`` and ``score`` are those of the join before it ("", null: it had none)."""

    number: int
    a: str
    b: str
    verdict: str  # "same", "different" or "undo"
    who: str
    reason: str
    score: float | None
    undoes: int | None
    undone: bool
    made: str
