"""Plain text: what people really paste and save."""

from __future__ import annotations

import io

import pytest

from ingest.document import Document, FieldWarning, Parsed
from ingest.readers.parsing.reader import ReadOptions
from ingest.readers.registry import reader_named, sniff

A = (
    "We study the behaviour of large networks of neurons under noise. Our results show that synchrony "
    "emerges when the "
    "coupling exceeds a threshold that we compute. Experiments on data confirm the theory and suggest new "
    "ways of "
    "building robust systems."
)
B = (
    "This paper presents a method for finding duplicates in bibliographic databases. It is based on "
    "hashing of titles "
    "and abstracts and scales linearly. We evaluate it on three collections and find a precision above "
    "ninety-nine "
    "percent in all of them."
)
C = (
    "Glaciers retreat in most mountain ranges of the world. Using satellite images of forty years, we "
    "measure their "
    "area and volume every summer. The loss has doubled since the beginning of the record, and small "
    "glaciers are "
    "about to disappear."
)
TITLE_A = "Synchrony in noisy networks of neurons"
TITLE_B = "Finding duplicates fast"
TITLE_C = "Retreat of mountain glaciers"
BIBTEX = """@inproceedings{doe2020synchrony,
  title={Synchrony in Noisy Networks of {N}eurons},
  author={Doe, Jane and Roe, John},
  booktitle={Proc. of Noise},
  year={2020}
}"""


def read(text: str) -> list[Parsed]:
    return list(reader_named("text").read(io.BytesIO(text.encode()), ReadOptions()))


def papers(text: str) -> list[tuple[str, str]]:
    return [(found.title, found.abstract) for found in read(text) if isinstance(found, Document)]


def ignored(text: str) -> list[FieldWarning]:
    return [found for found in read(text) if isinstance(found, FieldWarning)]


def wrapped(text: str, width: int = 72) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(text, width))


@pytest.mark.parametrize("between", ["\n", "\n\n", "\n\n\n"])
def test_one_abstract_a_line_or_paragraph(between: str) -> None:
    assert papers(between.join((A, B, C))) == [("", A), ("", B), ("", C)]
    assert ignored(between.join((A, B, C))) == []


def test_paragraphs_wrapped_at_a_width() -> None:
    text = "\n\n".join(wrapped(part) for part in (A, B, C))
    assert papers(text) == [("", A), ("", B), ("", C)]


def test_wrapped_paragraphs_under_their_titles() -> None:
    text = f"{TITLE_A}\n{wrapped(A)}\n\n{TITLE_B}\n\n{wrapped(B)}\n"
    assert papers(text) == [(TITLE_A, A), (TITLE_B, B)]


@pytest.mark.parametrize("prefix", ["Abstract: ", "ABSTRACT: ", "Abstract. ", "Abstract—", "abstract - "])
def test_the_word_abstract_is_no_part_of_it(prefix: str) -> None:
    assert papers(f"{prefix}{A}\n{prefix}{B}\n") == [("", A), ("", B)]
    assert papers(f"{TITLE_A}\n{prefix}{A}\n\n{TITLE_B}\n{prefix}{B}\n") == [(TITLE_A, A), (TITLE_B, B)]


def test_titles_and_abstracts_in_turn() -> None:
    text = f"{TITLE_A}\n{A}\n{TITLE_B}\n{B}\n{TITLE_C}\n{C}\n"
    assert papers(text) == [(TITLE_A, A), (TITLE_B, B), (TITLE_C, C)]
    assert ignored(text) == []


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_query_above_a_listing_is_ignored_and_said(between: str) -> None:
    text = between.join(("neural networks AND noise", TITLE_A, A, TITLE_B, B))
    assert papers(text) == [(TITLE_A, A), (TITLE_B, B)]
    (warning,) = ignored(text)
    assert (warning.line, warning.value) == (1, "neural networks AND noise")
    assert warning.reason.startswith("1 line was ignored")


def test_a_query_above_abstracts_alone_is_no_title() -> None:
    text = f"neural networks\n{A}\n{B}\n{C}\n"
    assert papers(text) == [("", A), ("", B), ("", C)]
    assert len(ignored(text)) == 1


def test_titles_that_end_in_a_full_stop() -> None:
    text = f"{TITLE_A}.\n{A}\n{TITLE_B}.\n{B}\n{TITLE_C}.\n{C}\n"
    assert papers(text) == [(TITLE_A, A), (TITLE_B, B), (TITLE_C, C)]


def test_authors_and_identifiers_between_title_and_abstract() -> None:
    text = f"{TITLE_A}\nJane Doe, John Roe and Max Mustermann\narXiv:2001.00001\n{A}\n"
    (found,) = [found for found in read(text) if isinstance(found, Document)]
    assert (found.title, found.abstract) == (TITLE_A, A)
    assert found.authors == ("Jane Doe", "John Roe", "Max Mustermann")
    assert found.arxiv_id == "2001.00001"


def test_labelled_records() -> None:
    text = (
        f"Title: {TITLE_A}\nAuthors: Jane Doe, John Roe\nYear: 2020\nKeywords: noise; neurons\n"
        f"Abstract: {A}\n\nTitle: {TITLE_B}\nAbstract:\n{wrapped(B)}\n"
    )
    first, second = [found for found in read(text) if isinstance(found, Document)]
    assert (first.title, first.abstract, first.year, first.tags) == (TITLE_A, A, 2020, ("noise", "neurons"))
    assert first.authors == ("Jane Doe", "John Roe")
    assert (second.title, second.abstract) == (TITLE_B, B)


