"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make all tables."""
    _papers()
    _duplicates()
    _work()


def _papers() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("value", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
    )
    op.create_table(
        "collections",
        sa.Column("number", _Number, primary_key=True, autoincrement=False),
        sa.Column("key", sa.Text(), nullable=False, unique=True),
        sa.Column("name", sa.Text(), nullable=False, unique=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
    )
    op.create_table(
        "documents",
        sa.Column("number", _Number, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Text(), nullable=False, unique=True),
        sa.Column("collection", _Number, sa.ForeignKey("collections.number"), nullable=False),
        sa.Column("paper", _Number, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.BigInteger(), nullable=False),
        sa.Column("analysis", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("title_forms", sa.Text(), nullable=False),
        sa.Column("abstract_forms", sa.Text(), nullable=False),
    )
    op.create_index("documents_collection", "documents", ["collection", "paper"])
    op.create_index("documents_paper", "documents", ["paper"])
    op.create_table(
        "papers",
        sa.Column("number", _Number, primary_key=True, autoincrement=False),
        sa.Column("shown", _Number, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
    )
    op.create_index("papers_seq", "papers", ["seq"])
    op.create_table(
        "removed_papers",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
    )
    op.create_index("removed_papers_seq", "removed_papers", ["seq"])


def _duplicates() -> None:
    op.create_table(
        "identifiers",
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("document", _Number, nullable=False),
        sa.PrimaryKeyConstraint("key", "document"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "citations",
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("document", _Number, nullable=False),
        sa.PrimaryKeyConstraint("key", "document"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bands",
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("document", _Number, nullable=False),
        sa.PrimaryKeyConstraint("key", "document"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "joins",
        sa.Column("a", _Number, sa.ForeignKey("documents.number", ondelete="CASCADE"), nullable=False),
        sa.Column("b", _Number, sa.ForeignKey("documents.number", ondelete="CASCADE"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("a", "b"),
    )
    op.create_index("joins_b", "joins", ["b"])
    op.create_table(
        "splits",
        sa.Column("a", sa.Text(), nullable=False),
        sa.Column("b", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("a", "b"),
    )


def _work() -> None:
    op.create_table(
        "rejects",
        sa.Column("number", _Number, primary_key=True),
        sa.Column(
            "collection", _Number, sa.ForeignKey("collections.number", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
    )
    op.create_index("rejects_collection", "rejects", ["collection", "kind", "source"])
    op.create_table(
        "jobs",
        sa.Column("number", _Number, primary_key=True),
        sa.Column("id", sa.Text(), nullable=False, unique=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("result", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("updated", sa.Text(), nullable=False),
        sa.Column("beat", sa.Float(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
    )
    op.create_index("jobs_state", "jobs", ["state"])
    op.create_table(
        "curations",
        sa.Column("number", _Number, primary_key=True),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
    )
    op.create_index("curations_topic", "curations", ["topic", "kind"])
    op.create_table(
        "generations",
        sa.Column("number", _Number, primary_key=True),
        sa.Column("model", sa.Text()),
        sa.Column("index", sa.Text(), nullable=False),
        sa.Column("analysis", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
    )
