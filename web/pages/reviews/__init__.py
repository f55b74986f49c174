"""The pages of reviews.

- ``overview``: all reviews; one with its plan, how far it is, and its files
- ``screening``: the paper to decide next, and conflicts
- ``forms``: what their forms have in common, who is deciding above all
"""

from web.pages.reviews import overview, screening

__all__ = ["overview", "screening"]
