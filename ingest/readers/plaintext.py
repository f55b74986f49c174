"""Plain text as people paste or save it: abstracts by line or paragraph, listings, labelled records, saved
pages.

`ingest.readers.parsing.textlayout` says what each line is; this module makes papers of them. What is ignored
is counted and reported in one `FieldWarning` a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.document import Document, FieldWarning, Parsed, Rejected
from ingest.readers.parsing import bibscan
from ingest.readers.parsing.bibvalues import document_values
from ingest.readers.parsing.labelled import labelled_records
from ingest.readers.parsing.reader import ReadOptions, make_document, shown, whole_text
from ingest.readers.parsing.textlayout import Paper, abstract_of_page, page_paper, paired, units_of
from ingest.values.identifiers import arxiv_id_named_in, doi_named_in

MAX_TEXT = 64 * 1024 * 1024
_HTML = re.compile(r"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


class PlainTextReader:
    """Reads any text; every other reader is asked first."""

    name = "text"
    title = "Plain text"
    suffixes = (".txt", ".text", ".md", ".html", ".htm")
    fields = ("title", "abstract", "authors", "year", "venue", "doi", "arxiv_id", "url", "tags", "type")

    def sniff(self, head: bytes, name: str) -> float:
        """Text with words in it; not what begins like another format's machine-readable text."""
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        if _HTML.match(start[:200].decode("latin-1")):
            return 0.4
        if b"\x00" in head[:4096] or start[:1] in (b"{", b"<") or start[:2] in (b"[{", b"[[", b'["'):
            return 0.0
        words = len(re.findall(rb"[^\W\d_]{2,}|[\x80-\xff]{4,}", head[:8192]))
        if not words or len(re.findall(rb"[\x00-\x08\x0e-\x1f]", head[:8192])) > len(head[:8192]) // 200:
            return 0.0
        return 0.35 if name.endswith(self.suffixes) else 0.3

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """The papers of a text."""
        text, faults = whole_text(stream, MAX_TEXT)
        yield from faults
        if not _HTML.match(text[:1000]):
            yield from read_text(text)
            return
        parsed = list(read_text(text_of_page(text), page=True))
        if not any(isinstance(item, Document) for item in parsed):
            yield Rejected(
                1, "file", "", "is a web page without a paper in it; save its BibTeX or RIS instead"
            )
        else:
            yield from parsed


def read_text(text: str, *, page: bool = False) -> Iterator[Parsed]:
    """The papers of a text, whatever its layout; of a web ``page`` only one that it shows as such."""
    lines = [line.strip("\ufeff \t\u00a0") for line in text.split("\n")]
    entries = [entry for entry in bibscan.scan(enumerate(lines, 1)) if entry.fields.get("title")]
    taken: set[int] = {number for entry in entries for number in range(entry.line, entry.end_line + 1)}
    if entries:
        papers = list(_of_entries(lines, entries, taken))
    else:
        records = labelled_records(lines)
        if records is not None:
            papers = records
        else:
            units = units_of(lines)
            shown_paper = page_paper(units, marked=page)
            papers = [shown_paper] if shown_paper else [] if page else paired(units)
    for paper in papers:
        taken |= paper.lines
    yield from _ignored(lines, taken)
    for paper in papers:
        raw = dict(paper.raw)
        raw.setdefault("type", "article")
        _identifiers(raw, paper.near)
        yield from make_document(paper.line, raw)


def _of_entries(lines: list[str], entries: list[bibscan.Entry], taken: set[int]) -> Iterator[Paper]:
    """A saved page: the BibTeX entry is the paper, the page gives at most its abstract."""
    for index, entry in enumerate(entries):
        raw = document_values(entry)
        begin = entries[index - 1].end_line if index else 0
        end = entries[index + 1].line - 1 if index + 1 < len(entries) else len(lines)
        paper = Paper(entry.line, raw, set(range(entry.line, entry.end_line + 1)))
        if not raw["abstract"]:
            inside = [(n, "" if n in taken else lines[n - 1]) for n in range(begin + 1, end + 1)]
            abstract, used = abstract_of_page(inside, str(raw["title"]))
            raw["abstract"] = abstract
            paper.lines |= used
        yield paper


def _ignored(lines: list[str], taken: set[int]) -> Iterator[FieldWarning]:
    left = [number for number, line in enumerate(lines, 1) if line and number not in taken]
    if left:
        count = "1 line was" if len(left) == 1 else f"{len(left)} lines were"
        reason = f"{count} ignored: neither a title nor an abstract of a paper"
        yield FieldWarning(left[0], "text", shown(lines[left[0] - 1]), reason)


def _identifiers(raw: dict[str, Any], near: str) -> None:
    """A DOI or an arXiv identifier that stands beside the paper."""
    raw["doi"] = raw.get("doi") or doi_named_in(near)
    raw["arxiv_id"] = raw.get("arxiv_id") or arxiv_id_named_in(near)


def text_of_page(page: str) -> str:
    """The visible text of an HTML page, blocks on lines of their own."""
    from lxml import html

    root = html.document_fromstring(page.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    pieces: list[str] = []
    hidden = ("script", "style", "noscript", "svg", "nav", "template")
    blocks = (
        "p",
        "div",
        "br",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "tr",
        "section",
        "article",
        "title",
        "pre",
        "button",
        "blockquote",
        "header",
        "footer",
        "td",
    )
    for event, element in _walk(root, hidden):
        if event == "start":
            if element.tag in blocks:
                pieces.append("\n")
            if element.tag not in hidden and element.tag != "pre":
                pieces.append(
                    " ".join((element.text or "").split()) and " " + re.sub(r"\s+", " ", element.text or "")
                )
            elif element.tag == "pre":
                pieces.append(element.text or "")
        else:
            if element.tag in blocks:
                pieces.append("\n")
            pieces.append(re.sub(r"\s+", " ", element.tail or ""))
    return re.sub(r" *\n[ \n]*", "\n", "".join(pieces))


def _walk(root: Any, hidden: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        element, done = stack.pop()
        if done or not isinstance(element.tag, str) or element.tag in hidden:
            yield "end", element
            continue
        yield "start", element
        stack.append((element, True))
        stack.extend((inner, False) for inner in reversed(element))
