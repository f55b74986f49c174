"""Alembic's migrations of the library; :mod:`ingest.database` runs them when a library is opened."""
