"""What array work over a whole sample finds is what is found text by text."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text.analysis import analyzer
from topics.naming.sample_phrases import ABSTRACT, MAX_WORDS, TITLE, Stems, phrase_groups
from topics.naming.sample_words import SampleText, SampleWords
from topics.naming.written_terms import written_terms
from topics.text.casing import Casing
from topics.text.phrases import PhraseFinder
from topics.text.tokens import Tokenizer

LONGEST = 40
SAID = """
the of and tumour tumours Tumor necrosis factor factors NF-κB T helper cells cell, (cells) cell. Learning DNA
self-supervised state-of-the-art dna -DNA (DNA), $x^2$ 3D A B: B-cell 深度神经网络研究 図書館の読者 Gehör
und Lärm Straße, new method study; patients I 2020 é ? ... (NF)-κB type
"""
WORDS = SAID.split()
TEXTS = st.builds(
    SampleText,
    st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join),
    st.sampled_from(["en", "en", "de", "zh", "xx", ""]),
)


def parts(sample: list[SampleText]) -> list[tuple[int, bool, str, str]]:
    return [
        (row, is_title, text, one.lang or "en")
        for row, one in enumerate(sample)
        for text, is_title in ((one.title, True), (one.abstract, False))
        if text
    ]


@settings(deadline=None, max_examples=150)
@given(st.lists(TEXTS, max_size=5))
def test_words_stand_where_the_finder_finds_them_and_teach_the_same_case(sample: list[SampleText]) -> None:
    finder, casing = PhraseFinder(analyzer()), Casing()
    words = SampleWords(sample, finder)
    expected, forms = [], set()
    for number, (_, _, text, lang) in enumerate(parts(sample)):
        own = finder.words(text, lang)
        casing.learn(text, own, lang)
        expected += [(number, text[w.start : w.end], w.part, w.joined, w.opens) for w in own]
        forms |= {text[w.start : w.end] for w in own}
    kinds = [words.kinds[number] for number in words.kind.tolist()]
    flags = zip(words.joined.tolist(), words.opens.tolist(), strict=True)
    found = zip(words.passage.tolist(), kinds, flags, strict=True)
    assert [(at, kind.text, kind.part, *flag) for at, kind, flag in found] == expected
    assert {form: words.casing.word(form) for form in forms} == {form: casing.word(form) for form in forms}


@settings(deadline=None, max_examples=150)
@given(st.lists(TEXTS, max_size=5), st.integers(1, 3))
def test_phrases_are_those_of_the_finder(sample: list[SampleText], least: int) -> None:
    ask, finder = analyzer(), PhraseFinder(analyzer())
    surfaces: dict[tuple[str, ...], Counter[str]] = {}
    counts: dict[tuple[str, ...], Counter[str]] = {}
    texts: dict[tuple[str, ...], set[int]] = {}
    for row, is_title, text, lang in parts(sample):
        for key, start, end, whole, _ in finder.phrases(finder.words(text, lang), MAX_WORDS):
            if end - start > LONGEST or not key:
                continue
            surface = text[start:end]
            stems = tuple(ask.stem(form, lang) or form for form in ask.forms(surface))
            surfaces.setdefault(stems, Counter())[surface] += TITLE if is_title else ABSTRACT
            counts.setdefault(stems, Counter()).update({"said": 1, "whole": int(whole)})
            texts.setdefault(stems, set()).add(row)
    stems_of = Stems(ask, ask.stem)
    groups = phrase_groups(
        SampleWords(sample, finder), stems_of, lambda hashes, papers: papers >= least, LONGEST
    )
    assert [group.key for group in groups] == [key for key in surfaces if len(texts[key]) >= least]
    for group in groups:
        written: Counter[str] = Counter()
        for surface in group.surfaces:
            written[surface.text] += surface.weight
        assert written == surfaces[group.key]
        assert (group.said, group.whole) == (counts[group.key]["said"], counts[group.key]["whole"])
        assert group.texts == len(texts[group.key])
        assert 0 <= group.bare <= group.said


@settings(deadline=None, max_examples=150)
@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_terms_stand_where_the_tokenizer_reads_them(sample: list[SampleText]) -> None:
    ask = analyzer()
    terms = [
        "tumor_necrosis_factor",
        "necrosis_factor",
        "tumour",
        "cell",
        "dna",
        "b_cell",
        "gehor",
        "神经_网络",
    ]
    tokenizer, said = Tokenizer(terms), set()
    for _, _, text, lang in parts(sample):
        spans = ask.word_spans(text, lang)
        said |= {token for token, _, _ in tokenizer.places([ask.lemma(form, lang) for form, _, _ in spans])}
    written = written_terms(SampleWords(sample, PhraseFinder(ask)), terms)
    assert written.keys() <= said & set(terms)
    for term, surface in written.items():
        lemmas = "_".join(ask.lemma(form, "en") for form in ask.forms(surface))
        assert lemmas == term or not surface.isascii()


def test_a_letter_or_a_hyphen_beside_a_word_belongs_to_it() -> None:
    finder = PhraseFinder(analyzer())
    words = SampleWords([SampleText("T helper and helper B, (NF)-kinase kinase-(NF) a helper")], finder)
    bound = zip(
        [words.kinds[kind].text for kind in words.kind.tolist()],
        (words.bound_before | words.bound_after).tolist(),
        strict=True,
    )
    assert [flag for text, flag in bound if text in ("helper", "kinase")] == [True, True, True, True, False]
