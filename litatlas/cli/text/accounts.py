"""Users and tokens as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def account_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Users or tokens, a line each."""
    if not rows:
        return "There are none."
    cells = [
        [", ".join(row[name]) if isinstance(row[name], list) else str(row[name]) for name in columns]
        for row in rows
    ]
    lines = [list(columns), *cells]
    widths = [max(len(line[at]) for line in lines) for at in range(len(columns))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
