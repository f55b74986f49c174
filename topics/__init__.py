"""The aggregated hierarchical topic model.

In the order of a build:

- `text/`: forms → terms; `corpus/`: counts, tags and vectors of the papers; `training/`: leaves, tree and
  levels.
- `naming/`: which words and labels stand for a topic; `quality/`: how good topics are; `map/`: where they
  lie.
- `model/`: the published model, the papers in it, and what people changed of it.
- `rows`: rows scaled to length 1, by which vectors are compared.
"""

from __future__ import annotations

import warnings

# Some BLAS kernels read past the end of a short row and set the processor's "invalid" flag for what they then
# throw away (numpy issue 24067). Which machine does so is chance; what is really not a number, the trainer
# and the checks of a model refuse.
warnings.filterwarnings("ignore", "invalid value encountered in matmul", RuntimeWarning)
