"""Term counts of the papers that make a model, streamed from the library with flat memory.

The first pass writes word numbers to a scratch file; multi-word terms and counts are then array work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ingest.errors import LitatlasError
from ingest.progress import Progress
from topics.corpus.collocations import find_collocations, join_collocations
from topics.text.tokens import JOINT, Lemma, Tokenizer

MIN_PAPERS = 30
"""Fewer usable papers than this make no model."""

MIN_TERMS = 30
MAX_TOKENS = 2_000
"""Of a longer document only this many forms are read, so that no document outweighs a collection."""

_FLUSH = 2_000_000
_BLOCK = 50_000  # papers that are counted at once
_FULL_LEAST = 300
_FULL_SHARE = 0.2
_MAX_VOCABULARY = 30_000
_HELD_OUT_FROM = 10_000
_HELD_OUT_LEAST = 2_000
_HELD_OUT_MOST = 20_000


class NotEnoughPapersError(LitatlasError):
    """Too few papers, or papers with too little text, to make a topic model."""


@dataclass(frozen=True, slots=True)
class TrainingPaper:
    """What the topic model wants to know of a paper.

    ``title_forms`` and ``abstract_forms`` are exact forms joined by spaces, as the one analysis made them;
    ``title`` and ``abstract`` are the texts as they are shown (labels are taken and cased from a sample of
    them).
    """

    id: str
    collections: tuple[str, ...]
    title_forms: str
    abstract_forms: str
    tags: tuple[str, ...] = ()
    year: int | None = None
    lang: str = "en"
    title: str = ""
    abstract: str = ""

    @property
    def forms(self) -> str:
        """The forms of its title and its abstract, one text."""
        return f"{self.title_forms} {self.abstract_forms}"


Papers = Callable[[], Iterable[TrainingPaper]]
"""Gives a fresh pass over all papers every time it is called."""


@dataclass
class Corpus:
    """Papers as sparse counts, ordered by paper id."""

    ids: list[str]
    counts: sparse.csr_matrix  # (papers × terms), float32
    vocabulary: list[str]
    collections: list[str]
    member: sparse.csr_matrix  # (papers × collections), 1 where a paper is in a collection
    tags: list[str]
    tag_counts: sparse.csr_matrix  # (papers × tags), 1 where a paper has a tag
    years: NDArray[np.int32]  # 0 where unknown
    held_out: NDArray[np.bool_]  # set aside before training, to measure quality on
    full: NDArray[np.bool_]  # with an abstract, or all where hardly any paper has one

    @property
    def known(self) -> NDArray[np.float32]:
        """The number of known tokens of each paper."""
        return np.asarray(self.counts.sum(axis=1), dtype=np.float32).ravel()

    @property
    def training(self) -> NDArray[np.intp]:
        """The rows to train on: not set aside, with an abstract and at least one known token."""
        return np.flatnonzero(~self.held_out & self.full & (np.diff(self.counts.indptr) > 0))

    @property
    def measured(self) -> NDArray[np.intp]:
        """The rows that quality is measured on."""
        return np.flatnonzero(self.held_out & self.full & (np.diff(self.counts.indptr) > 0))


def read_corpus(
    papers: Papers,
    scratch: Path,
    progress: Progress,
    lemma: Lemma | None = None,
    languages: Collection[str] = (),
) -> Corpus:
    """Read all papers into counts.

    Args:
        papers: a fresh pass over the papers at every call.
        scratch: a folder for the file of word numbers; the caller removes it.
        progress: told every thousand papers.
        lemma: another lemma function than the atlas's analysis (tests).
        languages: those that the model is to speak; papers in others have no words in it. Empty: all.

    Raises:
        NotEnoughPapersError: fewer than 30 papers with text, or hardly a word that papers share.
    """
    scan = _Scan(scratch / "words.i32", lemma, languages)
    try:
        for number, paper in enumerate(papers()):
            if number % 1000 == 0:
                progress.step("Reading papers", number, 0)
            scan.add(paper)
    finally:
        scan.close()
    usable = int((np.diff(scan.bounds()) > 1).sum())
    if usable < MIN_PAPERS:
        raise NotEnoughPapersError(
            f"A topic model needs at least {MIN_PAPERS} papers with text; there are {usable}.",
            "Add more papers with `litatlas add`, then build again.",
        )
    progress.step("Finding terms", 0, 0)
    return scan.corpus()


def minimum_documents(papers: int) -> int:
    """In how many papers a term must occur to be kept: 3 of 300, 5 of 3,000, 10 of 50,000, 50 of 500,000."""
    return int(max(2, round(0.67 * papers**0.25), papers // 10_000))


def maximum_share(papers: int) -> float:
    """The largest share of papers that a term may occur in: a tenth; up to a quarter for few papers."""
    return float(np.interp(np.log(max(papers, 1)), np.log([300, 3000]), [0.25, 0.1]))


def held_out_papers(ids: list[str]) -> NDArray[np.bool_]:
    """Which papers to set aside for measuring, chosen by a hash of the id; none of a small library.

    A tenth, but not fewer than two thousand: on fewer, pairs of words that belong together are never seen.
    A hash keeps the choice the same over rebuilds, so that models can be compared on the same papers.
    """
    if len(ids) < _HELD_OUT_FROM:
        return np.zeros(len(ids), dtype=bool)
    share = min(max(0.1 * len(ids), _HELD_OUT_LEAST), _HELD_OUT_MOST) / len(ids)
    bound = int(share * 2**32)
    hashes = [int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest()) for name in ids]
    return np.array(hashes, dtype=np.int64) < bound


def full_papers(abstracts: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which papers say enough to learn from: those with abstracts, if there are enough; else all.

    A title alone is placed well by a model of abstracts, but a model of titles is a poor one.
    """
    enough = abstracts.sum() >= max(_FULL_LEAST, _FULL_SHARE * len(abstracts))
    return abstracts if enough else np.ones(len(abstracts), dtype=bool)


