"""Ids and rows are the same in a list as in an array; a model whose papers are many serves as one of few."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.topics.themes import again, lemma, themed
from topics.model import inverted_lists, paper_ids, placement
from topics.model.hierarchy import Hierarchy
from topics.model.paper_ids import PaperIds
from topics.model.placement import Placements
from topics.training.build import BuildOptions, train

IDS = st.lists(st.text("abz2é", min_size=1, max_size=6), unique=True, max_size=30)


@given(IDS, st.lists(st.text("abz2é", max_size=9), max_size=10))
def test_many_are_found_as_few_are(ids: list[str], others: list[str]) -> None:
    few = PaperIds(ids)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paper_ids, "MANY", 0)
        many = PaperIds(ids)
        wanted = [*ids[::-1], *others]
        assert many.array is not None
        assert many.rows(wanted).tolist() == few.rows(wanted).tolist()
        assert many.rows(ids).tolist() == list(range(len(ids)))
        assert list(many) == ids == many[:]
        assert many == few
        assert [one in many for one in others] == [one in ids for one in others]
        assert PaperIds(many.array) == few
    assert PaperIds(many.array).array is None
    assert PaperIds(many.array) == few


def test_an_id_that_begins_like_another_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_ids, "MANY", 0)
    ids = PaperIds(["ab", "abc"])
    assert ids.rows(["abcd", "ab", "a", "", "abc"]).tolist() == [-1, 0, -1, -1, 1]
    assert PaperIds([]).rows(["a"]).tolist() == [-1]


def test_a_model_of_many_papers_serves_as_one_of_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = train(
        again(themed(240)), BuildOptions(trainer="portable", levels=(3, 6)), tmp_path / "few", lemma=lemma
    )
    assert (tmp_path / "few" / "papers.json").is_file()
    few = Placements(model, tmp_path / "segment-few")
    monkeypatch.setattr(paper_ids, "MANY", 1)
    model.save(tmp_path / "many")
    assert not (tmp_path / "many" / "papers.json").exists()
    many = Placements(Hierarchy.load(tmp_path / "many", verify=True, lemma=lemma), tmp_path / "segment-many")
    ids = list(model.paper_ids)
    for placements in (few, many):
        placements.remove([ids[3], "nobody"])
        placements.extend([(ids[5], "neuron cortex synapse", "en"), ("new", "galaxy quasar orbit", "en")])
        placements.extend([("new", "neuron cortex synapse", "en")])
        placements.remove([ids[6]])
    asked = [*ids[:9], "new", "nobody"]
    assert many.rows(asked).tolist() == few.rows(asked).tolist()
    assert (many.rows(asked) < 0).nonzero()[0].tolist() == [3, 6, 10]
    assert len(many) == len(few) == 239
    assert many.ids(many.rows(["new", ids[8]]).tolist()) == ["new", ids[8]]
    np.testing.assert_array_equal(many.mask(asked), few.mask(asked))
    assert many.mask(asked).sum() == 8
    rows = many.rows(["new"])
    near = [one.nearest(one.theta(-1, rows)[0], one.vectors(rows)[0], 5)[0].tolist() for one in (few, many)]
    assert near[0] == near[1]


def test_what_is_not_retained_is_forgotten(tmp_path: Path) -> None:
    model = train(
        again(themed(60)), BuildOptions(trainer="portable", levels=(3, 6)), tmp_path / "m", lemma=lemma
    )
    placements = Placements(model, tmp_path / "segment")
    placements.extend([("new", "galaxy quasar orbit", "en"), ("other", "galaxy quasar", "en")])
    ids = list(model.paper_ids)
    placements.retain(placements.mask([*ids[:50], "new"]))
    assert len(placements) == 51
    assert [id for id in [*ids, "new", "other"] if id not in placements] == [*ids[50:], "other"]


def test_the_near_papers_of_many_are_found_in_files_that_all_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = train(
        again(themed(240)), BuildOptions(trainer="portable", levels=(3, 6)), tmp_path / "m", lemma=lemma
    )
    monkeypatch.setattr(inverted_lists, "EXACT", 20)
    few = Placements(model, tmp_path / "few")
    few.prepare()
    assert not (tmp_path / "few" / "near").exists()
    monkeypatch.setattr(placement, "SHARED", 1)
    monkeypatch.setattr(placement, "MANY", 1)
    first, second = (Placements(model, tmp_path / "many") for _ in range(2))
    first.prepare()
    assert {path.name for path in (tmp_path / "many").iterdir() if path.is_dir()} == {"near"}
    for row in (0, 100, 239):
        place = np.array([row])
        asked = few.theta(-1, place)[0], few.vectors(place)[0], 9
        rows, scores = few.nearest(*asked)
        for many in (first, second):
            assert many.nearest(*asked)[0].tolist() == rows.tolist()
            np.testing.assert_allclose(many.nearest(*asked)[1], scores, rtol=1e-5)


def test_lists_that_are_damaged_are_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = train(
        again(themed(60)), BuildOptions(trainer="portable", levels=(3, 6)), tmp_path / "m", lemma=lemma
    )
    monkeypatch.setattr(placement, "SHARED", 1)
    monkeypatch.setattr(placement, "MANY", 1)
    Placements(model, tmp_path / "many").prepare()
    (tmp_path / "many" / "near" / "centres.npy").write_bytes(b"damaged")
    again_opened = Placements(model, tmp_path / "many")
    place = np.array([5])
    assert (
        again_opened.nearest(again_opened.theta(-1, place)[0], again_opened.vectors(place)[0], 3)[0][0] == 5
    )


def test_where_no_file_can_be_written_the_lists_are_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = train(
        again(themed(60)), BuildOptions(trainer="portable", levels=(3, 6)), tmp_path / "m", lemma=lemma
    )
    placements = Placements(model, tmp_path / "some")
    (tmp_path / "some" / "near.lock").mkdir()
    monkeypatch.setattr(placement, "SHARED", 1)
    placements.prepare()
    assert not (tmp_path / "some" / "near").exists()
    place = np.array([5])
    assert placements.nearest(placements.theta(-1, place)[0], placements.vectors(place)[0], 3)[0][0] == 5


def test_the_same_ids_are_kept_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = PaperIds(["a", "b"])
    assert PaperIds(["a", "b"]).or_equal(first) is first
    for other in (PaperIds(["b", "a"]), PaperIds(["a"]), ["a", "b"], None):
        own = PaperIds(["a", "b"])
        assert own.or_equal(other) is own
    monkeypatch.setattr(paper_ids, "MANY", 1)
    mapped = PaperIds(["a", "b"])
    assert mapped.or_equal(PaperIds(["a", "c"])) is mapped
