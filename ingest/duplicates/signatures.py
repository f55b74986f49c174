"""The keys by which duplicates are found, before a judge looks at them.

Equal keys on disk make candidates: identifiers, the normalised title with first author and year, and MinHash
bands (Broder 1997; banding as in Leskovec, Rajaraman, Ullman, *Mining of Massive Datasets*, ch. 3) over the
words of the title and over three-word shingles of the abstract.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from hashlib import blake2b
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from ingest.document import Document
from ingest.duplicates.normalized_fields import author_key, first_number, first_page
from ingest.duplicates.normalized_titles import and_spelt_out, bare_title, main_title, normal_title
from ingest.values.identifiers import arxiv_id_of_doi

TITLE_BANDS, ABSTRACT_BANDS, ROWS = 4, 4, 3
SHINGLE = 3
MIN_TITLE_WORDS = 4  # of meaning, to be found by the title's words
MIN_ABSTRACT_WORDS = 12
MIN_TITLE = 12  # characters of a title that is looked up as a whole
MIN_MAIN_TITLE = 8  # characters before a subtitle
FEW_WORDS = 40
"""Characters of a title that may have too few words for bands: it is found by its place as well."""
HOT = 40
"""A band that more documents than this share says nothing; it is not followed."""

PREPRINT_DOI = re.compile(
    r"10\.(48550/arxiv|1101/\d|21203/rs|26434/chemrxiv|2139/ssrn|31234/osf|20944/preprints|36227/techrxiv)"
)
_VERSION = re.compile(r"[/.-]?v\d{1,2}$")
_SMALL = frozenset(
    re.findall(r"\w+", "the and for with from into over under using based via its their our this that are")
)


def text_key(text: str) -> int:
    """A signed 64-bit hash of a text, the same on every machine."""
    return int.from_bytes(
        blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True
    )


def is_preprint(document: Document) -> bool:
    """Whether a record describes a preprint rather than its published version."""
    if document.doi and not PREPRINT_DOI.match(document.doi):
        return False
    named = "preprint" in document.type or document.type == "posted-content"
    return named or bool(document.arxiv_id) or bool(PREPRINT_DOI.match(document.doi))


def identifier_texts(document: Document) -> list[str]:
    """A document's identifiers as references spell them: ``doi:…``, ``arxiv:…``, ``pmid:…``, …"""
    arxiv = document.arxiv_id or (arxiv_id_of_doi(document.doi) if "arxiv." in document.doi else "")
    named = (("doi", document.doi), ("arxiv", arxiv), ("pmid", document.pmid))
    texts = [f"{scheme}:{value}" for scheme, value in named if value]
    return texts + [text for text in document.other_ids if not text.startswith(("isbn:", "issn:"))]


_NAMES = {"doi": "DOI", "arxiv": "arXiv id", "pmid": "PMID", "pmcid": "PMC id", "acl": "ACL id"}
TITLE_REASON = "same title"
"""How the reasons of those keys begin that are made of a title, not of an identifier."""


def exact_keys(document: Document) -> list[tuple[int, str]]:
    """Keys that two records of one paper share, each with the reason to show; "" where it alone says
    nothing."""
    keys = []
    for text in identifier_texts(document):
        scheme = text.partition(":")[0]
        keys.append((text_key(text), f"same {_NAMES.get(scheme, scheme + ' id')}"))
    title = bare_title(document.title)
    if title and document.authors and document.year:
        whose = f"{author_key(document.authors[0]).family}|{document.year}"
        keys.append((text_key(f"title:{title}|{whose}"), f"{TITLE_REASON}, first author and year"))
        keys += _other_spellings(document, title, whose)
    if 0 < len(title) < MIN_TITLE and (page := first_page(document.pages)):  # too short to have a band
        keys.append((text_key(f"title:{title}|{page}"), f"{TITLE_REASON} and page"))
    return keys


def _other_spellings(document: Document, title: str, whose: str) -> list[tuple[int, str]]:
    """Keys by which a record is found whose title is shorter or spelt otherwise."""
    keys = []
    if "&" in document.title:
        letters = bare_title(and_spelt_out(document.title))
        keys.append((text_key(f"title:{letters}|{whose}"), f"{TITLE_REASON}, first author and year"))
    volume, page = document.volume and first_number(document.volume), document.pages
    if not volume and not page:
        return keys
    main = normal_title(and_spelt_out(main_title(document.title)))
    if len(main) >= MIN_MAIN_TITLE:
        keys.append((text_key(f"title:{main}|{whose}"), ""))
    if volume and len(title) < FEW_WORDS and (page := first_page(page)):
        family = whose.partition("|")[0]
        keys.append((text_key(f"place:{family}|{volume}|{page}"), ""))
    return keys


_SCHEMES = ("doi", "arxiv", "pmid", "pmcid", "acl", "openalex", "s2", "mag")


