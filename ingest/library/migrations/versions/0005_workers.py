"""Which worker runs a job, and how often it was begun."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two columns; a worker's lock tells whether it lives, its clock does not."""
    op.drop_column("jobs", "beat")
    op.add_column("jobs", sa.Column("worker", sa.Text(), nullable=False, server_default=""))
    op.add_column("jobs", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
