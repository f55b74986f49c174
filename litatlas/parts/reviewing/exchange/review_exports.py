"""A review as files for other tools: RIS, CSV, workbooks, ASReview's project files, and JSON lines with all.

Nothing here looks at the priority, so that decisions can be handed on whatever became of it.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import tempfile
import uuid
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from ingest.document import Document
from ingest.library.library import Library, Review
from ingest.parallel import in_chunks
from ingest.readers.tables.formulas import guarded
from ingest.writers import ris, table
from ingest.writers.work import Work, in_one_line
from litatlas.errors import InputError
from litatlas.parts.exports import work_of
from litatlas.parts.reviewing.exchange.rayyan_covidence import Decided, covidence_archive, rayyan_table
from litatlas.parts.reviewing.paper_states import Standing
from litatlas.parts.reviewing.plan import plan_of
from litatlas.vocabulary import REVIEW_FORMATS

_AT_ONCE = 500
_ENDS = ("include", "exclude", "maybe", "unavailable")
_GONE = Document("", title="[No longer in the library]")
"""What is handed on of a paper that has left the library, so that its decision is not lost."""
_CELL = 32_767  # characters that a cell of a workbook holds
_COLUMNS = (
    "id", "title", "abstract", "authors", "year", "venue", "doi", "pmid", "url", "keywords",
    "included", "stage", "decision", "reason", "note", "reviewers",
)  # fmt: skip
_NOTES = {1: "ASReview_relevant", 0: "ASReview_irrelevant", None: "ASReview_not_seen"}
_RAYYAN = {"include": "Included", "exclude": "Excluded", "unavailable": "Excluded", "maybe": "Maybe"}
_PROJECT_VERSION = 3
_RESULTS = """
CREATE TABLE record (
  dataset_row INTEGER NOT NULL, dataset_id VARCHAR NOT NULL, title VARCHAR NOT NULL,
  abstract VARCHAR NOT NULL,
  authors JSON NOT NULL, keywords JSON NOT NULL, year INTEGER, doi VARCHAR, url VARCHAR, included INTEGER,
  record_id INTEGER NOT NULL, duplicate_of INTEGER,
  group_id INTEGER NOT NULL GENERATED ALWAYS AS (COALESCE(duplicate_of, record_id)) VIRTUAL,
  PRIMARY KEY (record_id), UNIQUE (dataset_row, dataset_id),
  CONSTRAINT no_self_duplicate CHECK (duplicate_of IS NULL OR duplicate_of != record_id),
  FOREIGN KEY(duplicate_of) REFERENCES record (record_id) ON DELETE SET NULL);
CREATE INDEX idx_record_group_id ON record (group_id);
CREATE TABLE results (record_id INTEGER UNIQUE, label INTEGER, classifier TEXT, querier TEXT, balancer TEXT,
  feature_extractor TEXT, training_set INTEGER, time FLOAT, note TEXT, tags JSON, user_id INTEGER);
CREATE TABLE last_ranking (record_id INTEGER UNIQUE, ranking INT, classifier TEXT, querier TEXT,
  balancer TEXT, feature_extractor TEXT, training_set INTEGER, time FLOAT);
CREATE TABLE decision_changes (record_id INTEGER, label INTEGER, time FLOAT, user_id INTEGER);
CREATE TRIGGER trg_results_delete AFTER DELETE ON results FOR EACH ROW BEGIN
  INSERT INTO decision_changes (record_id, label, time, user_id)
  VALUES (OLD.record_id, OLD.label, OLD.time, OLD.user_id); END;
CREATE TRIGGER trg_results_label_update AFTER UPDATE OF label ON results FOR EACH ROW
  WHEN OLD.label IS NOT NEW.label BEGIN
  INSERT INTO decision_changes (record_id, label, time, user_id)
  VALUES (OLD.record_id, OLD.label, OLD.time, OLD.user_id); END;
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """A paper on its way out with what was decided of it at the last stage with an outcome."""

    work: Work
    stage: str
    decision: str
    reason: str
    note: str
    reviewers: tuple[str, ...]
    made: str

    @property
    def included(self) -> int | None:
        """1 for included, 0 for excluded, None while it is not decided."""
        return {"include": 1, "exclude": 0, "unavailable": 0}.get(self.decision)


