"""The library: the single source of truth. Everything else (models, indices) can be rebuilt from it.

:class:`Library` is the thin front of its parts: papers and documents, PDFs, collections and joins, curation
and generations, judgements, lists, jobs, reviews and their decisions, decisions of duplicates, search books,
what people keep, and who may see what. Records get in by :func:`ingest.intake.add`.
"""

from __future__ import annotations

from ingest.library.access.accounts import AccountsTable, Token, User
from ingest.library.access.audit import AuditRow, AuditTable
from ingest.library.access.grants import GrantsTable, Sharing
from ingest.library.access.kept_items import KeptItem, KeptItemsTable
from ingest.library.access.titles import TitlesTable
from ingest.library.collections import Collection, CollectionsTable, Counts, RejectRow
from ingest.library.curation import Curation, CurationTable, Generation
from ingest.library.database import LibraryError
from ingest.library.files.pdfs import PdfsTable, StoredPdf
from ingest.library.jobs import Job, JobsTable
from ingest.library.judgements import Judgement, JudgementsTable
from ingest.library.lists import ListsTable, ReadingList
from ingest.library.merging import Paper, StoredDocument
from ingest.library.papers import Reference
from ingest.library.reviewing.books import Book, BookRun, BooksTable, RecordPlace
from ingest.library.reviewing.decisions import Decision, DecisionsTable, Estimate, ReviewNow
from ingest.library.reviewing.pairs import Pair, PairDecision, PairsTable
from ingest.library.reviewing.reviews import Review, ReviewPaper, ReviewSearch, ReviewsTable

__all__ = [
    "AuditRow",
    "Book",
    "BookRun",
    "Collection",
    "Counts",
    "Curation",
    "Decision",
    "Estimate",
    "Generation",
    "Job",
    "Judgement",
    "KeptItem",
    "Library",
    "LibraryError",
    "Pair",
    "PairDecision",
    "Paper",
    "ReadingList",
    "RecordPlace",
    "Reference",
    "RejectRow",
    "Review",
    "ReviewNow",
    "ReviewPaper",
    "ReviewSearch",
    "Sharing",
    "StoredDocument",
    "StoredPdf",
    "Token",
    "User",
]


class Library(
    TitlesTable,
    CollectionsTable,
    PdfsTable,
    CurationTable,
    JobsTable,
    ListsTable,
    JudgementsTable,
    ReviewsTable,
    DecisionsTable,
    PairsTable,
    BooksTable,
    AccountsTable,
    GrantsTable,
    KeptItemsTable,
    AuditTable,
):
    """One library; open it with :meth:`open` and use it from any number of threads and processes."""
