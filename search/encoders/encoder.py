"""What a sentence encoder is: texts in, vectors of unit length out, under a name and a version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import LitatlasError

Vectors = NDArray[np.float32]

MOST_DIMENSIONS = 8_192
_SHORTEST = 1e-6  # length of a vector that says nothing


class EncoderError(LitatlasError):
    """An encoder that cannot be opened, does not answer, or answers what are no vectors."""

    status = 503


class Encoder(Protocol):
    """A sentence encoder.

    ``name`` is for people; ``version`` changes with anything that changes vectors, so that vectors of two
    versions are never compared.
    """

    name: str
    version: str

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts (n × d), each of length 1.

        Raises:
            EncoderError: there are none, in one sentence that says why.
        """


def checked(vectors: Any, count: int, name: str, dimensions: int | None = None) -> Vectors:
    """Vectors as an encoder returned them, scaled to length 1.

    Raises:
        EncoderError: they are not ``count`` finite vectors of the same length (``dimensions``, if given).
    """
    try:
        array = np.asarray(vectors, dtype=np.float32)
    except (TypeError, ValueError):
        raise EncoderError(f"{name} returned something that is no vectors.", WITHOUT) from None
    if array.ndim != 2 or len(array) != count:
        raise EncoderError(f"{name} returned {array.shape} numbers for {count} texts.", WITHOUT)
    if not 0 < array.shape[1] <= MOST_DIMENSIONS:
        raise EncoderError(f"{name} returned vectors of {array.shape[1]} numbers.", WITHOUT)
    if dimensions is not None and array.shape[1] != dimensions:
        raise EncoderError(
            f"{name} returned vectors of {array.shape[1]} numbers; those of the papers have {dimensions}.",
            "The model behind it was changed: name it in the setting encoder, then run: litatlas encode",
        )
    if not np.isfinite(array).all():
        raise EncoderError(f"{name} returned vectors with NaN or infinite numbers.", WITHOUT)
    lengths = np.linalg.norm(array, axis=1, keepdims=True)
    if lengths.min(initial=1.0) < _SHORTEST:
        raise EncoderError(f"{name} returned a vector of zeros.", WITHOUT)
    return np.asarray(array / lengths, dtype=np.float32)


WITHOUT = "Search goes on without it. Check the setting encoder; litatlas doctor says more."
"""What every error of an encoder hints at."""
