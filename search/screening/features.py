"""Papers as rows of numbers: a block for each kind of evidence, every row of length 1 (0 where it is empty).

Of a block only the columns that two papers or more have are kept. What a paper has alone adds to no dot
product but its own, so it is kept as one number a row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ingest.text.boilerplate import without_headings
from ingest.values.author_names import parse_names
from search.screening.records import Record

Floats = NDArray[np.float32]
PHRASES, WORDS = "phrases", "words"
TAGS, AUTHORS, VENUE = "tags", "authors", "venue"
COUPLING, CITING, COCITED = "coupling", "citing", "cocited"
"""Words and pairs of words; words alone, without those of every third paper; author keywords and headings;
authors; journal; shared references; which of the papers cites which; by which of the papers it is cited."""
_COLUMNS = 1 << 22
_MOST_CHARACTERS = 50_000
_COMMON, _VERY_COMMON = 0.3, 0.95  # shares of the papers above which a word says nothing
_WORD = r"(?u)[^\W_]{2,}|[぀-ヿ㐀-鿿가-힯]"


@dataclass(frozen=True, slots=True)
class Block:
    """One kind of evidence: ``rows`` × shared columns, and the squared length of what each row has alone."""

    rows: sparse.csr_matrix
    alone: Floats


@dataclass(frozen=True, slots=True)
class Features:
    """The blocks of all papers; those in which no two papers share anything are left out."""

    papers: int
    blocks: dict[str, Block]


def features_of(records: Sequence[Record]) -> Features:
    """The blocks of papers, in their order."""
    bodies = [f"{record.title} {without_headings(record.abstract)}"[:_MOST_CHARACTERS] for record in records]
    known = {key: at for at, record in enumerate(records) for key in record.keys}
    cited = [_held(record.references, known, at) for at, record in enumerate(records)]
    citing: dict[int, list[int]] = defaultdict(list)
    for at, others in enumerate(cited):
        for other in others:
            citing[other].append(at)
    made = {
        PHRASES: _text(bodies, (1, 2), _VERY_COMMON),
        WORDS: _text(bodies, (1, 1), _COMMON),
        TAGS: _sets([_folded(record.tags) for record in records]),
        AUTHORS: _sets([_names(record.authors) for record in records]),
        VENUE: _sets([_folded([record.venue]) for record in records]),
        COUPLING: _sets([record.references for record in records]),
        CITING: _sets([[at, *others, *citing.get(at, ())] for at, others in enumerate(cited)]),
        COCITED: _sets([citing.get(at, ()) for at in range(len(records))]),
    }
    if not any(record.references for record in records):
        del made[WORDS]  # where text is all there is, choosing between two blocks of it orders worse
    blocks = {name: block for name, rows in made.items() if (block := _block(rows)).rows.nnz}
    return Features(len(records), blocks)


def _held(references: Iterable[str], known: dict[str, int], at: int) -> list[int]:
    """The papers among all that a paper cites."""
    return [other for key in dict.fromkeys(references) if (other := known.get(key, at)) != at]


def _folded(values: Iterable[str]) -> list[str]:
    return [value.casefold().strip() for value in values if value.strip()]


def _names(authors: Sequence[str]) -> list[str]:
    """Family names with an initial, so that different spellings of one person meet."""
    names = parse_names(tuple(authors[:200]), ())
    return [f"{name.family} {name.given[:1]}".casefold() for name in names if name.family]


def _text(texts: Sequence[str], pairs: tuple[int, int], most: float) -> sparse.csr_matrix:
    """tf-idf with damped counts; words are hashed, so that no vocabulary has to be held."""
    from sklearn.feature_extraction.text import HashingVectorizer  # here: only screening needs it

    hashing = HashingVectorizer(
        n_features=_COLUMNS, ngram_range=pairs, token_pattern=_WORD, alternate_sign=False, norm=None,
        dtype=np.float32,
    )  # fmt: skip
    return _weighted(_narrow(hashing.transform(texts)), most)


def _sets(values: Sequence[Iterable[Any]]) -> sparse.csr_matrix:
    columns: dict[Any, int] = {}
    at, indices = [0], []
    for row in values:
        indices += [columns.setdefault(value, len(columns)) for value in dict.fromkeys(row)]
        at.append(len(indices))
    ones = np.ones(len(indices), dtype=np.float32)
    shape = (len(values), max(1, len(columns)))
    return _weighted(sparse.csr_matrix((ones, np.asarray(indices, dtype=np.int64), at), shape=shape), 1.0)


def _narrow(rows: sparse.csr_matrix) -> sparse.csr_matrix:
    """The same rows with the columns numbered that occur."""
    used, indices = np.unique(rows.indices, return_inverse=True)
    return sparse.csr_matrix((rows.data, indices, rows.indptr), shape=(rows.shape[0], max(1, len(used))))


def _weighted(rows: sparse.csr_matrix, most: float) -> sparse.csr_matrix:
    """Damped counts × inverse document frequency, each row of length 1."""
    frequency = np.bincount(rows.indices, minlength=rows.shape[1])
    weight = np.log((1 + rows.shape[0]) / (1 + frequency)) + 1
    weight[frequency > max(2, most * rows.shape[0])] = 0
    data = (1 + np.log(rows.data)) * weight[rows.indices].astype(np.float32)
    weighted = sparse.csr_matrix((data, rows.indices, rows.indptr), shape=rows.shape)
    length = np.sqrt(_squares(weighted))
    weighted.data /= np.repeat(np.where(length > 0, length, 1), np.diff(weighted.indptr))
    return weighted


def _squares(rows: sparse.csr_matrix) -> Floats:
    return np.asarray(rows.multiply(rows).sum(axis=1), dtype=np.float32).ravel()


def _block(rows: sparse.csr_matrix) -> Block:
    frequency = np.bincount(rows.indices, minlength=rows.shape[1])
    shared = rows[:, np.flatnonzero(frequency > 1)].tocsr()
    shared.eliminate_zeros()
    return Block(shared, np.maximum(_squares(rows) - _squares(shared), 0).astype(np.float32))
