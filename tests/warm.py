"""Imported by the process that forks children for tests, so that each of them starts at once."""

import litatlas.atlas
import litatlas.cli.main
import topics.training.build
from ingest.text.analysis import analyzer

__all__ = ["litatlas", "topics"]

analyzer().joined("warm")
