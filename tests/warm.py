"""Imported by the process that forks children for tests, so that each of them starts at once."""

import litatlas.atlas
import litatlas.cli.main
import topics.training.build
from ingest.text import analysis
from tests import word_frequencies

__all__ = ["litatlas", "topics"]

analysis._table = word_frequencies.table
analysis.general_language("en", ["warm"])
analysis.analyzer().joined("warm")
