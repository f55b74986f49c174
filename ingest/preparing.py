"""What is worked out of records before the library sees them; runs in the processes of an ``add``.

Parsing of those formats that are only cut in the main process, bounds, ids and fingerprints, language, forms,
keys. What goes back is what is stored: strings and numbers, cheap to hand from one process to another.
"""

from __future__ import annotations

import marshal
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any, NamedTuple

from ingest.document import Document, FieldWarning, Rejected
from ingest.duplicates.signatures import band_keys, citation_keys, exact_keys, scheme_bits, text_key
from ingest.input_files import Piece, parse_piece
from ingest.library.collections import REJECT, WARNING, RejectRow
from ingest.library.records import Record, storable
from ingest.text.analysis import analyzer
from ingest.text.boilerplate import without_headings
from ingest.text.language_detection import detect, plainly_english

_LONGEST_VALUE = 500
_BOUNDS = {
    "title": 4_000, "abstract": 200_000, "venue": 2_000, "url": 4_000, "source_id": 500,
    "authors": 50_000, "tags": 50_000, "references": 50_000, "other_ids": 50_000, "orcids": 50_000,
}  # fmt: skip
"""Characters of a text, entries of a list."""
_bounded_of = attrgetter(*_BOUNDS)


class Prepared(NamedTuple):
    """What is stored beside a document."""

    title_forms: str
    abstract_forms: str
    exact: list[tuple[int, str]]
    bands: list[int]
    schemes: int
    cited: list[int]


class Taken(NamedTuple):
    """A record as it goes into the library, and the file that it is from."""

    record: Record
    prepared: Prepared
    source: str


@dataclass(slots=True)
class Batch:
    """Records on their way into the library: in order, with what was rejected between them."""

    records: list[Taken] = field(default_factory=list)
    faults: list[RejectRow] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)  # in the order in which they begin

    def __reduce__(self) -> tuple[Any, ...]:
        """Handed to another process as plain values by `marshal`, which is read faster than `pickle`."""
        plain = [(*taken.record, *taken.prepared, taken.source) for taken in self.records]
        return _handed_over, (marshal.dumps(plain), self.faults, self.sources)


_IN_RECORD = len(Record._fields)


def _handed_over(plain: bytes, faults: list[RejectRow], sources: list[str]) -> Batch:
    """A batch from what its `__reduce__` gave."""
    records = [
        Taken(Record._make(values[:_IN_RECORD]), Prepared._make(values[_IN_RECORD:-1]), values[-1])
        for values in marshal.loads(plain)  # noqa: S302 (from a process of this one's own)
    ]
    return Batch(records, faults, sources)


def prepare(collection_key: str, pieces: Sequence[Piece]) -> Batch:
    """Parse what is not parsed yet, and work out all that is stored."""
    batch = Batch(sources=list(dict.fromkeys(source for source, _ in pieces)))
    pairs: list[tuple[str, Document]] = []
    for source, piece in pieces:
        for parsed in parse_piece(piece):
            if isinstance(parsed, Document):
                document, faults = _bounded(parsed, source)
                batch.faults += faults
                pairs.append((source, document))
            else:
                batch.faults.append(_fault(parsed, source))
    together = prepared(collection_key, [document for _, document in pairs])
    batch.records = [Taken(*pair, source) for pair, (source, _) in zip(together, pairs, strict=True)]
    return batch


def prepared(collection_key: str, documents: Sequence[Document]) -> list[tuple[Record, Prepared]]:
    """What is stored of these documents."""
    joined = analyzer().joined
    forms = [(joined(document.title), joined(without_headings(document.abstract))) for document in documents]
    bands = band_keys(forms)
    return [
        (
            Record.make(collection_key, document, _language(document, title, abstract)),
            Prepared(
                title, abstract, exact_keys(document), keys, scheme_bits(document), citation_keys(document)
            ),
        )
        for document, (title, abstract), keys in zip(documents, forms, bands, strict=True)
    ]


def _language(document: Document, title: str, abstract: str) -> str:
    """The language of the text that is stored: PubMed names the article's, whose abstract is in English."""
    forms = f"{title} {abstract[:500]}".split()
    if document.lang and not (document.lang != "en" and plainly_english(forms)):
        return document.lang
    return detect(f"{document.title} {document.abstract[:400]}", forms)


def _fault(parsed: FieldWarning | Rejected, source: str) -> RejectRow:
    kind = REJECT if isinstance(parsed, Rejected) else WARNING
    source, name, value, reason = (
        storable(text[:_LONGEST_VALUE]) for text in (source, parsed.field, parsed.value, parsed.reason)
    )
    return RejectRow(kind, source, parsed.line, name, value, reason)


def _bounded(document: Document, source: str) -> tuple[Document, list[RejectRow]]:
    """Cut fields of absurd size, and give a record without an id one that follows from its content."""
    faults = []
    changed: dict[str, object] = {}
    for name, most, value in zip(_BOUNDS, _BOUNDS.values(), _bounded_of(document), strict=True):
        if len(value) > most:
            changed[name] = value[:most]
            is_text = isinstance(value, str)
            length = f"longer than {most:,} characters" if is_text else f"more than {most:,} entries"
            shown = (value if is_text else str(value[:2]))[:80]
            faults.append(
                RejectRow(WARNING, source, 0, name, storable(shown), f"{length}; the rest was dropped")
            )
    if not document.source_id:
        text = "\x00".join((document.title, document.abstract, *document.authors, str(document.year)))
        changed["source_id"] = f"x{text_key(text) & (1 << 64) - 1:016x}"
    return (replace(document, **changed) if changed else document), faults  # type: ignore[arg-type]
