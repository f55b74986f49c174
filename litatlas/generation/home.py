"""Where the parts of one atlas lie in its home folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


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
        """The folder of one model."""
        return self.models / name

    @property
    def segments(self) -> Path:
        """The papers that were folded into models after they were trained, a folder each."""
        return self.folder / "segments"

    def segment(self, name: str) -> Path:
        """The folder of one segment; the ledger knows which one goes with a model."""
        return self.segments / name

    def assistance(self, index: str) -> Path:
        """The folder of the suggestions and the spelling that go with an index."""
        return self.folder / "aids" / index

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
