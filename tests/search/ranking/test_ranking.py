"""Fused ranking: how scores are put together, and what happens where evidence is missing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from ingest.arrays import ArraysError
from ingest.document import Document
from ingest.intake import add
from ingest.progress import Silent
from search.clauses import TEXT, AnyOf, Term
from search.engines.contract import Request
from search.evidence.evidence import Evidence
from search.evidence.ranking_models import RankingModels
from search.evidence.training import build_ranking
from search.ranking.fusion import fuse, standard
from search.ranking.scorers import by_topics, by_words, expansion, question_of
from tests.search.small_atlas import index, small_atlas
from topics.training.build import TrainingPaper


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    found = small_atlas().searcher.context.evidence
    assert found is not None
    return found


def test_standard_scores_have_mean_0_and_deviation_1() -> None:
    scores = standard(np.array([1, 2, 3, 10], dtype=np.float32), np.ones(4, dtype=bool))
    assert scores.mean() == pytest.approx(0, abs=1e-6)
    assert scores.std() == pytest.approx(1, abs=1e-6)
    assert standard(np.array([5, 5], dtype=np.float32), np.ones(2, dtype=bool)).tolist() == [0, 0]


def test_where_nothing_is_known_the_lexical_score_stands_in() -> None:
    known = np.array([True, True, False])
    lexical = np.array([0.5, 0.1, -2], dtype=np.float32)
    assert standard(np.array([1, 3, 99], dtype=np.float32), known, lexical).tolist() == [-1, 1, -2]


def test_the_view_holds_the_papers_own_counts(evidence: Evidence) -> None:
    ids = evidence.models.ids[:5]
    view = evidence.view(ids)
    term = evidence.models.terms["galaxi"]
    rows, counts = evidence.postings(term)
    wanted = dict(zip(rows.tolist(), counts.tolist(), strict=True))
    ((found, near),) = evidence.occurrences(view, np.array([term]))
    assert found.tolist() == [wanted.get(row, 0) for row in range(5)]
    assert near.tolist() == [[wanted.get(row, 0) for row in rows] for rows in view.neighbours.tolist()]
    assert near.any()
    terms, times = evidence.words(view, np.arange(5))
    assert times[terms == term].sum() == found.sum()


def test_topics_give_words_to_papers_that_lack_them(evidence: Evidence) -> None:
    ids = evidence.models.ids
    question = question_of(evidence, {"galaxi": 1}, evidence.view(ids), np.zeros(len(ids), dtype=np.float32))
    share, own = by_topics(question)[0], by_words(question)[0][0]
    papers = small_atlas().library.papers_by_id(ids)
    stars = np.array([papers[id].shown.document.source_id.startswith("stars") for id in ids])
    assert share[stars & (own == 0)].mean() > 3 * share[~stars].mean()


def test_feedback_keeps_the_query_and_adds_terms_of_the_best(evidence: Evidence) -> None:
    ids = evidence.models.ids
    totals = np.zeros(len(ids), dtype=np.float32)
    totals[:10] = 1
    question = question_of(evidence, {"galaxi": 2, "kinas": 1}, evidence.view(ids), totals)
    terms, weights = expansion(question, totals, 10, 5, 0.3)
    weight = dict(zip(terms.tolist(), weights.tolist(), strict=True))
    assert weight[evidence.models.terms["galaxi"]] >= 1
    assert weight[evidence.models.terms["kinas"]] >= 0.5
    assert 2 <= len(terms) <= 7


def test_a_paper_added_after_the_build_ranks_with_its_like(evidence: Evidence) -> None:
    atlas = small_atlas()
    text = "galaxy telescope redshift spectrum supernova luminosity halo dust star planet"
    late = Document(source_id="stars-late", title="A late note on galaxy telescope", abstract=text, lang="en")
    add(atlas.library, "late", [("test", late)], processes=1, progress=Silent())
    index(atlas.library, atlas.engine, "bare", None)
    evidence.refresh()
    hits = atlas.engine.search("bare", atlas_request()).hits
    ids = [hit.id for hit in hits]
    late_id = next(id for id, paper in atlas.library.papers_by_id(ids).items() if "late" in paper.collections)
    assert evidence.rows([late_id])[0] == -1
    view = evidence.view(ids)
    place = ids.index(late_id)
    assert view.known[place]
    telescope = np.array([evidence.models.terms["telescop"]])
    assert next(evidence.occurrences(view, telescope))[0][place] == 2
    terms, times = evidence.words(view, np.array([place]))
    assert times[terms == telescope[0]].tolist() == [2]
    scores = np.array([hit.score for hit in hits], dtype=np.float32)
    order = [id for id, _ in fuse(evidence, {"galaxi": 1, "telescop": 1}, ids, scores).hits]
    assert order.index(late_id) < len(order) / 2
    atlas.library.remove_collection("late")
    evidence.refresh()


def test_titles_are_kept_until_the_library_changes(evidence: Evidence) -> None:
    library = small_atlas().library

    def stored(title: str) -> str:
        document = Document(source_id="titled", title=title, abstract="galaxy star", lang="en")
        add(library, "titled", [("test", document)], processes=1, progress=Silent())
        return next(document.id for document in library.documents("titled"))

    id = stored("A first title")
    evidence.refresh()
    others = evidence.models.ids[:3]
    assert evidence.titles([*others, id, "unknown"]) == library.titles([*others, id])
    assert evidence.titles([id]) == {id: "a first title"}
    assert stored("A second title") == id
    evidence.refresh()
    assert evidence.titles([id]) == {id: "a second title"}
    library.remove_collection("titled")
    evidence.refresh()
    assert evidence.titles([id]) == {}


def atlas_request() -> Request:
    return Request(query=AnyOf((Term(TEXT, "galaxi", 1.0), Term(TEXT, "telescop", 1.0))), limit=100)


def test_models_come_back_as_they_were_saved(evidence: Evidence) -> None:
    loaded = RankingModels.load(small_atlas().folder / "model")
    assert loaded is not None
    assert loaded.ids == evidence.models.ids
    assert np.asarray(loaded.theta, dtype=np.float32).sum(axis=1) == pytest.approx(
        np.full(len(loaded.ids), len(loaded.sizes)), rel=0.02
    )
    assert (loaded.neighbours != np.arange(len(loaded.ids))[:, None]).all()


def test_a_handful_of_papers_gives_no_models(tmp_path: Path) -> None:
    few = [TrainingPaper(f"p{n}", ("c",), "galaxy", "star", (), None, "en") for n in range(3)]
    assert build_ranking(lambda: iter(few), tmp_path, seed=1) is None
    assert RankingModels.load(tmp_path) is None


def test_damaged_models_are_named_and_older_ones_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(small_atlas().folder / "model" / "ranking", folder / "ranking")
    assert RankingModels.verify(folder)
    head = folder / "ranking" / "ranking.json"
    content = json.loads(head.read_text("utf-8"))
    for name in ("ids", "vocabulary"):  # as they were written before there were checksums
        path = folder / "ranking" / f"{name}.json"
        path.with_suffix(".txt").write_text("\n".join(json.loads(path.read_text("utf-8"))), "utf-8")
        path.unlink()
    head.write_text(json.dumps({"format": 1, "sizes": content["sizes"]}), "utf-8")
    assert not RankingModels.verify(folder)
    older = RankingModels.load(folder)
    assert older is not None
    assert older.ids == small_atlas().searcher.context.evidence.models.ids  # type: ignore[union-attr]
    (folder / "ranking" / "phi.npy").write_bytes(b"nothing")
    with pytest.raises(ArraysError, match="models for ranking"):
        RankingModels.load(folder)
    assert RankingModels.load(tmp_path) is None
