"""The fields of other databases, and what stands for each here (``fields.toml``)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

TEXTS = frozenset({"title", "abstract", "subject"})
"""Targets that are text fields here."""

UNKNOWN = "?"
"""The target of a field that the database does not have."""


@cache
def table(dialect: str) -> dict[str, str]:
    """The fields of a database, in lower case → their targets here."""
    record = tomllib.loads(files(__package__).joinpath("fields.toml").read_text(encoding="utf-8"))[dialect]
    return {" ".join(code.split()): target for target, codes in record.items() for code in codes.split(";")}


def targets(dialect: str, code: str) -> list[str]:
    """The targets of one field: several text fields, or one other."""
    target = table(dialect).get(" ".join(code.lower().split()), UNKNOWN)
    parts = target.split()
    return parts if TEXTS.issuperset(parts) else [target]
