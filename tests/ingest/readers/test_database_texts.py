"""What databases print as text: ProQuest, EBSCO, Cochrane, Ovid, Web of Science, PubMed, Scopus and IEEE."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.document import Document
from ingest.errors import InputError
from ingest.input_files import read_sources

PROQUEST = """____________________________________________________________

Document 1 of 2

Fires in drained peat

Author: Berg, Anna; Ito, Yu

Publication info: Journal of Bogs ; Uppsala  Vol. 12, Iss. 3,  (Jan 2020): 100-110.

Abstract: Fires in drained peat last for months.
Source: authors' own plots.

Subject: Peat; Costs

Title: Fires in drained peat

Publication title: Journal of Bogs; Uppsala

Volume: 12

Issue: 3

Pages: 100-110

Publication year: 2020

DOI: http://dx.doi.org/10.1000/x.77

ProQuest document ID: 2345678901

____________________________________________________________

Document 2 of 2

Salt in towns

Author: Marsh, Kim

Publication year: 2021

Copyright © 2021 ProQuest LLC. All rights reserved.
"""
EBSCO = """Record: 1
Title: Fires in drained peat.
Authors: Berg, Anna; Ito, Yu
Source: Journal of Bogs; Jan2020, Vol. 12 Issue 3, p100-110, 11p
Document Type: Article
Subject Terms: Peat; Costs
Abstract: Fires in drained peat last for months.
DOI: 10.1000/x.77
Accession Number: 141234567
Database: Academic Search Complete

Record: 2
Title: Salt in towns.
Authors: Marsh, Kim
Source: Bogs; 2021, Vol. 5, pe12
"""
CENTRAL = """Record #1 of 2
ID: CN-01234567
AU: Berg A
AU: Ito Y
TI: Fires in drained peat
SO: Journal of Bogs
YR: 2020
VL: 12
NO: 3
PG: 100‐110
PM: PUBMED 31234567
PT: Journal Article; Randomized Controlled Trial
KY: Peat; Costs
DOI: 10.1000/x.77
AB: Fires in drained peat last for months.
US: https://www.cochranelibrary.com/central/doi/10.1002/central/CN-01234567/full

Record #2 of 2
ID: CN-01234568
AU: Marsh K
TI: Salt in towns
YR: 2021
US: https://www.cochranelibrary.com/central/doi/10.1002/central/CN-01234568/full
"""
OVID = """<1>
Unique Identifier
  31234567
Title
  Fires in drained peat.
Source
  Journal of Bogs. 12(3):100-110, 2020 Jan.
Authors
  Berg A; Ito Y
Authors Full Name
  Berg, Anna; Ito, Yu.
Abstract
  Fires in drained peat
  last for months.
MeSH Subject Headings
  Peat
  Costs
Digital Object Identifier
  https://dx.doi.org/10.1000/x.77

<2>
Unique Identifier
  31234568
Title
  Salt in towns.
Year of Publication
  2021
"""
WOS = """Record 1 of 2
Title: Fires in drained peat
Author(s): Berg, A (Berg, Anna); Ito, Y (Ito, Yu)
Source: JOURNAL OF BOGS  Volume: 12  Issue: 3  Pages: 100-110  DOI: 10.1000/x.77  Published: JAN 2020
Abstract: Fires in drained peat last for months.
Author Keywords: Peat; Costs
Accession Number: WOS:000512345600001

Record 2 of 2
Title: Salt in towns
Author(s): Marsh, K (Marsh, Kim)
Source: BOGS  Volume: 5  Article Number: e12  Published: 2021
"""
PUBMED_ABSTRACT = """1. J Bogs. 2020 Jan;12(3):100-110. doi: 10.1000/x.77. Epub 2019 Dec 1.

Fires in drained
peat.

Berg A(1), Ito Y(2).

Author information:
(1)Department of Bogs, Uppsala, Sweden.

Fires in drained peat last for months. Two causes:

1. Drought. 2020 was dry.

Copyright © 2020 Elsevier Ltd. All rights reserved.

DOI: 10.1000/x.77
PMCID: PMC7654321
PMID: 31234567 [Indexed for MEDLINE]


2. Bogs. 2021;5:e12.

Salt in towns.

Marsh K(1); Bog Study Group.

PMID: 31234568
"""
PUBMED_SUMMARY = """1: Berg A, Ito Y. Fires in drained peat. J Bogs. 2020 Jan;12(3):100-110. doi:
10.1000/x.77. Epub 2019 Dec 1. PMID: 31234567; PMCID: PMC7654321.

2: Marsh K; Bog Study Group. Salt in towns. Bogs. 2021;5:e12. PMID: 31234568.
"""
SCOPUS = """Scopus
EXPORT DATE: 12 March 2020

Berg, A., Ito, Y.
57190000001;57190000002;
Fires in drained peat
(2020) Journal of Bogs, 12 (3), pp. 100-110. Cited 4 times.
https://www.scopus.com/inward/record.uri?eid=2-s2.0-85080000001&doi=10.1000%2fx.77&partnerID=40

