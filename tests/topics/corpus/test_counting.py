"""Collocations and counts, against plain counting; and the same corpus whatever the sizes of blocks."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.progress import Silent
from tests.topics.themes import FIELDS, again, lemma, plain, themed
from topics.corpus import collocations, counts
from topics.corpus.collocations import THRESHOLD, find_collocations, join_collocations
from topics.corpus.counts import (
    MAX_TOKENS,
    Corpus,
    NotEnoughPapersError,
    TrainingPaper,
    full_papers,
    held_out_papers,
    maximum_share,
    minimum_documents,
    read_corpus,
)

texts = st.lists(st.integers(0, 6), min_size=0, max_size=200)


def telling_pairs(words: list[int], minimum: int) -> set[tuple[int, int]]:
    """Bouma's NPMI of neighbours, counted one by one."""
    single = Counter(word for word in words if word)
    total = sum(single.values())
    pairs = Counter((a, b) for a, b in pairwise(words) if a and b and min(single[a], single[b]) >= minimum)
    return {
        (a, b)
        for (a, b), count in pairs.items()
        if count >= minimum
        and (log(count / total) - log(single[a] * single[b] / total**2))
        >= THRESHOLD * -log(min(count / total, 0.999999)) - 1e-12
    }


@given(texts, st.integers(1, 6))
@settings(deadline=None)
def test_pairs_of_words_are_the_telling_ones(words: list[int], minimum: int) -> None:
    found = find_collocations(np.array(words, dtype=np.int32), 7, minimum)
    assert {term for term in found if len(term) == 2} >= telling_pairs(words, minimum)
    assert all(2 <= len(term) <= 4 and 0 not in term for term in found)
    line = " ".join(map(str, words))
    for term in found:  # every term stands in the text as it is, and in no break
        assert f" {' '.join(map(str, term))} " in f" {line} "
    assert found == sorted(set(found))


@given(texts, st.lists(st.lists(st.integers(1, 6), min_size=2, max_size=4), max_size=6))
@settings(deadline=None)
def test_joining_loses_no_word_and_takes_the_longest_term(words: list[int], terms: list[list[int]]) -> None:
    given_terms = sorted({tuple(term) for term in terms})
    joined, keep = join_collocations(np.array(words, dtype=np.int32), given_terms, 7)
    back: list[int] = []
    for number in joined[keep].tolist():
        back += given_terms[number - 7] if number >= 7 else (number,)
    assert back == words
    at = 0
    for number in joined[keep].tolist():
        width = len(given_terms[number - 7]) if number >= 7 else 1
        longer = [
            term for term in given_terms if len(term) > width and tuple(words[at : at + len(term)]) == term
        ]
        assert not longer
        at += width


