"""Ids of what people make: lists, notes, search books, reviews."""

from __future__ import annotations

import secrets


def fresh_id() -> str:
    """An id of 72 random bits that can be typed into a command: it does not begin with a hyphen."""
    return secrets.token_hex(9)
