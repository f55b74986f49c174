"""The shapes of every answer, as typed dictionaries: one truth for the command line, the API and OpenAPI.

Those of search come from `search.answers`. `Atlas` returns them, ``--json`` prints them, ``/api/v1`` sends
them, and the OpenAPI description is made from them. More keys may be added; none is taken away.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from search.answers import BridgesAnswer as BridgesAnswer
from search.answers import CoverageAnswer as CoverageAnswer
from search.answers import CoverageTopic as CoverageTopic
from search.answers import DocumentHit as DocumentHit
from search.answers import ExploreAnswer as ExploreAnswer
from search.answers import ExploreTopic as ExploreTopic
from search.answers import FacetValue as FacetValue
from search.answers import ReadingAnswer as ReadingAnswer
from search.answers import SearchAnswer as SearchAnswer
from search.answers import Shared as Shared
from search.answers import SimilarAnswer as SimilarAnswer
from search.answers import SuggestionAnswer as SuggestionAnswer
from search.answers import TopicCount as TopicCount
from search.answers import TopicWeight as TopicWeight
from topics.text.roles import Finding as Finding


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


class UndecidedAnswer(TypedDict):
    """What a person said of a topic before a build made something else of it, and what it was then."""

    label: str
    description: str
    hidden: bool
    words: list[str]
    papers: int


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
    undecided: NotRequired[UndecidedAnswer]  # needs a decision: keep what was said, or drop it


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
    gaps: list[tuple[int, int]]  # first and last of years with too few papers for a share
    counts: list[int]
    shares: list[float]
    smoothed: list[float]  # each year's share together with those of the years beside it
    movement: Literal["rising", "falling", "steady", "too few"]
    growth: float


class TopicPage(TopicAnswer):
    """A topic with what its page shows."""

    trend: Trend
    papers: list[DocumentHit]
    neighbours: list[TopicWeight]
    authors: NotRequired[list[FacetValue]]
    tags: NotRequired[list[FacetValue]]


class ChangedTopic(TypedDict):
    """A topic that publishing a draft would change: ``into`` what it becomes, ``sources`` what it was."""

    id: str
    level: int
    label: str
    words: list[str]
    papers: int
    samples: list[str]  # titles
    into: NotRequired[list[ChangedTopic]]
    sources: NotRequired[list[ChangedTopic]]


class ModelChanges(TypedDict):
    """What publishing a draft would change; of ``moved`` topics ``sources`` and ``into`` are the parents."""

    new: list[ChangedTopic]
    gone: list[ChangedTopic]
    split: list[ChangedTopic]
    merged: list[ChangedTopic]
    moved: list[ChangedTopic]
    names: list[ChangedTopic]  # whose given name would need a decision, or is gone with its topic


class TopicsAnswer(TypedDict):
    """The whole hierarchy."""

    levels: list[int]
    topics: list[TopicAnswer]


class PdfAnswer(TypedDict):
    """A PDF that a record of a paper came with."""

    id: str  # of the record: the file is at ``/documents/ID/pdf``
    collection: str
    bytes: int


class PdfLink(TypedDict):
    """Where a paper's PDF can be had in the open, on another site."""

    host: str
    url: str


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
    series: str
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
    added: str  # ISO 8601: the day on which its first record came
    sources: dict[str, str]  # field → the document that it is from
    topics: list[TopicWeight]
    placement: str  # "placed", "weak", "unfit", "unknown" or "no model"
    fits: bool | None  # whether the map explains it; None before there is a model
    tags: list[str]
    suggested_tags: list[str]
    key_terms: list[str]
    summary: list[str]
    findings: list[Finding]  # at most one of each kind; none where they cannot be told
    pdfs: list[PdfAnswer]
    pdf_links: list[PdfLink]
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
    private: NotRequired[bool]


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


class TrendsTopic(TypedDict):
    """A topic's papers year by year."""

    id: str
    label: str
    counts: list[int]
    shares: list[float]
    smoothed: list[float]  # each year's share together with those of the years beside it
    movement: Literal["rising", "falling", "steady", "too few"]
    growth: float


class TrendsAnswer(TypedDict):
    """Topics year by year; ``totals`` are all papers of a year."""

    years: list[int]
    totals: list[int]
    gaps: list[tuple[int, int]]  # first and last of years with too few papers for a share
    topics: list[TrendsTopic]


class QualityAnswer(TypedDict):
    """Quality by level on held-out documents; null and why where there are too few papers."""

    levels: list[dict[str, Any]]
    edges: dict[str, Any]
    words: NotRequired[dict[str, int]]  # clear, mixed, leftover → topics, as their pages and the map say
    sentence: NotRequired[str]  # the same in words
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
    created: NotRequired[str]
    updated: NotRequired[str]
    collection: NotRequired[str]  # where the job is about one
    file: NotRequired[str]  # the uploaded file's name
    stopping: NotRequired[bool]  # where somebody asked it to stop and it has not yet


class StatusAnswer(TypedDict):
    """What is live."""

    version: str
    generation: int
    papers: int
    documents: int
    collections: int
    model: dict[str, Any] | None
    undecided: int  # topics whose given name or description needs a decision
    unfit: int  # papers that the map does not explain: they are searchable, and on none of its topics
    unplaced: dict[str, int]  # language → papers without a topic, because the model knows none of their words
    engine: dict[str, Any]
    store: dict[str, Any] | None  # that hosts share: its address, and whether this host has what is published
    encoder: dict[str, Any] | None  # of one's own: its name, its vectors, and whether they are whole
    jobs: dict[str, int]


class UserAnswer(TypedDict):
    """A user of an atlas with accounts."""

    name: str
    role: str
    groups: list[str]
    issuer: str  # of OpenID Connect, or "proxy"; "" for who is known here alone
    password: bool  # whether they can sign in with one
    created: str
    sessions: int


class TokenAnswer(TypedDict):
    """A program's token; its secret is shown once, when it is made."""

    id: str
    user: str
    name: str
    scopes: list[str]
    created: str
    used: str
    ends: str
    ended: bool


class AuditAnswer(TypedDict):
    """One thing that somebody did."""

    number: int
    at: str
    who: str
    action: str
    subject: str
    detail: str
    address: str


class SharingAnswer(TypedDict):
    """Who sees a collection or a list; ``mine``: whether who asks may change that."""

    private: bool
    owner: str
    users: list[str]
    groups: list[str]
    mine: bool


class MeAnswer(TypedDict):
    """Who sends a request ("" for who is not signed in), and which permissions they have."""

    name: str
    role: str
    may: list[str]
