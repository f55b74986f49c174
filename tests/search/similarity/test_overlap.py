"""What papers have in common, votes for tags, and which of near papers are shown."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Document
from ingest.library.library import Paper
from ingest.text.analysis import analyzer
from search.answers import DocumentHit, Shared
from search.context import Context
from search.ranking.by_topic import leaf_share
from search.ranking.diversity import varied
from search.similarity.explore import distinct, telling
from search.similarity.overlap import (
    mentions,
    mentions_of,
    nothing_shared,
    reason,
    telling_phrases,
    with_shared,
)
from search.similarity.set_similarity import alike, evenly
from search.similarity.suggested_tags import TextStems, voted
from tests.search.small_atlas import ids_of, small_atlas


@pytest.fixture(scope="module")
def context() -> Context:
    return small_atlas().searcher.context


def hit(id: str, title: str = "", topics: list[dict[str, Any]] | None = None) -> DocumentHit:
    return cast(DocumentHit, {"id": id, "title": title, "topics": topics or []})


def test_common_phrases_come_first_and_say_nothing_twice(context: Context) -> None:
    assert context.hierarchy is not None
    idf = dict(zip(context.hierarchy.vocabulary, context.hierarchy.idf.tolist(), strict=True))
    common = min(idf, key=lambda word: (idf[word], word))
    mine = {
        ("vitamin", "d", "deficiency"): 2.0,
        ("deficiency",): 5.0,
        ("rickets",): 1.0,
        (common,): 9.0,
        ("mouse", "model"): 1.0,
    }
    theirs = {key: 1.0 for key in mine if key != ("mouse", "model")}
    told = telling_phrases(context, mine, theirs)
    assert told == [("vitamin", "d", "deficiency"), ("rickets",)]
    little = {key: share for key, share in theirs.items() if key != ("rickets",)}
    assert telling_phrases(context, mine, little) == [("vitamin", "d", "deficiency"), (common,)]
    many = {("rare", f"word{at}"): 1.0 for at in range(9)} | {(f"only{at}",): 1.0 for at in range(9)}
    assert (common,) not in telling_phrases(context, many | mine, many | theirs)
    assert telling_phrases(context, mine, {}) == []


def test_topics_that_are_shared_have_the_smaller_share(context: Context) -> None:
    topic = {"id": "t1", "weight": 0.7, "label": "Tides", "level": 1}
    own = next(paper for paper in context.library.papers())
    (shown,) = with_shared(
        context,
        mentions(context.analyzer, "Neap tides", "", "en"),
        {"t1": 0.4, "t2": 1.0},
        [hit("h", topics=[topic, {**topic, "id": "t9"}])],
        {"h": own},
    )
    assert [(row["id"], row["weight"]) for row in shown["shared"]["topics"]] == [("t1", 0.4)]
    assert shown["why"] == "topic: Tides"


def test_what_is_shared_is_the_same_from_either_side(context: Context) -> None:
    one, other = ids_of(context, "cells")[:2]
    papers = context.library.papers_by_id([one, other], forms=True)
    sides = [
        with_shared(context, mentions_of(context, papers[a]), {}, [hit("h")], {"h": papers[b]})[0]["shared"]
        for a, b in ((one, other), (other, one))
    ]
    assert sides[0]["terms"]
    assert sides[0] == sides[1]


def test_a_text_mentions_phrases_in_its_own_spelling_whatever_their_number() -> None:
    spoken = mentions(analyzer(), "Iron Deficiencies", "It was taken. Iron deficiency is rare.", "en")
    key = ("iron", "deficiency")
    assert spoken.phrases[key] == 1.0 + 2.5
    assert spoken.written[key] == "iron deficiency"
    assert ("take",) not in spoken.phrases, "a verb names nothing"
    assert mentions(analyzer(), "", "", "en").phrases == {}


def _cited(references: tuple[str, ...], **names: str) -> Paper:
    document = Document(source_id="x", title="Neap tides", references=references, **names)
    member = SimpleNamespace(document=document)
    forms = {"forms": "neap tides"}
    return cast(Paper, SimpleNamespace(merged=document, members=(member,), **forms))


def test_references_in_common_and_citations_are_reasons(context: Context) -> None:
    mine = mentions_of(context, _cited(("doi:10.1/a", "doi:10.1/b", "doi:10.1/c"), doi="10.1/own"))
    theirs = _cited(("doi:10.1/b", "doi:10.1/c", "doi:10.1/own"), doi="10.1/theirs")
    (citing,) = with_shared(context, mine, {}, [hit("h")], {"h": theirs})
    assert citing["shared"] == {
        "topics": [], "terms": ["neap tides"], "references": 2, "cites": True, "cited": False,
    }  # fmt: skip
    assert citing["why"] == "cites this paper; 2 references in common; both: neap tides"
    (cited,) = with_shared(context, mine, {}, [hit("h")], {"h": _cited((), doi="10.1/c")})
    assert cited["why"] == "cited by this paper; both: neap tides"
    assert reason(cast(Shared, nothing_shared() | {"references": 1})) == "1 reference in common"
    assert reason(nothing_shared()) == ""


@given(
    st.lists(st.sampled_from(["A note", "a  NOTE", "Ä note", "Other", "", "Наука", "наука"]), max_size=12),
    st.integers(0, 12),
)
def test_no_title_is_shown_twice_and_untitled_papers_stay(titles: list[str], limit: int) -> None:
    hits = [hit(str(at), title) for at, title in enumerate(titles)]
    kept = distinct(hits, limit)
    folded = {"A note": 1, "a  NOTE": 1, "Ä note": 1, "Other": 2, "Наука": 3, "наука": 3}
    first: list[str] = []
    for at, title in enumerate(titles):
        earlier = {folded.get(other) for other in titles[:at]} - {None}
        if not title or folded[title] not in earlier:
            first.append(str(at))
    assert [one["id"] for one in kept] == first[:limit]
    own = distinct(hits, 99, "A NOTE")
    assert all(folded.get(titles[int(one["id"])]) != 1 for one in own)


def test_telling_stems_by_their_formula(context: Context) -> None:
    forms = analyzer().forms("galaxy galaxy telescope note the xyzzy")
    weights = telling(context, forms, "en")
    counted = context.engine.statistics(context.index, ["galaxi", "telescop", "note"])
    for stem, times in (("galaxi", 2), ("telescop", 1), ("note", 1)):
        expected = (1 + np.log(times)) * np.log(1 + counted.papers / counted.frequencies[stem])
        assert weights[stem] == pytest.approx(expected)
    assert "xyzzi" not in weights
    assert list(weights.values()) == sorted(weights.values(), reverse=True)
    assert weights["note"] < weights["telescop"], "what every paper says tells little"
    assert telling(context, ["the", "of"], "en") == {}


@given(st.integers(0, 500), st.integers(1, 60))
def test_even_samples(count: int, most: int) -> None:
    places = evenly(count, most)
    assert len(places) == len(set(places)) == min(count, most)
    assert places == sorted(places)
    assert all(0 <= at < count for at in places)
    if 1 < most < count:
        assert (places[0], places[-1]) == (0, count - 1)


def test_votes_are_louder_from_nearer_papers_and_for_what_the_text_says(context: Context) -> None:
    stars, cells = ids_of(context, "stars")[:4], ids_of(context, "cells")[:4]
    near = [*((id, 1.0) for id in stars), *((id, 0.3) for id in cells)]
    silent = TextStems.of(context.analyzer, "", "", "en")
    assert voted(context, near, silent)[:2] == ["science", "stars"], "all have the one, the nearest the other"
    assert "cells" not in voted(context, near, silent), "(.3)³ of the votes is a whim"
    nearer = [*((id, 1.0) for id in stars), *((id, 0.7) for id in cells)]
    assert voted(context, nearer, silent)[:3] == ["science", "stars", "cells"]
    stems = TextStems.of(context.analyzer, "On cells", "", "en")
    assert voted(context, nearer, stems)[0] == "cells"
    assert voted(context, nearer, stems, own={"CELL", "Science"}) == ["stars"], "in any spelling"
    assert voted(context, nearer, stems, limit=1) == ["cells"]
    assert voted(context, [], stems) == []
    assert voted(context, [(stars[0], 0.0)], stems) == []


def test_a_tag_of_several_words_is_said_where_all_of_them_are() -> None:
    stems = TextStems.of(analyzer(), "Deep learning", "of planar graphs", "en")
    assert stems.vote_weight("learning graph") == 3.0, "in title and abstract together"
    assert stems.vote_weight("Deep Learning") == 7.0, "in the title"
    assert stems.vote_weight("deep sea") == 1.0
    assert stems.vote_weight("") == 1.0
    assert stems.vote_weight("the of") == 1.0, "function words say nothing"


def test_a_set_is_like_its_theme_whatever_the_size_of_the_sample(context: Context) -> None:
    graphs = ids_of(context, "graphs")
    for own in (graphs[:3], graphs[:25]):  # too few to learn from, and enough
        found = alike(context, own, own, 10)
        assert len(found) == 10
        assert not {id for id, _ in found} & set(own)
        assert {id for id, _ in found} <= set(graphs)
        scores = [score for _, score in found]
        assert scores == sorted(scores, reverse=True)
        assert scores[-1] > 0
    assert alike(context, [], [], 5) == []
    assert alike(context, ["gone"], ["gone"], 5) == []


def test_a_set_of_all_papers_that_the_model_knows_is_like_nothing(context: Context) -> None:
    everyone = [paper.id for paper in context.library.papers()]
    assert alike(context, everyone[:10], everyone, 5) == []


def marginal(vectors: np.ndarray, near: list[float], chosen: list[int]) -> list[float]:  # type: ignore[type-arg]
    """Carbonell and Goldstein 1998 with λ = .6, nearness scaled to 0…1, by loops."""
    low, high = min(near), max(near)
    values = []
    for at, score in enumerate(near):
        likest = max((float(vectors[at] @ vectors[other]) for other in chosen), default=0.0)
        values.append(0.6 * (score - low) / (high - low) - 0.4 * max(likest, 0.0))
    return values


@pytest.mark.parametrize("seed", range(4))
def test_each_next_paper_has_the_largest_marginal_relevance(context: Context, seed: int) -> None:
    noise = np.random.default_rng(seed)
    assert context.placements is not None
    ids = [
        str(id) for id in noise.choice([paper.id for paper in context.library.papers()], 25, replace=False)
    ]
    near = sorted(noise.random(25).tolist(), reverse=True)
    order = [ids.index(id) for id, _ in varied(context, list(zip(ids, near, strict=True)), 12)]
    vectors = context.placements.vectors(context.placements.rows(ids))
    assert len(set(order)) == 12
    for step, at in enumerate(order):
        values = marginal(vectors, near, order[:step])
        free = [value for other, value in enumerate(values) if other not in order[:step]]
        assert values[at] >= max(free) - 1e-5


def test_papers_that_the_model_does_not_know_are_like_none(context: Context) -> None:
    ids = ids_of(context, "stars")[:6]
    scored = [(ids[0], 1.0), *((id, 0.6) for id in ids[1:]), ("stranger", 0.6)]
    assert [id for id, _ in varied(context, scored, 2)] == [ids[0], "stranger"]


def test_the_share_of_a_topic_in_each_leaf(context: Context) -> None:
    assert context.hierarchy is not None
    top, leaves = context.hierarchy.levels
    shares = np.array([leaf_share(context, id) for id in top.ids])
    np.testing.assert_allclose(shares.sum(axis=0), 1, atol=1e-5)
    for at, leaf in enumerate(leaves.ids):
        assert leaf_share(context, leaf).tolist() == np.eye(len(leaves.ids))[at].tolist()


def test_topics_are_meant_by_id_or_by_label_in_any_case(context: Context) -> None:
    assert context.hierarchy is not None
    id, topic = next(iter(context.hierarchy.topics.items()))
    assert context.topic_ids(id) == [id]
    assert id in context.topic_ids(f"  {topic.label.upper()} ")
    assert context.topic_ids("no such topic") == []
    assert small_atlas().bare.context.topic_ids(id) == []


def test_allowed_papers_come_in_the_order_given(context: Context) -> None:
    old = [paper.id for paper in context.library.papers() if paper.collections == ("old",)]
    new = [paper.id for paper in context.library.papers() if paper.collections == ("new",)]
    mixed = [new[3], old[5], "gone", old[1], new[0]]
    assert context.allowed(mixed, None) == [new[3], old[5], old[1], new[0]]
    assert context.allowed(mixed, frozenset({"old"})) == [old[5], old[1]]
    assert context.allowed(mixed, frozenset()) == []
    assert context.allowed([], None) == []
