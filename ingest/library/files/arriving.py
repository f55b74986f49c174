"""PDFs between reading and storing: held in memory until the papers that they are of are stored."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

PART_BYTES = 8_000_000
"""After so many bytes of PDFs the papers that were read are stored, however few they are."""


@dataclass(slots=True)
class ArrivingPdfs:
    """The PDFs of one intake.

    ``most``: bytes that all kept PDFs of the library may take; ``room``: how many the disk still has.
    """

    most: int
    room: Callable[[], int]
    waiting: int = 0  # bytes since papers were last sent to be stored
    _by_source: defaultdict[str, deque[bytes]] = field(default_factory=lambda: defaultdict(deque))

    def put(self, source: str, content: bytes) -> None:
        """Hold a PDF that a document is about to be read from; ``source`` is the name of its file."""
        self._by_source[source].append(content)
        self.waiting += len(content)

    def take(self, source: str) -> bytes | None:
        """The PDF of the next document of a file; None where it is no PDF."""
        contents = self._by_source.get(source)
        if not contents:
            return None
        content = contents.popleft()
        if not contents:
            del self._by_source[source]
        return content

    @property
    def is_full(self) -> bool:
        """Whether the papers that were read should be stored before more are read."""
        return self.waiting >= PART_BYTES
