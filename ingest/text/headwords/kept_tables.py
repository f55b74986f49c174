"""Where the tables of words are kept from one start to the next: beside this code, as Python keeps its
compiled modules there, so that who serves need not be who installed; where that may not be written, in the
home of whoever serves.

Read from spaCy's files they take up to ten seconds and most of a gigabyte, Polish the most: so a server has
those of all languages made once, by a process beside it, before somebody asks, and whoever comes before that
waits for the one language alone.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock

from ingest.arrays import ArraysError
from ingest.errors import LitatlasError
from ingest.locks import exclusive
from ingest.parallel import beside
from ingest.text.headwords.lexicon import Tables
from ingest.text.headwords.spacy_files import has_tables, languages_with_tables, spacy_tables
from ingest.text.headwords.word_tables import are_saved, mapped, save

_TEXT = Path(__file__).parents[1]
_BESIDE = _TEXT / "__pycache__"
_PATIENCE = 120.0  # seconds in which another process will have made the tables of one language
_NICE = 19
_MAKING = Lock()

_home: Path | None = None


def keep_tables(home: Path) -> None:
    """From now on, make the tables that are needed and not kept yet, in a process beside this one; where they
    cannot be kept beside this code, in a folder of theirs.

    For a server: of a program that does not expect it, the process would run the main module again.
    """
    global _home
    _home = home


def tables_of(lang: str) -> Tables:
    """The tables of a language: kept ones, or read in; empty ones where nothing is known of its words.

    English is always read in: every process needs its tables all the time, and a server forks with them.
    """
    if lang == "en" or not has_tables(lang):
        return spacy_tables(lang)
    with _MAKING, suppress(OSError, LitatlasError):  # the disk is full, memory was short
        tables = _kept(lang)
        if tables is None and _home is not None and (folder := _writable()) is not None:
            with beside(make, lang, folder) as wait:  # what it takes meanwhile, this process keeps not
                wait(lambda: None)
            tables = _kept(lang)
        if tables is not None:
            return tables
    return spacy_tables(lang)


def missing(first: Iterable[str] = ()) -> list[str]:
    """The languages whose tables are still to be made: those to begin with, then what is read soonest."""
    known = [lang for lang in languages_with_tables() if lang != "en"]
    order = dict.fromkeys([*(lang for lang in first if lang in known), *known])
    return [lang for lang in order if not any(are_saved(folder / lang) for folder in _folders())]


def make_missing_beside(first: Iterable[str] = ()) -> None:
    """Have what is missing made by a process beside this one, which gives way to all others; wait for it."""
    langs = missing(first)
    if langs:
        with suppress(OSError, LitatlasError), beside(_make_nicely, langs, _home) as wait:
            wait(lambda: None)


def make_missing(first: Iterable[str] = ()) -> None:
    """Make the tables that are missing, of the languages to begin with before others; where nothing can be
    written they stay so."""
    folder = _writable()
    if folder is None:
        return
    for lang in missing(first):
        make(lang, folder)
    for other in folder.parent.glob("words-*"):  # of other versions
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)


def make(lang: str, folder: Path) -> None:
    """Make the tables of a language in a folder, unless another process has made them meanwhile."""
    with exclusive(folder / f"{lang}.lock", f"the tables of words of {lang}", _PATIENCE):
        with suppress(ArraysError):
            mapped(folder / lang)
            return
        save(spacy_tables(lang), folder / lang)


def _make_nicely(first: Iterable[str], home: Path | None) -> None:
    global _home
    _home = home
    os.nice(_NICE)
    make_missing(first)


def _kept(lang: str) -> Tables | None:
    for folder in _folders():
        with suppress(ArraysError):
            return mapped(folder / lang)
    return None


def _folders() -> Iterator[Path]:
    name = f"words-{_stamp()}"
    yield from (place / name for place in (_BESIDE, _home) if place is not None)


def _writable() -> Path | None:
    """The first folder that may be written; None where none may."""
    for folder in _folders():
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            if os.access(folder, os.W_OK):
                return folder
    return None


@cache
def _stamp() -> str:
    """What tables depend on: spaCy's files, how words are folded, and how tables are made and written."""
    told = hashlib.sha256(version("spacy-lookups-data").encode())
    here = Path(__file__).parent
    for file in (_TEXT / "forms.py", here / "spacy_files.py", here / "word_tables.py"):
        told.update(file.read_bytes())
    return told.hexdigest()[:12]
