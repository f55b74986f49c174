"""The answers that are put together from several rooms, in the shapes of `litatlas.answers`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, cast

from ingest.document import Document
from ingest.intake import AddReport
from ingest.library.library import Collection, Generation, Job, Library, Paper, RejectRow, StoredDocument
from ingest.preview import Preview
from litatlas import __version__
from litatlas.answers import (
    AddAnswer,
    CollectionAnswer,
    DocumentAnswer,
    JobAnswer,
    MapAnswer,
    Point,
    PointsAnswer,
    PreviewAnswer,
    QualityAnswer,
    RejectAnswer,
    StatusAnswer,
    TopicAnswer,
    TopicPage,
    TopicsAnswer,
    TopicWeight,
    Trend,
    TrendsAnswer,
)
from litatlas.citations import cite
from litatlas.errors import InputError
from litatlas.generation.ledger import Draft
from litatlas.generation.live import Live
from search.engines.contract import Engine
from search.request import SearchRequest, Visible
from topics.map.layout import paper_points
from topics.model.hierarchy import Topic
from topics.model.trends import movement
from topics.text.summary import summary

SIMILAR = 6
POINTS = 60
NEIGHBOURS = 8
BATCH = 500
FEW_HELD_OUT = 20_000
MOST_REFERENCES = 500


def topics(live: Live) -> TopicsAnswer:
    """The whole hierarchy, level by level, siblings in the order of the map."""
    if live.hierarchy is None:
        return {"levels": [], "topics": []}
    answers = [_topic(live, topic) for topic in live.topics.values()]
    return {"levels": [len(level.ids) for level in live.hierarchy.levels], "topics": answers}


def _topic(live: Live, topic: Topic, visible: Visible = None) -> TopicAnswer:
    counts = live.counts(visible)
    by_collection = {
        name: counted.get(topic.id, 0) for name, counted in live.collection_counts(visible).items()
    }
    answer: TopicAnswer = {
        "id": topic.id,
        "level": topic.level,
        "label": topic.label,
        "terms": list(topic.terms),
        "parents": list(topic.parents),
        "children": list(topic.children),
        "documents": counts.get(topic.id, 0),
        "collections": {name: count for name, count in by_collection.items() if count},
        "quality": dict(topic.quality),
    }
    if description := live.description(topic.id):
        answer["description"] = description
    if live.is_hidden(topic.id):
        answer["hidden"] = True
    return answer


def topic(live: Live, id: str, limit: int, visible: Visible) -> TopicPage:
    """A topic with what its page shows; an id that is gone leads to its successor where there is one."""
    found = live.topic(id)
    answer = live.searcher.search(
        SearchRequest(f"topic:{found.id}", limit=limit, ranking="topical", visible=visible, facets=False)
    )
    return {
        **_topic(live, found, visible),
        "trend": trend(live, found.id, visible),
        "papers": answer["documents"],
        "neighbours": neighbours(live, found),
        "authors": live.facet("author", found.id, visible),
        "tags": live.facet("tag", found.id, visible, [tag for tag, _ in found.tags]),
    }


def neighbours(live: Live, found: Topic) -> list[TopicWeight]:
    """The topics of the same level whose words are most alike (the Bhattacharyya coefficient of φ)."""
    assert live.hierarchy is not None
    likeness = live.likeness(found.level)[found.index]
    order = [int(index) for index in (-likeness).argsort() if index != found.index][:NEIGHBOURS]
    ids = live.hierarchy.levels[found.level].ids
    return [
        {"id": ids[i], "weight": float(likeness[i]), "label": live.topics[ids[i]].label, "level": found.level}
        for i in order
    ]


def trend(live: Live, id: str, visible: Visible) -> Trend:
    """Papers of a topic by year, their share of all papers of that year, and whether it rises."""
    papers, own = live.years(None, visible), live.years(id, visible)
    years = sorted(papers)
    totals, counts = [papers[year] for year in years], [own.get(year, 0) for year in years]
    moved = movement(totals, counts)
    return {
        "years": years,
        "totals": totals,
        "movement": moved.word,
        "growth": round(moved.growth, 4),
        "counts": counts,
        "shares": [count / total for count, total in zip(counts, totals, strict=True)],
    }


def trends(live: Live, id: str | None, visible: Visible) -> TrendsAnswer:
    """Topics by year: the top level, or one topic and its children."""
    if live.hierarchy is None:
        return {"years": [], "totals": [], "topics": []}
    if id is None:
        chosen = [topic for topic in live.topics.values() if topic.level == 0]
    else:
        parent = live.topic(id)
        chosen = [parent, *(live.topics[child] for child, _ in parent.children if child in live.topics)]
    rows = [(topic, trend(live, topic.id, visible)) for topic in chosen]
    return {
        "years": rows[0][1]["years"] if rows else [],
        "totals": rows[0][1]["totals"] if rows else [],
        "topics": [
            {
                "id": topic.id,
                "label": topic.label,
                "counts": row["counts"],
                "shares": row["shares"],
                "movement": row["movement"],
                "growth": row["growth"],
            }
            for topic, row in rows
        ],
    }


def document(
    library: Library, live: Live, id: str, visible: Visible, formats: Iterable[str] | None = None
) -> DocumentAnswer:
    """Every stored field of a document, and what the atlas knows of its paper; cited in these formats."""
    paper = library.paper_of(id)
    stored = next(member for member in paper.members if member.id == id)
    record = stored.document
    searcher = live.searcher
    fields = {
        name: _plain(getattr(record, name)) for name in Document.__dataclass_fields__ if name != "collection"
    }
    topics, placement = live.placement(paper.id)
    answer: dict[str, Any] = {
        "id": stored.id,
        **fields,
        "collection": stored.collection,
        "collections": list(paper.collections),
        "retracted": any(member.document.retracted for member in paper.members),
        "topics": topics,
        "placement": placement,
        "suggested_tags": searcher.suggested_tags(paper),
        "key_terms": searcher.key_terms(paper),
        "summary": summary(record.abstract, live.analyzer, record.lang or "en"),
        "cite": cite(record) if formats is None else cite(record, formats),
        "similar": searcher.similar(id, limit=SIMILAR, collections=visible, paper=paper)["documents"],
        "duplicates": _duplicates(stored, paper.members, paper.reason),
        "references": _references(library, paper),
        "cited_by": _known(library, library.cited_by(paper)),
    }
    return cast(DocumentAnswer, answer)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _duplicates(
    shown: StoredDocument, members: Iterable[StoredDocument], reason: str
) -> list[dict[str, Any]]:
    return [
        {
            "id": member.id,
            "source_id": member.document.source_id,
            "collection": member.collection,
            "title": member.document.title,
            "reason": reason,
        }
        for member in members
        if member.id != shown.id
    ]


def _references(library: Library, paper: Paper) -> list[dict[str, Any]]:
    """What a paper cites: the text of every reference, with the paper where the library holds it."""
    cited = library.cites(paper)
    known = {entry["id"]: entry for entry in _known(library, [row.paper_id for row in cited if row.paper_id])}
    return [{"text": row.text, **known.get(row.paper_id or "", {})} for row in cited]


def _known(library: Library, paper_ids: Iterable[str]) -> list[dict[str, Any]]:
    ids = list(dict.fromkeys(paper_ids))[:MOST_REFERENCES]
    papers = library.papers_by_id(ids)
    return [
        {"id": id, "title": papers[id].shown.document.title, "year": papers[id].shown.document.year}
        for id in ids
        if id in papers
    ]


def documents(library: Library, paper_ids: Iterable[str]) -> Iterator[Document]:
    """The best document of each paper, with the collection that it is from, streaming in batches."""
    ids = iter(paper_ids)
    while batch := list(itertools.islice(ids, BATCH)):
        papers = library.papers_by_id(batch)
        for id in batch:
            if id in papers:
                shown = papers[id].shown
                yield replace(shown.document, collection=shown.collection)


def map_(live: Live) -> MapAnswer:
    """The cells of the map with the labels and counts of now."""
    counts = live.counts(None)
    cells = [
        cell
        | {"label": live.topics[cell["id"]].label, "documents": counts.get(cell["id"], 0)}
        | ({"hidden": True} if live.is_hidden(cell["id"]) else {})
        for cell in live.map_cells()
    ]
    return cast(MapAnswer, {"generation": live.row.number, "cells": cells})


def points(live: Live, id: str, visible: Visible) -> PointsAnswer:
    """The papers that belong most to a topic, each always in the same place inside its cell."""
    found = live.topic(id)
    request = SearchRequest(
        f"topic:{found.id}", limit=POINTS, ranking="topical", visible=visible, facets=False
    )
    hits = live.searcher.search(request)["documents"]
    polygon = next((cell["polygon"] for cell in live.map_cells() if cell["id"] == found.id), None)
    places = paper_points(polygon, [hit["id"] for hit in hits]) if polygon else []
    papers: list[Point] = [
        {"id": hit["id"], "title": hit["title"], "point": place}
        for hit, place in zip(hits, places, strict=False)
    ]
    return {"topic": found.id, "papers": papers}


def quality(live: Live) -> QualityAnswer:
    """The quality that was measured when the model was built."""
    if live.hierarchy is None:
        return {"levels": [], "edges": {}, "notice": "There is no model yet. Run: litatlas build"}
    measured: dict[str, Any] = dict(live.hierarchy.quality)
    held_out = measured.get("held_out") or 0
    if 0 < held_out < FEW_HELD_OUT:
        measured["notice"] = (
            f"Words were judged on {held_out:,} papers that the model never saw. Pairs of words that never "
            "meet there count −1, so on so few NPMI and junk of the finer levels read worse than they are."
        )
    return cast(QualityAnswer, measured)


def status(library: Library, engine: Engine, live: Live) -> StatusAnswer:
    """What is stored and what is live."""
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


def preview(found: Preview, name: str) -> PreviewAnswer:
    """The beginning of a file of this name."""
    records = [
        {
            "id": one.source_id,
            "title": one.title,
            "abstract": one.abstract,
            "authors": list(one.authors),
            "year": one.year,
            "venue": one.venue,
            "tags": list(one.tags),
        }
        for one in found.documents
    ]
    faults = [
        {"source": name, "line": one.line, "field": one.field, "value": one.value, "reason": one.reason}
        for one in found.faults
    ]
    columns = [{"heading": heading, "field": field} for heading, field in found.columns]
    answer = {"format": found.format, "records": records, "columns": columns, "rejects": faults}
    return cast(PreviewAnswer, answer)


def collection(row: Collection) -> CollectionAnswer:
    """A collection with its counts."""
    return {
        "name": row.name,
        "description": row.description,
        "licence": row.licence,
        "source": row.source,
        "created": row.created,
        "documents": row.documents,
        "papers": row.papers,
        "rejected": row.rejected,
    }


def reject(row: RejectRow, shown: Callable[[str], str]) -> RejectAnswer:
    """A record that was not taken; ``shown`` takes the server's own folders out of a text."""
    return {
        "source": shown(row.source),
        "line": row.line,
        "field": row.field,
        "value": shown(row.value),
        "reason": shown(row.reason),
    }


