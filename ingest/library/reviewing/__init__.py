"""Reviews and duplicates in the library: what belongs to them, and every decision, in rows that are only
ever added.

- ``reviews``: a review's plan, the searches that brought its papers, and the papers
- ``decisions``: who decided what of a paper, when and why
- ``pairs``: pairs of records that may be one paper, and who decided what of them
"""