class _Scan:
    """The first pass: papers → word numbers on disk, and what else is known of them in memory."""

    def __init__(self, path: Path, lemma: Lemma | None, languages: Collection[str]) -> None:
        self._path = path
        self._stream = path.open("wb")
        self._tokenizer = Tokenizer((), lemma, languages)
        self._numbers: dict[str, int] = {"": 0}
        self._buffer: list[int] = []
        self._lengths: list[int] = []
        self._ids: list[str] = []
        self._years: list[int] = []
        self._abstracts: list[bool] = []
        self._collections = _Incidence()
        self._tags = _Incidence()

    def add(self, paper: TrainingPaper) -> None:
        forms = paper.forms.split()[:MAX_TOKENS]
        numbers = self._numbers
        words = [numbers.setdefault(word, len(numbers)) for word in self._tokenizer.lemmas(forms, paper.lang)]
        while words and words[-1] == 0:
            words.pop()
        words.append(0)
        self._buffer += words
        self._lengths.append(len(words))
        self._ids.append(paper.id)
        self._years.append(paper.year or 0)
        self._abstracts.append(bool(paper.abstract_forms))
        self._collections.add(paper.collections)
        self._tags.add(paper.tags)
        if len(self._buffer) > _FLUSH:
            self._flush()

    def _flush(self) -> None:
        self._stream.write(np.array(self._buffer, dtype=np.int32).tobytes())
        self._buffer = []

    def close(self) -> None:
        self._flush()
        self._stream.close()

    def bounds(self) -> NDArray[np.int64]:
        """Where each paper's words begin in the file (papers + 1)."""
        return np.concatenate([[0], np.cumsum(self._lengths)]).astype(np.int64)

    def corpus(self) -> Corpus:
        papers = len(self._ids)
        words = np.fromfile(self._path, dtype=np.int32)
        minimum = minimum_documents(papers)
        terms = find_collocations(words, len(self._numbers), 2 * minimum)
        joined, keep = join_collocations(words, terms, len(self._numbers))
        del words
        keep &= joined > 0
        blocks = _count(joined, keep, self.bounds(), len(self._numbers) + len(terms))
        del joined, keep
        columns = _kept_columns(blocks, minimum)
        if len(columns) < MIN_TERMS:
            raise NotEnoughPapersError(
                f"The papers share only {len(columns)} distinctive words; a topic model needs {MIN_TERMS}.",
                "Add papers with abstracts in ordinary prose, then build again.",
            )
        words_by_number = list(self._numbers)
        names = words_by_number + [JOINT.join(words_by_number[word] for word in term) for term in terms]
        for number, block in enumerate(blocks):  # one after the other, so that none is there twice
            blocks[number] = block[:, columns]
        counts = sparse.csr_matrix(sparse.vstack(blocks, format="csr"))
        return self._ordered(counts, [names[column] for column in columns.tolist()])

    def _ordered(self, counts: sparse.csr_matrix, names: list[str]) -> Corpus:
        """Papers ordered by id and terms by name: the same papers, the same model."""
        order = np.array(sorted(range(len(self._ids)), key=self._ids.__getitem__), dtype=np.intp)
        columns = np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.intp)
        ids = [self._ids[row] for row in order.tolist()]
        ordered = counts[order][:, columns].tocsr()
        ordered.sort_indices()
        collections, member = self._collections.matrix()
        tags, tag_counts = self._tags.matrix()
        return Corpus(
            ids=ids,
            counts=ordered,
            vocabulary=[names[column] for column in columns.tolist()],
            collections=collections,
            member=member[order],
            tags=tags,
            tag_counts=tag_counts[order],
            years=np.array(self._years, dtype=np.int32)[order],
            held_out=held_out_papers(ids),
            full=full_papers(np.array(self._abstracts, dtype=bool)[order]),
        )


