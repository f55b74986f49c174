"""What the two databases do differently, below `ingest.library.database`.

- ``errors``: the drivers' errors in our words
- ``connections``: PostgreSQL's connections, where its server may go away and come back
- ``advisory_locks``: PostgreSQL's locks, which hold between hosts
- ``answer_marks``: whether something has changed that a kept answer may show
- ``same_file``: whether SQLite's file is still the one that was opened
- ``wal_index``: whether somebody else uses an SQLite file
- ``write_ahead_log``: damage to the log that SQLite would pass over
- ``patience``: waiting for a server that is away
"""
