"""Days as numbers: 20261129. A month or a year is a range of them, which bounds compare as any numbers."""

from __future__ import annotations

import re

_DAY = r"(\d{4}(?:-?(?:0\d|1[0-2]|99)(?:-?(?:[0-3]\d|99))?)?)"
_DAYS = re.compile(rf"{_DAY}?(-)?{_DAY}?")


def day_range(text: str) -> tuple[int | None, int | None] | None:
    """The first and the last day of a day, a month, a year or a range of them; None for another text.

    "2026-11" is 20261100 to 20261199; "2026-11-" has no end.
    """
    match = _DAYS.fullmatch(text.replace("..", "-"))
    if not match or not (match[1] or match[3]) or (match[1] and match[3] and not match[2]):
        return None
    first, last = (part.replace("-", "") if part else "" for part in (match[1], match[3]))
    if not match[2]:
        first = last = first or last
    return int(first.ljust(8, "0")) if first else None, int(last.ljust(8, "9")) if last else None


def month_of(day: int) -> str:
    """The month of a day: "2026-11"."""
    return f"{day // 10_000:04d}-{day // 100 % 100:02d}"
