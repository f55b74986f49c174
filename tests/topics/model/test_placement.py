"""Papers that come after the model was published: placed, found, replaced, and safe against a crash."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.topics.themes import again, lemma, themed
from topics.model.hierarchy import Hierarchy
from topics.model.placement import Placements
from topics.training.build import BuildOptions, train


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Hierarchy:
    path = tmp_path_factory.mktemp("models") / "m"
    return train(again(themed(240)), BuildOptions(trainer="portable", levels=(3, 6)), path, lemma=lemma)


@pytest.fixture
def placements(model: Hierarchy, tmp_path: Path) -> Placements:
    return Placements(model, tmp_path / "segment")


HEART = ("new1", "heart valve artery valve aorta stent ventricle", "en")
STAR = ("new2", "star galaxy . nebula . quasar . dwarf . orbit . redshift . dust", "en")
NOTHING = ("new3", "xyzzy plugh", "en")


def test_added_papers_are_placed_and_found(placements: Placements) -> None:
    assert placements.extend([HEART, STAR, NOTHING]) == 3
    rows = placements.rows(["new1", "new2", "new3", "absent"])
    assert rows[3] == -1
    assert placements.ids(rows[:2]) == ["new1", "new2"]
    assert placements.states(rows) == ["placed", "placed", "unknown", "unknown"]
    np.testing.assert_allclose(placements.theta(-1, rows[:2]).sum(axis=1), 1, atol=5e-3)
    assert not placements.theta(0, rows[2:]).any()
    found, scores = placements.nearest(placements.theta(-1, rows)[0], placements.vectors(rows)[0], 10)
    assert placements.ids(found)[0] == "new1"
    assert scores[0] == pytest.approx(1, abs=1e-2)
    names = [name for name in placements.ids(found)[1:] if name.startswith("all")]
    papers = {paper.id: paper.tags[0] for paper in themed(240)}
    assert [papers[name] for name in names].count("heart") >= 8


def test_what_papers_are_compared_by_is_read_from_the_lists(placements: Placements) -> None:
    placements.extend([HEART, STAR, NOTHING])
    published = list(placements.hierarchy.paper_ids)
    rows = placements.rows(["new2", published[200], "absent", published[3], "new1", published[239]])
    made = placements.joined(placements.theta(-1, rows), placements.vectors(rows))
    np.testing.assert_array_equal(placements.joined_of(rows), made)
    assert not placements.joined_of(rows[2:3]).any()
    assert placements.joined_of(rows[:0]).shape == (0, made.shape[1])


class Nothing:
    """What explains no paper that speaks of a star."""

    def holds(self, stems: list[str], known: float, length: float, lang: str) -> bool:
        return "star" not in stems


def test_papers_that_do_not_fit_belong_nowhere(model: Hierarchy, tmp_path: Path) -> None:
    strict = replace(model, fit=Nothing())  # type: ignore[arg-type]
    placements = Placements(strict, tmp_path / "segment")
    placements.extend([HEART, STAR, NOTHING])
    again = Placements(strict, tmp_path / "segment")
    for seen in (placements, again):
        rows = seen.rows(["new1", "new2", "new3"])
        assert seen.states(rows) == ["placed", "unfit", "unknown"]
        assert seen.fits(["new1", "new2", "new3", "absent"]) == [True, False, False, False]
        assert seen.memberships(rows)[1] == []
        assert seen.unfit() == 1
        assert seen.unplaced() == {"en": 1}
        found, _ = seen.nearest(seen.theta(-1, rows)[0], seen.vectors(rows)[0], 300)
        assert "new2" not in seen.ids(found)
    placements.remove(["new2", "new3"])
    assert placements.unfit() == 0
    assert placements.unplaced() == {}


def test_a_changed_paper_replaces_itself(placements: Placements) -> None:
    placements.extend([HEART])
    first = placements.rows(["new1"])[0]
    placements.extend([("new1", *STAR[1:])])
    second = placements.rows(["new1"])[0]
    assert second != first
    found, _ = placements.nearest(
        placements.theta(-1, np.array([first]))[0], np.zeros(len(placements.hierarchy.center)), 300
    )
    assert first not in found
    assert second in found


def test_a_removed_paper_is_gone(placements: Placements) -> None:
    placements.extend([HEART])
    name = placements.hierarchy.paper_ids[0]
    placements.remove(["new1", name, "absent"])
    assert placements.rows(["new1", name]).tolist() == [-1, -1]
    assert len(placements) == 239
    assert name not in placements


def test_others_see_what_was_appended(placements: Placements, model: Hierarchy, tmp_path: Path) -> None:
    reader = Placements(model, tmp_path / "segment")
    assert "new1" not in reader
    placements.extend([HEART])
    reader.refresh()
    np.testing.assert_array_equal(
        reader.vectors(reader.rows(["new1"])), placements.vectors(placements.rows(["new1"]))
    )
    reader.extend([STAR])
    placements.refresh()
    assert "new2" in placements


def test_what_a_crash_left_is_cut_off(placements: Placements, model: Hierarchy, tmp_path: Path) -> None:
    placements.extend([HEART])
    folder = tmp_path / "segment"
    with (folder / "theta.f16").open("ab") as stream:
        stream.write(b"\1" * 7)
    with (folder / "vectors.f16").open("ab") as stream:
        stream.write(b"\1" * 100)
    with (folder / "journal.jsonl").open("ab") as stream:
        stream.write(b'{"add": "torn", "kn')
    again_open = Placements(model, folder)
    assert "torn" not in again_open
    again_open.extend([STAR])
    fresh = Placements(model, folder)
    assert fresh.states(fresh.rows(["new1", "new2"])) == ["placed", "placed"]
    place = model.infer(STAR[1])
    np.testing.assert_allclose(fresh.vectors(fresh.rows(["new2"]))[0], place.vector, atol=1e-3)


def test_memberships_cover_every_level_and_agree(placements: Placements) -> None:
    model = placements.hierarchy
    rows = placements.rows(model.paper_ids[:50])
    for topics in placements.memberships(rows):
        levels = {model.topics[name].level for name, _ in topics}
        assert levels == {0, 1}
        tops = {name for name, _ in topics if model.topics[name].level == 0}
        for name, weight in topics:
            topic = model.topics[name]
            assert 0 < weight <= 1.01
            if topic.level == 1:
                assert topic.parents[0][0] in tops
    placements.extend([NOTHING])
    assert placements.memberships(placements.rows(["new3", "absent"])) == [[], []]
