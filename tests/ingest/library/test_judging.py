"""The judge's rules one by one, each on both sides of its edge: one paper, or two."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from functools import partial
from itertools import permutations
from typing import Any

import pytest

from ingest.document import Document
from ingest.duplicates.judging import Verdict, conflict, judge, same_record
from ingest.duplicates.sketches import Sketch
from ingest.text.analysis import analyzer

ABSTRACT = (
    "We followed four hundred rowers of northern clubs for two seasons and asked them of their knees every "
    "month. The load of training was counted in strokes. Pain grew with the load in the first season alone."
)
OTHER = (
    "Salt changes how yeast grows. Cultures were followed over a month, and cells counted on every day of it."
)
ROWERS = Document(
    "1",
    "Load and knee pain in rowers of the north",
    ABSTRACT,
    authors=("Berg, Anna", "Costa, Bela"),
    year=2015,
)


def sketch(document: Document) -> Sketch:
    joined = analyzer().joined
    return Sketch(partial(copy, document), joined(document.title), joined(document.abstract))


def verdict(one: Document, other: Document, reason: str = "") -> Verdict | None:
    """The verdict, which must not depend on the order of the two."""
    first = judge(sketch(one), sketch(other), reason)
    assert judge(sketch(other), sketch(one), reason) == first
    return first


def changed(**fields: Any) -> Document:
    return replace(ROWERS, source_id="2", **fields)


# --- Identifiers


def test_an_identifier_is_sure() -> None:
    assert verdict(ROWERS, changed(title="Knees of rowers"), "same DOI") == Verdict("same DOI", 1.0)


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ({"doi": "10.1000/a"}, {"doi": "10.1000/b"}),
        ({"pmid": "7"}, {"pmid": "8"}),
        ({"arxiv_id": "2101.00001"}, {"arxiv_id": "2101.00002"}),
    ],
)
def test_a_registered_identifier_that_differs_contradicts_one_that_is_shared(
    mine: dict[str, str], theirs: dict[str, str]
) -> None:
    one, other = replace(ROWERS, **mine), changed(**theirs)  # type: ignore[arg-type]
    assert conflict(sketch(one), sketch(other))
    assert verdict(one, other, "same PMC id") is None
    assert verdict(one, other) is None


def test_a_databases_own_number_contradicts_nothing_that_is_registered() -> None:
    one, other = replace(ROWERS, other_ids=("openalex:W1",)), changed(other_ids=("openalex:W2",))
    assert verdict(one, other, "same DOI") == Verdict("same DOI", 1.0)
    assert verdict(one, other) is None


def test_a_shared_number_with_all_else_another_is_a_containers() -> None:
    chapter = changed(title="A history of telescopes", authors=("Roe, Al",), abstract="")
    assert verdict(ROWERS, chapter, "same DOI") is None
    assert verdict(ROWERS, replace(chapter, authors=ROWERS.authors), "same DOI") == Verdict("same DOI", 1.0)
    pages = replace(chapter, authors=(), pages="90")
    assert verdict(replace(ROWERS, pages="7", authors=()), pages, "same DOI") is None
    assert verdict(replace(ROWERS, pages="90", authors=()), pages, "same DOI") is not None
    assert verdict(ROWERS, replace(chapter, title=""), "same DOI") is not None


# --- Titles, abstracts, authors


def test_the_same_title_author_and_year_is_sure() -> None:
    reason = "same title, first author and year"
    assert verdict(ROWERS, changed(abstract=""), reason) == Verdict(reason, 1.0)


def test_a_likely_pair_has_a_score_below_one() -> None:
    found = verdict(ROWERS, changed(title="Load and knee pain in rowers from the north"))
    assert found is not None
    assert found.reason == "nearly the same title and abstract"
    assert 0.9 < found.score < 1
    bare = verdict(replace(ROWERS, abstract=""), changed(abstract=""))
    assert bare == Verdict("nearly the same title", 0.99)


@pytest.mark.parametrize(
    ("fields", "one_paper"),
    [
        ({"year": 2019}, True),
        ({"year": 2020}, False),  # more than four years
        ({"year": None}, True),
        ({"authors": ()}, True),
        ({"authors": ("Roe, Al",), "abstract": OTHER}, False),
        ({"authors": ("Roe, Al",)}, True),  # both title and abstract are the same
        ({"authors": ("Berg, A.", "Roe, Al")}, True),
        ({"abstract": OTHER}, False),
        ({"abstract": ""}, True),
        ({"title": "A cohort of athletes in boats and their injuries"}, True),  # the abstract alone says so
        ({"title": "Tides of a strait"}, False),  # of a title of few words more is asked
        ({"title": "Tides of a strait", "abstract": OTHER}, False),
        ({"title": "Load and knee pain in rowers of the north, part II", "abstract": OTHER}, False),
        ({"title": f"Reply to: {ROWERS.title}"}, False),
        ({"title": f"Erratum: {ROWERS.title}", "abstract": ""}, False),
        ({"title": f"RETRACTED: {ROWERS.title}"}, True),
        ({"title": ROWERS.title.upper() + "."}, True),
        ({"authors": ("Bérg, A.", "Cösta, B."), "abstract": ""}, True),
    ],
)
def test_what_may_differ_in_one_paper(fields: dict[str, Any], one_paper: bool) -> None:
    assert (verdict(ROWERS, changed(**fields)) is not None) is one_paper


def test_umlauts_and_greek_letters_may_be_spelt_out() -> None:
    one = Document("1", "TNF-α and β-cells – a study", authors=("Müller, J.", "Sørensen, Å."), year=2015)
    other = Document(
        "2", "TNF-alpha and beta-cells: a study", authors=("Mueller, Jo", "Soerensen, Aa"), year=2015
    )
    assert verdict(one, other) is not None
    assert verdict(one, replace(other, authors=("Muellner, Jo", "Soerensen, Aa"))) is not None
    assert verdict(one, replace(other, authors=("Miller, Jo",))) is None


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("Part I", "Part II"),
        ("2010", "2011"),
        ("first part", "second part"),
        ("A", "B"),
        ("1.5 K", "2.5 K"),
    ],
)
def test_numbers_in_titles_tell_papers_apart(mine: str, theirs: str) -> None:
    one, other = (replace(ROWERS, title=f"{ROWERS.title}: {end}") for end in (mine, theirs))
    assert verdict(one, other) is None
    assert verdict(one, replace(one, source_id="2")) is not None


def test_a_preprint_and_its_published_version() -> None:
    preprint = replace(ROWERS, arxiv_id="1501.00001", year=2015)
    published = changed(
        doi="10.1000/a", venue="J Foo", year=2018, title="Load and knee pain in northern rowers"
    )
    found = verdict(preprint, published)
    assert found is not None
    assert found.reason == "preprint and published version"


def test_two_instalments_of_a_series_are_two() -> None:
    placed = {"venue": "J Foo", "volume": "1", "pages": "7", "abstract": ""}
    one = replace(ROWERS, **placed)  # type: ignore[arg-type]
    assert verdict(one, replace(one, volume="2", pages="9")) is None
    assert verdict(one, replace(one, volume="1", pages="9")) is not None
    assert verdict(one, replace(one, volume="2", pages="7")) is not None
    assert verdict(replace(one, abstract=ABSTRACT), replace(one, abstract=ABSTRACT, volume="2", pages="9"))


def test_like_titles_on_other_pages_of_one_volume_are_two() -> None:
    placed = {"venue": "J Foo", "volume": "1", "pages": "7", "abstract": ""}
    one = replace(ROWERS, **placed)  # type: ignore[arg-type]
    other = replace(one, title="Load and knee pain in rowers of the South")
    misprinted = replace(one, title="Load and knee pian in rowers of the north")
    assert verdict(one, replace(other, pages="19")) is None
    assert verdict(one, replace(misprinted, pages="19")) is None
    assert verdict(one, misprinted) is not None
    assert verdict(one, replace(misprinted, pages="104501")) is not None  # an article's number beside a page


@pytest.mark.parametrize("heading", ["Erratu:m", "Podcast:", "Rpely to -"])
def test_a_heading_that_is_not_known_makes_another_paper(heading: str) -> None:
    one = replace(ROWERS, abstract="", venue="J Foo", pages="7")
    headed = replace(one, title=f"{heading} {one.title}")
    assert verdict(one, replace(headed, pages="90")) is None
    assert verdict(one, replace(headed, pages="")) is None
    assert verdict(one, headed) is not None


def test_part_of_a_paper_is_another() -> None:
    one = replace(ROWERS, title="Knees of rowers. II. Further evidence on load and pain", abstract="")
    assert verdict(one, replace(one, title=f"{one.title}. Part II")) is None


@pytest.mark.parametrize(
    ("title", "fields", "one_paper"),
    [
        ("Load and pain of the knee", {}, True),
        ("Load and pain of the knee", {"pages": ""}, True),
        ("Load and pain of the knee", {"volume": ""}, True),
        ("Load and pain of the knee", {"venue": ""}, False),
        ("Load and pain of the knee", {"volume": "", "pages": ""}, False),
        ("Load and pain of the knee", {"volume": "4"}, False),
        ("Load and pain of the knee", {"pages": "19"}, False),
        ("Load and pain of the knee", {"venue": "Bar Rev"}, False),
        ("Load and pain of the knee", {"year": 2016}, False),
        ("Load and pain of the knee", {"authors": ("Roe, Al",)}, False),
        ("Load and pain of the knee", {"authors": ()}, False),
        ("Load and pain of", {}, False),  # no title of the other
    ],
)
def test_a_subtitle_may_be_dropped_where_all_else_is_the_same(
    title: str, fields: dict[str, Any], one_paper: bool
) -> None:
    placed = {"venue": "J Foo", "volume": "3", "pages": "7", "abstract": ""}
    one = replace(
        ROWERS, title="Load and pain of the knee: a cohort study of rowers and their clubs", **placed
    )
    other = replace(one, source_id="2", title=title, **fields)
    assert (verdict(one, other) is not None) is one_paper


def test_a_part_is_no_subtitle() -> None:
    one = replace(ROWERS, title="Load and pain of the knee", venue="J Foo", volume="3", abstract="")
    for subtitle in ("part two", "II. Rowers", "a reply", "results of part two", "A"):
        assert verdict(one, replace(one, title=f"{one.title}: {subtitle}")) is None, subtitle


# --- Titles that many papers have

CORRECTION = Document(
    "1", "Correction to: Load and knee pain in rowers of the northern rivers", year=2015, venue="J Foo"
)


@pytest.mark.parametrize(
    ("mine", "theirs", "one_paper"),
    [
        ({"volume": "3"}, {"volume": "3", "pages": "7"}, True),
        ({"volume": "3"}, {"volume": "4"}, False),
        ({}, {}, False),
        ({"volume": "3"}, {"volume": "3", "year": 2017}, False),
        ({"authors": ROWERS.authors}, {"authors": ROWERS.authors, "year": 2016}, True),
        ({"authors": ROWERS.authors}, {"authors": ROWERS.authors, "year": 2016, "venue": ""}, False),
        ({"authors": ROWERS.authors}, {"authors": ROWERS.authors, "venue": ""}, True),
        ({"authors": ROWERS.authors}, {"authors": ("Roe, Al",)}, False),
    ],
)
def test_a_correction_is_told_by_whose_it_is_and_where(
    mine: dict[str, Any], theirs: dict[str, Any], one_paper: bool
) -> None:
    one, other = replace(CORRECTION, **mine), replace(CORRECTION, source_id="2", **theirs)
    assert (verdict(one, other) is not None) is one_paper


def test_short_titles_spelt_otherwise_on_one_page_are_one() -> None:
    one = Document(
        "1", "Tumours of rowers", authors=("Berg, Anna",), year=2015, venue="J Foo", volume="3", pages="7"
    )
    other = replace(one, source_id="2", title="Tumors of rowers")
    assert verdict(one, other) is not None
    assert verdict(one, replace(other, pages="8")) is None
    assert verdict(one, replace(other, authors=("Roe, Al",))) is None
    assert verdict(one, replace(one, title="Tumours of runners")) is None


def test_alike_studies_of_one_volume_are_two_though_their_abstracts_are_alike() -> None:
    rats = (
        "We followed rats in cages for a year and weighed their knees every month after food of salt and oil"
    )
    mice = rats.replace("rats", "mice").replace("oil", "bran").replace("weighed", "measured")
    placed = {"venue": "J Foo", "volume": "3", "issue": "1"}
    one = replace(ROWERS, title="Growth of knees in rats under salt", abstract=rats, pages="7", **placed)
    two = replace(ROWERS, title="Growth of knees in mice under salt", abstract=mice, pages="17", **placed)
    assert verdict(one, two) is None
    assert verdict(one, replace(two, pages="7")) is not None
    assert verdict(one, replace(two, venue="Bar Rev", volume="9", issue="")) is None


def test_an_editorial_and_the_letter_that_answers_it_are_two() -> None:
    one = replace(ROWERS, abstract="", authors=(), venue="J Foo", volume="3", issue="1", pages="7")
    letter = replace(one, authors=("Berg, Anna",), issue="4", pages="90")
    assert verdict(one, letter) is None
    assert verdict(one, replace(letter, issue="1")) is not None  # a page may be a misprint
    assert verdict(one, replace(letter, pages="7")) is not None


@pytest.mark.parametrize(
    ("mine", "theirs", "one_paper"),
    [
        ({"volume": "3", "pages": "1"}, {"volume": "4", "pages": "1", "year": 2016}, False),
        ({"volume": "3", "pages": "1"}, {"volume": "4", "pages": "1"}, True),  # a misprint
        ({"volume": "3"}, {"volume": "3", "year": 2017}, True),
        ({}, {"year": 2016}, True),
        ({}, {"year": 2017}, False),
        ({"abstract": ABSTRACT}, {"abstract": ABSTRACT, "year": 2017}, True),
        ({"venue": ""}, {"year": 2017}, True),
    ],
)
def test_one_title_in_other_years_of_a_journal(
    mine: dict[str, Any], theirs: dict[str, Any], one_paper: bool
) -> None:
    one = replace(ROWERS, abstract="", venue="J Foo")
    assert (verdict(replace(one, **mine), replace(one, **theirs), SAME) is not None) is one_paper


def test_editions_of_a_book_are_two() -> None:
    one = Document("1", "The practice of social research", authors=("Babbie, E",), year=2007, type="book")
    assert verdict(one, replace(one, year=2010)) is None
    assert verdict(one, replace(one, year=2008)) is not None
    first, second = (replace(one, other_ids=(f"isbn:{isbn}",)) for isbn in ("9780495093251", "9780495598411"))
    assert verdict(first, replace(second, year=2008)) is None
    assert verdict(first, second) is not None  # in boards and in paper


def test_two_letters_of_one_heading_on_one_page_are_two() -> None:
    one = replace(ROWERS, abstract="", venue="J Foo", volume="3", pages="7")
    assert verdict(one, replace(one, authors=("Roe, Al",))) is None
    assert verdict(one, replace(one, authors=("Berg, A.",))) is not None


def test_and_may_be_a_sign_and_punctuation_says_nothing() -> None:
    one = Document("1", "Fats & atheroma", authors=("Kay, R",), year=1979, venue="BMJ", pages="7")
    assert verdict(one, replace(one, title="Fats and atheroma"), SAME) == Verdict(SAME, 1.0)
    named = replace(one, title="Cost of hospitals: a commentary")
    assert verdict(named, replace(named, title="Cost of hospitals a commentary"), SAME) is not None


EDITORIAL = Document(
    "1", "Editorial", authors=("Berg, Anna",), year=2015, venue="J Foo", volume="3", pages="7"
)
SLEEP = Document("1", "Sleep apnea", authors=("Berg, Anna",), year=2015)
SAME = "same title, first author and year"


@pytest.mark.parametrize(
    ("one", "fields", "one_paper"),
    [
        (EDITORIAL, {}, True),
        (EDITORIAL, {"pages": "8"}, False),
        (EDITORIAL, {"volume": "4"}, False),
        (EDITORIAL, {"pages": ""}, True),
        (EDITORIAL, {"pages": "", "issue": "2"}, False),  # a volume of issues has several
        (EDITORIAL, {"venue": "Bar Rev"}, True),  # page, volume and author agree: abbreviations are not known
        (EDITORIAL, {"venue": "Bar Rev", "authors": ()}, False),
        (EDITORIAL, {"authors": ("Roe, Al",)}, False),
        (EDITORIAL, {"year": 2018}, True),  # a year may be a misprint where all else is the same
        (EDITORIAL, {"year": 2020}, False),
        (SLEEP, {}, True),
        (SLEEP, {"year": 2016}, False),
        (SLEEP, {"venue": "J Foo"}, True),
        (SLEEP, {"authors": ()}, False),
    ],
)
def test_what_a_title_of_many_papers_needs_beside_it(
    one: Document, fields: dict[str, Any], one_paper: bool
) -> None:
    assert (verdict(one, replace(one, source_id="2", **fields), SAME) is not None) is one_paper


# --- The same record, come again under its number


@pytest.mark.parametrize(
    ("fields", "same"),
    [
        ({}, True),
        ({"abstract": "Revised. " + OTHER}, True),
        ({"title": "Load and knee pain in young rowers of the north"}, True),
        ({"title": "Load and knee pain in rowers of the north: a cohort of two seasons"}, True),
        ({"title": "Load and knee pain"}, True),
        ({"title": "Tides of a strait", "abstract": OTHER}, False),
        ({"title": "Tides of a strait"}, True),  # its abstract is the same
        ({"authors": ("Roe, Al",)}, False),
        ({"authors": ()}, True),
        ({"year": 2016}, True),
        ({"year": 2019}, True),  # a corrected year of the same title
        ({"year": 2019, "title": "Load and pain in rowers of the north"}, False),
        ({"title": "Load and knee pain in rowers of the north, part 2"}, True),
        ({"title": "Letter to the editor"}, False),
    ],
)
def test_a_newer_state_of_a_record(fields: dict[str, Any], same: bool) -> None:
    assert same_record(sketch(ROWERS), sketch(changed(**fields))) is same


def test_a_shared_identifier_lets_a_title_change_and_another_makes_another() -> None:
    one = replace(ROWERS, doi="10.1000/a")
    assert same_record(sketch(one), sketch(changed(doi="10.1000/a", title="Knees", abstract="")))
    assert same_record(sketch(one), sketch(changed(doi="10.1000/b")))  # corrected: all else is the same
    assert not same_record(sketch(one), sketch(changed(doi="10.1000/b", year=2016)))
    assert not same_record(
        sketch(one), sketch(changed(doi="10.1000/b", title="Load and knee pain in rowers"))
    )
    chapter = changed(doi="10.1000/a", title="A history of telescopes", authors=("Roe, Al",), abstract="")
    assert not same_record(sketch(one), sketch(chapter))


def test_generic_titles_need_the_same_place() -> None:
    assert same_record(sketch(EDITORIAL), sketch(replace(EDITORIAL, year=2016)))
    assert not same_record(sketch(EDITORIAL), sketch(replace(EDITORIAL, pages="9")))
    assert not same_record(sketch(EDITORIAL), sketch(replace(EDITORIAL, year=2018)))
    assert not same_record(sketch(EDITORIAL), sketch(replace(EDITORIAL, title="Letters")))


def test_a_number_that_was_made_of_the_title_proves_nothing() -> None:
    placed = {"venue": "J Foo", "volume": "1", "pages": "7", "abstract": ""}
    one = replace(ROWERS, **placed)  # type: ignore[arg-type]
    other = replace(one, volume="2", pages="9")
    assert same_record(sketch(one), sketch(other))
    assert not same_record(sketch(one), sketch(other), invented=True)
    assert same_record(sketch(one), sketch(replace(one, volume="2")), invented=True)  # corrected
    elsewhere = replace(one, venue="Value in Health", volume="18")
    assert same_record(sketch(one), sketch(elsewhere))
    assert not same_record(sketch(one), sketch(elsewhere), invented=True)
    assert not same_record(sketch(one), sketch(replace(elsewhere, pages="A33")))


def test_no_order_of_three_states_loses_one() -> None:
    states = [ROWERS, changed(year=2016), changed(title=f"{ROWERS.title}: a cohort", year=2016)]
    for first, second, _ in permutations(states):
        assert same_record(sketch(first), sketch(second))


@pytest.mark.parametrize(
    ("title", "year", "one_paper"),
    [
        ("Load and knee pain in rowers of the south", 2016, False),
        ("Load and knee pain in rowers of the south", 2015, True),  # one record may have a slip
        ("Load and knee pain in rowers of the North", 2016, True),
    ],
)
def test_reports_of_two_years_that_repeat_each_other_are_two(title: str, year: int, one_paper: bool) -> None:
    """Nobody's name tells them apart."""
    one = replace(ROWERS, authors=())
    other = changed(title=title, authors=(), year=year)
    assert (verdict(one, other) is not None) == one_paper
