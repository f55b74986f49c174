"""Building a model of all collections, aside from what is live; published only when it is whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ingest.library.library import Library

if TYPE_CHECKING:
    from topics.training.build import BuildOptions, TrainingPaper

from ingest.progress import Progress
from litatlas.errors import NotFoundError
from litatlas.generation.home import Home
from litatlas.generation.publishing import Publisher
from litatlas.locks import exclusive
from topics.model.hierarchy import Hierarchy

DIFFERENCE = ("kept", "moved", "new", "gone", "split", "merged")


@dataclass(frozen=True, slots=True)
class Draft:
    """A trained model that is not live yet; ``difference`` says what it changes."""

    model: str
    papers: int
    levels: list[int]
    sequence: int
    created: str
    difference: dict[str, Any]
    successors: dict[str, list[str]]


class Builder:
    """Trains models into the home folder, keeps one draft, and publishes it."""

    def __init__(self, home: Home, library: Library, publisher: Publisher) -> None:
        self._home = home
        self._library = library
        self._publisher = publisher

    def build(self, options: BuildOptions, progress: Progress) -> Draft:
        """Train a model of everything that the library holds now, and keep it as the draft.

        Raises:
            NotEnoughPapersError: there is too little to learn topics from.
            InputError: the base collection does not exist.
            BusyError: another build is running.
            Interrupted: it was asked to stop; what is live is as it was.
        """
        from topics.training.build import train  # here: scikit-learn is large, and only a build needs it

        if options.base is not None:
            self._library.collection(options.base)
        with exclusive(self._home.lock("build"), "a build"):
            self._forget_draft()
            sequence = self._library.sequence()
            name = f"m{sequence}-{datetime.now(UTC):%Y%m%d%H%M%S}"
            folder = self._home.model(name)
            try:
                languages = options.languages or self._publisher.main_language()
                options = replace(options, languages=languages)
                hierarchy = train(self._papers, options, folder, previous=self._previous(), progress=progress)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            draft = self._draft(name, hierarchy, sequence)
            self._library.set_meta("draft", json.dumps(asdict(draft)))
            return draft

    def publish(self, progress: Progress) -> tuple[Draft, int]:
        """Put the draft live; returns it with the number of its generation."""
        draft = self.draft()
        self._library.set_meta(f"placed:{draft.model}", str(draft.sequence))
        row = self._publisher.publish(draft.model, progress)
        successors = json.loads(self._library.get_meta("successors") or "{}") | draft.successors
        self._library.set_meta("successors", json.dumps(successors))
        self._library.set_meta("draft", "")
        return draft, row.number

    def draft(self) -> Draft:
        """The model that waits for a decision.

        Raises:
            NotFoundError: there is none.
        """
        stored = self._library.get_meta("draft")
        if not stored:
            raise NotFoundError("There is no draft of a model.", "Make one with: litatlas build --preview")
        return Draft(**json.loads(stored))

    def discard(self) -> None:
        """Throw the draft away."""
        self.draft()
        self._forget_draft()

    def _forget_draft(self) -> None:
        stored = self._library.get_meta("draft")
        if stored:
            shutil.rmtree(self._home.model(json.loads(stored)["model"]), ignore_errors=True)
            self._library.set_meta("draft", "")

    def _previous(self) -> Hierarchy | None:
        row = self._library.generation()
        return Hierarchy.load(self._home.model(row.model)) if row and row.model else None

    def _papers(self) -> Iterator[TrainingPaper]:
        from topics.training.build import TrainingPaper

        for paper in self._library.papers():
            document = paper.shown.document
            yield TrainingPaper(
                id=paper.id,
                collections=paper.collections,
                title_forms=paper.title_forms,
                abstract_forms=paper.abstract_forms,
                tags=document.tags,
                year=document.year,
                lang=document.lang,
                title=document.title,
            )

    def _draft(self, name: str, hierarchy: Hierarchy, sequence: int) -> Draft:
        changes = hierarchy.settings["changes"] or {}  # none where nothing is published yet
        return Draft(
            model=name,
            papers=len(hierarchy.paper_ids),
            levels=[len(level.ids) for level in hierarchy.levels],
            sequence=sequence,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            difference={key: changes.get(key, []) for key in DIFFERENCE},
            successors=hierarchy.settings["successors"],
        )
