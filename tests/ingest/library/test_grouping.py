"""Papers made of joins: the same whatever the order of arrival, never with two identifiers of one scheme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest

from ingest.document import Document
from ingest.intake import add
from ingest.library.library import Library
from ingest.progress import Silent


def groups(library: Library, documents: Sequence[Document], collection: str = "A") -> set[frozenset[str]]:
    """The papers, as sets of the sources' numbers."""
    for document in documents:
        add(library, collection, [("f", document)], processes=1, progress=Silent())
    return {frozenset(member.document.source_id for member in paper.members) for paper in library.papers()}


ROWERS = Document(
    "1",
    "Load and knee pain in rowers of the north",
    "We followed four hundred rowers for two seasons and asked them of their knees every month.",
    authors=("Berg, Anna",),
    year=2015,
)
CHAIN = [
    replace(ROWERS, source_id="a", doi="10.1000/a"),
    replace(ROWERS, source_id="between"),
    replace(ROWERS, source_id="b", doi="10.1000/b"),
    replace(ROWERS, source_id="b again", title="Load and knee pain", doi="10.1000/b", pmid="7"),
]


def test_no_chain_joins_two_dois_whatever_the_order(library: Library) -> None:
    seen = set()
    for order in permutations(CHAIN):
        seen.add(frozenset(groups(library, order)))
        for paper in library.papers():
            assert len({m.document.doi for m in paper.members if m.document.doi}) <= 1
        library.remove_collection("A")
    (found,) = seen
    assert frozenset(("b", "b again")) in {group - {"between"} for group in found}


def test_a_person_may_join_two_dois(library: Library) -> None:
    groups(library, [CHAIN[0], CHAIN[2]])
    one, other = (library.find(f"10.1000/{name}") for name in "ab")
    assert one is not None
    assert other is not None
    library.join_group(one, other)
    (paper,) = library.papers()
    assert paper.reason_for(other, one) == "joined by hand"
    groups(library, [replace(CHAIN[0], abstract=f"{ROWERS.abstract} So we did.")])
    assert library.counts().papers == 1


def test_other_identifiers_of_a_database_do_not_part_what_a_doi_joins(library: Library) -> None:
    first = replace(ROWERS, doi="10.1000/a", other_ids=("openalex:W1",))
    second = replace(first, source_id="2", other_ids=("openalex:W2",))
    assert len(groups(library, [first, second])) == 1
    third = replace(ROWERS, source_id="3", title="Tides of a strait", other_ids=("openalex:W3",))
    fourth = replace(third, source_id="4", other_ids=("openalex:W4",))
    assert len(groups(library, [third, fourth])) == 3


@pytest.mark.parametrize("at", range(3))
def test_a_record_without_identifiers_joins_the_one_with_the_same_authors(library: Library, at: int) -> None:
    alike = replace(ROWERS, source_id=f"a{at}", authors=("Berg, Anna", "Doe, Jane"), pmid="409451")
    other = replace(ROWERS, source_id=f"b{at}", authors=("Berg, Anna", "Roe, Ann"), pmid="508888")
    bare = replace(alike, source_id=f"c{at}", pmid="")
    assert {f"a{at}", f"c{at}"} in [set(mine) for mine in groups(library, [alike, other, bare])]


RESPONSE = Document(
    "1",
    "Response to letter to the editor regarding the knees of rowers",
    authors=("Berg, Anna",),
    year=2021,
    venue="J Foo",
    volume="35",
    issue="2",
)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_record_without_a_page_joins_no_two_responses_of_one_volume(
    library: Library, order: Sequence[int]
) -> None:
    records = [
        replace(RESPONSE, source_id=page or "none", pages=page, title=title)
        for page, title in (
            ("696-697", RESPONSE.title),
            ("700-2", "Response to letter to editor regarding the knees of rowers"),
            ("", RESPONSE.title),
        )
    ]
    together = {frozenset(("696-697", "none")), frozenset(("700-2",))}
    assert groups(library, [records[at] for at in order]) == together


def test_an_articles_number_is_another_name_of_its_page(library: Library) -> None:
    records = [
        replace(RESPONSE, source_id=page or "none", pages=page)
        for page in ("696", "S0001-7310(21)00156-3", "")
    ]
    assert len(groups(library, records)) == 1


def test_each_member_has_its_own_reason(library: Library) -> None:
    records = [
        replace(ROWERS, source_id="a", doi="10.1000/a"),
        replace(ROWERS, source_id="b", doi="10.1000/a", title="Knees of rowers, and their load"),
        replace(ROWERS, source_id="c", title=ROWERS.title.upper()),
    ]
    groups(library, records)
    (paper,) = library.papers()
    ids = {member.document.source_id: member.id for member in paper.members}
    assert paper.reason_for(ids["b"], ids["a"]) == "same DOI"
    assert paper.reason_for(ids["c"], ids["a"]).startswith("same title")
    assert paper.reason_for(ids["a"], ids["b"]) == "same DOI"


