"""Papers in, a saved hierarchy out; and odd collections, which must never bring anything down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from ingest.errors import InputError
from ingest.progress import Interrupted
from tests.conftest import missing
from tests.topics.themes import FIELDS, again, lemma, plain, themed
from topics.corpus.counts import TrainingPaper
from topics.model.hierarchy import Hierarchy
from topics.training import portable
from topics.training.build import BuildOptions, NotEnoughPapersError, train
from topics.training.number_of_topics import level_sizes
from topics.training.trainer import TrainingError, default_trainer

PORTABLE = BuildOptions(trainer="portable", levels=(3, 6, 12))


@pytest.fixture(scope="module")
def papers() -> list[TrainingPaper]:
    return themed(600)


@pytest.fixture(scope="module")
def model(papers: list[TrainingPaper], tmp_path_factory: pytest.TempPathFactory) -> Hierarchy:
    return train(again(papers), PORTABLE, tmp_path_factory.mktemp("home") / "m1", lemma=lemma, analysis="7")


def build(papers: list[TrainingPaper], folder: Path, **options: object) -> Hierarchy:
    wanted = BuildOptions(trainer="portable", **options)  # type: ignore[arg-type]
    return train(again(papers), wanted, folder / "model", lemma=lemma)


def test_finds_the_fields(model: Hierarchy, papers: list[TrainingPaper]) -> None:
    field_of = {paper.id: paper.tags[0] for paper in papers}
    best = np.asarray(model.theta[1]).argmax(axis=1)
    by_topic: dict[int, list[str]] = {}
    for row, name in enumerate(model.paper_ids):
        by_topic.setdefault(int(best[row]), []).append(field_of[name])
    pure = sum(max(names.count(field) for field in FIELDS) for names in by_topic.values())
    assert pure / len(papers) > 0.9


def test_levels_are_nested_and_no_topic_is_an_only_child(model: Hierarchy) -> None:
    assert [len(level.ids) for level in model.levels] == [3, 6, 12]
    for level in (1, 2):
        parents = model.main_parents[level]
        assert parents is not None
        assert np.bincount(parents, minlength=len(model.levels[level - 1].ids)).min() >= 2


def test_every_paper_has_theta_at_every_level_and_levels_agree(model: Hierarchy) -> None:
    for theta in model.theta:
        np.testing.assert_allclose(np.asarray(theta, dtype=np.float32).sum(axis=1), 1, atol=5e-3)
    leaves = np.asarray(model.theta[2], dtype=np.float32)
    np.testing.assert_allclose(leaves @ model.carry[0], np.asarray(model.theta[0]), atol=5e-3)


def test_topics_say_what_the_contract_wants(model: Hierarchy) -> None:
    assert len(model.topics) == 21
    labels = [topic.label for topic in model.topics.values()]
    assert len(set(labels)) == len(labels)
    for topic in model.topics.values():
        assert len(topic.terms) >= 25
        assert topic.documents == sum(topic.collections.values())
        assert topic.quality["word"] in {"clear", "mixed", "leftover"}
        if topic.level < 2:
            assert topic.children
        if topic.level > 0:
            assert topic.parents[0][1] > 0.3
    assert {cell["id"] for cell in model.map["cells"]} == set(model.topics)


def test_settings_tell_how_it_was_made(model: Hierarchy) -> None:
    assert model.settings["trainer"] == "portable"
    assert model.analysis == "7"
    assert model.settings["changes"] is None


def test_the_same_papers_and_seed_give_the_same_model(
    model: Hierarchy, papers: list[TrainingPaper], tmp_path: Path
) -> None:
    other = train(again(papers[::-1]), PORTABLE, tmp_path / "m", lemma=lemma, analysis="7")
    assert {t.id: (t.label, t.terms) for t in other.topics.values()} == {
        t.id: (t.label, t.terms) for t in model.topics.values()
    }
    np.testing.assert_array_equal(np.asarray(other.theta[2]), np.asarray(model.theta[2]))


def test_a_rebuild_keeps_ids_and_places_new_papers(
    model: Hierarchy, papers: list[TrainingPaper], tmp_path: Path
) -> None:
    more = papers + themed(60, seed=5)
    rebuilt = train(again(more), PORTABLE, tmp_path / "m", previous=model, lemma=lemma)
    assert rebuilt.settings["grown"]
    kept = set(rebuilt.topics) & set(model.topics)
    assert len(kept) >= 0.9 * len(model.topics)
    assert len(rebuilt.paper_ids) == 660


def test_two_collections_keep_apart_and_are_counted(tmp_path: Path) -> None:
    base = themed(400, 1, "medicine", ("heart", "brain", "star"))
    late = themed(120, 2, "sums", ("graph", "learning"))
    for method in ("heterogeneous", "concat"):
        model = build(base + late, tmp_path, levels=(2, 8), method=method)
        own = [
            t
            for t in model.topics.values()
            if t.level == 1 and t.collections.get("sums", 0) > t.documents / 2
        ]
        assert own, method
        assert sum(t.collections.get("medicine", 0) for t in own) < 20


def test_a_base_must_exist_and_a_method_too(papers: list[TrainingPaper], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no collection 'nowhere'") as error:
        build(papers, tmp_path, base="nowhere")
    assert "all" in error.value.hint
    with pytest.raises(InputError, match="no aggregation method 'magic'"):
        build(papers, tmp_path, method="magic")


def test_a_cancelled_build_leaves_nothing_behind(papers: list[TrainingPaper], tmp_path: Path) -> None:
    with pytest.raises(Interrupted):
        train(again(papers), PORTABLE, tmp_path / "m", cancelled=lambda: True, lemma=lemma)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_build_left_is_cleared_away(papers: list[TrainingPaper], tmp_path: Path) -> None:
    for name in ("building-x1", "m9.writing", "m8.old", "m7"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "phi_0.npy").write_bytes(b"half")
    with pytest.raises(NotEnoughPapersError):
        build(papers[:5], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["m7"]


def test_bigartm_gives_the_same_tree(model: Hierarchy, papers: list[TrainingPaper], tmp_path: Path) -> None:
    if default_trainer() != "bigartm":
        missing("bigartm", "BigARTM is not installed (extra `train`)")
    options = BuildOptions(trainer="bigartm", levels=(3, 6, 12), threads=1)
    other = train(again(papers), options, tmp_path / "m", lemma=lemma)
    distance = cdist(other.levels[2].phi.T, np.asarray(model.levels[2].phi).T, "chebyshev")
    assert distance.min(axis=1).max() < 1e-3  # the order may differ where two topics are equally alike


class TestOddCollections:
    """A clear refusal or a small sensible model."""

    def test_ten_papers(self, tmp_path: Path) -> None:
        with pytest.raises(
            NotEnoughPapersError, match=r"at least 30 papers with text; there are 10"
        ) as error:
            build(themed(10), tmp_path)
        assert "litatlas add" in error.value.hint

    def test_no_papers(self, tmp_path: Path) -> None:
        with pytest.raises(NotEnoughPapersError, match="there are 0"):
            build([], tmp_path)

    def test_one_repeated_abstract(self, tmp_path: Path) -> None:
        words = " ".join(f"word{number}" for number in range(60))
        with pytest.raises(NotEnoughPapersError):
            build(plain([words] * 500), tmp_path)

    def test_one_repeated_abstract_among_others(self, tmp_path: Path) -> None:
        papers = themed(200)
        papers += [
            TrainingPaper(f"x{n}", ("all",), papers[0].title_forms, papers[0].abstract_forms)
            for n in range(300)
        ]
        assert len(build(papers, tmp_path).paper_ids) == 500

    def test_only_stop_words(self, tmp_path: Path) -> None:
        with pytest.raises(NotEnoughPapersError, match="there are 0"):
            build(plain([". . . . ."] * 100), tmp_path)

    def test_hardly_a_shared_word(self, tmp_path: Path) -> None:
        with pytest.raises(NotEnoughPapersError, match="distinctive words"):
            build(plain([f"alone{n} single{n} only{n}" for n in range(100)]), tmp_path)

    def test_one_document_of_200000_words(self, tmp_path: Path) -> None:
        papers = themed(200)
        papers.append(TrainingPaper("long", ("all",), "heart", "artery valve flow dust " * 50_000))
        model = build(papers, tmp_path)
        assert int(model.known[model.paper_ids.index("long")]) <= 2000

    def test_non_latin(self, tmp_path: Path) -> None:
        table = str.maketrans("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопярстувшхыз")
        papers = plain([paper.abstract_forms.translate(table) for paper in themed(200)], "ru")
        model = build(papers, tmp_path)
        assert any("галахы" in dict(topic.terms) for topic in model.topics.values())

    def test_a_paper_without_known_words_is_kept_and_flagged(self, tmp_path: Path) -> None:
        papers = [*themed(200), TrainingPaper("odd", ("all",), "unheard", "of")]
        model = build(papers, tmp_path)
        row = model.paper_ids.index("odd")
        assert int(model.known[row]) == 0
        assert not np.asarray(model.theta[-1][row]).any()
        assert not np.asarray(model.vectors[row]).any()

    def test_sixty_papers_make_a_small_map(self, tmp_path: Path) -> None:
        assert [len(level.ids) for level in build(themed(60), tmp_path).levels] == [2, 4]


@pytest.mark.parametrize(
    ("papers", "sizes"),
    [(300, [3, 9]), (3000, [3, 11, 27]), (50_000, [13, 90, 224]), (500_000, [24, 74, 229, 707])],
)
def test_sizes_follow_the_number_of_papers(papers: int, sizes: list[int]) -> None:
    assert level_sizes(papers) == sizes


@pytest.mark.parametrize("given", [(5,), (10, 5), (2, 3, 4, 5, 6, 7), (0, 4), (3, 500)])
def test_sizes_that_cannot_be_are_refused(given: tuple[int, ...]) -> None:
    with pytest.raises(InputError) as error:
        level_sizes(100, given)
    assert error.value.hint


def test_a_model_that_is_not_finite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learn = portable.train_levels

    def broken(*arguments: Any) -> list[tuple[Any, Any]]:
        levels = learn(*arguments)
        levels[-1][0][0, 0] = np.nan
        return levels

    monkeypatch.setattr(portable, "train_levels", broken)
    with pytest.raises(TrainingError, match="not finite"):
        build(themed(200), tmp_path, levels=(2, 4, 8))