def added(report: AddReport, seconds: float, shown: Callable[[str], str] = str) -> AddAnswer:
    """What became of the records of one ``add``."""
    return {
        "collection": report.collection,
        "read": report.read,
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "duplicates": report.duplicates,
        "rejected": report.rejected,
        "warnings": [reject(row, shown) for row in report.warnings],
        "rejects": [reject(row, shown) for row in report.rejects],
        "took_s": round(seconds, 3),
    }


_REASONS = 5
"""Reasons that an error repeats of all that a report holds."""


def nothing_taken(report: AddReport, shown: Callable[[str], str] = str) -> InputError:
    """The error of an ``add`` from which no record came: what was in the files, and why it was not taken."""
    rows = report.rejects or report.warnings
    reasons = []
    for row in rows[:_REASONS]:
        place = f"{shown(row.source)}, line {row.line}" if row.line else shown(row.source)
        value = f" ({shown(row.value)})" if row.value and row.field not in ("file", "folder") else ""
        reasons.append(f"{place}: {shown(row.reason)}{value}")
    if len(rows) > _REASONS:
        reasons.append(f"and {max(report.rejected, len(rows)) - _REASONS:,} more")
    hint = "Look at the file; --format names its format (see `litatlas formats`)."
    if report.rejected > 1:
        return InputError(f"None of the {report.rejected:,} records could be taken.", "; ".join(reasons))
    return InputError(f"{reasons[0]}." if reasons else "There is no record in what was given.", hint)


def built(draft: Draft, generation: Generation | None) -> dict[str, Any]:
    """A draft, or what became of it."""
    return {
        "model": draft.model,
        "papers": draft.papers,
        "levels": draft.levels,
        "created": draft.created,
        "difference": draft.difference,
        "published": generation is not None,
        "generation": generation.number if generation else None,
    }


def job(row: Job) -> JobAnswer:
    """A background job."""
    answer = {
        "id": row.id,
        "kind": row.kind,
        "state": row.state,
        "progress": row.progress,
        "message": row.message,
        "result": row.result,
        "error": row.error,
    }
    return cast(JobAnswer, answer)
