"""BibTeX as services and people write it: names, inherited fields, identifiers in odd places, braces."""

from __future__ import annotations

import io

import pytest

from ingest.document import Document, FieldWarning
from ingest.readers.parsing.reader import ReadOptions
from ingest.readers.registry import reader_named, sniff


def read(text: str) -> dict[str, Document]:
    parsed = reader_named("bibtex").read(io.BytesIO(text.encode()), ReadOptions())
    return {found.source_id: found for found in parsed if isinstance(found, Document)}


def entry(fields: str, kind: str = "article") -> Document:
    return read(f"@{kind}{{k, title={{Moss on walls}}, {fields}}}")["k"]


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        ("First, A.; Second, B.; Third, C.", ("First, A.", "Second, B.", "Third, C.")),
        ("A. First AND B. Second", ("A. First", "B. Second")),
        ("A. First & B. Second", ("A. First", "B. Second")),
        ("Müller J., van Dam K., Li X.", ("Müller, J.", "van Dam, K.", "Li, X.")),
        ("张伟；李明；王小波", ("张伟", "李明", "王小波")),
        ("张伟 and 李明", ("张伟", "李明")),
        ("Wei Wang 0001 and Yang Li", ("Wei Wang", "Yang Li")),
        ("Aad, Georges and others", ("Aad, Georges",)),
        ("García Márquez, Gabriel José", ("García Márquez, Gabriel José",)),
        ("{Barnes and Noble, Inc.} and Smith, Jr., John", ("Barnes and Noble, Inc.", "Smith, John, Jr.")),
        ("{Smith, J. and Doe, K.}", ("Smith, J.", "Doe, K.")),
        ("{\\O}rsted, {H. C.} and G{\\\"o}del, K.", ("Ørsted, H. C.", "Gödel, K.")),
    ],
)  # fmt: skip
def test_authors(authors: str, names: tuple[str, ...]) -> None:
    assert entry(f"author={{{authors}}}").authors == names


def test_a_name_in_braces_is_a_group() -> None:
    document = entry("author={{Knee Board of Rowers} and {Plenary Knees} and Berg, A. and {Madonna}}")
    assert document.authors == ("Knee Board of Rowers", "Plenary Knees", "Berg, A.", "Madonna")
    assert document.group_authors == ("Plenary Knees",)  # the words of the other show it


def test_a_collaboration_is_an_author() -> None:
    assert entry("author={Aad, G. and others}, collaboration={ATLAS, CMS}").authors == (
        "Aad, G.",
        "ATLAS Collaboration",
        "CMS Collaboration",
    )
    assert entry("author={{ATLAS Collaboration}}, collaboration={ATLAS}").authors == ("ATLAS Collaboration",)


CHILD = "@inproceedings{child, title={Peat fires}, author={Garcia, J.}, crossref={Proc}, pages={1--9}}"
PARENT = """@proceedings{proc, title={Third Workshop on Peat}, editor={Ed, I.}, year={2014}, month=may,
  publisher={ACM}, doi={10.1000/whole}, isbn={9783161484100}, keywords={all}, abstract={Of all.}}"""


@pytest.mark.parametrize("text", [CHILD + PARENT, PARENT + CHILD])
def test_fields_are_inherited_from_a_parent_in_either_order(text: str) -> None:
    papers = read(text)
    child = papers["child"]
    assert (child.year, child.date, child.venue) == (2014, "2014-05", "Third Workshop on Peat")
    assert (child.publisher, child.pages, child.authors) == ("ACM", "1-9", ("Garcia, J.",))
    assert child.other_ids == ("isbn:9783161484100",)
    assert (child.doi, child.tags, child.abstract) == ("", (), "")
    assert papers["proc"].doi == "10.1000/whole"


def test_inheritance_from_books_periodicals_xdata_and_over_two_steps() -> None:
    papers = read(
        """@xdata{press, publisher={Rowing Press}}
        @inbook{a, title={Chapter}, crossref={book}} @article{b, title={Piece}, crossref={issue}}
        @incollection{c, title={Part}, year={2001}, booktitle={Mine}, crossref={book}}
        @book{book, author={Berg, A.}, title={Whole}, subtitle={Sub}, date={1999-02}, xdata={press}}
        @periodical{issue, title={J Foo}, volume={3}, date={2000}}
        @book{self, title={Loop}, crossref={self}}"""
    )
    assert set(papers) == {"a", "b", "c", "book", "issue", "self"}
    assert (papers["a"].authors, papers["a"].venue, papers["a"].publisher) == (
        ("Berg, A.",),
        "Whole",
        "Rowing Press",
    )
    assert (papers["b"].venue, papers["b"].volume, papers["b"].year) == ("J Foo", "3", 2000)
    assert (papers["c"].venue, papers["c"].year, papers["c"].date) == ("Mine", 2001, "2001")


