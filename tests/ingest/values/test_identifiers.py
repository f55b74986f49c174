"""Identifiers: the spellings that sources have, the one that we keep, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.values.identifiers import (
    arxiv_id_named_in,
    arxiv_id_of_doi,
    bare_doi_in,
    doi_named_in,
    doi_of_link,
    isbns_in,
    issns_in,
    normal_arxiv_id,
    normal_doi,
    normal_issn,
    normal_language,
    normal_orcid,
    normal_pmid,
    pmid_named_in,
    sole_identifier,
)

# --- DOIs


@pytest.mark.parametrize(
    ("raw", "doi"),
    [
        ("10.1000/ABC", "10.1000/abc"),
        ("https://dx.doi.org/10.1000/abc", "10.1000/abc"),
        ("DOI: 10.1000/abc.", "10.1000/abc"),
        ("10.1000/a(1)2", "10.1000/a(1)2"),
        ("(doi 10.1000/abc)", "10.1000/abc"),
        ("(10.1000/a(1))", "10.1000/a(1)"),
        ("10.1000/abc).,", "10.1000/abc"),
        ('"10.1000/abc"', "10.1000/abc"),
        ("<10.1000/abc>", "10.1000/abc"),
        ("10.1000%2Fabc", "10.1000/abc"),
        ("10.1002/(SICI)1097-4571%28199806%29", "10.1002/(sici)1097-4571(199806)"),
        ("10.1000/", ""),
        ("10.1000/.", ""),
        ("10.123/abc", ""),
        ("10.1234567890/abc", ""),
        ("210.1000/abc", ""),
        (None, ""),
        (10.1, ""),
    ],
)
def test_dois(raw: object, doi: str) -> None:
    assert normal_doi(raw) == doi


def test_a_doi_is_looked_for_at_the_start_of_a_text() -> None:
    assert normal_doi(" " * 3000 + "10.1000/abc") == "10.1000/abc"
    assert normal_doi("x " * 1000 + "10.1000/abc") == ""


@given(st.from_regex(r"10\.[0-9]{4,9}/[a-z0-9._/-]{0,20}[a-z0-9]", fullmatch=True))
def test_a_doi_is_the_same_in_every_dress(doi: str) -> None:
    for text in (doi, doi.upper(), f"https://doi.org/{doi}", f"doi:{doi}.", f"({doi})", f" {doi};"):
        assert normal_doi(text) == doi
    assert doi_named_in(f"See doi: {doi}, which says more.") == doi
    assert bare_doi_in(f"See {doi}, which says more.") == doi


@pytest.mark.parametrize(
    ("link", "doi"),
    [
        ("https://doi.org/10.1000/abc?x=1", "10.1000/abc"),
        ("https://pubs.acs.org/doi/10.1021/ja00001", "10.1021/ja00001"),
        ("https://onlinelibrary.wiley.com/doi/full/10.1002/abc", "10.1002/abc"),
        ("https://dl.acm.org/doi/abs/pdf/10.1145/1.2", "10.1145/1.2"),
        ("https://link.springer.com/article/10.1007/s1-2#Sec1", "10.1007/s1-2"),
        ("https://link.springer.com/content/10.1007/s1-2.pdf", "10.1007/s1-2"),
        ("https://www.frontiersin.org/articles/10.3389/f.1/full", "10.3389/f.1"),
        ("https://x.org/articles/10.3389/f.1/abstract/pdf", "10.3389/f.1"),
        ("https://x.org/doi/10.1000%2Fabc", "10.1000/abc"),
        ("https://x.org/doi/a/b/c/10.1000/abc", ""),
        ("https://x.org/files/10.1000/abc", ""),
        ("https://x.org/papers/7", ""),
        ("", ""),
    ],
)
def test_dois_of_links(link: str, doi: str) -> None:
    assert doi_of_link(link) == doi


@pytest.mark.parametrize(
    ("text", "named", "bare"),
    [
        ("Cite as doi:10.1000/abc.", "10.1000/abc", "10.1000/abc"),
        ("DOI 10.1000/abc", "10.1000/abc", "10.1000/abc"),
        ("doi = https://example.org/10.1000/abc", "10.1000/abc", ""),
        ("https://doi.org/10.1000/abc", "10.1000/abc", ""),
        ("J Foo 3, 10.1000/abc (2010)", "", "10.1000/abc"),
        ("https://x.org/10.1000/abc", "", ""),
        ("pseudoid 10.1000/abc", "", "10.1000/abc"),
        ("nothing here", "", ""),
    ],
)
def test_dois_in_running_text(text: str, named: str, bare: str) -> None:
    assert (doi_named_in(text), bare_doi_in(text)) == (named, bare)


# --- arXiv


@pytest.mark.parametrize(
    ("raw", "identifier"),
    [
        ("2101.01234", "2101.01234"),
        ("2101.01234v12", "2101.01234"),
        ("arXiv:2101.01234v2 [cs.CL]", "2101.01234"),
        ("https://arxiv.org/pdf/2101.01234.pdf", "2101.01234"),
        ("https://export.arxiv.org/abs/hep-th/9901001v3", "hep-th/9901001"),
        ("Math.GT/0309136", "math/0309136"),
        ("cond-mat/0703470", "cond-mat/0703470"),
        ("0704.0001", "0704.0001"),
        ("704.0001", "0704.0001"),
        (704.0001, "0704.0001"),
        ("1012.548", "1012.5480"),
        (1012.548, "1012.5480"),
        ("1801.0131800000001", "1801.01318"),
        ("1501.1", "1501.10000"),
        ("1412.12345", ""),  # four digits until the end of 2014
        ("1412.1234", "1412.1234"),
        ("1501.12345", "1501.12345"),
        ("2113.01234", ""),
        ("2100.01234", ""),
        ("0612.1234", ""),  # before April 2007 there were names of archives
        ("2101.00000", ""),
        ("2101.0123456", ""),
        ("12.34", ""),
        ("12101.01234", ""),
        ("cs.AI", ""),
        (None, ""),
        (7, ""),
    ],
)
def test_arxiv_identifiers(raw: object, identifier: str) -> None:
    assert normal_arxiv_id(raw) == identifier


@given(st.integers(2015, 2029), st.integers(1, 12), st.integers(1, 99_999), st.integers(1, 12))
def test_arxiv_identifiers_in_every_dress(year: int, month: int, number: int, version: int) -> None:
    id = f"{year - 2000}{month:02}.{number:05}"
    for text in (id, f"arXiv:{id}", f"{id}v{version}", f"https://arxiv.org/abs/{id}v{version}", f" {id} "):
        assert normal_arxiv_id(text) == id
    assert arxiv_id_of_doi(f"10.48550/arxiv.{id}") == id
    assert arxiv_id_named_in(f"A preprint, arXiv:{id}, of 2020.12345 pages") == id


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("arXiv preprint arXiv:2101.01234", "2101.01234"),
        ("https://arxiv.org/html/2101.01234v1", "2101.01234"),
        ("arxiv hep-th/9901001", "hep-th/9901001"),
        ("the number 2101.01234 alone", ""),
        ("arXiv of 2101", ""),
    ],
)
def test_arxiv_identifiers_in_running_text(text: str, identifier: str) -> None:
    assert arxiv_id_named_in(text) == identifier


def test_a_doi_of_another_registrant_is_not_of_arxiv() -> None:
    assert arxiv_id_of_doi("10.1000/2101.01234") == ""


# --- PMIDs, serial numbers, people, languages


@pytest.mark.parametrize(
    ("raw", "pmid"),
    [
        (1001, "1001"),
        ("1001", "1001"),
        ("0001001", "1001"),
        ("PMID: 1001", "1001"),
        ("https://pubmed.ncbi.nlm.nih.gov/1001/", "1001"),
        ("http://www.ncbi.nlm.nih.gov/pubmed/1001", "1001"),
        ("info:pmid/1001", "1001"),
        ("999999999", "999999999"),
        ("1234567890", ""),
        ("PMC55", ""),
        ("10.1000/1001", ""),
        ("0", ""),
        (True, ""),
        (1001.0, ""),
        (None, ""),
    ],
)
def test_pmids(raw: object, pmid: str) -> None:
    assert normal_pmid(raw) == pmid


@pytest.mark.parametrize(
    ("text", "pmid"),
    [
        ("see PMID: 1001; others", "1001"),
        ("https://pubmed.ncbi.nlm.nih.gov/1001", "1001"),
        ("http://www.ncbi.nlm.nih.gov/pubmed/1001", "1001"),
        ("PMID 00123", "123"),
        ("XPMID: 1001", ""),
        ("PMID: 123456789012", ""),
        ("in PubMed since 2001", ""),
    ],
)
def test_pmids_in_running_text(text: str, pmid: str) -> None:
    assert pmid_named_in(text) == pmid


@pytest.mark.parametrize(
    ("raw", "issn"),
    [
        ("1234-567x", "1234-567X"),
        ("1234567X", "1234-567X"),
        ("1234–5678", "1234-5678"),
        ("1234 - 5678", "1234-5678"),
        ("ISSN (print): 1234-5678", "1234-5678"),
        ("91234-5678", ""),
        ("1234-56789", ""),
        ("1234-56X8", ""),
        ("x" * 60 + "1234-5678", ""),
    ],
)
def test_issns(raw: str, issn: str) -> None:
    assert normal_issn(raw) == issn


@pytest.mark.parametrize(
    ("raw", "orcid"),
    [
        ("0000-0002-1825-009x", "0000-0002-1825-009X"),
        ("https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("0000000218250097", "0000-0002-1825-0097"),
        ("0000 0002 1825 0097", "0000-0002-1825-0097"),
        ("0000-0002-1825-00975", ""),
        ("0000-0002-1825", ""),
        (None, ""),
    ],
)
def test_orcids(raw: object, orcid: str) -> None:
    assert normal_orcid(raw) == orcid


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("en", "en"),
        (" ENG ", "en"),
        ("en-US", "en"),
        ("eng;fre", "en"),
        ("German", "de"),
        ("ger", "de"),
        ("deu", "de"),
        ("français", "fr"),
        ("Mandarin Chinese", "zh"),
        ("Chinese (simplified)", "zh"),
        ("xx", ""),
        ("", ""),
        ("-", ""),
    ],
)
def test_languages(raw: str, code: str) -> None:
    assert normal_language(raw) == code


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.lists(st.text(), max_size=3)))
def test_what_is_normal_stays_as_it_is(raw: object) -> None:
    for normal in (normal_doi, normal_arxiv_id, normal_pmid, normal_orcid):
        once = normal(raw)
        assert normal(once) == once
    if isinstance(raw, str):
        for spelled in (normal_issn, normal_language):
            assert spelled(spelled(raw)) == spelled(raw)


@pytest.mark.parametrize(
    ("text", "isbns"),
    [
        ("978-3-16-148410-0", ["978-3-16-148410-0"]),
        ("9783161484100", ["9783161484100"]),
        ("978 3 16 148410 0", ["978-3-16-148410-0"]),
        ("978–3–16–148410–0", ["978-3-16-148410-0"]),
        ("3-16-148410-X (hbk.); 316148410x (pbk.)", ["3-16-148410-X", "316148410x"]),
        ("0306406152 0306406153", ["0306406152", "0306406153"]),
        ("9783161484100,9783161484117", ["9783161484100", "9783161484117"]),
        ("http://id.crossref.org/isbn/9783161484100", ["9783161484100"]),
        ("ISBN: 978-3-16-148410-0.", ["978-3-16-148410-0"]),
        ("1234-5678", []),
        ("12345678901234567", []),
        ("a9783161484100", []),
        ("no number", []),
        ("", []),
    ],
)
def test_isbns_in_a_field(text: str, isbns: list[str]) -> None:
    assert isbns_in(text) == isbns


@pytest.mark.parametrize(
    ("text", "issns"),
    [
        ("1234-5678 (print), 8765432X", ["1234-5678", "8765432X"]),
        ("1234–567x", ["1234–567x"]),
        ("978-3-16-148410-0 9783161484100", []),
        ("12345678-1", []),
        ("", []),
    ],
)
def test_issns_in_a_field(text: str, issns: list[str]) -> None:
    assert issns_in(text) == issns


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("10.1038/Nature12373", ("doi", "10.1038/nature12373")),
        ("https://doi.org/10.1016/S0140-6736(19)32319-0).", ("doi", "10.1016/s0140-6736(19)32319-0")),
        ("doi: 10.1038/nature12373", ("doi", "10.1038/nature12373")),
        ("2101.00001v2", ("arxiv", "2101.00001")),
        ("arXiv: hep-th/9901001", ("arxiv", "hep-th/9901001")),
        ("https://arxiv.org/pdf/2101.00001v2.pdf", ("arxiv", "2101.00001")),
        ("https://pubmed.ncbi.nlm.nih.gov/123/", ("pmid", "123")),
        ("www.ncbi.nlm.nih.gov/pubmed/123", ("pmid", "123")),
        ("see 10.1038/nature12373", ("", "")),
        ("10.1038/", ("", "")),
        ("2101.00001 and 2101.00002", ("", "")),
        ("123", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_text_that_is_nothing_but_an_identifier(text: str, identifier: tuple[str, str]) -> None:
    assert sole_identifier(text) == identifier


def test_what_a_link_adds_for_counting_is_no_part_of_a_doi() -> None:
    assert normal_doi("https://doi.org/10.1234/x.1?utm_source=mail&a=b") == "10.1234/x.1"
    assert normal_doi("10.1234/what?") == "10.1234/what?"
