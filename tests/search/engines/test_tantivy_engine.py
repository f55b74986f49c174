"""The engine contract over Tantivy, and what only an engine on a disk can suffer."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import tantivy

from ingest.locks import exclusive
from search.engines.contract import Engine, Request
from search.engines.errors import EngineError, EngineRedError, LockedError
from search.engines.opening import open_engine
from tests.search.engines.engine_contract import PAPERS, STAMP, EngineContract


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine("tantivy", tmp_path / "index")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened = open_engine("tantivy", tmp_path_factory.mktemp("index"))
    opened.create("shelf", STAMP)
    opened.write("shelf", PAPERS[:50], stamp=STAMP)
    opened.write("shelf", PAPERS[50:], stamp=STAMP)
    yield opened
    opened.close()


class TestTantivy(EngineContract):
    """The contract."""


def test_another_engine_on_the_same_folder_sees_what_is_written(engine: Engine, tmp_path: Path) -> None:
    engine.create("shelf", STAMP)
    reader = open_engine("tantivy", tmp_path / "index")
    assert reader.search("shelf", Request()).total == 0
    engine.write("shelf", PAPERS[:5], stamp=STAMP)
    assert reader.search("shelf", Request()).total == 5
    engine.create("shelf", STAMP)
    assert reader.search("shelf", Request()).total == 0


def test_titles_and_abstracts_can_be_read_without_us(engine: Engine, tmp_path: Path) -> None:
    paper = next(paper for paper in PAPERS if paper.title and paper.abstract)
    engine.create("shelf", STAMP)
    engine.write("shelf", [paper], stamp=STAMP)
    searcher = tantivy.Index.open(str(tmp_path / "index" / "shelf")).searcher()
    ((_, address),) = searcher.search(tantivy.Query.all_query(), 1).hits
    stored = {"id": [paper.id], "title": [paper.title], "abstract": [paper.abstract]}
    assert searcher.doc(address).to_dict() == stored


def _hold(path: Path, held: object) -> None:
    with exclusive(path, "a test"):
        held.set()  # type: ignore[attr-defined]
        time.sleep(60)


def test_the_second_writer_is_told_who_holds_the_lock(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.create("shelf", STAMP)
    monkeypatch.setattr("search.engines.tantivy.engine._LOCK_WAIT", 0.2)
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    other = context.Process(target=_hold, args=(tmp_path / "index" / "shelf.lock", held))
    other.start()
    try:
        assert held.wait(30)
        with pytest.raises(LockedError, match=f"process {other.pid} on "):
            engine.write("shelf", PAPERS[:1], stamp=STAMP)
        assert engine.search("shelf", Request()).total == 0
        os.kill(other.pid or 0, signal.SIGKILL)
        other.join(30)
        assert engine.write("shelf", PAPERS[:1], stamp=STAMP) == 1
    finally:
        other.kill()
        other.join(30)


def _write_forever(folder: Path, begun: object) -> None:
    engine = open_engine("tantivy", folder)
    while True:
        engine.write("shelf", PAPERS, stamp=STAMP, progress=None)
        begun.set()  # type: ignore[attr-defined]


def test_a_killed_writer_harms_nothing(engine: Engine, tmp_path: Path) -> None:
    engine.create("shelf", STAMP)
    context = multiprocessing.get_context("spawn")
    for _ in range(2):
        begun = context.Event()
        writer = context.Process(target=_write_forever, args=(tmp_path / "index", begun))
        writer.start()
        assert begun.wait(60)
        os.kill(writer.pid or 0, signal.SIGKILL)
        writer.join(30)
        assert engine.search("shelf", Request()).total == len(PAPERS)
    assert engine.write("shelf", PAPERS[:7], deleted=["p100"], stamp=STAMP) == 7
    assert engine.search("shelf", Request()).total == len(PAPERS) - 1


@pytest.mark.parametrize("suffix", ["store", "term", "idx", "fast", "pos"])
def test_a_missing_segment_file_is_said_and_nothing_crashes(
    engine: Engine, tmp_path: Path, suffix: str
) -> None:
    engine.create("shelf", STAMP)
    engine.write("shelf", PAPERS, stamp=STAMP)
    engine.close()
    for file in (tmp_path / "index" / "shelf").glob(f"*.{suffix}"):
        file.unlink()
    with pytest.raises(EngineRedError, match="shelf is damaged") as caught:
        engine.search("shelf", Request())
    assert "litatlas reindex" in caught.value.hint
    assert engine.health().state == engine.health("shelf").state == "red"
    engine.create("shelf", STAMP)
    assert engine.write("shelf", PAPERS, stamp=STAMP) == len(PAPERS)
    assert engine.search("shelf", Request()).total == len(PAPERS)


def test_a_broken_stamp_is_said(engine: Engine, tmp_path: Path) -> None:
    engine.create("shelf", STAMP)
    engine.close()
    (tmp_path / "index" / "shelf" / "stamp.json").write_text("{}")
    with pytest.raises(EngineRedError, match="stamp cannot be read"):
        engine.search("shelf", Request())


def test_an_index_that_lost_its_list_of_segments_is_damaged_and_not_absent(
    engine: Engine, tmp_path: Path
) -> None:
    engine.create("shelf", STAMP)
    engine.close()
    (tmp_path / "index" / "shelf" / "meta.json").unlink()
    with pytest.raises(EngineRedError, match=r"shelf is damaged: meta\.json is missing"):
        engine.search("shelf", Request())


def test_an_unknown_engine_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="“solr” is not known"):
        open_engine("solr", tmp_path)


def test_the_lock_that_a_killed_removal_left_goes_with_the_next_one(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    for name in ("papers-1", "papers-2"):
        engine.create(name, STAMP)
    for name in ("papers-8.lock", "papers-9.lock"):
        (folder / name).touch()
    with exclusive(folder / "papers-8.lock", "making an index"):
        engine.drop("papers-1")
    assert sorted(path.name for path in folder.iterdir()) == ["papers-2", "papers-2.lock", "papers-8.lock"]
