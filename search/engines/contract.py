"""The engine contract: what an index holds, and what may be asked of it; how it fails is in `errors`.

Two engines stand behind it: Tantivy, embedded, and Elasticsearch. Both are given our own token streams
and the same resolved queries (`search.query.resolve`), so that totals, facets and order are the same on both.
Everything in here is plain data; nothing of an engine's own types leaves its module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

from ingest.text.analysis import ANALYSIS_VERSION
from search.clauses import Clause, Everything
from search.engines.errors import CursorError, OlderIndexError
from search.fields import MAX_OFFSET
from search.tags import tag_key

SCHEMA_VERSION = "4"
"""Changes with the fields of the index or what is written into them; an index of another version is
rebuilt."""

LAYOUT = f"{SCHEMA_VERSION}.{ANALYSIS_VERSION}"
"""What an index's `Stamp.layout` must be to be read."""

MAX_ID = 16
"""The most characters (ASCII) that a paper's id may have."""

Progress = Callable[[int], None]
"""Told how many papers are written so far."""


@dataclass(frozen=True, slots=True)
class IndexedPaper:
    """A paper as both engines index it; one attribute for every field of the registry (`search.fields`).

    Token streams (``*_stem``, ``*_exact``, ``*_tokens``) are analysed tokens joined by one space.
    ``topic_share`` is θ in sixteenths (`search.engines.topic_shares`). ``vector`` is √θ of the leaves, of the
    same length in every paper of an index, or None for a paper without a place in the model.
    ``title_sort`` is the folded title.
    """

    id: str
    title: str = ""
    abstract: str = ""
    title_stem: str = ""
    title_exact: str = ""
    title_sort: str = ""
    abstract_stem: str = ""
    abstract_exact: str = ""
    subject_stem: str = ""
    subject_exact: str = ""
    collections: tuple[str, ...] = ()
    year: int | None = None
    topics: tuple[str, ...] = ()
    topics_own: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    author_tokens: str = ""
    authors: tuple[str, ...] = ()
    venue_tokens: str = ""
    venue: str = ""
    lang: str = ""
    types: tuple[str, ...] = ()
    open_access: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    retracted: str = "no"
    dois: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    citations: int | None = None
    added: int | None = None  # the day as a number: 20261129
    topic_share: tuple[str, ...] = ()
    vector: Sequence[float] | None = None

    @property
    def tag_keys(self) -> tuple[str, ...]:
        """What the tags have in common with their other spellings (`search.tags`)."""
        return tuple(map(tag_key, self.tags))


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an index holds: the library's last sequence number in it, and what its papers were made with.

    ``dims`` is the length of the topic vectors, 0 before there is a model. ``history`` is a mark that the
    library knows as long as it was not restored to an earlier state than the index holds.
    """

    sequence: int
    analysis: str
    model: str = ""
    dims: int = 0
    schema: str = SCHEMA_VERSION
    history: str = ""

    @property
    def layout(self) -> str:
        """The versions of its fields and of the analysis of its texts."""
        return f"{self.schema}.{self.analysis}"

    def to_json(self) -> dict[str, Any]:
        """The stamp as plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Stamp:
        """The stamp that `to_json` wrote."""
        return cls(
            sequence=int(record["sequence"]),
            analysis=str(record["analysis"]),
            model=str(record["model"]),
            dims=int(record["dims"]),
            schema=str(record["schema"]),
            history=str(record.get("history", "")),
        )


@dataclass(frozen=True, slots=True)
class FacetRequest:
    """Count the values of one facet over the hits, without its own filter.

    ``name`` is a facet of the registry, ``topic_share`` or ``tag_spelling``. Values of ``tag`` are keys
    (`search.tags`), whatever spelling is ``selected``. The ``size`` most frequent values come back,
    then the ``selected`` ones that are not among them, with 0 where nothing is left. Integer facets come
    in order of value and are not cut; ``topic_share`` is there to be summed, so it comes in any order.
    """

    name: str
    size: int = 20
    selected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """One search.

    ``filters``: facet name → values, any of which may hold; different facets all hold. A value of an
    integer facet is a number or a range (``"2010-2019"``, ``"2010-"``, ``"-1999"``). ``collections``:
    what this reader may see (None: everything); hits, total and facets keep to it. ``sort`` is a name of
    `search.sort_orders.SORTS` or ``"id"``. ``cursor``: None for an ordinary page, ``""`` to begin a deep
    reading, else the cursor of the page before.
    """

    query: Clause = field(default_factory=Everything)
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    collections: frozenset[str] | None = None
    facets: tuple[FacetRequest, ...] = ()
    sort: str = "relevance"
    offset: int = 0
    limit: int = 10
    cursor: str | None = None


