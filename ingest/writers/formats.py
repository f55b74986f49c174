"""The formats that papers are exported in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from ingest.errors import InputError
from ingest.writers import bibtex, csl, jsonl, ris, table
from ingest.writers.work import Work


@dataclass(frozen=True, slots=True)
class Writer:
    """One export format: ``pieces`` turns papers into pieces of text that make the file."""

    name: str
    title: str
    media_type: str
    suffix: str
    pieces: Callable[[Iterable[Work]], Iterator[str]]
    names_collections: bool = False
    """Whether it names each paper's collections only where that is asked for."""


WRITERS: dict[str, Writer] = {
    writer.name: writer
    for writer in (
        Writer("bibtex", "BibTeX", "application/x-bibtex; charset=utf-8", ".bib", bibtex.pieces, True),
        Writer("ris", "RIS", "application/x-research-info-systems; charset=utf-8", ".ris", ris.pieces, True),
        Writer("csl", "CSL-JSON", "application/vnd.citationstyles.csl+json", ".json", csl.pieces, True),
        Writer("csv", "CSV", "text/csv; charset=utf-8", ".csv", table.pieces),
        Writer("jsonl", "JSON lines", "application/x-ndjson", ".jsonl", jsonl.pieces),
    )
}


def writer_named(name: str) -> Writer:
    """The writer of a format's name.

    Raises:
        InputError: there is no such format.
    """
    writer = WRITERS.get(name.strip().lower())
    if writer is None:
        raise InputError(f"There is no export format {name[:40]!r}.", f"Known formats: {', '.join(WRITERS)}.")
    return writer


def write(works: Iterable[Work], format: str, *, collections: bool = False) -> Iterator[str]:
    """The text of an export, piece by piece, without holding the papers.

    Args:
        collections: also name each paper's collections, in formats of reference managers.

    Raises:
        InputError: there is no such format.
    """
    writer = writer_named(format)
    return writer.pieces(works if collections else (replace(work, collections=()) for work in works))
