"""The tables of the library. Alembic's migrations make them; this is what the code reads and writes.

Documents have a number inside and an id outside. Identifiers, references and near-duplicate bands are looked
up by a 64-bit hash of their text, so that their tables stay small.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    false,
)

SCHEMA = "0013"
"""The newest migration: a library with another mark is migrated, or was made by a newer litatlas."""

UNSHOWN = frozenset(("attempts", "audit", "jobs", "sessions", "tokens", "lists", "list_papers"))
UNSHOWN |= {"books", "book_lines", "book_runs", "book_sets"}
UNSHOWN |= {"reviews", "review_searches", "review_papers", "decisions"}
"""Tables that no answer shows that the web keeps (`web.answer_cache`)."""

metadata = MetaData()
_Number = BigInteger().with_variant(Integer(), "sqlite")  # SQLite's own row number is an INTEGER


def _number() -> Column[int]:
    return Column("number", _Number, primary_key=True, autoincrement=False)


def _texts(names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names.split()]


def _of_document() -> Column[int]:
    document = ForeignKey("documents.number", ondelete="CASCADE")
    return Column("document", _Number, document, primary_key=True, autoincrement=False)


counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),  # "sequence": changes; "document": numbers given out
    Column("value", BigInteger, nullable=False),
)
meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))
collections = Table(
    "collections",
    metadata,
    _number(),
    Column("key", Text, nullable=False, unique=True),  # fixed at creation: documents' ids are made from it
    Column("name", Text, nullable=False, unique=True),
    *_texts("description licence source created"),
    # Seen only by its owner and by whom it is shared with:
    Column("private", Boolean, nullable=False, server_default=false()),
    Column("owner", _Number),  # the user's number
)
documents = Table(
    "documents",
    metadata,
    _number(),
    Column("id", Text, nullable=False, unique=True),
    Column("collection", _Number, ForeignKey("collections.number"), nullable=False),
    Column("paper", _Number, nullable=False),  # number of the paper
    Column("seq", BigInteger, nullable=False),
    Column("fingerprint", BigInteger, nullable=False),  # of the record as the source gave it
    Column("analysis", Text, nullable=False),  # version of the analysis that made the forms
    Column("record", Text, nullable=False),  # JSON of the document
    Column("title_forms", Text, nullable=False),
    Column("abstract_forms", Text, nullable=False),
    Column("added", Text, nullable=False, server_default=""),  # ISO 8601 in UTC; kept over updates
    Index("documents_paper", "paper"),
    Index("documents_collection", "collection", "paper"),
)
namesakes = Table(
    "namesakes",
    metadata,
    _of_document(),
    Column("base", Text, nullable=False),  # the id of the document that had the source's number first
    Index("namesakes_base", "base"),
)
papers = Table(
    "papers",
    metadata,
    _number(),  # the number of its first member, whose id is the paper's
    Column("shown", _Number, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Index("papers_seq", "seq"),
)
pdfs = Table(
    "pdfs",
    metadata,
    _of_document(),
    Column("hash", Text, nullable=False),  # SHA-256 of the file
    Column("size", BigInteger, nullable=False),
    Index("pdfs_hash", "hash"),
)
pdf_parts = Table(
    "pdf_parts",
    metadata,
    Column("hash", Text, nullable=False),
    Column("part", Integer, nullable=False),  # from 0; see ingest/library/files/pdfs.py
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("hash", "part"),
    info={"rows_at_once": 20},
)
removed_papers = Table(
    "removed_papers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Index("removed_papers_seq", "seq"),
)


def _keys(name: str, *more: Column[Any]) -> Table:
    return Table(
        name,
        metadata,
        Column("key", BigInteger, nullable=False),
        Column("document", _Number, nullable=False),
        *more,
        PrimaryKeyConstraint("key", "document"),
        sqlite_with_rowid=False,
    )


def _bands(name: str) -> Table:
    # Bits of the schemes of identifiers: see ingest/duplicates/signatures.py.
    return _keys(name, Column("schemes", BigInteger, nullable=False, server_default="0"))


identifiers, citations, bands = _keys("identifiers"), _keys("citations"), _bands("bands")
RECENT = {
    identifiers: _keys("recent_identifiers"),
    citations: _keys("recent_citations"),
    bands: _bands("recent_bands"),
}
"""The keys of each table that are not yet poured into it: see ingest/duplicates/keys.py."""
joins = Table(
    "joins",
    metadata,
    Column("a", _Number, ForeignKey("documents.number", ondelete="CASCADE"), nullable=False),  # the later
    Column("b", _Number, ForeignKey("documents.number", ondelete="CASCADE"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("score", Float, nullable=False),
    PrimaryKeyConstraint("a", "b"),
    Index("joins_b", "b"),
)
splits = Table(
    "splits",
    metadata,
    Column("a", Text, nullable=False),  # ids, not numbers: a split outlives a removal and a new import
    Column("b", Text, nullable=False),
    PrimaryKeyConstraint("a", "b"),
)
pair_decisions = Table(
    "pair_decisions",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("a", Text, nullable=False),  # ids, in order: a decision outlives a removal
    Column("b", Text, nullable=False),
    Column("verdict", Text, nullable=False),  # "same", "different" or "undo"
    Column("who", Text, nullable=False),
    Column("reason", Text, nullable=False),  # of the join before, "" where there was none
    Column("score", Float),
    Column("split", Boolean, nullable=False),  # whether the two were split before
    Column("undoes", _Number),  # the row that an undo takes back
    Column("made", Text, nullable=False),
    Index("pair_decisions_pair", "a", "b"),
    Index("pair_decisions_undoes", "undoes"),
)
rejects = Table(
    "rejects",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("collection", _Number, ForeignKey("collections.number", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),  # "reject" or "warning"
    Column("source", Text, nullable=False),
    Column("line", BigInteger, nullable=False),
    Column("field", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index("rejects_collection", "collection", "kind", "source"),
)
jobs = Table(
    "jobs",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    *_texts("kind state arguments"),
    Column("progress", Float, nullable=False),
    Column("message", Text, nullable=False),
    Column("result", Text),
    Column("error", Text),
    *_texts("created updated"),
    Column("cancelled", Boolean, nullable=False),
    Column("worker", Text, nullable=False, server_default=""),  # who runs it, see litatlas/worker.py
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("owner", _Number),
    Index("jobs_state", "state"),
)
curations = Table(
    "curations",
    metadata,
    Column("number", _Number, primary_key=True),
    *_texts("topic kind value who model made"),
    Column("undone", Boolean, nullable=False),
    Index("curations_topic", "topic", "kind"),
)
generations = Table(
    "generations",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("model", Text),
    Column("index", Text, nullable=False),
    Column("analysis", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("made", Text, nullable=False),
)
lists = Table(
    "lists",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("id", Text, nullable=False, unique=True),  # in the list's address, so it cannot be guessed
    *_texts("name made changed"),
    Column("private", Boolean, nullable=False, server_default=false()),
    Column("owner", _Number),
)
list_papers = Table(
    "list_papers",
    metadata,
    Column("list", _Number, ForeignKey("lists.number", ondelete="CASCADE"), nullable=False),
    Column("document", Text, nullable=False),  # an id: a list outlives a removal and a new import
    Column("place", BigInteger, nullable=False),
    PrimaryKeyConstraint("list", "document"),
)
judgements = Table(
    "judgements",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("kind", Text, nullable=False),  # "paper", "child" or "label"
    Column("topic", Text, nullable=False),
    Column("subject", Text, nullable=False),  # the paper, the child, or the label that was judged
    Column("value", Text, nullable=False),  # "yes", "no" or "unsure"
    Column("who", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("made", Text, nullable=False),
    Column("owner", _Number),
    Index("judgements_topic", "topic"),
)
reviews = Table(
    "reviews",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("id", Text, nullable=False, unique=True),  # in the review's address, so it cannot be guessed
    Column("name", Text, nullable=False, unique=True),
    Column("plan", Text, nullable=False),  # JSON: see ingest/library/reviewing/reviews.py
    Column("made", Text, nullable=False),
)


def _of_review() -> Column[int]:
    return Column("review", _Number, ForeignKey("reviews.number", ondelete="CASCADE"), nullable=False)


review_searches = Table(
    "review_searches",
    metadata,
    Column("number", _Number, primary_key=True),
    _of_review(),
    Column("kind", Text, nullable=False),  # "query", "list", "collection", "papers" or "book"
    Column("text", Text, nullable=False),
    Column("papers", BigInteger, nullable=False),  # what it gave
    Column("added", BigInteger, nullable=False),  # of these, papers that the review did not have
    Column("generation", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("made", Text, nullable=False),
    Index("review_searches_review", "review"),
)
review_papers = Table(
    "review_papers",
    metadata,
    _of_review(),
    Column("document", Text, nullable=False),  # an id: a review outlives a removal and a new import
    Column("place", BigInteger, nullable=False),
    Column("search", _Number, nullable=False),  # the first that brought it
    Column("records", Text, nullable=False),  # JSON: [id, collection] of every record, when it was brought
    PrimaryKeyConstraint("review", "document"),
)
decisions = Table(
    "decisions",
    metadata,
    Column("number", _Number, primary_key=True),
    _of_review(),
    Column("document", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("kind", Text, nullable=False),  # "decide", "settle", "undo" or "import"
    Column("verdict", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("rank", BigInteger),  # the paper's place in the order that it was shown in
    Column("model", Text, nullable=False),  # what made that order
    Column("undoes", _Number),  # the row that an undo takes back
    Column("made", Text, nullable=False),
    Index("decisions_review", "review", "number"),
)
books = Table(
    "books",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("id", Text, nullable=False, unique=True),  # in the book's address, so it cannot be guessed
    Column("name", Text, nullable=False, unique=True),
    Column("made", Text, nullable=False),
    Column("changed", Text, nullable=False),
    Column("private", Boolean, nullable=False, server_default=false()),
    Column("owner", _Number),
    Column("answers", Text, nullable=False),  # JSON: what people wrote for its report
)


def _of_book() -> Column[int]:
    return Column("book", _Number, ForeignKey("books.number", ondelete="CASCADE"), nullable=False)


book_lines = Table(
    "book_lines",
    metadata,
    _of_book(),
    Column("line", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    PrimaryKeyConstraint("book", "line"),
)
book_runs = Table(
    "book_runs",
    metadata,
    _of_book(),
    Column("run", BigInteger, nullable=False),  # from 1 in each book
    Column("made", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("model", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("last_document", BigInteger, nullable=False),
    Column("facts", Text, nullable=False),  # JSON: see litatlas/parts/books/running.py
    Column("frozen", Text, nullable=False),  # when; "" where it is not
    Column("frozen_by", Text, nullable=False),
    Column("note", Text, nullable=False),
    PrimaryKeyConstraint("book", "run"),
)
book_sets = Table(
    "book_sets",
    metadata,
    _of_book(),
    Column("hash", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),  # see search/book/paper_sets.py
    PrimaryKeyConstraint("book", "hash"),
)
users = Table(
    "users",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),  # the name as names are compared
    Column("role", Text, nullable=False),  # "reader", "editor" or "keeper"
    Column("password", Text, nullable=False),  # argon2id's encoding; "" where there is none
    Column("issuer", Text, nullable=False),  # of OpenID Connect, with the subject there; "" where local
    Column("subject", Text, nullable=False),
    Column("groups", Text, nullable=False),  # JSON
    Column("created", Text, nullable=False),
    Index("users_subject", "issuer", "subject"),
)
sessions = Table(
    "sessions",
    metadata,
    Column("hash", Text, primary_key=True),  # of what the cookie holds
    Column("owner", _Number, ForeignKey("users.number", ondelete="CASCADE"), nullable=False),
    *_texts("created used ends"),
    Index("sessions_owner", "owner"),
)
tokens = Table(
    "tokens",
    metadata,
    Column("id", Text, primary_key=True),  # the token's beginning, by which people know it
    Column("hash", Text, nullable=False),  # of all of it
    Column("owner", _Number, ForeignKey("users.number", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),  # "token", or "reset": the link that sets a password once
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),  # joined by commas
    Column("created", Text, nullable=False),
    Column("used", Text, nullable=False),
    Column("ends", Text, nullable=False),  # "" has ended: a token without an end is none
    Index("tokens_owner", "owner"),
)
grants = Table(
    "grants",
    metadata,
    Column("kind", Text, nullable=False),  # "collection", "list", "book", "search" or "note"
    Column("subject", _Number, nullable=False),  # its number
    Column("grantee", Text, nullable=False),  # "user:NUMBER" or "group:NAME"
    PrimaryKeyConstraint("kind", "subject", "grantee"),
)
kept_items = Table(
    "kept_items",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    *_texts("kind subject name text who"),
    Column("private", Boolean, nullable=False, server_default=false()),
    Column("owner", _Number),
    *_texts("made changed"),
    Index("kept_items_subject", "kind", "subject"),
)
marks = Table(
    "marks",
    metadata,
    Column("document", Text, nullable=False),
    Column("owner", _Number, nullable=False),  # 0 where there are no accounts
    Column("kind", Text, nullable=False),  # "star" or "read"
    Column("made", Text, nullable=False),
    PrimaryKeyConstraint("document", "owner", "kind"),
)
attempts = Table(
    "attempts",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("key", Text, nullable=False),  # who tried to sign in, and from where, hashed
    Column("at", Float, nullable=False),  # seconds since 1970
    Index("attempts_key", "key", "at"),
)
audit = Table(
    "audit",
    metadata,
    Column("number", _Number, primary_key=True),
    *_texts("at who action subject detail address"),
    Index("audit_at", "at"),
)
