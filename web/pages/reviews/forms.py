"""What the forms about reviews have in common."""

from __future__ import annotations

from typing import Any

from web.access.identity import reader


def who_is_deciding(typed: str) -> str:
    """The name that a decision is kept under: the account's, else the one that was given."""
    return reader().name if reader().is_person else " ".join(typed.split())


def filled(values: Any) -> dict[str, str]:
    """The fields of a form that were filled in: empty ones mean nothing."""
    return {name: value for name, value in values.items() if value.strip() or name == "query"}