DOI: 10.1000/x.77
AFFILIATIONS: Department of Bogs, Uppsala, Sweden
ABSTRACT: Fires in drained peat last for months. © 2020 Elsevier
AUTHOR KEYWORDS: Peat; Costs
DOCUMENT TYPE: Article
SOURCE: Scopus

Marsh, K.
57190000003;
Salt in towns
(2021) Bogs, 5, art. no. e12, .
https://www.scopus.com/inward/record.uri?eid=2-s2.0-85080000002&partnerID=40

DOCUMENT TYPE: Review
SOURCE: Scopus
"""
IEEE = """A. Berg and Y. Ito, "Fires in drained peat," in Journal of Bogs, vol. 12, no. 3, pp. 100-110, Jan. 2020, doi: 10.1000/x.77.
Abstract: Fires in drained peat last for months.
keywords: {Peat;Costs},
URL: https://ieeexplore.ieee.org/stamp/stamp.jsp?tp=&arnumber=9012345&isnumber=9012300

K. Marsh, "Salt in towns," 2021 IEEE Conference on Salt (ICS), Lagos, Nigeria, 2021, pp. 1-6, doi: 10.1000/y.78.
Abstract: Salt is eaten.
"""  # noqa: E501
TEXTS = {
    "proquest": PROQUEST, "ebsco": EBSCO, "central": CENTRAL, "ovid": OVID, "wos": WOS,
    "pubmed abstract": PUBMED_ABSTRACT, "pubmed summary": PUBMED_SUMMARY, "scopus": SCOPUS, "ieee": IEEE,
}  # fmt: skip


def read(folder: Path, text: str) -> list[Document]:
    path = folder / "export.txt"
    path.write_text(text, "utf-8")
    return [parsed for _, parsed in read_sources([path]) if isinstance(parsed, Document)]


@pytest.mark.parametrize("name", TEXTS)
def test_every_field_of_a_databases_text(name: str, tmp_path: Path) -> None:
    first, second = read(tmp_path, TEXTS[name])
    assert (first.title, second.title) == ("Fires in drained peat", "Salt in towns")
    assert [author[:5].strip(".") for author in first.authors] in (["Berg,", "Ito,"], ["A. Be", "Y. It"]) or [
        author.partition(",")[0] for author in first.authors
    ] == ["Berg", "Ito"]
    assert second.authors[:1] == () if name == "ovid" else "Marsh" in second.authors[0]
    assert (first.year, second.year) == (2020, 2021)
    assert first.venue.lower() in ("journal of bogs", "j bogs")
    assert (first.volume, first.issue, first.pages, first.doi) == ("12", "3", "100-110", "10.1000/x.77")
    assert name == "pubmed summary" or "last for months" in first.abstract
    assert name.startswith("pubmed") or first.tags == ("Peat", "Costs")


def test_what_stands_inside_an_abstract_stays_there(tmp_path: Path) -> None:
    assert read(tmp_path, PROQUEST)[0].abstract.endswith("Source: authors' own plots.")
    abstract = read(tmp_path, PUBMED_ABSTRACT)[0].abstract
    assert abstract == "Fires in drained peat last for months. Two causes: 1. Drought. 2020 was dry."


def test_identifiers_of_printed_records(tmp_path: Path) -> None:
    first, second = read(tmp_path, CENTRAL)
    assert (first.pmid, second.doi) == ("31234567", "")  # the DOI of CENTRAL's own page is not the paper's
    for text in (PUBMED_ABSTRACT, PUBMED_SUMMARY):
        first, second = read(tmp_path, text)
        assert (first.pmid, first.other_ids, second.pmid) == ("31234567", ("pmcid:PMC7654321",), "31234568")
        assert second.authors[-1] == "Bog Study Group"
    assert read(tmp_path, SCOPUS)[0].other_ids == ("scopus:2-s2.0-85080000001",)
    assert [paper.type for paper in read(tmp_path, IEEE)] == ["article-journal", "paper-conference"]
    assert read(tmp_path, SCOPUS)[1].pages == read(tmp_path, EBSCO)[1].pages == "e12"


@pytest.mark.parametrize(
    "text",
    [
        "Berg, A., & Ito, Y. (2020). Fires in drained peat. Journal of Bogs, 12(3), 100-110.\n"
        "Marsh, K. (2021). Salt in towns. Bogs, 5, e12. https://doi.org/10.1000/y.78\n",
        "1. Berg A, Ito Y. Fires in drained peat. J Bogs. 2020;12(3):100-10.\n"
        "2. Marsh K. Salt in towns of the coast. Bogs. 2021;5:e12.\n",
    ],
)
def test_a_list_of_printed_references_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a list of printed references") as caught:
        read(tmp_path, text)
    assert "RIS or BibTeX" in caught.value.hint
