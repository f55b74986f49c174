"""Which schemes of identifiers a document has, beside its near-duplicate bands; 0 where it is not known."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the column, and the table of bands that were written lately."""
    op.add_column("bands", sa.Column("schemes", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "recent_bands",
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("document", _Number, nullable=False),
        sa.Column("schemes", sa.BigInteger(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("key", "document"),
        sqlite_with_rowid=False,
    )
