"""A backup holds everything, is verified, and comes back whole or not at all."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard

from ingest.checksums import signed
from ingest.library.access.accounts import Token
from ingest.locks import exclusive
from ingest.progress import Silent
from litatlas.atlas import Atlas
from litatlas.doctor import examine
from litatlas.errors import BusyError, InputError, LitatlasError
from litatlas.generation.home import Home
from litatlas.maintenance.archive import BackupError, check_archive
from litatlas.maintenance.backup import back_up
from litatlas.maintenance.restore import restore
from litatlas.settings import Settings
from tests.killing import run_killed, run_through, steps_of
from tests.two_models import TwoModels, patch_settings


@pytest.fixture(scope="module")
def whole(two_models: TwoModels, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with two models, later papers, a list, a name given by hand, settings and a job."""
    with pytest.MonkeyPatch.context() as patch:
        patch_settings(patch)
        folder = tmp_path_factory.mktemp("backup")
        home = two_models.copied(folder)
        with Atlas(Settings(home=home)) as atlas:
            topic = atlas.topics.all()["topics"][0]["id"]
            atlas.topics.rename(topic, "Named by hand")
            atlas.lists.make("To read", [atlas.search("galaxy")["documents"][0]["id"]])
            atlas.library.create_job("upload", {"path": "gone"})
        (home / "litatlas.toml").write_text('contact = "a@b.example"\nengine = "tantivy"\n', "utf-8")
        yield home


