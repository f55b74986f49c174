"""What a collection covers, and what it misses."""

from __future__ import annotations

import pytest

from ingest.document import Document
from ingest.errors import NotFoundError
from ingest.intake import add
from ingest.progress import Silent
from tests.search.small_atlas import index, small_atlas


def test_shares_add_up_to_one_in_each_level() -> None:
    answer = small_atlas().searcher.coverage("old")
    for level in (0, 1):
        rows = [row for row in answer["topics"] if row["level"] == level]
        assert sum(row["share"] for row in rows) == pytest.approx(1)
        assert sum(row["share_elsewhere"] for row in rows) == pytest.approx(1)
    assert answer["collection"] == "old"


def test_what_is_missed_lies_outside_and_is_near() -> None:
    atlas = small_atlas()
    stars = [paper for paper in atlas.library.papers() if paper.shown.document.source_id.startswith("stars")]
    copies = [("test", Document(source_id=p.shown.document.source_id, title=p.shown.document.title,
                                abstract=p.shown.document.abstract, authors=p.shown.document.authors,
                                year=p.shown.document.year, lang="en")) for p in stars[:20]]  # fmt: skip
    add(atlas.library, "astronomy", copies, processes=1, progress=Silent())
    index(atlas.library, atlas.engine, "modelled", atlas.searcher.context.placements)
    missed = atlas.searcher.coverage("astronomy", limit=15)["missed"]
    assert len(missed) == 15
    assert all("astronomy" not in hit["collections"] for hit in missed)
    assert all(hit["source_id"].startswith("stars") for hit in missed)
    atlas.library.remove_collection("astronomy")
    index(atlas.library, atlas.engine, "modelled", atlas.searcher.context.placements)


def test_a_collection_that_does_not_exist() -> None:
    with pytest.raises(NotFoundError):
        small_atlas().searcher.coverage("nowhere")