@pytest.mark.parametrize("chunk", [2, 3, 7, 50])
def test_chunks_of_any_size_find_and_join_the_same(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    words = np.random.default_rng(chunk).integers(0, 6, 400).astype(np.int32)
    terms = find_collocations(words, 6, 3)
    given_terms = [(1, 2), (2, 3), (1, 2, 3, 4), (5, 5)]
    joined, keep = join_collocations(words, given_terms, 6)
    monkeypatch.setattr(collocations, "_CHUNK", chunk)
    assert find_collocations(words, 6, 3) == terms
    again_joined, again_keep = join_collocations(words, given_terms, 6)
    np.testing.assert_array_equal(again_joined, joined)
    np.testing.assert_array_equal(again_keep, keep)


def read(papers: list[TrainingPaper], folder: Path, **options: object) -> Corpus:
    return read_corpus(again(papers), folder, Silent(), lemma, **options)  # type: ignore[arg-type]


def same(one: Corpus, other: Corpus) -> bool:
    return (
        one.ids == other.ids
        and one.vocabulary == other.vocabulary
        and (one.counts != other.counts).nnz == 0
        and (one.member != other.member).nnz == 0
        and (one.tag_counts != other.tag_counts).nnz == 0
    )


def test_small_buffers_and_blocks_make_the_same_corpus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = read(themed(150), tmp_path)
    monkeypatch.setattr(counts, "_FLUSH", 40)
    monkeypatch.setattr(counts, "_BLOCK", 11)
    assert same(read(themed(150), tmp_path), whole)
    assert same(read(themed(150)[::-1], tmp_path), whole)


def test_a_vocabulary_that_is_too_large_keeps_the_most_frequent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = read(themed(150), tmp_path)
    frequency = dict(zip(whole.vocabulary, np.bincount(whole.counts.indices), strict=True))
    monkeypatch.setattr(counts, "_MAX_VOCABULARY", 35)
    kept = read(themed(150), tmp_path).vocabulary
    assert len(kept) == 35
    left_out = set(whole.vocabulary) - set(kept)
    assert min(frequency[term] for term in kept) >= max(frequency[term] for term in left_out)


def test_of_a_huge_paper_only_the_beginning_is_read(tmp_path: Path) -> None:
    words = np.random.default_rng(1).choice(FIELDS["heart"], MAX_TOKENS).tolist()
    tail = TrainingPaper("z", ("all",), "", " ".join([*words, *["galaxy"] * 50]))
    corpus = read([*themed(60), tail], tmp_path)
    own = dict(zip(corpus.vocabulary, corpus.counts[corpus.ids.index("z")].toarray().ravel(), strict=True))
    assert own["galaxy"] == 0
    assert own["artery"] > 50


def test_papers_in_a_language_that_the_model_does_not_speak_stay_without_words(tmp_path: Path) -> None:
    english = themed(60)
    finnish = [
        TrainingPaper(f"fi{number}", ("all",), "", english[number].abstract_forms, lang="fi")
        for number in range(20)
    ]
    corpus = read([*english, *finnish], tmp_path, languages=("en",))
    strange = [row for row, name in enumerate(corpus.ids) if name.startswith("fi")]
    assert len(strange) == 20
    assert not corpus.known[strange].any()
    assert not set(strange) & set(corpus.training.tolist())


def test_a_paper_says_each_of_its_tags_and_collections_once(tmp_path: Path) -> None:
    papers = themed(40)
    papers[0] = TrainingPaper("a", ("x", "y", "x"), "", papers[0].abstract_forms, ("t", "t", "u"))
    corpus = read(papers, tmp_path)
    row = corpus.ids.index("a")
    assert corpus.tag_counts[row].data.tolist() == [1, 1]
    assert corpus.member[row].data.tolist() == [1, 1]
    assert corpus.tags == sorted(corpus.tags)


def test_words_that_no_papers_share_are_too_few_and_it_says_what_to_do(tmp_path: Path) -> None:
    names = ["".join(chr(97 + int(digit)) for digit in str(number)) for number in range(400)]
    papers = plain([" ".join(names[10 * k : 10 * k + 10]) for k in range(40)])
    with pytest.raises(NotEnoughPapersError, match="share only 0") as error:
        read(papers, tmp_path)
    assert "abstracts" in str(error.value.hint)


@given(st.integers(1, 3_000_000), st.integers(1, 3_000_000))
def test_bounds_move_one_way_with_the_number_of_papers(one: int, other: int) -> None:
    few, many = sorted((one, other))
    assert 2 <= minimum_documents(few) <= minimum_documents(many)
    assert 0.1 - 1e-9 <= maximum_share(many) <= maximum_share(few) + 1e-12 <= 0.25 + 1e-9


def test_what_is_set_aside_is_a_tenth_within_bounds() -> None:
    def aside(papers: int) -> NDArray[np.bool_]:
        return held_out_papers([f"10.1000/{number}" for number in range(papers)])

    assert not aside(9_999).any()
    assert aside(10_000).sum() == pytest.approx(2_000, rel=0.1)  # not a tenth: at least two thousand
    assert aside(40_000).sum() == pytest.approx(4_000, rel=0.1)


@pytest.mark.parametrize(
    ("papers", "with_abstract", "used"),
    [(1_000, 299, 1_000), (1_000, 300, 300), (2_000, 399, 2_000), (2_000, 400, 400)],
)
def test_abstracts_alone_are_learned_from_where_there_are_enough(
    papers: int, with_abstract: int, used: int
) -> None:
    assert full_papers(np.arange(papers) < with_abstract).sum() == used
