"""Weighted least squares over sparse rows, solved by conjugate gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Doubles = NDArray[np.float64]


def ridge(
    rows: sparse.csr_matrix,
    at: NDArray[np.integer[Any]],
    target: Doubles,
    penalties: Doubles,
    start: Doubles,
    *,
    rounds: int,
    exact: float,
) -> tuple[Doubles, Doubles]:
    """Least squares over some rows, with an offset, in one number for each row (Chapelle, Neural Computation
    2007).

    Args:
        rows: rows × features; all of them are scored.
        at: the rows that are learned from.
        target, penalties: of each of those, what it should score, and what its number costs.
        start: for every row, the number to go on from.
        rounds, exact: as `_solved`.

    Returns:
        The number (0 for rows not learned from), and the score, of every row.
    """
    some = rows[at]
    columns = some.T  # by columns as it is: it is asked two or three times, and a copy by rows costs as much

    def times(vector: Doubles) -> Doubles:
        return np.asarray(some @ (columns @ vector) + vector.sum() + penalties * vector)

    part = _solved(times, target, start[at], 1 / (penalties + 2), rounds=rounds, exact=exact)
    duals = np.zeros(len(start))
    duals[at] = part
    return duals, np.asarray(rows @ (columns @ part) + part.sum(), dtype=np.float64)


def _solved(
    times: Callable[[Doubles], Doubles],
    target: Doubles,
    start: Doubles,
    inverse: Doubles,
    *,
    rounds: int,
    exact: float,
) -> Doubles:
    """The vector that a symmetric positive system makes the target of.

    Args:
        times: what the system makes of a vector.
        start: from where to go on.
        inverse: about the inverse of the system's diagonal.
        rounds: how often the system is asked, at most.
        exact: how large a part of the target, as ``inverse`` scales it, may be missing.
    """
    answer = start.copy()
    residual = target - times(answer)
    direction = scaled = inverse * residual
    size = float(residual @ scaled)
    enough = exact**2 * float(target @ (inverse * target))
    for _ in range(rounds):
        if size <= enough:
            break
        step = times(direction)
        by = size / float(direction @ step)
        answer += by * direction
        residual -= by * step
        scaled = inverse * residual
        following = float(residual @ scaled)
        direction = scaled + (following / size) * direction
        size = following
    return answer
