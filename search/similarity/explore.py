"""A whole text as the query: the topics that it lights, and the papers that are nearest to it.

The text is folded into the model (θ and vector), its telling stems make a weighted lexical query, and the
candidates of both are ordered by the sum of their z-scores.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ingest.errors import InputError
from ingest.text.language_detection import detect
from search.answers import DocumentHit, ExploreAnswer, ExploreTopic
from search.authors import fold
from search.clauses import TEXT, AnyOf, Term
from search.context import Context
from search.engines.contract import Request
from search.engines.documents import stems
from search.fields import MAX_TEXT
from search.notices import FEW_KNOWN_WORDS, NO_KNOWN_WORDS, NO_MODEL
from search.ranking.diversity import POOL, varied
from search.ranking.fusion import standard
from search.request import Visible
from search.results.hits import shown_lists
from search.similarity.overlap import mentions, with_shared
from search.similarity.suggested_tags import VOTERS, TextStems, suggested, voted
from topics.model.hierarchy import Placement
from topics.text.summary import key_terms

TELLING = 25
"""Stems of the text that make its lexical query."""

_TOLD = 1_000  # characters by which its language is told
_LEXICAL, _NEAR = 400, 200  # candidates
_LIT = 0.05  # share of a topic that a text lights
_SPARE = 5


@dataclass(frozen=True, slots=True)
class Found:
    """Papers for a text, best first, with the stems that looked for them and its place in the model."""

    hits: list[tuple[str, float]]
    stems: list[str]
    place: Placement | None


def explore(
    context: Context, text: str, limit: int, visible: Visible, *, diverse: bool = False
) -> ExploreAnswer:
    """The contract's ``explore`` answer, with key terms and suggested tags.

    ``diverse``: the papers are unlike each other too, and in the order of that choice.

    Raises:
        InputError: there is no word in the text.
    """
    cut = text[:MAX_TEXT]
    lang = detect(cut[:_TOLD], context.analyzer.forms(cut[:_TOLD])) or "en"
    nearest = for_text(context, cut, max((POOL if diverse else 1) * limit + _SPARE, VOTERS), visible, lang)
    topics = lit(context, nearest.place)
    answer: ExploreAnswer = {
        "topics": topics,
        "documents": _documents(context, cut, lang, nearest, topics, limit, visible, diverse=diverse),
        "suggested_tags": _tags(context, cut, lang, nearest, visible),
        "key_terms": key_terms("", cut, context.analyzer, lang),
    }
    notice = _notice(context, nearest)
    if notice:
        answer["notice"] = notice
    return answer


def _documents(
    context: Context,
    text: str,
    lang: str,
    nearest: Found,
    topics: Sequence[ExploreTopic],
    limit: int,
    visible: Visible,
    *,
    diverse: bool,
) -> list[DocumentHit]:
    """The nearest papers; where there is a model, with the topics and terms that they share with the text."""
    scored = varied(context, nearest.hits, limit + _SPARE) if diverse else nearest.hits[: limit + _SPARE]
    papers = context.library.papers_by_id([id for id, _ in scored], forms=bool(topics))
    hits = shown_lists(context, [scored], visible, words=nearest.stems, papers=papers)[0]
    distinct_hits = distinct(list(hits.values()), limit)
    if not topics:
        return distinct_hits
    mine = mentions(context.analyzer, "", text, lang)
    weights = {topic["id"]: topic["weight"] for topic in topics}
    if visible is not None:
        papers = context.library.papers_by_id(list(papers), forms=True, common=True)
    return with_shared(
        context, mine, weights, distinct_hits, {hit["id"]: papers[id] for id, hit in hits.items()}
    )


def for_text(context: Context, text: str, limit: int, visible: Visible, lang: str = "en") -> Found:
    """The papers for a text, by its words and by its place in the model."""
    forms = context.analyzer.forms(text, lang)
    if not forms:
        raise InputError("This text contains no words.", "Paste a title, an abstract or a whole paper.")
    forms = known_forms(context, forms, lang, visible)
    weights = telling(context, forms, lang, visible)
    lexical = _lexical(context, weights, visible)
    hierarchy, placements = context.hierarchy, context.placements
    if hierarchy is None or placements is None:
        return Found(list(lexical.items())[:limit], list(weights), None)
    place = hierarchy.infer(forms, lang)
    if not place.known:
        return Found(list(lexical.items())[:limit], list(weights), place)
    near, _ = placements.nearest(place.theta[-1], place.vector, _NEAR, context.placed(visible))
    new = [id for id in placements.ids(near.tolist()) if id not in lexical]
    ids = [*lexical, *context.allowed(new, visible)]
    if not ids:
        return Found([], list(weights), place)
    scores = _fused(context, ids, lexical, place)
    best = np.argsort(-scores, kind="stable")[:limit]
    return Found([(ids[at], float(scores[at])) for at in best.tolist()], list(weights), place)


def known_forms(context: Context, forms: Sequence[str], lang: str, visible: Visible) -> list[str]:
    """The forms of a text but for words that only papers have that the reader may not see: models learned
    from these papers too, and would tell where such a word belongs."""
    if visible is None:
        return list(forms)
    stems = [context.analyzer.stem(form, lang) for form in forms]
    known = context.known(filter(None, stems), visible)
    return [form for form, stem in zip(forms, stems, strict=True) if not stem or stem in known]


def telling(context: Context, forms: Sequence[str], lang: str, visible: Visible = None) -> dict[str, float]:
    """The stems that carry a text, with (1 + log tf)·idf, the most telling first."""
    counts = Counter(stem for form in forms if (stem := context.analyzer.stem(form, lang)))
    if not counts:
        return {}
    statistics = context.engine.statistics(
        context.index, () if visible is not None else list(counts), visible
    )
    papers = max(statistics.papers, 1)
    frequencies = statistics.frequencies if visible is None else context.holders(counts, visible)
    weights = {}
    for stem, count in counts.items():
        holders = frequencies.get(stem, 0)
        if holders:
            weights[stem] = (1 + np.log(count)) * np.log(1 + papers / holders)
    best = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))[:TELLING]
    return {stem: float(weight) for stem, weight in best}


def lit(context: Context, place: Placement | None) -> list[ExploreTopic]:
    """The topics of every level that a text lights, the strongest first in each."""
    if place is None or context.hierarchy is None or not place.known:
        return []
    topics: list[ExploreTopic] = []
    for number, (level, theta) in enumerate(zip(context.hierarchy.levels, place.theta, strict=True)):
        for at in np.argsort(-theta, kind="stable").tolist():
            if theta[at] < min(_LIT, float(theta.max())) or theta[at] <= 0:
                break
            topic = context.topic(level.ids[at])
            topics.append({"id": topic.id, "label": topic.label, "level": number, "weight": float(theta[at])})
    return topics


def distinct(hits: Sequence[DocumentHit], limit: int, own: str = "") -> list[DocumentHit]:
    """The hits without those that have the title of an earlier one (or the title ``own``): near-duplicates
    are shown once."""
    seen = {fold(own)}
    unique = []
    for hit in hits:
        title = fold(hit["title"])
        if not title or title not in seen:
            unique.append(hit)
        seen.add(title)
    return unique[:limit]


def _tags(context: Context, text: str, lang: str, nearest: Found, visible: Visible) -> list[str]:
    words = stems(context.analyzer.joined(text), context.analyzer, lang).split()
    if visible is not None:
        known = context.known(words, visible)
        words = [word for word in words if word in known]
    text_stems = TextStems(context.analyzer, lang, frozenset(), frozenset(words))
    if context.cosine is None:
        return voted(context, nearest.hits[:VOTERS], text_stems, visible=visible)
    return suggested(context, context.cosine.text(words), text_stems, visible=visible)


def _lexical(context: Context, weights: dict[str, float], visible: Visible) -> dict[str, float]:
    if not weights:
        return {}
    most = max(weights.values())
    clause = AnyOf(tuple(Term(TEXT, stem, weight / most) for stem, weight in weights.items()))
    weighed = context.weighed(clause, visible)
    answer = context.engine.search(context.index, Request(query=weighed, collections=visible, limit=_LEXICAL))
    return {hit.id: hit.score for hit in answer.hits}


def _fused(
    context: Context, ids: list[str], lexical: dict[str, float], place: Placement
) -> np.ndarray[Any, Any]:
    placements = context.placements
    assert placements is not None
    rows = placements.rows(ids)
    joined = placements.joined_of(rows)
    own = placements.joined(place.theta[-1][None, :], place.vector[None, :])[0]
    floor = min(lexical.values(), default=0.0)
    words = standard(
        np.array([lexical.get(id, floor) for id in ids], dtype=np.float32), np.ones(len(ids), bool)
    )
    return np.asarray(words + standard(joined @ own, rows >= 0, words))


def _notice(context: Context, nearest: Found) -> str:
    if context.hierarchy is None:
        return NO_MODEL
    if nearest.place is not None and nearest.place.state == "unknown":
        return NO_KNOWN_WORDS
    if nearest.place is not None and nearest.place.state == "weak":
        return FEW_KNOWN_WORDS
    return ""
