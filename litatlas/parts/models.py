"""Models: building one of all collections, and putting it in the place of the one before."""

from __future__ import annotations

from typing import Any

from ingest.library.library import Generation
from ingest.progress import Progress, Silent
from litatlas.accounts.sight import Sight
from litatlas.answers import MapAnswer, ModelChanges
from litatlas.errors import InputError, NotFoundError
from litatlas.generation.generations import Generations
from litatlas.generation.ledger import Draft
from litatlas.parts.model_changes import changes_of, map_of
from litatlas.settings import Settings, trainer_named
from topics.model.hierarchy import Hierarchy


class Models:
    """The topic models of one atlas; reached as ``Atlas.models``."""

    def __init__(self, generations: Generations, settings: Settings, sight: Sight) -> None:
        self._generations = generations
        self._sight = sight
        self._settings = settings

    def build(
        self,
        *,
        levels: tuple[int, ...] | None = None,
        method: str = "heterogeneous",
        base: str | None = None,
        seed: int = 1,
        languages: tuple[str, ...] = (),
        sample: int | None = None,
        preview: bool = False,
        public_only: bool = False,
        if_changed: bool = False,
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """Build a model of all collections and publish it, or stop at the difference (``preview``).

        Papers in other ``languages`` (default: all but the most frequent) are searchable and not on the map.
        ``sample``: the most papers that topics are learned from (0: all; default: the setting
        ``training_papers``); the others find their places in what is learned. ``public_only``: nothing is
        learned from private collections; their papers find their places likewise. ``if_changed``: a live
        model that was built from the same papers in the same way stays.
        """
        from topics.training.build import BuildOptions  # here: scikit-learn is large, only a build needs it

        options = BuildOptions(
            levels=levels,
            method=method,
            base=base,
            seed=seed,
            trainer=trainer_named(self._settings.trainer),
            languages=languages,
            sample=self._settings.training_papers if sample is None else sample,
        )
        draft, row = self._generations.builder.build(
            options,
            progress or Silent(),
            publish=not preview,
            public_only=public_only,
            if_changed=if_changed and not preview,
            processes=self._settings.process_count,
        )
        self._generations.look_again()
        answer = _built(draft, row)
        return {**answer, "changes": self.changes()} if preview else answer

    def encode(self, *, progress: Progress | None = None) -> dict[str, Any]:
        """Give every paper its vector of the encoder that the settings name; an earlier run is gone on with.

        Raises:
            InputError: no encoder is set. EncoderError: it cannot be opened or fails; what is done is kept.
        """
        encodings = self._generations.encodings
        if encodings is None:
            raise InputError(
                "No encoder is set.",
                "Set encoder, in litatlas.toml or LITATLAS_ENCODER, to a folder or an address.",
            )
        return encodings.encode(progress or Silent())

    def changes(self) -> ModelChanges:
        """What publishing the draft would change, topic by topic.

        Raises:
            NotFoundError: no draft waits.
        """
        draft, new, old = self._draft()
        return changes_of(draft, new, old, self._generations.library)

    def compared(self) -> tuple[ModelChanges, MapAnswer, MapAnswer]:
        """The same with both maps: before the draft (empty where there was none), and the draft's."""
        draft, new, old = self._draft()
        library = self._generations.library
        return changes_of(draft, new, old, library), map_of(old, library), map_of(new, library)

    def _draft(self) -> tuple[Draft, Hierarchy, Hierarchy | None]:
        """The draft, its model, and the one that it would take the place of."""
        draft = self._generations.builder.draft()
        folder = self._generations.home.model
        old = Hierarchy.load(folder(draft.base)) if draft.base else None
        return draft, Hierarchy.load(folder(draft.model)), old

    def names_at_stake(self) -> int:
        """How many topics have a name that a person gave, which a build may have to ask about."""
        topics = self._generations.live().topics
        sayings = self._generations.library.curations()
        return sum(id in topics and bool(saying.get("label")) for id, saying in sayings.items())

    def can_roll_back(self) -> bool:
        """Whether there is a model before the live one."""
        try:
            self._generations.publisher.previous()
        except NotFoundError:
            return False
        return True

    def publish(self, *, progress: Progress | None = None) -> dict[str, Any]:
        """Publish the model that ``build(preview=True)`` left."""
        draft, row = self._generations.builder.publish(progress or Silent())
        self._generations.look_again()
        return _built(draft, row)

    def draft(self) -> dict[str, Any] | None:
        """The difference that the waiting draft would make; None when none waits, or for who may not publish
        it."""
        if not self._sight.reader.can("keep"):
            return None
        try:
            return _built(self._generations.builder.draft(), None)
        except NotFoundError:
            return None

    def discard(self) -> None:
        """Throw the waiting draft away."""
        self._generations.builder.discard()

    def roll_back(self, *, progress: Progress | None = None) -> None:
        """Go back to the model that was live before."""
        self._generations.builder.roll_back(progress or Silent())
        self._generations.look_again()

    def reindex(self, *, progress: Progress | None = None) -> None:
        """Make the index anew from the library, as after an update of litatlas or a broken index."""
        self._generations.publisher.reindex(progress or Silent())
        self._generations.look_again()


def _built(draft: Draft, generation: Generation | None) -> dict[str, Any]:
    """A draft, or what became of it."""
    return {
        "model": draft.model,
        "papers": draft.papers,
        "sample": draft.sample,
        "levels": draft.levels,
        "created": draft.created,
        "difference": draft.difference,
        "languages": draft.languages,
        "unplaced": draft.unplaced,
        "published": generation is not None,
        "generation": generation.number if generation else None,
    }
