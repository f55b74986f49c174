"""The report of a search as Markdown and as a document for word processors."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from litatlas.parts.books.book_answers import ReportAnswer, ReportItem

if TYPE_CHECKING:
    from docx.document import Document as DocxDocument

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&$])")
_BEGINS = re.compile(r"(#|[-+=]|\d{1,9}(?=[.)]))")  # what only means something where a line begins
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_STRATEGY = "8"
_OPEN = "Not reported."


def markdown(report: ReportAnswer) -> str:
    """The report as Markdown; what people wrote is text and never markup."""
    return "\n".join(_markdown(report)) + "\n"


def _markdown(report: ReportAnswer) -> Iterator[str]:
    yield f"# PRISMA-S: {_escaped(report['name'])}"
    yield ""
    yield _escaped(_about(report))
    for section, items in groupby(report["items"], key=lambda item: item["section"]):
        yield from ("", f"## {section}")
        for item in items:
            yield from ("", f"### {item['item']}. {item['title']}", "")
            yield from _body(item)


def _body(item: ReportItem) -> Iterator[str]:
    if item["item"] == _STRATEGY:
        yield from (f"    {_CONTROL.sub('', line)}" for line in item["filled"])
    elif len(item["filled"]) == 1:
        yield _escaped(item["filled"][0])
    else:
        yield from (f"- {_escaped(line)}" for line in item["filled"])
    if item["answer"]:
        yield from ([""] if item["filled"] else [])
        for paragraph in item["answer"].splitlines():
            yield _escaped(paragraph)
    if not item["filled"] and not item["answer"]:
        yield f"*{_OPEN}*"


def _escaped(text: str) -> str:
    text = _SPECIAL.sub(r"\\\1", _CONTROL.sub("", text).strip())
    begun = _BEGINS.match(text)
    if begun is None:
        return text
    at = begun.end() if begun[0][0].isdigit() else 0
    return f"{text[:at]}\\{text[at:]}"


def _about(report: ReportAnswer) -> str:
    frozen = f", frozen on {report['frozen'][:10]}" if report["frozen"] else ""
    authors = f"{'; '.join(report['authors'])}. " if report["authors"] else ""
    licence = f" Licence: {report['licence']}." if report["licence"] else ""
    return f"{authors}Run {report['run']} of {report['made'][:10]}{frozen}.{licence}"


def word_document(report: ReportAnswer) -> bytes:
    """The report as DOCX: a heading for each section, a table of its items."""
    from docx import Document  # here: slow to import

    document = Document()
    document.core_properties.title = _plain(f"PRISMA-S: {report['name']}")[:255]
    document.core_properties.author = _plain("; ".join(report["authors"]))[:255]
    document.add_heading(_plain(f"PRISMA-S: {report['name']}"), 0)
    document.add_paragraph(_plain(_about(report)))
    for section, items in groupby(report["items"], key=lambda item: item["section"]):
        document.add_heading(section, 1)
        _table(document, list(items))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _table(document: DocxDocument, items: list[ReportItem]) -> None:
    from docx.shared import Pt

    table = document.add_table(rows=1, cols=3, style="Table Grid")
    for cell, title in zip(table.rows[0].cells, ("Item", "Name", "Reported"), strict=True):
        cell.paragraphs[0].add_run(title).bold = True
    for item in items:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = item["item"], item["title"]
        rows = [*item["filled"], *item["answer"].splitlines()] or [_OPEN]
        for at, row in enumerate(rows):
            paragraph = cells[2].paragraphs[0] if not at else cells[2].add_paragraph()
            run = paragraph.add_run(_plain(row))
            if item["item"] == _STRATEGY and at < len(item["filled"]):
                run.font.name, run.font.size = "Courier New", Pt(9)


def _plain(text: str) -> str:
    return _CONTROL.sub("", text)
