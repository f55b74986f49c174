"""Judging the topics by hand: questions with yes or no for an answer, whose answers are kept.

Three kinds: does a paper belong to a topic, does a topic belong under its parent, does a label fit its
topic's words. Papers are drawn from all that belong to a topic, not from its best, so that the share of yes
says how far membership can be trusted.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict
from typing import cast

from ingest.library.library import Judgement
from litatlas.accounts.sight import Sight
from litatlas.answers import JudgementAnswer, QuestionAnswer
from litatlas.errors import InputError, NotFoundError
from litatlas.generation.generations import Generations
from litatlas.generation.live import Live
from litatlas.vocabulary import JUDGEMENTS, MAX_VALUE, MAX_WHO, VERDICTS
from search.request import SearchRequest
from topics.model.hierarchy import Topic

_TRIES = 30
_AMONG = 200  # papers of a topic that one is drawn from


class Judgements:
    """Questions and answers about the topics of one atlas; reached as ``Atlas.judgements``."""

    def __init__(self, generations: Generations, sight: Sight) -> None:
        self._generations = generations
        self._sight = sight
        self._library = generations.library
        self._dice = random.Random()

    def question(
        self, kinds: Sequence[str] = JUDGEMENTS, *, collections: frozenset[str] | None = None
    ) -> QuestionAnswer | None:
        """A question about the live model that was not answered yet; None when none was found.

        Raises:
            NotFoundError: there is no model yet.
        """
        visible = self._sight.collections(collections)
        live = self._generations.seen(visible)
        if live.hierarchy is None:
            raise NotFoundError("There are no topics to judge yet.", "Build them first: litatlas build")
        judged = self._library.judged_subjects(live.row.model or "")
        topics = [topic for topic in live.topics.values() if not live.is_hidden(topic.id)]
        for _ in range(_TRIES if topics and kinds else 0):
            topic, kind = self._dice.choice(topics), self._dice.choice(list(kinds))
            question = self._asked(live, kind, topic, visible)
            if question is not None and (kind, topic.id, question["subject"]) not in judged:
                return question
        return None

    def _asked(
        self, live: Live, kind: str, topic: Topic, collections: frozenset[str] | None
    ) -> QuestionAnswer | None:
        common = {
            "kind": kind,
            "topic": topic.id,
            "label": topic.label,
            "terms": [term for term, _ in topic.terms[:10]],
        }
        if kind == "label":
            return cast(
                QuestionAnswer, {**common, "subject": topic.label[:MAX_VALUE], "text": "", "detail": ""}
            )
        if kind == "child":
            if not topic.children:
                return None
            child = live.topics[self._dice.choice(topic.children)[0]]
            terms = ", ".join(term for term, _ in child.terms[:10])
            return cast(QuestionAnswer, {**common, "subject": child.id, "text": child.label, "detail": terms})
        answer = live.searcher.search(
            SearchRequest(
                f"topic:={topic.id}", limit=_AMONG, ranking="topical", visible=collections, facets=False
            )
        )
        if not answer["documents"]:
            return None
        hit = self._dice.choice(answer["documents"])
        record = self._sight.paper(hit["id"], collections).merged
        return cast(
            QuestionAnswer, {**common, "subject": hit["id"], "text": record.title, "detail": record.abstract}
        )

    def judge(self, kind: str, topic: str, subject: str, value: str, *, who: str = "") -> int:
        """Keep an answer. Returns its number, by which it can be taken back.

        Raises:
            InputError: an unknown kind or answer. NotFoundError: there is no such topic.
        """
        if kind not in JUDGEMENTS or value not in VERDICTS:
            raise InputError(
                f"There is no judgement {kind[:20]!r} with the answer {value[:20]!r}.",
                f"Kinds: {', '.join(JUDGEMENTS)}; answers: {', '.join(VERDICTS)}.",
            )
        if not 0 < len(subject) <= MAX_VALUE or len(who) > MAX_WHO:
            raise InputError("The judged subject is not valid.", "Send the subject as the question gave it.")
        reader, live = self._sight.reader, self._generations.live()
        id, who = live.topic(topic).id, reader.name or who.strip()
        if kind == "paper" and not reader.sees_all:
            self._sight.paper(subject)
        model = live.row.model or ""
        return self._library.judge(kind, id, subject, value, who=who, model=model, owner=reader.number)

    def take_back(self, number: int) -> None:
        """Forget an answer.

        Raises:
            NotFoundError: there is no such answer.
        """
        reader = self._sight.reader
        self._library.take_back_judgement(number, owner=None if reader.sees_all else reader.number)

    def all(self) -> list[JudgementAnswer]:
        """The answers over all models, the oldest first; those on papers that the reader may see."""
        rows = [row for row in self._library.judgements() if self._may_see(row)]
        return [cast(JudgementAnswer, _plain(row)) for row in rows]

    def _may_see(self, row: Judgement) -> bool:
        reader = self._sight.reader
        if reader.sees_all or self._sight.collections() is None:
            return True
        if reader.is_person and row.owner == reader.number:
            return True
        if row.kind == "label":  # its subject is a label, which may hold words that the reader may not know
            topics = self._generations.seen(self._sight.collections()).topics
            return row.topic in topics and topics[row.topic].label == row.subject
        if row.kind == "child":
            return True
        try:
            self._sight.paper(row.subject)
        except NotFoundError:
            return False
        return True

    def counts(self) -> dict[str, dict[str, int]]:
        """How the live model was judged: kind → answer → count."""
        model = self._generations.live().row.model or ""
        if self._sight.collections() is None:
            return self._library.judgement_counts(model=model)
        counts: dict[str, dict[str, int]] = {}
        for row in self._library.judgements():
            if row.model == model and self._may_see(row):
                kind = counts.setdefault(row.kind, {})
                kind[row.value] = kind.get(row.value, 0) + 1
        return counts


def _plain(row: Judgement) -> dict[str, object]:
    return {name: value for name, value in asdict(row).items() if name != "owner"}