Pieces = Callable[[Review, Standing, Iterable[Judged]], Iterator[bytes]]
"""Makes a file's bytes of a review, where its papers stand, and the papers."""


def hand_on(library: Library, review: Review, standing: Standing, format: str) -> Iterator[bytes]:
    """A review's papers and decisions in a format.

    Raises:
        InputError: there is no such format.
    """
    if format not in REVIEW_FORMATS:
        raise InputError(f"A review has no format {format[:40]!r}.", f"Formats: {', '.join(REVIEW_FORMATS)}.")
    return _PIECES[format](review, standing, _judged(library, standing))


def _judged(library: Library, standing: Standing) -> Iterator[Judged]:
    for part in in_chunks(standing.papers, _AT_ONCE):
        papers = library.papers_by_id(part, common=True)
        for id in part:
            yield _one(work_of(papers[id]) if id in papers else Work(_GONE), standing, id)


def _one(work: Work, standing: Standing, id: str) -> Judged:
    work = replace(work, document=replace(work.document, source_id=id), collections=())
    for stage in reversed(standing.plan.stages):
        place = standing.at(id, stage)
        if place.rows or place.settled:
            rows = ([place.settled] if place.settled else []) + list(place.rows)
            visible = [row for row in rows if standing.is_shown(row, "")]
            return Judged(
                work, stage, place.outcome,
                "; ".join(dict.fromkeys(row.reason for row in visible if row.reason)),
                "; ".join(dict.fromkeys(row.note for row in visible if row.note)),
                tuple(dict.fromkeys(row.who for row in visible)),
                rows[0].made,
            )  # fmt: skip
    return Judged(work, "", "", "", "", (), "")


# --- the formats


def _csv(_: Review, __: Standing, papers: Iterable[Judged]) -> Iterator[bytes]:
    """One row a paper; ASReview reads the column ``included``."""
    for line in table.lines(_COLUMNS, map(_cells, papers)):
        yield line.encode("utf-8", "replace")


def _cells(paper: Judged) -> list[str]:
    document = paper.work.document
    return [
        document.source_id,
        document.title,
        document.abstract,
        "; ".join(name.replace(";", ",") for name in document.authors),
        "" if document.year is None else str(document.year),
        document.venue,
        document.doi,
        document.pmid,
        document.url,
        "; ".join(tag.replace(";", ",") for tag in document.tags),
        "" if paper.included is None else str(paper.included),
        paper.stage,
        paper.decision,
        paper.reason,
        paper.note,
        "; ".join(name.replace(";", ",") for name in paper.reviewers),
    ]


