"""An encoder behind an address that speaks as OpenAI's ``/embeddings`` does.

The address may name the model in its fragment: ``https://host/v1/embeddings#name``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urldefrag

from ingest.errors import InputError
from ingest.network.endpoint import EndpointError, JsonEndpoint
from search.encoders.encoder import WITHOUT, EncoderError, Vectors, checked

_BATCH = 64  # texts a request
_LETTERS = 8_000  # of a text that are sent
_MOST_BYTES = 64 << 20  # of an answer


class EndpointEncoder:
    """A sentence encoder behind an address."""

    def __init__(self, url: str, key: str = "", timeout: float = 30.0) -> None:
        """Name it; nothing is asked of it yet.

        Args:
            key: sent as a bearer token.
            timeout: seconds that an answer may take, from the question to its last byte.

        Raises:
            EncoderError: the address or the key is none.
        """
        address, self._model = urldefrag(url)
        try:
            self._endpoint = JsonEndpoint(address, key, timeout=timeout, largest=_MOST_BYTES)
        except InputError as error:
            raise EncoderError(
                "The setting encoder is no address, or encoder_key no key, that can be used.", WITHOUT
            ) from error
        self.name = self._model or self._endpoint.host
        self.version = self._model or "unnamed"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts, asked for in batches."""
        rows: list[Any] = []
        for start in range(0, len(texts), _BATCH):
            rows += self._batch([text[:_LETTERS] or " " for text in texts[start : start + _BATCH]])
        return checked(rows, len(texts), f"The encoder at {self.name}")

    def _batch(self, texts: list[str]) -> list[Any]:
        body = {"input": texts, "encoding_format": "float"} | ({"model": self._model} if self._model else {})
        try:
            rows = self._endpoint.ask(body)["data"]
            ordered = sorted(rows, key=lambda row: int(row.get("index", 0)))
            vectors = [row["embedding"] for row in ordered]
        except EndpointError as error:
            raise EncoderError(f"The encoder at {self.name} {error.trouble}.", WITHOUT) from error
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            raise EncoderError(
                f"The encoder at {self.name} answered what are no embeddings.", WITHOUT
            ) from None
        if len(vectors) != len(texts):
            raise EncoderError(
                f"The encoder at {self.name} returned {len(vectors)} vectors for {len(texts)} texts.", WITHOUT
            )
        return vectors
