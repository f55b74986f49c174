"""The papers most like one paper, and what they share with it."""

from __future__ import annotations

import numpy as np

from ingest.library.library import Paper
from ingest.text.boilerplate import without_headings
from search.answers import SimilarAnswer
from search.context import Context
from search.ranking.diversity import POOL, varied
from search.request import Visible
from search.results.hits import shown_lists
from search.similarity.explore import distinct, for_text
from search.similarity.overlap import mentions_of, nothing_shared, with_shared

_SPARE = 10  # more than wanted, because near-duplicates and papers that may not be seen fall out


def similar(
    context: Context,
    document_id: str,
    limit: int,
    visible: Visible,
    paper: Paper | None = None,
    *,
    diverse: bool = False,
) -> SimilarAnswer:
    """The contract's ``similar`` answer: by vectors and topics where there is a model, else by words.

    ``paper`` is the document's paper, where it is at hand; ``diverse`` ones are unlike each other too.

    Raises:
        NotFoundError: there is no such document.
    """
    paper = paper or context.library.paper_of(document_id)
    neighbours = nearest(context, paper, (POOL if diverse else 1) * limit + _SPARE, visible)
    neighbours = varied(context, neighbours, limit + _SPARE) if diverse else neighbours
    ids = [paper.id, *(id for id, _ in neighbours)]
    papers = context.library.papers_by_id(ids, forms=context.hierarchy is not None)
    hits = shown_lists(context, [neighbours], visible, papers=papers)[0]
    unique = distinct(list(hits.values()), limit, paper.merged.title)
    placements = context.placements
    if placements is None or paper.id not in papers:
        return {
            "id": document_id,
            "documents": [{**hit, "shared": nothing_shared()} for hit in unique],
        }
    if visible is not None:  # what is shared is told by what all who see the papers may know
        papers = context.library.papers_by_id(ids, forms=True, common=True)
    mine = mentions_of(context, papers[paper.id])
    topics = dict(placements.memberships(placements.rows([paper.id]))[0])
    shown_papers = {hit["id"]: papers[id] for id, hit in hits.items() if id in papers}
    return {"id": document_id, "documents": with_shared(context, mine, topics, unique, shown_papers)}


def nearest(context: Context, paper: Paper, limit: int, visible: Visible) -> list[tuple[str, float]]:
    """The papers nearest to a paper, with their cosines (or scores, without a model), itself left out."""
    placements = context.placements
    rows = placements.rows([paper.id]) if placements is not None else np.array([-1])
    if placements is None or rows[0] < 0 or placements.states(rows)[0] in ("unknown", "unfit"):
        document = paper.merged
        text = f"{document.title}\n{without_headings(document.abstract)}"
        if not context.analyzer.forms(text):
            return []
        hits = for_text(context, text, limit + 1, visible, document.lang or "en")
        return [(id, score) for id, score in hits.hits if id != paper.id][:limit]
    theta, vector = placements.theta(-1, rows)[0], placements.vectors(rows)[0]
    near, scores = placements.nearest(theta, vector, limit + 1, context.placed(visible))
    pairs = dict(zip(placements.ids(near.tolist()), scores.tolist(), strict=True))
    pairs.pop(paper.id, None)
    return list(pairs.items())[:limit]
