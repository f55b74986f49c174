"""Names, journals and pages as sources write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.duplicates.normalized_fields import author_key, first_page, same_venue, venue_words


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
    assert same_venue(venue_words(one), venue_words(other)) == same_venue(
        venue_words(other), venue_words(one)
    )
    assert first_page(one) == first_page(first_page(one)) or len(first_page(one)) > 0
    assert author_key(one).initial == author_key(one).given[:1]
