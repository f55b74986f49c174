"""Alembic's entry: run the migrations on the connection that the library handed over."""

from alembic import context

from ingest.library.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