@pytest.fixture(scope="module")
def backup(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("kept") / "b.tar.zst"
    _back_up(whole, file)
    return file


def _back_up(home: Path, file: Path, keep: int = 7) -> dict[str, Any]:
    settings = Settings(home=home, backup_keep=keep)
    with Atlas(settings) as atlas:
        return back_up(settings, atlas.library, file, Silent())


def _state(home: Path) -> dict[str, Any]:
    with Atlas(Settings(home=home)) as atlas:
        atlas.generations.finish_interrupted()
        hit = atlas.search("galaxy")["documents"][0]["id"]
        return {
            "found": {q: atlas.search(q)["documents"] for q in ("galaxy", "valve surgery", "collection:B")},
            "topics": atlas.topics.all(),
            "similar": atlas.papers.similar(hit),
            "lists": atlas.lists.all(),
            "collections": atlas.collections.all(),
            "behind": atlas.reports.status()["engine"]["behind"],
        }


def test_everything_comes_back(whole: Path, backup: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert check_archive(backup).counts["documents"] == 80
    assert run_through(home, "restore", str(backup)) == 0
    assert _state(home) == _state(whole)
    assert examine(Settings(home=home))["healthy"]
    assert (home / "litatlas.toml").read_text("utf-8") == 'contact = "a@b.example"\n'
    with Atlas(Settings(home=home)) as atlas:
        job = atlas.library.jobs(limit=1)[0]
        assert (job.state, "backup" in str(job.error)) == ("failed", True)
        atlas.models.roll_back()
        assert atlas.topics.all()["topics"]
    assert not [path for path in home.iterdir() if path.name in ("restoring", "restored", "unpacked.db")]


def test_users_and_tokens_come_back_but_nobody_is_signed_in(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "b.tar.zst"
    later = "2999-01-01T00:00:00+00:00"
    with Atlas(Settings(home=home)) as atlas:
        ann = atlas.library.add_user("Ann", "ann", "keeper", password="hash")
        atlas.library.start_session("cookie", ann.number, later)
        for id, kind in (("a", "token"), ("b", "reset")):
            token = Token(id, "hash", ann.number, kind, "mine", ("read",), later, "", later)
            atlas.library.add_token(token)
    _back_up(home, file)
    settings = Settings(home=tmp_path / "other")
    restore(settings, file, Silent())
    with Atlas(settings) as atlas:
        assert [user.name for user in atlas.library.users()] == ["Ann"]
        assert [atlas.library.token(id) is not None for id in ("a", "b")] == [True, False]
        assert atlas.library.session_user("cookie") is None
    with Atlas(Settings(home=home)) as atlas:
        assert atlas.library.session_user("cookie") is not None


def test_it_is_written_while_a_build_and_a_change_go_on(whole: Path, tmp_path: Path) -> None:
    place = Home(whole)
    with exclusive(place.lock("models"), "a build"), exclusive(place.lock("changes"), "an upload"):
        answer = _back_up(whole, tmp_path / "b.tar.zst")
    assert len(answer["models"]) == 2
    assert check_archive(tmp_path / "b.tar.zst")


def test_earlier_backups_are_numbered(whole: Path, tmp_path: Path) -> None:
    for _ in range(4):
        _back_up(whole, tmp_path / "b", keep=3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "b.1", "b.2"]
    (tmp_path / "other").write_text("mine")
    with pytest.raises(InputError, match="no backup"):
        _back_up(whole, tmp_path / "other")
    assert (tmp_path / "other").read_text() == "mine"


def test_what_is_damaged_is_not_kept(whole: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    with Atlas(Settings(home=home)) as atlas:
        live = atlas.live().row.model or ""
    other = next(path for path in (home / "models").iterdir() if path.name != live)
    (other / "idf.npy").write_bytes(b"nothing")
    assert _back_up(home, tmp_path / "b")["left_out"] == [other.name]
    (home / "models" / live / "idf.npy").write_bytes(b"nothing")
    with pytest.raises(LitatlasError, match=r"idf\.npy"):
        _back_up(home, tmp_path / "b")
    assert check_archive(tmp_path / "b")


def _archive(path: Path, manifest: dict[str, Any] | None, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with (
        path.open("wb") as raw,
        zstandard.ZstdCompressor().stream_writer(raw) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        if manifest is not None:
            data = signed(json.dumps(manifest))
            head = tarfile.TarInfo("manifest.json")
            head.size = len(data)
            tar.addfile(head, io.BytesIO(data))
        for member, content in members:
            tar.addfile(member, io.BytesIO(content))
    return path


def _said(**changes: Any) -> dict[str, Any]:
    files = {"library.db": {"size": 1, "sha256": "0"}}
    about = {"format": 1, "version": "9", "schema": "0001", "created": "", "counts": {}, "files": files}
    return about | changes


def _member(name: str, kind: bytes = tarfile.REGTYPE) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.type, member.size, member.linkname = kind, int(kind == tarfile.REGTYPE), "/etc/passwd"
    return member, b"x"


HOSTILE: dict[str, tuple[dict[str, Any] | None, list[tuple[tarfile.TarInfo, bytes]], str]] = {
    "a newer format": (_said(format=2), [], "newer litatlas"),
    "a newer library": (_said(schema="9999"), [], "newer litatlas"),
    "no manifest": (None, [_member("library.db")], "not a backup"),
    "another's content": (_said(), [_member("library.db")], "is not what was written"),
    "a path that escapes": (_said(files={"../x": {"size": 1, "sha256": ""}}), [], "belongs into no home"),
    "an absolute path": (_said(files={"/tmp/x": {"size": 1, "sha256": ""}}), [], "belongs into no home"),
    "a path up": (_said(files={"models/../x": {"size": 1, "sha256": ""}}), [], "belongs into no home"),
    "a member unnamed": (_said(), [_member("../../x")], "no file of a backup"),
    "a link": (_said(), [_member("library.db", tarfile.SYMTYPE)], "no file of a backup"),
    "nothing else": (_said(), [], "library.db is missing"),
    "no library": (_said(files={}), [], "no library"),
    "a huge size": (_said(files={"library.db": {"size": 1 << 60, "sha256": ""}}), [], "no room"),
    "a size below nothing": (_said(files={"library.db": {"size": -1, "sha256": ""}}), [], "cannot be read"),
    "a size without end": (_said(files={"library.db": {"size": 1e400, "sha256": ""}}), [], "cannot be read"),
    "sizes as texts": (_said(files={"library.db": {"size": "1", "sha256": ""}}), [], "cannot be read"),
    "no checksum": (_said(files={"library.db": {"size": 1, "sha256": None}}), [], "cannot be read"),
    "files as a list": (_said(files=["library.db"]), [], "cannot be read"),
    "counts that are none": (_said(counts=3), [], "cannot be read"),
    "counts in words": (_said(counts={"documents": "many"}), [], "cannot be read"),
    "a format in words": (_said(format="new"), [], "cannot be read"),
    "sizes in words": (_said(files={"library.db": {"size": "many"}}), [], "cannot be read"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_backup_is_refused_and_nothing_changes(kind: str, tmp_path: Path) -> None:
    manifest, members, message = HOSTILE[kind]
    file = _archive(tmp_path / "b", manifest, *members)
    with pytest.raises(InputError, match=message):
        restore(Settings(home=tmp_path / "home"), file, Silent())
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "text", "missing"])
def test_a_damaged_backup_is_named(backup: Path, tmp_path: Path, damage: str) -> None:
    file, data = tmp_path / "b", backup.read_bytes()
    middle = len(data) // 2
    contents = {
        "cut": data[:middle],
        "flip": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
        "empty": b"",
        "text": b"not a backup",
    }
    if damage in contents:
        file.write_bytes(contents[damage])
    with pytest.raises(BackupError):
        check_archive(file)
    with pytest.raises(BackupError):
        restore(Settings(home=tmp_path / "home"), file, Silent())
    assert not (tmp_path / "home").exists()
    (tmp_path / "there").mkdir()
    with pytest.raises(BackupError):
        restore(Settings(home=tmp_path / "there"), file, Silent())
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["restore.lock"]


def test_no_atlas_is_written_over(whole: Path, backup: Path, tmp_path: Path) -> None:
    before = _state(whole)
    with pytest.raises(InputError, match="80 documents"):
        restore(Settings(home=whole), backup, Silent())
    assert _state(whole) == before
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be restored into"):
        restore(Settings(home=tmp_path / "file" / "home"), backup, Silent())
    home = Home(tmp_path / "home")
    home.folder.mkdir()
    with exclusive(home.lock("restore"), "restoring"), pytest.raises(BusyError, match="restoring"):
        restore(Settings(home=home.folder), backup, Silent())


def test_a_lost_library_comes_back_into_its_home(whole: Path, backup: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    (home / "library.db").unlink()
    assert run_through(home, "restore", str(backup)) == 0
    assert _state(home) == _state(whole)
    assert examine(Settings(home=home))["healthy"]


FIRST = ("commit ", "rename ")


@pytest.mark.parametrize("kinds", [FIRST, pytest.param(("",), marks=pytest.mark.nightly)])
@pytest.mark.timeout(3000)
def test_a_backup_killed_at_any_step_leaves_the_one_before(
    whole: Path, tmp_path: Path, kinds: tuple[str, ...]
) -> None:
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    file = home / "b"
    _back_up(home, file)
    steps = [step for step in steps_of(home, "backup", str(file)) if step.startswith(kinds)]
    for step in steps:
        assert run_killed(home, step, "backup", str(file)), step
        kept = [path for path in home.glob("b*") if path.suffix != ".part" and path.is_file()]
        kept = [path for path in kept if not path.name.endswith(".lock")]
        assert kept, step
        assert all(check_archive(path) for path in kept), step
        assert run_through(home, "backup", str(file)) == 0, step
        assert not list(home.glob("b*.part")), step
        assert not (home / "backing-up").exists(), step


@pytest.mark.parametrize("kinds", [FIRST, pytest.param(("",), marks=pytest.mark.nightly)])
@pytest.mark.timeout(3000)
def test_a_restore_killed_at_any_step_leaves_all_or_nothing(
    whole: Path, backup: Path, tmp_path: Path, kinds: tuple[str, ...]
) -> None:
    home = tmp_path / "home"
    wanted = _state(whole)
    steps = [step for step in steps_of(home, "restore", str(backup)) if step.startswith(kinds)]
    assert any("restored" in step for step in steps)
    for step in steps:
        shutil.rmtree(home)
        assert run_killed(home, step, "restore", str(backup)), step
        restored = (home / "library.db").exists() or (home / "restored").exists()
        status = run_through(home, "search", "galaxy")
        assert status == (0 if restored else 1), step
        if not restored:
            assert run_through(home, "restore", str(backup)) == 0, step
        assert _state(home) == wanted, step
        assert not (home / "restored").exists(), step
