"""The file of a backup: what was written is read again, to the byte, and what is none is told from one."""

from __future__ import annotations

import io
import stat
import tarfile
from pathlib import Path

import pytest
import zstandard

from ingest.checksums import signed
from ingest.library import schema
from litatlas import __version__
from litatlas.maintenance.archive import (
    FORMAT,
    BackupError,
    Manifest,
    check_archive,
    is_archive,
    read_archive,
    write_archive,
)

FILES = {
    "library.db": b"SQLite" + bytes(3_000_000),
    "litatlas.toml": b"",
    "models/a-1/phi_0.npy": bytes(range(256)) * 20,
    "models/a-1/ranking/w.npy": b"1",
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    files = {}
    for number, (name, content) in enumerate(FILES.items()):
        files[name] = folder / str(number)
        files[name].write_bytes(content)
    write_archive(folder / "b", "2026-01-02", {"documents": 7}, files)
    return folder / "b"


def test_what_was_written_is_read_again(archive: Path, tmp_path: Path) -> None:
    told: list[Manifest] = []

    def take(manifest: Manifest):  # type: ignore[no-untyped-def]
        told.append(manifest)
        return lambda name: (tmp_path / name.replace("/", "_")).open("wb")

    manifest = read_archive(archive, take)
    assert told == [manifest]
    assert (manifest.format, manifest.version, manifest.schema) == (FORMAT, __version__, schema.SCHEMA)
    assert (manifest.created, manifest.counts) == ("2026-01-02", {"documents": 7})
    assert manifest.size == sum(map(len, FILES.values()))
    for name, content in FILES.items():
        assert (tmp_path / name.replace("/", "_")).read_bytes() == content
    assert check_archive(archive) == manifest
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600, "it holds what the atlas holds"


def test_ordinary_tools_open_it(archive: Path) -> None:
    plain = zstandard.ZstdDecompressor().stream_reader(archive.read_bytes()).read()
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        assert tar.getnames() == ["manifest.json", *FILES]
        assert {member.mode for member in tar} == {0o600}


def test_a_backup_is_told_from_other_files(archive: Path, tmp_path: Path) -> None:
    assert is_archive(archive)
    other = tmp_path / "other"
    for content in (b"", b"text", archive.read_bytes()[:20], zstandard.compress(b"x" * 512), bytes(600)):
        other.write_bytes(content)
        assert not is_archive(other)
        with pytest.raises(BackupError) as refused:
            check_archive(other)
        assert refused.value.hint
    assert not is_archive(tmp_path / "none")


def _content(path: Path) -> dict[str, bytes]:
    """What a backup unpacks to; empty where it is refused."""
    parts: dict[str, io.BytesIO] = {}

    class Kept(io.BytesIO):
        def close(self) -> None:
            """Stay readable."""

    def opened(name: str) -> io.BytesIO:
        return parts.setdefault(name, Kept())

    try:
        read_archive(path, lambda _: opened)
    except BackupError:
        return {}
    return {name: part.getvalue() for name, part in parts.items()}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of few bytes, each of which can be damaged."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "library").write_bytes(bytes(range(256)) + bytes(900))
    write_archive(folder / "b", "2026-01-02", {"documents": 7}, {"library.db": folder / "library"})
    return folder / "b"


def test_no_flipped_byte_unpacks_to_anything_else(small: Path, tmp_path: Path) -> None:
    whole, data, noticed = _content(small), small.read_bytes(), 0
    assert whole["library.db"]
    for at in range(len(data)):
        (tmp_path / "b").write_bytes(data[:at] + bytes([data[at] ^ 0x11]) + data[at + 1 :])
        content = _content(tmp_path / "b")
        noticed += not content
        assert content in ({}, whole), at
    assert noticed > 0.95 * len(data), "the others say the same in other bits of Zstandard"


def test_every_cut_and_everything_after_the_end_is_noticed(small: Path, tmp_path: Path) -> None:
    data = small.read_bytes()
    changed = [data[:at] for at in range(len(data))]
    changed += [data + more for more in (b"x", data, bytes(1_000), zstandard.compress(b"x" * 100))]
    for content in changed:
        (tmp_path / "b").write_bytes(content)
        with pytest.raises(BackupError):
            check_archive(tmp_path / "b")


def test_what_unpacks_without_end_is_refused_soon(small: Path, tmp_path: Path) -> None:
    plain = zstandard.ZstdDecompressor().stream_reader(small.read_bytes()).read()
    (tmp_path / "b").write_bytes(zstandard.compress(plain + bytes(1 << 28)))
    with pytest.raises(BackupError, match="follows its last file"):
        check_archive(tmp_path / "b")


@pytest.mark.parametrize("manifest", ['{"a": ' + "[" * 100_000, '{"format": 1}', '{"format": NaN}'])
def test_a_manifest_of_another_shape_is_refused(tmp_path: Path, manifest: str) -> None:
    data = signed(manifest)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        member = tarfile.TarInfo("manifest.json")
        member.size = len(data)
        tar.addfile(member, io.BytesIO(data))
    (tmp_path / "b").write_bytes(zstandard.compress(packed.getvalue()))
    with pytest.raises(BackupError) as refused:
        check_archive(tmp_path / "b")
    assert refused.value.hint


@pytest.mark.parametrize("at", [0.1, 0.5, 0.9])
def test_any_cut_and_any_flipped_bit_is_noticed(archive: Path, tmp_path: Path, at: float) -> None:
    data, damaged = archive.read_bytes(), tmp_path / "b"
    place = int(at * len(data))
    for changed in (data[:place], data[:place] + bytes([data[place] ^ 64]) + data[place + 1 :]):
        damaged.write_bytes(changed)
        with pytest.raises(BackupError):
            check_archive(damaged)
