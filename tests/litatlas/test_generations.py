"""Models and indices over time: one at a time, nothing that is needed removed, an older library noticed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.locks import exclusive
from ingest.progress import Silent
from litatlas.atlas import Atlas
from litatlas.errors import BusyError, InputError, NotFoundError
from litatlas.generation.publishing import trained_at
from litatlas.settings import Settings
from tests.papers import papers, write


@pytest.fixture
def home(built_home: Path, tmp_path: Path) -> Path:
    """A copy of the built atlas that a test may change."""
    shutil.copytree(built_home, tmp_path / "home")
    return tmp_path / "home"


def opened(home: Path) -> Atlas:
    return Atlas(Settings(home=home, processes=1, trainer="portable"))


@pytest.fixture
def atlas(home: Path) -> Iterator[Atlas]:
    with opened(home) as found:
        yield found


def test_while_a_build_runs_models_are_left_alone(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("litatlas.generation.building.MODELS_SECONDS", 0.1)
    scratch = atlas.home.models / "building-x"
    before = atlas.live().row.model
    with exclusive(atlas.home.lock("models"), "a build"):
        scratch.mkdir()
        refused: list[Callable[[], object]] = [
            atlas.models.build, atlas.models.publish, atlas.models.discard, atlas.models.roll_back,
        ]  # fmt: skip
        for command in refused:
            with pytest.raises(BusyError, match="a build"):
                command()
        atlas.models.reindex()
        assert scratch.is_dir()
    assert atlas.live().row.model == before
    atlas.models.reindex()
    assert not scratch.exists()


def test_a_draft_waits_until_the_next_is_whole(atlas: Atlas) -> None:
    draft = atlas.models.build(levels=(3, 6), preview=True)
    with pytest.raises(InputError):
        atlas.models.build(levels=(9, 5000))
    assert draft.pop("changes")
    assert atlas.models.draft() == draft
    assert atlas.models.publish()["model"] == draft["model"]
    with pytest.raises(NotFoundError):
        atlas.models.discard()
    assert atlas.topics.all()["levels"] == [3, 6]
    atlas.models.roll_back()
    assert atlas.topics.all()["levels"] == [4, 8, 14]


def test_a_draft_that_an_earlier_version_published_is_none(atlas: Atlas) -> None:
    draft = atlas.models.build(levels=(3, 6), preview=True)
    stored = atlas.library.get_meta("draft")
    assert stored
    atlas.models.publish()
    atlas.library.set_meta("draft", stored)  # it was killed between two commits that are one now
    assert atlas.models.draft() is None
    with pytest.raises(NotFoundError):
        atlas.models.discard()
    atlas.models.build(levels=(3, 5), preview=True)
    assert atlas.home.model(draft["model"]).is_dir()
    assert atlas.topics.all()["levels"] == [3, 6]


def test_a_library_restored_from_a_backup_is_noticed(home: Path, tmp_path: Path) -> None:
    more = write(tmp_path / "more.jsonl", papers(30, seed=5, prefix="m"))
    other = write(tmp_path / "other.jsonl", papers(40, subjects=["galaxy formation"], seed=6, prefix="o"))
    backup = tmp_path / "backup.db"
    shutil.copy(home / "library.db", backup)
    with opened(home) as atlas:
        before = atlas.search("galaxy")
        atlas.collections.add([more], "More")
        atlas.collections.remove("Second")
    shutil.copy(backup, home / "library.db")
    with opened(home) as atlas:
        assert atlas.generations.finish_interrupted()
        assert not atlas.generations.finish_interrupted()
        assert _hits(atlas.search("galaxy")) == _hits(before)
        assert atlas.search('collection:"Second"')["total"] == 160
        assert atlas.search('collection:"More"')["total"] == 0
        atlas.collections.add([more], "More")
    # Restored, and then changed before anything looked: the numbers of changes tell nothing any more.
    shutil.copy(backup, home / "library.db")
    with opened(home) as atlas:
        atlas.collections.add([other], "Other")
        assert atlas.search('collection:"More"')["total"] == 0
        assert atlas.search('collection:"Other"')["total"] == 40
        assert atlas.reports.status()["documents"] == 600
        assert atlas.reports.status()["papers"] == atlas.search("", limit=0)["total"]
        hits = atlas.search('collection:"Other"', limit=20)["documents"]
        assert all(atlas.papers.one(hit["id"])["topics"] for hit in hits)


def test_a_library_alone_gets_its_index_and_topics_back_by_a_build(home: Path, tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    shutil.copy(home / "library.db", tmp_path / "alone" / "library.db")
    with opened(tmp_path / "alone") as atlas:
        atlas.models.build(levels=(3, 6))
        assert atlas.topics.all()["levels"] == [3, 6]
        assert atlas.search("galaxy")["total"] > 0
        assert atlas.reports.status()["documents"] == 560


def test_papers_that_a_killed_removal_left_in_the_index_go_with_the_next_command(atlas: Atlas) -> None:
    atlas.library.remove_collection("Second")
    assert atlas.search('collection:"Second"', limit=0)["total"] == 160
    with atlas.generations.publisher.changing(Silent()):
        assert not atlas.generations.finish_interrupted()  # somebody is at work, who will do it
    assert atlas.search('collection:"Second"', limit=0)["total"] == 0
    atlas.library.remove_collection("First")
    assert atlas.generations.finish_interrupted()
    assert atlas.search("", limit=0)["total"] == 0


def test_a_models_name_says_up_to_where_it_was_trained() -> None:
    assert trained_at("m1203-20260101000000") == 1203
    assert trained_at("other") == 0


def _hits(answer: object) -> list[str]:
    return [hit["id"] for hit in answer["documents"]]  # type: ignore[index]


def test_what_a_second_process_makes_is_what_one_would_make(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("litatlas.generation.suggestions.AT_ONCE", 0)
    monkeypatch.setattr("litatlas.generation.building.BESIDE_PAPERS", range(1_000))
    made = []
    for processes in (1, 2):
        own = tmp_path / f"home{processes}"
        shutil.copytree(home, own)
        with Atlas(Settings(home=own, processes=processes, trainer="portable")) as atlas:
            atlas.models.build(levels=(3, 6))
            row = atlas.live().row
            made.append(
                [_bytes_of(atlas.home.assistance(row.index)), _bytes_of(atlas.home.model(row.model or ""))]
            )
            assert len(list(atlas.home.models.iterdir())) == 2  # this one and the one before
    assert made[0] == made[1]
    assert any("ranking" in name for name in made[0][1])


def test_the_ids_of_a_model_and_of_its_ranking_are_in_memory_once(atlas: Atlas) -> None:
    live = atlas.live()
    evidence = live.searcher.context.evidence
    assert live.hierarchy is not None
    assert evidence is not None
    assert evidence.models.ids is live.hierarchy.paper_ids


def _bytes_of(folder: Path) -> dict[str, bytes]:
    arrays = (path for path in folder.rglob("*.npy"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in arrays}
