"""Reviews, duplicates and search books in the library: what belongs to them, and every decision and run, in
rows that are only ever added.

- ``reviews``: a review's plan, the searches that brought its papers, and the papers
- ``decisions``: who decided what of a paper, when and why
- ``pairs``: pairs of records that may be one paper, and who decided what of them
- ``books``: search books: their lines, and every run with the papers that it found
"""
