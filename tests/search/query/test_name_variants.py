"""Names in every way in which people write them: each meets each."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from ingest.text.analysis import analyzer
from search.query.spellings.name_variants import name_runs, put_together, taken_apart
from tests.search.library_of_titles import found_by, titles

GROUPS = [
    ["SARS-CoV-2", "SARS CoV 2", "sarscov2", "SARS-CoV2", "SARS CoV-2"],
    ["PD-L1", "PDL1", "PD L1"],
    ["NF-κB", "NF-kB", "NFkB", "NFκB", "nf kappa b"],
    ["10 mg/kg", "10mg/kg", "10 mg kg"],
    ["IL-6", "IL6", "IL 6"],
    ["COVID-19", "COVID19", "COVID 19"],
    ["CD4", "CD-4", "cd 4"],
    ["5-HT2A", "5HT2A", "5 HT2A"],
    ["PM2.5", "PM 2.5", "PM-2.5"],
    ["HER2", "HER 2", "HER-2"],
    ["β-blockers", "betablockers", "beta blockers", "beta-blockers"],
]
PLACES = [
    "Alder swamps of Lapland", "Birch forests near Turku", "Cedar coasts", "Dogwood hedges in Kent",
    "Elms of Oxford",
]  # fmt: skip


@pytest.mark.parametrize("spellings", GROUPS, ids=lambda group: group[0])
def test_each_spelling_finds_each_other(spellings: list[str], tmp_path: Path) -> None:
    papers = [f"{place}: {spelling}" for place, spelling in zip(PLACES, spellings, strict=False)]
    with titles(tmp_path, [*papers, "Peat in small towns", "Type 4 of a 10 kg dose"]) as searcher:
        for query in spellings:
            assert found_by(searcher, query) >= set(papers), query
            assert "Peat in small towns" not in found_by(searcher, query)


def test_compounds_without_their_hyphen_find_those_with_it(tmp_path: Path) -> None:
    papers = [
        "A meta-analysis of peat",
        "Two meta analyses of moss",
        "Metaanalysis of bees",
        "Analysis of meta",
    ]
    waves = ["Non-linear waves", "Nonlinear dunes", "Linear waves"]
    with titles(tmp_path, [*papers, *waves, "An inter-action of moss"]) as searcher:
        assert found_by(searcher, "metaanalysis") == set(papers[:3])
        assert found_by(searcher, "title:metaanalysis") == set(papers[:3])
        assert found_by(searcher, "nonlinear") == set(waves[:2])
        assert found_by(searcher, "interaction") == {"An inter-action of moss"}


def test_compounds_in_two_words_find_those_in_one(tmp_path: Path) -> None:
    papers = [
        "A meta-analysis of peat",
        "Metaanalysis of moss",
        "Meta analysis of bees",
        "Analysis of elms",
        "Non-linear waves",
        "Nonlinear dunes",
        "Linear waves",
        "PDL1 of moss",
    ]
    with titles(tmp_path, papers) as searcher:
        assert found_by(searcher, "meta analysis") == set(papers[:3])
        assert found_by(searcher, "title:(meta analysis)") == set(papers[:3])
        assert found_by(searcher, "abstract:(meta analysis)") == set()
        assert found_by(searcher, "moss meta analysis") == {papers[1]}
        assert found_by(searcher, "non linear") == set(papers[4:6])
        assert found_by(searcher, "title:(moss pd l1)") == {papers[7]}
        assert found_by(searcher, "analysis non linear") == set()


def test_what_only_looks_like_a_small_word_counts(tmp_path: Path) -> None:
    papers = [
        "K+ channels of elms",
        "Channels of towns",
        "HER2 in dogs",
        "Dogs of type 2",
        "Effects of 2 dogs",
    ]
    with titles(tmp_path, papers) as searcher:
        assert found_by(searcher, "K+ channels") == {papers[0]}
        assert found_by(searcher, "HER 2 dogs") == {papers[2]}
        assert found_by(searcher, "her 2 dogs") == set(papers[3:])
        assert found_by(searcher, "EFFECTS FROM 2 DOGS") == {papers[4]}


def test_a_letter_with_a_hyphen_counts(tmp_path: Path) -> None:
    papers = [
        "T cell exhaustion",
        "Solar cell of thin films",
        "B-cell lymphoma in dogs",
        "Q fever",
        "Yellow fever",
        "Cell cultures of T plants",
        "Counting T cells in moss",
        "Bodies of H rays",
        "Rays of an H body",
    ]
    with titles(tmp_path, papers) as searcher:
        side_by_side = {"T cell exhaustion", "Counting T cells in moss"}
        assert found_by(searcher, "T-cell") == found_by(searcher, "T-cells") == side_by_side
        assert found_by(searcher, "title:T-cell") == side_by_side
        assert found_by(searcher, "T cell") == {*side_by_side, "Cell cultures of T plants"}
        assert found_by(searcher, "H-ray") == {"Bodies of H rays"}
        assert found_by(searcher, "H-bodies") == found_by(searcher, "H-body") == {"Rays of an H body"}
        assert found_by(searcher, "B-cell") == {"B-cell lymphoma in dogs"}
        assert found_by(searcher, "Q-fever") == {"Q fever"}
        for dash in "\u2010\u2011\u2013\u2014\u2212":  # what editors make of a hyphen
            assert found_by(searcher, f"T{dash}cell") == side_by_side


def test_words_of_the_language_are_not_taken_apart() -> None:
    assert taken_apart("therapist") == []
    assert taken_apart("rhythm") == taken_apart("3d") == []
    assert list(put_together(["deep", "learning"])) == []
    assert name_runs(["deep", "learning", "old", "rats"]) == []


def test_numbers_are_not_taken_apart() -> None:
    assert all(way != ("p5", "3") for way in taken_apart("p53"))


def test_names_stay_within_bounds() -> None:
    assert taken_apart("a1" * 50) == []
    assert list(put_together(["a1"] * 50)) == []
    runs = name_runs(["a1"] * 50)
    assert all(run.stop - run.start <= 5 for run in runs)
    assert len(list(itertools.chain.from_iterable(put_together(["a1"] * 5) for _ in runs))) <= 16 * len(runs)


def test_joiners_of_persian_words_and_letters_of_arabic_are_one() -> None:
    forms = analyzer().forms
    assert forms("کتابخانه\u200cها") == forms("كتابخانه ها")
    assert forms("أحمد") == forms("احمد")
    assert forms("علی ۱۹۸۰") == forms("علي 1980")
