"""From papers of a library to what both engines index: everything that any of a paper's records knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.document import Document
from ingest.intake import add
from ingest.library.library import Library, Paper
from ingest.progress import Silent
from ingest.text.analysis import analyzer
from search.clauses import TEXT
from search.engines.contract import IndexedPaper
from search.engines.documents import POSITIONS, checked_id, index_papers, indexed_paper, record_of, stems
from search.engines.errors import EngineError
from search.engines.topic_shares import PARTS
from tests.search.small_atlas import small_atlas

TITLE = "Measuring the redshift of very distant galaxies"
ABSTRACT = "We measured galaxies. " * 4


@pytest.fixture
def library(tmp_path: Path):  # type: ignore[no-untyped-def]
    opened = Library.open(f"sqlite:///{tmp_path / 'library.db'}")
    yield opened
    opened.close()


def only(library: Library, *records: tuple[str, Document]) -> Paper:
    """The one paper that these records (collection, document) make."""
    for collection, document in records:
        add(library, collection, [("test", document)], processes=1, progress=Silent())
    (paper,) = library.papers()
    return paper


def indexed(paper: Paper) -> IndexedPaper:
    return indexed_paper(paper, analyzer(), None)


def test_a_joined_paper_has_what_any_of_its_records_knows(library: Library) -> None:
    one = Document(source_id="A1", title=TITLE, abstract=ABSTRACT, doi="10.1000/abc", year=2010, lang="en")
    two = Document(
        source_id="B2", title=TITLE, doi="10.1000/abc", pmid="777", arxiv_id="1234.56789",
        open_access="green", tags=("Galaxies",), lang="en", other_ids=("openalex:W99",),
    )  # fmt: skip
    paper = indexed(only(library, ("first", one), ("second", two)))
    assert set(paper.collections) == {"first", "second"}
    assert paper.tags == ("Galaxies",)
    assert paper.open_access == ("green", "yes")
    assert {"pmid", "arxiv", "doi", "abstract", "tag", "year"} <= set(paper.has)
    assert "topic" not in paper.has
    assert {"a1", "b2", "777", "pmid:777", "arxiv:1234.56789", "w99", "openalex:w99", paper.id} <= set(
        paper.ids
    )
    assert "doi:10.1000/abc" in paper.ids
    assert paper.dois == ("10.1000/abc",)


@pytest.mark.parametrize(
    ("kind", "shown"),
    [("", ("no",)), ("gold", ("gold", "yes")), ("bronze", ("bronze", "yes")), ("closed", ("closed", "no"))],
)
def test_open_access_in_one_word_and_in_its_kind(library: Library, kind: str, shown: tuple[str, ...]) -> None:
    paper = only(library, ("c", Document(source_id="1", title=TITLE, open_access=kind, lang="en")))
    assert indexed(paper).open_access == shown


def test_streams_are_stems_and_forms_and_the_title_is_folded_for_its_order(library: Library) -> None:
    document = Document(source_id="1", title="Über die Émile galaxies", abstract="The galaxies.", lang="en")
    paper = indexed(only(library, ("c", document)))
    assert paper.title_exact.split() == analyzer().forms("Über die Émile galaxies")
    assert "galaxi" in paper.title_stem.split()
    assert paper.abstract_stem == "galaxi", "function words are no stems"
    assert "the" in paper.abstract_exact.split(), "but they are forms"
    assert paper.title_sort.startswith("uber die emile")
    record = record_of(paper)
    assert record[TEXT] == f"{paper.title_stem} {paper.abstract_stem}"
    assert record["title_sort"].endswith(f" {paper.id}")


def test_the_day_that_a_paper_came_is_a_number(library: Library) -> None:
    paper = only(library, ("c", Document(source_id="1", title=TITLE, lang="en")))
    assert str(indexed(paper).added) == paper.added[:10].replace("-", "")
    assert 20_200_101 < (indexed(paper).added or 0) < 99_991_231


def test_a_record_has_no_empty_field_and_no_value_twice() -> None:
    paper = IndexedPaper(
        "p1", title="T", tags=("Ärzte", "arzte", "Ärzte"), collections=("b", "b"), year=None, citations=0
    )
    record = record_of(paper)
    assert record["tags"] == ["Ärzte", "arzte"]
    assert record["tags_folded"] == ["arzte"]
    assert record["collections"] == ["b"]
    assert record["citations"] == 0, "none is not the same as nothing known"
    assert "year" not in record
    assert "abstract" not in record
    assert "vector" not in record


def test_long_titles_are_in_order_by_their_beginning_and_equals_by_id() -> None:
    titles = ["a" * 200, "a" * 200 + "b", "a"]
    records = [record_of(IndexedPaper(f"p{at}", title_sort=title)) for at, title in enumerate(titles)]
    keys = [record["title_sort"] for record in records]
    assert sorted(keys) == [keys[2], keys[0], keys[1]]
    assert max(map(len, keys)) < 100


@pytest.mark.parametrize("paper_id", ["a", "A-z_9", "x" * 16])
def test_ids_that_an_index_can_hold(paper_id: str) -> None:
    assert checked_id(paper_id) == paper_id


@pytest.mark.parametrize("paper_id", ["", "x" * 17, "a b", "ä", "a\n", "a/b"])
def test_ids_that_it_cannot(paper_id: str) -> None:
    with pytest.raises(EngineError, match="not a valid paper id") as error:
        checked_id(paper_id)
    assert "1 to 16" in str(error.value.hint)


def test_stems_of_forms_in_their_language() -> None:
    assert stems("the galaxies of the galaxy", analyzer(), "en") == "galaxi galaxi"
    assert stems("", analyzer(), "en") == ""
    assert "der" not in stems("der galaxien", analyzer(), "de").split()


def test_papers_of_a_model_carry_their_topics_and_sixteen_parts_of_theta() -> None:
    atlas = small_atlas()
    placements = atlas.searcher.context.placements
    assert placements is not None
    last = placements.hierarchy.levels[-1].ids
    papers = list(index_papers(atlas.library.papers(), analyzer(), placements))
    assert len(papers) == 120
    for paper in papers:
        assert "topic" in paper.has
        assert set(paper.topics_own) == {id for id in paper.topics if id in last}
        assert paper.topics_own
        parts = sum(int(token.split("|")[1]) for token in paper.topic_share)
        assert parts == PARTS
        assert paper.vector is not None
        assert sum(value**2 for value in paper.vector) == pytest.approx(1, abs=1e-2)


def test_papers_that_the_model_has_not_seen_are_indexed_without_topics(library: Library) -> None:
    add(
        library, "c", [("t", Document(source_id="1", title=TITLE, lang="en"))], processes=1, progress=Silent()
    )
    placements = small_atlas().searcher.context.placements
    (paper,) = index_papers(library.papers(), analyzer(), placements)
    assert (paper.topics, paper.topic_share, paper.vector) == ((), (), None)
    assert "topic" not in paper.has


def test_positions_are_kept_where_phrases_look() -> None:
    assert {"title_exact", "abstract_exact"} <= POSITIONS
