"""Records cut out of a stream and parsed elsewhere are those that are read in one go."""

from __future__ import annotations

import io
import pickle

import pytest

from ingest.readers.parsing import jsonrecords
from ingest.readers.parsing.jsonrecords import cut_json, json_records, parse_json
from ingest.readers.parsing.reader import Cut

WHOLE = b"".join(b'{"id": "%d"}\n' % n for n in range(9))
SPREAD = b'{\n"id": "a",\n"title": "b"\n}\n' * 5
BROKEN = b'{"id": "open",\n' + WHOLE + b'{"id" "no"}\nnothing\n' + WHOLE


@pytest.mark.parametrize("data", [WHOLE, SPREAD, BROKEN, WHOLE + SPREAD + WHOLE, b""])
@pytest.mark.parametrize("size", [10_000, 8])
def test_cuts_of_json_lose_nothing(data: bytes, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonrecords, "CUT_RECORDS", 3)
    monkeypatch.setattr(jsonrecords, "CUT_BYTES", size)
    found = []
    for piece in cut_json(io.BytesIO(data)):
        if isinstance(piece, Cut):
            found += list(parse_json(pickle.loads(pickle.dumps(piece))))
        else:
            found.append(piece)
    assert found == list(json_records(io.BytesIO(data)))
