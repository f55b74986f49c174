"""Every format that litatlas reads, found by content."""

from __future__ import annotations

import io
import re
from operator import itemgetter
from typing import BinaryIO, cast

from ingest.errors import InputError
from ingest.readers import table
from ingest.readers.acl import AclReader
from ingest.readers.arxiv import ArxivAtomReader, ArxivReader
from ingest.readers.bibtex import BibtexReader
from ingest.readers.crossref import CrossrefReader
from ingest.readers.csljson import CslJsonReader
from ingest.readers.endnote import EndNoteReader
from ingest.readers.enw import EnwReader
from ingest.readers.headed import HeadedReader
from ingest.readers.jats import JatsReader
from ingest.readers.jsonl import JsonLinesReader
from ingest.readers.nbib import NbibReader
from ingest.readers.numbered import NumberedReader
from ingest.readers.oaipmh import OaiReader
from ingest.readers.openalex import OpenAlexReader
from ingest.readers.ovid import OvidReader
from ingest.readers.parsing import unread
from ingest.readers.parsing.encodings import Utf8Stream
from ingest.readers.parsing.reader import Reader
from ingest.readers.pdf.reader import PdfReader
from ingest.readers.plaintext import PlainTextReader
from ingest.readers.pubmed import PubmedReader
from ingest.readers.pubmedtext import PubmedTextReader
from ingest.readers.refworks import RefWorksReader
from ingest.readers.ris import RisReader
from ingest.readers.scopustext import IeeeTextReader, ScopusTextReader
from ingest.readers.semanticscholar import SemanticScholarReader
from ingest.readers.wos import WosReader, WosTabReader

READERS: tuple[Reader, ...] = (
    PubmedReader(),
    NbibReader(),
    JatsReader(),
    ArxivReader(),
    ArxivAtomReader(),
    OaiReader(),
    AclReader(),
    OpenAlexReader(),
    CrossrefReader(),
    SemanticScholarReader(),
    BibtexReader(),
    RisReader(),
    RefWorksReader(),
    OvidReader(),
    HeadedReader(),
    NumberedReader(),
    PubmedTextReader(),
    ScopusTextReader(),
    IeeeTextReader(),
    EndNoteReader(),
    EnwReader(),
    CslJsonReader(),
    WosReader(),
    WosTabReader(),
    table.SCOPUS,
    table.ZOTERO,
    table.CSV,
    table.WorkbookReader(),
    JsonLinesReader(),
    PdfReader(),
    PlainTextReader(),
)
ENOUGH = 0.2
"""A reader less sure than this is not asked."""
CERTAIN = 0.95
"""A reader as sure as this knows more of a file than the name of its first element says."""


def reader_named(name: str) -> Reader:
    """The reader of a format's name.

    Raises:
        InputError: there is no such format.
    """
    for reader in READERS:
        if reader.name == name.strip().lower():
            return reader
    raise InputError(f"There is no format {name[:60]!r}.", _hint())


def refuse(head: bytes, name: str) -> None:
    """Refuse what is no text by its first bytes.

    Raises:
        InputError: it is empty, or of a kind that is known and not read.
    """
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise InputError(f"{name} is empty.", "Check that it was saved or downloaded completely.")
    _raise(unread.refused_bytes(head), name)


def sniff(head: bytes, name: str) -> Reader:
    """The reader that is surest of a file's first bytes; the name only helps.

    Raises:
        InputError: the file is empty, binary, or of no format that is known.
    """
    refuse(head, name)
    if not head.startswith((b"PK", unread.OLD_OFFICE)):
        head = Utf8Stream(cast(BinaryIO, io.BytesIO(head))).head()
    guesses = ((reader.sniff(head, name.lower()), reader) for reader in READERS)
    certainty, best = max(guesses, key=itemgetter(0))
    if certainty < CERTAIN:
        _raise(unread.refused_markup(head), name)
    if certainty >= ENOUGH:
        if best.name == "text":  # the last guess, not a net for everything
            _raise(unread.refused_text(head, name), name)
        return best
    if is_binary(head):
        raise InputError(f"{name} is a binary file in a format that litatlas does not know.", _hint())
    _raise(unread.refused_text(head, name), name)
    raise InputError(f"{name} is in a format that litatlas does not know.", _hint())


def _raise(refusal: unread.Refusal | None, name: str) -> None:
    if refusal:
        raise InputError(f"{name} {refusal.what}, which litatlas does not read.", refusal.hint)


def is_binary(head: bytes) -> bool:
    """Whether UTF-8 is no text, but full of control characters."""
    sample = head[:8192]
    return len(re.findall(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", sample)) > len(sample) // 200


def _hint() -> str:
    names = ", ".join(reader.name for reader in READERS)
    return f"Formats: {names} (see `litatlas formats`); --format names one."
