"""Search books: lines that are run, kept, frozen, compared and reported.

- ``book_answers``: the shapes of the answers
- ``running``: a run of all lines, with what is kept of it
- ``kept_runs``: a run that was kept: the papers of its lines, and who may see it
- ``comparing``: what changed from one run to another, and why
- ``books``: the front of it all, reached as ``Atlas.books``
"""
