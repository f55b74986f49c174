"""The curve of found papers over screened ones."""

from __future__ import annotations

import pytest

from litatlas.parts.reviewing.review_answers import StopAnswer
from web.rendering.recall_curve import FoundCurve, found_curve


def stop(curve: list[int], *, read: int, records: int, kept: int, expected: float | None) -> StopAnswer:
    return {"curve": curve, "read": read, "records": records, "kept": kept, "expected": expected}  # type: ignore[typeddict-item]


def test_the_curve_begins_at_nothing_and_the_expected_rest_is_dashed_to_the_corner() -> None:
    # In 600 × 180 with 4 free above and below: two of four expected papers stand at half of the height.
    curve = found_curve(stop([1, 2], read=10, records=40, kept=2, expected=2.2))
    assert curve == FoundCurve("0.0,176.0 75.0,133.0 150.0,90.0", "150.0,90.0 600.0,4.0", 4)


@pytest.mark.parametrize("expected", [None, 0.0, 0.4])
def test_where_no_more_are_expected_the_curve_reaches_the_top(expected: float | None) -> None:
    curve = found_curve(stop([0, 3], read=6, records=6, kept=3, expected=expected))
    assert curve == FoundCurve("0.0,176.0 300.0,176.0 600.0,4.0", "", 3)


def test_a_review_that_has_not_begun_is_a_point() -> None:
    assert found_curve(stop([], read=0, records=0, kept=0, expected=None)) == FoundCurve("0.0,176.0", "", 1)
    rest = found_curve(stop([], read=0, records=10, kept=0, expected=5)).rest
    assert rest == "0.0,176.0 600.0,4.0"
