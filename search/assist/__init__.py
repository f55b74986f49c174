"""What helps a reader to type.

- `suggestions`: completions; `spelling`: did-you-mean.
- `assistance`: both, written in one pass over the papers, and opened.
"""
