"""Topics: the hierarchy, the map, the page of each topic, and what people say of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from litatlas.accounts.sight import Sight
from litatlas.answers import (
    CurationAnswer,
    MapAnswer,
    Point,
    PointsAnswer,
    TopicAnswer,
    TopicPage,
    TopicsAnswer,
    TopicWeight,
    Trend,
    UndecidedAnswer,
)
from litatlas.errors import NotFoundError
from litatlas.generation.generations import Generations
from litatlas.generation.live import Live
from litatlas.parts import curation
from litatlas.vocabulary import CURATIONS, QUALITY_WORDS
from search.request import SearchRequest, Visible
from topics.map.layout import paper_points
from topics.model.hierarchy import Topic
from topics.model.trends import gaps, movement, smoothed

POINTS = 60
NEIGHBOURS = 8


class Topics:
    """The topics of one atlas; reached as ``Atlas.topics``."""

    def __init__(self, generations: Generations, sight: Sight) -> None:
        self._generations = generations
        self._sight = sight
        self._library = generations.library

    def all(self) -> TopicsAnswer:
        """The whole hierarchy, level by level, siblings in the order of the map; empty before a build.

        The answer is shared by all who ask: it is not to be changed.
        """
        visible = self._sight.collections()
        return self._generations.seen(visible).once("topics", partial(_all, visible))

    def one(self, id: str, *, limit: int = 10, collections: frozenset[str] | None = None) -> TopicPage:
        """One topic with its trend, papers and neighbours; one that is gone leads to its successor.

        Raises:
            NotFoundError: there is no such topic.
        """
        visible = self._sight.collections(collections)
        return _page(self._generations.seen(visible), id, limit, visible)

    def map(self) -> MapAnswer:
        """The polygons of all topics in the unit square, with the labels and counts of now.

        The answer is shared by all who ask: it is not to be changed.
        """
        visible = self._sight.collections()
        return self._generations.seen(visible).once("map", partial(_map, visible))

    def points(self, id: str, *, collections: frozenset[str] | None = None) -> PointsAnswer:
        """The papers that belong most to a topic, each always in the same place inside its cell."""
        visible = self._sight.collections(collections)
        return _points(self._generations.seen(visible), id, visible)

    def rename(self, id: str, label: str, *, who: str = "") -> None:
        """Give a topic a name that rebuilds keep."""
        self._say(id, "label", label, who)

    def describe(self, id: str, description: str, *, who: str = "") -> None:
        """Describe a topic in words; an empty text removes the description."""
        self._say(id, "description", description, who)

    def hide(self, id: str, hidden: bool = True, *, who: str = "") -> None:
        """Hide a topic that misleads: it is greyed out and never suggested; or show it again."""
        self._say(id, "hidden", "yes" if hidden else "no", who)

    def _say(self, id: str, kind: str, value: str, who: str) -> None:
        who = self._sight.reader.name or who
        curation.say(self._library, self._generations.live().topic(id).id, kind, value, who)
        self._generations.reopen()

    def undecided(self) -> list[TopicAnswer]:
        """The topics of which a name or a description needs a decision."""
        return [topic for topic in self.all()["topics"] if "undecided" in topic]

    def keep(self, id: str, *, who: str = "") -> None:
        """Let what was said of a topic before it changed hold again.

        Raises:
            NotFoundError: nothing of it needs a decision.
        """
        who = self._sight.reader.name or who
        topic, undecided = self._undecided(id)
        hidden = "yes" if undecided["hidden"] else ""
        sayings = {"label": undecided["label"], "description": undecided["description"], "hidden": hidden}
        for kind, value in sayings.items():
            if value:
                curation.say(self._library, topic, kind, value, who)
        self._generations.reopen()

    def drop(self, id: str) -> None:
        """Take back what was said of a topic before it changed; raises as :meth:`keep`."""
        topic, _ = self._undecided(id)
        last = self._generations.live().slips[topic].said
        for kind in CURATIONS:
            rows = [row.number for row in self._library.curation_history(topic) if row.kind == kind]
            while rows and rows.pop(0) <= last:
                self._library.undo_curation(topic, kind)
        self._generations.reopen()

    def _undecided(self, id: str) -> tuple[str, UndecidedAnswer]:
        live = self._generations.live()
        topic = live.topic(id).id
        if topic not in live.undecided:
            raise NotFoundError(
                "Nothing that was said of this topic needs a decision.", "Its page shows what was."
            )
        return topic, live.undecided[topic]

    def history(self, id: str) -> list[CurationAnswer]:
        """What people said of a topic, the newest first."""
        return curation.history(self._library, self._generations.live().topic(id).id)

    def undo(self, id: str, kind: str) -> None:
        """Take back the latest that was said of a topic: its "label", "description" or "hidden".

        Raises:
            NotFoundError: nothing of that kind was said of it.
        """
        curation.undo(self._library, self._generations.live().topic(id).id, kind)
        self._generations.reopen()


def _all(visible: Visible, live: Live) -> TopicsAnswer:
    if live.hierarchy is None:
        return {"levels": [], "topics": []}
    counts, by_collection = live.counts(visible), live.collection_counts(visible)
    answers = [_topic(live, topic, counts, by_collection) for topic in live.topics.values()]
    return {"levels": [len(level.ids) for level in live.hierarchy.levels], "topics": answers}


def _topic(
    live: Live, topic: Topic, counts: Mapping[str, int], by_collection: Mapping[str, Mapping[str, int]]
) -> TopicAnswer:
    """A topic as it is listed, with its papers in all and by collection."""
    own = {name: counted.get(topic.id, 0) for name, counted in by_collection.items()}
    answer: TopicAnswer = {
        "id": topic.id,
        "level": topic.level,
        "label": topic.label,
        "terms": list(topic.terms),
        "parents": list(topic.parents),
        "children": list(topic.children),
        "documents": counts.get(topic.id, 0),
        "collections": {name: count for name, count in own.items() if count},
        "quality": _quality(topic),
    }
    if description := live.description(topic.id):
        answer["description"] = description
    if live.is_hidden(topic.id):
        answer["hidden"] = True
    if topic.id in live.undecided:
        answer["undecided"] = live.undecided[topic.id]
    return answer


def _quality(topic: Topic) -> dict[str, Any]:
    """A topic's measures, with the sentence that explains its word."""
    word = str(topic.quality.get("word", ""))
    return {**topic.quality, **({"sentence": QUALITY_WORDS[word]} if word in QUALITY_WORDS else {})}


