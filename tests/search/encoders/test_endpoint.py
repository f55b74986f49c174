"""An encoder behind an address: what it is asked, and that each of its faults is one clear sentence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from search.encoders.encoder import EncoderError
from search.encoders.endpoint import EndpointEncoder
from tests.embeddings_server import Endpoint, embedding, endpoint


@pytest.fixture
def told() -> Iterator[Endpoint]:
    with endpoint() as server:
        yield server


def test_texts_are_asked_for_in_batches_and_come_back_in_their_order(told: Endpoint) -> None:
    texts = [f"paper number {at}" for at in range(70)] + [""]
    vectors = EndpointEncoder(f"{told.url}#some-model", key="secret").encode(texts)
    right = np.array([embedding(text or " ", told.dimensions) for text in texts])
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    np.testing.assert_allclose(vectors, right, atol=1e-5)
    assert [len(asked["input"]) for asked in told.asked] == [64, 7]
    assert {asked["model"] for asked in told.asked} == {"some-model"}
    assert told.headers["Authorization"] == "Bearer secret"


def test_a_model_that_is_not_named_is_not_sent(told: Endpoint) -> None:
    encoder = EndpointEncoder(told.url)
    encoder.encode(["a"])
    assert "model" not in told.asked[0]
    assert "Authorization" not in told.headers
    assert encoder.name.startswith("127.0.0.1")


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        ("slow", "did not answer within 0.5 s"),
        ("drip", "did not answer within 0.5 s"),
        ("dripping headers", "did not answer within 0.5 s"),
        ("nan", "NaN"),
        ("zeros", "zeros"),
        ("few", "1 vectors for 2 texts"),
        ("ragged", "no vectors"),
        ("words", "no vectors"),
        ("html", "no embeddings"),
        ("list", "no embeddings"),
        ("fault", "answered with status 500"),
        ("moved", "answered with status 302"),
    ],
)
def test_each_fault_is_one_sentence(told: Endpoint, mode: str, sentence: str) -> None:
    told.mode = mode
    with pytest.raises(EncoderError, match=sentence) as caught:
        EndpointEncoder(told.url, timeout=0.5).encode(["one", "two"])
    assert "goes on without it" in caught.value.hint
    assert caught.value.message.count(".") <= 6


def test_an_address_where_nobody_is() -> None:
    with pytest.raises(EncoderError, match="cannot be reached"):
        EndpointEncoder("http://127.0.0.1:9/embeddings", timeout=0.5).encode(["one"])


@pytest.mark.parametrize(("url", "key"), [("http://", ""), ("http://127.0.0.1:9/v1", "a\nb")])
def test_settings_that_cannot_be_used(url: str, key: str) -> None:
    with pytest.raises(EncoderError, match="no address, or encoder_key no key"):
        EndpointEncoder(url, key)
