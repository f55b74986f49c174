"""Named lists of papers: kept, shared by their address, exported, and used as a query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from ingest.library.library import ReadingList
from ingest.library.lists import no_list
from ingest.writers.formats import write
from litatlas.accounts.sharing import grantees_of, sharing_answer
from litatlas.accounts.sight import Sight
from litatlas.answers import DocumentHit, ExploreTopic, ListAnswer, ListHead, SharingAnswer
from litatlas.errors import ForbiddenError, InputError
from litatlas.generation.generations import Generations
from litatlas.parts.exports import works
from litatlas.vocabulary import MAX_LIST_NAME
from search.results.hits import shown_hits


class Lists:
    """The lists of one atlas; reached as ``Atlas.lists``."""

    def __init__(self, generations: Generations, sight: Sight) -> None:
        self._generations = generations
        self._sight = sight
        self._library = generations.library

    def all(self) -> list[ListHead]:
        """All lists without their papers, the one that was changed last first."""
        return [_head(entry) for entry in self._library.reading_lists() if self._sees(entry)]

    def one(self, id: str, *, collections: frozenset[str] | None = None) -> ListAnswer:
        """A list with its papers in order, and the topics that they share out among them.

        Papers that left the library are not shown but come back with it; ``missing`` counts them.

        Raises:
            NotFoundError: there is no such list.
        """
        reading_list = self._list(id)
        visible = self._sight.collections(collections)
        context = self._generations.seen(visible).searcher.context
        papers = self._library.papers_of(reading_list.papers)
        hits = shown_hits(context, [(paper, 0.0) for paper in papers], visible)
        topics = _topics(hits)
        missing = len(reading_list.papers) - len(hits)
        return {**_head(reading_list), "documents": hits, "topics": topics, "missing": missing}

    def _list(self, id: str) -> ReadingList:
        reading_list = self._library.reading_list(id)
        if not self._sees(reading_list):
            raise no_list()
        return reading_list

    def _sees(self, entry: ReadingList) -> bool:
        return self._sight.sees_item("list", entry.id, entry.private, entry.owner)

    def _mine(self, id: str) -> ReadingList:
        """A list that the reader may change: their own, nobody's, or any for a keeper."""
        reading_list = self._list(id)
        if not self._sight.owns(reading_list.owner):
            raise ForbiddenError(
                "This list belongs to another user.", "Keep the papers in a list of your own."
            )
        return reading_list

    def is_mine(self, id: str) -> bool:
        """Whether the reader may change a list."""
        return self._sight.owns(self._list(id).owner)

    def sharing(self, id: str) -> SharingAnswer:
        """Who sees a list.

        Raises:
            NotFoundError: there is no such list.
        """
        sharing = self._library.sharing("list", self._list(id).id)
        assert sharing is not None
        return sharing_answer(self._library, sharing, self._sight)

    def share(self, id: str, *, private: bool, users: Sequence[str] = (), groups: Sequence[str] = ()) -> None:
        """Say who sees a list: all, or its owner and some users and groups.

        Raises:
            NotFoundError: no such list or user. ForbiddenError: it is somebody else's.
        """
        reading_list = self._list(id)
        if not self._sight.owns_surely(reading_list.owner):
            raise ForbiddenError("This list is not yours.", "Its owner or a keeper can set who sees it.")
        grantees = grantees_of(self._library, users, groups) if private else ()
        self._library.share_list(id, private=private, grantees=grantees, owner=self._sight.reader.number)

    def name(self, id: str) -> str:
        """A list's name.

        Raises:
            NotFoundError: there is no such list.
        """
        return self._list(id).name

    def papers(self, id: str) -> list[str]:
        """The ids of a list's papers, in its order; raises as :meth:`name`."""
        return self._library.papers_of(self._list(id).papers)

    def make(self, name: str, papers: Sequence[str] = ()) -> str:
        """Make a list. Returns its id.

        Raises:
            InputError: a name that cannot be used, or too many papers. NotFoundError: an unknown paper.
        """
        return self._library.make_list(_named(name), self._known(papers), owner=self._sight.reader.number)

    def add(self, id: str, papers: Sequence[str]) -> None:
        """Put papers at the end of a list; raises as :meth:`make`."""
        self._library.add_to_list(self._mine(id).id, self._known(papers))

    def take(self, id: str, paper: str) -> None:
        """Take a paper out of a list."""
        self._library.take_from_list(self._mine(id).id, paper)

    def rename(self, id: str, name: str) -> None:
        """Give a list another name."""
        self._library.rename_list(self._mine(id).id, _named(name))

    def remove(self, id: str) -> None:
        """Remove a list; its papers stay in the library."""
        self._library.remove_list(self._mine(id).id)

    def export(self, id: str, format: str, *, with_collections: bool = False) -> Iterator[str]:
        """A list's papers in its order, as text in pieces; on request with the collections that they are in.

        Raises:
            NotFoundError: there is no such list. InputError: an unknown format.
        """
        ids = self._library.papers_of(self._list(id).papers)
        return write(
            works(self._library, ids, self._sight.collections()), format, collections=with_collections
        )

    def _known(self, papers: Sequence[str]) -> list[str]:
        for paper in dict.fromkeys(papers):
            self._sight.paper(paper)
        return list(dict.fromkeys(papers))


def _head(reading_list: ReadingList) -> ListHead:
    return {
        "id": reading_list.id,
        "name": reading_list.name,
        "made": reading_list.made,
        "changed": reading_list.changed,
        "papers": len(reading_list.papers),
    }


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_LIST_NAME:
        raise InputError(
            f"A list's name must have 1 to {MAX_LIST_NAME} characters.", "Choose a name of that length."
        )
    return name


def _topics(hits: Sequence[DocumentHit]) -> list[ExploreTopic]:
    """Each topic's mean weight over the papers, the heaviest first."""
    weights: dict[str, float] = defaultdict(float)
    named: dict[str, ExploreTopic] = {}
    for hit in hits:
        for topic in hit["topics"]:
            weights[topic["id"]] += topic["weight"] / len(hits)
            named.setdefault(topic["id"], topic)
    heaviest = sorted(weights, key=lambda id: (-weights[id], id))
    return [{**named[id], "weight": weights[id]} for id in heaviest]
