"""Saved searches and notes, and marks of papers."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    """Add their tables."""
    op.create_table(
        "kept_items",
        sa.Column("number", _Number, primary_key=True),
        sa.Column("id", sa.Text(), nullable=False, unique=True),
        *_text("kind", "subject", "name", "text", "who"),
        sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("owner", _Number),
        *_text("made", "changed"),
    )
    op.create_index("kept_items_subject", "kept_items", ["kind", "subject"])
    op.create_table(
        "marks",
        *_text("document"),
        sa.Column("owner", _Number, nullable=False),
        *_text("kind", "made"),
        sa.PrimaryKeyConstraint("document", "owner", "kind"),
    )
