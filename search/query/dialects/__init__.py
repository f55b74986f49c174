"""Search strings of other databases.

- `other_databases`: recognised, so that none of them finds nothing in silence.
"""
