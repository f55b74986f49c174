"""The library: the single source of truth. Everything else can be made from it.

- `library`: all of it as one object; `database`: opening, transactions, counters; `schema`: its tables
  (`migrations/`, with the checksums of rows).
- `backend/`: what SQLite and PostgreSQL do differently.
- `storing`: documents into tables; `identity`: which document a record is; `records`: how documents are kept;
  `bulk`: many at once.
- `merging`: one paper of several records; `papers`: reading; `collections`: naming, removing, splitting,
  joining.
- `files/`: PDFs that papers came with.
- `curation`, `lists`, `judgements`: what people did; `jobs`: the queue; `access/`: users, and what
  each may see; `reviewing/`: reviews, decisions, pairs of duplicates.
"""
