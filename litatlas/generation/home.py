"""Where the parts of one atlas lie in its home folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ingest.arrays import ArraysError
from ingest.library.backend.errors import LibraryError

_NAME = re.compile(r"[^./\0][^/\0]{0,149}")
"""A folder's own name: no path, neither of the two that lead up, nothing that is hidden."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where the parts of one atlas lie."""

    folder: Path

    @property
    def models(self) -> Path:
        """The published models, a folder each."""
        return self.folder / "models"

    @property
    def indices(self) -> Path:
        """Tantivy's indices."""
        return self.folder / "index"

    @property
    def workers(self) -> Path:
        """The locks of the workers that live."""
        return self.folder / "workers"

    def model(self, name: str) -> Path:
        """The folder of one model; raises ArraysError for a name that is no folder's."""
        return _within(self.models, name)

    @property
    def segments(self) -> Path:
        """The papers that were folded into models after they were trained, a folder each."""
        return self.folder / "segments"

    def segment(self, name: str) -> Path:
        """The folder of one segment; the ledger knows which one goes with a model. Raises as `model`."""
        return _within(self.segments, name)

    def assistance(self, index: str) -> Path:
        """The folder of the suggestions and the spelling that go with an index. Raises as `model`."""
        return _within(self.folder / "aids", index)

    @property
    def library(self) -> Path:
        """The library, where it is SQLite's."""
        return self.folder / "library.db"

    def check_library(self) -> None:
        """Refuse to begin anew where only the library is gone: an empty one would hide what was lost.

        Raises:
            LibraryError: it is not there or empty, but what was made of it is.
        """
        if self.library.is_file() and self.library.stat().st_size:
            return
        if any(self.models.glob("*/model.json")) or any(self.indices.glob("*/stamp.json")):
            raise LibraryError(
                f"The library is missing: {self.library} is not there or empty, but its models and index "
                "are.",
                "Restore a backup (litatlas restore FILE), or put library.db back and run: litatlas reindex. "
                "To begin anew, move the folders models, index, segments and aids away.",
            )

    @property
    def last_backup(self) -> Path:
        """What is known of the backup that was written last, as JSON."""
        return self.folder / "last-backup.json"

    @property
    def store_notes(self) -> Path:
        """What this home holds of the store that hosts share, as JSON."""
        return self.folder / "store.json"

    def lock(self, name: str) -> Path:
        """A lock file."""
        return self.folder / f"{name}.lock"


def _within(folder: Path, name: str) -> Path:
    """A folder in a folder: a library may be anybody's, and what it names is written to and removed."""
    if not _NAME.fullmatch(name):
        raise ArraysError(
            f"The library names a folder that belongs into no home: {name[:100]!r}.", "Run: litatlas build"
        )
    return folder / name
