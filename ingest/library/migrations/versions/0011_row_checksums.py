"""Checksums of rows.

SQLite's indices of them are made after the last step, for all tables that there are then: see
`ingest.library.migrations.row_checksums`. From this step on a library has them.
"""

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change no table."""
