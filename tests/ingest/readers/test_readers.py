"""One contract, run over every reader, and what each format is known to do in the wild."""

from __future__ import annotations

import io
import json
import random
import zipfile
from pathlib import Path

import pytest

from ingest.document import Document, FieldWarning, Parsed, Rejected
from ingest.errors import InputError
from ingest.readers.parsing.encodings import HEAD_BYTES
from ingest.readers.parsing.reader import Reader, ReadOptions
from ingest.readers.registry import READERS, reader_named, sniff
from tests.ingest import pdfs

DATA = Path(__file__).parents[1] / "data"
FIXTURES = {
    "pubmed": "pubmed.xml",
    "nbib": "pubmed.nbib",
    "jats": "jats.xml",
    "arxiv": "arxiv.jsonl",
    "arxiv-atom": "arxiv.atom",
    "oai": "oai-arxiv.xml",
    "acl": "acl.xml",
    "openalex": "openalex.jsonl",
    "crossref": "crossref.json",
    "semanticscholar": "semanticscholar.jsonl",
    "bibtex": "refs.bib",
    "ris": "refs.ris",
    "refworks": "refworks.txt",
    "ovid": "ovid.txt",
    "headed": "headed.txt",
    "endnote": "endnote.xml",
    "enw": "refs.enw",
    "csl": "csl.json",
    "wos": "wos.txt",
    "wos-tab": "wos-tab.txt",
    "numbered": "numbered.txt",
    "pubmed-text": "pubmed-abstracts.txt",
    "scopus-text": "scopus.txt",
    "ieee-text": "ieee.txt",
    "scopus": "scopus.csv",
    "zotero": "zotero.csv",
    "csv": "table.csv",
    "jsonl": "own.jsonl",
    "text": "text/alternating.txt",
}
FIRST = "café networks in the wild"
SECOND = "a second paper"


def workbook() -> bytes:
    """An .xlsx file with an empty row, a number for a year, and a bad year."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Article Title", "Author(s)", "Year", "Abstract"])
    sheet.append(["Café networks in the wild", "Müller, Jörg; King, Martin", 1993, "Networks\ngrow."])
    sheet.append([])
    sheet.append(["A second paper with a bad year", None, "19xx", None])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def fixture(name: str) -> bytes:
    made = {"xlsx": workbook, "pdf": pdfs.paper}
    return made[name]() if name in made else (DATA / FIXTURES[name]).read_bytes()


def read(reader: Reader, data: bytes, **mapping: str) -> list[Parsed]:
    return list(reader.read(io.BytesIO(data), ReadOptions(mapping)))


def documents(parsed: list[Parsed]) -> list[Document]:
    return [found for found in parsed if isinstance(found, Document)]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Bytes with some changed, taken out, put in, or the end cut off."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(changed) or 1)
        action = chance.randrange(4)
        if action == 0:
            changed[place : place + 1] = bytes([chance.randrange(256)])
        elif action == 1:
            del changed[place : place + chance.randint(1, 40)]
        elif action == 2:
            changed[place:place] = bytes(chance.choices(b'{}[]<>"\\$&;,\x00\xff\n', k=5))
        else:
            changed = changed[: max(1, place)]
    return bytes(changed)


def damaged_sheet(data: bytes, chance: random.Random) -> bytes:
    """A workbook whose packing is whole, with damage in one of its parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(buffer, "w") as damaged:
        part = chance.choice([name for name in whole.namelist() if "sheet" in name or "book" in name])
        for name in whole.namelist():
            content = whole.read(name)
            damaged.writestr(name, mutated(content, chance) if name == part else content)
    return buffer.getvalue()


@pytest.fixture(params=[reader.name for reader in READERS if reader.name != "pdf"])
def reader(request: pytest.FixtureRequest) -> Reader:
    return reader_named(request.param)


