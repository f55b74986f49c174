"""What a paper has in common with a text or another paper: topics, phrases, rare terms and references."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log

from ingest.duplicates.signatures import identifier_texts
from ingest.library.library import Paper
from ingest.text.analysis import Analyzer
from ingest.text.boilerplate import without_headings
from search.answers import DocumentHit, Shared
from search.context import Context
from topics.text.casing import Casing
from topics.text.phrases import FURNITURE, GENERIC, STATISTICS, Key, shared_finder

_TERMS = 6
_LEAST = 2  # terms that are shown, though only frequent ones are shared
_RARE = 5.0  # idf from which a word alone tells: one paper of fifty has it
_UNKNOWN = 6.0  # idf of a word that the model does not know
_TITLE = 2.5  # what a phrase of the title counts
_LETTERS = 20_000  # of a text that are looked at
_SAYS_LITTLE = GENERIC | FURNITURE | STATISTICS


@dataclass(frozen=True, slots=True)
class Mentions:
    """What a text speaks of, and what it cites and is cited by."""

    phrases: Mapping[Key, float]  # the lemmas of noun phrases, single words among them; how much it says each
    written: Mapping[Key, str]
    references: frozenset[str] = field(default_factory=frozenset)
    names: frozenset[str] = field(default_factory=frozenset)  # what others cite it by


def mentions_of(context: Context, paper: Paper) -> Mentions:
    """What a paper speaks of and cites."""
    document = paper.merged
    spoken = mentions(
        context.analyzer, document.title, without_headings(document.abstract), document.lang or "en"
    )
    return replace(spoken, references=_references(paper), names=_names(paper))


def mentions(analyzer: Analyzer, title: str, text: str, lang: str) -> Mentions:
    """What a title and a text speak of."""
    finder, casing = shared_finder(analyzer), Casing()
    phrases: defaultdict[Key, float] = defaultdict(float)
    written: dict[Key, str] = {}
    for part, weight in ((text[:_LETTERS], 1.0), (title, _TITLE)):
        words = finder.words(part, lang)
        casing.learn(part, words, lang)
        for key, start, end, *_ in finder.phrases(words):
            if not _SAYS_LITTLE.issuperset(key):
                phrases[key] += weight
                written.setdefault(key, part[start:end])
    return Mentions(dict(phrases), {key: casing.phrase(text) for key, text in written.items()})


def said_by(analyzer: Analyzer, paper: Paper, phrases: Iterable[Key]) -> dict[Key, float]:
    """Which of the phrases a paper that was fetched with its forms says, and how often."""
    lang = paper.merged.lang or "en"
    forms = analyzer.words(paper.forms, lang)
    text = f" {' '.join(analyzer.headwords(forms, lang))} "
    counts = {key: text.count(f" {' '.join(key)} ") for key in phrases}
    return {key: float(count) for key, count in counts.items() if count}


def _references(paper: Paper) -> frozenset[str]:
    return frozenset(text for member in paper.members for text in member.document.references)


def _names(paper: Paper) -> frozenset[str]:
    return frozenset(text for member in paper.members for text in identifier_texts(member.document))


def with_shared(
    context: Context,
    mine: Mentions,
    topics: Mapping[str, float],
    hits: Sequence[DocumentHit],
    papers: Mapping[str, Paper],
) -> list[DocumentHit]:
    """The hits, each with what it has in common with a text, and a line that says so (``why``).

    Args:
        mine: what the text mentions, and ``topics`` its topics with their weights.
        papers: the papers of the hits by the hits' ids.
    """
    answers: list[DocumentHit] = []
    for hit in hits:
        shared = _shared(context, mine, topics, hit, papers[hit["id"]])
        answers.append({**hit, "shared": shared, "why": reason(shared)})
    return answers


def reason(shared: Shared) -> str:
    """One line that says what two papers share, the most telling first."""
    parts = []
    if shared["cites"] or shared["cited"]:
        parts.append("cites this paper" if shared["cites"] else "cited by this paper")
    if shared["references"]:
        many = "reference" if shared["references"] == 1 else "references"
        parts.append(f"{shared['references']} {many} in common")
    if shared["terms"]:
        parts.append(f"both: {', '.join(shared['terms'])}")
    if shared["topics"]:
        deepest = max(shared["topics"], key=lambda topic: (topic["level"], topic["weight"]))
        parts.append(f"topic: {deepest['label']}")
    return "; ".join(parts)


def nothing_shared() -> Shared:
    """What is known to be shared where there is no model to tell it."""
    return {"topics": [], "terms": [], "references": 0, "cites": False, "cited": False}


def _shared(
    context: Context, mine: Mentions, topics: Mapping[str, float], hit: DocumentHit, paper: Paper
) -> Shared:
    theirs = said_by(context.analyzer, paper, mine.phrases)
    references = _references(paper)
    return {
        "topics": [
            {**topic, "weight": min(topic["weight"], topics[topic["id"]])}
            for topic in hit["topics"]
            if topic["id"] in topics
        ],
        "terms": [mine.written[key] for key in telling_phrases(context, mine.phrases, theirs)],
        "references": len(mine.references & references),
        "cites": not references.isdisjoint(mine.names),
        "cited": not mine.references.isdisjoint(_names(paper)),
    }


def telling_phrases(context: Context, mine: Mapping[Key, float], theirs: Mapping[Key, float]) -> list[Key]:
    """The phrases and rare words of both texts, the most telling first; frequent words alone only where there
    is little else. What a chosen phrase says is not said again."""
    hierarchy = context.hierarchy
    assert hierarchy is not None
    rarity = {
        word: float(hierarchy.idf[row]) if (row := hierarchy.term_index.get(word)) is not None else _UNKNOWN
        for key in mine.keys() & theirs.keys()
        for word in key
    }
    worth = {
        key: (1 + log(min(mine[key], theirs[key]))) * sum(rarity[word] for word in key)
        for key in mine.keys() & theirs.keys()
    }
    chosen: list[Key] = []
    spare: list[Key] = []
    for key in sorted(worth, key=lambda key: (-worth[key], key)):
        if any(not set(key).isdisjoint(other) for other in chosen):
            continue
        (chosen if len(key) > 1 or rarity[key[0]] >= _RARE else spare).append(key)
    return [*chosen, *spare[: max(_LEAST - len(chosen), 0)]][:_TERMS]
