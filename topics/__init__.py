"""The aggregated hierarchical topic model.

In the order of a build:

- `text/`: forms → terms; `corpus/`: counts, tags and vectors of the papers; `training/`: leaves, tree and
  levels.
- `naming/`: which words and labels stand for a topic; `quality/`: how good topics are; `map/`: where they
  lie.
- `model/`: the published model, the papers in it, and what people changed of it.
- `rows`: rows scaled to length 1, by which vectors are compared.
"""
