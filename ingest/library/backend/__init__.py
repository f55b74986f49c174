"""What the two databases do differently, below `ingest.library.database`.

- ``errors``: the drivers' errors in our words
- ``connections``: PostgreSQL's connections, where its server may go away and come back
- ``advisory_locks``: PostgreSQL's locks, which hold between hosts
- ``wal_index``: what SQLite's processes know of each other's commits
- ``write_ahead_log``: damage to the log that SQLite would pass over
- ``patience``: waiting for a server that is away
"""
