"""What people said of topics (names, descriptions, hiding), kept apart from the model and laid over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from topics.model.hierarchy import Topic

Curations = Mapping[str, Mapping[str, str]]
"""Topic id → kind ("label", "description", "hidden") → value, as the library keeps them."""

_NO = frozenset({"", "0", "false", "no"})


@dataclass(frozen=True, slots=True)
class CuratedTopic:
    """A topic as readers meet it: the given name in ``topic.label``, else the model's own."""

    topic: Topic
    description: str = ""
    hidden: bool = False
    named: bool = False  # a person gave the label


def curate(topics: Mapping[str, Topic], curations: Curations) -> dict[str, CuratedTopic]:
    """Every topic of a model with what was said of it."""
    return {id_: _curated(topic, curations.get(id_, {})) for id_, topic in topics.items()}


def is_yes(value: str) -> bool:
    """Whether a saying of yes or no, as that a topic is hidden, says yes."""
    return value.strip().casefold() not in _NO


def _curated(topic: Topic, values: Mapping[str, str]) -> CuratedTopic:
    label = values.get("label", "").strip()
    return CuratedTopic(
        topic=replace(topic, label=label) if label else topic,
        description=values.get("description", "").strip(),
        hidden=is_yes(values.get("hidden", "")),
        named=bool(label),
    )
