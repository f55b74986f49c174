"""What a paper has in common with a text or another paper: common topics and common terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ingest.library.library import Paper
from search.answers import DocumentHit, Shared
from search.context import Context

_TERMS = 6


def paper_terms(context: Context, paper: Paper) -> Counter[str]:
    """The model's terms in a paper that was fetched with its forms."""
    return terms(context, paper.forms, paper.merged.lang or "en")


def terms(context: Context, forms: str, lang: str) -> Counter[str]:
    """The model's terms in analysed text."""
    assert context.hierarchy is not None
    index = context.hierarchy.term_index
    return Counter(token for token in context.hierarchy.tokenizer(forms, lang) if token in index)


def with_shared(
    context: Context,
    mine: Counter[str],
    topics: Mapping[str, float],
    hits: Sequence[DocumentHit],
    papers: Mapping[str, Paper],
) -> list[DocumentHit]:
    """The hits, each with the topics and the most telling terms that it has in common with a text.

    Args:
        mine: the text's terms, and ``topics`` its topics with their weights.
        papers: the papers of the hits by the hits' ids, fetched with their forms.
    """
    return [{**hit, "shared": _shared(context, mine, topics, hit, papers[hit["id"]])} for hit in hits]


def _shared(
    context: Context, mine: Counter[str], topics: Mapping[str, float], hit: DocumentHit, paper: Paper
) -> Shared:
    hierarchy = context.hierarchy
    assert hierarchy is not None
    theirs = paper_terms(context, paper)
    common = {
        term: min(mine[term], theirs[term]) * hierarchy.idf[hierarchy.term_index[term]]
        for term in mine & theirs
    }
    best = sorted(common, key=lambda term: (-common[term], term))[:_TERMS]
    return {
        "topics": [
            {**topic, "weight": min(topic["weight"], topics[topic["id"]])}
            for topic in hit["topics"]
            if topic["id"] in topics
        ],
        "terms": [hierarchy.shown(term) for term in best],
    }
