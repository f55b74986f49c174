"""Decisions from other tools: ASReview's project files, RIS of ASReview and Rayyan, tables of labels."""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.document import Document
from ingest.duplicates.signatures import identifier_texts
from ingest.input_files import read_sources
from ingest.library.library import Decision, Library
from ingest.parallel import in_chunks
from litatlas.errors import InputError
from litatlas.parts.reviewing.exchange.labelled_files import labelled_papers
from litatlas.parts.reviewing.paper_states import Standing
from litatlas.parts.reviewing.review_answers import ImportedAnswer
from litatlas.vocabulary import MAX_NOTE

_NEWEST_PROJECT = 3
_MOST_BYTES = 2_000_000_000
_MOST_ABOUT = 10_000_000  # bytes of a project.json
_AT_ONCE = 500
_RAYYAN = re.compile(r'=>\s?"(Included|Excluded|Maybe)"')
_VERDICTS = {"Included": "include", "Excluded": "exclude", "Maybe": "maybe"}


@dataclass(frozen=True, slots=True)
class Told:
    """One paper of a file and what it says; ``names`` are ids and identifiers, the surest first."""

    names: tuple[str, ...]
    title: str
    verdict: str  # "" where the file decides nothing
    note: str = ""


def told(path: Path) -> list[Told]:
    """What a file decides of its papers.

    Raises:
        InputError: it cannot be read, is of a newer ASReview, or has no decisions that are known.
    """
    if not path.is_file():
        raise InputError(f"{path} is not a file.", "Check its name.")
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PK") and _is_project(path):
        return list(_project(path))
    if re.search(rb"^\s*TY  - ", head, re.MULTILINE):
        return list(_ris(path))
    return [
        Told(_names(paper.id, paper.record.keys), paper.record.title, _verdict(paper.label))
        for paper in labelled_papers(path)
    ]


def decisions_of(
    library: Library, standing: Standing, told: Sequence[Told], stage: str, who: str
) -> tuple[list[Decision], ImportedAnswer]:
    """The rows that a file comes to, and what became of its papers; nothing is kept yet.

    Papers are matched by their id, by an identifier, else by a title that one paper of the review alone has.

    Raises:
        InputError: none of its papers is in the review.
    """
    titles = _titles(library, standing)
    rows: list[Decision] = []
    undecided = unchanged = 0
    strangers: list[str] = []
    for paper in told:
        id = _matched(library, standing, paper) or titles.get(_folded(paper.title))
        if id is None:
            strangers.append(paper.title or next(iter(paper.names), "?"))
        elif not paper.verdict:
            undecided += 1
        else:
            own = standing.own(id, stage, who)
            if own is not None and own.verdict == paper.verdict:
                unchanged += 1
            else:
                rows.append(Decision(id, stage, who, paper.verdict, "import", note=paper.note[:MAX_NOTE]))
    if len(strangers) == len(told):
        raise InputError(
            f"None of the {len(told):,} papers of the file is in the review; nothing was changed.",
            "Add its papers to the atlas and the review first: litatlas add, litatlas review add.",
        )
    return rows, {
        "read": len(told),
        "decided": len(rows),
        "undecided": undecided,
        "unchanged": unchanged,
        "unmatched": len(strangers),
        "examples": [title[:100] for title in strangers[:5]],
    }


def _matched(library: Library, standing: Standing, paper: Told) -> str | None:
    for name in paper.names:
        if standing.has(name):
            return standing.paper_of(name)
    for name in paper.names:
        known = library.find(name) if ":" in name else None
        if known is not None and standing.has(known):
            return standing.paper_of(known)
    return None


def _titles(library: Library, standing: Standing) -> dict[str, str | None]:
    """Folded title → the one paper of the review that has it; None where several have."""
    titles: dict[str, str | None] = {"": None}
    for part in in_chunks(standing.papers, _AT_ONCE):
        for id, paper in library.papers_by_id(part).items():
            title = _folded(paper.merged.title)
            titles[title] = None if title in titles else id
    return titles


def _folded(title: str) -> str:
    return " ".join(re.findall(r"\w+", title.casefold()))


def _verdict(label: int | None) -> str:
    return "" if label is None else "include" if label else "exclude"


