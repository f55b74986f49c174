"""An encoder behind an address that speaks as OpenAI's ``/embeddings`` does.

The address may name the model in its fragment: ``https://host/v1/embeddings#name``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urldefrag
from urllib.request import HTTPRedirectHandler, Request, build_opener

from search.encoders.encoder import WITHOUT, EncoderError, Vectors, checked

_BATCH = 64  # texts a request
_LETTERS = 8_000  # of a text that are sent
_MOST_BYTES = 64 << 20  # of an answer


class _NoRedirects(HTTPRedirectHandler):
    """Texts and keys go to the address that was set, and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


class EndpointEncoder:
    """A sentence encoder behind an address."""

    def __init__(self, url: str, key: str = "", timeout: float = 30.0) -> None:
        """Name it; nothing is asked of it yet.

        Args:
            key: sent as a bearer token.
            timeout: seconds an answer may take.
        """
        self._url, model = urldefrag(url)
        self.name = model or self._url.partition("://")[2].partition("/")[0].rpartition("@")[2]
        self.version = model or "unnamed"
        self._model, self._key, self._timeout = model, key, timeout
        self._opener = build_opener(_NoRedirects)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts, asked for in batches."""
        rows: list[Any] = []
        for start in range(0, len(texts), _BATCH):
            rows += self._asked([text[:_LETTERS] or " " for text in texts[start : start + _BATCH]])
        return checked(rows, len(texts), f"The encoder at {self.name}")

    def _asked(self, texts: list[str]) -> list[Any]:
        body = {"input": texts, "encoding_format": "float"} | ({"model": self._model} if self._model else {})
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = Request(self._url, json.dumps(body).encode(), headers)  # noqa: S310  (http or https: `opening`)
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                text = response.read(_MOST_BYTES + 1)
        except HTTPError as error:
            error.close()
            raise EncoderError(f"The encoder at {self.name} answered with {error.code}.", WITHOUT) from error
        except TimeoutError as error:
            raise EncoderError(
                f"The encoder at {self.name} took longer than {self._timeout:g} s.", WITHOUT
            ) from error
        except (URLError, OSError, ValueError) as error:
            slow = isinstance(getattr(error, "reason", None), TimeoutError)
            what = f"took longer than {self._timeout:g} s" if slow else "cannot be reached"
            raise EncoderError(f"The encoder at {self.name} {what}.", WITHOUT) from error
        return self._read(text, len(texts))

    def _read(self, text: bytes, count: int) -> list[Any]:
        wrong = EncoderError(f"The encoder at {self.name} answered what are no embeddings.", WITHOUT)
        if len(text) > _MOST_BYTES:
            raise wrong
        try:
            rows = json.loads(text)["data"]
            ordered = sorted(rows, key=lambda row: int(row.get("index", 0)))
            vectors = [row["embedding"] for row in ordered]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise wrong from None
        if len(vectors) != count:
            raise EncoderError(
                f"The encoder at {self.name} returned {len(vectors)} vectors for {count} texts.", WITHOUT
            )
        return vectors
