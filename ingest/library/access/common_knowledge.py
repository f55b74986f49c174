"""What all who see a paper may know of it: what indices, models and suggestions are made from.

A paper may be joined of records of which some are private. Were those part of what is indexed, others could
find the paper by words that only the private records have. So where a record is public, private ones add
nothing; and of a paper whose records lie in several private collections only what all of them say counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from ingest.document import Document


def common_places(private: Sequence[bool], collections: Sequence[str]) -> list[int]:
    """The places of the records, given by whether each is private and its collection, that make it up.

    Returns:
        Those that are public; all, where none is or all are in one collection.
    """
    public = [at for at, hidden in enumerate(private) if not hidden]
    return public if public else list(range(len(collections)))


def needs_agreement(private: Sequence[bool], collections: Sequence[str]) -> bool:
    """Whether only what all the records say may count."""
    return len(set(collections)) > 1 and all(private)


def agreed(documents: Sequence[Document]) -> Document:
    """What several records say alike, under the number of the first."""
    first, *others = documents
    values: dict[str, Any] = {}
    for field in fields(Document):
        mine = getattr(first, field.name)
        if isinstance(mine, tuple):
            values[field.name] = tuple(
                one for one in mine if all(one in getattr(other, field.name) for other in others)
            )
        elif field.name not in ("title", "abstract", "collection", "source_id", "lang") and any(
            getattr(other, field.name) != mine for other in others
        ):
            values[field.name] = field.default
    title = agreed_words([document.title for document in documents])
    abstract = agreed_words([document.abstract for document in documents])
    return replace(first, **values, title=title, abstract=abstract)


def agreed_words(texts: Sequence[str]) -> str:
    """The words of the first text that all the others have."""
    first, *others = texts
    word_sets = [set(other.split()) for other in others]
    return " ".join(word for word in first.split() if all(word in words for words in word_sets))
