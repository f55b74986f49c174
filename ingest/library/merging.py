"""One paper of several records: each field from the record that tells it best, and which record that is.

The records stay as they are; what is indexed, shown, cited and exported is put together from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
