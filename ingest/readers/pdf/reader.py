"""PDFs of papers: title, authors, abstract, year, DOI and arXiv id from the text layer and the properties.

The file is opened in a process of its own, bounded in time and memory (`ingest.sandbox`). Only the first
pages are read, and their text is not kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from ingest.document import FieldWarning, Parsed, Rejected
from ingest.errors import InputError
from ingest.readers.parsing.reader import ReadOptions, make_document
from ingest.readers.pdf.firstpage import paper_of
from ingest.readers.pdf.lines import Line, Page
from ingest.sandbox import items
from ingest.values.dates import parse_year

MAX_BYTES = 200_000_000
_PAGES = 3
"""Pages that are read of a paper: the first one may be a cover that a repository put before it."""
_COVER = re.compile(
    r"see discussions, stats, and author profiles|jstor is a not-for-profit|this is an open access archive|"
    r"hal is a multi-disciplinary|submitted on \d|downloaded from|this document is the accepted manuscript|"
    r"the user has requested enhancement|university of \w+ \w*\s*repository|research explorer|please cite",
    re.IGNORECASE,
)
_SECONDS = 15.0
_LETTER = re.compile(r"[^\W\d_]")
_RECOGNISE = "Run text recognition on it first, with OCRmyPDF for example."


class Pdf(NamedTuple):
    """The properties of a PDF (see `ingest.readers.pdf.pages`) and its first pages."""

    properties: dict[str, Any]
    pages: list[dict[str, Any]]


def open_pdf(data: bytes, *, pages: int, placed: int = 0) -> Pdf:
    """The first ``pages`` of a PDF, those of them up to ``placed`` with the places of their lines.

    Raises:
        InputError: it needs a password, is damaged, has no text (a scan), or needs too much time or memory.
    """
    first, *rest = items("ingest.readers.pdf.pages:pages", data, pages, placed, seconds=_SECONDS)
    text = "".join(page["text"] for page in rest)
    letters = len(_LETTER.findall(text))
    if letters < 20:
        what = "a scan without a text layer" if any(page["images"] for page in rest) else "a PDF without text"
        raise InputError(f"is {what}", _RECOGNISE)
    if letters < len(text.replace("\n", "").replace(" ", "")) / 3:
        raise InputError("is a PDF whose text layer is not in letters", _RECOGNISE)
    return Pdf(first, rest)


def pdf_text(data: bytes, *, pages: int) -> str:
    """The text of the first ``pages`` of a PDF without running heads; raises as `open_pdf`."""
    texts = [page["text"].split("\n") for page in open_pdf(data, pages=pages).pages]
    edges = Counter(_bare(line) for lines in texts for line in {*_edge(lines)})
    repeated = {line for line, count in edges.items() if count > 2 and count * 3 > len(texts)}
    body = []
    for lines in texts:
        outer = set(_edge(lines))
        body += [
            line for line in lines if not (line in outer and (not _bare(line) or _bare(line) in repeated))
        ]
    return "\n".join(body)


def _edge(lines: list[str]) -> list[str]:
    """The first and the last lines of a page, where running heads stand."""
    filled = [line for line in lines if line.strip()]
    return filled[:2] + filled[-2:]


def _bare(line: str) -> str:
    """A line without its page number."""
    return re.sub(r"[\d\W]+", " ", line).strip().lower()


class PdfReader:
    """Reads one paper a file."""

    name = "pdf"
    title = "PDF of a paper"
    suffixes = (".pdf",)
    fields = ("title", "abstract", "authors", "year", "doi", "arxiv_id", "tags", "type")

    def sniff(self, head: bytes, _name: str) -> float:
        """By its signature, before which some programs leave a few bytes."""
        return 0.95 if b"%PDF-" in head[:1024] else 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """The paper, or why it cannot be read."""
        data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            yield Rejected(0, "file", "", f"is a PDF of more than {MAX_BYTES // 1_000_000} MB")
            return
        try:
            pdf = open_pdf(data, pages=_PAGES, placed=_PAGES)
        except InputError as error:
            yield Rejected(0, "file", "", f"{error.message}. {error.hint}".rstrip(". "))
            return
        yield from _document(pdf)


def _document(pdf: Pdf) -> Iterator[Parsed]:
    number, raw = 1, _values(pdf, 0)
    if "abstract" not in raw and len(pdf.pages) > 1 and _is_cover(pdf.pages[0]):
        number, raw = 2, _values(pdf, 1)
    if "abstract" not in raw:
        yield FieldWarning(number, "abstract", "", "no abstract was found on the first page")
    if "year" not in raw and (year := parse_year(pdf.properties["created"][2:6])):
        raw["year"] = year
        yield FieldWarning(
            number, "year", str(year), "is the year in which the file was made; no other was found"
        )
    yield from make_document(number, raw)


def _values(pdf: Pdf, number: int) -> dict[str, Any]:
    pages = [
        Page([Line(*values) for values in page["lines"]], page["height"], page["text"])
        for page in pdf.pages[number : number + 2]
    ]
    return {"type": "article"} | paper_of(pages[0], pages[1] if pages[1:] else None, pdf.properties)


def _is_cover(page: dict[str, Any]) -> bool:
    """Whether a page is what a repository put before a paper."""
    return len(page["lines"]) < 4 or _COVER.search(page["text"]) is not None
