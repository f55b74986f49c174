"""The papers most like one paper, and what they share with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ingest.library import Paper
from search.context import Context, Visible
from search.explore import distinct, for_text
from search.shared import paper_terms, shared

_SPARE = 10  # more than wanted, because near-duplicates and papers that may not be seen fall out


def similar(context: Context, document_id: str, limit: int, visible: Visible) -> dict[str, Any]:
    """The contract's ``similar`` answer: by vectors and topics where there is a model, else by words.

    Raises:
        NotFoundError: there is no such document.
    """
    paper = context.library.paper_of(document_id)
    found = nearest(context, paper, limit + _SPARE, visible)
    hits = context.hits(found, visible)
    papers = [id for id, _ in found]
    common = _shared(context, paper.id, papers) if context.hierarchy is not None else {}
    for hit, id in zip(hits, papers, strict=False):
        hit["shared"] = common.get(id, {"topics": [], "terms": []})
    own = {"title": paper.shown.document.title}
    return {"id": document_id, "documents": distinct([own, *hits], limit + 1)[1:]}


def nearest(context: Context, paper: Paper, limit: int, visible: Visible) -> list[tuple[str, float]]:
    """The papers nearest to a paper, with their cosines (or scores, without a model), itself left out."""
    placements = context.placements
    rows = placements.rows([paper.id]) if placements is not None else np.array([-1])
    if placements is None or rows[0] < 0 or placements.states(rows)[0] == "unknown":
        document = paper.shown.document
        text = f"{document.title}\n{document.abstract}"
        if not context.analyzer.forms(text):
            return []
        found = for_text(context, text, limit + 1, visible, document.lang or "en")
        return [(id, score) for id, score in found.hits if id != paper.id][:limit]
    theta, vector = placements.theta(-1, rows)[0], placements.vectors(rows)[0]
    near, scores = placements.nearest(theta, vector, limit + 1 if visible is None else 4 * limit + 1)
    pairs = dict(zip(placements.ids(near.tolist()), scores.tolist(), strict=True))
    pairs.pop(paper.id, None)
    kept = list(pairs) if visible is None else context.allowed(list(pairs), visible)
    return [(id, pairs[id]) for id in kept][:limit]


def _shared(context: Context, own: str, others: Sequence[str]) -> dict[str, dict[str, Any]]:
    """For each paper the topics that both belong to, and the most telling terms that both have."""
    placements = context.placements
    assert placements is not None
    papers = context.library.papers_by_id([own, *others], forms=True)
    if own not in papers:
        return {}
    members = dict(zip([own, *others], placements.memberships(placements.rows([own, *others])), strict=True))
    found = {id: papers[id] for id in others if id in papers}
    return shared(context, paper_terms(context, papers[own]), dict(members[own]), found, members)