def test_a_parent_that_never_comes_is_said_and_costs_no_paper() -> None:
    parsed = list(reader_named("bibtex").read(io.BytesIO(CHILD.encode()), ReadOptions()))
    assert [found.title for found in parsed if isinstance(found, Document)] == ["Peat fires"]
    assert [found.field for found in parsed if isinstance(found, FieldWarning)] == ["crossref"]


@pytest.mark.parametrize(
    ("fields", "arxiv_id", "doi"),
    [
        ("journal={arXiv preprint arXiv:2101.01234}", "2101.01234", ""),
        ("howpublished={\\url{https://arxiv.org/abs/2101.01235}}", "2101.01235", ""),
        ("journal={CoRR}, volume={abs/2101.01236}", "2101.01236", ""),
        ("note={arXiv:hep-th/9901001 [hep-th]}", "hep-th/9901001", ""),
        ("eprint={hep-th/9901001}, archivePrefix={hep-th}", "hep-th/9901001", ""),
        ("eprint={2101.01234}, eprinttype={arxiv}, eprintclass={cs.CL}", "2101.01234", ""),
        ("url={https://doi.org/10.1234/abc.7}", "", "10.1234/abc.7"),
        ("url={https://onlinelibrary.wiley.com/doi/full/10.1002/abc.7?x=1}", "", "10.1002/abc.7"),
        ("url={https://link.springer.com/article/10.1007/s1-2/fulltext.html}", "", "10.1007/s1-2"),
        ("ee={https://doi.org/10.1234/abc.8}", "", "10.1234/abc.8"),
        ("note={doi: 10.1234/abc.9}", "", "10.1234/abc.9"),
        ("note={Erratum: doi 10.1234/other}", "", ""),
        ("doi={{10.1234/a\\_b}}", "", "10.1234/a_b"),
    ],
)  # fmt: skip
def test_identifiers_where_they_stand(fields: str, arxiv_id: str, doi: str) -> None:
    document = entry(fields)
    assert (document.arxiv_id, document.doi) == (arxiv_id, doi)


@pytest.mark.parametrize(
    ("fields", "pages"),
    [
        ("eid={054012}", "054012"),
        ("Article-Number={e12345}", "e12345"),
        ("articleno={12}, numpages={20}", "12"),
        ("art_number={104}", "104"),
        ("pages={1--9}, eid={7}", "1-9"),
        ("pages={1 -- 9}", "1-9"),
    ],
)
def test_article_numbers_are_pages(fields: str, pages: str) -> None:
    assert entry(fields).pages == pages


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        ("year=2019, month=jul", "2019-07"),
        ("year=2019, month={July}", "2019-07"),
        ("year=2019, month=7", "2019-07"),
        ("year=2019, month={4~} # jul", "2019-07-04"),
        ("year=2019, month={juillet}, day=3", "2019-07-03"),
        ("date={2019-07-04/2019-08-01}", "2019-07-04"),
        ("year={2019/07}", "2019-07"),
        ("year={2019}", "2019"),
        ("year=2019, month={Spring}", "2019"),
    ],
)
def test_months_and_days(fields: str, date: str) -> None:
    assert entry(fields).date == date


@pytest.mark.parametrize(
    ("title", "clean"),
    [
        (r"{Search for $\Sigma^{0}$ at $\sqrt{s}=13$ TeV}", r"Search for $\Sigma^{0}$ at $\sqrt{s}=13$ TeV"),
        (r"{{Deep {M}oss}: a {\'e}tude}", "Deep Moss: a étude"),
        (r"{A {\em good} {B}ook} of {C}", "A good Book of C"),
        (r"{Of \emph{{Homo} sapiens}}", "Of Homo sapiens"),
        (r"{One {unclosed", None),
    ],
)  # fmt: skip
def test_braces_of_titles(title: str, clean: str | None) -> None:
    papers = read(f"@article{{k, title={{{title}}}, year=2000}}\n@misc{{next, title={{Next}}}}")
    assert papers["next"].title == "Next"
    if clean is not None:
        assert papers["k"].title == clean


