"""The commands, one file for each kind; ``text/`` has their answers as text for people.

- ``collections``: add, collections, coverage, formats
- ``harvest``: arxiv, pubmed, openalex, crossref, oai, refresh
- ``search``: search, translate, explore, export
- ``papers``: document, similar, split, join, duplicates
- ``topics``: topics, topic, trends, bridges, quality, rename-topic, names
- ``models``: build, publish, discard, rollback, reindex, encode
- ``books``: search-book: searches that can be published
- ``reviews``: review
- ``kept``: notes, stars, saved searches
- ``serve``: serve, worker, demo
- ``status``: status, doctor
- ``backups``: backup, restore, migrate, move
- ``accounts``: users, tokens, the audit log
"""
