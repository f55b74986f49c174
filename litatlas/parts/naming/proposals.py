"""Names that a language model proposes for topics: drafts with numbers, which a person accepts or refuses.

Off unless the setting ``llm`` names an endpoint. A proposal belongs to one model: after a rebuild it is gone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import cast

from ingest.library.backend.errors import read_json
from ingest.progress import Progress, Silent
from litatlas.accounts.sight import Sight
from litatlas.errors import InputError, NotFoundError
from litatlas.generation.generations import Generations
from litatlas.generation.ledger import PROPOSAL
from litatlas.generation.live import Live
from litatlas.parts import curation
from litatlas.parts.naming.language_model import ChatEndpoint
from litatlas.parts.naming.proposal_answers import LabelEvidence, ProposalAnswer, ProposalsAnswer
from litatlas.settings import Settings
from search.query.printer import quote
from search.request import SearchRequest
from topics.model.hierarchy import Topic
from topics.naming.proposals import (
    INSTRUCTION,
    TITLES,
    ProposedNames,
    TopicMaterial,
    phrases_of,
    question,
    read_answer,
)

LEAST_SHARE, LEAST_PRECISION = 0.05, 0.3
"""A name that fewer of the topic's papers say, or that other papers say more often, is not proposed."""
NO_NAME = "the answer holds no name that can be used"
NOT_SAID = "too few of its papers say the proposed names, or too many others do"


