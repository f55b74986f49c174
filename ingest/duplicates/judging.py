"""Which documents are the same paper: exact identifiers, near-identical text, preprint and published version.

Candidates are found by equal keys on disk: identifiers, the normalised title with first author and year, and
MinHash bands (Broder 1997; banding as in Leskovec, Rajaraman, Ullman, *Mining of Massive Datasets*, ch. 3)
over the words of the title and over three-word shingles of the abstract. A judge then looks at the two
records.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from ingest.document import Document
from ingest.text.forms import fold
from ingest.text.identifiers import arxiv_id_of_doi

TITLE_BANDS, ABSTRACT_BANDS, ROWS = 4, 4, 3
SHINGLE = 3
MIN_TITLE_WORDS = 4  # of meaning, to be found by the title's words
MIN_ABSTRACT_WORDS = 12
MIN_TITLE = 12  # characters of a title that is looked up as a whole
HOT = 40
"""A band that more documents than this share says nothing; it is not followed."""

_PREPRINT_DOI = re.compile(
    r"10\.(48550/arxiv|1101/|21203/rs|26434/chemrxiv|2139/ssrn|31234/osf|20944/preprints|36227/techrxiv)"
)
_ABOUT_ANOTHER = re.compile(
    r"(erratum|errata|corrigend|correction|retract|withdrawn|comment|reply|response|rejoinder|addendum|author"
    r"|publisher|expression of concern|in reply|letter|discussion|editorial|review of|book review)"
)
_NUMERAL = re.compile(r"\d[\d.]*|[ivx]+|[a-d]|one|two|three|four|first|second|third|fourth")
_SMALL = frozenset(
    [
        "the",
        "and",
        "for",
        "with",
        "from",
        "into",
        "over",
        "under",
        "using",
        "based",
        "via",
        "its",
        "their",
        "our",
        "this",
        "that",
        "are",
    ]
)
_MATHS = re.compile(r"\\[a-zA-Z]+|[{}$^_\\]")


def text_key(text: str) -> int:
    """A signed 64-bit hash of a text, the same on every machine."""
    return int.from_bytes(
        blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True
    )


def normal_title(title: str) -> str:
    """Letters and digits of a title, folded, without spaces and without the commands of its math."""
    return re.sub(r"[\W_]+", "", fold(_MATHS.sub(" ", title)))


def family_name(author: str) -> str:
    """The folded family name of ``"Family, Given"`` or ``"Given Family"``."""
    family = author.partition(",")[0] if "," in author else (author.split() or [""])[-1]
    return re.sub(r"[\W_]+", "", fold(family))


def identifier_texts(document: Document) -> list[str]:
    """A document's identifiers as references spell them: ``doi:…``, ``arxiv:…``, ``pmid:…``, …"""
    arxiv = document.arxiv_id or (arxiv_id_of_doi(document.doi) if "arxiv." in document.doi else "")
    named = (("doi", document.doi), ("arxiv", arxiv), ("pmid", document.pmid))
    texts = [f"{scheme}:{value}" for scheme, value in named if value]
    return texts + [text for text in document.other_ids if not text.startswith(("isbn:", "issn:"))]


_NAMES = {"doi": "DOI", "arxiv": "arXiv id", "pmid": "PMID", "pmcid": "PMC id", "acl": "ACL id"}


def exact_keys(document: Document) -> list[tuple[int, str]]:
    """Keys that two records of one paper share, each with the reason to show."""
    keys = []
    for text in identifier_texts(document):
        scheme = text.partition(":")[0]
        keys.append((text_key(text), f"same {_NAMES.get(scheme, scheme + ' id')}"))
    title = normal_title(document.title)
    if len(title) >= 20 and document.authors and document.year:
        author = family_name(document.authors[0])
        keys.append(
            (text_key(f"title:{title}|{author}|{document.year}"), "same title, first author and year")
        )
    return keys


_SCHEMES = ("doi", "arxiv", "pmid", "pmcid", "acl", "openalex", "s2", "mag")


def scheme_bits(document: Document) -> int:
    """The schemes in which a document has an identifier that two papers never share, one bit each.

    Two documents that share a bit but no identifier are two papers: see :func:`judge_near`. A scheme
    without a bit leaves that to the judge.
    """
    ids = _ids_by_scheme(document)
    return sum(1 << at for at, scheme in enumerate(_SCHEMES) if scheme in ids)


def _ids_by_scheme(document: Document) -> dict[str, set[str]]:
    """The identifiers by scheme, without the DOIs of preprint servers: versions differ in them."""
    ids: dict[str, set[str]] = {}
    for text in identifier_texts(document):
        scheme, _, value = text.partition(":")
        if scheme != "doi" or not _PREPRINT_DOI.match(value):
            ids.setdefault(scheme, set()).add(value)
    return ids


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
        for end in ends[:-1]:  # a shingle must not reach into the next text: repeat the last good one
            if shingle > 1:
                shingles[end - shingle + 1 : end] = shingles[end - shingle]
        minima = np.stack(
            [
                np.minimum.reduceat((shingles * _FACTORS[n] + _OFFSETS[n]) >> np.uint64(16), starts)
                for n in range(bands * ROWS)
            ]
        )
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


# --- The judge


