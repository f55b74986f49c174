"""Who uses the library, and what each may see.

- ``accounts``: users, their sessions and tokens
- ``grants``: what is private, and whom it is shared with
- ``audit``: who did what, when
"""
