"""Decisions as Rayyan and Covidence write them in their tables, and tables that they read.

Rayyan keeps decisions in the notes of a record: who decided what, and the reasons of an exclusion. Covidence
keeps them by file: a table for each list of a review (screen, irrelevant, excluded, included), of which that
of excluded papers has the reason in its notes. Neither documents its columns; these are those of exports that
are published with reviews.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.document import Document
from ingest.readers.tables.columns import plain
from ingest.readers.tables.formulas import guarded
from ingest.writers.work import in_one_line

_VERDICTS = {"Included": "include", "Excluded": "exclude", "Maybe": "maybe"}
_SAID = re.compile(r'=>\s?"(Included|Excluded|Maybe)"')
_RAYYAN_REASONS = re.compile(r"RAYYAN-EXCLUSION-REASONS:([^|\r\n]{1,2000})")
_COVIDENCE_REASON = re.compile(r"Exclusion reason:([^;]{1,1000})")
_LISTS = {"included": "include", "extract": "include", "excluded": "include", "select": "include",
          "irrelevant": "exclude", "screen": ""}  # fmt: skip
"""Covidence's lists, and what each says about titles and abstracts where full texts are another stage."""
RAYYAN_COLUMNS = (
    "key", "title", "authors", "journal", "issn", "volume", "issue", "pages", "year", "month", "day",
    "publisher", "url", "abstract", "notes", "doi", "keywords", "pubmed_id", "language",
)  # fmt: skip
COVIDENCE_COLUMNS = (
    "Title", "Authors", "Abstract", "Published Year", "Published Month", "Journal", "Volume", "Issue",
    "Pages", "Accession Number", "DOI", "Ref", "Covidence #", "Study", "Notes", "Tags",
)  # fmt: skip
_OURS = frozenset(("included", "stage", "decision", "reason", "note", "reviewers"))


@dataclass(frozen=True, slots=True)
class Decided:
    """What a row of a table says was decided; ``verdict`` is "" where it says nothing."""

    verdict: str
    reason: str = ""
    note: str = ""


def decided_in(
    rows: Sequence[Mapping[str, Any]], name: str, stage: str, stages: Sequence[str]
) -> list[Decided] | None:
    """What each row of a table of Rayyan, Covidence or litatlas says; None where it is a table of none.

    Args:
        name: the name of the file, which tells the list of Covidence that it is.
        stage: the stage at which its decisions are to count, one of ``stages``.
    """
    headings = {plain(heading): heading for heading in rows[0]}
    if headings.keys() >= _OURS:
        return [_ours(row, headings, stage, stages) for row in rows]
    notes = headings.get("notes", "")
    if "covidence" in headings:
        verdict = covidence_list(name, stage, stages)
        return [_covidence(str(row.get(notes) or ""), verdict) for row in rows]
    texts = [str(row.get(notes) or "") for row in rows] if notes else []
    if any("RAYYAN-INCLUSION" in text for text in texts):
        return [rayyan_note(text) for text in texts]
    return None


def rayyan_note(text: str) -> Decided:
    """What the notes of a record of Rayyan say; where its reviewers differ, it is a maybe."""
    said = set(_SAID.findall(text))
    reason = _RAYYAN_REASONS.search(text)
    verdict = "" if not said else _VERDICTS[said.pop()] if len(said) == 1 else "maybe"
    return Decided(verdict, reason[1].strip() if reason else "")


def covidence_list(name: str, stage: str, stages: Sequence[str]) -> str:
    """The decision at a stage about papers of a file of Covidence, by its name; "" for papers that wait.

    What waits for its full text ("select"), or was judged by it, has passed titles and abstracts.
    """
    words = re.split(r"[^a-z]+", name.lower())
    of = next((known for known in _LISTS if known in words), "")
    if len(stages) == 1:
        return "" if of == "screen" else "exclude" if of in ("excluded", "irrelevant") else _LISTS.get(of, "")
    if stage == stages[0]:
        return "exclude" if of == "irrelevant" else _LISTS.get(of, "")
    return "exclude" if of == "excluded" else "include" if of in ("included", "extract") else ""


def _covidence(notes: str, verdict: str) -> Decided:
    """What a row says: the reason in its notes is that of the list of excluded papers alone."""
    reason = _COVIDENCE_REASON.search(notes)
    note = _COVIDENCE_REASON.sub("", notes).strip(" ;")
    return Decided(verdict, reason[1].strip() if reason and verdict == "exclude" else "", note)


def _ours(row: Mapping[str, Any], headings: Mapping[str, str], stage: str, stages: Sequence[str]) -> Decided:
    """What a row of ours says of a stage: it tells the last stage that its paper reached.

    A paper that reached a later one has passed this one; one that did not reach it is not decided there.
    """
    at, verdict, reason, note = (
        str(row.get(headings[name]) or "") for name in ("stage", "decision", "reason", "note")
    )
    if at in stages and at != stage:
        return Decided("include" if stages.index(at) > stages.index(stage) else "")
    known = verdict in ("include", "exclude", "maybe", "unavailable")
    return Decided(verdict if known else "", reason, note)


def rayyan_table(papers: Iterable[tuple[Document, str]]) -> Iterator[bytes]:
    """A table that Rayyan reads, of papers with their notes."""
    yield _line(RAYYAN_COLUMNS)
    for document, notes in papers:
        year = "" if document.year is None else str(document.year)
        yield _line((
            document.source_id, document.title, _joined(document.authors), document.venue, "",
            document.volume, document.issue, document.pages, year, "", "", document.publisher, document.url,
            document.abstract, notes, document.doi, _joined(document.tags), document.pmid, document.lang,
        ))  # fmt: skip


def covidence_archive(papers: Iterable[tuple[Document, str, Decided]]) -> bytes:
    """A table for each list of Covidence, in an archive: each is imported into the list that names it.

    Args:
        papers: each with its stage and what was decided there.
    """
    lists: dict[str, list[bytes]] = {}
    for document, stage, decided in papers:
        row = _line(_covidence_cells(document, decided))
        lists.setdefault(_list_of(stage, decided.verdict), [_line(COVIDENCE_COLUMNS)]).append(row)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in lists.items():
            archive.writestr(f"{name}.csv", b"".join(rows))
    return buffer.getvalue()


def _list_of(stage: str, verdict: str) -> str:
    if stage == "full-text":
        return {"include": "included", "exclude": "excluded", "unavailable": "excluded"}.get(
            verdict, "select"
        )
    return {"include": "select", "maybe": "select", "exclude": "irrelevant"}.get(verdict, "screen")


def _covidence_cells(document: Document, decided: Decided) -> tuple[str, ...]:
    year = "" if document.year is None else str(document.year)
    reason = f"Exclusion reason: {decided.reason.replace(';', ',')}; " if decided.reason else ""
    study = f"{document.authors[0].split(',')[0]} {year}".strip() if document.authors else ""
    return (
        document.title, _joined(document.authors), document.abstract, year, "", document.venue,
        document.volume, document.issue, document.pages, document.pmid, document.doi, document.source_id, "",
        study, f"{reason}{decided.note}".strip(), "; ".join(tag.replace(";", ",") for tag in document.tags),
    )  # fmt: skip


def _joined(names: Iterable[str]) -> str:
    return "; ".join(name.replace(";", ",") for name in names)


def _line(cells: Iterable[str]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow([guarded(in_one_line(cell)) for cell in cells])
    return buffer.getvalue().encode("utf-8", "replace")
