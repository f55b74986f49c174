"""Search books: lines that are run, kept, frozen, compared and reported.

- ``book_answers``: the shapes of the answers
- ``book_lines``: lines as they are written and shown
- ``running``: a run of all lines, with what is kept of it
- ``kept_runs``: a run that was kept: the papers of its lines, and who may see it
- ``comparing``: what changed from one run to another, and why
- ``prisma_s``: the sixteen items of PRISMA-S, filled in from a run
- ``report_files``, ``search_history``, ``crate``: the report as Markdown and DOCX, the search as JSON, all of
  it as an RO-Crate
- ``publishing``: a run in every format that it is published in
- ``books``: the front of it all, reached as ``Atlas.books``
"""
