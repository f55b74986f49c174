"""Answers as JSON: what orjson cannot say is said all the same."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Flask

from web.encodings import OrjsonProvider


def dumps(value: object) -> str:
    return OrjsonProvider(Flask("test")).dumps(value)


def test_keys_stay_in_order_and_letters_as_they_are() -> None:
    assert dumps({"b": "Größe κ 文", "a": [1.5, None, True]}) == '{"b":"Größe κ 文","a":[1.5,null,true]}'


def test_half_a_surrogate_pair_is_escaped() -> None:
    assert json.loads(dumps({"title": "x\ud800"})) == {"title": "x\ud800"}


def test_numbers_as_keys_and_numbers_beyond_64_bits() -> None:
    assert dumps({1978: 3}) == '{"1978":3}'
    assert json.loads(dumps([2**70])) == [2**70]


def test_records_are_objects() -> None:
    @dataclass
    class Record:
        name: str

    assert dumps(Record("x")) == '{"name":"x"}'


def test_an_answer_ends_with_its_line_whatever_it_holds() -> None:
    app = Flask("test")
    app.json = OrjsonProvider(app)
    with app.app_context():
        for value in ({"title": "Größe"}, {"title": "x\ud800"}, {1978: 2**70}):
            answer = app.json.response(value)
            assert answer.mimetype == "application/json"
            assert answer.get_data().decode() == app.json.dumps(value) + "\n"
