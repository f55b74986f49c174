"""Building a model of all collections, aside from what is live; published only when it is whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from threadpoolctl import threadpool_limits

from ingest.library.library import Generation, Library, Paper

if TYPE_CHECKING:
    from topics.training.build import BuildOptions, TrainingPaper

from ingest.arrays import ArraysError
from ingest.parallel import beside, in_chunks
from ingest.progress import Progress
from ingest.text.analysis import ANALYSIS_VERSION
from ingest.text.boilerplate import without_headings
from litatlas import __version__
from litatlas.errors import BusyError, NotFoundError
from litatlas.generation.home import Home
from litatlas.generation.ledger import Draft
from litatlas.generation.locks import Locks
from litatlas.generation.publishing import Publisher, trained_at
from litatlas.generation.store.objects import StoreError
from search.evidence.ranking_models import RankingModels
from topics.model.hierarchy import Hierarchy
from topics.model.matching import is_itself

DIFFERENCE = ("kept", "moved", "new", "gone", "split", "merged")
MODELS_SECONDS = 5.0
"""How long what a person asked for waits for a build or a publishing that is under way."""
SLIP_WORDS = 10
"""Words by which a topic is remembered that is itself no more."""
_PAGE = 1000
BESIDE_PAPERS = range(2_001, 200_001)
"""Of so many papers, topics and the models for ranking are learned side by side. Of fewer they are learned
sooner than a second process starts; of more, the memory of one after the other is enough to ask for."""


class Builder:
    """Trains models into the home folder, keeps one draft, and publishes it; one at a time, by a lock."""

    def __init__(self, home: Home, library: Library, publisher: Publisher) -> None:
        self._home = home
        self._library = library
        self._locks = Locks(home, library)
        self._publisher = publisher
        self._ledger = publisher.ledger

    def build(
        self,
        options: BuildOptions,
        progress: Progress,
        *,
        publish: bool,
        public_only: bool = False,
        if_changed: bool = False,
        processes: int = 1,
    ) -> tuple[Draft, Generation | None]:
        """Train a model of everything that the library holds now; publish it, or keep it as the draft.

        ``public_only``: of private collections nothing. ``if_changed``: not where the live model was built
        from the same papers in the same way; it is returned. ``processes``: how many place papers that are
        not in the sample.

        A draft that waited before is replaced when the new one is whole.

        Raises:
            NotEnoughPapersError: there is too little to learn topics from.
            NotFoundError: the base collection does not exist.
            BusyError: another build or a publishing is running.
            Interrupted: it was asked to stop; what is live is as it was.
        """
        if options.base is not None:
            self._library.collection(options.base)
        with self._locks.exclusive("models", "a build"):
            self._publisher.files.fetch()
            if if_changed and (live := self._unchanged(options, public_only, progress)) is not None:
                return live
            self._clean()
            try:
                draft = self._train(options, progress, public_only=public_only, processes=processes)
                self._ledger.keep_options(draft.model, _manner(options, public_only))
                self._ledger.keep_draft(draft)
            finally:
                self._clean()
            try:
                if not publish:
                    self._publisher.share_draft()
                    return draft, None
                row = self._publisher.publish(draft.model, progress, draft)
            except StoreError as error:  # a job would train it again
                hint = "The new model waits on this host: once the store answers, run litatlas publish there."
                raise StoreError(error.message, hint) from error
            self._remove_damaged()
            return draft, row

    def _unchanged(
        self, options: BuildOptions, public_only: bool, progress: Progress
    ) -> tuple[Draft, Generation] | None:
        """The live model where a build would only repeat it, and everything of it is whole."""
        row = self._library.generation()
        if row is None or row.model is None or trained_at(row.model) != self._library.sequence():
            return None
        if not self._ledger.was_built_with(row.model, _manner(options, public_only)):
            return None
        if not self._publisher.is_whole(row):
            return None
        try:
            hierarchy = Hierarchy.load(self._home.model(row.model), verify=True)
            RankingModels.verify(self._home.model(row.model))
        except ArraysError:
            return None
        self._publisher.sync(progress)
        kept = [{"id": id, "likeness": 1.0, "papers": 1.0} for id in hierarchy.topics]
        changes = {key: kept if key == "kept" else [] for key in DIFFERENCE}
        draft = _draft_of(hierarchy, row.model, trained_at(row.model), changes)
        return replace(draft, created=row.made), row

    def publish(self, progress: Progress) -> tuple[Draft, Generation]:
        """Put the draft live; returns it with its generation.

        Raises:
            NotFoundError: there is no draft. BusyError: a build or another publishing is running.
        """
        with self._locks.exclusive("models", "publishing", MODELS_SECONDS):
            draft = self.draft()
            return draft, self._publisher.publish(draft.model, progress, draft)

    def draft(self) -> Draft:
        """The model that waits for a decision.

        Raises:
            NotFoundError: there is none.
        """
        draft = self._ledger.draft()
        if draft is None:
            raise NotFoundError("There is no draft of a model.", "Create one with: litatlas build --preview")
        return draft

    def discard(self) -> None:
        """Throw the draft away.

        Raises:
            NotFoundError: there is none. BusyError: a build or a publishing is running.
        """
        with self._locks.exclusive("models", "discarding the draft", MODELS_SECONDS):
            self.draft()
            self._ledger.forget_draft()
            self._clean()

    def roll_back(self, progress: Progress) -> Generation:
        """Put the model live that was live before.

        Raises:
            NotFoundError: there is none. BusyError: a build or a publishing is running.
        """
        with self._locks.exclusive("models", "rolling back", MODELS_SECONDS):
            self._publisher.files.fetch()
            return self._publisher.publish(self._publisher.previous().model, progress)

    def _clean(self) -> None:
        """Remove what nobody needs; later, where an index is being written now."""
        with suppress(BusyError), self._locks.exclusive("index", "tidying up"):
            self._publisher.clean(holds_models=True)

    def _remove_damaged(self) -> None:
        """Remove the model before the live one where it is damaged: nobody can go back to it."""
        with suppress(NotFoundError, ArraysError):  # its name is no folder's: there is nothing to remove
            name = self._publisher.previous().model
            assert name  # an empty one would be the folder of all models
            folder = self._home.model(name)
            try:
                Hierarchy.load(folder, verify=True)
                RankingModels.verify(folder)
            except ArraysError:
                shutil.rmtree(folder, ignore_errors=True)

    def _train(
        self, options: BuildOptions, progress: Progress, *, public_only: bool, processes: int
    ) -> Draft:
        from topics.training.build import train  # here: scikit-learn is large, and only a build needs it

        sequence = self._library.sequence()
        name = f"m{sequence}-{datetime.now(UTC):%Y%m%d%H%M%S%f}"
        languages = options.languages or self._publisher.main_language()
        folder = self._home.model(name)
        base, previous = self._previous()
        is_large = self._library.counts().papers > options.sample  # or drawing would only cost a pass
        with self._ranking(folder, options.seed, progress, public_only) as learn_to_rank:
            hierarchy = train(
                LibraryPapers(self._library, public_only),
                replace(options, languages=languages, sample=options.sample if is_large else 0),
                folder,
                previous=previous,
                progress=progress,
                processes=processes,
            )
            learn_to_rank()
        changes = hierarchy.settings["changes"] or {}  # none where nothing is published yet
        return replace(
            _draft_of(hierarchy, name, sequence, changes),
            base=base,
            slipped=_slipped(previous, changes.get("kept", [])),
        )

    def _previous(self) -> tuple[str | None, Hierarchy | None]:
        """The latest published model that is whole, with its name: by it, topics keep their ids."""
        names = dict.fromkeys(row.model for row in reversed(self._library.generations()) if row.model)
        for name in names:
            try:
                return name, Hierarchy.load(self._home.model(name), verify=True)
            except ArraysError:  # damaged, or long gone: a build repairs it
                continue
        return None, None

    @contextmanager
    def _ranking(
        self, folder: Path, seed: int, progress: Progress, public_only: bool
    ) -> Iterator[Callable[[], None]]:
        """What learns the models for ranking into a model's folder, to be called when that is there.

        They need nothing of the topics: where there may be a second process, it begins at once.
        """
        if not self._publisher.url or self._library.counts().papers not in BESIDE_PAPERS:
            yield lambda: _learn_to_rank(self._library, folder, seed, public_only, progress)
            return
        self._home.models.mkdir(parents=True, exist_ok=True)
        with (
            threadpool_limits(1),  # a core each: threads of one would wait for those of the other
            TemporaryDirectory(prefix="ranking-", dir=self._home.models) as aside,
            beside(_learn_aside, self._publisher.url, Path(aside), seed, public_only) as wait,
        ):

            def finish() -> None:
                wait(lambda: progress.step("Learning to rank", 0, 1))
                for learned in Path(aside).iterdir():
                    learned.replace(folder / learned.name)
                progress.step("Learning to rank", 1, 1)

            yield finish


def _manner(options: BuildOptions, public_only: bool) -> dict[str, Any]:
    """How a model is built; the same papers built in the same way by the same version say nothing new."""
    return {
        **asdict(options),
        "public_only": public_only,
        "analysis": ANALYSIS_VERSION,
        "version": __version__,
    }


def _draft_of(hierarchy: Hierarchy, model: str, sequence: int, changes: Mapping[str, Any]) -> Draft:
    """What is told of a model; ``changes`` are those from the model before."""
    return Draft(
        model=model,
        papers=len(hierarchy.paper_ids),
        levels=[len(level.ids) for level in hierarchy.levels],
        sequence=sequence,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        difference={key: changes.get(key, []) for key in DIFFERENCE},
        successors=hierarchy.settings["successors"],
        unplaced=hierarchy.settings["unplaced"],
        sample=hierarchy.settings.get("sample", 0),
        languages=hierarchy.languages,
    )


def _slipped(previous: Hierarchy | None, rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The topics that keep their ids without being themselves any more: what they were."""
    if previous is None:
        return {}
    return {
        row["id"]: {
            "words": [term for term, _ in previous.topics[row["id"]].terms[:SLIP_WORDS]],
            "papers": previous.topics[row["id"]].documents,
        }
        for row in rows
        if not is_itself(row)
    }


