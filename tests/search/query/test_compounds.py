"""Words that are written together, apart or with a hyphen: each meets each, and no two words make another by
chance."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.text.analysis import analyzer
from ingest.text.cleaning import clean_title
from search.query.spellings.compounds import compound_runs, compounds, is_compound
from search.request import SearchRequest
from tests.search.library_of_titles import ENGINES, found_by, titles

GROUPS = {
    "Oslo": ["wellbeing", "well being", "well-being"],
    "Turin": ["health care", "healthcare", "health-care"],
    "Kyoto": ["follow-up", "follow up", "followup"],
    "Lima": ["meta analyses", "meta-analysis", "metaanalysis"],
    "Perth": ["ground water", "groundwater", "ground-water"],
    "Quito": ["data set", "datasets", "data-sets"],
    "Cairo": ["foodborne", "food borne", "food-borne"],
    "Delhi": ["upregulated", "up regulation", "up-regulation"],
    "Osaka": ["αβ", "alpha beta", "alphabeta", "alpha-beta"],
    "Bern": ["γδ T cells", "gamma delta T-cell", "gammadelta T cells", "γδT cells"],
    "Sofia": ["5-fluorouracil", "5fluorouracil", "5 fluorouracil"],
    "Malmö": ["interleukin-17", "interleukin 17", "interleukin17"],
    "Shiraz": ["می\u200cشود", "میشود", "می شود"],
    "Tabriz": ["کتاب\u200cها", "كتابها", "کتاب ها"],
}
PLACES = ["alder swamps of the north", "birch forests", "cedar coasts and their birds", "dogwood hedges"]
LANGUAGES = {"Shiraz": "fa", "Tabriz": "fa"}
OTHERS = [
    "Being well in harbours",
    "Caring for gulls and their health",
    "Things that follow go up",
    "Massage of the shoulder",
    "A mass of any age",
    "Overtime at work",
    "Changes over time",
    "Formally closed schools",
]


@pytest.mark.parametrize("engine", ENGINES)
def test_each_spelling_finds_each_other(engine: str, tmp_path: Path) -> None:
    papers = [
        f"{town}, {place}: {spelling}"
        for town, spellings in GROUPS.items()
        for place, spelling in zip(PLACES, spellings, strict=False)
    ]
    langs = [LANGUAGES.get(town, "en") for town, spellings in GROUPS.items() for _ in spellings]
    with titles(tmp_path, [*papers, *OTHERS], [*langs, *["en"] * len(OTHERS)], engine=engine) as searcher:
        for town, spellings in GROUPS.items():
            own = found_by(searcher, town)
            assert len(own) == len(spellings)
            for query in spellings:
                assert found_by(searcher, query) - set(OTHERS) == own, query
                assert found_by(searcher, f"{query} {town}") == own, query
                assert found_by(searcher, f"{town} {query}") == own, query
                assert found_by(searcher, f"title:({query})") >= own, query


@pytest.mark.parametrize("engine", ENGINES)
def test_two_words_do_not_make_another_by_chance(engine: str, tmp_path: Path) -> None:
    with titles(tmp_path, OTHERS, engine=engine) as searcher:
        assert found_by(searcher, "well being") == found_by(searcher, "well-being") == set()
        assert (
            found_by(searcher, "well-being of harbours") == found_by(searcher, "harbours well being") == set()
        )
        assert found_by(searcher, "follow up") == found_by(searcher, "follow-up") == set()
        assert found_by(searcher, "mass age") == {"A mass of any age"}
        assert found_by(searcher, "massage") == {"Massage of the shoulder"}
        assert found_by(searcher, "changes over time") == {"Changes over time"}
        assert found_by(searcher, "overtime") == {"Overtime at work"}
        assert found_by(searcher, "form ally") == set()


@pytest.mark.parametrize("engine", ENGINES)
def test_katakana_of_half_the_width_is_the_same(engine: str, tmp_path: Path) -> None:
    half = "ﾃﾞｼﾞﾀﾙｶﾒﾗ"
    title = clean_title(f"小さな{half}と魚")
    assert "デジタルカメラ" in title
    with titles(tmp_path, [title, "カメとラジオ"], ["ja", "ja"], engine=engine) as searcher:
        for query in (half, "デジタルカメラ", f'"{half}"', f"title:{half}", "ｶﾒﾗ"):
            assert found_by(searcher, query) == {title}, query


def test_any_of_many_words_may_be_a_compound_of_small_ones(tmp_path: Path) -> None:
    papers = ["Wellbeing", "Well, being is", "Nurses"]
    with titles(tmp_path, papers) as searcher:
        query = "nurses doctors teachers farmers and their well being"
        answer = searcher.search(SearchRequest(query, limit=10, match="any"))
        assert {hit["title"] for hit in answer["documents"]} == {"Wellbeing", "Nurses", "Well, being is"}


@pytest.mark.parametrize(
    ("form", "pairs"),
    [
        ("wellbeing", (("well", "being", True),)),
        ("antibody", (("anti", "body", False),)),
        ("healthcare", (("health", "care", False),)),
        ("knockout", (("knock", "out", True),)),
        ("coat", ()),
        ("nonexy", ()),
        ("meta1234", ()),
        ("analysis", ()),
        ("massage", ()),
        ("inpatients", ()),
        ("sections", ()),
        ("a" * 100, ()),
    ],
)
def test_compounds_are_told_by_their_parts(form: str, pairs: tuple[tuple[str, str, bool], ...]) -> None:
    assert compounds(form, analyzer()) == pairs


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("deep", "learning"),
        ("in", "patients"),
        ("lead", "in"),
        ("over", "time"),
        ("change", "over"),
        ("mass", "age"),
        ("form", "ally"),
        ("gene", "rations"),
        ("known", "methods"),
        ("heart", "failure"),
        ("10", "patients"),
    ],
)
def test_ordinary_words_are_no_compound(first: str, second: str) -> None:
    assert not is_compound(first, second, analyzer())
    assert compound_runs([first, second], analyzer()) == []
