"""Decisions from other tools: ASReview's project files, RIS of ASReview and Rayyan, tables of labels."""

from __future__ import annotations

import io
import itertools
import json
import re
import sqlite3
import tempfile
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from ingest.document import Document, Rejected
from ingest.duplicates.signatures import identifier_texts
from ingest.library.library import Decision, Library
from ingest.parallel import in_chunks
from ingest.readers import ris
from ingest.readers.parsing.encodings import Utf8Stream
from ingest.readers.parsing.reader import make_document
from ingest.readers.parsing.tagged import Tags, tagged_records
from ingest.sandbox import BoundsError, items
from ingest.values.identifiers import normal_doi, normal_pmid
from litatlas.errors import InputError
from litatlas.parts.reviewing.exchange.labelled_files import labelled_paper, table_rows
from litatlas.parts.reviewing.exchange.rayyan_covidence import Decided, decided_in, rayyan_note
from litatlas.parts.reviewing.paper_states import Standing
from litatlas.parts.reviewing.plan import ABSTRACT, STAGES, VERDICTS
from litatlas.parts.reviewing.review_answers import ImportedAnswer
from litatlas.vocabulary import MAX_NOTE, MAX_VALUE

_NEWEST_PROJECT = 3
_MOST_BYTES = 2_000_000_000
_MOST_ABOUT = 10_000_000  # bytes of a project.json
_AT_ONCE = 500
_APART, _SECONDS, _MEMORY = f"{__name__}:told_rows", 120.0, 2 << 30


@dataclass(frozen=True, slots=True)
class Told:
    """One paper of a file and what it says; ``names`` are ids and identifiers, the surest first."""

    names: tuple[str, ...]
    title: str
    verdict: str  # "" where the file decides nothing
    note: str = ""
    reason: str = ""


def told(path: Path, stage: str = ABSTRACT, stages: Sequence[str] = STAGES) -> list[Told]:
    """What a file decides of its papers at a stage of a review.

    Raises:
        InputError: it cannot be read, is of a newer ASReview, or has no decisions that are known.
    """
    if not path.is_file():
        raise InputError(f"{path} is not a file.", "Check its name.")
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PK"):
        members = _members(path)
        if "project.json" in members:
            return list(_project(path))
        if members and all(name.lower().endswith(".csv") for name in members):
            return list(_tables(path, members, stage, stages))
    if _is_ris(head):
        return list(_ris(path))
    return _table(path, path.name, stage, stages)


def told_apart(path: Path, stage: str, stages: Sequence[str]) -> list[Told]:
    """As :func:`told`, read in a process of its own with bounds of time and memory: for files of strangers.

    Raises:
        InputError: as :func:`told`, or it needs more than that.
    """
    with tempfile.TemporaryDirectory(prefix="litatlas-") as folder:
        rows = items(_APART, b"", str(path), folder, stage, list(stages), seconds=_SECONDS, memory=_MEMORY)
        try:
            return [Told(tuple(names), *rest) for names, *rest in rows]
        except BoundsError as error:
            raise InputError(f"{path.name} {error.message}.", error.hint) from error


def told_rows(_: bytes, path: str, folder: str, stage: str, stages: Sequence[str]) -> Iterator[list[Any]]:
    """What :func:`told_apart` asks of its process; ``folder``: where that may write, as it may be killed."""
    before, tempfile.tempdir = tempfile.tempdir, folder
    try:
        for paper in told(Path(path), stage, stages):
            yield [paper.names, paper.title, paper.verdict, paper.note, paper.reason]
    finally:
        tempfile.tempdir = before


def _table(path: Path, name: str, stage: str, stages: Sequence[str]) -> list[Told]:
    rows = [row for row in table_rows(path) if not ({"row", "plan"} & row.keys())]  # of our JSON lines
    if not rows:
        return []
    decided = decided_in(rows, name, stage, stages)
    if decided is None:
        papers = [labelled_paper(number, row) for number, row in enumerate(rows, 1)]
        return [
            Told(_names(paper.id, paper.record.keys), paper.record.title, _verdict(paper.label))
            for paper in papers
        ]
    papers = [labelled_paper(number, row, with_label=False) for number, row in enumerate(rows, 1)]
    return [
        Told(_names(paper.id, paper.record.keys), paper.record.title, one.verdict, one.note, one.reason)
        for paper, one in zip(papers, decided, strict=True)
    ]


