"""What the library remembers of drafts, models and indices: typed records under its small values.

What changes together with the live generation is given to `Library.publish`, so that one transaction is the
only commit point. Old keys are read as earlier versions wrote them.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ingest.library.backend.errors import read_json
from ingest.library.library import Library

Values = dict[str, str | None]
"""Small values to write by key; None removes one."""

_DRAFT = "draft"
_SUCCESSORS = "successors"
_MODEL = "model:"
_PLACED = "placed:"  # how earlier versions said up to which change papers are placed
_HISTORY = "history:"
_SUGGESTIONS = "aids:"
RESTORED = "restored"
"""Set from when a library was restored or moved until it has an index of its own again."""
_SLIPS = "slips:"
_OPTIONS = "options:"
STORE = "store:files"
"""The manifest of what is published, as the store that hosts share names it."""
STORE_ATLAS = "store:atlas"
"""What the store knows this atlas by."""
PROPOSAL = "proposal:"
"""Begins the keys of names that a language model proposed: of a model, then of a topic."""


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
    unplaced: dict[str, int] = field(default_factory=dict)  # language → papers without a topic
    base: str | None = None  # the model that it was matched to
    slipped: dict[str, dict[str, Any]] = field(default_factory=dict)  # id → what the topic was, as in `Slip`
    sample: int = 0  # how many papers topics were learned from; 0: from all
    languages: list[str] = field(default_factory=list)  # of the map; none: every language


@dataclass(frozen=True, slots=True)
class Slip:
    """A topic that kept its id in a build without being itself any more: what it was before.

    ``said``: what people had said by then, as the number of the last saying; it holds no longer.
    """

    words: list[str]
    papers: int
    said: int


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """Where the papers that were folded into a model lie (``segment``), up to which change, and how many
    entries its journal has at least."""

    segment: str
    placed: int = 0
    entries: int = 0


@dataclass(frozen=True, slots=True)
class SuggestionsRecord:
    """Of what the suggestions beside an index were made."""

    sequence: int = 0
    papers: int = 0


class Ledger:
    """Typed access to what the library remembers of drafts, models and indices."""

    def __init__(self, library: Library) -> None:
        self._library = library

    # -- drafts and models ----------------------------------------------------------------------------------

    def draft(self) -> Draft | None:
        """The model that waits for a decision; a model that was published is no draft any more."""
        stored = self._library.get_meta(_DRAFT)
        draft = read_json(stored, lambda values: Draft(**values)) if stored else None
        if draft and any(row.model == draft.model for row in self._library.generations()):
            return None  # left by an earlier version that was killed while it published
        return draft

    def keep_draft(self, draft: Draft) -> None:
        """Let a model wait; it takes the place of the one that waited before."""
        record = ModelRecord(draft.model, draft.sequence)
        self._library.put_meta({_DRAFT: json.dumps(asdict(draft)), **model_values(draft.model, record)})

    def keep_options(self, model: str, options: Mapping[str, Any]) -> None:
        """Remember how a model was built."""
        self._library.put_meta({_OPTIONS + model: _as_text(options)})

    def was_built_with(self, model: str, options: Mapping[str, Any]) -> bool:
        """Whether a model was built in just this way; False for one of which that is not remembered."""
        return self._library.get_meta(_OPTIONS + model) == _as_text(options)

    def forget_draft(self) -> None:
        """No model waits any more."""
        self._library.put_meta({_DRAFT: None})

    def published(self, draft: Draft) -> Values:
        """What changes when a draft goes live."""
        successors = self.successors() | draft.successors
        last_curation = max((row.number for row in self._library.curation_history()), default=0)
        slips = {id: asdict(slip) for id, slip in self.slips(draft.base).items()}
        slips |= {id: {**was, "said": last_curation} for id, was in draft.slipped.items()}
        return {
            _DRAFT: None,
            _SUCCESSORS: json.dumps(successors),
            _SLIPS + draft.model: json.dumps(slips),
        }

    def slips(self, model: str | None) -> dict[str, Slip]:
        """The topics of a model of which what was said before may not hold any more."""
        stored = self._library.get_meta(_SLIPS + model) if model else None
        return read_json(stored or "{}", lambda slips: {id: Slip(**values) for id, values in slips.items()})

    def successors(self) -> dict[str, list[str]]:
        """The topics that took the place of those that are gone."""
        successors: dict[str, list[str]] = read_json(self._library.get_meta(_SUCCESSORS) or "{}", dict)
        return successors

    def model(self, name: str) -> ModelRecord:
        """What is known of a model."""
        stored = self._library.get_meta(_MODEL + name)
        if stored:
            return read_json(stored, lambda values: ModelRecord(**values))
        return ModelRecord(name, read_json(self._library.get_meta(_PLACED + name) or "0", int))

    def mark_restored(self) -> None:
        """The library came from a backup, so that the index and the store that it names are not its own."""
        self._library.put_meta({RESTORED: "yes", STORE: None, STORE_ATLAS: None})

    def is_restored(self) -> bool:
        """Whether the library came from a backup and has no index of its own yet."""
        return self._library.get_meta(RESTORED) is not None

    # -- indices --------------------------------------------------------------------------------------------

    def next_history(self, index: str, before: str) -> str:
        """A new mark for an index's stamp, noted before the index is written.

        An index whose mark the library does not know was written after the state that the library is in: the
        library was restored from a backup.
        """
        mark = secrets.token_hex(8)
        self._library.set_meta(_HISTORY + index, json.dumps([before, mark]), shown=False)
        return mark

    def knows(self, index: str, mark: str) -> bool:
        """Whether an index with this mark in its stamp holds the history of this library."""
        stored = self._library.get_meta(_HISTORY + index)
        return mark in (read_json(stored, list) if stored else [""])

    def suggestions(self, index: str) -> SuggestionsRecord:
        """Of what the suggestions beside an index were made."""
        stored = self._library.get_meta(_SUGGESTIONS + index)
        return read_json(stored or "{}", lambda values: SuggestionsRecord(**values))

    def keep(self, values: Values, expected: Values | None = None) -> None:
        """Remember values in one transaction, where those of ``expected`` are as they were.

        Raises:
            BusyError: they are not.
        """
        self._library.put_meta(values, expected)

    def forget_others(self, models: Collection[str], indices: Collection[str]) -> None:
        """Drop what is remembered of models and indices that are gone."""
        keys = {prefix + name for prefix in (_MODEL, _PLACED, _SLIPS, _OPTIONS) for name in models}
        keys |= {prefix + name for prefix in (_HISTORY, _SUGGESTIONS) for name in indices}
        prefixes = (_MODEL, _PLACED, _SLIPS, _OPTIONS, _HISTORY, _SUGGESTIONS)
        gone = [key for prefix in prefixes for key in self._library.meta_keys(prefix) if key not in keys]
        begins = tuple(f"{PROPOSAL}{name}:" for name in models)
        gone += [key for key in self._library.meta_keys(PROPOSAL) if not key.startswith(begins)]
        if gone:
            self._library.put_meta(dict.fromkeys(gone))


def model_values(name: str, record: ModelRecord) -> Values:
    """What is written to remember a model."""
    return {_MODEL + name: json.dumps(asdict(record)), _PLACED + name: None}


def suggestions_values(index: str, record: SuggestionsRecord) -> Values:
    """What is written to remember of what the suggestions beside an index were made."""
    return {_SUGGESTIONS + index: json.dumps(asdict(record))}


def _as_text(options: Mapping[str, Any]) -> str:
    return json.dumps(options, sort_keys=True)
