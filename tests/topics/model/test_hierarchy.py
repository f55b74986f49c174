"""The published model on disk, and the place of a new text in it."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from ingest.arrays import ArraysError
from tests.topics.themes import FIELDS, again, lemma, themed
from topics.model.hierarchy import Hierarchy
from topics.training.build import BuildOptions, train


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "m"
    train(again(themed(240)), BuildOptions(trainer="portable", levels=(3, 6)), path, lemma=lemma)
    return path


@pytest.fixture(scope="module")
def model(folder: Path) -> Hierarchy:
    return Hierarchy.load(folder, verify=True, lemma=lemma)


def test_what_is_saved_comes_back(model: Hierarchy, tmp_path: Path) -> None:
    model.save(tmp_path / "copy")
    copy = Hierarchy.load(tmp_path / "copy", verify=True, lemma=lemma)
    assert copy.vocabulary == model.vocabulary
    assert copy.topics == model.topics
    assert copy.map == model.map
    assert copy.settings == model.settings
    for one, two in zip(copy.levels, model.levels, strict=True):
        np.testing.assert_array_equal(one.phi, two.phi)
    np.testing.assert_array_equal(copy.vectors, model.vectors)


def test_saving_replaces_in_one_step_and_leaves_no_rest(model: Hierarchy, tmp_path: Path) -> None:
    model.save(tmp_path / "m")
    model.save(tmp_path / "m")
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


def test_arrays_are_memory_maps_and_nothing_is_a_pickle(model: Hierarchy, folder: Path) -> None:
    assert isinstance(model.levels[0].phi.base, np.memmap)
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} <= {".npy", ".json", ".txt"}


@pytest.mark.parametrize("damage", ["cut", "missing", "later", "flipped", "not json", "outside"])
def test_damage_is_named(folder: Path, tmp_path: Path, damage: str) -> None:
    copy = tmp_path / "m"
    shutil.copytree(folder, copy)
    header = copy / "model.json"
    content = json.loads(header.read_text())
    del content["checksum"]  # as one who writes what is damaged might, or a version of before
    if damage == "cut":
        (copy / "phi_0.npy").write_bytes((copy / "phi_0.npy").read_bytes()[:-8])
    elif damage == "missing":
        (copy / "theta_1.npy").unlink()
    elif damage == "later":
        header.write_text(json.dumps({**content, "format": 99}))
    elif damage == "flipped":
        data = bytearray((copy / "phi_1.npy").read_bytes())
        data[-3] ^= 255
        (copy / "phi_1.npy").write_bytes(bytes(data))
    elif damage == "not json":
        header.write_text("nonsense")
    else:
        header.write_text(json.dumps({**content, "files": {"../x": {"size": 1, "sha256": ""}}}))
    with pytest.raises(ArraysError) as error:
        Hierarchy.load(copy, verify=True)
    assert error.value.hint


def test_an_array_of_objects_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "m"
    shutil.copytree(folder, copy)
    np.save(copy / "idf.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    content = json.loads((copy / "model.json").read_text())
    del content["checksum"]
    data = (copy / "idf.npy").read_bytes()
    content["files"]["idf.npy"] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (copy / "model.json").write_text(json.dumps(content))
    with pytest.raises(ArraysError):
        Hierarchy.load(copy)


def test_a_text_of_a_field_lies_with_its_field(model: Hierarchy) -> None:
    for field, words in FIELDS.items():
        place = model.infer(" ".join(words[:6]))
        top = model.topics[model.levels[1].ids[int(place.theta[1].argmax())]]
        assert {term for term, _ in top.terms[:10]} & set(words), field
        assert place.state == "placed"
        for theta in place.theta:
            assert theta.sum() == pytest.approx(1, abs=1e-4)
        assert np.linalg.norm(place.vector) == pytest.approx(1, abs=1e-4)


def test_fold_in_gives_training_papers_their_own_theta(model: Hierarchy) -> None:
    papers = {paper.id: paper for paper in themed(240)}
    for row in (0, 7, 100):
        paper = papers[model.paper_ids[row]]
        place = model.infer(f"{paper.title_forms} {paper.abstract_forms}")
        np.testing.assert_allclose(place.theta[-1], np.asarray(model.theta[-1][row]), atol=2e-3)
        np.testing.assert_allclose(place.vector, np.asarray(model.vectors[row]), atol=2e-3)


def test_an_unknown_text_is_flagged_not_uniform(model: Hierarchy) -> None:
    place = model.infer("xyzzy plugh")
    assert place.state == "unknown"
    assert place.known == 0
    assert not any(theta.any() for theta in place.theta)
    assert model.infer("").state == "unknown"
    assert model.infer("artery xyzzy").state == "weak"
