"""Reports over the whole atlas: its state, its formats, the quality of its topics, trends and bridges."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from ingest.readers.registry import READERS
from litatlas import __version__
from litatlas.accounts.sight import Sight
from litatlas.answers import BridgesAnswer, QualityAnswer, StatusAnswer, TrendsAnswer
from litatlas.generation.generations import Generations
from litatlas.generation.live import Live
from litatlas.parts.jobs import Jobs
from litatlas.parts.judgements import Judgements
from litatlas.parts.topics import trend
from litatlas.vocabulary import EXPORTS
from search.engines.contract import Engine
from topics.quality.verdicts import is_backed, sentence, tally


class Reports:
    """What can be said of one atlas as a whole; reached as ``Atlas.reports``."""

    def __init__(self, generations: Generations, judgements: Judgements, jobs: Jobs, sight: Sight) -> None:
        self._generations = generations
        self._judgements = judgements
        self._jobs = jobs
        self._sight = sight

    def status(self) -> StatusAnswer:
        """What is stored and what is live."""
        return _status(self._generations, self._sight.collections(), self._jobs.counts())

    def unfit(self, collection: str) -> int:
        """How many papers of a collection the map does not explain."""
        placements = self._generations.live().placements
        if placements is None or not placements.unfit():
            return 0
        return placements.unfit(self._generations.library.paper_ids(frozenset({collection})))

    def quality(self) -> QualityAnswer:
        """The quality of the live model on the papers held out of its training, and how people judged it."""
        answer = _quality(self._generations.live())
        if judged := self._judgements.counts():
            answer["judged"] = judged
        return answer

    def trends(self, topic: str | None = None, *, collections: frozenset[str] | None = None) -> TrendsAnswer:
        """Papers by year: of the top level's topics, or of one topic and its children."""
        visible = self._sight.collections(collections)
        live = self._generations.seen(visible)
        if live.hierarchy is None:
            return {"years": [], "totals": [], "gaps": [], "topics": []}
        if topic is None:
            chosen = [each for each in live.topics.values() if each.level == 0]
        else:
            parent = live.topic(topic)
            chosen = [parent, *(live.topics[child] for child, _ in parent.children if child in live.topics)]
        rows = [(each, trend(live, each.id, visible)) for each in chosen]
        return {
            "years": rows[0][1]["years"] if rows else [],
            "totals": rows[0][1]["totals"] if rows else [],
            "gaps": rows[0][1]["gaps"] if rows else [],
            "topics": [
                {
                    "id": each.id,
                    "label": each.label,
                    "counts": row["counts"],
                    "shares": row["shares"],
                    "smoothed": row["smoothed"],
                    "movement": row["movement"],
                    "growth": row["growth"],
                }
                for each, row in rows
            ],
        }

    def bridges(
        self, first: str, second: str, *, limit: int = 10, collections: frozenset[str] | None = None
    ) -> BridgesAnswer:
        """The papers between two topics."""
        visible = self._sight.collections(collections)
        live = self._generations.seen(visible)
        ends = [live.topic(id).id for id in (first, second)]
        return live.searcher.bridges(*ends, limit=limit, collections=visible)

    def formats(self) -> dict[str, list[dict[str, Any]]]:
        """The formats that are read and written."""
        read = [
            {"name": r.name, "title": r.title, "suffixes": list(r.suffixes), "fields": list(r.fields)}
            for r in READERS
        ]
        write = [
            {"name": name, "media_type": writer.media_type, "suffix": writer.suffix}
            for name, writer in EXPORTS.items()
        ]
        return {"read": read, "write": write}


def _quality(live: Live) -> QualityAnswer:
    """The quality that was measured when the model was built."""
    if live.hierarchy is None:
        return {"levels": [], "edges": {}, "notice": "There is no model yet. Run: litatlas build"}
    measured: dict[str, Any] = dict(live.hierarchy.quality)
    unseen = measured.get("held_out") or 0
    measured["levels"] = [
        {**row, "backed": row.get("npmi") is not None and is_backed(unseen, row["topics"])}
        for row in measured["levels"]
    ]
    measured["words"] = tally(topic.quality.get("word", "") for topic in live.topics.values())
    measured["sentence"] = sentence(measured["words"])
    if unseen and not all(row["backed"] for row in measured["levels"]):
        measured["notice"] = (
            f"Words were judged on {unseen:,} papers that the model never saw. Pairs of words that never "
            "occur together there count as −1, so with so few papers, NPMI and junk at the finer levels look "
            "worse than they are."
        )
    return cast(QualityAnswer, measured)


def _status(generations: Generations, visible: frozenset[str] | None, jobs: dict[str, int]) -> StatusAnswer:
    """The status; a reader who may not see all gets the numbers of what they see."""
    library, engine, live = generations.library, generations.engine, generations.live()
    counts = library.counts() if visible is None else library.counts_in(visible)
    seen = live.searcher.context.seen(visible)
    among = None if seen is None else seen.ids
    health = engine.health(live.row.index)
    stamp = engine.stamp(live.row.index)
    model = None
    if live.hierarchy is not None:
        model = {
            "id": live.row.model,
            "levels": [len(level.ids) for level in live.hierarchy.levels],
            "papers": _held(live.hierarchy.paper_ids, among),
            "created": live.row.made,
            "languages": live.hierarchy.languages,
            **{key: live.hierarchy.settings.get(key) for key in ("method", "base", "seed", "trainer")},
        }
    return {
        "version": __version__,
        "generation": live.row.number,
        "papers": counts.papers,
        "documents": counts.documents,
        "collections": counts.collections,
        "model": model,
        "undecided": len(live.undecided),
        "unfit": live.placements.unfit(among) if live.placements else 0,
        "unplaced": live.placements.unplaced(among) if live.placements else {},
        "engine": {
            "name": health.name,
            "version": health.version,
            "state": health.state,
            "message": health.message,
            "hint": health.hint,
            "index": live.row.index,
            "papers": _indexed(engine, live, counts.papers, visible) if health.state != "red" else 0,
            "sequence": stamp.sequence if stamp and visible is None else 0,
            "behind": library.sequence() - (stamp.sequence if stamp else 0),
        },
        "store": generations.files.status() if visible is None else None,
        "encoder": generations.encodings.status(counts.papers) if generations.encodings else None,
        "jobs": jobs,
    }


def _held(ids: Collection[str], among: Collection[str] | None) -> int:
    return len(ids) if among is None else sum(id in among for id in ids)


def _indexed(engine: Engine, live: Live, papers: int, visible: frozenset[str] | None) -> int:
    return engine.statistics(live.row.index).papers if visible is None else papers
