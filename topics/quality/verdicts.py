"""What is said of a topic's quality, and of all topics': one sentence, the same at every door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from types import MappingProxyType

SENTENCES = MappingProxyType(
    {
        "clear": "Clear: its first words stand together in papers far more often than by chance.",
        "mixed": "Mixed: its first words stand together only now and then, or are another topic's too.",
        "leftover": "Leftover: its first words hardly stand together; it holds what found no other place.",
    }
)
"""The words that a topic's quality may have, each with its sentence."""

BACKING = 100
"""So many papers a topic, which the model never saw, back a figure of how well its words go together."""


def tally(words: Iterable[str]) -> dict[str, int]:
    """How many topics have each word."""
    counts = Counter(words)
    return {word: counts[word] for word in SENTENCES}


def sentence(counts: dict[str, int]) -> str:
    """The tally in a sentence."""
    return (
        f"Of {sum(counts.values()):,} topics "
        + ", ".join(f"{count:,} {'is' if count == 1 else 'are'} {word}" for word, count in counts.items())
        + "."
    )


def is_backed(unseen: int, topics: int) -> bool:
    """Whether ``unseen`` papers are enough for figures of this many topics."""
    return unseen >= BACKING * topics
