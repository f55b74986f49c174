"""What people keep for themselves, and may share.

- ``kept_answers``: the shapes of the answers
- ``saved_searches``: searches under a name, reached as ``Atlas.searches``
- ``notes``: notes on papers, stars and what was read, reached as ``Atlas.notes``
- ``ownership``: whose an item is, and who else sees it
"""
