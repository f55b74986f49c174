"""Who uses the library, and what each may see.

- ``accounts``: users, their sessions and tokens
- ``grants``: what is private, and whom it is shared with
- ``common_knowledge``: what all who see a paper may know of it, from which indices and models are made
- ``kept_items``: saved searches, notes, stars
- ``titles``: the titles that ranking reads
- ``audit``: who did what, when
"""
