"""What a paper has in common with a text or another paper: common topics and common terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ingest.library import Paper
from search.context import Context
from topics.tokens import shown_term

_TERMS = 6


def paper_terms(context: Context, paper: Paper) -> Counter[str]:
    """The model's terms in a paper that was fetched with its forms."""
    forms = f"{paper.title_forms} {paper.abstract_forms}"
    return terms(context, forms, paper.shown.document.lang or "en")


def terms(context: Context, forms: str, lang: str) -> Counter[str]:
    """The model's terms in analysed text."""
    assert context.hierarchy is not None
    index = context.hierarchy.term_index
    return Counter(token for token in context.hierarchy.tokenizer(forms, lang) if token in index)


def shared(
    context: Context,
    mine: Counter[str],
    topics: Mapping[str, float],
    others: Mapping[str, Paper],
    members: Mapping[str, Sequence[tuple[str, float]]],
) -> dict[str, dict[str, Any]]:
    """For each of ``others`` the common topics with the smaller weight, and the most telling common terms."""
    hierarchy = context.hierarchy
    assert hierarchy is not None
    found = {}
    for id, paper in others.items():
        theirs = paper_terms(context, paper)
        common = {
            term: min(mine[term], theirs[term]) * hierarchy.idf[hierarchy.term_index[term]]
            for term in mine & theirs
        }
        best = sorted(common, key=lambda term: (-common[term], term))[:_TERMS]
        found[id] = {
            "topics": [
                {
                    "id": topic,
                    "weight": min(weight, topics[topic]),
                    "label": context.topic(topic).label,
                    "level": context.topic(topic).level,
                }
                for topic, weight in members.get(id, ())
                if topic in topics
            ],
            "terms": [shown_term(term) for term in best],
        }
    return found
