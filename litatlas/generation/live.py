"""One generation, open for reading: the model, the place of every paper in it, the search over its index."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from copy import copy, deepcopy
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from ingest.library.library import Generation, Library
from ingest.text.analysis import Analyzer
from litatlas.answers import FacetValue, SuggestionAnswer, TopicWeight, UndecidedAnswer
from litatlas.errors import NotFoundError
from litatlas.generation.home import Home
from litatlas.generation.ledger import Ledger, Slip
from litatlas.settings import Settings
from search.assist.assistance import Assistance
from search.engines.contract import Engine, EngineOptions, FacetRequest, Request
from search.engines.opening import open_engine
from search.results.panels import tag_values
from search.searcher import Searcher
from search.seen_words import SeenWords
from search.tags import tag_key
from topics.model.curation import CuratedTopic, curate, is_yes
from topics.model.hierarchy import Hierarchy, Topic
from topics.model.placement import Placements

if TYPE_CHECKING:
    from litatlas.generation.encodings import Encodings

Answer = TypeVar("Answer")
ALL_VALUES = 100_000
FACET_VALUES = 12
_READERS = 32  # different sets of collections whose topics are kept as they may be shown
CHOSEN_FROM = 500
"""So many of the most frequent values are looked at where some are to come first."""


def engine_of(settings: Settings) -> Engine:
    """Open the engine that the settings name."""
    options = EngineOptions(
        prefix=settings.index_prefix,
        api_key=settings.elasticsearch_api_key,
        ca_certs=settings.elasticsearch_ca,
        timeout=settings.elasticsearch_timeout,
        shards=settings.elasticsearch_shards,
        replicas=settings.elasticsearch_replicas,
    )
    return open_engine(settings.engine, Home(settings.home).indices, options)


class _Reopened:
    """The typing assistance of an index, opened again when it was written anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written = -1
        self._assistance = Assistance(None)

    def written(self) -> int:
        """When it was written; 0 where there is none."""
        return self._folder.stat().st_mtime_ns if self._folder.is_dir() else 0

    def now(self) -> Assistance:
        written = self.written()
        if written != self._written:
            self._assistance, self._written = Assistance(self._folder), written
        return self._assistance


