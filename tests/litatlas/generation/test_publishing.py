"""The index follows the library, one generation follows another, and what nobody needs is removed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.locks import exclusive
from ingest.progress import Silent
from litatlas.atlas import Atlas
from litatlas.errors import BusyError, NotFoundError
from litatlas.generation.publishing import KEPT_GENERATIONS
from litatlas.settings import Settings
from search.assist.assistance import has_assistance
from search.engines.contract import LAYOUT
from tests.papers import papers, write


@pytest.fixture
def atlas(tmp_path: Path) -> Iterator[Atlas]:
    """An empty atlas: publishing needs no model."""
    with Atlas(Settings(home=tmp_path / "home", processes=1)) as opened:
        yield opened


@pytest.fixture(scope="module")
def modelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of 80 papers with two models, made once for this file."""
    home = tmp_path_factory.mktemp("published") / "home"
    with Atlas(Settings(home=home, processes=1, trainer="portable")) as opened:
        add(opened, home.parent, 80, "a")
        for seed in (1, 2):
            opened.models.build(levels=(3, 6), seed=seed)
    return home


@pytest.fixture
def copy(modelled: Path, tmp_path: Path) -> Iterator[Atlas]:
    shutil.copytree(modelled, tmp_path / "home")
    with Atlas(Settings(home=tmp_path / "home", processes=1, trainer="portable")) as opened:
        yield opened


def add(atlas: Atlas, folder: Path, count: int, name: str) -> None:
    atlas.collections.add([write(folder / f"{name}.jsonl", papers(count, seed=len(name), prefix=name))], name)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def stamp_of(atlas: Atlas) -> int:
    row = atlas.library.generation()
    assert row is not None
    stamp = atlas.engine.stamp(row.index)
    assert stamp is not None
    return stamp.sequence


def test_the_first_reader_of_an_empty_atlas_makes_its_first_generation(atlas: Atlas) -> None:
    assert atlas.library.generation() is None
    live = atlas.live()
    assert (live.row.number, live.row.model) == (1, None)
    assert atlas.search("anything")["total"] == 0
    assert atlas.live() is live, "and keeps it"
    assert not atlas.generations.publisher.is_behind()


def test_every_change_moves_the_index_to_the_librarys_last_number(atlas: Atlas, tmp_path: Path) -> None:
    add(atlas, tmp_path, 12, "x")
    add(atlas, tmp_path, 7, "yy")
    assert stamp_of(atlas) == atlas.library.sequence()
    assert atlas.search("", limit=0)["total"] == atlas.library.counts().papers
    atlas.collections.rename("yy", "z")
    assert stamp_of(atlas) == atlas.library.sequence()
    assert atlas.search('collection:"z"', limit=0)["total"] == 7
    assert atlas.collections.remove("x") == 12
    assert stamp_of(atlas) == atlas.library.sequence()
    assert atlas.search("", limit=0)["total"] == 7
    assert len(atlas.library.generations()) == 1, "no new index for that"


def test_a_change_that_fails_inside_is_indexed_by_the_next(atlas: Atlas, tmp_path: Path) -> None:
    add(atlas, tmp_path, 5, "x")
    with pytest.raises(NotFoundError):
        _renamed_twice(atlas)
    assert atlas.generations.publisher.is_behind()
    assert atlas.generations.finish_interrupted()
    assert not atlas.generations.publisher.is_behind()
    assert atlas.search('collection:"renamed"', limit=0)["total"] == 5
    assert not atlas.generations.finish_interrupted(), "there is nothing left"


def _renamed_twice(atlas: Atlas) -> None:
    with atlas.generations.changing(None):
        atlas.library.rename_collection("x", "renamed")
        atlas.library.rename_collection("x", "again")


def test_nobody_finishes_what_somebody_is_doing(atlas: Atlas, tmp_path: Path) -> None:
    add(atlas, tmp_path, 5, "x")
    with exclusive(atlas.home.lock("changes"), "a change"):
        atlas.library.rename_collection("x", "y")
        assert atlas.generations.publisher.is_behind()
        assert not atlas.generations.finish_interrupted()
    assert atlas.generations.finish_interrupted()