SHORT = Document("1", "Schizophrenia", authors=("Roe, Al",), year=1978, venue="J Foo")
LETTER = Document("1", "Letter to the editor", authors=("Roe, Al",), year=2001, venue="J Foo", volume="3")


@pytest.mark.parametrize(
    ("records", "papers"),
    [
        ([SHORT, replace(SHORT, authors=("Roe A",)), replace(SHORT, authors=("A. Roe",))], 1),
        ([SHORT, replace(SHORT, authors=("Poe, Al",))], 2),
        ([SHORT, replace(SHORT, year=1979)], 2),
        ([SHORT, replace(SHORT, venue="Bar Rev")], 2),
        ([replace(LETTER, pages="7"), replace(LETTER, pages="9")], 2),
        ([replace(LETTER, issue="7"), replace(LETTER, issue="8")], 2),
        ([replace(LETTER, pages="7"), replace(LETTER, pages="7-8", venue="Journal of Foo")], 1),
        ([replace(LETTER, pages="7"), replace(LETTER, pages="7", authors=("Poe A",))], 2),
        ([replace(LETTER, pages="7", authors=()), replace(LETTER, pages="7", authors=(), venue="Bar")], 2),
        ([replace(SHORT, title="Tubal surgery - Reply", pages=page) for page in ("7", "9")], 2),
        ([replace(SHORT, title="Of a great teacher", authors=(a,)) for a in ("Berg A", "Costa A")], 2),
        ([replace(ROWERS, abstract=""), replace(ROWERS, title=f"RETRACTED: {ROWERS.title}", abstract="")], 1),
        ([replace(ROWERS, abstract="", authors=(a,)) for a in ("Berg A.B.", "Berg, AB", "A Berg")], 1),
        ([replace(ROWERS, abstract="", venue="J Foo", volume=v, pages=v) for v in ("1", "2")], 2),
    ],
)  # fmt: skip
def test_which_records_are_one_paper(library: Library, records: list[Document], papers: int) -> None:
    numbered = [replace(one, source_id=str(at)) for at, one in enumerate(records)]
    assert len(groups(library, numbered)) == papers


def test_a_record_without_a_place_does_not_join_two_places(library: Library) -> None:
    bare = replace(ROWERS, abstract="", venue="J Foo")
    records = [replace(bare, volume="1", pages="1"), bare, replace(bare, volume="2", pages="90")]
    found = groups(library, [replace(one, source_id=str(at)) for at, one in enumerate(records)])
    assert len(found) == 2
    assert not any({"0", "2"} <= group for group in found)


NUMBERED = replace(ROWERS, abstract="", venue="J Row", volume="3", pages="7")


def test_no_record_without_identifiers_joins_two_pmids(library: Library) -> None:
    """All three agree in everything but the identifiers; one of the two numbered ones stays alone."""
    records = [
        replace(NUMBERED, source_id="1", pmid="409451"),
        replace(NUMBERED, source_id="2", authors=("Berg A",)),
        replace(NUMBERED, source_id="3", pmid="409452", authors=("Berg, A.", "Roe, Al")),
    ]
    for order in permutations(records):
        groups(library, order)
        for paper in library.papers():
            assert len({member.document.pmid for member in paper.members} - {""}) == 1
            for member, other in permutations(paper.members, 2):
                assert "PMID" not in paper.reason_for(member.id, other.id)
        library.remove_collection("A")


def test_one_short_title_in_three_collections_is_one_paper(library: Library) -> None:
    asthma = Document("1", "Asthma", authors=("Roe, Al",), year=1978, venue="J Foo")
    for name, author in (("A", "Roe, Al"), ("B", "Roe A"), ("C", "A. Roe")):
        found = groups(library, [replace(asthma, source_id=name, authors=(author,))], name)
    assert found == {frozenset("ABC")}


def test_a_person_may_join_what_an_identifier_kept_apart(library: Library) -> None:
    first, second = (replace(NUMBERED, source_id=number, pmid=number) for number in ("7", "8"))
    groups(library, [first, replace(NUMBERED, source_id="9"), second])
    one, other = (library.find(f"pmid:{number}") for number in ("7", "8"))
    assert one is not None
    assert other is not None
    library.join_group(library.paper_of(one).id, other)
    assert library.paper_of(one).id == library.paper_of(other).id
