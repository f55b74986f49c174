"""Documents → BibTeX, RIS, CSL-JSON, CSV and our own JSON lines, piece by piece.

What a format has no field for goes where its readers pass over it: ``litatlas-…`` fields in BibTeX, ``N1``
notes in RIS,
``custom`` in CSL-JSON. Our readers take all of it back.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from ingest.document import Document
from ingest.errors import InputError
from ingest.readers import ris
from ingest.readers.parsing import bibscan, extras
from ingest.text.latex import segments


@dataclass(frozen=True, slots=True)
class Writer:
    """One export format: ``pieces`` turns documents into pieces of text that make the file."""

    name: str
    title: str
    media_type: str
    suffix: str
    pieces: Callable[[Iterable[Document]], Iterator[str]]


def write(documents: Iterable[Document], format: str) -> Iterator[str]:
    """The text of an export, piece by piece, without holding the documents.

    Raises:
        InputError: there is no such format.
    """
    writer = WRITERS.get(format.strip().lower())
    if writer is None:
        raise InputError(f"There is no export format {format[:60]!r}.", f"Formats: {', '.join(WRITERS)}.")
    return writer.pieces(documents)


def _jsonl(documents: Iterable[Document]) -> Iterator[str]:
    for document in documents:
        yield json.dumps(document.to_json(), ensure_ascii=False) + "\n"


# --- what a format cannot hold ------------------------------------------------------------------------------


def _rest(document: Document, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(field, text) of the fields among ``names`` that hold something."""
    for name in names:
        value = getattr(document, name)
        if value in ("", (), None):
            continue
        yield name, extras.joined(value) if isinstance(value, tuple) else str(value)


def _tag_line(document: Document) -> str:
    """Tags separated by ";"; one tag with a comma in it is closed by one, so that it stays one."""
    line = "; ".join(tag.replace(";", ",") for tag in document.tags)
    return f"{line};" if "," in line and ";" not in line else line


def _scheme(document: Document, scheme: str) -> list[str]:
    return [
        value.removeprefix(f"{scheme}:") for value in document.other_ids if value.startswith(f"{scheme}:")
    ]


# --- BibTeX -------------------------------------------------------------------------------------------------

_KINDS = {
    "article-journal": "article", "paper-conference": "inproceedings", "book": "book",
    "chapter": "incollection", "thesis": "phdthesis", "report": "techreport", "manuscript": "unpublished",
    "pamphlet": "booklet", "webpage": "online", "patent": "patent", "dataset": "dataset",
    "software": "software", "periodical": "periodical", "article": "misc",
}  # fmt: skip
_SPECIAL = re.compile(r"[&%#_$]")
_CAPITALS = re.compile(r"(?<![\w\\{$^&%#])\w*[A-Z]\w*[A-Z]\w*(?![\w}\\$^])", re.ASCII)
_GROUP = re.compile(
    r"\b(?:group|consortium|collaboration|team|committee|society|association|network|and|investigators)\b",
    re.I,
)
_BIBTEX_REST = (
    "open_access", "open_access_url", "citations", "collection", "notices", "orcids", "references",
)  # fmt: skip


def _bibtex(documents: Iterable[Document]) -> Iterator[str]:
    used: dict[str, int] = {}
    for document in documents:
        key = re.sub(r"[^\w:.+/-]+", "_", document.source_id, flags=re.ASCII).strip("_") or "paper"
        used[key] = used.get(key, 0) + 1
        if used[key] > 1:
            key = f"{key}-{used[key]}"
        kind = _KINDS.get(document.type, "misc")
        lines = [f"  {name} = {{{_ended(value)}}}" for name, value in _bibtex_fields(document, kind) if value]
        yield f"@{kind}{{{key},\n" + ",\n".join(lines) + "\n}\n\n"


def _ended(value: str) -> str:
    """A backslash at a value's end would escape the brace that closes it."""
    return value + " " if value.endswith("\\") else value


