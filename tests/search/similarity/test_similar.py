"""Similar papers, suggested tags, and the papers between two topics."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest

from ingest.errors import InputError, NotFoundError
from ingest.library.library import Library, Paper
from search.request import SearchRequest
from search.similarity.suggested_tags import TextStems, voted
from tests.search.small_atlas import small_atlas


def _paper(source: str) -> Paper:
    return next(paper for paper in small_atlas().library.papers() if paper.shown.document.source_id == source)


def test_similar_papers_share_theme_topics_and_terms() -> None:
    own = _paper("graphs-3")
    answer = small_atlas().searcher.similar(own.shown.id, limit=6)
    assert len(answer["documents"]) == 6
    assert own.shown.id not in {hit["id"] for hit in answer["documents"]}
    for hit in answer["documents"]:
        assert hit["source_id"].startswith("graphs")
        assert hit["shared"]["terms"]
        assert hit["why"].startswith("both: ")
    assert any(hit["shared"]["topics"] for hit in answer["documents"])


def test_similar_papers_are_visible_ones() -> None:
    answer = small_atlas().searcher.similar(_paper("graphs-3").shown.id, collections=frozenset({"new"}))
    assert {hit["collection"] for hit in answer["documents"]} == {"new"}


def test_similar_without_a_model_goes_by_words() -> None:
    own = _paper("graphs-3")
    hits = small_atlas().bare.similar(own.shown.id, limit=4)["documents"]
    assert all(hit["source_id"].startswith("graphs") for hit in hits)


def test_a_paper_that_does_not_exist() -> None:
    with pytest.raises(NotFoundError):
        small_atlas().searcher.similar("nosuchpaper")


def test_tags_are_suggested_by_the_neighbours_and_never_its_own() -> None:
    paper = _paper("stars-5")
    assert small_atlas().searcher.suggested_tags(paper) == []  # it carries both tags of its theme


def test_a_tag_that_the_text_says_itself_is_heard_first() -> None:
    context = small_atlas().searcher.context
    near = [(_paper(name).id, 1.0) for name in ("stars-5", "cells-3")]
    stems = TextStems.of(context.analyzer, "Stars that are old", "We look at a cell.", "en")
    assert (
        stems.vote_weight("Stars, Old")
        > stems.vote_weight("Cells")
        > stems.vote_weight("Graphs")
        == stems.vote_weight("…")
    )
    assert voted(context, near, stems) == ["stars", "cells", "science"]
    silent = TextStems.of(context.analyzer, "", "", "en")
    assert voted(context, near, silent) == ["science", "cells", "stars"]
    assert voted(context, [(near[0][0], 1.0), (near[1][0], 0.3)], silent) == ["science", "stars"]
    assert voted(context, near, silent, {"science"}) == ["cells", "stars"]


def test_check_tags_and_other_spellings_are_never_suggested() -> None:
    context = replace(small_atlas().searcher.context, library=cast(Library, _Tagged()))
    text = TextStems.of(context.analyzer, "", "", "en")
    near = [(name, 1.0) for name in ("one", "two", "three")]
    assert voted(context, near, text) == ["Type 2 Diabetes", "Insulin"], "spellings vote together"
    assert voted(context, near, text, ["diabetes, type 2"]) == ["Insulin"]


class _Tagged:
    """A library of three papers with tags."""

    @staticmethod
    def tags_of(ids: list[str], _visible: object = None) -> dict[str, tuple[str, ...]]:
        tags = {
            "one": ("Humans", "Male", "Diabetes, Type 2", "Insulin"),
            "two": ("human", "MALE", "Type 2 Diabetes", "Aged, 80 and over", "Insulin"),
            "three": ("Animals", "Type 2 Diabetes", "Journal Article", "Rats, Wistar"),
        }
        return {id: tags[id] for id in ids}


def test_bridges_hold_both_topics() -> None:
    searcher = small_atlas().searcher
    topics = searcher.search(SearchRequest(""))["topics"]
    first, second = [row["id"] for row in topics if row["level"] == 0][:2]
    answer = searcher.bridges(first, second, limit=3)
    assert [row["id"] for row in answer["topics"]] == [first, second]
    scores = [hit["score"] for hit in answer["documents"]]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 0.5001 for score in scores)


def test_a_bridge_needs_two_topics_that_exist() -> None:
    searcher = small_atlas().searcher
    known = searcher.search(SearchRequest(""))["topics"][0]["id"]
    with pytest.raises(InputError):
        searcher.bridges(known, known)
    with pytest.raises(NotFoundError):
        searcher.bridges(known, "tnone")


def _likeness(answer: dict[str, Any]) -> float:
    """The mean cosine between the papers of an answer."""
    placements = small_atlas().searcher.context.placements
    assert placements is not None
    rows = placements.rows([small_atlas().library.paper_of(hit["id"]).id for hit in answer["documents"]])
    vectors = placements.vectors(rows)
    return float((vectors @ vectors.T)[np.triu_indices(len(rows), 1)].mean())


def test_diverse_papers_are_less_like_each_other() -> None:
    searcher = small_atlas().searcher
    gain = []
    for number in range(8):
        own = _paper(f"graphs-{number}").shown.id
        near, varied = searcher.similar(own, limit=5), searcher.similar(own, limit=5, diverse=True)
        assert len(varied["documents"]) == 5
        assert varied["documents"][0]["id"] == near["documents"][0]["id"]
        gain.append(_likeness(near) - _likeness(varied))
    assert max(gain) > 0.01
    assert sum(gain) > 0


def test_an_explored_text_gives_diverse_papers_too() -> None:
    searcher = small_atlas().searcher
    text = _paper("graphs-3").shown.document.abstract
    near, varied = searcher.explore(text, limit=5), searcher.explore(text, limit=5, diverse=True)
    assert _likeness(varied) < _likeness(near)
    assert varied["topics"] == near["topics"]


def test_diversity_without_a_model_leaves_the_order() -> None:
    own = _paper("graphs-3").shown.id
    bare = small_atlas().bare
    ids = [[hit["id"] for hit in bare.similar(own, limit=4, diverse=d)["documents"]] for d in (False, True)]
    assert ids[0] == ids[1]
