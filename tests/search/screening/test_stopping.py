"""The stopping rule, against the hypergeometric distribution counted out by hand."""

from __future__ import annotations

from math import comb, floor

import numpy as np
import pytest

from search.screening.stopping import chance_below, stop_report


def counted(labels: list[int], records: int, target: float) -> float:
    """The same p-value from binomial coefficients, one beginning of a sample after the other."""
    values = []
    for begin in range(len(labels)):
        before, sample = sum(labels[:begin]), labels[begin:]
        unread, missing = records - begin, floor(sum(labels) / target - sum(labels[:begin])) + 1
        if missing > unread:
            values.append(0.0)
            continue
        ways = [
            comb(missing, hits) * comb(unread - missing, len(sample) - hits)
            for hits in range(sum(labels) - before + 1)
            if len(sample) - hits >= 0
        ]
        values.append(sum(ways) / comb(unread, len(sample)))
    return min(values)


@pytest.mark.parametrize("seed", range(5))
def test_the_chance_is_that_of_counting(seed: int) -> None:
    dice = np.random.default_rng(seed)
    labels = (dice.random(40) < np.linspace(0.6, 0.02, 40)).astype(np.int64)
    assert chance_below(labels, 90, 0.95) == pytest.approx(counted(labels.tolist(), 90, 0.95), abs=1e-9)


@pytest.mark.parametrize("seed", range(40))
def test_the_chance_is_that_of_counting_near_the_end_too(seed: int) -> None:
    dice = np.random.default_rng(seed)
    read = int(dice.integers(1, 30))
    labels = (dice.random(read) < dice.random()).astype(np.int64)
    if labels.any():
        records, target = read + int(dice.integers(1, 6)), float(dice.choice([0.5, 0.8, 0.95]))
        counted_out = counted(labels.tolist(), records, target)
        assert chance_below(labels, records, target) == pytest.approx(counted_out, abs=1e-9)


def test_without_an_inclusion_nothing_can_be_claimed() -> None:
    report = stop_report([0] * 50, 100)
    assert not report.reached
    assert report.too_small


def test_a_long_tail_without_an_inclusion_ends_it_and_says_how_long() -> None:
    labels = [1] * 20 + [0] * 80
    report = stop_report(labels, 1000)
    assert not report.reached
    assert report.more is not None
    assert stop_report([*labels, *[0] * report.more], 1000).reached
    assert not stop_report([*labels, *[0] * (report.more - 1)], 1000).reached


def test_a_set_too_small_for_the_claim_says_so() -> None:
    report = stop_report([1, 0], 3)
    assert not report.reached
    assert report.too_small
    assert stop_report([1, 0, 0], 3).reached  # all was read
