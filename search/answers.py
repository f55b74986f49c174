"""What search answers: typed dictionaries, made here and handed through every door unchanged.

`Searcher` returns them, ``--json`` prints them, ``/api/v1`` sends them, and OpenAPI describes them. More keys
may be added; none is taken away.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class TopicWeight(TypedDict):
    """A topic of a document and its share of the document's θ."""

    id: str
    weight: float
    label: str
    level: int


class Shared(TypedDict):
    """What makes two papers similar."""

    topics: list[TopicWeight]
    terms: list[str]  # phrases and rare words, the most telling first
    references: int  # works that both cite
    cites: bool  # whether the paper of the list cites the one that it is like
    cited: bool  # the other way round


class DocumentHit(TypedDict):
    """A paper in a list of results."""

    id: str
    source_id: str
    collection: str
    collections: list[str]
    title: str
    authors: list[str]
    year: int | None
    venue: str
    added: str  # ISO 8601: the day on which its first record came
    score: float
    topics: list[TopicWeight]
    highlights: dict[str, list[str]]  # field → fragments, matches between \ue000 and \ue001
    fits: bool | None  # whether the map explains the paper; None before there is a model
    retracted: NotRequired[bool]
    shared: NotRequired[Shared]
    why: NotRequired[str]  # one line: why the paper is here
    explanation: NotRequired[dict[str, float]]


class FacetValue(TypedDict):
    """One value of a facet with the papers that it would leave."""

    value: str
    count: int
    selected: bool
    label: NotRequired[str]


class TopicCount(TypedDict):
    """A topic in the light of a search: papers that belong, and its share of the hits' θ at its level."""

    id: str
    label: str
    level: int
    count: int
    weight: float


class Absence(TypedDict):
    """A script or a language that the words of a query are in and no paper is."""

    kind: Literal["script", "language"]
    name: str  # of the script, in English; of the language, its ISO 639-1 code, "" where several are possible
    sentence: str  # says so; it is part of the notice too


class InexactPiece(TypedDict):
    """A piece of another database's search that is left out, or not quite the same here, and why."""

    piece: str
    reason: str


class ReadingAnswer(TypedDict):
    """How a search that was written for another database is read; ``dialect`` is its short name."""

    dialect: str
    title: str
    query: str
    inexact: list[InexactPiece]


class SearchAnswer(TypedDict):
    """The answer to a query."""

    query: str
    total: int
    took_ms: float
    documents: list[DocumentHit]
    facets: dict[str, list[FacetValue]]
    topics: list[TopicCount]
    related: list[DocumentHit]
    notice: str
    suggestion: NotRequired[str]  # did you mean: a corrected query that finds papers
    reading: NotRequired[ReadingAnswer]  # the query was written for another database
    any_matches: NotRequired[int]  # papers with any of the words, where no paper has all that were wanted
    absent: NotRequired[Absence]
    cursor: NotRequired[str]
    ranking: NotRequired[str]


class ExploreTopic(TypedDict):
    """A topic lit by a document used as the query."""

    id: str
    label: str
    level: int
    weight: float


class ExploreAnswer(TypedDict):
    """The answer to a whole document used as the query."""

    topics: list[ExploreTopic]
    documents: list[DocumentHit]
    suggested_tags: NotRequired[list[str]]
    key_terms: NotRequired[list[str]]
    notice: NotRequired[str]


class SimilarAnswer(TypedDict):
    """The papers most like one paper."""

    id: str
    documents: list[DocumentHit]


class CoverageTopic(TypedDict):
    """A topic's share of a collection's θ and of that of all other papers; papers of the collection."""

    id: str
    label: str
    level: int
    documents: int
    share: float
    share_elsewhere: float


class CoverageAnswer(TypedDict):
    """What a collection covers of the map, and the papers that it probably misses."""

    collection: str
    topics: list[CoverageTopic]
    missed: list[DocumentHit]


class BridgesAnswer(TypedDict):
    """The papers between two topics."""

    topics: list[ExploreTopic]
    documents: list[DocumentHit]


class SuggestionAnswer(TypedDict):
    """A completion of what a reader types: ``target`` is a topic's or a paper's id, else ``query`` is run."""

    text: str
    kind: str
    target: str
    query: str
