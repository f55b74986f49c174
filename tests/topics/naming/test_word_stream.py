from __future__ import annotations

import random

import numpy as np

from topics.naming import word_stream
from topics.naming.word_stream import StreamWriter


def stream_of(texts: list[tuple[str, str]]) -> word_stream.WordStream:
    writer = StreamWriter(lambda form, _: form.removesuffix("s"))
    for row, (title, abstract) in enumerate(texts):
        writer.add(row, title, abstract)
    return writer.stream(len(texts))


def test_phrases_are_found_by_their_stems_and_never_across_texts() -> None:
    stream = stream_of([("deep networks", "learn graphs"), ("graph", "deep network deep network"), ("", "")])
    holders, titles = stream.holders([("deep", "network"), ("network", "learn"), ("graph",), ("never",)])
    assert holders.toarray().tolist() == [[1, 1, 0], [0, 0, 0], [1, 1, 0], [0, 0, 0]]
    assert titles.tolist() == [1, 0, 1, 0]


def test_no_papers_and_no_phrases_give_nothing() -> None:
    assert stream_of([]).holders([("a",)])[0].shape == (1, 0)
    assert stream_of([("a", "b")]).holders([])[0].shape == (0, 1)


def test_many_phrases_are_found_as_a_plain_search_finds_them(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(word_stream, "_CHUNK", 7)
    chance = random.Random(3)
    texts = [
        (" ".join(chance.choices("abcd", k=3)), " ".join(chance.choices("abcd", k=chance.randrange(9))))
        for _ in range(30)
    ]
    phrases = sorted({tuple(chance.choices("abcd", k=chance.randrange(1, 5))) for _ in range(60)})
    holders, titles = stream_of(texts).holders(phrases)
    for number, phrase in enumerate(phrases):
        inside = f" {' '.join(phrase)} "
        found = [any(inside in f" {text} " for text in paper) for paper in texts]
        assert holders[number].toarray().ravel().astype(bool).tolist() == found
        assert titles[number] == np.sum([inside in f" {title} " for title, _ in texts])