class Live:
    """A generation as readers see it; a newer one gets a new `Live`, this one stays as it is."""

    def __init__(
        self,
        home: Home,
        library: Library,
        engine: Engine,
        row: Generation,
        analyzer: Analyzer,
        encodings: Encodings | None = None,
        *,
        is_copy: bool = False,
    ) -> None:
        """``is_copy``: its files came from a store, whole, and maybe before the library's last change."""
        self.row = row
        self.analyzer = analyzer
        self._library = library
        self._engine = engine
        self.folder = home.model(row.model) if row.model else None
        self.hierarchy = Hierarchy.load(self.folder) if self.folder else None
        ledger = Ledger(library)
        self.placements: Placements | None = None
        if self.hierarchy and row.model:
            record = ledger.model(row.model)
            self.placements = Placements(
                self.hierarchy, home.segment(record.segment), 0 if is_copy else record.entries
            )
        self.successors = ledger.successors()
        self.topics: Mapping[str, Topic] = {}
        self._curated: Mapping[str, CuratedTopic] = {}
        self.slips: Mapping[str, Slip] = {}
        self.undecided: dict[str, UndecidedAnswer] = {}
        self._said: dict[str, dict[str, str]] = {}
        if self.hierarchy is not None:
            curations = library.curations()
            self._said = deepcopy(curations)
            self.slips = ledger.slips(row.model)
            self.undecided = _lay_aside(curations, self.slips, library)
            self._curated = curate(self.hierarchy.topics, curations)
            self.topics = {id: entry.topic for id, entry in self._curated.items()}
        self._assistance = _Reopened(home.assistance(row.index))
        self.searcher = Searcher(
            engine=engine,
            index=row.index,
            library=library,
            analyzer=analyzer,
            placements=self.placements,
            hierarchy=self.hierarchy,
            topics=self.topics,
            folder=self.folder,
            assistance=self._assistance.now,
            encoder=encodings.for_queries if encodings is not None else None,
        )
        self._views: dict[frozenset[str], tuple[int, Live]] = {}
        self._words: SeenWords | None = None
        # Counts change only when the index does: the cache is keyed by the index's sequence number.
        self._counted = lru_cache(maxsize=4096)(self._count)
        self._answers: dict[str, tuple[int, Any]] = {}

    def refresh(self) -> None:
        """See what other processes added to this generation."""
        if self.placements is not None:
            self.placements.refresh()
        self.searcher.refresh()

    def state(self) -> Hashable:
        """A mark of what answers are made of besides the library."""
        return self.row.number, self._sequence(), self._assistance.written()

    def is_renamed(self) -> bool:
        """Whether people have said something of topics since, maybe in another process."""
        return self.hierarchy is not None and self._library.curations() != self._said

    def seen(self, visible: frozenset[str] | None) -> Live:
        """This generation with the words and labels of topics that a reader of some collections may know.

        Kept until the index changes; itself where all may be seen.
        """
        if visible is None or self.hierarchy is None:
            return self
        sequence = self._sequence()
        cached = self._views.get(visible)
        if cached is not None and cached[0] == sequence:
            return cached[1]
        view = copy(self)
        named = frozenset(id for id, entry in self._curated.items() if entry.named)
        view.searcher = self.searcher.for_reader(visible, named)
        view.topics = view.searcher.context.named
        view._words = SeenWords(self.searcher.context, visible)
        view._answers = {}
        view.undecided = {}  # what a topic was may be told in words of papers that this reader may not see
        if len(self._views) >= _READERS:
            self._views.clear()
        self._views[visible] = sequence, view
        return view

    def topic(self, id: str) -> Topic:
        """A topic by its id, or the topic that took its place.

        Raises:
            NotFoundError: there is no such topic, and there never was or nothing succeeded it.
        """
        seen: set[str] = set()
        waiting = [id]
        while waiting:  # an heir may be gone too by now
            candidate = waiting.pop(0)
            if candidate in self.topics:
                return self.topics[candidate]
            if candidate not in seen:
                seen.add(candidate)
                waiting += self.successors.get(candidate, ())
        hint = "litatlas topics lists them all." if self.topics else "There is no model yet: litatlas build."
        raise NotFoundError(f"There is no topic {id[:40]!r}.", hint)

    def suggest(self, prefix: str, limit: int, visible: frozenset[str] | None) -> list[SuggestionAnswer]:
        """Suggestions while a reader types; topics under the names that they have now."""
        labels = {id: topic.label for id, topic in self.topics.items() if not self.is_hidden(id)}
        suggestions = self._assistance.now().suggest(
            prefix, limit, visible, labels, None if self._words is None else self._may_suggest
        )
        if visible is None:
            return suggestions
        papers = self._library.papers_by_id([one["target"] for one in suggestions if one["kind"] == "title"])
        targets = {id: seen.shown.id for id, paper in papers.items() if (seen := paper.seen(visible))}
        return [
            {**one, "target": targets.get(one["target"], "")} if one["kind"] == "title" else one
            for one in suggestions
            if one["kind"] != "title" or one["target"] in targets
        ]

    def _may_suggest(self, kind: str, text: str, target: str) -> bool:
        """Whether a reader who may not see all may know a suggestion that comes from everywhere."""
        if kind == "topic":  # one under another label would tell what its own begins with
            return target in self.topics and self.topics[target].label == self._curated[target].topic.label
        return kind != "term" or self._words is None or self._words.knows(text)

    def description(self, id: str) -> str:
        """What a person wrote about a topic."""
        return self._curated[id].description

    def is_hidden(self, id: str) -> bool:
        """Whether a person hid a topic."""
        return self._curated[id].hidden

    def map_cells(self) -> list[dict[str, Any]]:
        """The cells of the map as the model stores them."""
        if self.hierarchy is None:
            return []
        cells: list[dict[str, Any]] = self.hierarchy.map["cells"]
        return cells

    def placement(self, paper_id: str) -> tuple[list[TopicWeight], str]:
        """The topics that a paper belongs to, with its θ, and a word for how sure that is."""
        if self.placements is None:
            return [], "no model"
        rows = self.placements.rows([paper_id])
        if rows[0] < 0:
            return [], "unknown"
        members = self.placements.memberships(rows)[0]
        weights: list[TopicWeight] = [
            {"id": id, "weight": weight, "label": self.topics[id].label, "level": self.topics[id].level}
            for id, weight in members
        ]
        return weights, str(self.placements.states(rows)[0])

    def warm(self) -> None:
        """Make what the first questions would have to wait for."""
        self.searcher.warm()
        if self.hierarchy is not None:
            self.likeness(0)
            self.collection_counts(None)

    def once(self, name: str, make: Callable[[Live], Answer]) -> Answer:
        """An answer about this whole generation, made again only when the index has changed since."""
        sequence = self._sequence()
        made_at, answer = self._answers.get(name, (-1, None))
        if made_at != sequence:
            answer = make(self)
            self._answers[name] = (sequence, answer)
        return cast(Answer, answer)

    # -- counts over the index ------------------------------------------------------------------------------

    def counts(self, visible: frozenset[str] | None) -> dict[str, int]:
        """Papers by topic."""
        return self._facet("topic", None, visible)

    def collection_counts(self, visible: frozenset[str] | None) -> dict[str, dict[str, int]]:
        """Papers by collection and topic."""
        names = self._library.collection_names()
        return {name: self.counts(frozenset({name})) for name in names if visible is None or name in visible}

    def years(self, topic: str | None, visible: frozenset[str] | None) -> dict[int, int]:
        """Papers by year, of one topic or of all."""
        return {int(year): count for year, count in self._facet("year", topic, visible).items()}

    def facet(
        self, name: str, topic: str, visible: frozenset[str] | None, first: Sequence[str] = ()
    ) -> list[FacetValue]:
        """The most frequent values of a facet among the papers of a topic; those of ``first`` come first."""
        if name == "tag":
            return self._tags(topic, visible, first)
        counted = self._facet(name, topic, visible, FACET_VALUES if not first else CHOSEN_FROM)
        order = dict.fromkeys([value for value in first if value in counted] + list(counted))
        values = list(order)[:FACET_VALUES]
        return [{"value": value, "count": counted[value], "selected": False} for value in values]

    def _tags(self, topic: str, visible: frozenset[str] | None, first: Sequence[str]) -> list[FacetValue]:
        """As :meth:`facet`, of tags, whose values are keys."""
        counted = self._facet("tag", topic, visible, CHOSEN_FROM)
        keys = [key for key in map(tag_key, first) if key in counted]
        best = list(dict.fromkeys([*keys, *counted]))[:FACET_VALUES]
        return tag_values(self.searcher.context, [(key, counted[key]) for key in best], (), visible)

    def _facet(
        self, name: str, topic: str | None, visible: frozenset[str] | None, size: int = ALL_VALUES
    ) -> dict[str, int]:
        return self._counted(name, topic, visible, size, self._sequence())

    def _sequence(self) -> int:
        stamp = self._engine.stamp(self.row.index)
        return stamp.sequence if stamp else 0

    def _count(
        self, name: str, topic: str | None, visible: frozenset[str] | None, size: int, _sequence: int
    ) -> dict[str, int]:
        request = Request(
            filters={"topic": (topic,)} if topic else {},
            collections=visible,
            facets=(FacetRequest(name, size),),
            limit=0,
        )
        return dict(self._engine.search(self.row.index, request).facets[name])

    @cached_property
    def _likeness(self) -> list[NDArray[np.float32]]:
        assert self.hierarchy is not None
        roots = [np.sqrt(np.asarray(level.phi, dtype=np.float32)) for level in self.hierarchy.levels]
        return [root.T @ root for root in roots]

    def likeness(self, level: int) -> NDArray[np.float32]:
        """The Bhattacharyya coefficients of φ between the topics of one level (K × K)."""
        return self._likeness[level]


def _lay_aside(
    curations: dict[str, dict[str, str]], slips: Mapping[str, Slip], library: Library
) -> dict[str, UndecidedAnswer]:
    """Take what was said of topics that are not themselves any more out of ``curations``.

    Returns it with what each topic was, for a person to decide; what was said since stays.
    """
    undecided: dict[str, UndecidedAnswer] = {}
    for topic in slips.keys() & curations.keys():
        slip, values = slips[topic], curations[topic]
        latest = {row.kind: row.number for row in reversed(library.curation_history(topic))}
        old = {kind: values.pop(kind) for kind in list(values) if latest[kind] <= slip.said}
        if any(old.values()):
            undecided[topic] = {
                "label": old.get("label", ""),
                "description": old.get("description", ""),
                "hidden": is_yes(old.get("hidden", "")),
                "words": slip.words,
                "papers": slip.papers,
            }
    return undecided
