"""`Atlas`: one object that answers everything the command line and the web ask, over one live generation."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from ingest import writers
from ingest.intake import add as take_in
from ingest.library.library import Library
from ingest.parallel import collect_seldom
from ingest.preview import preview
from ingest.progress import Progress, Silent
from ingest.readers import READERS
from ingest.sources import read_sources
from ingest.text.analysis import analyzer
from litatlas import views
from litatlas.answers import (
    AddAnswer,
    BridgesAnswer,
    CollectionAnswer,
    CoverageAnswer,
    CurationAnswer,
    DocumentAnswer,
    ExploreAnswer,
    JobAnswer,
    MapAnswer,
    PointsAnswer,
    PreviewAnswer,
    QualityAnswer,
    RejectAnswer,
    SearchAnswer,
    SimilarAnswer,
    StatusAnswer,
    SuggestionAnswer,
    TopicPage,
    TopicsAnswer,
    TrendsAnswer,
)
from litatlas.citations import cite
from litatlas.errors import InputError, NotFoundError
from litatlas.generation.building import Builder
from litatlas.generation.home import Home
from litatlas.generation.live import Live, engine_of
from litatlas.generation.publishing import Publisher
from litatlas.notebook import card
from litatlas.parts import curation as curating
from litatlas.parts import harvests as harvesting
from litatlas.parts.harvests import HarvestAnswer, HarvestRequest
from litatlas.parts.judgements import Judging
from litatlas.parts.lists import Lists
from litatlas.query_file import query_text
from litatlas.settings import Settings, trainer_named
from litatlas.vocabulary import CITATIONS, EXPORTS, MAX_MARKED
from search.request import SearchRequest as SearchRequest

FRESH_SECONDS = 0.5
"""How long a reader may go on without looking whether something newer was published."""


class Atlas:
    """One atlas: its library, its engine, and the generation that is live; also its `lists` and `judging`.

    Safe to use from several threads. Readers keep the generation they began with; a new one is picked up
    within half a second. Everything that changes the library or the index may be used from several processes.

    Raises:
        LitatlasError: every failure that a user can mend, with a hint that says how.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.home = Home(settings.home)
        _make_home(settings.home)
        self.library = Library.open(settings.library_url)
        self.engine = engine_of(settings)
        self._analyzer = analyzer()
        self._publisher = Publisher(self.home, self.library, self.engine, self._analyzer)
        self._builder = Builder(self.home, self.library, self._publisher)
        self._lock = threading.Lock()
        self._opened: Live | None = None
        self._looked = 0.0
        self.lists = Lists(self.library, self.live)
        self.judging = Judging(self.library, self.live)

    def close(self) -> None:
        """Let go of files and connections."""
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
        return card(self.collections(), self.topics()["topics"], self.library.counts().papers)

    # -- the live generation --------------------------------------------------------------------------------

    def live(self) -> Live:
        """The generation to read from; made on the first use of an empty atlas."""
        with self._lock:
            now = time.monotonic()
            if self._opened is not None and now - self._looked < FRESH_SECONDS:
                return self._opened
            row = self.library.generation() or self._publisher.sync(Silent())
            if self._opened is None or self._opened.row.number != row.number:
                collect_seldom()  # an answer is thousands of objects that are all dropped at once
                self._opened = Live(self.home, self.library, self.engine, row, self._analyzer)
            else:
                self._opened.refresh()
            self._looked = now
            return self._opened

    def _look_again(self) -> None:
        self._looked = 0.0

    # -- reading --------------------------------------------------------------------------------------------

    def search(self, query: str | SearchRequest, **options: Any) -> SearchAnswer:
        """Find papers by a query, or by a whole request; ``options`` are other fields of `SearchRequest`."""
        return self.live().searcher.search(SearchRequest.of(query, **options))

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
        known = self.library.find(text.strip()) if len(text) < 200 else None
        if known is not None:
            document = self.library.document(known).document
            text = f"{document.title}\n{document.abstract}"
        return self.live().searcher.explore(text, limit=limit, collections=collections, diverse=diverse)

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
            raise InputError(
                f"1 to {MAX_MARKED} papers can be a query together.", "Mark some of the results."
            )
        papers = [self.library.paper_of(id) for id in ids]
        shown = [paper.shown.document for paper in papers]
        text = "\n".join(f"{document.title}\n{document.abstract}" for document in shown)
        most = limit + len(ids)
        answer = self.live().searcher.explore(text, limit=most, collections=collections, diverse=diverse)
        own = {member.id for paper in papers for member in paper.members}
        answer["documents"] = [hit for hit in answer["documents"] if hit["id"] not in own][:limit]
        return answer

    def titles(self, ids: Sequence[str]) -> dict[str, str]:
        """The titles of papers, in the order of ``ids``.

        Raises:
            NotFoundError: there is no such paper.
        """
        return {id: self.library.document(id).document.title for id in ids}

    def similar(
        self,
        id: str,
        *,
        limit: int = 10,
        collections: frozenset[str] | None = None,
        diverse: bool = False,
    ) -> SimilarAnswer:
        """The papers most like one paper, with what they share; ``diverse``: unlike each other too."""
        return self.live().searcher.similar(id, limit=limit, collections=collections, diverse=diverse)

    def document(
        self, id: str, *, collections: frozenset[str] | None = None, cited: Sequence[str] | None = None
    ) -> DocumentAnswer:
        """Everything about one paper; ``cited``: the formats that its citation is wanted in (all)."""
        return views.document(self.library, self.live(), id, collections, cited)

    def citation(self, id: str, format: str) -> str:
        """How to cite a paper, in a format of :mod:`litatlas.citations`.

        Raises:
            NotFoundError: there is no such paper. InputError: no such format.
        """
        if format not in CITATIONS:
            raise InputError(
                f"There is no citation format {format[:40]!r}.", f"Choose {', '.join(CITATIONS)}."
            )
        return cite(self.library.document(id).document, [format])[format]

    def topics(self) -> TopicsAnswer:
        """The whole hierarchy; empty before the first build."""
        return views.topics(self.live())

    def topic(self, id: str, *, limit: int = 10, collections: frozenset[str] | None = None) -> TopicPage:
        """One topic with its trend, papers and neighbours."""
        return views.topic(self.live(), id, limit, collections)

    def map(self) -> MapAnswer:
        """The polygons of all topics in the unit square."""
        return views.map_(self.live())

    def points(self, topic: str, *, collections: frozenset[str] | None = None) -> PointsAnswer:
        """The papers that belong most to a topic, as points inside its cell of the map."""
        return views.points(self.live(), topic, collections)

    def coverage(
        self, collection: str, *, limit: int = 100, collections: frozenset[str] | None = None
    ) -> CoverageAnswer:
        """What a collection covers of the map, and the papers that it probably misses."""
        self.library.collection(collection)
        return self.live().searcher.coverage(collection, limit=limit, collections=collections)

    def trends(self, topic: str | None = None, *, collections: frozenset[str] | None = None) -> TrendsAnswer:
        """Papers by year: of the top level's topics, or of one topic and its children."""
        return views.trends(self.live(), topic, collections)

    def bridges(
        self, first: str, second: str, *, limit: int = 10, collections: frozenset[str] | None = None
    ) -> BridgesAnswer:
        """The papers between two topics."""
        live = self.live()
        ends = [live.topic(id).id for id in (first, second)]
        return live.searcher.bridges(*ends, limit=limit, collections=collections)

    def suggest(
        self, prefix: str, *, limit: int = 8, collections: frozenset[str] | None = None
    ) -> list[SuggestionAnswer]:
        """Suggestions (text, kind, target, query) while a reader types."""
        return self.live().suggest(prefix, limit, collections)

    def quality(self) -> QualityAnswer:
        """The quality of the live model on the papers held out of its training, and how people judged it."""
        answer = views.quality(self.live())
        if judged := self.judging.counts():
            answer["judged"] = judged
        return answer

    def status(self) -> StatusAnswer:
        """What is stored and what is live."""
        return views.status(self.library, self.engine, self.live())

    def formats(self) -> dict[str, list[dict[str, Any]]]:
        """The formats that are read and written."""
        read = [
            {"name": r.name, "title": r.title, "suffixes": list(r.suffixes), "fields": list(r.fields)}
            for r in READERS
        ]
        write = [
            {"name": name, "media_type": writer.media_type, "suffix": writer.suffix}
            for name, writer in EXPORTS.items()
        ]
        return {"read": read, "write": write}

    def export(self, query: str | SearchRequest, format: str, **options: Any) -> Iterator[str]:
        """All papers that a query finds, as text in pieces; a wrong query or format raises at once."""
        if format not in EXPORTS:
            raise InputError(f"There is no export format {format[:40]!r}.", f"Choose {', '.join(EXPORTS)}.")
        ids = self.live().searcher.scan(SearchRequest.of(query, **options))
        return writers.write(views.documents(self.library, ids), format)

    # -- collections ----------------------------------------------------------------------------------------

    def collections(self) -> list[CollectionAnswer]:
        """All collections, by name."""
        return [views.collection(collection) for collection in self.library.collections()]

    def collection(self, name: str) -> CollectionAnswer:
        """One collection.

        Raises:
            NotFoundError: there is none of that name.
        """
        return views.collection(self.library.collection(name))

    def rejects(self, name: str) -> Iterator[RejectAnswer]:
        """The records of a collection that could not be taken, and why."""
        self.library.collection(name)
        return (views.reject(row, self.home.without_uploads) for row in self.library.rejects(name))

    def add(
        self,
        paths: Sequence[str | Path],
        collection: str,
        *,
        format: str | None = None,
        encoding: str | None = None,
        mapping: Mapping[str, str] | None = None,
        stdin: BinaryIO | None = None,
        progress: Progress | None = None,
    ) -> AddAnswer:
        """Read files into a collection and make them searchable; on the map too, once there is a model.

        Raises:
            InputError: a file cannot be read, or there is no record in any that could be taken.
        """
        progress = progress or Silent()
        started = time.monotonic()
        records = read_sources(
            paths,
            format=format,
            encoding=encoding,
            mapping=mapping or {},
            stdin=stdin,
            on_bytes=lambda done, total: progress.step("Reading", done, total),
        )
        known = self.library.has_collection(collection)
        with self._changing(progress):
            report = take_in(
                self.library, collection, records, processes=self.settings.process_count, progress=progress
            )
            if not report.taken and not known:
                self.library.remove_collection(collection.strip())
        if not report.taken:
            raise views.nothing_taken(report, self.home.without_uploads)
        return views.added(report, time.monotonic() - started, self.home.without_uploads)

    def preview(
        self,
        path: Path,
        *,
        format: str | None = None,
        encoding: str | None = None,
        mapping: Mapping[str, str] | None = None,
    ) -> PreviewAnswer:
        """The first records of a file as `add` would take them, and a table's columns; stores nothing."""
        looked = preview(path, format=format, encoding=encoding, mapping=mapping or {})
        return views.preview(looked, path.name)

    def harvest(
        self,
        request: HarvestRequest,
        collection: str,
        *,
        limit: int | None = None,
        again: bool = False,
        progress: Progress | None = None,
    ) -> HarvestAnswer:
        """Fetch from a live source into a collection: from where it stopped, or what is new since.

        ``limit`` stops it after about so many records; ``again`` forgets what was harvested before.
        """
        progress = progress or Silent()
        with self._changing(progress):
            return harvesting.harvest(
                self.library,
                self.settings,
                request,
                collection,
                progress=progress,
                synced=lambda: self._synced(progress),
                limit=limit,
                again=again,
            )

    def refresh_collection(self, name: str, *, progress: Progress | None = None) -> list[HarvestAnswer]:
        """Harvest again everything that a collection was harvested from.

        Raises:
            NotFoundError: there is no such collection.
            InputError: it was not harvested.
        """
        requests = harvesting.requests_of(self.library, name)
        return [self.harvest(request, name, progress=progress) for request in requests]

    def describe_collection(self, name: str, **values: str | None) -> None:
        """Set the description, licence or source of a collection; None leaves it."""
        self.library.describe_collection(name, **values)

    def rename_collection(self, old: str, new: str, *, progress: Progress | None = None) -> None:
        """Rename a collection; addresses of its papers stay."""
        with self._changing(progress):
            self.library.rename_collection(old, new)

    def remove_collection(self, name: str, *, progress: Progress | None = None) -> int:
        """Remove a collection and its documents; returns how many there were."""
        with self._changing(progress):
            return self.library.remove_collection(name)

    def split(self, id: str, *, progress: Progress | None = None) -> None:
        """Take a record out of the paper that it was wrongly joined to; a new import keeps it out.

        Raises:
            NotFoundError: there is no such document.
            InputError: it was joined to nothing.
        """
        with self._changing(progress):
            self.library.split_group(self.library.paper_of(id).id, id)

    def join(self, id: str, other: str, *, progress: Progress | None = None) -> None:
        """Join a record to the paper of another, by hand or again after a split.

        Raises:
            NotFoundError: there is no such document.
        """
        with self._changing(progress):
            self.library.join_group(self.library.paper_of(other).id, id)

    @contextmanager
    def _changing(self, progress: Progress | None) -> Iterator[None]:
        """Change the library inside; the index follows, or the next command makes it follow."""
        with self._publisher.changing(progress or Silent()):
            yield
        self._look_again()

    def finish_interrupted(self, *, progress: Progress | None = None) -> bool:
        """Index what a change that was killed left behind; whether there was anything."""
        finished = self._publisher.finish(progress or Silent())
        if finished:
            self._look_again()
        return finished

    def _synced(self, progress: Progress) -> None:
        self._publisher.sync(progress)
        self._look_again()

    # -- the model ------------------------------------------------------------------------------------------

    def build(
        self,
        *,
        levels: tuple[int, ...] | None = None,
        method: str = "heterogeneous",
        base: str | None = None,
        seed: int = 1,
        languages: tuple[str, ...] = (),
        preview: bool = False,
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """Build a model of all collections and publish it, or stop at the difference (``preview``).

        Papers in other ``languages`` (default: all but the most frequent) are searchable and not on the map.
        """
        from topics.training.build import (
            BuildOptions,  # here: scikit-learn is large, and only a build needs it
        )

        options = BuildOptions(
            levels=levels,
            method=method,
            base=base,
            seed=seed,
            trainer=trainer_named(self.settings.trainer),
            languages=languages,
        )
        draft, row = self._builder.build(options, progress or Silent(), publish=not preview)
        self._look_again()
        return views.built(draft, row)

    def publish_draft(self, *, progress: Progress | None = None) -> dict[str, Any]:
        """Publish the model that ``build(preview=True)`` left."""
        draft, row = self._builder.publish(progress or Silent())
        self._look_again()
        return views.built(draft, row)

    def draft(self) -> dict[str, Any] | None:
        """The difference that the waiting draft would make; None when none waits."""
        try:
            return views.built(self._builder.draft(), None)
        except NotFoundError:
            return None

    def discard_draft(self) -> None:
        """Throw the waiting draft away."""
        self._builder.discard()

    def rollback(self, *, progress: Progress | None = None) -> StatusAnswer:
        """Go back to the model that was live before."""
        self._builder.roll_back(progress or Silent())
        self._look_again()
        return self.status()

    def reindex(self, *, progress: Progress | None = None) -> StatusAnswer:
        """Make the index anew from the library, as after an update of litatlas or a broken index."""
        self._publisher.reindex(progress or Silent())
        self._look_again()
        return self.status()

    def rename_topic(self, id: str, label: str, *, who: str = "") -> None:
        """Give a topic a name that rebuilds keep."""
        self._say(id, "label", label, who)

    def describe_topic(self, id: str, description: str, *, who: str = "") -> None:
        """Say in words what a topic is about; an empty text takes it away."""
        self._say(id, "description", description, who)

    def hide_topic(self, id: str, hidden: bool = True, *, who: str = "") -> None:
        """Hide a topic that misleads: it is greyed out and never suggested; or show it again."""
        self._say(id, "hidden", "yes" if hidden else "no", who)

    def _say(self, id: str, kind: str, value: str, who: str) -> None:
        curating.say(self.library, self.live().topic(id).id, kind, value, who)
        self._opened = None
        self._look_again()

    def topic_history(self, id: str) -> list[CurationAnswer]:
        """What people said of a topic, the newest first."""
        return curating.history(self.library, self.live().topic(id).id)

    def undo_topic(self, id: str, kind: str) -> None:
        """Take back the latest that was said of a topic: its "label", "description" or "hidden".

        Raises:
            NotFoundError: nothing of that kind was said of it.
        """
        curating.undo(self.library, self.live().topic(id).id, kind)
        self._opened = None
        self._look_again()

    # -- jobs -----------------------------------------------------------------------------------------------

    def submit_add(
        self,
        collection: str,
        path: Path,
        *,
        format: str | None = None,
        encoding: str | None = None,
        mapping: Mapping[str, str] | None = None,
    ) -> JobAnswer:
        """Queue the reading of a file in the home's uploads; it is removed afterwards."""
        arguments = {
            "collection": collection,
            "path": str(path),
            "format": format,
            "encoding": encoding,
            "mapping": dict(mapping or {}),
        }
        return self.job(self.library.create_job("add", arguments))

    def submit_refresh(self, collection: str) -> JobAnswer:
        """Queue the refreshing of a collection; one that was not harvested raises at once."""
        harvesting.requests_of(self.library, collection)
        return self.job(self.library.create_job("refresh", {"collection": collection}))

    def submit_build(self, **options: Any) -> JobAnswer:
        """Queue a build; the options are those of `build`."""
        return self.job(self.library.create_job("build", options))

    def submit_publish(self) -> JobAnswer:
        """Queue the publishing of the waiting draft."""
        self._builder.draft()
        return self.job(self.library.create_job("publish", {}))

    def job(self, id: str) -> JobAnswer:
        """A job's state, progress and result.

        Raises:
            NotFoundError: there is no such job.
        """
        return views.job(self.library.job(id))

    def jobs(self) -> list[JobAnswer]:
        """The latest jobs, the newest first."""
        return [views.job(job) for job in self.library.jobs()]

    def cancel_job(self, id: str) -> JobAnswer:
        """Ask a job to stop; it leaves everything as it was."""
        self.library.cancel_job(id)
        return self.job(id)


def _make_home(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"The folder {folder} cannot be made: {error.strerror}.",
            "Name another with --home or LITATLAS_HOME.",
        ) from error
