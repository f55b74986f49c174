"""What duplicates are found and told by: names, journals, places, keys, likeness; by definition."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Document
from ingest.duplicates.normalized_fields import (
    Place,
    author_key,
    compare_places,
    first_page,
    place_of,
    same_venue,
    venue_words,
)
from ingest.duplicates.signatures import (
    HOT,
    MIN_TITLE,
    band_keys,
    citation_keys,
    exact_keys,
    identifier_texts,
    identifiers_of,
    is_preprint,
    is_registered,
    scheme_bits,
    text_key,
)
from ingest.duplicates.sketches import Sketch, likeness, overlap, shared_authors
from ingest.text.analysis import analyzer

PAPER = Document(
    "1",
    "Load and knee pain in rowers of the north",
    "We followed four hundred rowers for two seasons and asked them of their knees every month.",
    authors=("Berg, Anna",),
    year=2015,
)
_WORDS = st.lists(
    st.sampled_from(["peat", "fire", "tide", "rower", "knee", "glacier", "wasp"]),
    max_size=30,
)


def sketch(document: Document) -> Sketch:
    joined = analyzer().joined
    return Sketch(partial(copy, document), joined(document.title), joined(document.abstract))


# --- Authors


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller, Jörg", "MULLER J"),
        ("van der Lee, Jan", "J. van der Lee"),
        ("O'Brien, Kim", "K. OBrien"),
        ("O’Brien, Kim", "O'Brien K"),
        ("García-Márquez, Gabriel", "Garcia-Marquez G"),
        ("De Smet, P.", "de Smet P"),
        ("Łukasz, Ødegård", "Lukasz, Odegard"),
        ("World Health Organization", "world health organization"),
    ],
)
def test_one_author_has_one_key(one: str, other: str) -> None:
    first, second = author_key(one), author_key(other)
    assert (first.family, first.initial) == (second.family, second.initial)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Berg, Anna", "Borg, Anna"), ("Berg, Anna", "Berg, Clara"), ("Li, X", "Liu, X"), ("Anna", "Clara")],
)
def test_two_authors_have_two(one: str, other: str) -> None:
    assert author_key(one)[:2] != author_key(other)[:2]


@pytest.mark.parametrize(
    ("mine", "theirs", "share"),
    [
        (["Berg A", "Costa B"], ["Anna Berg", "Bela Costa"], 1.0),
        (["Berg A", "Costa B"], ["Anna Berg", "Bela Costa", "Dan Dorn"], 1.0),
        (["Berg A", "Costa B"], ["Anna Berg", "Dan Dorn"], 0.5),
        (["Berg A"], ["Berg B"], 0.0),
        (["Berg"], ["Berg B"], 1.0),  # without an initial there is no contradiction
        (["Wang Xi"], ["Xi Wang"], 1.0),
        (["Wang Xi"], ["Xi Zhang"], 0.0),
        (["Berg A"], [], None),
        ([], [], None),
    ],
)
def test_the_share_of_authors(mine: list[str], theirs: list[str], share: float | None) -> None:
    one, other = (sketch(replace(PAPER, authors=tuple(names))) for names in (mine, theirs))
    assert shared_authors(one, other) == shared_authors(other, one) == share


# --- Journals and places


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Journal of Biological Chemistry", "J Biol Chem"),
        ("The Journal of Biological Chemistry", "J. Biol. Chem."),
        ("Journal of Biological Chemistry", "JBC"),
        ("Proceedings of the National Academy of Sciences", "Proc Natl Acad Sci"),
        ("Zeitschrift für Physik", "Z Phys"),
        ("PLoS One", "PLOS ONE"),
        ("Nature (London)", "Nature"),
        ("Brain : a journal of neurology", "Brain"),
        ("Ann. Phys. [Leipzig]", "Annalen der Physik"),
    ],
)
def test_one_journal_in_two_spellings(one: str, other: str) -> None:
    assert same_venue(venue_words(one), venue_words(other))
    assert same_venue(venue_words(other), venue_words(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nature", "Science"),
        ("J Biol Chem", "J Chem Phys"),
        ("Physical Review A", "Physical Review B"),
        ("Annals of Botany", "Annals of Surgery"),
        ("JBC", "Journal of Clinical Botany"),
        ("J", "Journal of Biological Chemistry"),
    ],
)
def test_two_journals(one: str, other: str) -> None:
    assert not same_venue(venue_words(one), venue_words(other))


@pytest.mark.parametrize(
    ("pages", "first"),
    [
        ("100-110", "100"),
        ("pp. 100-10", "100"),
        ("p 7", "7"),
        ("007", "7"),
        ("0", "0"),
        ("e0012345", "12345"),
        ("e12", "e12"),
        ("S12-S19", "s12"),
        ("xii-xx", "xii"),
        ("Article No. 104501", "104501"),
        ("", ""),
        ("n/a", ""),
        ("?", ""),
    ],
)
def test_first_pages(pages: str, first: str) -> None:
    assert first_page(pages) == first


def test_a_place_is_read_from_every_spelling_of_it() -> None:
    one = place_of(replace(PAPER, venue="J Foo", volume="Vol. 012", issue="3-4", pages="100-110"))
    other = place_of(replace(PAPER, venue="Journal of Foo", volume="12", issue="4", pages="pp. 100"))
    assert compare_places(one, other).agree == {"venue", "volume", "issue", "page"}
    assert compare_places(one, other).differ == frozenset()
    assert place_of(PAPER) == Place((), "", frozenset(), "")


def test_what_one_record_lacks_neither_agrees_nor_differs() -> None:
    whole = place_of(replace(PAPER, venue="J Foo", volume="12", issue="3", pages="100"))
    for part in ("venue", "volume", "issue", "pages"):
        values = {"venue": "J Foo", "volume": "12", "issue": "3", "pages": "100"} | {part: ""}
        agree, differ = compare_places(whole, place_of(replace(PAPER, **values)))  # type: ignore[arg-type]
        assert (len(agree), len(differ)) == (3, 0)
        values[part] = "99"
        agree, differ = compare_places(whole, place_of(replace(PAPER, **values)))  # type: ignore[arg-type]
        assert (len(agree), differ) == (3, {"page" if part == "pages" else part})


# --- Identifiers


@pytest.mark.parametrize(
    ("fields", "preprint"),
    [
        ({"arxiv_id": "2101.00001"}, True),
        ({"doi": "10.48550/arxiv.2101.00001"}, True),
        ({"doi": "10.1101/2020.01.01.1"}, True),
        ({"type": "preprint"}, True),
        ({"type": "posted-content"}, True),
        ({"doi": "10.1000/a", "arxiv_id": "2101.00001"}, False),
        ({"doi": "10.1000/a", "type": "preprint"}, False),
        ({"doi": "10.1101/gad.1"}, False),
        ({}, False),
    ],
)
def test_preprints(fields: dict[str, str], preprint: bool) -> None:
    assert is_preprint(replace(PAPER, **fields)) is preprint  # type: ignore[arg-type]


def test_identifiers_as_references_spell_them() -> None:
    document = replace(
        PAPER,
        doi="10.48550/arxiv.2101.00001",
        pmid="7",
        other_ids=("pmcid:PMC7", "isbn:123", "issn:1234-5678", "openalex:W1"),
    )
    expected = ["doi:10.48550/arxiv.2101.00001", "arxiv:2101.00001", "pmid:7", "pmcid:PMC7", "openalex:W1"]
    assert identifier_texts(document) == expected
    assert identifier_texts(PAPER) == []


def test_versions_of_one_preprint_have_one_identifier() -> None:
    ids = [identifiers_of(replace(PAPER, doi=f"10.21203/rs.3.rs-1/{version}")) for version in ("v1", "v2")]
    assert ids[0] == ids[1]
    assert all(is_registered(scheme) for scheme in ids[0])
    journal = identifiers_of(replace(PAPER, doi="10.1000/a"))
    assert journal.keys().isdisjoint(ids[0])  # a paper has a DOI at its server and one at its journal


def test_only_registered_schemes_tell_two_papers_apart() -> None:
    assert [
        is_registered(scheme) for scheme in ("doi", "arxiv", "pmid", "pmcid", "openalex", "s2", "mag")
    ] == ([True] * 4 + [False] * 3)


def test_the_bits_of_schemes_say_which_there_are() -> None:
    doi, pmid = scheme_bits(replace(PAPER, doi="10.1000/a")), scheme_bits(replace(PAPER, pmid="7"))
    assert doi
    assert pmid
    assert not doi & pmid
    assert scheme_bits(replace(PAPER, doi="10.1000/b", pmid="8")) == doi | pmid
    assert scheme_bits(replace(PAPER, doi="10.1101/2020.1")) & doi == 0
    assert scheme_bits(PAPER) == 0


def test_exact_keys_say_why_two_records_share_them() -> None:
    document = replace(PAPER, doi="10.1000/a", pmid="7", other_ids=("mag:5",))
    reasons = [reason for _, reason in exact_keys(document)]
    assert reasons == ["same DOI", "same PMID", "same mag id", "same title, first author and year"]
    again = replace(document, title=PAPER.title.upper() + ".", authors=("A. Berg", "X"), doi="", pmid="")
    assert {key for key, _ in exact_keys(again)} < {key for key, _ in exact_keys(document)}
    for change in ({"year": 2016}, {"authors": ("Borg, Anna",)}, {"title": "Load and hip pain in rowers"}):
        changed = replace(PAPER, **change)  # type: ignore[arg-type]
        assert {key for key, _ in exact_keys(changed)}.isdisjoint(key for key, _ in exact_keys(PAPER))
    assert exact_keys(replace(PAPER, year=None)) == exact_keys(replace(PAPER, authors=())) == []


def test_a_short_title_is_found_with_its_page() -> None:
    short = replace(PAPER, title="Reply", pages="7-8", authors=())
    ((key, reason),) = exact_keys(short)
    assert reason == "same title and page"
    assert exact_keys(replace(short, pages="7")) == [(key, reason)]
    assert exact_keys(replace(short, pages="")) == []
    assert exact_keys(replace(short, title="x" * MIN_TITLE)) == []


def test_only_works_with_an_identifier_are_cited_by_key() -> None:
    cited = ("doi:10.1000/a", "Doe, J. A book. 1950", "openalex:W1", "url:https://x.org", "arxiv:2101.00001")
    assert citation_keys(replace(PAPER, references=cited)) == [text_key(cited[at]) for at in (0, 2, 4)]


@given(st.text())
def test_keys_fit_into_a_signed_whole_number_of_the_database(text: str) -> None:
    assert -(2**63) <= text_key(text) < 2**63
    assert text_key(text) == text_key(text)


# --- Likeness, by definition


@given(_WORDS, _WORDS)
def test_overlap_is_a_share_and_the_same_from_both_sides(one: list[str], other: list[str]) -> None:
    value = overlap(one, other)
    assert 0 <= value <= 4 / 3 + 1e-9
    assert value == overlap(other, one)
    if len(one) > 1:
        assert overlap(one, one) == pytest.approx(1)
    assert overlap(one, []) == 0


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [
        ("a b c d", "a b c d", 1.0),
        ("a b c d", "a b", 1 / (0.75 * 1 + 0.25 * 3)),
        ("a b c d", "d c b a", 0.0),
        ("a", "a", 0.0),
        ("a b a b", "a b a b", 1.0),
    ],
)
def test_overlap_of_pairs_of_words(one: str, other: str, value: float) -> None:
    assert overlap(one.split(), other.split()) == pytest.approx(value)


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [
        ("abcd", "abcd", 1.0),
        ("abcd", "abce", 0.5),
        ("abcd", "wxyz", 0.0),
        ("ab", "ab", 1.0),
        ("", "abcd", 0.0),
    ],
)
def test_likeness_is_dice_of_trigrams(one: str, other: str, value: float) -> None:
    first, second = (sketch(replace(PAPER, title=title)) for title in (one, other))
    assert likeness(first, second) == likeness(second, first) == pytest.approx(value)


# --- Bands


def bands_of(*texts: tuple[str, str]) -> list[set[int]]:
    return [set(keys) for keys in band_keys(texts)]


@given(st.lists(st.tuples(_WORDS.map(" ".join), _WORDS.map(" ".join)), max_size=5))
def test_the_bands_of_a_text_do_not_depend_on_its_neighbours(texts: list[tuple[str, str]]) -> None:
    together = band_keys(texts)
    assert together == [band_keys([text])[0] for text in texts]


def test_the_order_of_a_titles_words_does_not_matter_that_of_an_abstract_does() -> None:
    title = "load and knee pain in rowers of northern rivers"
    turned = " ".join(reversed(title.split()))
    one, other = bands_of((title, ""), (turned, ""))
    assert len(one & other) == len(one) - 1  # all but the key of the whole title
    abstract = "we followed four hundred rowers for two seasons and asked them of knees"
    one, other = bands_of(("", abstract), ("", " ".join(reversed(abstract.split()))))
    assert one.isdisjoint(other)


def test_texts_that_say_too_little_have_no_bands() -> None:
    few, eleven = "knee pain rowers", " ".join(f"w{n}" for n in range(11))
    assert bands_of((few, "")) == [{text_key(f"title:{few}")}]
    assert bands_of(("knee", "")) == [set()]
    assert bands_of(("", eleven)) == [set()]
    assert len(bands_of(("", eleven + " w11"))[0]) == 4
    assert bands_of(("the and for with into", "")) == [{text_key("title:the and for with into")}]


def test_near_texts_nearly_always_share_a_band_and_others_never() -> None:
    words = [f"word{n}" for n in range(60)]
    near = other = 0
    for at in range(40):
        base = words[at % 7 : at % 7 + 50]
        changed = [*base[:at], "changed", *base[at + 1 :]]
        fresh = [f"fresh{at}x{n}" for n in range(50)]
        mine, theirs, strange = bands_of(*(("", " ".join(text)) for text in (base, changed, fresh)))
        near += bool(mine & theirs)
        other += bool(mine & strange)
    assert near >= 38
    assert other == 0
    assert HOT > 1