def test_two_may_change_the_library_at_a_time_but_one_writes_the_index(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("litatlas.generation.publishing.LOCK_SECONDS", 0.1)
    atlas.live()
    with atlas.generations.publisher.changing(Silent()), atlas.generations.publisher.changing(Silent()):
        pass
    with (
        exclusive(atlas.home.lock("index"), "indexing elsewhere"),
        pytest.raises(BusyError, match="elsewhere"),
    ):
        atlas.generations.sync(None)


def test_an_index_that_is_lost_or_of_another_layout_is_made_anew(
    atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(atlas, tmp_path, 9, "x")
    first = atlas.live().row
    atlas.engine.drop(first.index)
    atlas.generations.sync(None)
    second = atlas.live().row
    assert second.index != first.index
    assert atlas.search("", limit=0)["total"] == 9
    stamp = atlas.engine.stamp(second.index)
    assert stamp is not None
    assert stamp.layout == LAYOUT
    with monkeypatch.context() as later:  # as the next version would see it
        later.setattr("litatlas.generation.publishing.LAYOUT", "99.9")
        atlas.generations.sync(None)
    assert atlas.live().row.index not in (first.index, second.index)
    assert atlas.search("", limit=0)["total"] == 9


def test_reindexing_keeps_the_kept_generations_and_removes_the_rest(atlas: Atlas, tmp_path: Path) -> None:
    add(atlas, tmp_path, 9, "x")
    for _ in range(3):
        atlas.models.reindex()
    rows = atlas.library.generations()
    kept = {row.index for row in rows[-KEPT_GENERATIONS:]}
    assert len({row.index for row in rows}) == 4, "an index's name is never used again"
    assert set(atlas.engine.indices()) == kept
    assert names(atlas.home.folder / "aids") <= kept
    assert {key.partition(":")[2] for key in atlas.library.meta_keys("history:")} == kept
    assert atlas.search("", limit=0)["total"] == 9


def test_readers_keep_the_generation_that_they_began_with(atlas: Atlas, tmp_path: Path) -> None:
    add(atlas, tmp_path, 9, "x")
    reader = atlas.live()
    atlas.models.reindex()
    assert atlas.live().row.number == reader.row.number + 1
    assert len(reader.searcher.context.engine.search(reader.row.index, _everything()).hits) == 9


def _everything():  # type: ignore[no-untyped-def]
    from search.engines.contract import Request

    return Request(limit=100)


def test_suggestions_are_renewed_when_a_tenth_has_changed(atlas: Atlas, tmp_path: Path) -> None:
    add(atlas, tmp_path, 40, "x")
    index = atlas.live().row.index
    ledger = atlas.generations.publisher.ledger
    first = ledger.suggestions(index)
    assert first.papers == 40
    assert has_assistance(atlas.home.assistance(index))
    add(atlas, tmp_path, 2, "few")
    assert ledger.suggestions(index) == first
    add(atlas, tmp_path, 30, "several")
    later = ledger.suggestions(index)
    assert later.papers > 60
    assert later.sequence == atlas.library.sequence()
    shutil.rmtree(atlas.home.assistance(index))
    assert atlas.generations.publisher.is_behind(), "lost ones are made again"
    assert atlas.generations.finish_interrupted()
    assert has_assistance(atlas.home.assistance(index))


def test_the_main_language_is_that_of_most_papers_also_without_an_index(atlas: Atlas, tmp_path: Path) -> None:
    publisher = atlas.generations.publisher
    assert publisher.main_language() == ()
    add(atlas, tmp_path, 9, "x")
    assert publisher.main_language() == ("en",)
    shutil.rmtree(atlas.home.indices / atlas.live().row.index)
    assert publisher.main_language() == ("en",)


def test_without_an_earlier_model_there_is_nothing_to_go_back_to(atlas: Atlas, tmp_path: Path) -> None:
    atlas.live()
    for refused in (atlas.models.roll_back, atlas.models.publish, atlas.models.discard):
        with pytest.raises(NotFoundError) as error:
            refused()
        assert "build" in error.value.hint
    assert atlas.models.draft() is None


def test_a_build_of_too_little_leaves_everything_as_it_was(atlas: Atlas, tmp_path: Path) -> None:
    add(atlas, tmp_path, 9, "x")
    before = atlas.library.generations()
    with pytest.raises(NotFoundError):
        atlas.models.build(base="nowhere")
    with pytest.raises(Exception, match="at least 30"):
        atlas.models.build()
    assert atlas.library.generations() == before
    assert names(atlas.home.models) == set()


def test_a_model_goes_live_with_its_index_its_places_and_its_draft_at_once(copy: Atlas) -> None:
    live = copy.live().row
    rows = copy.library.generations()
    models = [row.model for row in rows if row.model]
    assert live.model == models[-1]
    assert names(copy.home.models) == set(models[-2:])
    assert copy.models.draft() is None
    stamp = copy.engine.stamp(live.index)
    assert stamp is not None
    assert (stamp.model, stamp.dims) == (live.model, 6)


def test_going_back_and_forth(copy: Atlas) -> None:
    second = copy.live().row.model
    topics = {row["id"] for row in copy.topics.all()["topics"]}
    copy.models.roll_back()
    first = copy.live().row.model
    assert first != second
    copy.models.roll_back()
    assert copy.live().row.model == second
    assert {row["id"] for row in copy.topics.all()["topics"]} == topics


def test_a_roll_back_whose_model_is_gone_is_refused(copy: Atlas) -> None:
    earlier = copy.generations.publisher.previous()
    shutil.rmtree(copy.home.model(earlier.model or ""))
    with pytest.raises(NotFoundError, match="no earlier model"):
        copy.models.roll_back()


def test_papers_that_come_later_are_placed_once_and_survive_a_new_index(copy: Atlas, tmp_path: Path) -> None:
    add(copy, tmp_path, 6, "late")
    placed = copy.live().placements
    assert placed is not None
    hits = copy.search('collection:"late"')["documents"]
    assert len(hits) == 6
    assert all(hit["topics"] and hit["fits"] for hit in hits)
    before = {hit["id"]: hit["topics"] for hit in hits}
    model = copy.live().row.model or ""
    assert copy.generations.publisher.ledger.model(model).placed == copy.library.sequence()
    copy.models.reindex()
    after = {hit["id"]: hit["topics"] for hit in copy.search('collection:"late"')["documents"]}
    assert after == before
    copy.collections.remove("late")
    placed = copy.live().placements
    assert placed is not None
    assert not set(before) & {id for id in before if id in placed}


def test_going_back_takes_the_kept_index_up_and_brings_it_up_to_the_library(
    copy: Atlas, tmp_path: Path
) -> None:
    before, after = copy.library.generations()[-2:]
    add(copy, tmp_path, 9, "later")
    copy.models.roll_back()
    assert copy.live().row.model == before.model
    assert copy.live().row.index == before.index
    assert stamp_of(copy) == copy.library.sequence()
    hits = copy.search('collection:"later"', limit=20)["documents"]
    assert len(hits) == 9
    assert copy.live().placements is not None
    assert all(row >= 0 for row in copy.live().placements.rows([hit["id"] for hit in hits]))
    copy.models.roll_back()
    assert (copy.live().row.model, copy.live().row.index) == (after.model, after.index)


def test_going_back_makes_an_index_anew_where_the_kept_one_is_of_another_layout(
    copy: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = copy.library.generations()[-2]
    monkeypatch.setattr("litatlas.generation.publishing.LAYOUT", "99.9")
    copy.models.roll_back()
    assert copy.live().row.model == before.model
    assert copy.live().row.index != before.index


def test_a_build_if_changed_keeps_a_model_of_the_same_papers_and_options(copy: Atlas, tmp_path: Path) -> None:
    live = copy.live().row
    answer = copy.models.build(levels=(3, 6), seed=2, if_changed=True)
    assert (answer["model"], answer["generation"]) == (live.model, live.number)
    assert {row["id"] for row in answer["difference"]["kept"]} == set(copy.live().topics)
    assert copy.models.build(levels=(3, 6), seed=3, if_changed=True)["model"] != live.model
    again = copy.live().row
    add(copy, tmp_path, 3, "later")
    assert copy.models.build(levels=(3, 6), seed=3, if_changed=True)["model"] != again.model


def test_a_build_if_changed_mends_a_damaged_model(copy: Atlas) -> None:
    live = copy.live().row
    (copy.home.model(live.model or "") / "phi_1.npy").write_bytes(b"damaged")
    assert copy.models.build(levels=(3, 6), seed=2, if_changed=True)["model"] != live.model
