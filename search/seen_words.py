"""Words and labels of topics as one reader may know them.

A model learns from all papers, private ones too. What tells a topic is shown only where at least three papers
that the reader may see contain it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from search.clauses import Nothing
from search.context import Context
from search.engines.contract import Request
from search.query.resolve import resolve
from search.query.tree import Phrase, Query, Word
from search.request import Visible
from topics.model.hierarchy import Topic

LEAST = 3
"""Papers that must contain a word or phrase."""

_LABEL_TERMS = 3  # of a label that is made anew


class SeenWords:
    """Which words and phrases a reader may know; each is looked up once."""

    def __init__(self, context: Context, visible: Visible) -> None:
        self._context = context
        self._visible = visible
        self._known: dict[str, bool] = {}

    def knows(self, text: str) -> bool:
        """Whether enough of the papers that the reader may see contain a word or phrase."""
        text = text.replace("_", " ").strip()
        if text not in self._known:
            self._known[text] = self._count(text) >= LEAST
        return self._known[text]

    def _count(self, text: str) -> int:
        context = self._context
        query = Query((Phrase(text) if " " in text else Word(text),))
        clause = resolve(
            query,
            context.analyzer,
            match="all",
            speech=context.speech(query, self._visible),
            topics=lambda _: [],
        )
        if isinstance(clause, Nothing):
            return 0
        request = Request(query=clause, collections=self._visible, limit=0)
        return context.engine.search(context.index, request).total

    def topic(self, topic: Topic, *, named: bool) -> Topic:
        """A topic with the words that the reader may know; a label that a person gave (``named``) stays."""
        terms = tuple(pair for pair in topic.terms if self.knows(pair[0]))
        tags = tuple(pair for pair in topic.tags if self.knows(pair[0]))
        label = topic.label
        if not named and not all(map(self.knows, _parts(label))):
            words = [term.replace("_", " ") for term, _ in terms[:_LABEL_TERMS]]
            label = ", ".join(words) or f"Topic {topic.id}"
        return replace(topic, terms=terms, tags=tags, label=label, collections={})


def _parts(label: str) -> list[str]:
    """The words and phrases that a label is made of."""
    return [part for part in label.split(",") if part.strip()]


def seen_topics(
    context: Context, topics: Mapping[str, Topic], named: frozenset[str], visible: Visible
) -> dict[str, Topic]:
    """All topics with the words that a reader may know; ``named`` are those that people gave a label."""
    words = SeenWords(context, visible)
    return {id: words.topic(topic, named=id in named) for id, topic in topics.items()}
