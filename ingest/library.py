"""The library: the single source of truth. Everything else (models, indices) can be rebuilt from it.

:class:`Library` is the thin front of its parts: papers and documents, collections and joins, curation and
generations, judgements, lists, jobs. Records get in by :func:`ingest.intake.add`.
"""

from __future__ import annotations

from ingest.collections_table import Collection, CollectionsTable, Counts, RejectRow
from ingest.curation_table import Curation, CurationTable, Generation
from ingest.database import LibraryError
from ingest.jobs_table import Job, JobsTable
from ingest.judgements_table import Judgement, JudgementsTable
from ingest.lists_table import ListsTable, ReadingList
from ingest.papers_table import Paper, PapersTable, Reference, StoredDocument

__all__ = [
    "Collection",
    "Counts",
    "Curation",
    "Generation",
    "Job",
    "Judgement",
    "Library",
    "LibraryError",
    "Paper",
    "ReadingList",
    "Reference",
    "RejectRow",
    "StoredDocument",
]


class Library(PapersTable, CollectionsTable, CurationTable, JobsTable, ListsTable, JudgementsTable):
    """One library; open it with :meth:`open` and use it from any number of threads and processes."""