class TestContract:
    """What holds for every reader of a file with several records; PDFs have tests of their own."""

    def test_is_found_by_content_alone(self, reader: Reader) -> None:
        assert sniff(fixture(reader.name)[:HEAD_BYTES], "upload").name == reader.name

    def test_reads_the_papers_of_its_fixture(self, reader: Reader) -> None:
        titles = [document.title.lower() for document in documents(read(reader, fixture(reader.name)))]
        assert titles[0] == FIRST
        assert any(title.startswith(SECOND) for title in titles[1:])

    def test_a_bad_year_costs_the_year_and_not_the_paper(self, reader: Reader) -> None:
        if reader.name in ("text", "crossref", "oai"):
            pytest.skip("has no year that could be bad in the fixture")
        parsed = read(reader, fixture(reader.name))
        warnings = [
            found for found in parsed if isinstance(found, FieldWarning) and found.field in ("year", "date")
        ]
        second = next(found for found in documents(parsed) if found.title.lower().startswith(SECOND))
        assert second.year is None
        if reader.name != "jats":
            assert any("19xx" in warning.value for warning in warnings)
            assert all(warning.reason and warning.line >= 1 for warning in warnings)

    def test_fills_only_the_fields_that_it_names(self, reader: Reader) -> None:
        filled = {
            name for document in documents(read(reader, fixture(reader.name))) for name in document.to_json()
        }
        assert filled - {"id"} <= set(reader.fields)

    def test_ids_are_stable_and_unique(self, reader: Reader) -> None:
        one = [document.source_id for document in documents(read(reader, fixture(reader.name)))]
        two = [document.source_id for document in documents(read(reader, fixture(reader.name)))]
        assert one == two
        assert len(set(one)) == len(one)
        assert all(one)

    @pytest.mark.parametrize("change", ["bom", "crlf", "latin-1", "utf-16"])
    def test_other_encodings_and_line_ends(self, reader: Reader, change: str) -> None:
        if reader.name == "xlsx":
            pytest.skip("is no text")
        text = fixture(reader.name).decode("utf-8-sig").replace("\r\n", "\n")
        data = {
            "bom": b"\xef\xbb\xbf" + text.encode(),
            "crlf": text.replace("\n", "\r\n").encode(),
            "latin-1": text.encode("cp1252", "xmlcharrefreplace"),
            "utf-16": text.encode("utf-16"),
        }[change]
        parsed = read(reader, data)
        plain = documents(read(reader, text.encode()))
        assert [found.title for found in documents(parsed)] == [found.title for found in plain]
        assert [found.authors for found in documents(parsed)] == [found.authors for found in plain]
        if change == "latin-1":
            assert any(isinstance(found, FieldWarning) and "Latin-1" in found.reason for found in parsed)

    def test_never_raises_for_what_a_file_holds(self, reader: Reader) -> None:
        data = fixture(reader.name)
        chance = random.Random(7)
        # A workbook is opened in a process of its own: few, each damaged inside, where its packing holds.
        for _ in range(8 if reader.name == "xlsx" else 60):
            damaged = damaged_sheet(data, chance) if reader.name == "xlsx" else mutated(data, chance)
            for found in read(reader, damaged):
                assert isinstance(found, Document | FieldWarning | Rejected)

    def test_reads_other_formats_without_raising(self, reader: Reader) -> None:
        for name in FIXTURES:
            read(reader, fixture(name))
        assert documents(read(reader, b"")) == []
        read(reader, bytes(range(256)) * 50)

    def test_a_cut_file_keeps_what_came_before(self, reader: Reader) -> None:
        if reader.name == "xlsx":
            pytest.skip("a workbook is read from its end")
        data = fixture(reader.name)
        second = data.lower().find(SECOND.encode())
        titles = [found.title.lower() for found in documents(read(reader, data[: second + 10]))]
        # Crossref's and CSL's first record is whole as well: only the second is cut.
        assert titles[0] == FIRST


def one(name: str, data: str) -> Document:
    (document,) = documents(read(reader_named(name), data.encode()))
    return document


def test_empty_binary_and_unknown_files_are_refused_by_name() -> None:
    for head, words in (
        (b"", "empty"),
        (b" \n", "empty"),
        (bytes(range(256)) * 8, "binary"),
        (b"<svg xmlns='x'></svg>", "picture"),
        (b"Rar!\x1a\x07", "RAR"),
    ):
        with pytest.raises(InputError) as caught:
            sniff(head, "strange.file")
        assert "strange.file" in caught.value.message
        assert words in caught.value.message
        assert caught.value.hint


def test_an_unknown_format_name_lists_the_known_ones() -> None:
    with pytest.raises(InputError) as caught:
        reader_named("docx")
    assert "bibtex" in caught.value.hint