def _page(live: Live, id: str, limit: int, visible: Visible) -> TopicPage:
    """A topic with what its page shows; an id that is gone leads to its successor where there is one."""
    topic = live.topic(id)
    answer = live.searcher.search(
        SearchRequest(f"topic:{topic.id}", limit=limit, ranking="topical", visible=visible, facets=False)
    )
    return {
        **_topic(live, topic, live.counts(visible), live.collection_counts(visible)),
        "trend": trend(live, topic.id, visible),
        "papers": [{**hit, "why": ""} for hit in answer["documents"]],  # that they are of this topic is plain
        "neighbours": _neighbours(live, topic),
        "authors": live.facet("author", topic.id, visible),
        "tags": live.facet("tag", topic.id, visible, [tag for tag, _ in topic.tags]),
    }


def _neighbours(live: Live, topic: Topic) -> list[TopicWeight]:
    """The topics of the same level whose words are most alike (the Bhattacharyya coefficient of φ)."""
    assert live.hierarchy is not None
    likeness = live.likeness(topic.level)[topic.index]
    order = [int(index) for index in (-likeness).argsort() if index != topic.index][:NEIGHBOURS]
    ids = live.hierarchy.levels[topic.level].ids
    return [
        {"id": ids[i], "weight": float(likeness[i]), "label": live.topics[ids[i]].label, "level": topic.level}
        for i in order
    ]


def trend(live: Live, id: str, visible: Visible) -> Trend:
    """Papers of a topic by year, their share of all papers of that year, and whether it rises."""
    papers, own = live.years(None, visible), live.years(id, visible)
    years = sorted(papers)
    totals, counts = [papers[year] for year in years], [own.get(year, 0) for year in years]
    moved = movement(years, totals, counts)
    return {
        "years": years,
        "totals": totals,
        "gaps": gaps(years, totals),
        "movement": moved.word,
        "growth": round(moved.growth, 4),
        "counts": counts,
        "shares": [count / total for count, total in zip(counts, totals, strict=True)],
        "smoothed": [round(share, 6) for share in smoothed(years, counts, totals)],
    }


def _map(visible: Visible, live: Live) -> MapAnswer:
    """The cells of the map with the labels and counts of now."""
    counts = live.counts(visible)
    cells = [
        cell
        | {"label": live.topics[cell["id"]].label, "documents": counts.get(cell["id"], 0)}
        | ({"hidden": True} if live.is_hidden(cell["id"]) else {})
        for cell in live.map_cells()
    ]
    return cast(MapAnswer, {"generation": live.row.number, "cells": cells})


def _points(live: Live, id: str, visible: Visible) -> PointsAnswer:
    """The papers that belong most to a topic, each always in the same place inside its cell."""
    topic = live.topic(id)
    request = SearchRequest(
        f"topic:{topic.id}", limit=POINTS, ranking="topical", visible=visible, facets=False
    )
    hits = live.searcher.search(request)["documents"]
    polygon = next((cell["polygon"] for cell in live.map_cells() if cell["id"] == topic.id), None)
    places = paper_points(polygon, [hit["id"] for hit in hits]) if polygon else []
    papers: list[Point] = [
        {"id": hit["id"], "title": hit["title"], "point": place}
        for hit, place in zip(hits, places, strict=False)
    ]
    return {"topic": topic.id, "papers": papers}
