"""Tables: CSV and TSV with headings in the usual spellings, Scopus's and Zotero's exports, and Excel
workbooks."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from ingest.document import FieldWarning, Parsed, Rejected
from ingest.errors import InputError
from ingest.readers.parsing import extras
from ingest.readers.parsing.reader import Lines, ReadOptions, make_document, shown
from ingest.text.author_lists import split_authors
from ingest.text.identifiers import normal_arxiv_id, normal_doi

MAX_CELL = 4 * 1024 * 1024
MAX_WORKBOOK = 256 * 1024 * 1024
MAX_ROW_LINES = 2_000
_DELIMITERS = (",", "\t", ";", "|")

_SPELLINGS = {
    "source_id": "id key uid ut eid identifier recordid accessionnumber itemkey citationkey bibtexkey "
        "sourceid paperid",
    "title": "title titles papertitle articletitle documenttitle ti primarytitle titel titre titulo название",
    "abstract": "abstract abstracts abstractnote abstracttext ab summary description zusammenfassung "
        "resume résumé resumen аннотация",
    "authors": "authors author authornames au creator creators autor autoren auteurs autores авторы",
    "full_names": "authorfullnames",
    "year": "year publicationyear pubyear py yearofpublication jahr annee année ano año год",
    "date": "date publicationdate pubdate published datepublished da coverdate",
    "venue": "journal venue sourcetitle publicationtitle source journaltitle journalbook booktitle "
        "conference conferencename publication containertitle so proceedingstitle publicationname",
    "volume": "volume vol vl", "issue": "issue number no is", "pages": "pages page pagerange pg",
    "start": "pagestart startpage firstpage bp", "end": "pageend endpage lastpage ep",
    "publisher": "publisher pb", "doi": "doi doilink digitalobjectidentifier di",
    "arxiv_id": "arxiv arxivid eprint", "pmid": "pmid pubmedid pubmed pm", "pmcid": "pmcid pmc",
    "isbn": "isbn", "issn": "issn issns sn", "url": "url link urls web uri",
    "tags": "keywords keyword tags authorkeywords manualtags kw de subjects subject categories topics mesh",
    "more_tags": "indexkeywords automatictags keywordsplus",
    "lang": "language lang languageoforiginaldocument la",
    "type": "type documenttype itemtype publicationtype dt", "references": "references citedreferences cr",
    "citations": "citedby citations timescited citationcount citedbycount",
    "open_access": "openaccess openaccessstatus", "open_access_url": "openaccessurl",
    "licence": "licence license", "notices": "notices", "orcids": "orcids", "other_ids": "otherids",
    "collection": "collection",
}  # fmt: skip
_FIELD_OF = {spelling: name for name, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_TYPES = {
    "journalarticle": "article-journal", "article": "article-journal", "review": "article-journal",
    "conferencepaper": "paper-conference", "conferenceproceedings": "paper-conference",
    "proceedingspaper": "paper-conference", "book": "book", "bookchapter": "chapter",
    "booksection": "chapter", "thesis": "thesis", "dissertation": "thesis", "report": "report",
    "preprint": "article", "dataset": "dataset", "webpage": "webpage", "patent": "patent",
    "letter": "article-journal", "note": "article-journal", "editorial": "article-journal",
    "retracted": "article-journal", "erratum": "article-journal", "shortsurvey": "article-journal",
    "manuscript": "manuscript", "computerprogram": "software",
}  # fmt: skip
_FIELDS = (
    "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "publisher", "doi",
    "arxiv_id", "pmid", "other_ids", "url", "tags", "lang", "type", "references", "issn", "open_access",
    "citations", "licence", "notices", "orcids", "collection",
)  # fmt: skip
_QUOTED_FORMULA = re.compile(r"'+[=+\-@\t\r]")

Row = dict[str, str]


def check_mapping(mapping: Mapping[str, str]) -> None:
    """Refuse fields that no table fills.

    Raises:
        InputError: it names them.
    """
    if odd := [name for name in mapping if name not in _SPELLINGS and name != "id"]:
        raise InputError(
            f"There is no field {odd[0][:40]!r} to map a column to.",
            f"Fields: id, {', '.join(name for name in _SPELLINGS if name != 'source_id')}.",
        )


class TableReader:
    """Reads delimited text with a line of headings; ``telling`` headings make it a named export."""

    fields = _FIELDS

    def __init__(
        self, name: str, title: str, suffixes: tuple[str, ...], telling: frozenset[str] = frozenset()
    ) -> None:
        self.name, self.title, self.suffixes, self._telling = name, title, suffixes, telling

    def sniff(self, head: bytes, name: str) -> float:
        """By its headings; a suffix alone is enough to say what is missing."""
        cells = _first_cells(head)
        if self._telling:
            return 0.9 if self._telling <= {_plain(cell) for cell in cells} else 0.0
        known = {field for cell in cells if (field := _FIELD_OF.get(_plain(cell)))}
        if known & {"title", "abstract"} and (
            len(known) >= 2 or (len(cells) == 1 and name.endswith(self.suffixes))
        ):
            return 0.8
        return 0.5 if name.endswith(self.suffixes) and cells else 0.0

    def read(self, stream: BinaryIO, options: ReadOptions) -> Iterator[Parsed]:
        """One document a row."""
        yield from _documents(rows(stream), options)


class WorkbookReader:
    """Reads the first sheet of an .xlsx workbook that has a title or an abstract column."""

    name = "xlsx"
    title = "Excel workbook"
    suffixes = (".xlsx", ".xlsm")
    fields = _FIELDS

    def sniff(self, head: bytes, _name: str) -> float:
        """By the names of its parts, which are a zip archive's."""
        return 0.95 if head.startswith(b"PK") and (b"xl/" in head or b"[Content_Types].xml" in head) else 0.0

    def read(self, stream: BinaryIO, options: ReadOptions) -> Iterator[Parsed]:
        """One document a row."""
        data = stream.read(MAX_WORKBOOK + 1)
        try:
            sizes = sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(data)).infolist())
        except Exception as error:  # zipfile raises whatever the bytes make it raise
            yield Rejected(0, "file", "", f"is a damaged workbook ({error})")
            return
        if (
            len(data) > MAX_WORKBOOK
            or sizes > 4 * MAX_WORKBOOK
            or sizes > 200 * len(data) + MAX_WORKBOOK // 4
        ):
            yield Rejected(0, "file", "", "is a workbook that unfolds to too much; save it as .csv")
            return
        yield from _workbook(data, options)


