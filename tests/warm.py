"""Imported by the process that forks children for tests, so that each of them starts at once."""

import litatlas.atlas
import litatlas.cli.main
import topics.training.build
from ingest.text.analysis import analyzer
from ingest.text.headwords import spacy_files
from tests import word_frequencies

__all__ = ["litatlas", "topics"]

spacy_files.table = word_frequencies.table
spacy_files.general_language("en", ["warm"])
analyzer().joined("warm")
