"""Random secrets: what a session's cookie and a program's token hold, and what of them is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta

TOKEN_PREFIX = "lit_"  # noqa: S105  (no secret: by it, a token that lies about is recognised)
_ID = 12


def fresh() -> str:
    """A secret of 256 bits."""
    return secrets.token_urlsafe(32)


def fresh_token() -> tuple[str, str]:
    """A token: its beginning, by which people know it, and all of it."""
    id = TOKEN_PREFIX + secrets.token_hex(_ID // 2)
    return id, f"{id}_{fresh()}"


def token_id(token: str) -> str:
    """The beginning of a token, "" where it is none of ours."""
    begin = token[: len(TOKEN_PREFIX) + _ID]
    return begin if token.startswith(TOKEN_PREFIX) and token[len(begin) : len(begin) + 1] == "_" else ""


def hashed(secret: str) -> str:
    """What is kept of a secret; it is random, so that a plain hash cannot be turned round."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two are equal, in a time that does not tell how far."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def form_token(secret: str) -> str:
    """The token that a session's forms carry."""
    return hmac.new(secret.encode("utf-8", "replace"), b"form", hashlib.sha256).hexdigest()


def in_days(days: float) -> str:
    """A time so many days from now, ISO 8601 in UTC."""
    return (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="seconds")
