"""One paper of several records: each field from the record that tells it best, and which record that is.

The records stay as they are; what is indexed, shown, cited and exported is put together from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ingest.document import Document
from ingest.duplicates.grouping import shown_rank
from ingest.duplicates.normalized_fields import same_venue, venue_words
from ingest.duplicates.signatures import is_preprint
from ingest.values.retractions import without_mark

_ALL = ("other_ids", "tags", "references", "issn", "notices", "publication_types")
"""Fields of which a paper has what any of its records has."""
_PUBLISHED = ("volume", "issue", "pages", "publisher", "doi")
"""Fields that a preprint's record tells only where no other does."""
_FIRST = ("arxiv_id", "pmid", "url", "open_access_url", "licence", "editors", "series")
_VAGUE = ("article", "document", "manuscript")
_OPEN = ("gold", "hybrid", "green", "bronze", "closed")
_CUT = 1.5
"""An abstract that is so many times as long as the best record's is the whole of it."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A paper as one record; ``sources`` names for each field that it has the document that tells it.

    ``title_of`` and ``abstract_of`` are the places of those documents among the members.
    """

    document: Document
    sources: Mapping[str, str]
    title_of: int
    abstract_of: int


def merge(records: Sequence[tuple[str, Document]], preferred: int) -> Merged:
    """The paper of these records, given with their ids in the order of their coming.

    Args:
        preferred: the place of the record that is preferred where several tell a field.
    """
    if len(records) == 1:
        id, document = records[0]
        named = {name: id for name in _FIELDS if getattr(document, name) not in _NOTHING}
        return Merged(document, named, 0, 0)
    return _Merging(records, preferred).merged()


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as the library keeps it; ``collection`` is the collection's name now."""

    id: str
    collection: str
    paper_id: str
    document: Document
    seq: int
    added: str = ""  # ISO 8601 in UTC, kept over updates
    private: bool = False  # whether its collection is


@dataclass(frozen=True)
class Paper:
    """A group of duplicate documents: what its records know together, and the best of them.

    ``joins`` are pairs of members' ids, each with why the two are one paper; the forms are those of the title
    and the abstract of ``merged``.
    """

    id: str
    shown: StoredDocument
    members: tuple[StoredDocument, ...]
    collections: tuple[str, ...]
    seq: int
    joins: tuple[tuple[str, str, str], ...]
    title_forms: str
    abstract_forms: str

    @cached_property
    def whole(self) -> Merged:
        """All that its records know, with the record that each field is from."""
        records = [(member.id, member.document) for member in self.members]
        return merge(records, self.members.index(self.shown))

    @property
    def merged(self) -> Document:
        """All that its records know, as one record under the best one's number."""
        return self.whole.document if len(self.members) > 1 else self.shown.document

    @property
    def forms(self) -> str:
        """The forms of its title and its abstract, one text."""
        return f"{self.title_forms} {self.abstract_forms}"

    @property
    def added(self) -> str:
        """When its first record came."""
        return min(member.added for member in self.members)

    @property
    def reason(self) -> str:
        """Why the members were joined; "" for one member."""
        return "; ".join(dict.fromkeys(reason for _, _, reason in self.joins))

    def reason_for(self, id: str, beside: str) -> str:
        """Why a member is one paper with another: their own join, else the one that brought it in."""
        own = [(pair, reason) for *pair, reason in self.joins if id in pair]
        return next((reason for pair, reason in own if beside in pair), own[0][1] if own else "")

    def seen(self, collections: frozenset[str] | None) -> Paper | None:
        """The paper as it is known from some collections alone (None: all); None where none holds it."""
        if collections is None or collections.issuperset(self.collections):
            return self
        members = tuple(member for member in self.members if member.collection in collections)
        if not members:
            return None
        shown = self.shown if self.shown in members else members[0]
        names = tuple(name for name in self.collections if name in collections)
        return replace(
            self, members=members, shown=shown, collections=names, title_forms="", abstract_forms=""
        )