def _workbook(data: bytes, options: ReadOptions) -> Iterator[Parsed]:
    import openpyxl  # 0.2 s: only who reads a workbook pays for it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            sheets = book.worksheets
            sheet = next(
                (s for s in sheets if _known(_head_row(s), options.mapping)), sheets[0] if sheets else None
            )
            if sheet is None:
                yield Rejected(0, "file", "", "is a workbook without sheets")
                return
            yield from _documents(_sheet_rows(sheet), options)
        except Exception as error:  # openpyxl raises whatever the XML inside makes it raise
            yield Rejected(
                0, "file", "", f"is a damaged workbook ({type(error).__name__}: {shown(str(error))})"
            )


def _head_row(sheet: Any) -> list[str]:
    return [_cell(value) for value in next(sheet.iter_rows(max_row=1, max_col=500, values_only=True), ())]


def _sheet_rows(sheet: Any) -> Iterator[tuple[int, Row | Parsed]]:
    headings: list[str] = []
    for number, values in enumerate(sheet.iter_rows(max_col=500, values_only=True), 1):
        cells = [_cell(value) for value in values]
        if not any(cells):
            continue
        if not headings:
            headings = cells
        else:
            yield number, dict(zip(headings, cells, strict=False))


def _cell(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if hasattr(value, "isoformat"):
        return str(value.isoformat())[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:MAX_CELL].replace("_x000D_", "")


def _first_cells(head: bytes) -> list[str]:
    text = head.decode("utf-8", "replace").lstrip("\ufeff")
    lines = [
        line for line in text[:20_000].splitlines() if line.strip() and not line.lower().startswith("sep=")
    ]
    if not lines or "<" in lines[0][:1] or "{" in lines[0][:1]:
        return []
    return _cells(lines[0], _delimiter(lines[0]))


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


def _plain(heading: str) -> str:
    return re.sub(r"[\W_]+", "", heading).lower()


def rows(stream: BinaryIO) -> Iterator[tuple[int, Row | Parsed]]:
    """The rows of a delimited text as dictionaries by heading, with the line that each begins at.

    A quote that is never closed costs its own row, not the rows after it.
    """
    source = _Source(Lines(stream))
    first = source.take_heading()
    if first is None:
        return
    delimiter = _delimiter(first)
    csv.field_size_limit(MAX_CELL)
    headings = [cell.strip().strip("\ufeff") for cell in _cells(first, delimiter)]
    while True:
        source.begin()
        try:
            cells = next(csv.reader(source, delimiter=delimiter), None)
        except csv.Error:
            cells = []
        yield from ((source.first, fault) for fault in source.lines.take_faults())
        if cells is None:
            return
        # In a wide table a line of text with just as many delimiters is no chance.
        odd = len(cells) != len(headings) or len(headings) >= 6
        if source.unclosed() or (odd and source.swallowed(len(headings), delimiter)):
            line, text = source.first, source.give_back()
            cells = _cells(text + '"' * (text.count('"') % 2), delimiter)
            reason = "a quote is not closed; read to the end of its line"
            yield line, FieldWarning(line, "row", shown(" ".join(cells)), reason)
        if any(cell.strip() for cell in cells):
            yield source.first, dict(zip(headings, cells, strict=False))


def _cells(line: str, delimiter: str) -> list[str]:
    """The cells of one line; none where the line makes no sense."""
    try:
        return next(csv.reader([line.replace("\r", " ")], delimiter=delimiter), [])
    except csv.Error:
        return []


class _Source:
    """Lines for the csv module, which can be given back when a row swallowed too many."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self._iterator = iter(lines)
        self._back: list[tuple[int, str]] = []
        self._taken: list[tuple[int, str]] = []
        self.first = 1

    def take_heading(self) -> str | None:
        """The first line that is no blank and no ``sep=`` hint; headings may be quoted over lines only
        once."""
        for number, text in self._iterator:
            if text.strip() and not text.lower().startswith("sep="):
                while text.count('"') % 2 and (more := next(self._iterator, None)):
                    text = f"{text}\n{more[1]}"
                    if len(text) > 100_000:
                        break
                self.first = number
                return text.lstrip("\ufeff")
        return None

    def begin(self) -> None:
        """A new row begins."""
        self._taken = []

    def __iter__(self) -> _Source:
        return self

    def __next__(self) -> str:
        item = self._back.pop() if self._back else next(self._iterator, None)
        if item is None or len(self._taken) > MAX_ROW_LINES:
            raise StopIteration
        if not self._taken:
            self.first = item[0]
        self._taken.append(item)
        return item[1].replace("\r", " ") + "\n"

    def unclosed(self) -> bool:
        """Whether the row took several lines because of a quote that is never closed."""
        if not self._taken:
            return False
        odd = sum(text.count('"') for _, text in self._taken) % 2 == 1
        return odd or len(self._taken) > MAX_ROW_LINES

    def swallowed(self, width: int, delimiter: str) -> bool:
        """Whether one of the row's further lines is a whole row by itself."""
        return any(len(_cells(text, delimiter)) == width for _, text in self._taken[1:])

    def give_back(self) -> str:
        """Keep the row's first line; the others are read again."""
        self._back.extend(reversed(self._taken[1:]))
        first = self._taken[0][1]
        self._taken = []
        return first


def _known(headings: Iterable[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Heading → our field, by the mapping first, then by the usual spellings; a field takes its first
    heading."""
    mapping = {"source_id" if name == "id" else name: column for name, column in mapping.items()}
    wanted = {column.strip().lower(): name for name, column in mapping.items()}
    found: dict[str, str] = {}
    for heading in headings:
        name = wanted.get(heading.strip().lower())
        if name:
            found = {other: taken for other, taken in found.items() if taken != name}
            found[heading] = name
        else:
            name = _FIELD_OF.get(_plain(heading))
            if name and name not in found.values() and name not in mapping:
                found[heading] = name
    return found if set(found.values()) & {"title", "abstract"} else {}


def _documents(found: Iterator[tuple[int, Row | Parsed]], options: ReadOptions) -> Iterator[Parsed]:
    known: dict[str, str] | None = None
    for line, row in found:
        if not isinstance(row, dict):
            yield row
            continue
        if known is None:
            known = _known(row, options.mapping)
            if options.on_columns:
                options.on_columns(list(row), known)
            headings = {heading.strip().lower() for heading in row}
            for column in options.mapping.values():
                if column.strip().lower() not in headings:
                    yield FieldWarning(1, "header", shown(column), "is no column of this table")
            if not known:
                reason = "no column is a title or an abstract; say which one is with --map title=COLUMN"
                yield Rejected(1, "header", shown(", ".join(row)), reason)
                return
        raw = {
            name: _unquoted(row[heading])
            for heading, name in known.items()
            if (row.get(heading) or "").strip()
        }
        yield from make_document(line, _values(raw))
    if known is None:
        yield Rejected(1, "header", "", "the table has no rows below its headings")


def _unquoted(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from running it (see `ingest.writers`)."""
    return cell[1:] if _QUOTED_FORMULA.match(cell) else cell


def _values(row: Row) -> dict[str, Any]:
    raw: dict[str, Any] = dict(row)
    raw["authors"] = _authors(row.get("full_names") or row.get("authors", ""))
    for name in ("references", "other_ids", "notices", "orcids"):
        if row.get(name):
            raw[name] = (
                extras.split(row[name]) if "|" in row[name] else [v.strip() for v in row[name].split("; ")]
            )
    if "|" not in row.get("references", ""):  # Scopus's citations, not the identifiers that we write
        raw["references"] = [f"doi:{doi}" if (doi := normal_doi(v)) else v for v in raw.get("references", ())]
    tags = ";".join(filter(None, (row.get("tags", ""), row.get("more_tags", ""))))
    raw["tags"] = re.split(r"[;|]" if re.search(r"[;|]", tags) else r",", tags)
    start, end = row.get("start", ""), row.get("end", "")
    raw.setdefault("pages", f"{start}-{end}" if start and end else start)
    kind = row.get("type", "")
    raw["type"] = kind if kind == "article" else _TYPES.get(_plain(kind), kind or "article")
    if "retracted" in row.get("type", "").lower():
        raw["notices"] = ["retracted"]
    raw["issn"] = re.findall(r"\d{4}-?\d{3}[\dXx]", row.get("issn", ""))
    raw["other_ids"] = [*raw.get("other_ids", ())]
    raw["other_ids"] += [f"isbn:{isbn}" for isbn in re.split(r"[;,\s]+", row.get("isbn", "")) if isbn]
    raw["other_ids"] += [f"pmcid:{row['pmcid']}"] if row.get("pmcid") else []
    if "arxiv" in row.get("url", "").lower() and not row.get("arxiv_id"):
        raw["arxiv_id"] = normal_arxiv_id(row["url"])
    if "open_access" in row:
        raw["open_access"] = _open_access(row["open_access"])
    return raw


def _open_access(text: str) -> str:
    lower = text.lower()
    return next((kind for kind in ("gold", "hybrid", "bronze", "green", "closed") if kind in lower), "")


def _authors(text: str) -> list[str]:
    text = re.sub(r"\s*\(\d{5,}\)", "", text)  # Scopus's author numbers
    if ";" in text:
        return [name.strip() for name in text.split(";")]
    if re.fullmatch(r"(?:[\w'’. -]+ (?:[A-Z]\.-?)+(?:, |\Z))+", text):
        return text.split(", ")  # "Smith J., Doe A.B."
    return split_authors(text)


CSV = TableReader("csv", "CSV or TSV with headings", (".csv", ".tsv", ".tab"))
SCOPUS = TableReader("scopus", "Scopus CSV", (".csv",), frozenset(("sourcetitle", "eid")))
ZOTERO = TableReader("zotero", "Zotero CSV", (".csv",), frozenset(("itemtype", "publicationtitle", "key")))