def scheme_bits(document: Document) -> int:
    """The schemes in which a document has an identifier that two papers never share, one bit each.

    Two documents that share a bit but no identifier are two papers: see `ingest.duplicates.judging`. A scheme
    without a bit leaves that to the judge.
    """
    ids = identifiers_of(document)
    return sum(1 << at for at, scheme in enumerate(_SCHEMES) if scheme in ids)


def identifiers_of(document: Document) -> dict[str, set[str]]:
    """The identifiers by scheme; each preprint server is one: a paper has a DOI there and at its journal."""
    ids: dict[str, set[str]] = {}
    for text in identifier_texts(document):
        scheme, _, value = text.partition(":")
        if scheme == "doi" and (server := PREPRINT_DOI.match(value)):
            scheme, value = f"doi of {server.group()}", _VERSION.sub("", value)
        ids.setdefault(scheme, set()).add(value)
    return ids


def is_registered(scheme: str) -> bool:
    """Whether a paper has one identifier of a scheme; a database may hold a paper twice under its own."""
    return scheme in ("doi", "arxiv", "pmid", "pmcid") or scheme.startswith("doi of ")


_CITED = ("doi:", "arxiv:", "pmid:", "pmcid:", "openalex:", "s2:", "acl:", "mag:")


def citation_keys(document: Document) -> list[int]:
    """Keys of the cited works that have an identifier."""
    return [text_key(text) for text in document.references if text.startswith(_CITED)]


# --- MinHash

_U64 = NDArray[np.uint64]
_RANDOM = np.random.Generator(np.random.PCG64(20240117))
_HASHES = max(TITLE_BANDS, ABSTRACT_BANDS) * ROWS
_FACTORS: _U64 = _RANDOM.integers(1, 2**63, _HASHES, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_OFFSETS: _U64 = _RANDOM.integers(0, 2**63, _HASHES, dtype=np.uint64)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_MIX2 = np.uint64(0x94D049BB133111EB)
_STEPS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))


class _WordHashes(dict[str, int]):
    def __missing__(self, word: str) -> int:
        if len(self) > 400_000:
            self.clear()
        value = self[word] = zlib.crc32(word.encode("utf-8", "surrogatepass"))
        return value


_WORD_HASHES = _WordHashes()


def band_keys(forms: Sequence[tuple[str, str]]) -> list[list[int]]:
    """The band keys of documents given by their title forms and abstract forms, all at once."""
    keys: list[list[int]] = [[] for _ in forms]
    titles = [sorted({w for w in title.split() if len(w) > 2 and w not in _SMALL}) for title, _ in forms]
    for mine, (title, _) in zip(keys, forms, strict=True):
        if len(title) >= MIN_TITLE:
            mine.append(text_key(f"title:{title}"))
    _bands(titles, MIN_TITLE_WORDS, 1, TITLE_BANDS, keys)
    _bands([abstract.split() for _, abstract in forms], MIN_ABSTRACT_WORDS, SHINGLE, ABSTRACT_BANDS, keys)
    return keys


def _bands(texts: list[list[str]], least: int, shingle: int, bands: int, keys: list[list[int]]) -> None:
    """Append to ``keys`` the bands of each text that has at least ``least`` words."""
    rows = [row for row, words in enumerate(texts) if len(words) >= least]
    if not rows:
        return
    lengths = np.array([len(texts[row]) for row in rows])
    words = map(_WORD_HASHES.__getitem__, chain.from_iterable(texts[row] for row in rows))
    hashes = np.fromiter(words, dtype=np.uint64, count=int(lengths.sum()))
    last = len(hashes) - shingle + 1
    with np.errstate(over="ignore"):
        shingles = np.zeros(last, dtype=np.uint64)
        for step in range(shingle):
            shingles += hashes[step : step + last] * _STEPS[step]
        shingles = _mixed(shingles)
        ends = np.cumsum(lengths)
        starts = ends - lengths
        for step in range(1, shingle):  # none may reach into the next text: the last good one again
            shingles[ends[:-1] - step] = shingles[ends[:-1] - shingle]
        hashed, minima = np.empty_like(shingles), np.empty((bands * ROWS, len(rows)), dtype=np.uint64)
        for n in range(bands * ROWS):
            np.multiply(shingles, _FACTORS[n], out=hashed)
            hashed += _OFFSETS[n]
            np.minimum.reduceat(hashed, starts, out=minima[n])
        minima >>= np.uint64(16)
        for band in range(bands):
            joined = np.full(len(rows), np.uint64(shingle * 1000 + band))
            for row_of_band in range(ROWS):
                joined = _mixed(joined * _STEPS[0] + minima[band * ROWS + row_of_band])
            for row, key in zip(rows, joined.view(np.int64).tolist(), strict=True):
                keys[row].append(key)


def _mixed(values: _U64) -> _U64:
    """The finaliser of splitmix64: every bit of the input moves every bit of the output."""
    values = (values ^ (values >> np.uint64(30))) * _MIX
    values = (values ^ (values >> np.uint64(27))) * _MIX2
    mixed: _U64 = values ^ (values >> np.uint64(31))
    return mixed
