"""Asking an OpenAI-shaped address: one deadline for the whole answer, one size, the proxies that are set."""

from __future__ import annotations

import threading

import pytest

from ingest.errors import InputError
from ingest.network.endpoint import EndpointError, JsonEndpoint
from tests.embeddings_server import endpoint


def _ask(url: str, **options: float) -> object:
    bounds = {"timeout": 5.0, "largest": 100_000} | options
    return JsonEndpoint(url, timeout=bounds["timeout"], largest=int(bounds["largest"])).ask(
        {"input": ["one"]}
    )


def test_an_answer_may_be_as_long_as_said_and_no_longer() -> None:
    with endpoint() as told:
        answer = _ask(told.url)
        assert isinstance(answer, dict)
        with pytest.raises(EndpointError, match="answered without end"):
            _ask(told.url, largest=100)


@pytest.mark.parametrize("mode", ["drip", "dripping headers"])
def test_what_drips_is_given_up_and_leaves_no_thread(mode: str) -> None:
    with endpoint() as told:
        told.mode = mode
        with pytest.raises(EndpointError, match="did not answer within") as caught:
            _ask(told.url, timeout=0.3)
        assert caught.value.late
        for thread in threading.enumerate():
            if thread.name == "endpoint":
                thread.join(10)
                assert not thread.is_alive()


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with endpoint() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.removesuffix("/v1/embeddings"))
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert isinstance(_ask("http://encoder.invalid/v1/embeddings"), dict)
        assert proxy.headers["Host"] == "encoder.invalid"


def test_a_redirect_is_not_followed() -> None:
    with endpoint() as told:
        told.mode = "moved"
        with pytest.raises(EndpointError, match="status 302"):
            _ask(told.url)
        assert len(told.asked) == 1


@pytest.mark.parametrize("key", ["a\nb", "ключ", "a\x00"])
def test_a_key_that_no_header_can_hold(key: str) -> None:
    with pytest.raises(InputError):
        JsonEndpoint("http://127.0.0.1:9/", key, timeout=1, largest=1)