def _xlsx(review: Review, _: Standing, papers: Iterable[Judged]) -> Iterator[bytes]:
    from openpyxl import Workbook  # here: slow to import
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    name = "".join(sign for sign in review.name if sign not in "[]:*?/\\'")
    sheet = book.create_sheet(name[:31] or "review")
    sheet.append(list(_COLUMNS))
    for paper in papers:
        cells = []
        for column, text in zip(_COLUMNS, _cells(paper), strict=True):
            number = column in ("year", "included") and text.isdigit()
            cell = WriteOnlyCell(sheet, value=int(text) if number else in_one_line(text)[:_CELL])
            if not number:
                cell.data_type = "s"  # never a formula
            cells.append(cell)
        sheet.append(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    yield buffer.getvalue()


def _ris(_: Review, __: Standing, papers: Iterable[Judged]) -> Iterator[bytes]:
    """RIS with notes that ASReview and Rayyan write, and read again."""
    for piece in ris.pieces(replace(paper.work, notes=_notes(paper)) for paper in papers):
        yield piece.encode("utf-8", "replace")


def _notes(paper: Judged) -> tuple[str, ...]:
    notes = [_NOTES[paper.included]]
    verdict = _RAYYAN.get(paper.decision, "")
    who = ", ".join(f'"{_quoted(name)}"=>"{verdict}"' for name in paper.reviewers) if verdict else ""
    if who:
        reason = f" | RAYYAN-EXCLUSION-REASONS: {_quoted(paper.reason)}" if paper.reason else ""
        notes.append(f"RAYYAN-INCLUSION: {{{who}}}{reason}")
    if paper.note:
        notes.append(paper.note)
    return tuple(notes)


def _quoted(text: str) -> str:
    return text.replace('"', "'").replace("|", "/").replace("{", "(").replace("}", ")")


def _rayyan(_: Review, __: Standing, papers: Iterable[Judged]) -> Iterator[bytes]:
    notes = ((paper.work.document, " | ".join(_notes(paper)[1:])) for paper in papers)
    return rayyan_table(notes)


def _covidence(_: Review, __: Standing, papers: Iterable[Judged]) -> Iterator[bytes]:
    decided = (
        (paper.work.document, paper.stage, Decided(paper.decision, paper.reason, paper.note))
        for paper in papers
    )
    yield covidence_archive(decided)


def _jsonl(review: Review, standing: Standing, papers: Iterable[Judged]) -> Iterator[bytes]:
    """The review, then each paper, then every row of decisions that may be seen."""
    head = {
        "review": review.name,
        "id": review.id,
        "made": review.made,
        "plan": plan_of(review.plan).to_json(),
    }
    yield _line(head)
    for paper in papers:
        yield _line({
            **paper.work.document.to_json(), "included": paper.included, "stage": paper.stage,
            "decision": paper.decision, "reason": paper.reason, "note": paper.note,
            "reviewers": list(paper.reviewers),
        })  # fmt: skip
    for row in standing.rows().values():
        if standing.is_shown(row, ""):
            yield _line({"row": {**asdict(row), "undone": standing.is_undone(row)}})


def _line(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _project(review: Review, _: Standing, papers: Iterable[Judged]) -> Iterator[bytes]:
    """A project file of ASReview 2 and 3: the papers as CSV, and a database of labels."""
    listed = list(papers)
    with tempfile.TemporaryDirectory(prefix="litatlas-") as folder:
        path = Path(folder) / "results.db"
        _write_results(path, listed)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("project.json", json.dumps(_project_json(review)))
            archive.writestr("data/papers.csv", _plain_csv(listed))
            archive.write(path, "results.db")
    yield buffer.getvalue()


def _project_json(review: Review) -> dict[str, object]:
    made = int(datetime.fromisoformat(review.made).timestamp())
    return {
        "version": "3.0.8", "project_file_version": _PROJECT_VERSION, "id": uuid.uuid4().hex,
        "mode": "oracle", "name": review.name, "description": "", "created_at_unix": made,
        "feature_matrices": [], "tags": None,
        "datasets": [{"id": "papers.csv", "name": "papers.csv"}],
        "review": {"status": "review", "model": {}},
    }  # fmt: skip


def _plain_csv(papers: Sequence[Judged]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(_COLUMNS)
    writer.writerows([guarded(in_one_line(cell)) for cell in _cells(paper)] for paper in papers)
    return buffer.getvalue().encode("utf-8", "replace")


def _write_results(path: Path, papers: Sequence[Judged]) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.executescript(_RESULTS)
        connection.execute(f"PRAGMA user_version = {_PROJECT_VERSION}")
        for at, paper in enumerate(papers):
            document = paper.work.document
            connection.execute(
                "INSERT INTO record (dataset_row, dataset_id, title, abstract, authors, keywords, year, doi,"
                " url, included, record_id) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
                (at, "papers.csv", document.title, document.abstract, json.dumps(document.authors),
                 json.dumps(document.tags), document.year, document.doi or None, document.url or None,
                 None, at),
            )  # fmt: skip
            if paper.included is not None:
                made = datetime.fromisoformat(paper.made).timestamp()
                connection.execute(
                    "INSERT INTO results (record_id, label, time, note) VALUES (?,?,?,?)",
                    (at, paper.included, made, paper.note or None),
                )
        connection.commit()
    finally:
        connection.close()


_PIECES: dict[str, Pieces] = {
    "ris": _ris,
    "csv": _csv,
    "xlsx": _xlsx,
    "asreview": _project,
    "jsonl": _jsonl,
    "rayyan": _rayyan,
    "covidence": _covidence,
}