@dataclass(frozen=True, slots=True)
class LibraryPapers:
    """The papers of a library as the models read them; ``public_only``: of private collections none."""

    library: Library
    public_only: bool = False

    def __call__(self) -> Iterator[TrainingPaper]:
        """A pass over all."""
        return self._read(self.library.papers())

    def keys(self) -> Iterator[tuple[str, tuple[str, int]]]:
        """The id of every paper with a collection and a year, read without the texts."""
        for id, collection, year in self.library.strata(public_only=self.public_only):
            yield id, (collection, year)

    def chosen(self, ids: Sequence[str]) -> Iterator[TrainingPaper]:
        """The papers with these ids."""
        for part in in_chunks(ids, _PAGE):
            papers = self.library.papers_by_id(part, forms=True, common=True)
            yield from self._read(papers[id] for id in part if id in papers)

    def _read(self, papers: Iterable[Paper]) -> Iterator[TrainingPaper]:
        from topics.training.build import TrainingPaper

        for paper in papers:
            if self.public_only and all(member.private for member in paper.members):
                continue
            document = paper.merged
            yield TrainingPaper(
                id=paper.id,
                collections=tuple(dict.fromkeys(member.collection for member in paper.members)),
                title_forms=paper.title_forms,
                abstract_forms=paper.abstract_forms,
                tags=document.tags,
                year=document.year,
                lang=document.lang,
                title=document.title,
                abstract=without_headings(document.abstract),
            )


def _learn_to_rank(
    library: Library, folder: Path, seed: int, public_only: bool, progress: Progress | None = None
) -> None:
    from search.evidence.training import build_ranking

    build_ranking(LibraryPapers(library, public_only), folder, seed=seed, progress=progress)


def _learn_aside(url: str, folder: Path, seed: int, public_only: bool) -> None:
    with threadpool_limits(1), Library.open(url) as library:
        _learn_to_rank(library, folder, seed, public_only)