def _bibtex_fields(document: Document, kind: str) -> Iterator[tuple[str, str]]:
    yield "title", _tex(document.title, protect=True)
    yield "author", " and ".join(_tex_name(name) for name in document.authors)
    yield ("booktitle" if kind in ("inproceedings", "incollection") else "journal"), _tex(document.venue)
    date = document.date.split("-") if document.date[:4] == str(document.year) else []
    yield "year", "" if document.year is None else str(document.year)
    yield "month", date[1] if len(date) > 1 else ""
    yield "day", date[2] if len(date) > 2 else ""
    yield "volume", _tex(document.volume)
    yield "number", _tex(document.issue)
    yield "pages", _tex(document.pages.replace("-", "--"))
    yield "publisher", _tex(document.publisher)
    yield "doi", document.doi
    yield "url", document.url
    if document.arxiv_id:
        yield "eprint", document.arxiv_id
        yield "archiveprefix", "arXiv"
    yield "pmid", document.pmid
    yield "pmcid", ", ".join(_scheme(document, "pmcid"))
    yield "isbn", " ".join(_scheme(document, "isbn"))
    yield "issn", ", ".join(document.issn)
    yield "keywords", _tex(_tag_line(document))
    yield "langid", document.lang
    yield "license", document.licence
    yield "abstract", _tex(document.abstract)
    rest = [*_rest(document, _BIBTEX_REST)]
    other = tuple(value for value in document.other_ids if not value.startswith(("pmcid:", "isbn:")))
    rest += [("other_ids", extras.joined(document.other_ids))] if other else []
    rest += [("date", document.date)] if document.date and not date else []
    rest += [("type", document.type)] if document.type and bibscan.TYPES.get(kind) != document.type else []
    for name, value in rest:
        yield f"litatlas-{name.replace('_', '-')}", _tex(value)


def _tex(text: str, *, protect: bool = False) -> str:
    """Text with LaTeX's special characters escaped outside formulas, braces balanced."""
    pieces = []
    for formula, part in segments(text):
        if formula:
            pieces.append(f"${part}$" if _balanced(part) else f"${_escaped_braces(part)}$")
            continue
        part = _escaped_braces(_SPECIAL.sub(lambda m: "\\" + m[0], part))
        pieces.append(_CAPITALS.sub(lambda m: f"{{{m[0]}}}", part) if protect else part)
    return "".join(pieces)


def _balanced(text: str) -> bool:
    depth = 0
    for sign in re.sub(r"\\.", "", text):
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0


def _escaped_braces(text: str) -> str:
    return re.sub(r"(?<!\\)[{}]", lambda m: "\\" + m[0], text)


def _tex_name(name: str) -> str:
    pieces = [piece.strip() for piece in name.split(",")]
    if len(pieces) == 3:
        return _tex(f"{pieces[0]}, {pieces[2]}, {pieces[1]}")
    return f"{{{_tex(name)}}}" if len(pieces) > 3 or _GROUP.search(name) else _tex(name)


# --- RIS ----------------------------------------------------------------------------------------------------

_RIS_KINDS = {csl: kind for kind, csl in reversed(ris.TYPES.items())}
_RIS_REST = (
    "arxiv_id", "open_access", "open_access_url", "licence", "citations", "collection", "notices", "orcids",
    "references",
)  # fmt: skip


def _ris(documents: Iterable[Document]) -> Iterator[str]:
    for document in documents:
        lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in _ris_lines(document) if value]
        yield "\r\n".join([*lines, "ER  - ", "", ""])


def _ris_lines(document: Document) -> Iterator[tuple[str, str]]:
    kind = _RIS_KINDS.get(document.type, "GEN")
    yield "TY", kind
    yield "ID", document.source_id
    yield "TI", document.title
    for name in document.authors:
        yield "AU", name
    yield "PY", "" if document.year is None else str(document.year)
    parts = [*document.date.split("-"), "", ""][:3] if document.date else []
    yield "DA", "/".join(parts) + "/" if parts else ""
    yield "T2", document.venue
    yield "VL", document.volume
    yield "IS", document.issue
    yield "SP", document.pages
    yield "PB", document.publisher
    yield "DO", document.doi
    yield "UR", document.url
    for serial in (*document.issn[:1], *(_scheme(document, "isbn") if not document.issn else ())):
        yield "SN", serial
    for tag in document.tags:
        yield "KW", tag
    yield "LA", document.lang
    if document.pmid:
        yield "AN", document.pmid
        yield "DB", "PubMed"
    yield "AB", document.abstract
    rest = [*_rest(document, _RIS_REST)]
    rest += [("other_ids", extras.joined(document.other_ids))] if document.other_ids else []
    rest += [("issn", extras.joined(document.issn))] if len(document.issn) > 1 else []
    rest += [("type", document.type)] if document.type and ris.TYPES[kind] != document.type else []
    for name, value in rest:
        yield "N1", f"litatlas-{name.replace('_', '-')}: {value}"


