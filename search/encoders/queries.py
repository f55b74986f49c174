"""The vector of a query, and the papers near to it; where there is none, why.

An encoder that fails is left alone for a while: search goes on without it, and says so.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from search.encoders.encoder import Encoder, EncoderError, Vectors
from search.encoders.vector_store import VectorStore

WEIGHT = 1.5
"""What the cosine counts beside the other scorers; chosen on cran and cacm, and then frozen."""

_REMEMBERED = 1_000  # queries
_PAUSE = 30.0  # seconds that an encoder which failed is left alone


class Meaning:
    """What an encoder makes of one query."""

    weight = WEIGHT

    def __init__(self, store: VectorStore, vector: Vectors) -> None:
        self._store, self._vector = store, vector

    def scores(self, ids: Sequence[str]) -> tuple[Vectors, NDArray[np.bool_]]:
        """The cosine of each paper, and for which there is one."""
        vectors, known = self._store.vectors(ids)
        return np.asarray(vectors @ self._vector, dtype=np.float32), known

    def nearest(self, most: int) -> list[tuple[str, float]]:
        """The papers nearest to the query, with their cosines."""
        return self._store.nearest(self._vector, most)


class DamagedVectors:
    """In the place of vectors that cannot be read: search goes on without them, and says so."""

    def meaning(self, _text: str) -> tuple[None, str]:
        """None, and the sentence that says why."""
        return None, "The encoder's vectors are damaged."


class QueryEncoder:
    """Encodes queries with the encoder that the papers' vectors were made with; safe for threads."""

    def __init__(self, store: VectorStore, opened: Callable[[], Encoder]) -> None:
        """``opened`` opens the encoder, at the first query."""
        self.store = store
        self._opened = opened
        self._encoder: Encoder | None = None
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._failed: tuple[float, str] | None = None
        self._lock = Lock()

    def meaning(self, text: str) -> tuple[Meaning | None, str]:
        """What the encoder makes of a query, or None and the sentence that says why not."""
        with self._lock:
            known = self._vectors.get(text)
            if known is not None:
                self._vectors.move_to_end(text)
                return Meaning(self.store, known), ""
            if self._failed is not None and time.monotonic() - self._failed[0] < _PAUSE:
                return None, self._failed[1]
        try:
            vector = self._encoded(text)
        except EncoderError as error:
            with self._lock:
                self._failed = (time.monotonic(), error.message)
            return None, error.message
        with self._lock:
            self._failed = None
            self._vectors[text] = vector
            if len(self._vectors) > _REMEMBERED:
                self._vectors.popitem(last=False)
        return Meaning(self.store, vector), ""

    def _encoded(self, text: str) -> Vectors:
        origin = self.store.origin
        if self._encoder is None:
            encoder = self._opened()
            if origin is not None and encoder.version != origin.version:
                raise EncoderError(
                    f"The encoder {encoder.name} is not the one that the papers' vectors were made with.",
                    "Run: litatlas encode",
                )
            self._encoder = encoder
        vector: Vectors = self._encoder.encode([text])[0]
        if origin is not None and len(vector) != origin.dimensions:
            raise EncoderError(
                f"The encoder {self._encoder.name} returned a vector of {len(vector)} numbers; those of the "
                f"papers have {origin.dimensions}.",
                "Run: litatlas encode",
            )
        return vector
