"""Collections: their papers come in here; what they cover of the map, and what could not be taken."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from ingest.input_files import read_sources
from ingest.intake import AddReport, tell_stored
from ingest.intake import add as take_in
from ingest.library.files.arriving import ArrivingPdfs
from ingest.library.library import Collection, RejectRow
from ingest.preview import Preview, preview
from ingest.progress import Progress, Silent
from ingest.writers.table import lines
from litatlas.accounts.sharing import grantees_of, sharing_answer
from litatlas.accounts.sight import Sight, Visible, no_collection
from litatlas.answers import (
    AddAnswer,
    CollectionAnswer,
    CoverageAnswer,
    PreviewAnswer,
    PreviewRecord,
    RejectAnswer,
    SharingAnswer,
)
from litatlas.errors import BusyError, ForbiddenError, InputError, Interrupted
from litatlas.generation.generations import Generations
from litatlas.generation.live import Live
from litatlas.settings import Settings
from litatlas.uploads import Uploads

MOST_MISSED = 100
"""Papers that a collection probably misses which are worked out at once, and kept until the index changes."""


class Collections:
    """The collections of one atlas; reached as ``Atlas.collections``."""

    def __init__(self, generations: Generations, settings: Settings, uploads: Uploads, sight: Sight) -> None:
        self._generations = generations
        self._library = generations.library
        self._settings = settings
        self._uploads = uploads
        self._sight = sight

    def all(self) -> list[CollectionAnswer]:
        """All collections, by name."""
        visible = self._sight.collections()
        rows = self._library.collections()
        return [_answer(row) for row in rows if visible is None or row.name in visible]

    def one(self, name: str) -> CollectionAnswer:
        """One collection.

        Raises:
            NotFoundError: there is none of that name.
        """
        self._sight.check(name)
        return _answer(self._library.collection(name))

    def sharing(self, name: str) -> SharingAnswer:
        """Who sees a collection.

        Raises:
            NotFoundError: there is none of that name.
        """
        self._sight.check(name)
        sharing = self._library.sharing("collection", name)
        if sharing is None:
            raise no_collection(name)
        return sharing_answer(self._library, sharing, self._sight)

    def share(
        self,
        name: str,
        *,
        private: bool,
        users: Sequence[str] = (),
        groups: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> None:
        """Say who sees a collection: all, or its owner and some users and groups. Holds at once.

        Raises:
            NotFoundError: no such collection or user. ForbiddenError: it is somebody else's.
        """
        sharing = self._library.sharing("collection", name)
        if sharing is None or not self._sight.sees(name):
            raise no_collection(name)
        if not self._sight.owns_surely(sharing.owner):
            raise ForbiddenError(
                "Only the owner of this collection and keepers can set who sees it.", "Ask a keeper."
            )
        grantees = grantees_of(self._library, users, groups)
        with self._generations.changing(progress):
            self._library.share_collection(
                name, private=private, grantees=grantees if private else (), owner=self._sight.reader.number
            )

    def check_change(self, name: str) -> None:
        """Refuse what the reader may not add to; raises as :meth:`begin`."""
        self._sight.check_change(name)

    def begin(self, name: str, *, private: bool = False) -> None:
        """Make a collection, where it is new, whose owner the reader is; ``private``: seen by them alone.

        Raises:
            InputError: no usable name. ForbiddenError: it is somebody else's private one.
        """
        self._sight.check_change(name)
        if self._sight.reader.is_person and not self._library.has_collection(name):
            self._library.begin_collection(name, private=private, owner=self._sight.reader.number)

    def rejects(self, name: str) -> Iterator[RejectAnswer]:
        """The records of a collection that could not be taken, and why."""
        self._sight.check(name)
        self._library.collection(name)
        return (_reject(row, self._uploads.without_folder) for row in self._library.rejects(name))

    def rejects_table(self, name: str) -> Iterator[str]:
        """The same as a CSV file, line by line; files are named without their folders.

        Raises:
            NotFoundError: there is no such collection.
        """
        rows = (
            [_file_name(row["source"]), str(row["line"]), row["field"], row["value"], row["reason"]]
            for row in self.rejects(name)
        )
        return lines(("source", "line", "field", "value", "reason"), rows)

    def coverage(
        self, name: str, *, limit: int = 100, collections: frozenset[str] | None = None
    ) -> CoverageAnswer:
        """What a collection covers of the map, and the papers that it probably misses."""
        self._sight.check(name)
        self._library.collection(name)
        visible = self._sight.collections(collections)
        live = self._generations.seen(visible)
        most = max(limit, MOST_MISSED)  # whoever wants fewer gets the first of them
        answer = live.once(f"coverage {most} {name}", partial(_coverage, name, most, visible))
        return {**answer, "missed": answer["missed"][:limit]}

    def add(
        self,
        paths: Sequence[str | Path],
        collection: str,
        *,
        format: str | None = None,
        encoding: str | None = None,
        mapping: Mapping[str, str] | None = None,
        stdin: BinaryIO | None = None,
        progress: Progress | None = None,
    ) -> AddAnswer:
        """Read files into a collection and make them searchable; on the map too, once there is a model.

        Raises:
            InputError: a file cannot be read, or there is no record in any that could be taken.
        """
        progress = progress or Silent()
        started = time.monotonic()
        pdfs = self._arriving_pdfs()
        records = read_sources(
            paths,
            format=format,
            encoding=encoding,
            mapping=mapping or {},
            stdin=stdin,
            on_bytes=lambda done, total: progress.step("Reading", done, total),
            on_pdf=pdfs.put if pdfs else None,
        )
        known = self._library.has_collection(collection)
        without_folder = self._uploads.without_folder
        report: AddReport | None = None
        try:
            with self._generations.changing(progress):
                processes = self._settings.process_count
                report = take_in(
                    self._library, collection, records, processes=processes, progress=progress, pdfs=pdfs
                )
                if not report.taken and not known:
                    self._library.remove_collection(collection.strip())
        except Interrupted as stop:
            if report is not None:  # stopped while indexing; before that, the intake says so itself
                tell_stored(stop, report)
            raise
        if not report.taken:
            raise _nothing_taken(report, without_folder)
        return added(report, time.monotonic() - started, without_folder)

    def _arriving_pdfs(self) -> ArrivingPdfs | None:
        """Room for the PDFs of an ``add``; None where they are not kept."""
        settings = self._settings
        if not settings.keep_pdfs:
            return None
        least = settings.free_megabytes * 1_000_000
        return ArrivingPdfs(
            settings.pdfs_megabytes * 1_000_000, lambda: shutil.disk_usage(settings.home).free - least
        )

    def preview(
        self,
        path: Path,
        *,
        format: str | None = None,
        encoding: str | None = None,
        mapping: Mapping[str, str] | None = None,
    ) -> PreviewAnswer:
        """The first records of a file as `add` would take them, and a table's columns; stores nothing."""
        beginning = preview(path, format=format, encoding=encoding, mapping=mapping or {})
        return _previewed(beginning, path.name)

    def describe(self, name: str, **values: str | None) -> None:
        """Set the description, licence or source of a collection; None leaves it."""
        self._library.describe_collection(name, **values)

    def rename(self, old: str, new: str, *, progress: Progress | None = None) -> None:
        """Rename a collection; addresses of its papers stay."""
        with self._generations.changing(progress):
            self._library.rename_collection(old, new)

    def remove_empty(self, name: str) -> None:
        """Remove a collection that holds nothing, as a failed or cancelled upload may leave one; one's own.

        Raises:
            NotFoundError: there is none of that name. InputError: it has documents.
            BusyError: a job is about to fill it.
        """
        self._sight.check(name)
        self._sight.check_change(name)
        for job in self._library.jobs():
            if job.state in ("queued", "running") and job.arguments.get("collection") == name:
                raise BusyError(
                    f"A job is adding papers to the collection {name!r}.", "Wait until it has finished."
                )
        if self._library.collection(name).documents:
            raise InputError(
                f"The collection {name!r} is not empty.", "Remove it with: litatlas collections remove"
            )
        self.remove(name)

    def remove(self, name: str, *, progress: Progress | None = None) -> int:
        """Remove a collection and its documents; returns how many there were."""
        with self._generations.changing(progress):
            return self._library.remove_collection(name)


