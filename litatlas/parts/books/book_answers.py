"""The shapes of the answers about search books, for the command line, the pages, the API and OpenAPI."""

from __future__ import annotations

from typing import TypedDict

from litatlas.answers import DocumentHit


class BookHead(TypedDict):
    """A search book in a list of them."""

    id: str
    name: str
    made: str
    changed: str
    lines: int
    runs: int
    frozen: int


class InexactAnswer(TypedDict):
    """A piece of a line for another database that is left out or not quite the same here, and why."""

    piece: str
    reason: str


class BookLineAnswer(TypedDict):
    """A line as it is now; ``canonical``: in the language's one spelling; ``fault``: why it cannot be run.

    ``written_for``: the other database that it was written for, ``inexact``: its pieces that are not the same
    here.
    """

    line: int
    text: str
    canonical: str
    references: list[int]
    used_by: list[int]
    fault: str
    written_for: str
    inexact: list[InexactAnswer]


class LineRunAnswer(TypedDict):
    """A line as it was run: its papers, and how many of them lie in each collection; as `BookLineAnswer`."""

    line: int
    text: str
    canonical: str
    references: list[int]
    papers: int
    collections: dict[str, int]
    written_for: str
    inexact: list[InexactAnswer]


class HarvestOrigin(TypedDict):
    """A harvest that a collection is from; ``refreshed``: the day of the last one that was finished."""

    source: str
    request: dict[str, str]
    refreshed: str


class SearchedCollection(TypedDict):
    """A collection as it was when it was searched; ``last_added``: when its last record came."""

    name: str
    description: str
    source: str
    licence: str
    created: str
    last_added: str
    documents: int
    papers: int
    harvests: list[HarvestOrigin]


class RunHead(TypedDict):
    """A run in a book; ``papers`` are those of its last line. ``address`` is "" where it is not frozen."""

    run: int
    made: str
    who: str
    papers: int
    generation: int
    model: str
    frozen: str
    frozen_by: str
    note: str
    address: str


class RunAnswer(RunHead):
    """A run with its lines, and what was searched with what."""

    book: str
    name: str
    engine: str
    analysis: str
    version: str
    lines: list[LineRunAnswer]
    collections: list[SearchedCollection]


class BookAnswer(TypedDict):
    """A search book; ``current``: whether the last run is of the lines as they are."""

    id: str
    name: str
    made: str
    changed: str
    lines: list[BookLineAnswer]
    runs: list[RunHead]
    current: bool
    answers: dict[str, str]


class ChangeAnswer(TypedDict):
    """A paper that came, went or was regrouped; ``others``: with which it was joined, or split from."""

    kind: str
    paper: str
    title: str
    reason: str
    others: list[str]


class DiffAnswer(TypedDict):
    """What changed in a line from one run to another; ``changes`` has the first of them all."""

    book: str
    line: int
    before: int
    after: int
    papers_before: int
    papers_after: int
    came: int
    went: int
    regrouped: int
    reasons: dict[str, int]
    changes: list[ChangeAnswer]


class RanAnswer(TypedDict):
    """A run that was just made; ``diff`` to the run before, None for the first."""

    run: RunAnswer
    diff: DiffAnswer | None


class LinePapersAnswer(TypedDict):
    """The papers of a line of a run, page by page; ``missing``: how many have left the library."""

    book: str
    run: int
    line: int
    total: int
    missing: int
    documents: list[DocumentHit]


class LineIdsAnswer(TypedDict):
    """The ids of all papers of a line of a run, as they were when it was run."""

    book: str
    run: int
    line: int
    ids: list[str]


class ReportItem(TypedDict):
    """An item of PRISMA-S: ``filled`` from what is known here, ``answer`` as people wrote it."""

    item: str
    section: str
    title: str
    asks: str
    filled: list[str]
    answer: str


class ReportAnswer(TypedDict):
    """The report of a run after PRISMA-S; ``open``: the items of which nothing is reported yet."""

    book: str
    name: str
    run: int
    made: str
    frozen: str
    address: str
    authors: list[str]
    licence: str
    items: list[ReportItem]
    open: list[str]
