"""Reviews: their papers, the searches that brought them, and every decision."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _of_review() -> sa.Column[int]:
    return sa.Column("review", _Number, sa.ForeignKey("reviews.number", ondelete="CASCADE"), nullable=False)


def upgrade() -> None:
    """Add their tables."""
    op.create_table(
        "reviews",
        sa.Column("number", _Number, primary_key=True),
        sa.Column("id", sa.Text(), nullable=False, unique=True),
        sa.Column("name", sa.Text(), nullable=False, unique=True),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
    )
    op.create_table(
        "review_searches",
        sa.Column("number", _Number, primary_key=True),
        _of_review(),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("papers", sa.BigInteger(), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
    )
    op.create_index("review_searches_review", "review_searches", ["review"])
    op.create_table(
        "review_papers",
        _of_review(),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("search", _Number, nullable=False),
        sa.Column("records", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("review", "document"),
    )
    op.create_table(
        "decisions",
        sa.Column("number", _Number, primary_key=True),
        _of_review(),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("rank", sa.BigInteger()),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("undoes", _Number),
        sa.Column("made", sa.Text(), nullable=False),
    )
    op.create_index("decisions_review", "decisions", ["review", "number"])