def test_pubmed_keeps_every_part() -> None:
    first, second, third = documents(read(reader_named("pubmed"), fixture("pubmed")))
    assert first == Document(
        source_id="1001",
        title="Café networks in the wild",
        abstract="BACKGROUND: Networks grow < 10⁻⁵ a day. COHORT ONE: It had forty members. "
        "CONCLUSIONS: They do so again.",
        authors=("Müller, Jörg", "King, Martin, Jr", "Networks Study Group"),
        year=1993,
        date="1993-03-05",
        venue="Human networks",
        volume="24",
        issue="3",
        pages="339-42",
        doi="10.1000/abc.1",
        pmid="1001",
        other_ids=("pmcid:PMC55",),
        url="https://pubmed.ncbi.nlm.nih.gov/1001/",
        tags=("Behavior, Animal", "Coffee", "graph theory"),
        lang="fr",
        type="article-journal",
        references=("Some old book & more", "doi:10.2000/ref.2", "pmid:78"),
        issn=("1234-567X",),
        orcids=("0000-0002-1825-0097", "", ""),
        open_access="green",
        notices=("retracted", "corrected"),
        publication_types=("Journal Article", "Retracted Publication"),
    )
    assert second.title == "A second paper with a bad year"  # brackets of a translated title are gone
    assert (third.title, third.year, third.lang) == ("Über Netze im Winter", 1998, "de")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("</MedlineCitation>", ""),
        ("<ArticleTitle>[A second", "<ArticleTitle>[A < second & "),
        ('<PMID Version="1">1002</PMID>', '<PMID Version="1">1002'),
        (
            '</PubmedArticle>\n  <PubmedArticle>\n    <MedlineCitation Status="MEDLINE" Owner="NLM">\n    '
            '  <PMID Version="1">1003',
            "<PubmedArticle><MedlineCitation><PMID>1003",
        ),
    ],
)
def test_broken_xml_in_the_middle_costs_no_other_record(old: str, new: str) -> None:
    text = fixture("pubmed").decode()
    assert old in text
    parsed = read(reader_named("pubmed"), text.replace(old, new).encode())
    found = {document.source_id: document.title for document in documents(parsed)}
    assert found["1001"] == "Café networks in the wild"
    assert found["1003"] == "Über Netze im Winter"


