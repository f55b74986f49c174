"""Which schemes of identifiers a document has, beside its near-duplicate bands; 0 where it is not known."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("bands", sa.Column("schemes", sa.BigInteger(), nullable=False, server_default="0"))
