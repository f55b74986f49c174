"""Elasticsearch behind the engine contract.

- `engine`: the contract's methods; `mapping`: the fields of an index; `compile`: queries and bulk lines as
  JSON; `errors`: what its errors mean.
"""
