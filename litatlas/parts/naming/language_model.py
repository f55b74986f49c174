"""Asking a language model behind an OpenAI-shaped address: one question, one bounded answer, one deadline."""

from __future__ import annotations

from ingest.errors import InputError
from ingest.network.addresses import base_url
from ingest.network.endpoint import EndpointError, JsonEndpoint
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
        SettingsError: the address or the key is none, or no model is named.
    """

    def __init__(self, url: str, model: str, key: str = "", *, timeout: float = 60.0) -> None:
        try:
            address = f"{base_url(url)}/chat/completions"
        except InputError as error:
            raise SettingsError(
                f"llm is {url[:100]!r}.", "It must be an address such as http://127.0.0.1:11434/v1."
            ) from error
        if not model.strip():
            raise SettingsError(
                "llm is set and llm_model is not.", "Name the model, as in llm_model = llama3.2."
            )
        try:
            self._endpoint = JsonEndpoint(address, key, timeout=max(1.0, timeout), largest=MAX_ANSWER)
        except InputError as error:
            raise SettingsError("llm_key has characters that a key cannot have.", "Copy it again.") from error
        self.model = model.strip()
        self.host = self._endpoint.host

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
        try:
            answer = self._endpoint.ask(body)
        except EndpointError as error:
            hint = (
                "A slow one needs a larger llm_timeout."
                if error.late
                else "Check llm, llm_model and llm_key."
            )
            raise LanguageModelError(
                f"The language model at {self.host} {error.trouble}.", f"Is it running? {hint}"
            ) from error
        try:
            text = answer["choices"][0]["message"]["content"]
        except (KeyError, IndexError, TypeError) as error:
            raise self._wrong_shape() from error
        if not isinstance(text, str):
            raise self._wrong_shape()
        return text

    def _wrong_shape(self) -> LanguageModelError:
        return LanguageModelError(
            f"What {self.host} answers is not of the shape of OpenAI's chat completions.",
            "llm must be the address that ends before /chat/completions, such as http://127.0.0.1:11434/v1.",
        )