class Proposals:
    """The proposed names of one atlas; reached as ``Atlas.proposals``."""

    def __init__(self, generations: Generations, settings: Settings, sight: Sight) -> None:
        self._generations = generations
        self._settings = settings
        self._sight = sight
        self._library = generations.library

    def is_on(self) -> bool:
        """Whether an endpoint is set."""
        return bool(self._settings.llm.strip())

    def make(
        self, topics: Sequence[str] = (), *, again: bool = False, progress: Progress | None = None
    ) -> ProposalsAnswer:
        """Ask for names of some topics, or of all that have none from a person; each is kept at once.

        Args:
            again: also for topics that have a proposal already.

        Returns:
            The proposals of these topics, and those that got none with the reason.

        Raises:
            InputError: no endpoint is set. NotFoundError: no such topic.
            LanguageModelError: the endpoint is away or answers something else.
        """
        endpoint = self._endpoint()
        live = self._live()
        kept, given = self._kept(live), self._library.curations()
        ids = [live.topic(id).id for id in topics] or [
            id for id in live.topics if not given.get(id, {}).get("label") and (again or id not in kept)
        ]
        progress = progress or Silent()
        made: list[ProposalAnswer] = []
        refused: dict[str, str] = {}
        for at, id in enumerate(ids):
            progress.step("Asking for names", at, len(ids))
            answer = self._ask(endpoint, live, live.topics[id])
            if isinstance(answer, str):
                refused[id] = answer
                continue
            self._library.put_meta({self._key(live, id): json.dumps(answer)})
            made.append(answer)
        progress.step("Asking for names", len(ids), len(ids))
        return {"proposals": made, "refused": refused}

    def all(self) -> ProposalsAnswer:
        """The proposals that wait for a decision."""
        live = self._generations.live()
        return {"proposals": list(self._kept(live).values()) if live.hierarchy else [], "refused": {}}

    def one(self, id: str) -> ProposalAnswer | None:
        """The proposal for a topic, if one waits; None for who may not keep the atlas.

        A proposal may be made of papers that only some may see.
        """
        return self._stored(self._generations.live(), id) if self._sight.reader.can("keep") else None

    def accept(self, id: str, *, who: str = "") -> None:
        """Give a topic the proposed name and sentence, as a person would.

        Raises:
            NotFoundError: nothing is proposed for it.
        """
        live, proposal = self._proposal(id)
        who = self._sight.reader.name or who
        curation.say(self._library, proposal["id"], "label", proposal["label"], who)
        if proposal["description"]:
            curation.say(self._library, proposal["id"], "description", proposal["description"], who)
        self._library.put_meta({self._key(live, proposal["id"]): None})
        self._generations.reopen()

    def refuse(self, id: str) -> None:
        """Throw a proposal away; raises as :meth:`accept`."""
        live, proposal = self._proposal(id)
        self._library.put_meta({self._key(live, proposal["id"]): None})

    # -- asking and counting --------------------------------------------------------------------------------

    def _endpoint(self) -> ChatEndpoint:
        settings = self._settings
        if not self.is_on():
            raise InputError(
                "No language model is set.",
                "Set llm to an OpenAI-shaped address, as in http://127.0.0.1:11434/v1, and llm_model.",
            )
        return ChatEndpoint(
            settings.llm.strip(), settings.llm_model, settings.llm_key, timeout=settings.llm_timeout
        )

    def _live(self) -> Live:
        live = self._generations.seen(self._sight.collections())
        if live.hierarchy is None:
            raise NotFoundError("There are no topics yet.", "Build them first: litatlas build.")
        return live

    def _ask(self, endpoint: ChatEndpoint, live: Live, topic: Topic) -> ProposalAnswer | str:
        """The best proposal that the papers bear out, or why there is none."""
        taken = [other.label for other in live.topics.values() if other.id != topic.id]
        names = read_answer(endpoint.ask(INSTRUCTION, question(self._material(live, topic))), taken)
        if not names.labels:
            return NO_NAME
        counted = [(self._evidence(live, topic, label), label) for label in names.labels]
        evidence, label = max(counted, key=lambda pair: pair[0]["f1"])
        if evidence["share"] < LEAST_SHARE or evidence["precision"] < LEAST_PRECISION:
            return NOT_SAID
        return self._answer(live, topic, names, label, evidence, endpoint.model)

    def _answer(
        self,
        live: Live,
        topic: Topic,
        names: ProposedNames,
        label: str,
        evidence: LabelEvidence,
        model: str,
    ) -> ProposalAnswer:
        return {
            "id": topic.id,
            "level": topic.level,
            "label": label,
            "description": names.description,
            "evidence": evidence,
            "now": topic.label,
            "now_evidence": self._evidence(live, topic, topic.label),
            "model": model,
        }

    def _material(self, live: Live, topic: Topic) -> TopicMaterial:
        request = SearchRequest(
            f"topic:{topic.id}",
            limit=TITLES,
            ranking="topical",
            visible=self._sight.collections(),
            facets=False,
        )
        titles = [hit["title"] for hit in live.searcher.search(request)["documents"]]
        parent = max(topic.parents, key=lambda edge: edge[1])[0] if topic.parents else None
        siblings = [
            other.label
            for other in live.topics.values()
            if other.level == topic.level
            and other.id != topic.id
            and (parent is None or parent in {id for id, _ in other.parents})
        ]
        return TopicMaterial(
            [term for term, _ in topic.terms],
            [tag for tag, _ in topic.tags],
            titles,
            live.topics[parent].label if parent else "",
            siblings,
        )

    def _evidence(self, live: Live, topic: Topic, label: str) -> LabelEvidence:
        """A label as a query: the words of one of its phrases, or a tag, against the topic's papers."""
        says = " OR ".join(_says(phrase) for phrase in phrases_of(label))
        everywhere, here = (self._count(live, query) for query in (f"({says})", f"topic:{topic.id} ({says})"))
        own = live.counts(self._sight.collections()).get(topic.id, 0)
        precision, share = here / max(1, everywhere), here / max(1, own)
        total = precision + share
        return {
            "precision": round(precision, 4),
            "share": round(share, 4),
            "f1": round(2 * precision * share / total, 4) if total else 0.0,
        }

    def _count(self, live: Live, query: str) -> int:
        request = SearchRequest(query, limit=0, visible=self._sight.collections(), facets=False)
        return live.searcher.search(request)["total"]

    # -- what waits -----------------------------------------------------------------------------------------

    def _proposal(self, id: str) -> tuple[Live, ProposalAnswer]:
        live = self._live()
        topic = live.topic(id).id
        proposal = self._stored(live, topic)
        if proposal is None:
            raise NotFoundError("No name is proposed for this topic.", "Ask for one first.")
        return live, proposal

    def _kept(self, live: Live) -> dict[str, ProposalAnswer]:
        """Topic → its proposal, of the live model alone; what a topic is called now is always told."""
        begin = self._key(live, "")
        ids = [key.removeprefix(begin) for key in self._library.meta_keys(begin)]
        return {id: proposal for id in ids if (proposal := self._stored(live, id)) is not None}

    def _stored(self, live: Live, id: str) -> ProposalAnswer | None:
        stored = self._library.get_meta(self._key(live, id)) if id in live.topics else None
        if not stored:
            return None
        return {**cast(ProposalAnswer, read_json(stored, dict)), "now": live.topics[id].label}

    def _key(self, live: Live, topic: str) -> str:
        return f"{PROPOSAL}{live.row.model}:{topic}"


def _says(phrase: str) -> str:
    """A query for the papers that say a phrase: all its words, whatever their endings, or the tag."""
    words = " AND ".join(re.findall(r"[\w'-]*\w", phrase.lower()))
    return f"({words}) OR tag:{quote(phrase)}"
