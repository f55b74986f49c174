"""BibTeX that BibTeX, BibLaTeX and reference managers read.

What BibTeX has no field for goes into ``litatlas-…`` fields, which every program passes over and our reader
takes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ingest.citation_keys import UniqueKeys
from ingest.document import Document
from ingest.readers.parsing import bibscan, extras
from ingest.values.author_names import Name
from ingest.writers import babel
from ingest.writers.latex import latex, latex_title, verbatim
from ingest.writers.work import (
    Work,
    authors_of,
    date_parts,
    editors_of,
    in_one_line,
    kind_of,
    numbers_of,
    page_range,
    remaining,
    tag_line,
)

_KINDS = {
    "article-journal": "article", "article-magazine": "article", "article-newspaper": "article",
    "review": "article", "review-book": "article", "paper-conference": "inproceedings", "book": "book",
    "collection": "book", "chapter": "incollection", "entry-encyclopedia": "incollection",
    "entry-dictionary": "incollection", "thesis": "phdthesis", "report": "techreport",
    "manuscript": "unpublished", "pamphlet": "booklet", "webpage": "online", "patent": "patent",
    "dataset": "dataset", "software": "software", "periodical": "periodical",
}  # fmt: skip
_CONTAINERS = {
    "inproceedings": "booktitle", "incollection": "booktitle", "misc": "howpublished",
    "online": "howpublished", "unpublished": "howpublished", "book": "series", "techreport": "series",
}  # fmt: skip
_HOUSES = {"phdthesis": "school", "techreport": "institution", "online": "organization"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_REST = ("open_access", "open_access_url", "citations", "orcids", "references", "publication_types")


def pieces(works: Iterable[Work]) -> Iterator[str]:
    """One entry a paper."""
    keys = UniqueKeys()
    for work in works:
        kind = _KINDS.get(kind_of(work.document), "misc")
        values = [f"  {name} = {value}" for name, value in _values(work, kind)]
        yield f"@{kind}{{{keys.give(work.wanted_key)},\n" + ",\n".join(values) + "\n}\n\n"


def _values(work: Work, kind: str) -> Iterator[tuple[str, str]]:
    """(name, value with its braces) of the fields that hold something."""
    document = work.document
    for name, value in _fields(document, kind):
        if value := in_one_line(value):
            yield name, value if name == "month" else f"{{{value}}}"
    for name, value in _rest(work, kind):
        yield f"litatlas-{name.replace('_', '-')}", f"{{{in_one_line(latex(value))}}}"


def _fields(document: Document, kind: str) -> Iterator[tuple[str, str]]:
    yield "title", latex_title(document.title, document.lang)
    yield "author", " and ".join(map(_name, authors_of(document)))
    yield "editor", " and ".join(map(_name, editors_of(document)))
    container = _CONTAINERS.get(kind, "journal")
    yield container, latex(document.venue)
    if container != "series" or not document.venue:
        yield "series", latex(document.series)
    date = date_parts(document)
    yield "year", str(date[0]) if date else ""
    yield "month", _MONTHS[date[1] - 1] if len(date) > 1 else ""
    yield "day", str(date[2]) if len(date) > 2 else ""
    yield "volume", latex(document.volume)
    yield "number", latex(document.issue)
    yield "pages", "--".join(filter(None, map(latex, page_range(document))))
    yield _HOUSES.get(kind, "publisher"), latex(document.publisher)
    yield "doi", verbatim(document.doi)
    yield "url", verbatim(document.url)
    if document.arxiv_id:
        yield "eprint", verbatim(document.arxiv_id)
        yield "archiveprefix", "arXiv"
    yield "pmid", verbatim(document.pmid)
    yield "pmcid", ", ".join(map(verbatim, numbers_of(document, "pmcid")))
    yield "isbn", " ".join(map(verbatim, numbers_of(document, "isbn")))
    yield "issn", ", ".join(map(verbatim, document.issn))
    yield "keywords", latex(tag_line(document))
    yield (
        ("langid" if document.lang in babel.NAMES else "language"),
        babel.NAMES.get(document.lang, latex(document.lang)),
    )
    yield "license", latex(document.licence)
    yield "note", latex("; ".join(document.notices).capitalize())
    yield "abstract", latex(document.abstract)


def _rest(work: Work, kind: str) -> Iterator[tuple[str, str]]:
    """What BibTeX has no field for."""
    document = work.document
    yield from remaining(document, _REST)
    if any(not id_.startswith(("pmcid:", "isbn:")) for id_ in document.other_ids):
        yield "other_ids", extras.joined(document.other_ids)
    if len(document.notices) > 1 or (document.notices and not document.retracted):
        yield "notices", extras.joined(document.notices)
    if document.date and document.date != "-".join(f"{part:02}" for part in date_parts(document)):
        yield "date", document.date
    if document.type not in ("", "article", bibscan.TYPES.get(kind)):
        yield "type", document.type
    if work.collections:
        yield "collection", extras.joined(work.collections)


def _name(name: Name) -> str:
    """A name with its family first; a group in braces, so that no style takes it apart."""
    if name.literal or "," in name.whole_family or " and " in name.inverted:
        return f"{{{latex(name.inverted)}}}"
    parts = (name.whole_family, name.suffix, name.given) if name.suffix else (name.whole_family, name.given)
    return latex(", ".join(filter(None, parts)))
