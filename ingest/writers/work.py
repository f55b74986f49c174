"""One paper on its way out, and what several formats say of it in the same way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.citation_keys import citation_key
from ingest.document import Document
from ingest.readers.parsing import extras
from ingest.values.author_names import Name, parse_names

CSL_TYPES = frozenset(
    [
        "article",
        "article-journal",
        "article-magazine",
        "article-newspaper",
        "bill",
        "book",
        "broadcast",
        "chapter",
        "classic",
        "collection",
        "dataset",
        "document",
        "entry",
        "entry-dictionary",
        "entry-encyclopedia",
        "event",
        "figure",
        "graphic",
        "hearing",
        "interview",
        "legal_case",
        "legislation",
        "manuscript",
        "map",
        "motion_picture",
        "musical_score",
        "pamphlet",
        "paper-conference",
        "patent",
        "performance",
        "periodical",
        "personal_communication",
        "post",
        "post-weblog",
        "regulation",
        "report",
        "review",
        "review-book",
        "software",
        "song",
        "speech",
        "standard",
        "thesis",
        "treaty",
        "webpage",
    ]
)
"""The types of CSL 1.0.2, which are those of `Document.type`."""
_PREPRINTS = re.compile(
    r"10\.(?:48550/|1101/\d|21203/rs|26434/|2139/ssrn|31234/|31219/|31235/|20944/|36227/)"
)
_SERVERS = re.compile(
    r"arxiv|[a-z]{2,5}rxiv|research square|preprints?\b|ssrn|zenodo|osf|corr\b|authorea|peerj prepr|hal\b",
    re.IGNORECASE,
)
_MEETINGS = re.compile(
    r"\b(?:proceedings? of (?!the (?:national academy|royal society|ieee\b|london))|proc\. |conference|"
    r"workshop|symposium|congress|tagung|konferenz|conférence|congreso)\b",
    re.IGNORECASE,
)
_PAGE = re.compile(r"[^\s,;\d-]*\d[^\s,;-]*")


@dataclass(frozen=True, slots=True)
class Work:
    """A paper as it is exported.

    ``document`` has all that any of the paper's records knows. ``key`` is its citation key, made
    of the record where it is ""; ``collections`` are named where they are asked for; ``notes`` are of people
    and other tools, in RIS.
    """

    document: Document
    key: str = ""
    collections: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def wanted_key(self) -> str:
        """The citation key before it is made unique in an export."""
        return self.key or citation_key(self.document)


def kind_of(document: Document) -> str:
    """The CSL type; an article of which its source does not say where it appeared is told by its fields."""
    kind = document.type
    if kind and kind != "article":
        return kind if kind in CSL_TYPES else "document"
    if is_preprint(document):
        return "article"
    if document.venue and not _SERVERS.search(document.venue):
        return "paper-conference" if _MEETINGS.search(document.venue) else "article-journal"
    if any(id_.startswith("isbn:") for id_ in document.other_ids):
        return "book"
    if document.doi or document.pmid or document.issn or document.volume:
        return "article-journal"
    return "article"


def is_preprint(document: Document) -> bool:
    """Whether a record is of a preprint alone: at a server, and without a journal."""
    server = bool(_PREPRINTS.match(document.doi)) or bool(_SERVERS.search(document.venue))
    return server or bool(document.arxiv_id and not document.venue and not document.doi)


def authors_of(document: Document) -> list[Name]:
    """The authors in parts; none where only editors are known, who are listed as authors for the search."""
    if document.authors == document.editors:
        return []
    return parse_names(document.authors, document.group_authors)


def editors_of(document: Document) -> list[Name]:
    """The editors in parts."""
    return parse_names(document.editors, document.group_authors)


def date_parts(document: Document) -> list[int]:
    """Year, month and day as far as they are known; a date of another year than the paper's says nothing."""
    if document.date and (document.year is None or document.date[:4] == str(document.year)):
        return [int(part) for part in document.date.split("-")]
    return [] if document.year is None else [document.year]


def page_range(document: Document) -> tuple[str, str]:
    """First and last page; an article number or a list of pages is a first page alone.

    A last page is whole, where PubMed gives its end: "1123-33" is 1123 to 1133.
    """
    first, _, last = document.pages.partition("-")
    if first.isdecimal() and last.isdecimal() and len(last) < len(first):
        whole = first[: len(first) - len(last)] + last
        last = whole if int(whole) > int(first) else last
    return (first, last) if _PAGE.fullmatch(first) and _PAGE.fullmatch(last) else (document.pages, "")


def numbers_of(document: Document, scheme: str) -> list[str]:
    """The document's identifiers of a scheme, such as "isbn" or "pmcid"."""
    return [i.removeprefix(f"{scheme}:") for i in document.other_ids if i.startswith(f"{scheme}:")]


def tag_line(document: Document) -> str:
    """Tags separated by ";"; one tag with a comma in it is closed by one, so that it stays one."""
    line = "; ".join(tag.replace(";", ",") for tag in document.tags)
    return f"{line};" if "," in line and ";" not in line else line


def remaining(document: Document, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(field, text) of the fields among ``names`` that hold something."""
    for name in names:
        value = getattr(document, name)
        if value not in ("", (), None):
            yield name, extras.joined(value) if isinstance(value, tuple) else str(value)


def in_one_line(text: str) -> str:
    """Text without line breaks and control characters, which would end a field of a format of lines."""
    return " ".join(_CONTROLS.sub(" ", text).split())


_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
