"""What people keep beside lists.

- ``items``: saved searches, notes on papers, stars
"""

from web.pages.kept import items

__all__ = ["items"]
