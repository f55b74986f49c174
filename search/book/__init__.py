"""A search book: numbered lines that refer to each other, evaluated exactly and compared over time.

- ``program``: the lines, what each refers to, and the order in which they are evaluated
- ``boolean_words``: operators in any case, lines by bare numbers
- ``evaluation``: each line's papers, by set algebra over what an index finds for the parts without references
- ``index_source``: all papers that a query finds in an index, however many
- ``paper_sets``: sets of papers as they are kept, small and always the same bytes
- ``changes``: what came, went or changed its group between two runs, and why
"""
