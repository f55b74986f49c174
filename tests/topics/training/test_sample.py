"""A model of a sample: who is drawn, and that all papers have a place in what was learned."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.topics.themes import FIELDS, again, lemma, themed
from topics.corpus.counts import TrainingPaper
from topics.model.hierarchy import Hierarchy
from topics.training.build import BuildOptions, train
from topics.training.sample import draw

PORTABLE = BuildOptions(trainer="portable", levels=(3, 6))


def papers_of(*sizes: tuple[str, int, int]) -> list[TrainingPaper]:
    """So many papers of each (collection, year)."""
    return [
        TrainingPaper(f"{name}-{year}-{number:05}", (name,), "", "", year=year)
        for name, year, size in sizes
        for number in range(size)
    ]


def drawn(papers: list[TrainingPaper], most: int) -> list[TrainingPaper]:
    sample = draw(again(papers), most)
    assert sample is not None
    chosen = list(sample.drawn())
    assert {paper.id for paper in chosen} == sample.ids
    return chosen


def test_every_collection_and_year_has_its_share() -> None:
    papers = papers_of(("a", 1990, 500), ("a", 2000, 1_500), ("b", 2000, 200), ("c", 2001, 7), ("c", 2002, 1))
    chosen = drawn(papers, 552)
    assert len(chosen) == 552
    sizes = Counter((paper.collections[0], paper.year) for paper in chosen)
    assert sizes == {("a", 1990): 125, ("a", 2000): 375, ("b", 2000): 50, ("c", 2001): 2}


def test_the_order_of_the_papers_does_not_matter_and_a_grown_library_keeps_most_of_its_sample() -> None:
    papers = papers_of(("a", 1990, 2_000), ("b", 2000, 1_000))
    chosen = {paper.id for paper in drawn(papers, 600)}
    assert {paper.id for paper in drawn(papers[::-1], 600)} == chosen
    grown = {paper.id for paper in drawn([*papers, *papers_of(("c", 2001, 300))], 600)}
    assert len(grown & chosen) > 500


def test_nothing_is_drawn_of_what_is_few_enough() -> None:
    assert draw(again(papers_of(("a", 1990, 20))), 20) is None
    assert draw(again([]), 20) is None


@pytest.fixture(scope="module")
def papers() -> list[TrainingPaper]:
    papers = [replace(paper, year=1990 + number % 7) for number, paper in enumerate(themed(600))]
    return [*papers, TrainingPaper("none", ("strange",), "xyzzy", "plugh", lang="de")]


@pytest.fixture(scope="module")
def model(papers: list[TrainingPaper], tmp_path_factory: pytest.TempPathFactory) -> Hierarchy:
    folder = tmp_path_factory.mktemp("home") / "m1"
    return train(again(papers), replace(PORTABLE, sample=300), folder, lemma=lemma)


def test_a_model_of_a_sample_has_a_place_for_every_paper(
    model: Hierarchy, papers: list[TrainingPaper]
) -> None:
    assert model.paper_ids == sorted(paper.id for paper in papers)
    assert (model.settings["papers"], model.settings["sample"]) == (601, 300)
    leaves = np.asarray(model.theta[-1], dtype=np.float32)
    known = np.asarray(model.known) > 0
    np.testing.assert_allclose(leaves[known].sum(axis=1), 1, atol=5e-3)
    np.testing.assert_allclose(leaves @ model.carry[0], np.asarray(model.theta[0]), atol=5e-3)
    assert not leaves[model.paper_ids.index("none")].any()
    assert model.settings["unplaced"] == {"de": 1}


def test_papers_outside_the_sample_lie_where_their_field_does(
    model: Hierarchy, papers: list[TrainingPaper]
) -> None:
    sample = draw(again(papers), 300)
    assert sample is not None
    best = dict(zip(model.paper_ids, np.asarray(model.theta[-1]).argmax(axis=1).tolist(), strict=True))
    fields: dict[int, Counter[str]] = {}
    for paper in papers[:-1]:
        if paper.id in sample.ids:
            fields.setdefault(best[paper.id], Counter())[paper.tags[0]] += 1
    main = {topic: counts.most_common(1)[0][0] for topic, counts in fields.items()}
    others = [paper for paper in papers[:-1] if paper.id not in sample.ids]
    assert len(others) in (300, 301)
    assert len(set(main.values())) == len(FIELDS)
    assert np.mean([main.get(best[paper.id]) == paper.tags[0] for paper in others]) > 0.9


def test_topics_count_all_papers(model: Hierarchy, papers: list[TrainingPaper]) -> None:
    collections = Counter(name for paper in papers for name in paper.collections)
    for topic in model.topics.values():
        assert topic.documents == sum(topic.collections.values())
        assert all(count <= collections[name] for name, count in topic.collections.items())
    top = [topic for topic in model.topics.values() if topic.level == 0]
    assert sum(topic.documents for topic in top) >= 600


def test_more_processes_give_the_same_places(
    model: Hierarchy, papers: list[TrainingPaper], tmp_path: Path
) -> None:
    options = replace(PORTABLE, sample=300)
    other = train(again(papers), options, tmp_path / "m1", lemma=lemma, processes=2)
    assert other.paper_ids == model.paper_ids
    np.testing.assert_array_equal(other.theta[-1], model.theta[-1])
    np.testing.assert_array_equal(other.vectors, model.vectors)
    np.testing.assert_array_equal(other.known, model.known)
    assert other.topics == model.topics


def test_a_library_below_the_limit_has_the_same_model_as_without_one(
    papers: list[TrainingPaper], tmp_path: Path
) -> None:
    for name, options in (("all", PORTABLE), ("limit", replace(PORTABLE, sample=601))):
        train(again(papers), options, tmp_path / name, lemma=lemma)
    # .verified.json has the times of the files
    files = sorted(path.name for path in (tmp_path / "all").iterdir() if not path.name.startswith("."))
    assert len(files) > 10
    for name in files:
        assert (tmp_path / "all" / name).read_bytes() == (tmp_path / "limit" / name).read_bytes(), name


def test_a_model_that_is_built_again_from_its_sample_keeps_its_topics(
    model: Hierarchy, papers: list[TrainingPaper], tmp_path: Path
) -> None:
    options = replace(PORTABLE, sample=300)
    again_built = train(again(papers), options, tmp_path / "m2", previous=model, lemma=lemma)
    assert set(again_built.topics) == set(model.topics)
    assert again_built.settings["grown"]