def test_a_listing_as_arxiv_mails_it() -> None:
    text = (
        f"\\\\\narXiv:2001.00001\nDate: Wed, 1 Jan 2020 10:00:00 GMT\n\nTitle: {TITLE_A}\nAuthors: "
        f"Jane Doe\nCategories: cs.SI\nComments: 5 pages\n\\\\\n{wrapped(A)}\n\\\\ ( "
        f"https://arxiv.org/abs/2001.00001 , 100kb)\n"
    )
    found = [found for found in read(text) if isinstance(found, Document)]
    assert [(one.title, one.abstract) for one in found if one.title] == [(TITLE_A, A)]


@pytest.mark.parametrize("heading", ["Abstract\n", "ABSTRACT\n\n", ""])
def test_a_saved_page_with_bibtex_is_one_paper(heading: str) -> None:
    page = (
        f"Skip to main content\nSign in\n{TITLE_A}\nJane Doe, John Roe\nShare\nDownload PDF\n12 "
        f"citations\nBibTeX\n{BIBTEX}\nCopy\n"
        f"{heading}{A}\nRead more\nComments (2)\nThis is a great paper and I enjoyed reading it, because "
        f"we have been working on this "
        f"for years. It was good to see that it works so well for others, too. Thank you all very much "
        f"for the code.\nReply\n"
        f"Similar papers\n{TITLE_B}\n{B}\n{TITLE_C}\n{C}\n© 2021 Pages Inc.\n"
    )
    (found,) = [found for found in read(page) if isinstance(found, Document)]
    assert (found.title, found.abstract) == ("Synchrony in Noisy Networks of Neurons", A)
    assert (found.authors, found.year, found.venue) == (("Doe, Jane", "Roe, John"), 2020, "Proc. of Noise")
    assert found.source_id == "doe2020synchrony"
    (warning,) = ignored(page)
    assert "lines were ignored" in warning.reason
    assert sniff(page.encode(), "page.txt").name == "text"


def test_bibtex_after_the_abstract_and_on_one_line() -> None:
    page = f"{TITLE_A}\nView PDF\n{A}\nCite\n{' '.join(BIBTEX.split())}\nRelated papers\n{TITLE_B}\n{B}\n"
    assert papers(page) == [("Synchrony in Noisy Networks of Neurons", A)]


def test_the_abstract_of_the_entry_itself_goes_first() -> None:
    entry = BIBTEX.replace("year={2020}", f"year={{2020}},\n  abstract={{{A}}}")
    assert papers(f"{TITLE_A}\nShare\n{entry}\n{B}\n") == [("Synchrony in Noisy Networks of Neurons", A)]


def test_a_saved_page_without_bibtex_is_one_paper() -> None:
    page = (
        f"Home\nSearch\nSign in\n{TITLE_A}\nJane Doe, John Roe\nPublished 3 May 2020\nSave\nShare\n"
        f"Abstract\n{A}\nShow more\n"
        f"Related papers\n{TITLE_B}\n{B}\n"
    )
    (found,) = [found for found in read(page) if isinstance(found, Document)]
    assert (found.title, found.abstract, found.year) == (TITLE_A, A, 2020)
    assert found.authors == ("Jane Doe", "John Roe")
    assert len(ignored(page)) == 1


def test_an_html_page() -> None:
    page = (
        f"<!DOCTYPE html><html><head><title>x</title><script>var a = 'We hide. This is no text at "
        f"all.';</script></head><body>"
        f"<nav><a>Home</a></nav><h1>{TITLE_A}</h1><div>Jane Doe, John "
        f"Roe</div><button>Share</button><pre>{BIBTEX}</pre>"
        f"<h2>Abstract</h2><p>{A}</p><h2>Similar papers</h2><p>{B}</p></body></html>"
    )
    assert sniff(page.encode(), "page.html").name == "text"
    assert papers(page) == [("Synchrony in Noisy Networks of Neurons", A)]


def test_titles_alone_are_papers_too() -> None:
    assert papers(f"{TITLE_A}\n{TITLE_B}\n{TITLE_C}\n") == [(TITLE_A, ""), (TITLE_B, ""), (TITLE_C, "")]


def test_a_script_without_spaces() -> None:
    chinese = "我们研究了噪声下大型神经元网络的行为。" * 12
    assert papers(f"{chinese}\n") == [("", chinese)]


def test_the_same_text_gets_the_same_ids() -> None:
    one = [found.source_id for found in read(f"{A}\n{B}\n") if isinstance(found, Document)]
    two = [found.source_id for found in read(f"{B}\n\n{A}\n") if isinstance(found, Document)]
    assert one == two[::-1]


def test_nothing_but_furniture_gives_no_paper() -> None:
    assert papers("Share\nSave\nSign in\n12\n---\n") == []
    assert len(ignored("Share\nSave\nSign in\n12\n---\n")) == 1


def test_notes_are_no_list_of_titles_and_bullets_no_words() -> None:
    assert papers("# Notes\n\nWhat to do next for all of the bees\n\n- item one\n- item two\n- three\n") == []
    listed = "- Bees of the northern towns\n- Wasps in gardens by the sea\n2. Ants below old houses\n"
    titles = [title for title, _ in papers(listed)]
    assert titles == ["Bees of the northern towns", "Wasps in gardens by the sea", "Ants below old houses"]
