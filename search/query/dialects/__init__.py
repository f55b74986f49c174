"""Search strings of other databases: recognised, read as the database reads them, written as a query here.

- `recognition`: which database a text was written for; `databases`: what each of them means by its signs.
- `strategies`: numbered lines; `tokens`, `lexers`: lines into tokens; `reader`: tokens → the tree of `trees`.
- `fields` (with ``fields.toml``), `limits`, `terms`: fields, limits and words; `writer`: a tree → the query.
- `translation`: all of it, with every inexact piece named.
"""
