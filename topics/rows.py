"""Rows of numbers scaled to length 1, by which vectors are compared everywhere."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def unit_rows(matrix: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Each row scaled to length 1; rows of zeros stay."""
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.maximum(norms, 1e-9), dtype=np.float32)
