"""What is near a paper, a text or a set of papers by tf-idf."""

from __future__ import annotations

import numpy as np
import pytest

from ingest.document import Document
from ingest.intake import add
from ingest.progress import Silent
from search.context import Context
from search.similarity.suggested_tags import TextStems, suggested
from tests.search.small_atlas import ids_of, small_atlas, sources

NONE = np.zeros(0, dtype=np.intp)


@pytest.fixture(scope="module")
def context() -> Context:
    return small_atlas().searcher.context


def test_a_paper_is_its_own_nearest_and_scores_are_cosines(context: Context) -> None:
    assert context.cosine is not None
    id = ids_of(context, "stars")[0]
    row = context.cosine.papers([id])
    assert np.sqrt(row.multiply(row).sum()) == pytest.approx(1, abs=1e-5)
    near = context.cosine.nearest(row, 8, NONE)
    assert near[0] == (id, pytest.approx(1, abs=1e-4))
    assert [score for _, score in near] == sorted((score for _, score in near), reverse=True)
    dense = np.asarray(context.cosine.papers([other for other, _ in near]).todense())
    np.testing.assert_allclose(
        [score for _, score in near], dense @ np.asarray(row.todense()).ravel(), atol=1e-4
    )


def test_few_words_say_less(context: Context) -> None:
    assert context.cosine is not None
    assert context.evidence is not None
    ids = ids_of(context, "stars")[:5]
    rows = context.cosine.papers(ids, 20)
    lengths = context.evidence.models.lengths[context.evidence.rows(ids)]
    squares = np.asarray(rows.multiply(rows).sum(axis=1)).ravel()
    np.testing.assert_allclose(squares, lengths / (lengths + 20), rtol=1e-4)


def test_a_text_of_unknown_words_is_near_nothing(context: Context) -> None:
    assert context.cosine is not None
    assert context.cosine.nearest(context.cosine.text(["xyzzy"]), 5, NONE) == []
    assert (
        suggested(context, context.cosine.text([]), TextStems.of(context.analyzer, "", "xyzzy", "en")) == []
    )


def test_papers_that_came_after_the_build_count_too(context: Context) -> None:
    assert context.cosine is not None
    text = "galaxy telescope halo dust orbit"
    late = Document(source_id="late", title=text, abstract=f"{text}. {text}.", year=2020, lang="en")
    add(context.library, "late", [("t", late)], processes=1, progress=Silent())
    try:
        row = context.cosine.papers(ids_of(context, "late"))
        assert row.shape[0] == 1
        assert row.nnz >= 4
        assert all(
            name.startswith("stars") for name in sources(context, context.cosine.nearest(row, 5, NONE))
        )
    finally:
        context.library.remove_collection("late")
    assert context.cosine.papers(["gone"]).shape[0] == 0
