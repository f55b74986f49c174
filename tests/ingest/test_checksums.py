"""JSON with its own checksum, and files that are compared only when they were touched."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ingest.checksums import are_sealed, seal, signed, unsigned

TEXT = json.dumps({"a": 1, "é": [2.5]}, ensure_ascii=False)


def test_what_is_signed_is_read() -> None:
    assert json.loads(unsigned(signed(TEXT)) or "") == json.loads(TEXT)
    assert json.loads(signed(TEXT))["a"] == 1  # an ordinary reader reads it too
    assert unsigned(TEXT.encode()) == TEXT  # of before there were checksums


@pytest.mark.parametrize("at", range(len(signed(TEXT))))
def test_no_flipped_bit_changes_what_is_read(at: int) -> None:
    data = signed(TEXT)
    for bit in range(8):
        text = unsigned(data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :])
        try:
            read = json.loads(text or "")
        except ValueError:
            continue  # named by whoever reads it
        assert {key: read.get(key) for key in json.loads(TEXT)} == json.loads(TEXT)


def test_a_file_that_was_touched_is_not_sealed(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
    assert not are_sealed(tmp_path, ["a"])
    seal(tmp_path, ["a", "b"])
    assert are_sealed(tmp_path, ["a", "b"])
    os.utime(tmp_path / "a", ns=(0, 0))
    assert not are_sealed(tmp_path, ["a", "b"])
    assert are_sealed(tmp_path, ["b"])
    assert not are_sealed(tmp_path, ["c"])
    (tmp_path / ".verified.json").write_text("[")
    assert not are_sealed(tmp_path, ["b"])
