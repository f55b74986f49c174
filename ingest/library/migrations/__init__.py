"""Alembic's migrations of the library; :mod:`ingest.library.database` runs them when a library is opened."""
