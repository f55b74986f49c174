"""Titles that many papers have, names, journals and pages as sources write them."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.duplicates.normalized_fields import author_key, first_page, same_venue, venue_words
from ingest.duplicates.normalized_titles import about, bare_title, weakness


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("Introduction", "generic"), ("Letter to the Editor", "generic"), ("Table of contents", "generic"),
        ("Short notices", "generic"), ("Authors' Reply.", "generic"), ("Éditorial", "generic"),
        ("Carta al director", "generic"), ("От редакции", "generic"), ("前言", "generic"),
        ("Editorial Board, Volume 12, Issue 3", "generic"), ("Buchbesprechungen", "generic"),
        ("Load and knee pain in rowers - Reply", "about"), ("Erratum: Load and knee pain in rowers", "about"),
        ("Comment on “Load and knee pain in rowers”", "about"), ("Schizophrenia", "short"),
        ("文献计量学", "short"), ("The sleep apnea", "short"), ("Response of yeast to salt", ""), ("", ""),
        ("Deep learning of galaxy shapes", ""), ("中国城市居民文献计量学研究", ""),
        ("Corrections of myopia in children", ""),
    ],
)  # fmt: skip
def test_titles_that_many_papers_have(title: str, why: str) -> None:
    assert weakness(title) == why


def test_titles_about_other_papers() -> None:
    titles = ["{}", "Reply to {}", "Erratum: {}", "Comment on: {}", "Comment on: Editorial comment: {}"]
    kinds = [about(title.format("Load and knee pain in rowers")) for title in titles]
    assert kinds[0] == ""
    assert all(one != other for one, other in combinations(kinds, 2))
    assert about("Load and knee pain: authors' reply.") == about("Reply to Load and knee pain") == "reply"


def test_a_mark_of_retraction_is_no_part_of_a_title() -> None:
    spellings = ("{}", "RETRACTED: {}", "[Retracted] {}", "RETRACTED ARTICLE: {}", "{} (Retracted article)")
    title = "Load and knee pain in rowers"
    assert {bare_title(spelling.format(title)) for spelling in spellings} == {"loadandkneepaininrowers"}
    assert bare_title(f"Retraction of: {title}") != bare_title(title)


@pytest.mark.parametrize(
    "name",
    ["Berg, Anna", "Berg A", "Berg AB", "Berg A.B.", "Berg, A. B.", "Anna Berg", "A. B. Berg", "BERG A"],
)
def test_a_name_in_every_style_is_one_person(name: str) -> None:
    assert author_key(name)[:2] == ("berg", "a")


def test_particles_are_no_part_of_a_name() -> None:
    names = ("van der Lee, Jan", "Van Der Lee, J.", "Jan van der Lee", "van der Lee J", "Lee, Jan van der")
    assert {author_key(name)[:2] for name in names} == {("lee", "j")}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("The Journal of biological chemistry", "J Biol Chem", True),
        ("Proceedings of the National Academy of Sciences of the United States of America", "PNAS", True),
        ("BMJ (Clinical research ed.)", "Br. Med. J.", True),
        ("BMJ : British Medical Journal", "BMJ", True),
        ("Lancet (London, England)", "The Lancet", True),
        ("Actas dermo-sifiliográficas", "ACTAS DERMOSIFILIOGR", True),
        ("Graefe's archive = Albrecht von Graefes Archiv", "Graefes Arch", True),
        ("Lancet", "Lancet Oncology", False),
        ("IEEE Trans A", "IEEE Trans B", False),
        ("Journal of Foo", "Journal of Bar", False),
    ],
)
def test_journals_and_their_abbreviations(one: str, other: str, same: bool) -> None:
    assert same_venue(venue_words(one), venue_words(other)) == same
    assert same_venue(venue_words(other), venue_words(one)) == same


def test_first_pages() -> None:
    assert {first_page(text) for text in ("100-110", "pp. 100-10", "p.100", "0100", "100+")} == {"100"}
    assert first_page("e0012345") == first_page("Art. No. 12345") == "12345"
    assert (first_page("S12-S19"), first_page("C1"), first_page("xii-xv"), first_page("")) == (
        "s12",
        "c1",
        "xii",
        "",
    )


@given(st.text(max_size=300), st.text(max_size=300))
def test_nothing_raises_or_depends_on_the_side(one: str, other: str) -> None:
    assert weakness(one) in ("", "generic", "about", "short")
    assert about(one) == about(one)
    assert same_venue(venue_words(one), venue_words(other)) == same_venue(
        venue_words(other), venue_words(one)
    )
    assert first_page(one) == first_page(first_page(one)) or len(first_page(one)) > 0
    assert author_key(one).initial == author_key(one).given[:1]