def _tables(path: Path, members: Sequence[str], stage: str, stages: Sequence[str]) -> Iterator[Told]:
    """The tables of an archive: Covidence's lists, or Rayyan's articles.

    A list without papers, and the log that Rayyan puts beside its articles, say nothing.
    """
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory(prefix="litatlas-") as folder:
        for member in members:
            content = _member(archive, member)
            table = Path(folder) / "table.csv"
            table.write_bytes(content)
            heading, _, rest = content.partition(b"\n")
            if len(members) == 1 or (rest.strip() and b"title" in heading.lower()):
                yield from _table(table, Path(member).name, stage, stages)


def decisions_of(
    library: Library,
    standing: Standing,
    told: Sequence[Told],
    stage: str,
    who: str,
    otherwise: str = "",
) -> tuple[list[Decision], ImportedAnswer]:
    """The rows that a file comes to, and what became of its papers; nothing is kept yet.

    Papers are matched by their id, by an identifier, else by a title that one paper of the review alone has.

    Args:
        otherwise: what is decided of papers of which the file says nothing; "" for nothing.

    Raises:
        InputError: none of its papers is in the review.
    """
    titles = _titles(library, standing)
    ids = [_matched(library, standing, paper) or titles.get(_folded(paper.title)) for paper in told]
    split = _contradicted(told, ids)
    rows: list[Decision] = []
    undecided = unchanged = 0
    strangers: list[str] = []
    for paper, id in zip(told, ids, strict=True):
        if id is None:
            strangers.append(paper.title or next(iter(paper.names), "?"))
            continue
        if id in split:
            continue
        verdict = (paper.verdict if paper.verdict in VERDICTS[stage] else "") or otherwise
        own = standing.own(id, stage, who)
        if not verdict:
            undecided += 1
        elif own is not None and own.verdict == verdict:
            unchanged += 1
        else:
            reason = " ".join(paper.reason.split())[:MAX_VALUE]
            record = standing.named(id, stage, who)
            rows.append(Decision(record, stage, who, verdict, "import", reason, paper.note[:MAX_NOTE]))
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
        "contradicting": len(split),
        "contradictions": [title[:100] for title in itertools.islice(split.values(), 5)],
        "not_reached": len({row.document for row in rows} - set(standing.reached(stage))),
        "examples": [title[:100] for title in strangers[:5]],
    }


def _contradicted(told: Sequence[Told], ids: Sequence[str | None]) -> dict[str, str]:
    """The papers of which a file says two things, with their titles: a person must decide them."""
    verdicts: dict[str, set[str]] = defaultdict(set)
    split: dict[str, str] = {}
    for paper, id in zip(told, ids, strict=True):
        if id is not None and paper.verdict:
            verdicts[id].add(paper.verdict)
            if len(verdicts[id]) > 1:
                split[id] = paper.title or id
    return split


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


def _members(path: Path) -> list[str]:
    """The files of an archive; those that systems put in beside them are left out."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            return [name for name in names if not name.startswith("__MACOSX/")]
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
        rows = enumerate(table_rows(path), 1)
        return [labelled_paper(number, row, with_label=False).id for number, row in rows]


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


def _is_ris(head: bytes) -> bool:
    text = Utf8Stream(io.BytesIO(head)).head()  # in whichever encoding it is
    return re.search(rb"^\s*TY  - ", text, re.MULTILINE) is not None


def _ris(path: Path) -> Iterator[Told]:
    """RIS: the notes of ASReview and Rayyan, each read from its own record."""
    with path.open("rb") as file:
        stream = cast(BinaryIO, Utf8Stream(file))
        records = [record for record in tagged_records(stream, ris.SHAPE) if isinstance(record, Tags)]
    notes = [_noted("\n".join(record.in_order(*ris.SHAPE.known))) for record in records]
    if not any(note.verdict for note in notes):
        raise InputError(
            f"{path.name} has no decisions.", "RIS of ASReview and Rayyan has them in notes (N1)."
        )
    for record, note in zip(records, notes, strict=True):
        values = ris.ris_values(record)
        for parsed in make_document(record.line, values):
            if isinstance(parsed, Document):
                names = _names(parsed.source_id, tuple(identifier_texts(parsed)))
                yield Told(names, parsed.title, note.verdict, note.note, note.reason)
            elif isinstance(parsed, Rejected):  # without a title: it may be known by its identifiers
                own = ("doi", normal_doi(values["doi"])), ("pmid", normal_pmid(values["pmid"]))
                names = _names(values["source_id"], *(f"{name}:{id}" for name, id in own if id))
                yield Told(names, "", note.verdict, note.note, note.reason)


def _noted(block: str) -> Decided:
    """What the notes of a record of RIS say."""
    decided = rayyan_note(block)
    if decided.verdict:
        return decided
    if "ASReview_relevant" in block:
        return Decided("include")
    return Decided("exclude" if "ASReview_irrelevant" in block else "")