def test_xml_entities_do_not_explode() -> None:
    bomb = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
    <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY f SYSTEM "file:///etc/passwd">]>
    <PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>Title &c; &f;
    &eacute;</ArticleTitle>    </Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"""
    document = one("pubmed", bomb)
    assert document.title.endswith("é")
    assert "aaaa" not in document.title
    assert "root" not in document.title


def test_an_answer_of_arxivs_api_is_read_as_the_snapshot_is() -> None:
    first, second = documents(read(reader_named("arxiv-atom"), fixture("arxiv-atom")))
    assert (first.source_id, first.arxiv_id) == ("hep-ph/0704001", "hep-ph/0704001")
    assert first.title == "Café networks in the wild"
    assert first.abstract == "We study α-decay of x < 3 in the wild."
    assert first.authors == ("Jörg Müller", "NET Collaboration")
    assert (first.year, first.date, first.doi) == (2007, "2007-04-02", "10.3000/net.9")
    assert (first.venue, first.tags) == ("Eur. Phys. J. C", ("hep-ph", "cs.SI"))
    assert first.notices == ("withdrawn",)
    assert (second.arxiv_id, second.url) == ("2101.01234", "https://arxiv.org/abs/2101.01234")


def test_an_error_of_arxivs_api_is_repeated_and_other_feeds_are_refused() -> None:
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>ArXiv Query</title>'
        "<id>http://arxiv.org/api/errors</id><entry><id>http://arxiv.org/api/errors#x</id>"
        "<title>Error</title><summary>incorrect id format for 1</summary></entry></feed>"
    )
    (error,) = read(sniff(feed.encode(), "upload"), feed.encode())
    assert isinstance(error, Rejected)
    assert "incorrect id format for 1" in error.reason
    blog = '<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x</id><entry><title>News</title></entry></feed>'
    with pytest.raises(InputError, match="is a feed"):
        sniff(blog.encode(), "upload.xml")


ANNOUNCED = """
<title>Fires in peat</title>
<{about}>arXiv:{number}v2 Announce Type: {type}
Abstract: We look at fires.</{about}><{id}>oai:arXiv.org:{number}v2</{id}>
<pubDate>Mon, 12 Feb 2024 00:00:00 -0500</pubDate><published>2024-02-12T00:00:00-05:00</published>
<arxiv:announce_type>{type}</arxiv:announce_type><dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights>
<dc:creator>Anna Berg, Kim Marsh, Lee van Dam</dc:creator><arxiv:DOI>10.1234/f.1</arxiv:DOI>
"""
RSS = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    '<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<channel><title>cs.DL updates on arXiv.org</title><link>{address}</link><item>"
    "<link>https://arxiv.org/abs/2402.05938</link><category>cs.DL</category>"
    + ANNOUNCED.format(about="description", id="guid", number="2402.05938", type="new")
    + "</item></channel></rss>"
)
FEED = (
    '<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><id>http://rss.arxiv.org/atom/hep-ph</id><entry>'
    '<category term="hep-ph"/>'
    + ANNOUNCED.format(about="summary", id="id", number="hep-ph/9704001", type="replace")
    + "</entry></feed>"
)


@pytest.mark.parametrize(
    ("feed", "number", "date", "tags"),
    [
        (RSS.format(address="http://rss.arxiv.org/rss/cs.DL"), "2402.05938", "2024-02", ("cs.DL",)),
        (RSS.format(address="http://export.arxiv.org/rss/cs.DL"), "2402.05938", "2024-02", ("cs.DL",)),
        (FEED, "hep-ph/9704001", "1997-04", ("hep-ph",)),
    ],
    ids=["rss", "the old address", "atom"],
)
def test_arxivs_daily_feeds_are_read_with_the_month_of_the_number(
    feed: str, number: str, date: str, tags: tuple[str, ...]
) -> None:
    (document,) = documents(read(sniff(feed.encode(), "upload"), feed.encode()))
    assert (document.arxiv_id, document.date, document.tags) == (number, date, tags)
    assert (document.title, document.abstract) == ("Fires in peat", "We look at fires.")
    assert document.authors == ("Anna Berg", "Kim Marsh", "Lee van Dam")
    assert (document.doi, document.licence) == ("10.1234/f.1", "http://creativecommons.org/licenses/by/4.0/")
    with pytest.raises(InputError, match="is a feed"):
        sniff(feed.replace("arxiv.org", "example.org").encode(), "upload.xml")


def test_arxiv_identifiers_that_went_through_a_number_are_mended() -> None:
    first, second = documents(read(reader_named("arxiv"), fixture("arxiv")))
    assert (first.arxiv_id, first.year, first.date) == ("0704.0001", 2007, "2007-04-02")
    assert first.abstract == "We study α-decay at $\\sqrt{s}$ in H2O, see. It is information."
    assert first.tags == ("hep-ph", "cs.SI")
    assert (second.source_id, second.arxiv_id) == ("1801.0131800000001", "1801.01318")
    assert second.authors == ("A. One", "B. Two", "C. Three")
    assert second.notices == ("withdrawn",)


def test_our_own_lines_come_back_as_they_were() -> None:
    document = Document(
        source_id="x 1",
        title="A title with $x^2$",
        abstract="An abstract.",
        authors=("One, A.", "The Group"),
        year=2020,
        date="2020-02-03",
        venue="Journal",
        doi="10.1000/x",
        arxiv_id="2001.00001",
        pmid="12",
        other_ids=("pmcid:PMC1",),
        tags=("a, b", "c"),
        lang="en",
        type="article",
        references=("doi:10.1/2", "as it came"),
        issn=("1234-5678",),
        orcids=("0000-0002-1825-0097", ""),
        notices=("retracted",),
        citations=0,
        collection="mine",
    )
    assert one("jsonl", json.dumps(document.to_json())) == document


def test_a_broken_json_line_costs_only_itself() -> None:
    parsed = read(reader_named("jsonl"), fixture("jsonl"))
    assert [found.source_id for found in documents(parsed)] == ["a1", "a2", "a3", "a6"]
    rejected = [found for found in parsed if isinstance(found, Rejected)]
    assert [(found.line, found.field) for found in rejected] == [(4, "title"), (5, "record")]


@pytest.mark.parametrize(
    "text",
    [
        '[{"title": "One"}, {"title": "Two"}]',
        '[\n {"title": "One"},\n {\n  "title": "Two"\n }\n]',
        '{"title": "One"}\n\n{"title": "Two"}',
        '{"results": [{"title": "One"}, {"title": "Two"}]}',
        '{\n"title": "One"\n}\n{\n"title": "Two"}',
        '{"title": "One"}{"title": "Two"}',
        '{"meta":{"count":2},"results":[\n{"title": "One"},\n{"title": "Two"}\n]}',
        '{"results":[\n{"title": "One"},\n{"title": "Two"}\n],"meta":{"count":2}}',
        '{"results": [\n{\n"title": "One"\n},\n{\n"title": "Two"\n}\n]}',
    ],
)
def test_json_in_any_layout(text: str) -> None:
    parsed = read(reader_named("jsonl"), text.encode())
    assert [found.title for found in documents(parsed)] == ["One", "Two"]
    assert len(parsed) == 2


def test_bibtex_loses_no_record() -> None:
    parsed = read(reader_named("bibtex"), fixture("bibtex"))
    first, unclosed, repeated, glued = documents(parsed)
    assert first.authors == ("Müller, Jörg", "Networks Study Group", "King, Martin, Jr")
    assert first.abstract == "Networks grow at 5% with $x^2$ & more."
    assert (first.venue, first.date, first.lang) == ("Human networks", "1993-03-05", "fr")
    assert (unclosed.title, unclosed.authors, unclosed.year) == ("An unclosed brace", ("A. Díaz",), 1999)
    assert (repeated.source_id, repeated.venue) == ("mueller1993#2", "Proc. of Human networks")
    assert (glued.title, glued.authors, glued.arxiv_id) == (
        "A title without commas",
        ("Three, C.",),
        "0704.0001",
    )
    assert any(isinstance(found, FieldWarning) and found.value == "broken" for found in parsed)


def test_a_bibtex_field_given_twice_is_said() -> None:
    parsed = read(reader_named("bibtex"), b"@misc{a, title={One}, title={Two},}")
    assert documents(parsed)[0].title == "One"
    assert any(isinstance(found, FieldWarning) and found.field == "title" for found in parsed)


def test_thirty_thousand_characters_of_authors() -> None:
    names = [f"Family{number}, Given" for number in range(1800)]
    joined = " and ".join(names)
    assert len(joined) > 30_000
    assert one("bibtex", f"@article{{a, title={{T}}, author={{{joined}}}}}").authors == tuple(names)
    assert one("csv", f'Title,Authors\nT,"{"; ".join(names)}"\n').authors == tuple(names)
    assert one("ris", "TY  - JOUR\nTI  - T\n" + "".join(f"AU  - {n}\n" for n in names)).authors == tuple(
        names
    )


def test_a_record_without_its_end_ends_where_the_next_begins() -> None:
    parsed = documents(read(reader_named("ris"), fixture("ris")))
    assert [found.title for found in parsed][1:] == [
        "A second paper with a bad year",
        "A third paper after a missing end",
    ]


def test_an_unclosed_quote_costs_no_row_after_it() -> None:
    parsed = read(reader_named("csv"), fixture("csv"))
    assert [found.title for found in documents(parsed)][-1] == "A third paper after it"
    assert documents(parsed)[0].abstract == 'Networks grow; and "grow".'
    assert any(isinstance(found, FieldWarning) and "quote" in found.reason for found in parsed)


def test_a_table_without_a_title_column_says_what_to_do() -> None:
    (rejected,) = read(reader_named("csv"), b"Name,Year\nA paper,2001\n")
    assert isinstance(rejected, Rejected)
    assert "--map title=" in rejected.reason
    assert sniff(b"Name,Year\nA paper,2001\n", "x.csv").name == "csv"


def test_a_mapping_names_the_columns() -> None:
    (document,) = documents(
        read(reader_named("csv"), b"Name,Year,Who\nA paper,2001,One A.\n", title="Name", authors="Who")
    )
    assert (document.title, document.year, document.authors) == ("A paper", 2001, ("One, A.",))


def test_openalex_abstracts_are_put_in_order_and_bounded() -> None:
    assert (
        documents(read(reader_named("openalex"), fixture("openalex")))[0].abstract
        == "Networks grow and they grow again."
    )
    huge = '{"id":"W1","title":"T","abstract_inverted_index":{"a":[0],"b":[999999999999],"c":"x","d":[1]}}'
    assert one("openalex", huge).abstract == "a d"


def test_retractions_are_read_wherever_the_source_says_so() -> None:
    for name in ("pubmed", "nbib", "openalex", "crossref"):
        assert documents(read(reader_named(name), fixture(name)))[0].retracted, name


def test_references_are_kept_as_identifiers_where_they_have_some() -> None:
    for name in ("pubmed", "jats", "crossref", "semanticscholar", "wos", "wos-tab", "scopus"):
        assert "doi:10.2000/ref.2" in documents(read(reader_named(name), fixture(name)))[0].references, name


def test_acl_papers_know_their_volume() -> None:
    first, second = documents(read(reader_named("acl"), fixture("acl")))
    assert (first.source_id, first.year, first.venue) == (
        "P18-1001",
        2018,
        "Proceedings of the Meeting (Volume 1)",
    )
    assert first.abstract == "Networks grow with $x^2$ daily."
    assert (second.source_id, second.year, second.authors) == ("P18-2007", None, ("Madonna",))


def test_oai_reads_three_metadata_formats_and_passes_over_deleted_records() -> None:
    arxiv, raw, dublin = documents(read(reader_named("oai"), fixture("oai")))
    assert arxiv.authors == ("Müller, Jörg", "Berger, E. L., Jr.")
    assert (raw.arxiv_id, raw.year) == ("0704.0003", 2007)
    assert (dublin.source_id, dublin.doi, dublin.lang) == ("oai:repo:9", "10.3000/dc.9", "es")
    assert dublin.abstract == "A longer text about graphs and coffee."


def test_a_damaged_workbook_is_said() -> None:
    data = workbook()
    for cut in (data[:200], data[: len(data) // 2], data[:-40]):
        (rejected,) = read(reader_named("xlsx"), cut)
        assert isinstance(rejected, Rejected)
        assert "workbook" in rejected.reason


def test_a_line_that_is_too_long_is_skipped_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.parsing.reader.MAX_LINE", 100_000)
    data = b'{"title": "One"}\n{"title": "' + b"x" * 900_000 + b'"}\n{"title": "Two"}\n'
    parsed = read(reader_named("jsonl"), data)
    assert [found.title for found in documents(parsed)] == ["One", "Two"]
    assert [found.line for found in parsed if isinstance(found, Rejected)] == [2]


@pytest.mark.parametrize(
    "bad", ["&#xD800;", "&#55296;", "&#xFFFF;", "&#x110000;", "&#0;", "&#99999999;", "\x00"]
)
@pytest.mark.parametrize("name", ["pubmed", "jats", "endnote"])
def test_a_character_that_xml_has_not_costs_itself_alone(name: str, bad: str) -> None:
    text = fixture(name).decode("utf-8")
    first = documents(read(reader_named(name), text.encode()))
    place = text.index(first[0].title.split()[-1])
    broken = documents(read(reader_named(name), (text[:place] + bad + text[place:]).encode()))
    assert [found.source_id for found in broken] == [found.source_id for found in first]
    assert broken[0].title.replace(" ", "") == first[0].title.replace(" ", "")


def test_books_and_chapters_of_pubmed_keep_what_they_have() -> None:
    book = """<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID>21</PMID><Book>
    <Publisher><PublisherName>Rowing Press</PublisherName></Publisher>
    <BookTitle book="x">Knees</BookTitle><PubDate><Year>2009</Year></PubDate>
    <AuthorList Type="authors"><Author><LastName>Berg</LastName><ForeName>Anna</ForeName></Author>
    <Author><CollectiveName>Plenary Knees</CollectiveName></Author></AuthorList>
    <AuthorList Type="editors"><Author><LastName>Ed</LastName></Author></AuthorList>
    <Isbn>9783161484100</Isbn></Book>{}</BookDocument></PubmedBookArticle></PubmedArticleSet>"""
    whole = one("pubmed", book.format(""))
    assert (whole.title, whole.type, whole.authors) == ("Knees", "book", ("Berg, Anna", "Plenary Knees"))
    assert (whole.publisher, whole.year, whole.other_ids) == ("Rowing Press", 2009, ("isbn:9783161484100",))
    assert whole.group_authors == ("Plenary Knees",)
    chapter = one(
        "pubmed",
        book.format(
            "<ArticleTitle book='x' part='1'>Pain</ArticleTitle><AuthorList Type='authors'><Author>"
            "<LastName>Li</LastName><ForeName>X</ForeName></Author></AuthorList>"
            "<Pagination><MedlinePgn>3-9</MedlinePgn></Pagination>"
        ),
    )
    assert chapter.pages == "3-9"
    assert (chapter.title, chapter.type, chapter.venue) == ("Pain", "chapter", "Knees")
    assert (chapter.authors, chapter.publisher) == (("Li, X",), "Rowing Press")


def test_crossref_takes_no_year_from_the_day_of_registration() -> None:
    work = {"DOI": "10.1/a", "indexed": {}, "created": {"date-parts": [[2009, 3, 4]]}}
    old = one("crossref", json.dumps(work | {"title": ["Old"], "issued": {"date-parts": [[None]]}}))
    assert (old.year, old.date) == (None, "")
    assert (
        one("crossref", json.dumps(work | {"title": [], "original-title": ["Über Moore"]})).title
        == "Über Moore"
    )
