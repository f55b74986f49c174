"""Counting: which terms are kept, multi-word terms, what is set aside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ingest.progress import Silent
from tests.topics.themes import again, lemma, plain, themed
from topics.corpus.collocations import find_collocations, join_collocations
from topics.corpus.counts import (
    Corpus,
    NotEnoughPapersError,
    TrainingPaper,
    full_papers,
    held_out_papers,
    maximum_share,
    minimum_documents,
    read_corpus,
)
from topics.text.tokens import Tokenizer, shown_term


def read(papers: list[TrainingPaper], folder: Path) -> Corpus:
    return read_corpus(again(papers), folder, Silent(), lemma)


def test_counts_are_by_paper_and_ordered_by_id(tmp_path: Path) -> None:
    papers = themed(120)
    corpus = read(papers[::-1], tmp_path)
    assert corpus.ids == sorted(paper.id for paper in papers)
    assert corpus.vocabulary == sorted(corpus.vocabulary)
    phrases = [term for term in corpus.vocabulary if "_" in term]
    paper = papers[17]
    tokens = Tokenizer(phrases, lemma)(f"{paper.title_forms} {paper.abstract_forms}")
    row = corpus.counts[corpus.ids.index(paper.id)].toarray().ravel()
    for column, term in enumerate(corpus.vocabulary):
        assert row[column] == tokens.count(term), term


def test_rare_and_common_terms_are_left_out(tmp_path: Path) -> None:
    papers = plain([f"{paper.abstract_forms} everywhere" for paper in themed(200)])
    papers.append(TrainingPaper("q", ("all",), "", "hapax " + papers[0].abstract_forms))
    vocabulary = read(papers, tmp_path).vocabulary
    assert "everywhere" not in vocabulary
    assert "hapax" not in vocabulary


def test_tags_and_collections_are_kept_with_their_papers(tmp_path: Path) -> None:
    corpus = read(themed(60, 1, "b") + themed(60, 2, "a"), tmp_path)
    assert corpus.collections == ["a", "b"]
    assert corpus.member.sum(axis=0).tolist() == [[60, 60]]
    row = corpus.ids.index("b-1-00001")
    assert corpus.member[row].toarray().tolist() == [[0, 1]]
    assert [corpus.tags[column] for column in corpus.tag_counts[row].indices] == ["brain"]


def test_too_few_papers_with_text_are_refused(tmp_path: Path) -> None:
    papers = [*themed(29), *plain(["."] * 50)]
    with pytest.raises(NotEnoughPapersError, match="there are 29"):
        read(papers, tmp_path)


def test_limits_follow_the_size() -> None:
    assert [minimum_documents(n) for n in (30, 300, 3000, 50_000, 500_000)] == [2, 3, 5, 10, 50]
    assert maximum_share(300) == pytest.approx(0.25)
    assert maximum_share(1_000_000) == pytest.approx(0.1)


def test_a_tenth_is_set_aside_by_id_alone() -> None:
    names = [f"paper{number}" for number in range(30_000)]
    aside = held_out_papers(names)
    assert 0.09 < aside.mean() < 0.11
    later = held_out_papers(names[:25_000])
    assert (later == aside[:25_000]).all()
    assert not held_out_papers(names[:300]).any()


def test_titles_alone_are_not_learned_from_where_there_are_abstracts() -> None:
    abstracts = np.arange(1000) % 2 == 0
    assert full_papers(abstracts).sum() == 500
    assert full_papers(np.arange(1000) % 10 == 0).all()
    assert full_papers(np.zeros(50, dtype=bool)).all()


class TestCollocations:
    def corpus(self) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        noise = np.random.default_rng(3)
        words = []
        for _ in range(400):
            words += [int(word) for word in noise.integers(5, 60, 6)]
            words += [1, 2, 3] if noise.random() < 0.3 else [4]
            words.append(0)
        return np.array(words, dtype=np.int32)

    def test_words_that_stand_together_become_terms(self) -> None:
        found = find_collocations(self.corpus(), 60, 20)
        assert (1, 2, 3) in found
        assert all(4 not in term for term in found)

    def test_rare_ones_do_not(self) -> None:
        assert find_collocations(self.corpus(), 60, 1000) == []

    def test_nothing_crosses_a_break(self) -> None:
        words = np.array([1, 0, 2, 0] * 100, dtype=np.int32)
        assert find_collocations(words, 3, 5) == []

    @pytest.mark.parametrize("seed", range(5))
    def test_joining_equals_the_tokenizer(self, seed: int) -> None:
        noise = np.random.default_rng(seed)
        words = noise.integers(0, 5, 300).astype(np.int32)
        terms = [(1, 2), (1, 2, 3), (2, 3, 4, 1), (4, 4), (3, 1)]
        joined, keep = join_collocations(words, terms, 5)
        names = [*"?abcd", *("_".join("?abcd"[word] for word in term) for term in terms)]
        expected = Tokenizer(names[5:], lemma).join(["" if word == 0 else "?abcd"[word] for word in words])
        assert [names[word] for word in joined[keep].tolist() if word] == expected

    def test_an_empty_corpus(self) -> None:
        empty = np.zeros(0, dtype=np.int32)
        assert find_collocations(empty, 1, 2) == []
        joined, keep = join_collocations(empty, [(1, 2)], 3)
        assert joined.size == keep.size == 0


def test_terms_are_shown_with_spaces() -> None:
    assert shown_term("magnetic_field") == "magnetic field"


def test_stop_words_break_terms() -> None:
    tokenizer = Tokenizer(["state_art"], lemma)
    assert tokenizer("state . art") == ["state", "art"]
    assert tokenizer("the state art") == ["the", "state_art"]
