"""Which papers are like a set of papers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingest.document import Document
from ingest.intake import add
from ingest.progress import Silent
from search.context import Context
from search.similarity.set_similarity import alike
from tests.search.small_atlas import ids_of, index, small_atlas, sources


@pytest.fixture(scope="module")
def context() -> Context:
    return small_atlas().searcher.context


@pytest.mark.parametrize("size", [1, 10, 20])
def test_a_set_of_papers_finds_its_like_and_not_itself(context: Context, size: int) -> None:
    own = ids_of(context, "stars")[:size]
    near = alike(context, own, own, 15)
    assert len(near) == 15
    assert not set(own) & {id for id, _ in near}
    assert all(name.startswith("stars") for name in sources(context, near))
    assert [score for _, score in near] == sorted((score for _, score in near), reverse=True)


def test_a_sample_stands_for_its_set(context: Context) -> None:
    members = ids_of(context, "stars")[:40]
    near = alike(context, members[::2], members, 5)
    assert len(near) == 5
    assert not set(members) & {id for id, _ in near}


def test_no_set_and_a_set_of_all_papers_miss_none(context: Context) -> None:
    every = [paper.id for paper in context.library.papers()]
    assert alike(context, every, every, 15) == []
    assert alike(context, [], [], 15) == []


@pytest.fixture
def tagged() -> Iterator[Context]:
    """Stars of which some bear a tag, two papers on cells that bear it too, all of them after the build."""
    atlas = small_atlas()
    texts = [paper.shown.document for paper in atlas.library.papers()]
    stars = [one for one in texts if one.source_id.startswith("stars")][:25]
    cells = [one for one in texts if one.source_id.startswith("cells")][:2]
    fresh = []
    for at, one in enumerate([*stars, *cells]):
        words = one.abstract.split()[::-1]
        abstract = " ".join(words)
        title = f"{words[0]} {words[1]} {words[2]}"
        fresh.append(("t", Document(f"tagged-{at}", title, abstract, tags=("Messier Objects",), lang="en")))
    add(atlas.library, "tagged", fresh, processes=1, progress=Silent())
    index(atlas.library, atlas.engine, "modelled", atlas.searcher.context.placements)
    atlas.searcher.refresh()
    yield atlas.searcher.context
    atlas.library.remove_collection("tagged")
    index(atlas.library, atlas.engine, "modelled", atlas.searcher.context.placements)
    atlas.searcher.refresh()


def test_a_rare_tag_finds_papers_that_words_do_not(tagged: Context) -> None:
    own = stars_of(tagged)
    near = alike(tagged, own, own, 10)
    assert {"tagged-25", "tagged-26"} <= set(sources(tagged, near))


def test_to_few_papers_a_tag_says_less_than_words(tagged: Context) -> None:
    own = stars_of(tagged)[:6]
    near = sources(tagged, alike(tagged, own, own, 15))
    assert sum(name.startswith("tagged-") for name in near) > 10
    assert near[0].startswith("tagged-")
    assert not {"tagged-25", "tagged-26"} & set(near)


def stars_of(tagged: Context) -> list[str]:
    """The tagged papers on stars."""
    ids = ids_of(tagged, "tagged-")
    return [
        id
        for id, name in zip(ids, sources(tagged, [(id, 0) for id in ids]), strict=True)
        if name not in ("tagged-25", "tagged-26")
    ]
