"""What helps a reader to type.

- `suggestions`: completions; `spelling`: did-you-mean; `absent_languages`: scripts and languages that no
  paper has.
- `assistance`: both, written in one pass over the papers, and opened.
"""
