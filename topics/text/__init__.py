"""From analysed text to what the model and its readers see of it.

- `tokens`: the terms that a model knows; `phrases`: noun phrases; `casing`: how words are written.
- `scholarly`: how often words stand in papers of any field.
- `summary`: a paper in its own sentences, and its key terms.
- `findings`: which of its sentences say method, result and significance (`roles`).
"""
