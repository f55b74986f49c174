"""Cells of the tables that the programs print; needs nothing of the atlas."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def cell(values: Sequence[float]) -> str:
    """The mean over the seeds, with its spread where there are several; a dash where there is nothing."""
    spread = f" ± {np.std(values):.3f}" if len(values) > 1 else ""
    return f"{np.mean(values):.3f}{spread}" if values else "–"
