"""The shapes of what is told of proposed names."""

from __future__ import annotations

from typing import TypedDict


class LabelEvidence(TypedDict):
    """How far papers bear a label out, read as a query: each number from 0 to 1."""

    precision: float  # of the papers that say it, those of the topic
    share: float  # of the topic's papers, those that say it
    f1: float


class ProposalAnswer(TypedDict):
    """A name that a language model proposes for a topic, beside the one that it has now."""

    id: str
    level: int
    label: str
    description: str
    evidence: LabelEvidence
    now: str
    now_evidence: LabelEvidence
    model: str  # the language model's name


class ProposalsAnswer(TypedDict):
    """Proposed names, and of topics that got none the reason by id."""

    proposals: list[ProposalAnswer]
    refused: dict[str, str]
