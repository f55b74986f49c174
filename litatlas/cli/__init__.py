"""The command line: each command is a thin skin over one call of `Atlas`.

- ``main``: registers the commands, and translates every error once
- ``context``: what every command shares: the atlas, ``--json``, options
- ``collections``: add, collections, coverage, formats
- ``harvest``: arxiv, pubmed, openalex, crossref, oai, refresh
- ``search``: search, explore, export
- ``papers``: document, similar, split, join, duplicates
- ``topics``: topics, topic, trends, bridges, quality, rename-topic, names
- ``books/``: search-book: searches that can be published
- ``reviews``: review
- ``kept/``: notes, stars, saved searches
- ``models``: build, publish, discard, rollback, reindex, encode
- ``reviews``, ``review_text``: what is screened, and its answers as text
- ``access/``: users, tokens, the audit log; ``maintenance/``: backups, another database
- ``service``: serve, worker, demo, status, doctor
- ``formatters``: answers as text for people
- ``terminal``: what fits on a terminal: widths, tables, plain text, colour
- ``progress``: progress on standard error
"""
