"""A backup that is whole may still be anybody's: what it names stays inside the home."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from sqlalchemy import insert

from ingest.arrays import ArraysError
from ingest.library import schema
from ingest.progress import Silent
from litatlas.atlas import Atlas
from litatlas.generation.home import Home
from litatlas.maintenance.archive import BackupError, write_archive
from litatlas.maintenance.restore import ELSEWHERE, restore
from litatlas.maintenance.settings_text import remember_library, without
from litatlas.settings import Settings, load
from tests.papers import papers, write

OUTSIDE = ("..", ".", "", "../../other", "/srv/other", "a/b", ".hidden", "a\0b", "x" * 151)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library of an atlas of eight papers."""
    folder = tmp_path_factory.mktemp("foreign")
    with Atlas(Settings(home=folder / "home", processes=1)) as atlas:
        atlas.collections.add([write(folder / "a.jsonl", papers(8))], "A")
    return folder / "home" / "library.db"


def _refused(
    folder: Path, library: Path, *words: str, settings: bytes | None = None, documents: int = 8
) -> None:
    """That a backup is refused in those words, and leaves no home."""
    files = {"library.db": library}
    if settings is not None:
        files["litatlas.toml"] = folder / "foreign.toml"
        files["litatlas.toml"].write_bytes(settings)
    write_archive(folder / "b", "2026", {"documents": documents}, files)
    with pytest.raises(BackupError) as refused:
        restore(Settings(home=folder / "new"), folder / "b", Silent())
    assert all(word in refused.value.message for word in (str(folder / "b"), *words)), refused.value.message
    assert not (folder / "new").exists()


@pytest.mark.parametrize("name", OUTSIDE)
def test_no_name_of_a_library_leads_out_of_a_home(name: str, tmp_path: Path) -> None:
    home = Home(tmp_path)
    for place in (home.model, home.segment, home.assistance):
        assert place("m12-20261130222012179798").parent.parent == tmp_path
        with pytest.raises(ArraysError, match="belongs into no home"):
            place(name)


@pytest.mark.parametrize("column", ["model", "index", "draft", "segment"])
def test_a_library_that_names_a_folder_elsewhere_is_refused(
    column: str, library: Path, tmp_path: Path
) -> None:
    (tmp_path / "home").mkdir()
    foreign = tmp_path / "home" / "library.db"
    foreign.write_bytes(library.read_bytes())
    names = {"model": None, "index": "papers-9", column: "../../other"}
    row = {"number": 9, "analysis": "2", "seq": 1, "made": "2026", "model": names["model"]}
    with Atlas(Settings(home=tmp_path / "home", processes=1)) as atlas:
        if column in ("draft", "segment"):
            place = '{"segment": "../../other"}'
            draft = (
                f'{{"model": "{"m1" if column == "segment" else "../../other"}", "papers": 1, "levels": [1],'
                ' "sequence": 1, "created": "", "difference": {}, "successors": {}, "unplaced": {}}'
            )
            atlas.library.put_meta({"draft": draft, "model:m1": place})
        with atlas.library.writing() as connection:
            connection.execute(insert(schema.generations).values(row | {"index": names["index"]}))
    _refused(tmp_path, foreign, "belongs into no home")


def test_a_library_that_is_none_or_another_is_refused(library: Path, tmp_path: Path) -> None:
    (tmp_path / "none").write_bytes(b"no library")
    _refused(tmp_path, tmp_path / "none", "library")
    (tmp_path / "empty").touch()
    _refused(tmp_path, tmp_path / "empty", "0 documents", "8")
    _refused(tmp_path, library, "8 documents", "9", documents=9)


@pytest.mark.parametrize("settings", [b"\xff\xfe", b"contact = ", b"[" * 3_000])
def test_settings_that_cannot_be_read_are_refused(settings: bytes, library: Path, tmp_path: Path) -> None:
    _refused(tmp_path, library, "settings", settings=settings)


WRITTEN = {
    "plain": 'engine = "x"\nlibrary= "y"\n',
    "quoted": '"engine" = "x"\n\'library\' = "y"\n  "log_file"="z"\n',
    "escaped": '"\\u0065ngine" = "x"\n',
    "over lines": 'index_prefix = """\nreal"""\n',
    "in another's text": 'contact = """\nengine = "tantivy"\n"""\n',
}


@pytest.mark.parametrize("kind", WRITTEN)
def test_settings_of_places_are_left_out_however_they_are_written(
    kind: str, library: Path, tmp_path: Path
) -> None:
    (tmp_path / "ours.toml").write_text(f"# Ours\nsession_days = 3\n{WRITTEN[kind]}", "utf-8")
    files = {"library.db": library, "litatlas.toml": tmp_path / "ours.toml"}
    write_archive(tmp_path / "b", "2026", {"documents": 8}, files)
    answer = restore(Settings(home=tmp_path / "new"), tmp_path / "b", Silent())
    text = (tmp_path / "new" / "litatlas.toml").read_text("utf-8")
    left = tomllib.loads(text)
    before = tomllib.loads((tmp_path / "ours.toml").read_text("utf-8"))
    assert left == {name: value for name, value in before.items() if name not in ELSEWHERE}
    assert answer["settings_left_out"] == sorted(before.keys() - left.keys())
    assert load(tmp_path / "new").session_days == 3
    assert text.startswith("# Ours") or kind in ("escaped", "over lines", "in another's text")


def test_a_library_is_named_once_however_it_was_named_before(tmp_path: Path) -> None:
    (tmp_path / "litatlas.toml").write_text('"library" = "sqlite:///a"\ncontact = "ü@b.example"\n', "utf-8")
    remember_library(tmp_path, "sqlite:///b")
    assert (load(tmp_path).library, load(tmp_path).contact) == ("sqlite:///b", "ü@b.example")
    assert without("read_only = true\n", ()) == "read_only = true\n"
