"""Mutated files over every reader: no crash, no hang, and no loss of a record that the mutation did not
touch."""

from __future__ import annotations

import io
import random
import re
import time
from pathlib import Path

import pytest

from ingest.document import Document
from ingest.errors import InputError
from ingest.input_files import read_sources
from ingest.readers.parsing.reader import ReadOptions
from ingest.readers.registry import READERS, reader_named
from ingest.writers.formats import write
from ingest.writers.work import Work
from tests.ingest.readers.test_readers import fixture

PUBMED = (
    "<PubmedArticle>\n<MedlineCitation><PMID "
    'Version="1">{n}</PMID><Article><Journal><Title>J</Title></Journal>'
    "<ArticleTitle>Paper number {n} of many</ArticleTitle><Abstract><AbstractText>Text of paper "
    "{n}.</AbstractText>"
    "</Abstract></Article></MedlineCitation>\n</PubmedArticle>\n"
)
NBIB = "PMID- {n}\nTI  - Paper number {n} of many\nAB  - Text of paper {n}.\n\n"
ENW = "%0 Journal Article\n%T Paper number {n} of many\n%X Text of paper {n}.\n\n"
ENDNOTE = (
    '<record><ref-type name="Journal Article">17</ref-type><titles><title>Paper number {n} of '
    "many</title></titles></record>\n"
)
WOS = "PT J\nTI Paper number {n} of many\nAB Text of paper {n}.\nUT WOS:{n}\nER\n\n"
REFWORKS = "RT Journal Article\nT1 Paper number {n} of many\nAB Text of paper {n}.\nID {n}\n\n"
OVID = "<{n}. >\nVN  - Ovid Technologies\nTI  - Paper number {n} of many\nAB  - Text of paper {n}.\n\n"
BADNESS = b'{}[]<>"\\$&;,@%=\x00\xff\xfe\n\r\t'


def document(number: int) -> Document:
    return Document(
        source_id=f"p{number}",
        title=f"Paper number {number} of many",
        abstract=f"Text of paper {number}, with more.",
        authors=("One, A.", "Two, B."),
        year=2000 + number,
        type="article-journal",
    )


def records(name: str) -> list[bytes]:
    """A file of seven records in pieces: what stands before, the records, what stands after."""
    numbers = range(1, 8)
    templates = {
        "pubmed": ("<PubmedArticleSet>\n", PUBMED, "</PubmedArticleSet>\n"),
        "nbib": ("", NBIB, ""),
        "enw": ("", ENW, ""),
        "endnote": ("<xml><records>", ENDNOTE, "</records></xml>"),
        "refworks": ("", REFWORKS, ""),
        "ovid": ("", OVID, ""),
        "wos": ("FN Clarivate\nVR 1.0\n", WOS, "EF\n"),
    }
    if name in templates:
        before, template, after = templates[name]
        return [text.encode() for text in (before, *(template.format(n=n) for n in numbers), after)]
    pieces = [text.encode() for text in write((Work(document(number)) for number in numbers), name)]
    return [b"", *pieces, b""] if name != "csv" else [*pieces, b""]


def mutate(data: bytes, chance: random.Random) -> bytes:
    """A few bytes changed, cut out, repeated or put in."""
    mutated = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(mutated) or 1)
        action = chance.randrange(4)
        if action == 0:
            mutated[place : place + 1] = bytes([chance.randrange(256)])
        elif action == 1:
            del mutated[place : place + chance.randint(1, 30)]
        elif action == 2:
            mutated[place:place] = bytes(chance.choices(BADNESS, k=chance.randint(1, 5)))
        else:
            mutated[place:place] = mutated[place : place + chance.randint(1, 60)]
    return bytes(mutated)


def _neighbours_survive(name: str, rounds: int, seed: int) -> None:
    """Records that were not touched are read as before, except that the one after may suffer with its
    neighbour."""
    chance = random.Random(seed)
    pieces = records(name)
    whole = {number: f"Paper number {number} of many" for number in range(1, 8)}
    for _ in range(rounds):
        victim = chance.randint(2, 5)
        body = pieces[victim]
        # The end of a record belongs to its neighbour as well: the victim's own bytes stop before it.
        cut = max(1, len(body) - 12)
        changed = [*pieces[:victim], mutate(body[:cut], chance) + body[cut:], *pieces[victim + 1 :]]
        data = b"".join(changed)
        started = time.process_time()
        found = reader_named(name).read(io.BytesIO(data), ReadOptions())
        titles = {parsed.title for parsed in found if isinstance(parsed, Document)}
        assert time.process_time() - started < 20
        lost = {number for number, title in whole.items() if title not in titles} - {victim}
        assert not lost, (name, victim, lost, data)


SURVIVORS = [
    "pubmed", "nbib", "enw", "endnote", "wos", "refworks", "ovid", "bibtex", "ris", "jsonl", "csv",
]  # fmt: skip
TAGGED = ["ris", "nbib", "enw", "wos", "refworks", "ovid"]
_TAG = re.compile(
    r"(?:T[IY1]|A[UB1]|PY|J[OF]|ER|FAU|PMID|DP|VN|DB|SO|YR|KW) {0,3}[-–—](?: |\Z)"
    r"|%[A-Z0-9@](?: |\Z)|(?:AU|AF|A1|SO|JF|PY|YR|UT|RT|DT) "
)


def _nothing_is_garbage(name: str, folder: Path, rounds: int, seed: int) -> None:
    """A file in which bytes were changed is read or refused; no tag of its format is taken for a title."""
    chance = random.Random(seed)
    path = folder / "upload"
    files = [fixture(name), b"".join(records(name))]
    for turn in range(rounds):
        data = mutate(files[turn % 2], chance)
        path.write_bytes(data)
        try:
            parsed = [one for _, one in read_sources([path])]
        except InputError:
            continue
        titles = [one.title for one in parsed if isinstance(one, Document)]
        assert not [title for title in titles if _TAG.match(title)], (name, data)


@pytest.mark.parametrize("name", TAGGED)
def test_a_mutated_file_gives_no_garbage(name: str, tmp_path: Path) -> None:
    _nothing_is_garbage(name, tmp_path, 150, 21)


@pytest.mark.nightly
@pytest.mark.parametrize("name", TAGGED)
def test_a_mutated_file_gives_no_garbage_at_length(name: str, tmp_path: Path) -> None:
    _nothing_is_garbage(name, tmp_path, 3500, 22)


@pytest.mark.parametrize("name", SURVIVORS)
def test_a_damaged_record_costs_no_other(name: str) -> None:
    _neighbours_survive(name, 60, 11)


@pytest.mark.nightly
@pytest.mark.parametrize("name", SURVIVORS)
def test_a_damaged_record_costs_no_other_at_length(name: str) -> None:
    _neighbours_survive(name, 1000, 12)


@pytest.mark.nightly
@pytest.mark.parametrize("name", [reader.name for reader in READERS])
def test_mutated_files_at_length(name: str) -> None:
    chance = random.Random(13)
    data = fixture(name)
    for _ in range(600):
        mutated = mutate(data, chance)
        started = time.process_time()
        for _found in reader_named(name).read(io.BytesIO(mutated), ReadOptions()):
            pass
        assert time.process_time() - started < 20
