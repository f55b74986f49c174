"""Search books: their lines, every run, and the sets of papers that the runs found."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _of_book() -> sa.Column[int]:
    return sa.Column("book", _Number, sa.ForeignKey("books.number", ondelete="CASCADE"), nullable=False)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    """Add their tables."""
    op.create_table(
        "books",
        sa.Column("number", _Number, primary_key=True),
        sa.Column("id", sa.Text(), nullable=False, unique=True),
        sa.Column("name", sa.Text(), nullable=False, unique=True),
        *_text("made", "changed"),
        sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("owner", _Number),
        *_text("answers"),
    )
    op.create_table(
        "book_lines",
        _of_book(),
        sa.Column("line", sa.BigInteger(), nullable=False),
        *_text("text"),
        sa.PrimaryKeyConstraint("book", "line"),
    )
    op.create_table(
        "book_runs",
        _of_book(),
        sa.Column("run", sa.BigInteger(), nullable=False),
        *_text("made", "who"),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        *_text("model"),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("last_document", sa.BigInteger(), nullable=False),
        *_text("facts", "frozen", "frozen_by", "note"),
        sa.PrimaryKeyConstraint("book", "run"),
    )
    op.create_table(
        "book_sets",
        _of_book(),
        *_text("hash"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("book", "hash"),
    )