def _answer(row: Collection) -> CollectionAnswer:
    """A collection with its counts."""
    answer: CollectionAnswer = {
        "name": row.name,
        "description": row.description,
        "licence": row.licence,
        "source": row.source,
        "created": row.created,
        "documents": row.documents,
        "papers": row.papers,
        "rejected": row.rejected,
    }
    if row.private:
        answer["private"] = True
    return answer


def _file_name(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def _reject(row: RejectRow, cleaned: Callable[[str], str]) -> RejectAnswer:
    """A record that was not taken; ``cleaned`` takes the server's own folders out of a text."""
    return {
        "source": cleaned(row.source),
        "line": row.line,
        "field": row.field,
        "value": cleaned(row.value),
        "reason": cleaned(row.reason),
    }


def added(report: AddReport, seconds: float, cleaned: Callable[[str], str] = str) -> AddAnswer:
    """What became of the records of one ``add``."""
    return {
        "collection": report.collection,
        "read": report.read,
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "duplicates": report.duplicates,
        "rejected": report.rejected,
        "warnings": [_reject(row, cleaned) for row in report.warnings],
        "rejects": [_reject(row, cleaned) for row in report.rejects],
        "took_s": round(seconds, 3),
    }


def _coverage(name: str, limit: int, visible: Visible, live: Live) -> CoverageAnswer:
    return live.searcher.coverage(name, limit=limit, collections=visible)


_REASONS = 5
"""Reasons that an error repeats of all that a report holds."""


def _nothing_taken(report: AddReport, cleaned: Callable[[str], str] = str) -> InputError:
    """The error of an ``add`` from which no record came: what was in the files, and why it was not taken."""
    rows = report.rejects or report.warnings
    reasons = []
    for row in rows[:_REASONS]:
        place = f"{cleaned(row.source)}, line {row.line}" if row.line else cleaned(row.source)
        value = f" ({cleaned(row.value)})" if row.value and row.field not in ("file", "folder") else ""
        reasons.append(f"{place}: {cleaned(row.reason)}{value}")
    if len(rows) > _REASONS:
        reasons.append(f"and {max(report.rejected, len(rows)) - _REASONS:,} more")
    whole = len(rows) == 1 and rows[0].field in ("file", "folder")  # its reason says what helps, if anything
    hint = "" if whole else "Check the file; name its format with --format (see `litatlas formats`)."
    if report.rejected > 1:
        return InputError(f"None of the {report.rejected:,} records could be added.", "; ".join(reasons))
    return InputError(f"{reasons[0]}." if reasons else "The input contains no records.", hint)


def _previewed(preview: Preview, name: str) -> PreviewAnswer:
    """The beginning of a file of this name."""
    records: list[PreviewRecord] = [
        {
            "id": document.source_id,
            "title": document.title,
            "abstract": document.abstract,
            "authors": list(document.authors),
            "year": document.year,
            "venue": document.venue,
            "tags": list(document.tags),
        }
        for document in preview.documents
    ]
    faults: list[RejectAnswer] = [
        {
            "source": name,
            "line": fault.line,
            "field": fault.field,
            "value": fault.value,
            "reason": fault.reason,
        }
        for fault in preview.faults
    ]
    return {
        "format": preview.format,
        "records": records,
        "columns": [{"heading": heading, "field": field} for heading, field in preview.columns],
        "rejects": faults,
    }
