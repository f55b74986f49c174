"""Decisions as files from and for other tools.

- ``review_exports``: a review in a format of another tool, and as JSON lines
- ``labelled_files``: papers with labels in tables, workbooks and JSON lines
- ``rayyan_covidence``: the tables of Rayyan and Covidence
- ``review_imports``: what a file decides of the papers of a review
- ``prisma_table``: the counts of PRISMA 2020 for the PRISMA2020 tool
"""
