"""Linear systems that are known by what they make of a vector, solved by conjugate gradients."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


def solved(
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
