"""`Atlas`: one object that answers everything the command line and the web ask, over one live generation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ingest.library.library import Library
from ingest.text.boilerplate import without_headings
from ingest.writers.formats import write, writer_named
from litatlas.accounts.accounts import Accounts
from litatlas.accounts.reader import EVERYBODY, Reader
from litatlas.accounts.sight import Sight, seen
from litatlas.answers import ExploreAnswer, ReadingAnswer, SearchAnswer, SuggestionAnswer
from litatlas.errors import InputError
from litatlas.generation.generations import Generations
from litatlas.generation.home import Home
from litatlas.generation.live import Live, engine_of
from litatlas.generation.store.carrier import StoreCarrier
from litatlas.generation.store.published_files import PublishedFiles
from litatlas.maintenance.restore import finish_restore
from litatlas.notebook import card
from litatlas.parts.books.books import Books
from litatlas.parts.collections import Collections
from litatlas.parts.duplicates.duplicate_pairs import Duplicates
from litatlas.parts.exports import works
from litatlas.parts.harvests import Harvests
from litatlas.parts.health import Health
from litatlas.parts.jobs import Jobs
from litatlas.parts.judgements import Judgements
from litatlas.parts.kept.notes import Notes
from litatlas.parts.kept.saved_searches import SavedSearches
from litatlas.parts.lists import Lists
from litatlas.parts.models import Models
from litatlas.parts.naming.proposals import Proposals
from litatlas.parts.papers import Papers
from litatlas.parts.reports import Reports
from litatlas.parts.reviewing.open_reviews import OpenReviews
from litatlas.parts.reviewing.reviews import Reviews
from litatlas.parts.topics import Topics
from litatlas.query_file import query_text
from litatlas.settings import Settings
from litatlas.uploads import Uploads
from litatlas.vocabulary import MAX_MARKED
from search.query.parser import translate
from search.request import SearchRequest as SearchRequest
from search.results.panels import reading_block

if TYPE_CHECKING:
    from litatlas.generation.encodings import Encodings


class Atlas:
    """One atlas: it opens, searches and explores; everything else is asked of its parts.

    The parts are ``collections``, ``papers``, ``duplicates``, ``topics``, ``proposals``, ``models``,
    ``jobs``, ``lists``, ``notes``, ``searches``, ``judgements``, ``books``, ``reviews``, ``harvests``,
    ``health`` and ``reports``, as in ``atlas.topics.rename(id, label)``.

    Safe to use from several threads. Readers keep the generation they began with; a new one is picked up
    within half a second. Everything that changes the library or the index may be used from several processes.

    ``migrate``: change the tables of a library of an earlier litatlas, instead of saying that it is needed.

    Raises:
        LitatlasError: every failure that a user can fix, with a hint that says how.
    """

    def __init__(self, settings: Settings, *, migrate: bool = False) -> None:
        self.settings = settings
        self.home = Home(settings.home)
        _make_home(settings.home)
        finish_restore(self.home)
        _make_library(self.home, settings)
        self.library = Library.open(settings.library_url, migrate=migrate)
        self.engine = engine_of(settings)
        files = PublishedFiles(
            self.home,
            self.library,
            settings.store,
            with_index=settings.engine.strip().lower() == "tantivy",
        )
        self.generations = Generations(
            self.home,
            self.library,
            self.engine,
            settings.library_url if settings.process_count > 1 else "",
            _encodings(self.home, self.library, settings),
            files,
        )
        self.uploads = Uploads(settings.home, StoreCarrier(files.store) if files.store else None)
        self.harvests = Harvests(self.generations, settings)
        self.open_reviews = OpenReviews()
        self._show(EVERYBODY)

    def _show(self, reader: Reader) -> None:
        """Make the parts, as a reader works with them."""
        settings, self.reader = self.settings, reader
        self.sight = sight = Sight(self.library, reader)
        self.accounts = Accounts(self.library, settings, reader)
        self.collections = Collections(self.generations, settings, self.uploads, sight)
        self.papers = Papers(self.generations, sight)
        self.duplicates = Duplicates(self.generations, sight)
        self.topics = Topics(self.generations, sight)
        self.proposals = Proposals(self.generations, settings, sight)
        self.models = Models(self.generations, settings, sight)
        self.lists = Lists(self.generations, sight)
        self.notes = Notes(self.generations, sight)
        self.searches = SavedSearches(self.generations, sight)
        self.judgements = Judgements(self.generations, sight)
        self.jobs = Jobs(self.generations, self.harvests, settings, sight)
        self.books = Books(self.generations, sight)
        self.reviews = Reviews(self.generations, self.open_reviews, sight)
        self.health = Health(self.generations, settings)
        self.reports = Reports(self.generations, self.judgements, self.jobs, sight)

    def seen_by(self, reader: Reader) -> Atlas:
        """The same atlas as a reader may see and change it; it need not be closed."""
        if reader is self.reader:
            return self
        view = copy(self)
        view._show(reader)
        return view

    def close(self) -> None:
        """Let go of files and connections."""
        self.open_reviews.close()
        self.engine.close()
        self.library.close()

    def __enter__(self) -> Self:
        """Use the atlas in a ``with`` block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def _repr_html_(self) -> str:
        return card(self.collections.all(), self.topics.all()["topics"], self.library.counts().papers)

    def live(self) -> Live:
        """The generation to read from; made on the first use of an empty atlas."""
        return self.generations.live()

    def search(self, query: str | SearchRequest, **options: Any) -> SearchAnswer:
        """Find papers by a query, or by a whole request; ``options`` are other fields of `SearchRequest`."""
        request = self._asked(query, options)
        return self.generations.seen(request.visible).searcher.search(request)

    def translate(self, query: str, dialect: str = "") -> ReadingAnswer:
        """A search of another database (``dialect``: its short name; "" recognises it) in our query language,
        with the pieces that are left out or not quite the same.

        Raises:
            QuerySyntaxError: it cannot be read; the error carries a corrected query.
        """
        return reading_block(translate(query, dialect))

    def _asked(self, query: str | SearchRequest, options: dict[str, Any]) -> SearchRequest:
        """A request for what the reader may see."""
        request = SearchRequest.of(query, **options)
        return replace(request, visible=self.sight.collections(request.visible))

    def export(
        self, query: str | SearchRequest, format: str, *, with_collections: bool = False, **options: Any
    ) -> Iterator[str]:
        """All papers that a query finds, as text in pieces; a wrong query or format raises at once.

        ``with_collections``: each paper names its collections, in formats of reference managers too.
        """
        writer_named(format)
        request = self._asked(query, options)
        ids = self.generations.seen(request.visible).searcher.scan(request)
        return write(works(self.library, ids, request.visible), format, collections=with_collections)

    def suggest(
        self, prefix: str, *, limit: int = 8, collections: frozenset[str] | None = None
    ) -> list[SuggestionAnswer]:
        """Suggestions (text, kind, target, query) while a reader types."""
        visible = self.sight.collections(collections)
        return self.generations.seen(visible).suggest(prefix, limit, visible)

    def explore(
        self,
        text: str,
        *,
        limit: int = 10,
        collections: frozenset[str] | None = None,
        diverse: bool = False,
    ) -> ExploreAnswer:
        """Use a whole text as the query: the topics that it lights, and the nearest papers.

        A DOI, arXiv id or PMID that the library knows stands for that paper's text. ``diverse`` papers are
        unlike each other too.
        """
        visible = self.sight.collections(collections)
        known = self.library.find(text.strip(), visible) if len(text) < 200 else None
        if known is not None:
            document = seen(self.library, known, visible).merged
            text = f"{document.title}\n{without_headings(document.abstract)}"
        searcher = self.generations.seen(visible).searcher
        return searcher.explore(text, limit=limit, collections=visible, diverse=diverse)

    def explore_file(
        self,
        content: bytes,
        name: str,
        *,
        limit: int = 10,
        collections: frozenset[str] | None = None,
        diverse: bool = False,
    ) -> ExploreAnswer:
        """Use a file (text, PDF, or any format that ``add`` reads) as the query."""
        text = query_text(content, name)
        return self.explore(text, limit=limit, collections=collections, diverse=diverse)

    def explore_papers(
        self,
        ids: Sequence[str],
        *,
        limit: int = 10,
        collections: frozenset[str] | None = None,
        diverse: bool = False,
    ) -> ExploreAnswer:
        """Use several papers together as the query; they are not among the answer's papers.

        Raises:
            NotFoundError: there is no such paper. InputError: none, or too many.
        """
        ids = list(dict.fromkeys(ids))
        if not 0 < len(ids) <= MAX_MARKED:
            raise InputError(f"A query can be made of 1 to {MAX_MARKED} papers.", "Mark some results first.")
        visible = self.sight.collections(collections)
        papers = [self.sight.paper(id, collections) for id in ids]
        documents = [paper.merged for paper in papers]
        text = "\n".join(f"{document.title}\n{without_headings(document.abstract)}" for document in documents)
        most = limit + len(ids)
        searcher = self.generations.seen(visible).searcher
        answer = searcher.explore(text, limit=most, collections=visible, diverse=diverse)
        own = {member.id for paper in papers for member in paper.members}
        answer["documents"] = [hit for hit in answer["documents"] if hit["id"] not in own][:limit]
        return answer


def _encodings(home: Home, library: Library, settings: Settings) -> Encodings | None:
    """The vectors of an encoder of one's own, where one is set; nothing of it is imported otherwise."""
    if not settings.encoder:
        return None
    from litatlas.generation.encodings import Encodings

    return Encodings(home, library, settings)


def _make_home(folder: Path) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)  # a new one is its owner's alone
    except OSError as error:
        raise InputError(
            f"The folder {folder} cannot be made: {error.strerror}.",
            "Choose another folder with --home or LITATLAS_HOME.",
        ) from error


def _make_library(home: Home, settings: Settings) -> None:
    """A file for a new library, which its owner alone may read; refuses where only the library is gone."""
    if not settings.library:
        home.check_library()
        if not home.library.exists():
            home.library.touch(mode=0o600)
