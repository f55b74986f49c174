"""Other ways in which a query's words may stand in a paper.

- `name_variants`: names written together, apart or with a hyphen; `compounds`: words of the language.
"""