def _names(*parts: object) -> tuple[str, ...]:
    names: list[str] = []
    for part in parts:
        names += [part] if isinstance(part, str) else list(part) if isinstance(part, tuple) else []
    return tuple(dict.fromkeys(name for name in names if name))


def _is_project(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "project.json" in archive.namelist()
    except zipfile.BadZipFile as error:
        raise InputError(f"{path.name} is a damaged archive.", "Export it again.") from error


def _project(path: Path) -> Iterator[Told]:
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory(prefix="litatlas-") as folder:
        try:
            described = json.loads(_member(archive, "project.json", _MOST_ABOUT))
            version = int(described.get("project_file_version", 1))
        except (ValueError, AttributeError, TypeError, OverflowError, RecursionError) as error:
            raise InputError(f"{path.name} has no readable project.json.", "Export it again.") from error
        if version > _NEWEST_PROJECT:
            raise InputError(
                f"{path.name} was written by a newer ASReview (project file version {version}).",
                "Export the decisions from ASReview as CSV or RIS, and import that.",
            )
        name = next((name for name in archive.namelist() if name.endswith("results.db")), None)
        if version < _NEWEST_PROJECT or name is None:
            raise InputError(
                f"{path.name} is of an older ASReview (project file version {version}).",
                "Open it with ASReview 3 and save it again, or export its decisions as CSV.",
            )
        (Path(folder) / "results.db").write_bytes(_member(archive, name))
        yield from _results(Path(folder) / "results.db", path.name, _ids(archive))


def _ids(archive: zipfile.ZipFile) -> list[str]:
    """The column of ids of a project that litatlas wrote, in the order of its rows."""
    with tempfile.TemporaryDirectory(prefix="litatlas-") as folder:
        if "data/papers.csv" not in archive.namelist():
            return []
        path = Path(folder) / "papers.csv"
        path.write_bytes(_member(archive, "data/papers.csv"))
        return [paper.id for paper in labelled_papers(path)]


def _member(archive: zipfile.ZipFile, name: str, most: int = _MOST_BYTES) -> bytes:
    """A file of a project.

    Raises:
        InputError: it is too large, damaged or encrypted.
    """
    if archive.getinfo(name).file_size > most:
        raise InputError(f"{name} in the project is too large.", "Export its decisions as CSV.")
    try:
        return archive.read(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise InputError(f"{name} in the project cannot be read: {error}.", "Export it again.") from error


def _results(path: Path, name: str, ids: list[str]) -> Iterator[Told]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        rows = connection.execute(
            "SELECT dataset_row, title, doi, label, note FROM record LEFT JOIN results USING (record_id)"
        ).fetchall()
    except sqlite3.DatabaseError as error:
        raise InputError(f"The labels in {name} cannot be read: {error}.", "Export them as CSV.") from error
    finally:
        connection.close()
    for row, title, doi, label, note in rows:
        id = ids[row] if isinstance(row, int) and 0 <= row < len(ids) else ""
        names = _names(id, f"doi:{doi}" if doi else "")
        yield Told(names, str(title or ""), _verdict(label if label in (0, 1) else None), str(note or ""))


def _ris(path: Path) -> Iterator[Told]:
    """RIS: notes of ASReview and Rayyan, read beside the records, as both stand in one order."""
    notes = [_verdict_of(block) for block in re.split(r"(?m)^ER  -.*$", path.read_text("utf-8", "replace"))]
    documents = [parsed for _, parsed in read_sources([path]) if isinstance(parsed, Document)]
    notes = notes[: len(documents)] if len(notes) > len(documents) else notes
    if not any(notes):
        raise InputError(
            f"{path.name} has no decisions.", "RIS of ASReview and Rayyan has them in notes (N1)."
        )
    for document, verdict in zip(documents, notes, strict=False):
        yield Told(tuple(identifier_texts(document)), document.title, verdict)


def _verdict_of(block: str) -> str:
    found = set(_RAYYAN.findall(block))
    if found:
        return _VERDICTS[found.pop()] if len(found) == 1 else "maybe"
    if "ASReview_relevant" in block:
        return "include"
    return "exclude" if "ASReview_irrelevant" in block else ""