class _Merging:
    def __init__(self, records: Sequence[tuple[str, Document]], preferred: int) -> None:
        self.ids = [id for id, _ in records]
        self.documents = [document for _, document in records]
        ranks = [shown_rank(document, at) for at, document in enumerate(self.documents)]
        self.order = sorted(range(len(records)), key=lambda at: (at == preferred, ranks[at]), reverse=True)
        self.published = sorted(self.order, key=lambda at: is_preprint(self.documents[at]))
        self.values: dict[str, Any] = {}
        self.sources: dict[str, str] = {}

    def merged(self) -> Merged:
        """Every field, in one go."""
        best = self.documents[self.order[0]]
        title, abstract = self._title(), self._abstract()
        for name in _FIRST:
            self._take(name, self._first(self.order, name))
        for name in _PUBLISHED:
            self._take(name, self._first(self.published, name))
        for name in _ALL:
            self._all(name)
        self._other_dois()
        self._venue()
        self._authors()
        self._dates()
        self._take("type", self._least("type", lambda kind: (not kind, kind in _VAGUE), self.published))
        self._take("open_access", self._least("open_access", lambda kind: (not kind, _openness(kind))))
        self._take("citations", max(self.order, key=self._cited))
        source = abstract if best.abstract else title
        self._take("lang", self._first([source, *self.order], "lang"))
        return Merged(replace(best, **self.values), self.sources, title, abstract)

    def _take(self, name: str, at: int) -> None:
        """Have a field from one record."""
        value = self.values[name] = getattr(self.documents[at], name)
        if value not in _NOTHING:
            self.sources[name] = self.ids[at]

    def _first(self, order: Sequence[int], name: str) -> int:
        return next((at for at in order if getattr(self.documents[at], name) not in _NOTHING), order[0])

    def _least(self, name: str, key: Callable[[str], Any], order: Sequence[int] | None = None) -> int:
        return min(order or self.order, key=lambda at: key(getattr(self.documents[at], name)))

    def _cited(self, at: int) -> int:
        count = self.documents[at].citations
        return -1 if count is None else count

    def _title(self) -> int:
        """The best record's title; rather one that is neither marked as retracted nor in capitals."""

        def faults(title: str) -> int:
            return 3 * (not title) + (without_mark(title) != title) + title.isupper()

        at = self._least("title", faults)
        self._take("title", at)
        return at

    def _abstract(self) -> int:
        at = self._first(self.order, "abstract")
        longest = max(self.order, key=lambda at: len(self.documents[at].abstract))
        if len(self.documents[longest].abstract) > _CUT * len(self.documents[at].abstract):
            at = longest
        self._take("abstract", at)
        return at

    def _venue(self) -> None:
        """The best record's journal, written in full where a record does so."""
        at = self._first(self.published, "venue")
        words = venue_words(self.documents[at].venue)
        alike = [one for one in self.published if same_venue(venue_words(self.documents[one].venue), words)]
        self._take("venue", max([at, *alike], key=lambda one: len(self.documents[one].venue)))

    def _authors(self) -> None:
        """The best record's authors, by the record that writes as many names most fully."""
        at = self._first(self.order, "authors")
        count = len(self.documents[at].authors)
        alike = [one for one in self.order if len(self.documents[one].authors) == count]
        at = max(alike, key=lambda one: sum(map(len, self.documents[one].authors)))
        self._take("authors", at)
        self._take("group_authors", at)
        self._take("orcids", next((one for one in [at, *alike] if self.documents[one].orcids), at))

    def _dates(self) -> None:
        """The best record's year, with the most precise date within it."""
        at = self._first(self.published, "year")
        self._take("year", at)
        year = str(self.documents[at].year or "")
        within = [one for one in [at, *self.published] if self.documents[one].date.startswith(year)]
        self._take("date", max(within or [at], key=lambda one: len(self.documents[one].date)))

    def _all(self, name: str) -> None:
        values = dict.fromkeys(value for at in self.order for value in getattr(self.documents[at], name))
        self.values[name] = tuple(values)
        if values:
            self.sources[name] = self.ids[self._first(self.order, name)]

    def _other_dois(self) -> None:
        """The DOIs that another record has, as that of the preprint, stand among the other identifiers."""
        dois = dict.fromkeys(self.documents[at].doi for at in self.order)
        others = [f"doi:{doi}" for doi in dois if doi not in ("", self.values["doi"])]
        self.values["other_ids"] = tuple(dict.fromkeys((*self.values["other_ids"], *others)))


def _openness(kind: str) -> int:
    return _OPEN.index(kind) if kind in _OPEN else len(_OPEN)


_NOTHING = ("", (), None)
_FIELDS = tuple(name for name in Document.__dataclass_fields__ if name not in ("source_id", "collection"))
