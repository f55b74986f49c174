"""Asking a language model behind an OpenAI-shaped address: one question, one bounded answer, one deadline."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from ingest.errors import InputError
from ingest.harvest.client import base_url
from litatlas.errors import LitatlasError, SettingsError

MAX_ANSWER = 1_000_000
"""Bytes of an answer, altogether."""
_MAX_TOKENS = 500


class LanguageModelError(LitatlasError):
    """The endpoint is away, stalls, or answers something else than was asked for."""

    status = 502


class ChatEndpoint:
    """An OpenAI-shaped endpoint: Ollama, llama.cpp, vLLM, or a service.

    Args:
        url: the address that ``/chat/completions`` is put behind, as in http://127.0.0.1:11434/v1.
        model: the model's name there.
        key: sent as a bearer token, unless it is empty.
        timeout: seconds that an answer may take, from the question to its last byte.

    Raises:
        SettingsError: the address is none, or no model is named.
    """

    def __init__(self, url: str, model: str, key: str = "", *, timeout: float = 60.0) -> None:
        try:
            self._url = urlsplit(base_url(url))
        except InputError as error:
            raise SettingsError(
                f"llm is {url[:100]!r}.", "It must be an address such as http://127.0.0.1:11434/v1."
            ) from error
        if not model.strip():
            raise SettingsError(
                "llm is set and llm_model is not.", "Name the model, as in llm_model = llama3.2."
            )
        if not key.isascii() or any(sign in key for sign in "\r\n"):
            raise SettingsError("llm_key has characters that a key cannot have.", "Copy it again.")
        self.model = model.strip()
        self.host = self._url.netloc
        self._key = key
        self._timeout = max(1.0, timeout)

    def ask(self, instruction: str, question: str) -> str:
        """The model's answer to a question, as text.

        Raises:
            LanguageModelError: there was none in time, or it is not of the shape that was agreed on.
        """
        body = {
            "model": self.model,
            "messages": [
                {"role": "system", "content": instruction},
                {"role": "user", "content": question},
            ],
            "temperature": 0.2,
            "max_tokens": _MAX_TOKENS,
            "stream": False,
        }
        status, content = self._post(json.dumps(body).encode())
        if status != 200:
            hint = "Check llm, llm_model and llm_key."
            raise LanguageModelError(
                f"The language model at {self.host} answered with status {status}.", hint
            )
        try:
            answer: Any = json.loads(content)["choices"][0]["message"]["content"]
        except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
            raise self._wrong_shape() from error
        if not isinstance(answer, str):
            raise self._wrong_shape()
        return answer

    def _wrong_shape(self) -> LanguageModelError:
        return LanguageModelError(
            f"What {self.host} answers is not of the shape of OpenAI's chat completions.",
            "llm must be the address that ends before /chat/completions, such as http://127.0.0.1:11434/v1.",
        )

    def _post(self, body: bytes) -> tuple[int, bytes]:
        """Send a question and read its answer, all of it before the deadline."""
        secure = self._url.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(self._url.hostname or "", self._url.port, timeout=self._timeout)
        late = threading.Event()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        deadline: threading.Timer | None = None
        try:
            connection.connect()
            deadline = threading.Timer(self._timeout, _hang_up, (connection.sock, late))
            deadline.daemon = True
            deadline.start()
            connection.request("POST", f"{self._url.path}/chat/completions", body, headers)
            with connection.getresponse() as answer:
                content = answer.read(MAX_ANSWER + 1)
            if late.is_set():
                raise TimeoutError
        except (OSError, http.client.HTTPException, ValueError) as error:
            too_late = late.is_set() or isinstance(error, TimeoutError)
            trouble = f"did not answer within {self._timeout:.0f} s" if too_late else "cannot be reached"
            hint = "A slow one needs a larger llm_timeout." if too_late else "Check llm."
            raise LanguageModelError(
                f"The language model at {self.host} {trouble}.", f"Is it running? {hint}"
            ) from error
        finally:
            if deadline is not None:
                deadline.cancel()
            connection.close()
        if len(content) > MAX_ANSWER:
            raise LanguageModelError(f"{self.host} answered without end.", "Try another model.")
        return answer.status, content


def _hang_up(sock: socket.socket, late: threading.Event) -> None:
    """End a connection that another thread reads from, which meets the end of the stream."""
    late.set()
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
