"""What people decided of pairs of records: one paper, or two."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add their table."""
    op.create_table(
        "pair_decisions",
        sa.Column("number", _Number, primary_key=True),
        sa.Column("a", sa.Text(), nullable=False),
        sa.Column("b", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("score", sa.Float()),
        sa.Column("split", sa.Boolean(), nullable=False),
        sa.Column("undoes", _Number),
        sa.Column("made", sa.Text(), nullable=False),
    )
    op.create_index("pair_decisions_pair", "pair_decisions", ["a", "b"])
    op.create_index("pair_decisions_undoes", "pair_decisions", ["undoes"])
