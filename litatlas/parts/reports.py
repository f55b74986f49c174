"""Reports over the whole atlas: its state, its formats, the quality of its topics, trends and bridges."""

from __future__ import annotations

from typing import Any, cast

from ingest.readers import READERS
from litatlas import __version__
from litatlas.answers import BridgesAnswer, QualityAnswer, StatusAnswer, TrendsAnswer
from litatlas.generation.generations import Generations
from litatlas.generation.live import Live
from litatlas.parts.judgements import Judgements
from litatlas.parts.topics import trend
from litatlas.vocabulary import EXPORTS

FEW_HELD_OUT = 20_000


class Reports:
    """What can be said of one atlas as a whole; reached as ``Atlas.reports``."""

    def __init__(self, generations: Generations, judgements: Judgements) -> None:
        self._generations = generations
        self._judgements = judgements

    def status(self) -> StatusAnswer:
        """What is stored and what is live."""
        return _status(self._generations)

    def quality(self) -> QualityAnswer:
        """The quality of the live model on the papers held out of its training, and how people judged it."""
        answer = _quality(self._generations.live())
        if judged := self._judgements.counts():
            answer["judged"] = judged
        return answer

    def trends(self, topic: str | None = None, *, collections: frozenset[str] | None = None) -> TrendsAnswer:
        """Papers by year: of the top level's topics, or of one topic and its children."""
        live = self._generations.live()
        if live.hierarchy is None:
            return {"years": [], "totals": [], "topics": []}
        if topic is None:
            chosen = [each for each in live.topics.values() if each.level == 0]
        else:
            parent = live.topic(topic)
            chosen = [parent, *(live.topics[child] for child, _ in parent.children if child in live.topics)]
        rows = [(each, trend(live, each.id, collections)) for each in chosen]
        return {
            "years": rows[0][1]["years"] if rows else [],
            "totals": rows[0][1]["totals"] if rows else [],
            "topics": [
                {
                    "id": each.id,
                    "label": each.label,
                    "counts": row["counts"],
                    "shares": row["shares"],
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
        live = self._generations.live()
        ends = [live.topic(id).id for id in (first, second)]
        return live.searcher.bridges(*ends, limit=limit, collections=collections)

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
    held_out = measured.get("held_out") or 0
    if 0 < held_out < FEW_HELD_OUT:
        measured["notice"] = (
            f"Words were judged on {held_out:,} papers that the model never saw. Pairs of words that never "
            "occur together there count as −1, so with so few papers, NPMI and junk at the finer levels look "
            "worse than they are."
        )
    return cast(QualityAnswer, measured)


def _status(generations: Generations) -> StatusAnswer:
    library, engine, live = generations.library, generations.engine, generations.live()
    counts = library.counts()
    health = engine.health(live.row.index)
    stamp = engine.stamp(live.row.index)
    model = None
    if live.hierarchy is not None:
        model = {
            "id": live.row.model,
            "levels": [len(level.ids) for level in live.hierarchy.levels],
            "papers": len(live.hierarchy.paper_ids),
            "created": live.row.made,
            **{key: live.hierarchy.settings.get(key) for key in ("method", "base", "seed", "trainer")},
        }
    return {
        "version": __version__,
        "generation": live.row.number,
        "papers": counts.papers,
        "documents": counts.documents,
        "collections": counts.collections,
        "model": model,
        "unfit": live.placements.unfit() if live.placements else 0,
        "unplaced": live.placements.unplaced() if live.placements else {},
        "engine": {
            "name": health.name,
            "version": health.version,
            "state": health.state,
            "message": health.message,
            "hint": health.hint,
            "index": live.row.index,
            "papers": engine.statistics(live.row.index).papers if health.state != "red" else 0,
            "sequence": stamp.sequence if stamp else 0,
            "behind": library.sequence() - (stamp.sequence if stamp else 0),
        },
        "jobs": library.job_counts(),
    }