def test_what_services_add() -> None:
    scopus = entry(
        "note={cited By 12}, document_type={Article}, author_keywords={peat; fire}, "
        "url={https://www.scopus.com/inward/record.uri?eid=2-s2.0-85012345678&doi=10.1234}"
    )
    assert (scopus.citations, scopus.tags) == (12, ("peat", "fire"))
    assert "scopus:2-s2.0-85012345678" in scopus.other_ids
    wos = entry("Unique-ID = {{ISI:000123456700001}}, Times-Cited = {{7}}, EISSN = {{1234-5678}}")
    assert (wos.other_ids, wos.citations, wos.issn) == (("wos:WOS:000123456700001",), 7, ("1234-5678",))
    assert entry("journal={\\mnras}").venue == "Monthly Notices of the Royal Astronomical Society"
    assert entry("note={Retraction in: J Foo 2019}").notices == ("retracted",)
    thesis = entry("school={Univ. of X}", kind="phdthesis")
    assert (thesis.type, thesis.publisher) == ("thesis", "Univ. of X")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ('@ARTICLE(k,\n  TITLE = "An (almost) good idea",\n  YEAR = 1989\n)', "An (almost) good idea"),
        ("@book_section{k, title={One}}", "One"),
        ('@misc{k, title = "One " # two # {ve}}', "One twove"),
    ],
)
def test_entries_in_other_dress(text: str, title: str) -> None:
    papers = read(f"{text}\n@misc{{next, title={{Next}}}}")
    assert (papers["k"].title, papers["next"].title) == (title, "Next")


def test_abbreviations_that_double_do_not_grow_without_end() -> None:
    lines = ["@string{s0 = {" + "x" * 1000 + "}}"]
    lines += [f"@string{{s{n} = s{n - 1} # s{n - 1}}}" for n in range(1, 60)]
    assert len(read("\n".join(lines) + "\n@misc{k, title={T}, abstract=s59}")["k"].abstract) <= 20_000


def test_a_long_abbreviation_is_cut_and_said_and_costs_no_field() -> None:
    text = f'@string{{big = "{"word " * 5000}"}}\n@article{{a, title={{Moss}}, abstract=big, year=2001}}'
    parsed = list(reader_named("bibtex").read(io.BytesIO(text.encode()), ReadOptions()))
    (document,) = (found for found in parsed if isinstance(found, Document))
    assert (len(document.abstract), document.year) == (19_999, 2001)
    (fault,) = (found for found in parsed if isinstance(found, FieldWarning))
    assert (fault.field, fault.value) == ("string", "big")
    assert "longer than 20,000 characters" in fault.reason


def test_what_is_made_of_a_cut_abbreviation_is_cut_too() -> None:
    text = (
        f'@string{{big = "{"word " * 5000}"}}\n@string{{more = big # " and so on"}}\n@misc{{a, note=more}}\n'
    )
    faults = [
        found
        for found in reader_named("bibtex").read(io.BytesIO(text.encode()), ReadOptions())
        if isinstance(found, FieldWarning) and found.field == "string"
    ]
    assert [fault.value for fault in faults] == ["more"]


def test_abbreviations_do_not_multiply_without_end() -> None:
    text = f'@string{{big = "{"word " * 3000}"}}\n'
    text += f"@article{{a, title={{Moss}}, note={' # '.join(['big'] * 300)}}}"
    parsed = list(reader_named("bibtex").read(io.BytesIO(text.encode()), ReadOptions()))
    assert any(
        "stand for too much text" in found.reason for found in parsed if isinstance(found, FieldWarning)
    )


SPOKEN_OF = (
    b'{"id": "x", "title": "How to cite @article{foo, title={X}, author={B}}"}\n'
    b'{"id": "y", "title": "Second"}\n',
    b'id,title,abstract\n1,"Cite @article{foo, title={X}}",Of entries\n2,Second,Of others\n',
    b"TY  - JOUR\nTI  - Of @misc{a, title={b}}\nER  - \n",
)


@pytest.mark.parametrize("head", SPOKEN_OF)
def test_a_record_that_speaks_of_an_entry_is_no_bibtex(head: bytes) -> None:
    assert sniff(head, "papers").name != "bibtex"
    entries = b"\xef\xbb\xbf  @article{foo, title={X}, author={B}} @misc{c, title={D}}"
    assert sniff(entries, "papers").name == "bibtex"
