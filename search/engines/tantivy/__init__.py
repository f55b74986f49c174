"""Tantivy behind the engine contract.

- `engine`: the contract's methods; `schema`: the fields of an index; `encoding`: ids, orders and vectors as
  numbers.
- `compile`: clauses → queries; `ordering`: hits in order; `counting`: facets.
- `stamps`: an index's folder and its stamp; `checksums`: whether its files are whole; `errors`: what can
  be wrong with it.
"""
