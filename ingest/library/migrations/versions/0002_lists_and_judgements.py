"""Lists of papers, and what people judged of the topics."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add their tables."""
    op.create_table(
        "lists",
        sa.Column("number", _Number, primary_key=True),
        sa.Column("id", sa.Text(), nullable=False, unique=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
    )
    op.create_table(
        "list_papers",
        sa.Column("list", _Number, sa.ForeignKey("lists.number", ondelete="CASCADE"), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("list", "document"),
    )
    op.create_table(
        "judgements",
        sa.Column("number", _Number, primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
    )
    op.create_index("judgements_topic", "judgements", ["topic"])