class _Incidence:
    """Which papers have which names, gathered paper by paper."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._indices: list[int] = []
        self._indptr = [0]

    def add(self, names: Iterable[str]) -> None:
        columns = {self._numbers.setdefault(name, len(self._numbers)) for name in names}
        self._indices += sorted(columns)
        self._indptr.append(len(self._indices))

    def matrix(self) -> tuple[list[str], sparse.csr_matrix]:
        """The names in alphabetical order, and (papers × names) with ones."""
        shape = (len(self._indptr) - 1, len(self._numbers))
        ones = np.ones(len(self._indices), dtype=np.float32)
        incidence = sparse.csr_matrix((ones, self._indices, self._indptr), shape=shape)
        names = list(self._numbers)
        order = sorted(range(len(names)), key=names.__getitem__)
        return [names[number] for number in order], incidence[:, order].tocsr()


def _count(
    words: NDArray[np.int32], keep: NDArray[np.bool_], bounds: NDArray[np.int64], columns: int
) -> list[sparse.csr_matrix]:
    """Sparse counts in blocks of papers, because the triplets of a whole corpus are large."""
    blocks = []
    for first in range(0, len(bounds) - 1, _BLOCK):
        ends = bounds[first : first + _BLOCK + 1]
        here = slice(int(ends[0]), int(ends[-1]))
        rows = np.repeat(np.arange(len(ends) - 1, dtype=np.int32), np.diff(ends))[keep[here]]
        ones = np.ones(len(rows), dtype=np.float32)
        shape = (len(ends) - 1, columns)
        blocks.append(sparse.csr_matrix((ones, (rows, words[here][keep[here]])), shape=shape))
    return blocks


def _kept_columns(blocks: Sequence[sparse.csr_matrix], minimum: int) -> NDArray[np.intp]:
    """The terms that are neither too rare nor too common; the most frequent 30,000 of them."""
    documents = sum(np.bincount(block.indices, minlength=block.shape[1]) for block in blocks)
    assert not isinstance(documents, int)
    usable = max(sum(int((np.diff(block.indptr) > 0).sum()) for block in blocks), 1)
    common = maximum_share(usable) * usable
    columns = np.flatnonzero((documents >= minimum) & (documents <= common))
    if len(columns) > _MAX_VOCABULARY:
        columns = columns[np.lexsort((columns, -documents[columns]))[:_MAX_VOCABULARY]]
    return columns
