"""Building a model of all collections, aside from what is live; published only when it is whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ingest.library.library import Generation, Library

if TYPE_CHECKING:
    from topics.training.build import BuildOptions, TrainingPaper

from ingest.arrays import ArraysError
from ingest.locks import exclusive
from ingest.progress import Progress
from litatlas.errors import BusyError, NotFoundError
from litatlas.generation.home import Home
from litatlas.generation.ledger import Draft
from litatlas.generation.publishing import Publisher
from search.evidence.ranking_models import RankingModels
from topics.model.hierarchy import Hierarchy

DIFFERENCE = ("kept", "moved", "new", "gone", "split", "merged")
MODELS_SECONDS = 5.0
"""How long what a person asked for waits for a build or a publishing that is under way."""


class Builder:
    """Trains models into the home folder, keeps one draft, and publishes it; one at a time, by a lock."""

    def __init__(self, home: Home, library: Library, publisher: Publisher) -> None:
        self._home = home
        self._library = library
        self._publisher = publisher
        self._ledger = publisher.ledger

    def build(
        self, options: BuildOptions, progress: Progress, *, publish: bool
    ) -> tuple[Draft, Generation | None]:
        """Train a model of everything that the library holds now; publish it, or keep it as the draft.

        A draft that waited before is replaced when the new one is whole.

        Raises:
            NotEnoughPapersError: there is too little to learn topics from.
            InputError: the base collection does not exist.
            BusyError: another build or a publishing is running.
            Interrupted: it was asked to stop; what is live is as it was.
        """
        if options.base is not None:
            self._library.collection(options.base)
        with exclusive(self._home.lock("models"), "a build"):
            self._clean()
            try:
                draft = self._train(options, progress)
                self._ledger.keep_draft(draft)
            finally:
                self._clean()
            if not publish:
                return draft, None
            row = self._publisher.publish(draft.model, progress, draft)
            self._remove_damaged()
            return draft, row

    def publish(self, progress: Progress) -> tuple[Draft, Generation]:
        """Put the draft live; returns it with its generation.

        Raises:
            NotFoundError: there is no draft. BusyError: a build or another publishing is running.
        """
        with exclusive(self._home.lock("models"), "publishing", MODELS_SECONDS):
            draft = self.draft()
            return draft, self._publisher.publish(draft.model, progress, draft)

    def draft(self) -> Draft:
        """The model that waits for a decision.

        Raises:
            NotFoundError: there is none.
        """
        draft = self._ledger.draft()
        if draft is None:
            raise NotFoundError("There is no draft of a model.", "Make one with: litatlas build --preview")
        return draft

    def discard(self) -> None:
        """Throw the draft away.

        Raises:
            NotFoundError: there is none. BusyError: a build or a publishing is running.
        """
        with exclusive(self._home.lock("models"), "discarding the draft", MODELS_SECONDS):
            self.draft()
            self._ledger.forget_draft()
            self._clean()

    def roll_back(self, progress: Progress) -> Generation:
        """Put the model live that was live before.

        Raises:
            NotFoundError: there is none. BusyError: a build or a publishing is running.
        """
        with exclusive(self._home.lock("models"), "rolling back", MODELS_SECONDS):
            return self._publisher.publish(self._publisher.previous().model, progress)

    def _clean(self) -> None:
        """Remove what nobody needs; later, where an index is being written now."""
        with suppress(BusyError), exclusive(self._home.lock("index"), "tidying up"):
            self._publisher.clean(holds_models=True)

    def _remove_damaged(self) -> None:
        """Remove the model before the live one where it is damaged: nobody can go back to it."""
        with suppress(NotFoundError):
            folder = self._home.model(self._publisher.previous().model or "")
            try:
                Hierarchy.load(folder, verify=True)
                RankingModels.verify(folder)
            except ArraysError:
                shutil.rmtree(folder, ignore_errors=True)

    def _train(self, options: BuildOptions, progress: Progress) -> Draft:
        # here: scikit-learn is large, and only a build needs it
        from search.evidence.training import build_ranking
        from topics.training.build import train

        sequence = self._library.sequence()
        name = f"m{sequence}-{datetime.now(UTC):%Y%m%d%H%M%S%f}"
        languages = options.languages or self._publisher.main_language()
        folder = self._home.model(name)
        hierarchy = train(
            self._papers,
            replace(options, languages=languages),
            folder,
            previous=self._previous(),
            progress=progress,
        )
        build_ranking(self._papers, folder, seed=options.seed, progress=progress)
        changes = hierarchy.settings["changes"] or {}  # none where nothing is published yet
        return Draft(
            model=name,
            papers=len(hierarchy.paper_ids),
            levels=[len(level.ids) for level in hierarchy.levels],
            sequence=sequence,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            difference={key: changes.get(key, []) for key in DIFFERENCE},
            successors=hierarchy.settings["successors"],
            unplaced=hierarchy.settings["unplaced"],
        )

    def _previous(self) -> Hierarchy | None:
        """The latest published model that is whole: by it, topics keep their ids."""
        names = dict.fromkeys(row.model for row in reversed(self._library.generations()) if row.model)
        for name in names:
            try:
                return Hierarchy.load(self._home.model(name), verify=True)
            except ArraysError:  # damaged, or long gone: a build is what mends it
                continue
        return None

    def _papers(self) -> Iterator[TrainingPaper]:
        from topics.training.build import TrainingPaper

        for paper in self._library.papers():
            document = paper.merged
            yield TrainingPaper(
                id=paper.id,
                collections=paper.collections,
                title_forms=paper.title_forms,
                abstract_forms=paper.abstract_forms,
                tags=document.tags,
                year=document.year,
                lang=document.lang,
                title=document.title,
                abstract=document.abstract,
            )
