"""``added:``: days, months, years and ranges of them."""

from __future__ import annotations

import pytest

from search.days import day_range


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("2026", (20260000, 20269999)),
        ("2026-11", (20261100, 20261199)),
        ("2026-11-29", (20261129, 20261129)),
        ("2026-11-01-", (20261101, None)),
        ("-2026-11", (None, 20261199)),
        ("2025-2026", (20250000, 20269999)),
        ("2026-10-2026-11", (20261000, 20261199)),
        ("20261100-20261199", (20261100, 20261199)),
        ("-", None),
        ("", None),
        ("soon", None),
    ],
)
def test_days(text: str, bounds: tuple[int | None, int | None] | None) -> None:
    assert day_range(text) == bounds