class Sketch:
    """What the judge looks at in a record; worked out when it is asked for, as most pairs differ at once."""

    def __init__(self, read: Callable[[], Document], title_forms: str, abstract_forms: str) -> None:
        self._read = read
        self._title_forms, self._abstract_forms = title_forms, abstract_forms

    @cached_property
    def _document(self) -> Document:
        return self._read()

    @property
    def year(self) -> int | None:
        """The year, if it is known."""
        return self._document.year

    @cached_property
    def ids(self) -> dict[str, set[str]]:
        """The identifiers by scheme."""
        return _ids_by_scheme(self._document)

    @cached_property
    def title(self) -> str:
        """The title, folded to its letters."""
        return normal_title(self._document.title)

    @cached_property
    def trigrams(self) -> Counter[str]:
        """The title's character trigrams."""
        return Counter(self.title[at : at + 3] for at in range(max(1, len(self.title) - 2)))

    @cached_property
    def words(self) -> frozenset[str]:
        """The title's forms."""
        return frozenset(self._title_forms.split())

    @cached_property
    def families(self) -> frozenset[str]:
        """The authors' family names."""
        return frozenset(filter(None, map(family_name, self._document.authors[:50])))

    @cached_property
    def abstract(self) -> tuple[str, ...]:
        """The abstract's first forms."""
        return tuple(self._abstract_forms.split()[:1000])

    @cached_property
    def preprint(self) -> bool:
        """Whether it is a preprint."""
        return is_preprint(self._document)


def is_preprint(document: Document) -> bool:
    """Whether a record describes a preprint rather than its published version."""
    if document.doi and not _PREPRINT_DOI.match(document.doi):
        return False
    named = "preprint" in document.type or document.type == "posted-content"
    return named or bool(document.arxiv_id) or bool(_PREPRINT_DOI.match(document.doi))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Two documents are one paper: why, and how sure (1: by an identifier)."""

    reason: str
    score: float


def judge_exact(one: Sketch, other: Sketch, reason: str) -> Verdict | None:
    """Two records that share an exact key; None where all else says that the key is wrong.

    A container's DOI on all its chapters is the usual fault: other title and other first authors.
    """
    if reason.startswith("same title"):
        return None if _conflict(one, other) else Verdict(reason, 1.0)
    if one.title and other.title and _likeness(one, other) < 0.5 and one.families and other.families:
        shared = one.families & other.families
        if len(shared) * 2 < min(len(one.families), len(other.families)):
            return None
        if _numerals_differ(one, other) and _overlap(one.abstract, other.abstract) < 0.3:
            return None
    return Verdict(reason, 1.0)


def judge_near(one: Sketch, other: Sketch) -> Verdict | None:
    """Two records that share a band; None where they are not surely one paper."""
    if _conflict(one, other) or _numerals_differ(one, other) or _one_is_about_another(one, other):
        return None
    if one.year and other.year and abs(one.year - other.year) > 4:
        return None
    title = _likeness(one, other)
    abstract = _overlap(one.abstract, other.abstract) if one.abstract and other.abstract else None
    authors = None
    if one.families and other.families:
        authors = len(one.families & other.families) / min(len(one.families), len(other.families))
    if not _same(title, abstract, authors, min(len(one.words), len(other.words))):
        return None
    if (abstract or 0) < 0.5 and any(map(_NUMERAL.fullmatch, one.words ^ other.words)):
        return None  # a sequel
    parts = [(0.5, title), (0.35, abstract), (0.15, authors)]
    known = [(weight, value) for weight, value in parts if value is not None]
    score = sum(weight * value for weight, value in known) / sum(weight for weight, _ in known)
    pair = one.preprint != other.preprint
    reason = "preprint and published version" if pair else "nearly the same title and abstract"
    return Verdict(reason if abstract is not None or pair else "nearly the same title", min(score, 0.99))


def _same(title: float, abstract: float | None, authors: float | None, words: int) -> bool:
    """The rule: likeness of titles, of abstracts and of authors (None: not known on one side) → one paper?"""
    if authors is not None and authors < 0.5:
        return title > 0.95 and abstract is not None and abstract > 0.9
    if abstract is None:
        return title > (0.85 if authors is not None else 0.97) and (words >= 5 or title == 1)
    if authors is None:
        return (title > 0.85 and abstract > 0.4) or (title > 0.6 and abstract > 0.8)
    return (title > 0.85 and abstract > 0.15) or (title > 0.65 and abstract > 0.5) or abstract > 0.8


def _conflict(one: Sketch, other: Sketch) -> bool:
    """Both have an identifier of one scheme, and not the same: two papers."""
    return any(one.ids[scheme].isdisjoint(other.ids[scheme]) for scheme in one.ids.keys() & other.ids.keys())


def _likeness(one: Sketch, other: Sketch) -> float:
    """Dice coefficient of the titles' character trigrams."""
    total = one.trigrams.total() + other.trigrams.total()
    return 2 * (one.trigrams & other.trigrams).total() / total if total else 0.0


def _overlap(one: Sequence[str], other: Sequence[str]) -> float:
    """Shared word pairs over those of the shorter text (it may be cut), damped where lengths differ."""
    first, second = set(pairwise(one)), set(pairwise(other))
    small, large = sorted((len(first), len(second)))
    if not small:
        return 0.0
    return len(first & second) / (0.75 * small + 0.25 * large)


def _numerals_differ(one: Sketch, other: Sketch) -> bool:
    """``Part I`` and ``Part II``, 2010 and 2011: the titles differ in a number."""
    only_one, only_other = one.words - other.words, other.words - one.words
    return any(map(_NUMERAL.fullmatch, only_one)) and any(map(_NUMERAL.fullmatch, only_other))


def _one_is_about_another(one: Sketch, other: Sketch) -> bool:
    """An erratum, a comment, a reply repeats the title of the paper that it is about."""
    first, second = _ABOUT_ANOTHER.match(one.title), _ABOUT_ANOTHER.match(other.title)
    return (first and first.group()) != (second and second.group())