class Hit(NamedTuple):
    """A paper found; the score is BM25's (k1 1.2, b .75) on the same scale in both engines, 0 when sorted
    otherwise."""

    id: str
    score: float


Facets = dict[str, list[tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class Answer:
    """The papers of one page; ``total`` counts all hits exactly; ``cursor`` leads to the next page, if
    there is one."""

    total: int
    hits: list[Hit]
    counting: Facets | Future[Facets] = field(default_factory=dict)
    cursor: str | None = None

    @property
    def facets(self) -> Facets:
        """The values of each facet with their counts; waits for an engine that counts them beside the rest.

        Raises:
            EngineError: counting failed.
        """
        return self.counting.result() if isinstance(self.counting, Future) else self.counting


@dataclass(frozen=True, slots=True)
class Statistics:
    """The size of an index; ``frequencies`` are the papers that hold each stem that was asked for."""

    papers: int
    bytes: int
    frequencies: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Health:
    """How an engine is: "green" (well), "yellow" (works, a copy is missing) or "red" (``message`` says
    why, ``hint`` how to fix it)."""

    name: str
    version: str
    state: Literal["green", "yellow", "red"]
    message: str = ""
    hint: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    """More of it for who keeps the engine, as (what, value)."""


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How to reach an Elasticsearch and what to name there; Tantivy takes none of them.

    ``prefix`` begins the name of every index and alias; ``api_key`` and ``ca_certs`` (a file) serve a
    secured cluster (a name and password may stand in the URL instead); ``timeout`` is seconds a request;
    ``shards`` and ``replicas`` shape new indices.
    """

    prefix: str = "litatlas"
    api_key: str = ""
    ca_certs: str = ""
    timeout: float = 10.0
    shards: int = 1
    replicas: int = 0


class Engine(Protocol):
    """What both engines do. ``index`` is a plain name, [a-z0-9_-]; an index holds papers and one stamp."""

    def create(self, index: str, stamp: Stamp) -> None:
        """Make an empty index; one of the same name is replaced."""

    def drop(self, index: str) -> None:
        """Remove an index, if there is one."""

    def indices(self) -> list[str]:
        """The names of all indices of this atlas, sorted."""

    def stamp(self, index: str) -> Stamp | None:
        """What the index holds; None when there is no such index or it was never written to the end."""

    def write(
        self,
        index: str,
        papers: Iterable[IndexedPaper],
        *,
        deleted: Iterable[str] = (),
        stamp: Stamp,
        progress: Progress | None = None,
    ) -> int:
        """Add or replace papers by id, delete others, make it all visible, then set the stamp; papers
        written.

        After a crash the old stamp stands, and writing the same again gives the same index.
        """

    def publish(self, index: str) -> None:
        """Let the atlas's public name (an alias, where the engine has such) mean this index, in one
        step."""

    def search(self, index: str, request: Request) -> Answer:
        """Find, count and order papers."""

    def nearest(self, index: str, vector: Sequence[float], request: Request, limit: int) -> list[Hit]:
        """The papers nearest to a topic vector among the hits of the request, by the dot product of √θ."""

    def statistics(
        self, index: str, stems: Sequence[str] = (), collections: frozenset[str] | None = None
    ) -> Statistics:
        """The size of an index, and in how many papers (of some collections) each of the stems stands."""

    def health(self, index: str = "") -> Health:
        """How the engine is, and whether an index (default: each of them) can be read; never raises."""

    def verify(self, index: str) -> None:
        """Compare what is stored with its checksums, and raise `EngineRedError` for what is damaged.

        A server that compares them itself has nothing to do here.
        """

    def close(self) -> None:
        """Let go of files and connections."""


def check_page(request: Request) -> None:
    """Raise `CursorError` for a page that lies beyond `MAX_OFFSET` without a cursor."""
    if request.cursor is None and request.offset + request.limit > MAX_OFFSET:
        raise CursorError(
            f"Results beyond the {MAX_OFFSET:,}th cannot be reached with an offset.",
            "Continue with the cursor of the previous page, or export the results.",
        )


def check_schema(index: str, stamp: Stamp) -> None:
    """Raise `OlderIndexError` when the index was written with another layout than this version's."""
    if stamp.layout != LAYOUT:
        raise OlderIndexError(
            f"The index {index} has layout {stamp.layout}; this version of litatlas needs {LAYOUT}.",
            "Rebuild it from the library, which is untouched: litatlas reindex.",
        )
