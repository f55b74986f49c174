"""When documents came, and which of them share their source's number."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the column and the table; of what is there, the best known date is its collection's."""
    op.add_column("documents", sa.Column("added", sa.Text(), nullable=False, server_default=""))
    op.execute(
        "UPDATE documents SET added ="
        " (SELECT created FROM collections WHERE collections.number = documents.collection)"
    )
    op.create_table(
        "namesakes",
        sa.Column(
            "document",
            _Number,
            sa.ForeignKey("documents.number", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("base", sa.Text(), nullable=False),
    )
    op.create_index("namesakes_base", "namesakes", ["base"])
