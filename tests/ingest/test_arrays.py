"""The one store of arrays: what is written is read, damage is named, nothing is run."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.arrays import ArraysError, Layout, has_checksums, read_arrays, write_arrays

LAYOUT = Layout("test", "test.json", 2, "Make it anew.", ("names",))
HEADER = {"kind": "a", "names": ["é", "b"]}
ARRAYS: dict[str, NDArray[Any]] = {
    "numbers": np.arange(6, dtype=np.float32).reshape(2, 3),
    "words": np.array(["graph", "é"], "U8"),
    "keys": np.array([b"a", b"bc"], "S4"),
    "none": np.empty(0, np.uint32),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_arrays(LAYOUT, tmp_path / "f", HEADER, ARRAYS)
    return tmp_path / "f"


def _change(folder: Path, **changes: Any) -> None:
    path = folder / "test.json"
    header = json.loads(path.read_text("utf-8")) | {"checksum": None, **changes}
    path.write_text(json.dumps({name: value for name, value in header.items() if value is not None}), "utf-8")


def test_what_is_written_is_read(folder: Path) -> None:
    header, arrays = read_arrays(LAYOUT, folder, verify=True)
    assert {name: header[name] for name in HEADER} == HEADER
    assert arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        assert np.array_equal(arrays[name], array)
    assert isinstance(arrays["numbers"].base, np.memmap)
    assert has_checksums(LAYOUT, folder)


def test_rows_lie_together_in_the_file_however_they_lie_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.arrays._ROWS", 3)
    by_column = np.asfortranarray(np.arange(35, dtype=np.float16).reshape(7, 5))
    write_arrays(LAYOUT, tmp_path / "f", HEADER, {"values": by_column})
    read = read_arrays(LAYOUT, tmp_path / "f", verify=True)[1]["values"]
    assert read.flags.c_contiguous
    np.testing.assert_array_equal(read, by_column, strict=True)


def test_a_folder_is_replaced_as_a_whole(folder: Path) -> None:
    old = read_arrays(LAYOUT, folder)[1]
    write_arrays(LAYOUT, folder, {**HEADER, "kind": "b"}, {"numbers": np.ones(2)})
    header, arrays = read_arrays(LAYOUT, folder)
    assert header["kind"] == "b"
    assert list(arrays) == ["numbers"]
    assert old["numbers"].sum() == 15  # who has the earlier one open keeps it
    assert [path.name for path in folder.parent.iterdir()] == ["f"]


def test_a_folder_of_before_is_read_without_checksums(folder: Path) -> None:
    _change(folder, format=1, files=None)
    (folder / "names.json").unlink()
    (folder / "names.txt").write_text("é\nb", "utf-8")
    header, arrays = read_arrays(LAYOUT, folder, verify=True)
    assert header["names"] == ["é", "b"]
    assert arrays.keys() == ARRAYS.keys()
    assert not has_checksums(LAYOUT, folder)


@pytest.mark.parametrize("size", [0, 1])
def test_a_changed_file_is_named(folder: Path, size: int) -> None:
    path = folder / "numbers.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 255
    path.write_bytes(bytes(content) + b"x" * size)
    with pytest.raises(ArraysError, match=r"numbers\.npy") as caught:
        read_arrays(LAYOUT, folder, verify=not size)
    assert caught.value.hint == "Make it anew."


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 3}, "newer version"),
        ({"files": {"../f/numbers.npy": {"size": 1, "sha256": ""}}}, "outside its folder"),
        ({"files": {"gone.npy": {"size": 1, "sha256": ""}}}, r"gone\.npy is missing"),
        ({"files": 7}, "cannot be read"),
        ({"format": None}, "cannot be read"),
    ],
)
def test_a_manifest_that_says_something_else_is_refused(
    folder: Path, changes: dict[str, Any], message: str
) -> None:
    _change(folder, **changes)
    with pytest.raises(ArraysError, match=message):
        read_arrays(LAYOUT, folder)


@pytest.mark.parametrize("content", [b"", b"{", b"\0" * 40])
def test_a_manifest_that_is_damaged_is_named(folder: Path, content: bytes) -> None:
    manifest = folder / LAYOUT.manifest
    manifest.write_bytes(content)
    with pytest.raises(ArraysError, match=f"is damaged: {re.escape(manifest.name)}"):
        read_arrays(LAYOUT, folder)


def test_an_array_of_objects_is_refused(folder: Path) -> None:
    np.save(folder / "numbers.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    _change(folder, files=None)
    with pytest.raises(ArraysError, match="cannot be read"):
        read_arrays(LAYOUT, folder)


def test_without_a_folder(tmp_path: Path) -> None:
    assert not LAYOUT.exists(tmp_path)
    with pytest.raises(ArraysError, match="cannot be read"):
        read_arrays(LAYOUT, tmp_path)
