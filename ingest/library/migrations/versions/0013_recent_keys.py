"""Identifiers and references that were written lately wait in small tables, as bands do."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    for name in ("recent_identifiers", "recent_citations"):
        op.create_table(
            name,
            sa.Column("key", sa.BigInteger(), nullable=False),
            sa.Column("document", _Number, nullable=False),
            sa.PrimaryKeyConstraint("key", "document"),
            sqlite_with_rowid=False,
        )
