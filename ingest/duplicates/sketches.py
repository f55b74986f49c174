"""What is looked at in two records to tell whether they are one paper, and how each part is compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import pairwise

from ingest.document import Document
from ingest.duplicates.normalized_fields import AuthorKey, Place, author_key, place_of
from ingest.duplicates.normalized_titles import (
    Weakness,
    about,
    and_spelt_out,
    bare_title,
    weakness,
)
from ingest.duplicates.signatures import identifiers_of, is_preprint
from ingest.text.forms import greek_spelt_out

_MOST_AUTHORS = 50


class Sketch:
    """What the judge looks at in a record; worked out when it is asked for, as most pairs differ at once.

    Args:
        read: gives the record.
        title_forms: the title's exact forms, joined by spaces; so the abstract's.
    """

    def __init__(self, read: Callable[[], Document], title_forms: str, abstract_forms: str) -> None:
        self._read = read
        self._title_forms, self._abstract_forms = title_forms, abstract_forms

    @cached_property
    def document(self) -> Document:
        """The record itself."""
        return self._read()

    @property
    def year(self) -> int | None:
        """The year, if it is known."""
        return self.document.year

    @cached_property
    def ids(self) -> dict[str, set[str]]:
        """The identifiers by scheme."""
        return identifiers_of(self.document)

    @cached_property
    def title(self) -> str:
        """The title, folded to its letters, Greek ones by their names, "&" as "and"."""
        return greek_spelt_out(bare_title(and_spelt_out(self.document.title)))

    @cached_property
    def about(self) -> str:
        """How the title says that it is about another paper: "correction", "reply", …"""
        return about(self.document.title)

    @cached_property
    def weakness(self) -> Weakness:
        """Why the title does not tell its paper from others."""
        return weakness(self.document.title)

    @cached_property
    def trigrams(self) -> Counter[str]:
        """The title's character trigrams."""
        return Counter(self.title[at : at + 3] for at in range(max(1, len(self.title) - 2)))

    @cached_property
    def words(self) -> frozenset[str]:
        """The title's forms."""
        return frozenset(self._title_forms.split())

    @cached_property
    def names(self) -> frozenset[AuthorKey]:
        """The authors."""
        return frozenset(
            key.in_one_spelling
            for author in self.document.authors[:_MOST_AUTHORS]
            if (key := author_key(author)).family
        )

    @cached_property
    def abstract(self) -> tuple[str, ...]:
        """The abstract's first forms."""
        return tuple(self._abstract_forms.split()[:1000])

    @cached_property
    def preprint(self) -> bool:
        """Whether it is a preprint."""
        return is_preprint(self.document)

    @cached_property
    def place(self) -> Place:
        """Where it was published."""
        return place_of(self.document)


def likeness(first: Sketch, second: Sketch) -> float:
    """Dice coefficient of the titles' character trigrams; 0 where one has no title."""
    if not first.title or not second.title:
        return 0.0
    return 2 * (first.trigrams & second.trigrams).total() / (first.trigrams.total() + second.trigrams.total())


def shared_authors(first: Sketch, second: Sketch) -> float | None:
    """The share of the shorter list's authors that the other list has; None where a list is empty."""
    if not first.names or not second.names:
        return None
    short, long = sorted((first.names, second.names), key=len)
    families: dict[str, list[AuthorKey]] = {}
    for key in long:
        families.setdefault(key.family, []).append(key)
    return sum(_is_among(key, families) for key in short) / len(short)


def _is_among(key: AuthorKey, families: dict[str, list[AuthorKey]]) -> bool:
    named = families.get(key.family, ())
    if any(not key.initial or not author.initial or key.initial == author.initial for author in named):
        return True
    # "Wang Xi" and "Xi Wang": which of two names is the family's cannot always be told.
    return (
        any(author.given == key.family for author in families.get(key.given, ()))
        if len(key.given) > 1
        else False
    )


def overlap(one: Sequence[str], other: Sequence[str]) -> float:
    """Shared word pairs over those of the shorter text (it may be cut), damped where lengths differ."""
    first, second = set(pairwise(one)), set(pairwise(other))
    small, large = sorted((len(first), len(second)))
    if not small:
        return 0.0
    return len(first & second) / (0.75 * small + 0.25 * large)
