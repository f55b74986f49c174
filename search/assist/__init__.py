"""What helps a reader to type.

- `files`: both written from one pass over the papers, and opened; `suggestions`: completions; `spelling`:
  did-you-mean.
"""
