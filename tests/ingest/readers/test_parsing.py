"""What all readers share: loose values made into documents, lines, records of JSON, tagged values."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Document, FieldWarning, Parsed, Rejected
from ingest.readers.parsing import extras
from ingest.readers.parsing import reader as reader_module
from ingest.readers.parsing.bibscan import scan
from ingest.readers.parsing.jsonrecords import cut_json, json_keys, json_records, parse_json
from ingest.readers.parsing.kinds import kind_of
from ingest.readers.parsing.reader import (
    MAX_ABSTRACT,
    MAX_TITLE,
    SHOWN,
    Cut,
    Lines,
    as_list,
    as_text,
    content_id,
    make_document,
    shown,
    unique,
    whole_text,
)
from ingest.readers.parsing.tagvalues import (
    article_number,
    arxiv_id_in,
    bilingual,
    date_of,
    doi_in,
    other_ids,
    page_range,
    paragraphs,
    people,
    pmid_in,
    serials,
)
from ingest.writers.work import CSL_TYPES


def made(**raw: Any) -> Document:
    """The document of loose values, about which there was nothing to say."""
    (document,) = make_document(3, {"title": "Peat and its fires"} | raw)
    assert isinstance(document, Document)
    return document


def warned(**raw: Any) -> tuple[Document, list[FieldWarning]]:
    *warnings, document = make_document(3, {"title": "Peat and its fires"} | raw)
    assert isinstance(document, Document)
    assert all(isinstance(warning, FieldWarning) and warning.line == 3 for warning in warnings)
    return document, warnings  # type: ignore[return-value]


# --- From loose values to a document


@pytest.mark.parametrize("raw", [{}, {"title": " ", "abstract": None}, {"title": "<p></p>"}, {"title": []}])
def test_a_record_without_title_and_abstract_is_rejected_by_its_name(raw: dict[str, Any]) -> None:
    (rejected,) = make_document(7, raw | {"source_id": "smith2020"})
    assert rejected == Rejected(7, "title", "smith2020", "has neither a title nor an abstract")
    (rejected,) = make_document(7, raw | {"doi": "10.1000/a"})
    assert isinstance(rejected, Rejected)
    assert rejected.value in ("10.1000/a", "<p></p>")


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("year", "19xx", None),
        ("year", 3021, None),
        ("doi", "see the paper", ""),
        ("arxiv_id", "math", ""),
        ("pmid", "PMC7", ""),
        ("lang", "Klingon", ""),
        ("citations", "many", None),
        ("citations", -3, None),
        ("citations", "1234567890", None),
    ],
)
def test_a_value_that_makes_no_sense_costs_its_field_alone(name: str, value: object, kept: object) -> None:
    document, (warning,) = warned(**{name: value})
    assert getattr(document, name) == kept
    assert (warning.field, warning.value) == (name, shown(value))
    assert warning.reason


@pytest.mark.parametrize("value", ["", None, [], {}, "  "])
def test_nothing_is_no_fault(value: object) -> None:
    document = made(year=value, doi=value, pmid=value, date=value)
    assert (document.year, document.doi, document.pmid, document.date) == (None, "", "", "")


@pytest.mark.parametrize(
    ("raw", "year", "date"),
    [
        ({"year": "2020", "date": "2020-03-05"}, 2020, "2020-03-05"),
        ({"date": "2020 Mar"}, 2020, "2020-03"),
        ({"year": 2019, "date": "2020-03"}, 2019, "2020-03"),
        ({"year": "2020"}, 2020, ""),
    ],
)
def test_years_and_dates(raw: dict[str, Any], year: int, date: str) -> None:
    document = made(**raw)
    assert (document.year, document.date) == (year, date)


@pytest.mark.parametrize(
    ("raw", "field", "value"),
    [
        ({"url": "https://doi.org/10.1000/A"}, "doi", "10.1000/a"),
        ({"url": "https://arxiv.org/abs/2101.01234v2"}, "arxiv_id", "2101.01234"),
        ({"url": "https://pubmed.ncbi.nlm.nih.gov/1001/"}, "pmid", "1001"),
        ({"doi": "10.48550/arXiv.2101.01234"}, "arxiv_id", "2101.01234"),
        ({"doi": "10.1000/own", "url": "https://doi.org/10.1000/other"}, "doi", "10.1000/own"),
        ({"pmid": 1001, "url": "https://pubmed.ncbi.nlm.nih.gov/2002/"}, "pmid", "1001"),
        ({"url": "https://example.org/7"}, "doi", ""),
    ],
)
def test_identifiers_are_taken_from_the_address_where_no_field_has_them(
    raw: dict[str, Any], field: str, value: str
) -> None:
    assert getattr(made(**raw), field) == value


@pytest.mark.parametrize(
    ("raw", "pages"),
    [
        ("100--110", "100-110"),
        ("100–110", "100-110"),
        ("100 — 110", "100-110"),
        ("S1-S9", "S1-S9"),
        ("e7", "e7"),
    ],
)
def test_pages_have_one_dash(raw: str, pages: str) -> None:
    assert made(pages=raw).pages == pages


def test_long_texts_are_cut_at_a_word_and_said() -> None:
    document, warnings = warned(
        title="peat " * MAX_TITLE, abstract="fire " * MAX_ABSTRACT, volume="x" * 3_000
    )
    assert len(document.title) <= MAX_TITLE
    assert len(document.abstract) <= MAX_ABSTRACT
    assert document.title.endswith("peat")
    assert len(document.volume) == 2_000
    assert [warning.field for warning in warnings] == ["title", "abstract", "volume"]
    assert all("cut" in warning.reason and len(warning.value) <= SHOWN for warning in warnings)


def test_long_lists_are_cut_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_module, "MAX_ITEMS", 3)
    document, warnings = warned(tags=[f"tag {n}" for n in range(5)], authors=["Berg, Anna"] * 4)
    assert document.tags == ("tag 0", "tag 1", "tag 2")
    assert document.authors == ("Berg, Anna",) * 3  # two people may share a name
    assert {warning.field for warning in warnings} == {"tags", "authors"}
    assert all(str(count) in warning.reason for warning, count in zip(warnings, (4, 5), strict=True))


def test_lists_are_without_repeats_in_their_order() -> None:
    document = made(
        tags=["peat", "fire; smoke", "peat", ""],
        references=["doi:10.1000/b", " doi:10.1000/a ", "doi:10.1000/b"],
        issn=["1234-5678", "12345678", "no"],
    )
    assert document.tags == ("peat", "fire", "smoke")
    assert document.references == ("doi:10.1000/b", "doi:10.1000/a")
    assert document.issn == ("1234-5678",)


def test_editors_stand_in_for_authors_that_are_not_named() -> None:
    assert made(editors=["Berg, Anna"]).authors == ("Berg, Anna",)
    both = made(editors=["Berg, Anna"], authors=["Costa, B."])
    assert (both.authors, both.editors) == (("Costa, B.",), ("Berg, Anna",))


def test_a_group_is_noted_only_where_its_words_do_not_say_so() -> None:
    document = made(
        authors=["Knee Board", "WHO Study Group"], group_authors=["Knee Board", "WHO Study Group", "X"]
    )
    assert document.group_authors == ("Knee Board",)


def test_orcids_are_as_many_as_authors_or_none() -> None:
    orcid = "0000-0002-1825-0097"
    assert made(authors=["A, B", "C, D"], orcids=[orcid, ""]).orcids == (orcid, "")
    assert made(authors=["A, B", "C, D"], orcids=[orcid]).orcids == ()
    assert made(authors=["A, B"], orcids=[""]).orcids == ()


def test_marks_of_retraction_are_found_wherever_they_stand() -> None:
    assert made(title="RETRACTED: Peat").notices == ("retracted",)
    assert made(kinds=["Journal Article", "Retracted Publication"]).notices == ("retracted",)
    assert made(tags=["Retracted Publication"]).notices == ("retracted",)
    assert made(title="On retracted papers").notices == ()


def test_a_record_without_a_number_gets_the_same_one_each_time() -> None:
    first, again, other = made(year=2020), made(year=2020), made(year=2021)
    assert first.source_id == again.source_id
    assert first.source_id != other.source_id
    assert made(source_id=" 7 ").source_id == "7"
    document, (warning,) = warned(source_id="x" * 999)
    assert (len(document.source_id), warning.field) == (500, "source_id")


@given(st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=5)), max_size=4))
def test_ids_of_content_depend_on_every_part(parts: list[object]) -> None:
    id = content_id(*parts)
    assert id == content_id(*parts)
    assert len(id) == 19
    assert id != content_id(*parts, "more")


_LOOSE: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from([*Document.__slots__, "kinds", "notes"]), _LOOSE, max_size=8))
def test_no_loose_value_raises(raw: dict[str, Any]) -> None:
    *_, last = make_document(1, raw)
    assert isinstance(last, Document | Rejected)
    if isinstance(last, Document):
        json.dumps(last.to_json())
        assert last.title or last.abstract


@given(_LOOSE)
def test_loose_values_are_texts(value: Any) -> None:
    assert isinstance(as_text(value), str)
    assert all(isinstance(text, str) and text == text.strip() and text for text in as_list(value, ";"))
    assert len(shown(value)) <= SHOWN


@pytest.mark.parametrize(
    ("value", "text", "items"),
    [
        ("a; b;; c", "a; b;; c", ["a", "b", "c"]),
        (["a;b", " ", 3], "a;b", ["a;b", "3"]),
        (2021.0, "2021", ["2021"]),
        (2.5, "2.5", ["2.5"]),
        (True, "", []),
        ({"a": 1}, "", []),
        ([["deep"], "x"], "deep", ["deep", "x"]),
    ],
)
def test_texts_and_lists_of_loose_values(value: Any, text: str, items: list[str]) -> None:
    assert (as_text(value), as_list(value, ";")) == (text, items)


def test_unique_keeps_the_first_of_each() -> None:
    assert unique(["b", "", "a", "b"]) == ("b", "a")


# --- Lines


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@given(texts=st.lists(st.text(alphabet="aä \t", max_size=5), min_size=2, max_size=6))
def test_lines_are_the_same_whatever_ends_them(end: str, texts: list[str]) -> None:
    data = end.join([*texts, "last"]).encode()
    expected = list(enumerate([*texts, "last"], 1))
    assert list(Lines(io.BytesIO(data))) == expected


def test_an_endless_line_is_skipped_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_module, "MAX_LINE", 1_000_000)
    lines = Lines(io.BytesIO(b"first\n" + b"x" * 3_000_000 + b"\nlast"))
    assert list(lines) == [(1, "first"), (3, "last")]
    (fault,) = lines.take_faults()
    assert isinstance(fault, Rejected)
    assert (fault.line, fault.value[:3]) == (2, "xxx")
    assert lines.take_faults() == []


def test_a_whole_text_is_bounded_and_has_plain_line_ends() -> None:
    assert whole_text(io.BytesIO(b"a\r\nb\rc\n")) == ("a\nb\nc\n", [])
    text, (fault,) = whole_text(io.BytesIO(b"x" * 3_000_000), 1 << 20)
    assert len(text) == 1 << 20
    assert "first 1 MiB" in getattr(fault, "reason", "")


# --- JSON


def records(text: str) -> list[dict[str, Any] | Parsed]:
    return [record for _, record in json_records(io.BytesIO(text.encode()))]


RECORDS = [{"title": f'Peat {n} "{{", \\ ', "n": n, "deep": {"a": [1, {"b": None}]}} for n in range(4)]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(map(json.dumps, RECORDS)),
        json.dumps(RECORDS),
        json.dumps(RECORDS, indent=2),
        json.dumps({"results": RECORDS, "meta": {"count": 4}}),
        json.dumps({"message": {"items": RECORDS}}, indent=1),
        json.dumps({"response": {"docs": RECORDS}}),
        "[\n" + ",\n".join(map(json.dumps, RECORDS)) + "\n]",
        '{"meta": {"count": 4}, "results": [\n' + ",\n".join(map(json.dumps, RECORDS)) + "\n]}",
        "".join(map(json.dumps, RECORDS)),
        "\n\n".join(json.dumps(record, indent=4) for record in RECORDS),
        "\ufeff" + json.dumps(RECORDS),
    ],
    ids=["lines", "array", "spread", "envelope", "two envelopes", "solr", "array of lines", "envelope lines",
         "glued", "spread objects", "mark"],
)  # fmt: skip
def test_records_in_every_layout(text: str) -> None:
    assert records(text) == RECORDS


def test_a_broken_line_costs_itself_alone_and_is_named() -> None:
    lines = [json.dumps(record) for record in RECORDS]
    lines[1] = lines[1].replace(":", "", 1)
    found = list(json_records(io.BytesIO("\n".join(lines).encode())))
    assert [record for _, record in found if isinstance(record, dict)] == [RECORDS[0], RECORDS[2], RECORDS[3]]
    ((line, fault),) = [(line, record) for line, record in found if not isinstance(record, dict)]
    assert line == 2
    assert isinstance(fault, Rejected)
    assert "is not JSON" in fault.reason


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50_000, "hello", "{", '{"a"', "]", "nul"])
def test_what_is_no_json_does_not_raise(text: str) -> None:
    assert not any(isinstance(record, dict) for record in records(text))


@given(st.integers(0, 400), st.text(max_size=3))
def test_damage_never_costs_more_than_the_records_it_touches(at: int, bad: str) -> None:
    lines = [json.dumps(record) for record in RECORDS]
    at %= len(lines[1])
    lines[1] = lines[1][:at] + bad.replace("\n", "").replace("\r", "") + lines[1][at + 1 :]
    found = records("\n".join(lines))
    assert RECORDS[0] in found
    assert RECORDS[3] in found


def test_cut_and_parsed_is_the_same_as_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.parsing.jsonrecords.CUT_RECORDS", 2)
    text = "\n".join(map(json.dumps, RECORDS * 3))
    found: list[tuple[int, dict[str, Any] | Parsed]] = []
    pieces = 0
    for piece in cut_json(io.BytesIO(text.encode())):
        pieces += 1
        found += parse_json(piece) if isinstance(piece, Cut) else [piece]
    assert found == list(json_records(io.BytesIO(text.encode())))
    assert pieces == 6


def test_keys_are_seen_in_json_alone() -> None:
    assert json_keys(b' [{"title": 1, "dc:title" : 2}') == {"title", "dc:title"}
    assert json_keys(b'title,"abstract": x') == frozenset()


# --- Values of tagged formats


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Journal Article", "article-journal"),
        ("Article; Proceedings Paper", "paper-conference"),
        ("Book, Section", "chapter"),
        ("Book, Whole", "book"),
        ("Electronic Book Section", "chapter"),
        ("Dissertation/Thesis", "thesis"),
        ("Magazine Article", "article-magazine"),
        ("Unpublished Work", "manuscript"),
        ("IEEE Conferences", "paper-conference"),
        ("硕士论文", "thesis"),
        ("PREPRINT", "article"),
        ("nonsense", ""),
        ("", ""),
        (";;;", ""),
    ],
)
def test_types_of_publication_in_words(words: str, kind: str) -> None:
    assert kind_of(words) == kind
    assert kind in CSL_TYPES or not kind


@pytest.mark.parametrize(
    ("year", "day", "date"),
    [
        ("2020", "JUN 15", "2020-06-15"),
        ("2020", "JUN", "2020-06"),
        ("2020", "MAY-JUN", "2020-05"),
        ("2020", "Jun 15, 2020", "2020-06-15"),
        ("2020", "2019 Jun 15", "2020"),
        ("2020/06/15/", "", "2020-06-15"),
        ("2020", "2020/11//Nov/Dec2020", "2020-11"),
        ("2020", "Spring", "2020"),
        ("", "2020 Jun 15", "2020-06-15"),
        ("", "", ""),
    ],
)
def test_a_year_and_a_day_written_apart(year: str, day: str, date: str) -> None:
    assert date_of(year, day) == date


def test_what_is_said_twice_is_kept_once() -> None:
    assert paragraphs(["Peat  burns.", "Peat burns.", "", "It smokes."]) == "Peat  burns.\n\nIt smokes."
    assert bilingual("Torf", "Peat") == "Torf [Peat]"
    assert bilingual("[Peat].", "Torf.") == "Peat [Torf]"
    assert bilingual("Torf.", "[Torf]") == "Torf."
    assert bilingual("", "Peat") == "Peat"
    assert bilingual("Torf", "") == "Torf"


@pytest.mark.parametrize(
    ("start", "end", "number", "pages"),
    [
        ("1", "9", "", "1-9"),
        ("1", "1", "", "1"),
        ("1-9", "9", "", "1-9"),
        ("", "9", "", "9"),
        ("", "", "e7", "e7"),
    ],
)
def test_pages_from_their_ends(start: str, end: str, number: str, pages: str) -> None:
    assert page_range(start, end, number) == pages


def test_numbers_of_articles_and_of_serials() -> None:
    assert article_number(["Cited by 7", "Art. No.: 104501"]) == "104501"
    assert article_number(["article number e12345"]) == "e12345"
    assert article_number(["Article in press"]) == ""
    issns, isbns = serials(["1234-5678 (print)", "978-1-234-56789-7", "123456789X", "12"])
    assert (issns, isbns) == (["1234-5678"], ["isbn:978-1-234-56789-7", "isbn:123456789X"])


def test_identifiers_in_links_and_notes() -> None:
    assert doi_in(["", "10.1000/A"], ["doi: 10.1000/b"]) == "10.1000/a"
    assert doi_in(["none"], ["https://x.org/7", "doi: 10.1000/b"]) == "10.1000/b"
    assert arxiv_id_in(["2101.01234", "arXiv 2101.99999"]) == "2101.99999"
    assert pmid_in(["https://pubmed.ncbi.nlm.nih.gov/1001"]) == "1001"
    assert (doi_in([]), arxiv_id_in([]), pmid_in([])) == ("", "", "")
    found = other_ids(isbns=["isbn:1"], pmc="pmc77", wos="ISI:000123456", texts=["eid=2-s2.0-123"])
    assert found == ["isbn:1", "pmcid:PMC77", "wos:WOS:000123456", "scopus:2-s2.0-123"]
    assert other_ids(pmc="77", wos="000123") == []


def test_names_that_stand_glued_or_together() -> None:
    assert people(["Berg,Anna", "Costa, B.; Dorn, C."]) == ["Berg, Anna", "Costa, B.", "Dorn, C."]


# --- What foreign formats have no place for


@given(st.lists(st.text(alphabet="ab|¦ :", max_size=6).map(str.strip), min_size=1, max_size=4))
def test_lists_come_back_from_one_text(values: list[str]) -> None:
    kept = [value.replace("¦", "|") for value in values]
    assert extras.split(extras.joined(tuple(values))) == kept


def test_only_our_own_notes_are_taken_back() -> None:
    raw: dict[str, Any] = {"title": "Peat"}
    notes = ["litatlas-notices: retracted | corrected", "litatlas-open-access:  gold ", "notices: no",
             "litatlas-title: evil", "litatlas-notices", "litatlas-licence: CC: BY"]  # fmt: skip
    extras.from_notes(raw, notes)
    assert raw == {
        "title": "Peat",
        "notices": ["retracted", "corrected"],
        "open_access": "gold",
        "licence": "CC: BY",
    }


@pytest.mark.parametrize(
    ("name", "value", "most"),
    [
        ("source_id", "x" * 501, 500),
        ("doi", "10.1000/" + "x" * 2_000, 2_000),
        ("arxiv_id", "arXiv:2101.00001 " + "x" * 300, 300),
        ("pmid", "pmid " + "x" * 300, 200),
        ("date", "2021-03-09 " + "x" * 60, 60),
        ("year", "2021 " + "x" * 200, 200),
        ("issn", "1234-5678 " + "x" * 60, 60),
    ],
)
def test_an_identifier_or_date_that_is_cut_is_reported(name: str, value: str, most: int) -> None:
    *notes, document = make_document(3, {"title": "Peat and its fires", name: value})
    assert isinstance(document, Document)
    told = [note for note in notes if isinstance(note, FieldWarning) and note.field == name]
    assert any(f"the first {most:,}" in note.reason for note in told)
    *notes, document = make_document(3, {"title": "Peat and its fires", name: value[: most - 20]})
    assert not [note for note in notes if isinstance(note, FieldWarning) and "only the first" in note.reason]


def test_an_address_that_is_too_long_is_left_out_and_reported() -> None:
    address = "https://x.example.org/" + "a" * 2_000
    note, document = make_document(3, {"title": "Peat and its fires", "url": address})
    assert isinstance(note, FieldWarning)
    assert isinstance(document, Document)
    assert (note.field, note.reason) == ("url", "is longer than 2,000 characters; left out")
    assert document.url == ""


def test_fields_that_are_left_out_are_reported() -> None:
    fields = ", ".join(
        f"f{letter}{other} = {{x}}" for letter in "abcdefghijklmno" for other in "abcdefghijklmno"
    )
    (entry,) = scan([(1, f"@article{{a, title = {{Peat}}, {fields}}}")])
    assert "more than 200 fields" in entry.faults[0].reason


def test_a_citation_key_that_is_cut_is_reported() -> None:
    (entry,) = scan([(1, "@article{" + "k" * 400 + ", title = {Peat}}")])
    assert (len(entry.key), [fault.field for fault in entry.faults]) == (300, ["source_id"])
    (entry,) = scan([(1, "@article{" + "k" * 300 + ", title = {Peat}}")])
    assert not entry.faults
