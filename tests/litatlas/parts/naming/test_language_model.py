"""Asking a language model: whatever the endpoint does, there is an answer or one clear sentence, in time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from litatlas.errors import SettingsError
from litatlas.parts.naming.language_model import MAX_ANSWER, ChatEndpoint, LanguageModelError
from tests.chat_server import ChatServer, chat_server


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as served:
        yield served


def test_a_question_and_its_answer(server: ChatServer) -> None:
    server.reply = "Teeth."
    assert ChatEndpoint(server.url, "small", "secret").ask("name it", "teeth") == "Teeth."
    asked = server.asked[0]
    assert asked["path"] == "/v1/chat/completions"
    assert asked["model"] == "small"
    assert [(m["role"], m["content"]) for m in asked["messages"]] == [
        ("system", "name it"),
        ("user", "teeth"),
    ]
    assert server.keys == ["Bearer secret"]


@pytest.mark.parametrize("reply", ["stall", "drip"])
def test_one_that_stalls_or_drips_is_given_up(server: ChatServer, reply: str) -> None:
    server.reply = reply
    with pytest.raises(LanguageModelError, match="did not answer within 1 s") as caught:
        ChatEndpoint(server.url, "small", timeout=1).ask("a", "b")
    assert "llm_timeout" in caught.value.hint


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ((500, b"oops"), "status 500"),
        ((404, b"{}"), "status 404"),
        ((302, b""), "status 302"),
        ((200, b"<html>"), "not of the shape"),
        ((200, b'{"choices": []}'), "not of the shape"),
        ((200, b'{"choices": [{"message": {"content": null}}]}'), "not of the shape"),
        ((200, b"[" * 200_000), "not of the shape"),
        ((200, b" " * (MAX_ANSWER + 10)), "without end"),
    ],
)
def test_other_answers_are_said(server: ChatServer, reply: tuple[int, bytes], words: str) -> None:
    server.reply = reply
    with pytest.raises(LanguageModelError, match=words):
        ChatEndpoint(server.url, "small").ask("a", "b")


def test_one_that_is_away() -> None:
    with chat_server() as served:
        url = served.url
    with pytest.raises(LanguageModelError, match="cannot be reached"):
        ChatEndpoint(url, "small").ask("a", "b")


@pytest.mark.parametrize(
    ("url", "model", "key"),
    [
        ("ftp://x", "m", ""), ("http://user@x/v1", "m", ""), ("http://x y", "m", ""), ("http://", "m", ""),
        ("http://127.0.0.1:9/v1", " ", ""), ("http://127.0.0.1:9/v1", "m", "a\nb"),
        ("http://127.0.0.1:9/v1", "m", "ключ"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_used(url: str, model: str, key: str) -> None:
    with pytest.raises(SettingsError):
        ChatEndpoint(url, model, key)
