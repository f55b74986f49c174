"""Papers as lists of results show them: the best member that a reader may see, its topics, what is marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ingest.library.library import Paper
from search.answers import DocumentHit, TopicWeight
from search.context import Context
from search.query.languages import Speech
from search.query.tree import Query
from search.request import Visible
from search.results.highlight import Highlighter
from search.results.reasons import Reasons


def shown_hits(context: Context, scored: Sequence[tuple[str, float]], visible: Visible) -> list[DocumentHit]:
    """The papers as lists show them, in the order given; those that left the library, or that the reader may
    not see, are left out."""
    return list(shown_lists(context, [scored], visible)[0].values())


def shown_lists(
    context: Context,
    scored: Sequence[Sequence[tuple[str, float]]],
    visible: Visible,
    *,
    query: Query | None = None,
    speech: Speech | None = None,
    words: Sequence[str] = (),
    papers: Mapping[str, Paper] | None = None,
) -> list[dict[str, DocumentHit]]:
    """Several lists of papers, fetched together (or given): the hits of each by paper, in its order.

    ``query`` (its ``speech``, where it is at hand) and ``words`` are what is marked in them.
    """
    ids = list(dict.fromkeys(id for pairs in scored for id, _ in pairs))
    papers = context.library.papers_by_id(ids, forms=True) if papers is None else papers
    known = {id: seen for id, paper in papers.items() if (seen := paper.seen(visible)) is not None}
    query = query or Query()
    marker = Highlighter(query, context.analyzer, speech or context.speech(query, visible))
    marker.want_words(words)
    reasons = Reasons(query, marker.speech, marker.searched, context.named) if query.clauses else None
    topics = _memberships(context, ids)
    placements = context.placements
    fits = dict(zip(ids, placements.fits(ids), strict=True)) if placements is not None else {}
    return [
        {
            id: _hit(known[id], score, topics.get(id, []), fits.get(id), marker, reasons)
            for id, score in pairs
            if id in known
        }
        for pairs in scored
    ]


def _memberships(context: Context, ids: Sequence[str]) -> dict[str, list[TopicWeight]]:
    if context.placements is None:
        return {}
    members = context.placements.memberships(context.placements.rows(ids))
    return {
        id: [
            {"id": topic.id, "weight": weight, "label": topic.label, "level": topic.level}
            for topic, weight in ((context.named[name], weight) for name, weight in own)
        ]
        for id, own in zip(ids, members, strict=True)
    }


def _hit(
    paper: Paper,
    score: float,
    topics: list[TopicWeight],
    fits: bool | None,
    marker: Highlighter,
    reasons: Reasons | None,
) -> DocumentHit:
    stored, document = paper.shown, paper.merged
    forms = (paper.title_forms, paper.abstract_forms)
    hit: DocumentHit = {
        "id": stored.id,
        "source_id": document.source_id,
        "collection": stored.collection,
        "collections": list(paper.collections),
        "title": document.title,
        "authors": list(document.authors),
        "year": document.year,
        "venue": document.venue,
        "added": paper.added[:10],
        "score": float(score),
        "topics": topics,
        "fits": fits,
        "highlights": marker.highlight(document.title, document.abstract, document.lang or "en", forms),
    }
    if document.retracted:
        hit["retracted"] = True
    if reasons is not None:
        hit["why"] = "; ".join(reasons.of(paper))
    return hit
