"""Which documents are one paper, and which only look so."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from functools import partial

import pytest

from ingest.document import Document
from ingest.duplicates.judging import Verdict, judge
from ingest.duplicates.normalized_fields import family_name
from ingest.duplicates.normalized_titles import normal_title
from ingest.duplicates.signatures import band_keys, exact_keys, scheme_bits
from ingest.duplicates.sketches import Sketch
from ingest.text.analysis import analyzer

PREPRINT = Document(
    "1",
    title="Deep learning of galaxy shapes in wide surveys",
    abstract="We train a deep network on images of galaxies. It measures their shapes without bias. "
    "Tests on simulated surveys show that the errors are below one per cent for all magnitudes.",
    authors=("Doe, Jane", "Roe, Al", "Poe, Ed"),
    year=2019,
    arxiv_id="1901.00001",
)
PUBLISHED = replace(
    PREPRINT,
    source_id="2",
    title="Deep Learning of Galaxy Shapes in Wide-Field Surveys",
    abstract=PREPRINT.abstract.replace("below one per cent", "smaller than one per cent"),
    authors=("J. Doe", "A. Roe", "E. Poe"),
    year=2020,
    arxiv_id="",
    doi="10.1093/mnras/1",
    venue="MNRAS",
)
OTHER_ABSTRACT = (
    "Salt changes how yeast grows. We follow cultures over a month and count cells every day of it."
)
TITLE_KEYS = {key for key, reason in exact_keys(PREPRINT) if reason.startswith("same title")}


def near(one: Document, other: Document) -> Verdict | None:
    joined = analyzer().joined
    first, second = (Sketch(partial(copy, d), joined(d.title), joined(d.abstract)) for d in (one, other))
    return judge(first, second, "")


def bands(document: Document) -> set[int]:
    joined = analyzer().joined
    return set(band_keys([(joined(document.title), joined(document.abstract))])[0])


def test_preprint_and_published_version() -> None:
    verdict = near(PREPRINT, PUBLISHED)
    assert verdict is not None
    assert verdict.reason == "preprint and published version"
    assert 0.7 < verdict.score < 1
    assert bands(PREPRINT) & bands(PUBLISHED)


def test_two_records_without_identifiers() -> None:
    verdict = near(replace(PREPRINT, arxiv_id=""), replace(PUBLISHED, doi=""))
    assert verdict is not None
    assert verdict.reason == "nearly the same title and abstract"


@pytest.mark.parametrize(
    "other",
    [
        replace(PUBLISHED, title=PUBLISHED.title + " II", abstract=OTHER_ABSTRACT),
        replace(PUBLISHED, arxiv_id="1901.99999"),
        replace(PUBLISHED, title="Erratum: " + PUBLISHED.title, abstract=""),
        replace(PUBLISHED, title='Comment on "Deep learning of galaxy shapes in wide surveys"', abstract=""),
        replace(PUBLISHED, title="Something else about stars", abstract=OTHER_ABSTRACT),
        replace(PUBLISHED, year=1990),
        replace(PUBLISHED, authors=("Nobody, Else",), abstract=OTHER_ABSTRACT),
    ],
)
def test_papers_that_only_look_alike(other: Document) -> None:
    assert near(PREPRINT, other) is None


def test_numbered_parts_are_different_papers() -> None:
    one = replace(PREPRINT, title="Galaxy shapes. Part I", arxiv_id="")
    assert near(one, replace(one, title="Galaxy shapes. Part II")) is None


def test_exact_keys_meet() -> None:
    def keys(document: Document) -> set[int]:
        return {key for key, _ in exact_keys(document)}

    same = Document(
        "9", title="DEEP Learning of galaxy-shapes in wide surveys.", authors=("Jane Doe",), year=2019
    )
    assert keys(PREPRINT) & keys(same)
    assert not keys(PREPRINT) & keys(replace(same, year=2018))
    assert keys(PREPRINT) & keys(Document("8", title="x", doi="10.48550/arxiv.1901.00001"))


def test_titles_cut_short_or_spelt_otherwise_meet_by_key() -> None:
    def keys(title: str, **fields: str) -> set[int]:
        document = Document("1", title=title, authors=("Doe, J",), year=2019, **fields)  # type: ignore[arg-type]
        return {key for key, _ in exact_keys(document)}

    whole = "Sepsis in children: a cohort study"
    assert keys(whole, volume="3") & keys("Sepsis in children", volume="3")
    assert not keys(whole) & keys("Sepsis in children")  # without a place nothing would tell
    assert keys("Fats & atheroma") & keys("Fats and atheroma")
    placed = {"volume": "3", "pages": "7-9"}
    assert keys("Tumours", **placed) & keys("Tumors", **placed)
    assert not keys("Tumours", **placed) & keys("Tumors", volume="3", pages="8")


def test_a_containers_doi_does_not_join_its_chapters() -> None:
    one = Document("1", title="Growth of yeast in salt", authors=("Doe, J",), doi="10.1/book")
    other = Document("2", title="A history of the telescope", authors=("Roe, A",), doi="10.1/book")
    first, second = (Sketch(partial(copy, d), d.title.lower(), "") for d in (one, other))
    assert judge(first, second, "same DOI") is None
    assert judge(first, first, "same DOI") == Verdict("same DOI", 1.0)


def test_bands_do_not_depend_on_the_company() -> None:
    joined = analyzer().joined
    pairs = [
        (joined(d.title), joined(d.abstract)) for d in (PREPRINT, PUBLISHED, Document("3", title="Short"))
    ]
    assert band_keys(pairs) == [band_keys([pair])[0] for pair in pairs]
    assert band_keys([]) == []
    assert band_keys([("", "")]) == [[]]


def test_names_and_titles() -> None:
    assert family_name("García-López, José") == family_name("José García-López") == "garcialopez"
    assert family_name("") == ""
    assert normal_title("The Größe: of $x$!") == "thegrosseofx"


IDENTIFIED = [
    replace(PREPRINT, arxiv_id=arxiv, doi=doi, pmid=pmid, other_ids=others)
    for arxiv in ("", "1901.00001", "1901.00002")
    for doi in ("", "10.1093/mnras/1", "10.1093/mnras/2", "10.48550/arxiv.1901.00001")
    for pmid in ("", "7", "8")
    for others in ((), ("acl:P19-1",), ("acl:P19-2", "isbn:9780000000000"), ("own:5",), ("own:6",))
]


def test_the_bits_of_schemes_say_what_the_judge_would_say() -> None:
    """Intake skips pairs that share a bit but no identifier: the judge must never have joined one."""
    skipped = joined = 0
    for one in IDENTIFIED[::3]:
        for other in IDENTIFIED:
            if {key for key, _ in exact_keys(one)} & {key for key, _ in exact_keys(other)} - TITLE_KEYS:
                continue
            verdict = near(one, other)
            if scheme_bits(one) & scheme_bits(other):
                skipped += 1
                assert verdict is None, (one, other)
            joined += verdict is not None
    assert skipped > 1000
    assert joined > 1000
