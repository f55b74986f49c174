"""Elasticsearch behind the engine contract.

- `engine`: the contract's methods; `compile`: mappings, queries and bulk lines as JSON; `errors`: what its
  errors mean.
"""
