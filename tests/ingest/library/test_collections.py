"""Collections: names, keys, counts, what was refused, and splits and joins by hand."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from ingest.document import MAX_COLLECTION_NAME, Document, FieldWarning, Parsed, Rejected
from ingest.errors import InputError, NotFoundError
from ingest.intake import AddReport, add
from ingest.library.collections import checked_name
from ingest.library.library import Library
from ingest.library.schema import RECENT
from ingest.progress import Silent


def take(library: Library, collection: str, parsed: Iterable[Parsed], **options: str) -> AddReport:
    named = [("f.ris", one) for one in parsed]
    return add(library, collection, named, processes=1, progress=Silent(), **options)


def paper(number: int, **fields: object) -> Document:
    subject = ("tides", "peat", "rowers", "glaciers", "wasps", "violins", "salt", "bridges")[number % 8]
    texts = {
        "title": f"On the {subject} of region {number}",
        "abstract": f"The {subject} were counted {number} times in a row and then compared at length.",
    }
    return Document(str(number), **(texts | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name", ["", " ", "\t", "a\nb", "a\x00", "x" * (MAX_COLLECTION_NAME + 1), "a\u200bb"]
)
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(InputError) as caught:
        checked_name(name)
    assert str(MAX_COLLECTION_NAME) in caught.value.hint


@pytest.mark.parametrize("name", ["A", "Ä ö/ü? #1", "中文 文献", "x" * MAX_COLLECTION_NAME])
def test_what_is_a_name(name: str) -> None:
    assert checked_name(f"  {name} ") == name


def test_spaces_around_a_name_make_no_other_collection(library: Library) -> None:
    take(library, "A", [paper(1)])
    take(library, " A ", [paper(2)])
    assert [(found.name, found.documents) for found in library.collections()] == [("A", 2)]
    assert library.collection_names() == ["A"]
    assert library.has_collection(" A ")
    assert not library.has_collection("a")


def test_collections_come_by_name_with_their_counts(library: Library) -> None:
    take(
        library,
        "b",
        [paper(1, doi="10.1000/a"), paper(2, doi="10.1000/a"), Rejected(3, "title", "", "has none")],
    )
    take(library, "a", [paper(3, doi="10.1000/a")], source="https://example.org")
    first, second = library.collections()
    assert (first.name, first.documents, first.papers, first.rejected, first.source) == (
        "a", 1, 1, 0, "https://example.org",
    )  # fmt: skip
    assert (second.name, second.documents, second.papers, second.rejected) == ("b", 2, 1, 1)
    assert library.counts().papers == 1
    assert library.counts().documents == 3
    assert library.collection("b") == second


def test_who_misspells_a_name_is_told_the_nearest(library: Library) -> None:
    with pytest.raises(NotFoundError, match="'x'") as caught:
        library.collection("x")
    assert "no collections yet" in caught.value.hint
    for name in ("PubMed 2020", "PubMed 2021", "arXiv"):
        take(library, name, [paper(1)])
    with pytest.raises(NotFoundError) as caught:
        library.collection("pubmed 2020")
    assert "PubMed 2020" in caught.value.hint
    assert "arXiv" not in caught.value.hint
    for call in (
        lambda: library.remove_collection("x"),
        lambda: library.rename_collection("x", "y"),
        lambda: library.describe_collection("x", licence="CC0"),
    ):
        with pytest.raises(NotFoundError):
            call()


def test_a_description_is_changed_part_by_part(library: Library) -> None:
    take(library, "A", [paper(1)], source="s")
    library.describe_collection("A")
    library.describe_collection("A", description="d")
    library.describe_collection("A", licence="CC0", source="")
    found = library.collection("A")
    assert (found.description, found.licence, found.source) == ("d", "CC0", "")


def test_the_key_of_a_renamed_collection_is_never_given_again(library: Library) -> None:
    take(library, "A", [paper(1)])
    library.rename_collection("A", "B")
    take(library, "A", [paper(2)])
    library.rename_collection("A", "C")
    take(library, "A", [paper(3)])
    keys = {found.name: found.key for found in library.collections()}
    assert keys == {"A": "A''", "B": "A", "C": "A'"}


def test_a_new_name_that_is_taken_or_none_changes_nothing(library: Library) -> None:
    take(library, "A", [paper(1)])
    take(library, "B", [paper(2)])
    before = library.sequence()
    for name in ("B", " B ", "", "x\ny"):
        with pytest.raises(InputError) as caught:
            library.rename_collection("A", name)
        assert caught.value.hint
    library.rename_collection("A", "A")
    assert library.sequence() == before
    assert [found.name for found in library.collections()] == ["A", "B"]


def test_what_was_refused_is_kept_with_its_place_and_by_its_kind(library: Library) -> None:
    faults = [
        Rejected(3, "title", "", "has neither title nor abstract"),
        FieldWarning(5, "year", "19xx", "is no year"),
        Rejected(9, "row", "a,b", "cannot be read"),
    ]
    report = take(library, "A", [paper(1), *faults])
    assert (report.read, report.added, report.rejected) == (3, 1, 2)
    rejects, warnings = list(library.rejects("A")), list(library.rejects("A", kind="warning"))
    assert [(row.source, row.line, row.field, row.value) for row in rejects] == [
        ("f.ris", 3, "title", ""), ("f.ris", 9, "row", "a,b"),
    ]  # fmt: skip
    assert [(row.line, row.reason) for row in warnings] == [(5, "is no year")]
    assert len(list(library.rejects("A", kind=None))) == 3
    assert list(library.rejects("B")) == []
    assert report.rejects == rejects


def test_the_same_file_again_replaces_what_it_left(library: Library) -> None:
    take(library, "A", [Rejected(3, "title", "", "has none")])
    take(library, "A", [paper(1), Rejected(4, "title", "", "has none")])
    assert [row.line for row in library.rejects("A")] == [4]
    add(library, "A", [("other.ris", Rejected(7, "t", "", "r"))], processes=1, progress=Silent())
    assert [(row.source, row.line) for row in library.rejects("A")] == [("f.ris", 4), ("other.ris", 7)]


def test_many_rejects_are_given_in_pages_that_lose_none(library: Library) -> None:
    take(library, "A", [Rejected(line, "row", "", "cannot be read") for line in range(1, 2_502)])
    assert [row.line for row in library.rejects("A")] == list(range(1, 2_502))
    assert library.collection("A").rejected == 2_501


def test_a_removed_collection_takes_its_rejects_along(library: Library) -> None:
    take(library, "A", [paper(1), Rejected(3, "title", "", "has none")])
    take(library, "B", [paper(2)])
    assert library.remove_collection("A") == 1
    assert list(library.rejects("A", kind=None)) == []
    assert [found.name for found in library.collections()] == ["B"]
    take(library, "A", [paper(1)])
    assert library.collection("A").rejected == 0


def test_a_large_collection_is_removed_whole(library: Library) -> None:
    take(library, "A", [paper(number) for number in range(1_203)])
    take(library, "B", [paper(7)])
    shared = library.counts()
    assert shared.documents == 1_204
    assert library.remove_collection("A") == 1_203
    left = list(library.papers())
    assert [member.document.source_id for paper in left for member in paper.members] == ["7"]
    with library.reading() as connection:
        for table in (one.name for both in RECENT.items() for one in both):
            rows = connection.exec_driver_sql(
                f"SELECT count(*) FROM {table} WHERE document NOT IN (SELECT number FROM documents)"
            ).scalar()
            assert rows == 0, table


def test_a_paper_is_split_and_joined_by_its_records(library: Library) -> None:
    take(library, "A", [paper(n, doi="10.1000/a") for n in range(3)])
    (whole,) = library.papers()
    ids = [member.id for member in whole.members]
    sequence = library.sequence()
    library.split_group(whole.id, ids[0])  # the one that the paper is named by
    assert sorted(len(found.members) for found in library.papers()) == [1, 2]
    assert library.sequence() > sequence
    rest = library.paper_of(ids[1])
    assert {member.id for member in rest.members} == set(ids[1:])
    library.join_group(rest.id, ids[0])
    assert len(library.paper_of(ids[0]).members) == 3
    library.join_group(ids[0], ids[0])  # itself: nothing to do
    assert library.counts().papers == 1


def test_a_split_of_two_papers_that_were_never_one_is_refused(library: Library) -> None:
    take(library, "A", [paper(1), paper(2)])
    one, other = (found.id for found in library.papers())
    with pytest.raises(NotFoundError) as caught:
        library.split_group(one, other)
    assert caught.value.hint
    with pytest.raises(NotFoundError):
        library.join_group(one, "nope")
    with pytest.raises(NotFoundError):
        library.join_group("nope", one)
    assert library.counts().papers == 2