# --- CSL-JSON -----------------------------------------------------------------------------------------------

_CSL_REST = (
    "arxiv_id", "open_access", "open_access_url", "licence", "citations", "collection", "notices", "orcids",
    "references", "other_ids",
)  # fmt: skip


def _csl(documents: Iterable[Document]) -> Iterator[str]:
    before = "[\n"
    for document in documents:
        yield before + json.dumps(csl_item(document), ensure_ascii=False)
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"


def csl_item(document: Document) -> dict[str, Any]:
    """One item of CSL-JSON 1.0.2, as citation processors take it."""
    item: dict[str, Any] = {
        "id": document.source_id,
        "type": document.type or "article",
        "title": document.title,
        "author": [_csl_name(name) for name in document.authors],
        "container-title": document.venue,
        "volume": document.volume,
        "issue": document.issue,
        "page": document.pages,
        "publisher": document.publisher,
        "DOI": document.doi,
        "PMID": document.pmid,
        "PMCID": next(iter(_scheme(document, "pmcid")), ""),
        "ISBN": " ".join(_scheme(document, "isbn")),
        "ISSN": ", ".join(document.issn),
        "URL": document.url,
        "language": document.lang,
        "keyword": _tag_line(document),
        "abstract": document.abstract,
    }
    date = (
        document.date
        if document.date[:4] == str(document.year)
        else ""
        if document.year is None
        else str(document.year)
    )
    if date:
        item["issued"] = {"date-parts": [[int(part) for part in date.split("-")]]}
    custom: dict[str, Any] = {
        name: list(value) if isinstance(value, tuple) else value
        for name in _CSL_REST
        if (value := getattr(document, name)) not in ("", (), None)
    }
    if not document.type:
        custom["type"] = ""
    if document.date and document.date != date:
        custom["date"] = document.date
    item["custom"] = custom
    return {key: value for key, value in item.items() if value not in ("", [], {})}


def _csl_name(name: str) -> dict[str, str]:
    family, comma, given = name.partition(", ")
    if not comma:
        return {"literal": name}
    given, _, suffix = given.partition(", ")
    return {"family": family, "given": given} | ({"suffix": suffix} if suffix else {})


# --- CSV ----------------------------------------------------------------------------------------------------

CSV_COLUMNS = ("id", *(field.name for field in fields(Document)[1:]))
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def _csv(documents: Iterable[Document]) -> Iterator[str]:
    yield _csv_line(CSV_COLUMNS)
    for document in documents:
        values = (document.source_id, *(getattr(document, name) for name in CSV_COLUMNS[1:]))
        yield _csv_line(
            tuple(_csv_cell(name, value) for name, value in zip(CSV_COLUMNS, values, strict=True))
        )


def _csv_cell(name: str, value: Any) -> str:
    """A cell as text; one that a spreadsheet would run as a formula begins with an apostrophe, which our
    reader removes."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        if name in ("authors", "tags"):
            value = "".join(f"{item.replace(';', ',')}; " for item in value).strip()
        else:
            value = extras.joined(value) + (
                extras.SEPARATOR.rstrip() if name == "references" and value else ""
            )
    text = str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def _csv_line(cells: tuple[str, ...]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()


WRITERS: dict[str, Writer] = {
    writer.name: writer
    for writer in (
        Writer("bibtex", "BibTeX", "application/x-bibtex; charset=utf-8", ".bib", _bibtex),
        Writer("ris", "RIS", "application/x-research-info-systems; charset=utf-8", ".ris", _ris),
        Writer("csl", "CSL-JSON", "application/vnd.citationstyles.csl+json", ".json", _csl),
        Writer("csv", "CSV", "text/csv; charset=utf-8", ".csv", _csv),
        Writer("jsonl", "JSON lines", "application/x-ndjson", ".jsonl", _jsonl),
    )
}
