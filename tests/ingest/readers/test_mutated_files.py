"""Mutated files of every format, as they are uploaded: read or refused in time, and never made into garbage.

Garbage is a paper whose title begins with a tag, a heading or a key of the format that the file is in.
"""

from __future__ import annotations

import random
import re
import time
from pathlib import Path

import pytest

from ingest.document import Document
from ingest.errors import InputError
from ingest.input_files import read_sources
from ingest.readers.registry import READERS
from tests.ingest import pdfs
from tests.ingest.readers.test_database_texts import TEXTS
from tests.ingest.readers.test_headed import CNKI, EMBASE, NOTE_EXPRESS
from tests.ingest.readers.test_readers import fixture
from tests.ingest.readers.test_readers_mutations import TAGGED, mutate, records

SECONDS = 20
"""Processor time that a small file may take, however it is damaged."""
_TAG = (
    r"(?:T[IY1]|A[UB1]|PY|J[OF]|ER|FAU|PMID|DP|VN|DB|SO|YR|KW) {0,3}[-–—](?: |\Z)"
    r"|%[A-Z0-9@](?: |\Z)|(?:AU|AF|A1|SO|JF|PY|YR|UT|RT|DT) "
)
_ELEMENT = r"</?[A-Za-z][\w:-]*[ >/]|<[?!]|[\w:-]+=\""
_KEY = r"[\[{\s]*\"[\w-]+\"\s?:"
_CELLS = r"\"?(?:Article Title|Title|Authors?|Author\(s\)|Abstract|Year|Key)\"?[,;\t]"
_HEADING = (
    r"\{[A-Z][\w /]+\}\s?[:：]|[A-Za-z]{3,}-[一-鿿]{2,}\s?[:：]|(?:TITLE|AUTHOR NAMES|SOURCE|RECORD \d+)\Z"
    r"|(?:Title|Authors?|Author\(s\)|Abstract|Publication \w+|Source|Subject|ISSN|AU|TI|ID|AB): "
    r"|(?:DOI|PMID|PMCID): "
    r"|Document \d+ of|Record:? #?\d|<\d+>|Unique Identifier|[A-Z]{4}[A-Z ]*: |EXPORT DATE|keywords: |URL: "
)
_ENTRY = r"@[A-Za-z]+\s?\{|[a-z]+\s?=\s?[{\"]"
_OF_FORMAT = {
    **dict.fromkeys(TAGGED, _TAG),
    **dict.fromkeys(("pubmed", "jats", "oai", "acl", "endnote", "arxiv-atom"), _ELEMENT),
    **dict.fromkeys(("arxiv", "openalex", "crossref", "semanticscholar", "csl", "jsonl"), _KEY),
    **dict.fromkeys(("csv", "scopus", "zotero", "wos-tab", "xlsx"), _CELLS),
    "bibtex": _ENTRY,
    "pdf": r"%PDF|Abstract\b|Keywords?:|https?://",
}


def _samples() -> dict[str, list[bytes]]:
    """Format → files of it that are whole."""
    samples = {reader.name: [fixture(reader.name)] for reader in READERS}
    for name in TAGGED:
        samples[name].append(b"".join(records(name)))
    samples["headed"] += [text.encode() for text in (NOTE_EXPRESS, CNKI, EMBASE)]
    for name, text in TEXTS.items():
        of = {"pubmed abstract": "pubmed-text", "pubmed summary": "pubmed-text"}.get(name, f"{name}-text")
        samples[of if of in samples else "numbered"].append(text.encode())
    samples["csv"].append(
        b'"TITLE","Fires in peat"\n"AUTHOR NAMES","Berg A."\n"SOURCE","J Foo (2019) 12:3 (1-2)"\n'
        b'"ABSTRACT","We looked."\n\n"TITLE","Salt"\n"AUTHOR NAMES","Ito Y."\n'
        b'"SOURCE","Bogs (2020) 1:2 (3)"\n'
    )
    samples["pdf"].append(pdfs.paper(columns=1))
    return samples


def _damaged_text_of_pdf(chance: random.Random) -> bytes:
    """A whole PDF with mutated words on its first page."""

    def damaged(text: str) -> str:
        return mutate(text.encode(), chance).decode("latin-1").replace("\x00", "")

    return pdfs.paper(
        title=damaged(pdfs.TITLE),
        authors=damaged("Anna Berg*, Kim Marsh and Peter T. Oduya"),
        head=damaged("Journal of Foo 12 (2015) 100-110"),
        heading=chance.choice(["Abstract", "ABSTRACT", "", damaged("Abstract")]),
        columns=chance.randint(1, 2),
    )


def _files(name: str, rounds: int, seed: int) -> list[bytes]:
    chance = random.Random(f"{name}{seed}")
    whole = _samples()[name]
    files = [mutate(whole[turn % len(whole)], chance) for turn in range(rounds)]
    if name == "pdf":
        files[::2] = [_damaged_text_of_pdf(chance) for _ in files[::2]]
    return files


def garbage(name: str, folder: Path, rounds: int, seed: int) -> list[tuple[str, bytes]]:
    """(what is wrong, the file) of the mutated files that are read wrongly."""
    pattern = re.compile(rf"\s*(?:{_OF_FORMAT.get(name, _HEADING)})")
    path = folder / "upload"
    wrong = []
    for data in _files(name, rounds, seed):
        path.write_bytes(data)
        started = time.process_time()
        try:
            titles = [one.title for _, one in read_sources([path]) if isinstance(one, Document)]
        except InputError:
            titles = []
        wrong += [(title, data) for title in titles if pattern.match(title)]
        if time.process_time() - started > SECONDS:
            wrong.append(("took too long", data))
    return wrong


FORMATS = [reader.name for reader in READERS]
_SLOW = ("pdf", "xlsx")
"""Formats that are opened in a process of their own."""


@pytest.mark.parametrize("name", FORMATS)
def test_a_mutated_file_is_read_or_refused(name: str, tmp_path: Path) -> None:
    assert garbage(name, tmp_path, 4 if name in _SLOW else 40, 31) == []


@pytest.mark.nightly
@pytest.mark.timeout(3_000)
@pytest.mark.parametrize("name", FORMATS)
def test_mutated_files_at_length(name: str, tmp_path: Path) -> None:
    assert garbage(name, tmp_path, 100 if name in _SLOW else 700, 32) == []
