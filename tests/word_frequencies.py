"""The table of a million words in which every build looks its words up, read once in a process.

To read it takes most of a second, and tests build many small models.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from ingest.text.headwords import spacy_files

_NAME = "lexeme_prob"
_read = spacy_files.table


@cache
def _frequencies(path: str) -> dict[str, Any]:
    return _read({_NAME: path}, _NAME)


def table(files: Mapping[str, str], name: str) -> dict[str, Any]:
    """As `ingest.text.headwords.spacy_files.table`, in whose place it stands in tests."""
    return _frequencies(files[name]) if name == _NAME and name in files else _read(files, name)
