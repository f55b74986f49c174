"""Users, sessions, tokens; what is private, whose it is and who sees it; the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _owned() -> sa.Column[int]:
    return sa.Column("owner", _Number, sa.ForeignKey("users.number", ondelete="CASCADE"), nullable=False)


def upgrade() -> None:
    """Add the tables and columns; everything that is there stays public and is nobody's."""
    for table in ("collections", "lists"):
        op.add_column(table, sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false()))
    for table in ("collections", "lists", "judgements", "jobs"):
        op.add_column(table, sa.Column("owner", _Number))
    op.create_table(
        "users",
        sa.Column("number", _Number, primary_key=True),
        *_text("name"),
        sa.Column("key", sa.Text(), nullable=False, unique=True),
        *_text("role", "password", "issuer", "subject", "groups", "created"),
    )
    op.create_index("users_subject", "users", ["issuer", "subject"])
    op.create_table(
        "sessions",
        sa.Column("hash", sa.Text(), primary_key=True),
        _owned(),
        *_text("created", "used", "ends"),
    )
    op.create_index("sessions_owner", "sessions", ["owner"])
    op.create_table(
        "tokens",
        sa.Column("id", sa.Text(), primary_key=True),
        *_text("hash"),
        _owned(),
        *_text("kind", "name", "scopes", "created", "used", "ends"),
    )
    op.create_index("tokens_owner", "tokens", ["owner"])
    op.create_table(
        "grants",
        *_text("kind"),
        sa.Column("subject", _Number, nullable=False),
        *_text("grantee"),
        sa.PrimaryKeyConstraint("kind", "subject", "grantee"),
    )
    op.create_table(
        "attempts",
        sa.Column("number", _Number, primary_key=True),
        *_text("key"),
        sa.Column("at", sa.Float(), nullable=False),
    )
    op.create_index("attempts_key", "attempts", ["key", "at"])
    op.create_table(
        "audit",
        sa.Column("number", _Number, primary_key=True),
        *_text("at", "who", "action", "subject", "detail", "address"),
    )
    op.create_index("audit_at", "audit", ["at"])
    _append_only()


def _append_only() -> None:
    """What was written into the audit log is not changed any more, by whatever program."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER audit_kept BEFORE UPDATE ON audit"
            " BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        )
    else:
        op.execute("CREATE RULE audit_kept AS ON UPDATE TO audit DO INSTEAD NOTHING")
