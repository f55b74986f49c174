"""Compressed and archived bytes: what is good is kept, what is bad is named, none unfolds for ever."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from typing import BinaryIO

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.archives import BOUNDS, Bounds, Budget, Counted, kind_of, tar_members, unfold, zip_members

TEXT = b"".join(b"@article{k%d, title={Peat %d}}\n" % (n, n) for n in range(5_000))
PACK: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor().compress,
}
SMALL = Bounds(free=10_000, ratio=20, members=5, spool=50_000)


def counted(data: bytes, budget: Budget) -> BinaryIO:
    return io.BufferedReader(Counted(io.BytesIO(data), budget, lambda _: None))


def unfolded(kind: str, data: bytes, bounds: Bounds = BOUNDS) -> tuple[bytes, Budget]:
    budget = Budget("f", bounds=bounds)
    return unfold(counted(data, budget), kind, budget, "f").read(), budget


class Pipe(io.RawIOBase):
    """Bytes that can be read once, as those of standard input."""

    def __init__(self, data: bytes) -> None:
        self._inner = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        return self._inner.readinto(buffer)


# --- Kinds


@pytest.mark.parametrize("kind", PACK)
def test_kinds_are_told_by_their_first_bytes(kind: str) -> None:
    assert kind_of(PACK[kind](b"peat")) == kind
    assert kind_of(PACK[kind](b"")) == kind


def test_archives_are_told_by_their_first_bytes() -> None:
    assert kind_of(zipped({"a": b"x"})) == "zip"
    assert kind_of(zipped({})) == "zip"
    assert kind_of(tarred({"a": b"x"})) == "tar"
    for plain in (b"", b"@article{BZh, title={PK}}", b"BZh9 is a word", b"\x1f", b"ustar" * 40):
        assert kind_of(plain) == ""


# --- Compressed streams


@pytest.mark.parametrize("kind", PACK)
@given(st.binary(max_size=2_000))
@settings(max_examples=25, deadline=None)
def test_what_was_packed_comes_out_whole(kind: str, data: bytes) -> None:
    found, budget = unfolded(kind, PACK[kind](data))
    assert found == data
    assert (budget.faults, budget.unfolded) == ([], len(data))


@pytest.mark.parametrize("kind", PACK)
def test_parts_put_one_behind_the_other_are_one(kind: str) -> None:
    found, budget = unfolded(kind, PACK[kind](TEXT) + PACK[kind](b"the end"))
    assert found == TEXT + b"the end"
    assert budget.faults == []


@pytest.mark.parametrize("kind", PACK)
def test_a_cut_file_gives_what_came_before_the_cut(kind: str) -> None:
    noisy = bytes((n * n * 7919 >> 5) & 255 for n in range(300_000))  # so that half of it is half of it
    packed = PACK[kind](noisy)
    found, budget = unfolded(kind, packed[: len(packed) // 2])
    assert noisy.startswith(found)
    ((name, reason),) = budget.faults
    assert name == "f"
    assert "everything before that point was kept" in reason


@pytest.mark.parametrize("kind", PACK)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=8))
@settings(max_examples=25, deadline=None)
def test_damage_never_raises(kind: str, at: int, bad: bytes) -> None:
    packed = bytearray(PACK[kind](TEXT[:2_000]))
    at %= len(packed)
    packed[at : at + len(bad)] = bad
    _, budget = unfolded(kind, bytes(packed))
    assert len(budget.faults) <= 1


@pytest.mark.parametrize("kind", PACK)
def test_a_bomb_is_stopped_and_said(kind: str) -> None:
    found, budget = unfolded(kind, PACK[kind](bytes(3_000_000)), SMALL)
    assert len(found) < 1_000_000
    assert budget.spent
    ((_, reason),) = budget.faults
    assert "decompression bomb" in reason


def test_what_unfolds_to_little_is_free_of_the_ratio() -> None:
    found, budget = unfolded("gz", gzip.compress(bytes(SMALL.free)), SMALL)
    assert (len(found), budget.spent) == (SMALL.free, False)


def test_a_known_size_bounds_what_counts_as_read() -> None:
    budget = Budget("f", size=10, bounds=Bounds(free=0, ratio=2), read=1_000)
    assert budget.spend(20, "f")
    assert not budget.spend(1, "f")
    assert not budget.spend(1, "f")
    assert len(budget.faults) == 1  # said once


def test_a_dictionary_larger_than_its_bound_is_refused() -> None:
    packed = lzma.compress(TEXT, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 64 << 20}])
    found, budget = unfolded("xz", packed, Bounds(memory=1 << 20))
    assert found == b""
    assert "damaged" in budget.faults[0][1]


# --- Archives


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(files: dict[str, bytes], compression: str = "") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=f"w:{compression}") as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


Members = Callable[[BinaryIO, Budget, str], Iterator[tuple[str, BinaryIO]]]
ARCHIVES: dict[str, tuple[Callable[[dict[str, bytes]], bytes], Members]] = {
    "zip": (zipped, zip_members),
    "tar": (tarred, tar_members),
}


def members(
    kind: str, data: bytes, bounds: Bounds = BOUNDS
) -> tuple[dict[str, bytes], list[tuple[str, str]]]:
    budget = Budget("f", bounds=bounds)
    found = {name: stream.read() for name, stream in ARCHIVES[kind][1](counted(data, budget), budget, "f")}
    return found, budget.faults


@pytest.mark.parametrize("kind", ARCHIVES)
def test_the_files_of_an_archive_in_their_order(kind: str) -> None:
    files = {"b/two.bib": TEXT, "a.bib": b"one", "ä ö/中.txt": b"", "c": b"\x00\xff"}
    found, faults = members(kind, ARCHIVES[kind][0](files))
    assert list(found.items()) == list(files.items())
    assert faults == []


@pytest.mark.parametrize("kind", ARCHIVES)
@pytest.mark.parametrize("path", ["../evil", "a/../../evil", "/etc/passwd", "C:evil", "a\\..\\b", "\\x"])
def test_paths_that_lead_out_are_skipped_and_said(kind: str, path: str) -> None:
    found, faults = members(kind, ARCHIVES[kind][0]({path: b"evil", "good": b"x"}))
    assert found == {"good": b"x"}
    ((name, reason),) = faults
    assert name.startswith("f/")
    assert "leads out of the archive" in reason


@pytest.mark.parametrize("kind", ARCHIVES)
def test_dots_in_names_lead_nowhere(kind: str) -> None:
    files = {"a..b": b"1", "..c": b"2", "d/.hidden": b"3"}
    assert members(kind, ARCHIVES[kind][0](files)) == (files, [])


@pytest.mark.parametrize("kind", ARCHIVES)
def test_too_many_files_are_not_all_read(kind: str) -> None:
    files = {f"f{n}": b"x" for n in range(8)}
    found, faults = members(kind, ARCHIVES[kind][0](files), SMALL)
    assert list(found) == ["f0", "f1", "f2", "f3", "f4"]
    assert faults == [("f", "holds more than 5 files; the rest was not read")]


def test_a_bomb_in_a_zip_ends_the_archive() -> None:
    found, faults = members("zip", zipped({"a": b"x", "bomb": bytes(3_000_000), "b": b"y"}), SMALL)
    assert found["a"] == b"x"
    assert "b" not in found
    assert [name for name, _ in faults] == ["f/bomb"]


def test_links_and_devices_are_skipped() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind in (("link", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE), ("pipe", tarfile.FIFOTYPE)):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
        folder = tarfile.TarInfo("folder")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
    found, faults = members("tar", buffer.getvalue())
    assert found == {}
    assert [name for name, _ in faults] == ["f/link", "f/hard", "f/pipe"]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zip_:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        zip_.writestr(link, "/etc/passwd")
        zip_.writestr("folder/", b"")
    found, faults = members("zip", buffer.getvalue())
    assert (found, [name for name, _ in faults]) == ({}, ["f/link"])


def test_an_encrypted_file_is_named() -> None:
    data = bytearray(zipped({"secret": b"x"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    assert members("zip", bytes(data)) == ({}, [("f/secret", "is encrypted; skipped")])


@pytest.mark.parametrize("kind", ARCHIVES)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_a_damaged_archive_never_raises(kind: str, at: int, bad: bytes) -> None:
    data = bytearray(ARCHIVES[kind][0]({"a": b"peat" * 50, "b": b"fire" * 50}))
    at %= len(data)
    data[at : at + len(bad)] = bad
    found, faults = members(kind, bytes(data))
    assert faults or len(found) <= 2


@pytest.mark.parametrize("kind", ARCHIVES)
def test_a_cut_archive_is_said_to_be_so(kind: str) -> None:
    data = ARCHIVES[kind][0]({"a": b"peat", "b": bytes(range(256)) * 40})
    found, faults = members(kind, data[: len(data) // 2])
    assert "b" not in found or found["b"] != bytes(range(256)) * 40
    assert faults


def test_a_zip_from_standard_input_is_read_up_to_a_bound() -> None:
    budget = Budget("-")
    data = zipped({"a": TEXT})
    found = {name: stream.read() for name, stream in zip_members(io.BufferedReader(Pipe(data)), budget, "-")}
    assert (found, budget.faults) == ({"a": TEXT}, [])
    budget = Budget("-", bounds=Bounds(spool=1_000))
    assert list(zip_members(io.BufferedReader(Pipe(data)), budget, "-")) == []
    assert any("larger than" in reason for _, reason in budget.faults)


def test_a_read_error_ends_the_stream_and_is_named() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise OSError(5, "Input/output error")
            return super().read(10)

    budget = Budget("f")
    stream = io.BufferedReader(Counted(Broken(TEXT), budget, lambda _: None))
    assert stream.read() == TEXT[:10]
    assert budget.faults[0] == ("f", "cannot be read further (Input/output error)")
