"""The published model and the papers in it.

- `hierarchy`: topics, φ, ψ, θ and vectors; `foldin`: θ of a new document; `trends`: whether a topic rises,
  and its line over the years.
- `placement`: where every paper lies; `segment`: the papers that came later; `inverted_lists`: the nearest
  papers.
- `paper_ids`: the ids of a model's papers and their rows, in little memory.
- `fit`: papers that no topic explains; `topic_papers`: the papers of each topic of a draft.
- `matching`: which new topic is which former one; `curation`: what people changed.
"""
