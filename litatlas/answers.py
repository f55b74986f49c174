"""The shapes of every answer, as typed dictionaries: one truth for the command line, the API and OpenAPI.

`Atlas` returns them, ``--json`` prints them, ``/api/v1`` sends them, and the OpenAPI description is made
from them. More keys may be added; none is taken away.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class RejectAnswer(TypedDict):
    """A record or field that could not be taken, and where it stood."""

    source: str
    line: int
    field: str
    value: str
    reason: str


class AddAnswer(TypedDict):
    """What became of the records of one ``add``; read = added+updated+unchanged+duplicates+rejected."""

    collection: str
    read: int
    added: int
    updated: int
    unchanged: int
    duplicates: int
    rejected: int
    warnings: list[RejectAnswer]
    rejects: list[RejectAnswer]
    took_s: NotRequired[float]


class TopicWeight(TypedDict):
    """A topic of a document and its share of the document's θ."""

    id: str
    weight: float
    label: NotRequired[str]
    level: NotRequired[int]


class Shared(TypedDict):
    """What makes two papers similar."""

    topics: list[TopicWeight]
    terms: list[str]


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
    score: float
    topics: list[TopicWeight]
    highlights: dict[str, list[str]]  # field → fragments, matches between \ue000 and \ue001
    retracted: NotRequired[bool]
    shared: NotRequired[Shared]
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
    suggestion: NotRequired[str]  # did you mean
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


class TopicAnswer(TypedDict):
    """A topic as ``topics`` lists it."""

    id: str
    level: int
    label: str
    terms: list[tuple[str, float]]
    parents: list[tuple[str, float]]
    children: list[tuple[str, float]]
    documents: int
    collections: dict[str, int]
    quality: dict[str, Any]
    description: NotRequired[str]
    hidden: NotRequired[bool]


class CurationAnswer(TypedDict):
    """One thing that somebody said of a topic; of each kind the latest holds."""

    kind: str  # "label", "description" or "hidden"
    value: str
    who: str
    made: str
    holds: bool


class Trend(TypedDict):
    """Papers a year, of how many in all (``totals``), and where their share goes: −1 (gone) … 1 (new)."""

    years: list[int]
    totals: list[int]
    counts: list[int]
    shares: list[float]
    movement: Literal["rising", "falling", "steady", "too few"]
    growth: float


class TopicPage(TopicAnswer):
    """A topic with what its page shows."""

    trend: Trend
    papers: list[DocumentHit]
    neighbours: list[TopicWeight]
    authors: NotRequired[list[FacetValue]]
    tags: NotRequired[list[FacetValue]]


class TopicsAnswer(TypedDict):
    """The whole hierarchy."""

    levels: list[int]
    topics: list[TopicAnswer]


class DocumentAnswer(TypedDict, total=False):
    """Every stored field of a document, and what the atlas knows of it."""

    id: str
    source_id: str
    collection: str
    collections: list[str]
    title: str
    abstract: str
    authors: list[str]
    group_authors: list[str]
    year: int | None
    date: str
    venue: str
    volume: str
    issue: str
    pages: str
    publisher: str
    doi: str
    arxiv_id: str
    pmid: str
    other_ids: list[str]
    url: str
    lang: str
    type: str
    issn: list[str]
    orcids: list[str]
    open_access: str
    open_access_url: str
    licence: str
    notices: list[str]
    retracted: bool
    citations: int | None
    topics: list[TopicWeight]
    placement: str  # "placed", "weak", "unknown" or "no model"
    tags: list[str]
    suggested_tags: list[str]
    key_terms: list[str]
    summary: list[str]
    cite: dict[str, str]
    similar: list[DocumentHit]
    duplicates: list[dict[str, Any]]
    references: list[dict[str, Any]]
    cited_by: list[dict[str, Any]]


class MapCell(TypedDict):
    """A topic's polygon in the unit square."""

    id: str
    level: int
    parent: str | None
    polygon: list[tuple[float, float]]
    label: str
    documents: int
    hidden: NotRequired[bool]


class MapAnswer(TypedDict):
    """The map of knowledge."""

    generation: int
    cells: list[MapCell]


class Point(TypedDict):
    """A paper's place inside its topic's cell, in the unit square."""

    id: str
    title: str
    point: tuple[float, float]


class PointsAnswer(TypedDict):
    """The papers that belong most to a topic, as points on the map."""

    topic: str
    papers: list[Point]


class CollectionAnswer(TypedDict):
    """A collection."""

    name: str
    description: str
    licence: str
    source: str
    created: str
    documents: int
    papers: int
    rejected: int


class ListHead(TypedDict):
    """A named list of papers without the papers; ``papers`` counts them."""

    id: str
    name: str
    made: str
    changed: str
    papers: int


class ListAnswer(ListHead):
    """A list with its papers; ``missing`` of them have left the library."""

    documents: list[DocumentHit]
    topics: list[ExploreTopic]
    missing: int


class QuestionAnswer(TypedDict):
    """A question about the topics: does ``subject`` belong to the topic? ``kind`` says what it is."""

    kind: Literal["paper", "child", "label"]
    topic: str
    label: str
    terms: list[str]
    subject: str
    text: str
    detail: str


class JudgementAnswer(TypedDict):
    """What somebody answered to such a question."""

    number: int
    kind: Literal["paper", "child", "label"]
    topic: str
    subject: str
    value: Literal["yes", "no", "unsure"]
    who: str
    model: str
    made: str


class PreviewRecord(TypedDict):
    """A record as it would be taken in."""

    id: str
    title: str
    abstract: str
    authors: list[str]
    year: int | None
    venue: str
    tags: list[str]


class PreviewColumn(TypedDict):
    """A column of a table and the field that it is taken for, or ""."""

    heading: str
    field: str


class PreviewAnswer(TypedDict):
    """The beginning of a file as it would be taken in."""

    format: str
    records: list[PreviewRecord]
    columns: list[PreviewColumn]
    rejects: list[RejectAnswer]


class CoverageAnswer(TypedDict):
    """What a collection covers of the map, and the papers that it probably misses."""

    collection: str
    topics: list[dict[str, Any]]
    missed: list[DocumentHit]


class TrendsTopic(TypedDict):
    """A topic's papers year by year."""

    id: str
    label: str
    counts: list[int]
    shares: list[float]
    movement: Literal["rising", "falling", "steady", "too few"]
    growth: float


class TrendsAnswer(TypedDict):
    """Topics year by year; ``totals`` are all papers of a year."""

    years: list[int]
    totals: list[int]
    topics: list[TrendsTopic]


class BridgesAnswer(TypedDict):
    """The papers between two topics."""

    topics: list[ExploreTopic]
    documents: list[DocumentHit]


class QualityAnswer(TypedDict):
    """Quality by level on held-out documents; null and why where there are too few papers."""

    levels: list[dict[str, Any]]
    edges: dict[str, Any]
    judged: NotRequired[dict[str, dict[str, int]]]
    notice: NotRequired[str]


class JobAnswer(TypedDict):
    """A background job."""

    id: str
    kind: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: float
    message: str
    result: dict[str, Any] | None
    error: dict[str, Any] | None


class StatusAnswer(TypedDict):
    """What is live."""

    version: str
    generation: int
    papers: int
    documents: int
    collections: int
    model: dict[str, Any] | None
    engine: dict[str, Any]
    jobs: dict[str, int]
