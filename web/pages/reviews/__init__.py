"""The pages of reviews and of duplicates.

- ``overview``: all reviews; one with its plan, how far it is, and its files
- ``screening``: the paper to decide next, and conflicts
- ``duplicates``: pairs of records that may be one paper
- ``forms``: what their forms have in common, who is deciding above all
"""

from web.pages.reviews import duplicates, overview, screening

__all__ = ["duplicates", "overview", "screening"]
