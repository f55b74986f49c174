from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from ingest.text.analysis import analyzer
from topics.naming.candidates import Candidates, collect
from topics.naming.labels import NamingMaterial, label_topics
from topics.naming.sample_words import SampleText, SampleWords
from topics.naming.word_stream import StreamWriter
from topics.text.casing import Casing, sentence_case
from topics.text.phrases import PhraseFinder

FIELDS = {
    "neurology": [
        "Tremor in Parkinson's disease",
        "Dopamine loss in early Parkinson's disease of mice",
        "Gait of patients with Parkinson's disease under dopamine",
        "A new method for dopamine imaging",
        "Parkinson's disease and dopamine neurons",
    ],
    "genetics": [
        "DNA repair after radiation",
        "Enzymes of DNA repair in yeast",
        "A case report on DNA repair genes",
        "Yeast enzymes that bind broken DNA",
        "The present study of DNA repair in yeast",
    ],
    "learning": [
        "Deep Neural Networks for Image Recognition",
        "Training deep neural networks faster",
        "A New Method for Training Neural Networks",
        "Pruning of deep neural networks",
        "Image recognition with deep neural networks",
    ],
    "graphs": [
        "Colouring planar graphs with four colours",
        "Planar graphs and their minors",
        "Random planar graphs",
        "A new bound for minors of planar graphs",
        "Minors, colours and planar graphs",
    ],
}


@dataclass
class Library:
    """Papers with their topics (papers × levels), as names are made from them."""

    titles: list[str]
    topics: NDArray[np.int32]
    abstracts: list[str] = field(default_factory=list)
    tags: list[list[str]] = field(default_factory=list)
    lang: str = "en"

    def flat(self) -> Library:
        return replace(self, topics=self.topics[:, 1:])

    def labels(self, shown: list[list[list[str]]], parents: list[list[int | None]]) -> list[list[str]]:
        ask = analyzer()
        writer = StreamWriter(ask.stem)
        texts = []
        for row, title in enumerate(self.titles):
            abstract = self.abstracts[row] if self.abstracts else ""
            writer.add(row, ask.joined(title), ask.joined(abstract), self.lang)
            texts.append(SampleText(title, abstract, self.lang))
        names = sorted({tag for own in self.tags for tag in own})
        tagged = np.array([[tag in own for own in self.tags] for tag in names], dtype=np.float32)
        tagged = tagged.reshape(len(names), len(self.titles))
        stream = writer.stream(len(self.titles))
        finder = PhraseFinder(ask)
        words = SampleWords(texts, finder)
        candidates = collect(words, stream, names, sparse.csr_matrix(tagged), finder, ask.stem)
        sizes = [len(level) for level in shown]
        members = [
            sparse.csr_matrix((self.topics[:, level] == np.arange(size)[:, None]).astype(np.float32))
            for level, size in enumerate(sizes)
        ]
        return label_topics(shown, parents, NamingMaterial(candidates, members), ask.stem)


def texts_of(fields: dict[str, list[str]], times: int = 4, **more: Any) -> Library:
    """Every field is a leaf; the first half of the leaves has parent 0, the rest parent 1."""
    titles = [title for field in fields.values() for title in field * times]
    leaves = np.repeat(np.arange(len(fields)), [times * len(field) for field in fields.values()])
    tops = (leaves >= len(fields) / 2).astype(np.int32)
    return Library(titles, np.column_stack([tops, leaves]).astype(np.int32), **more)


SHOWN_TOP = [
    ["dna", "repair", "dopamine", "disease", "yeast"],
    ["graph", "network", "planar", "neural", "deep"],
]
SHOWN = [
    ["parkinson", "dopamine", "disease", "neuron"],
    ["dna", "repair", "yeast", "enzyme"],
    ["neural", "network", "deep", "image"],
    ["planar", "graph", "minor", "colour"],
]
PARENTS: list[list[int | None]] = [[None, None], [0, 0, 1, 1]]


def words(label: str) -> set[str]:
    return {analyzer().lemma(form) or form for form in analyzer().forms(label)}


def test_labels_are_the_noun_phrases_of_the_papers_in_their_own_case() -> None:
    labels = texts_of(FIELDS).flat().labels([SHOWN], [[None] * 4])[0]
    first = [label.split(", ")[0] for label in labels]
    assert first == ["Parkinson's disease", "DNA repair", "Deep neural networks", "Planar graphs"]


def test_no_label_twice_and_none_with_a_word_of_its_parents() -> None:
    tops, leaves = texts_of(FIELDS).labels([SHOWN_TOP, SHOWN], PARENTS)
    every = [label.casefold() for label in tops + leaves]
    assert len(set(every)) == len(every)
    assert all(every)
    for leaf, parent in enumerate(PARENTS[1]):
        assert parent is not None
        assert not words(leaves[leaf]) & words(tops[parent])


def test_generic_phrases_name_nothing() -> None:
    labels = texts_of(FIELDS).labels([SHOWN_TOP, SHOWN], PARENTS)
    generic = {"new method", "case report", "present study", "method", "study"}
    assert not generic & {label.casefold() for level in labels for label in level}


def test_headings_speak_and_category_codes_only_by_their_names() -> None:
    fields = {
        "lung": ["Outcome of smokers", "On smokers and on drugs"],
        "maths": ["Results on rings", "Rings again"],
    }
    tags = [["Lung Neoplasms", "Humans", "Male"]] * 8 + [["math.CT", "16D10", "zz.QQ"]] * 8
    texts = texts_of(fields, tags=tags).flat()
    shown = [["smoker", "lung"], ["category", "result"]]
    labels = texts.labels([shown], [[None, None]])[0]
    assert labels[0].startswith("Lung neoplasms")
    assert labels[1].startswith("Category theory")


def test_an_inverted_heading_is_read_the_right_way_round() -> None:
    tags = [["Carcinoma, Hepatocellular"]] * 12 + [["Microscopy, Electron, Scanning/methods"]] * 12
    texts = texts_of({"a": ["On livers"] * 3, "b": ["On sugar"] * 3}, tags=tags).flat()
    labels = texts.labels([[["carcinoma"], ["microscopy"]]], [[None, None]])[0]
    assert labels == ["Hepatocellular carcinoma", "Scanning electron microscopy"]


def test_a_label_is_what_the_papers_say_not_a_rare_phrase() -> None:
    fields = {
        "jaw": ["Fractures of the jaw", "Teeth and jaw of apes", "Growth of jaw and teeth", "Jaw joints"],
        "lung": ["Smoking and lungs", "Lungs of divers", "Breath and lungs", "Growth of lungs"],
    }
    rare = ["Heterotopic ossification"] * 3 + [""] * 29
    library = replace(texts_of(fields), abstracts=rare).flat()
    labels = library.labels([[["ossification", "jaw"], ["lung"]]], [[None, None]])[0]
    assert labels[0].startswith("Jaw")
    assert labels[1].startswith("Lung")


def test_check_tags_and_furniture_are_no_names() -> None:
    tags = [["Middle Aged", "United States", "Rats", "Asthma"]] * 12 + [["Time Factors", "Mice"]] * 12
    library = texts_of({"a": ["On rats"] * 3, "b": ["A study of mice"] * 3}, tags=tags).flat()
    labels = library.labels([[["wheeze"], ["tail"]]], [[None, None]])[0]
    assert labels == ["Asthma", "Tail"]
    notices = texts_of(
        {"a": ["Corrigendum"] * 4 + ["Asthma of this century"] * 3, "b": ["Erratum", "Kidneys"]}
    )
    labels = notices.flat().labels([[["wheeze"], ["nephron"]]], [[None, None]])[0]
    assert labels == ["Asthma", "Kidneys"]


def test_two_phrases_are_joined_where_the_papers_of_a_topic_say_one_or_the_other() -> None:
    fields = {
        "eye": ["Cataracts of old dogs", "Glaucoma of cats", "Cataracts", "Glaucoma"],
        "ear": ["Tinnitus of bats", "Tinnitus", "Deafness and tinnitus", "Loud music and tinnitus"],
    }
    labels = texts_of(fields).flat().labels([[["lens"], ["cochlea"]]], [[None, None]])[0]
    assert sorted(labels[0].casefold().split(", ")) == ["cataracts", "glaucoma"]
    assert labels[1].startswith("Tinnitus")


def test_a_parent_leaves_a_leaf_the_name_that_it_needs() -> None:
    fields = {
        "vaccines": ["Vaccines in schools"] * 4 + ["Measles, vaccines"],
        "viruses": ["Coronaviruses in schools"] * 4 + ["Coronaviruses, vaccines"],
        "stars": ["Spectra of stars"] * 5,
        "rings": ["Ideals of rings"] * 5,
    }
    shown = [[["virus"], ["star"]], [["vaccine"], ["virus"], ["star"], ["ring"]]]
    tops, leaves = texts_of(fields).labels(shown, [[None, None], [0, 0, 1, 1]])
    assert leaves[0].startswith("Vaccines")
    assert "vaccine" not in words(tops[0])


def test_a_leaf_may_have_a_word_of_its_parents_parent() -> None:
    titles = [*["Bacterial infections of cats"] * 8, *["Viral infections and fever of dogs"] * 8]
    titles += [*["Spectra of stars"] * 8, *["Ideals of rings"] * 8]
    leaves = np.repeat(np.arange(4), 8)
    library = Library(titles, np.column_stack([leaves // 2, leaves, leaves]).astype(np.int32))
    library = replace(library, tags=[["Infections"]] * 16 + [[]] * 16)
    shown = [
        [["infection"], ["star"]],
        [["cat"], ["dog"], ["star"], ["ring"]],
        [["cat"], ["dog"], ["star"], ["ring"]],
    ]
    parents: list[list[int | None]] = [[None, None], [0, 0, 1, 1], [0, 1, 2, 3]]
    tops, middle, leaf = library.labels(shown, parents)
    assert tops[0].startswith("Infections")
    assert "infection" in words(middle[0]) | words(leaf[0])
    assert not words(middle[0]) & words(leaf[0])


def test_a_second_phrase_is_the_first_of_no_other_topic() -> None:
    fields = {
        "both": ["Tremor"] * 3 + ["Zinc"] * 6,
        "zinc": ["Zinc"] * 4,
        "ear": ["Tinnitus of bats"] * 9,
    }
    labels = texts_of(fields).flat().labels([[["tremble"], ["metal"], ["ear"]]], [[None] * 3])[0]
    phrases = [phrase.casefold() for label in labels for phrase in label.split(", ")]
    assert len(phrases) == len(set(phrases))
    assert "zinc" in phrases


def test_the_broader_word_of_a_longer_name_is_no_piece_of_it() -> None:
    fields = {"blood": ["Aplastic anemia"] * 4 + ["Anemia"] * 6, "ear": ["Tinnitus of bats"] * 9}
    labels = texts_of(fields).flat().labels([[["anemia"], ["ear"]]], [[None] * 2])[0]
    assert labels[0] == "Anemia"


def test_a_kind_of_papers_is_no_whole_name() -> None:
    fields = {"case": ["Fever of men", "On boys", "On girls", "On men"], "ear": ["Tinnitus of bats"] * 4}
    library = texts_of(fields, tags=[["Case Report"]] * 16 + [[]] * 16).flat()
    assert library.labels([[["case"], ["ear"]]], [[None] * 2])[0] == ["Case report, fever", "Tinnitus"]


def test_a_name_of_four_words_is_whole() -> None:
    fields = {
        "heart": [
            "ST segment elevation myocardial infarction",
            "Of ST segment elevation myocardial infarction",
        ],
        "cells": ["Induced pluripotent stem cells of mice", "On induced pluripotent stem cells"],
        "ear": ["Tinnitus of bats", "Tinnitus"],
    }
    labels = texts_of(fields, times=8).flat().labels([[["st"], ["cell"], ["ear"]]], [[None] * 3])[0]
    assert not labels[0].casefold().startswith("elevation")
    assert labels[1].startswith("Induced pluripotent stem cells")


def test_units_countries_and_designs_are_no_names() -> None:
    tags = [["Double-Blind Method", "Oral Administration", "Asthma"]] * 12 + [
        ["Clinical Trials as Topic"]
    ] * 12
    titles = {"a": ["Of 20 MeV", "Sweden and the United Kingdom"] * 2, "b": ["Reply", "Reply", "kHz", "mg"]}
    library = texts_of(titles, times=3, tags=tags).flat()
    assert library.labels([[["wheeze"], ["trial"]]], [[None, None]])[0] == ["Asthma", "Clinical trials"]


@pytest.mark.parametrize(
    "titles", [["The same title about kidneys"] * 8, [""] * 8, ["12 34"] * 8, ["ขอบคุณ มาก"] * 8, ["x"] * 8]
)
def test_no_topic_is_left_without_a_name(titles: list[str]) -> None:
    library = Library(titles, np.repeat([[0], [1]], 4, axis=0).astype(np.int32), tags=[["62-07", "E05"]] * 8)
    labels = library.labels([[["kidney"], ["kidney"]]], [[None, None]])[0]
    assert all(label.strip() for label in labels)
    assert len(set(labels)) == 2


def test_twin_topics_still_get_two_labels() -> None:
    same = FIELDS["learning"]
    texts = texts_of({"one": same, "two": same, "three": same}).flat()
    labels = texts.labels([[SHOWN[2]] * 3], [[None] * 3])[0]
    assert len({label.casefold() for label in labels}) == 3


def test_without_texts_the_shown_terms_speak() -> None:
    tops, leaves = Library([], np.zeros((0, 2), dtype=np.int32)).labels([SHOWN_TOP, SHOWN], PARENTS)
    assert tops[0].casefold() == "dna"
    assert len({label.casefold() for label in tops + leaves}) == 6
    assert not words(leaves[1]) & {"dna"}


def test_shown_terms_that_say_little_speak_last() -> None:
    shown = [["new", "patients", "kidney"], ["results", "new"]]
    first, second = Library([], np.zeros((0, 1), dtype=np.int32)).labels([shown], [[None] * 2])[0]
    assert first == "Kidney"
    assert second in ("Results", "New")  # nothing better is there


def test_topics_without_anything_still_have_different_labels() -> None:
    labels = Library([], np.zeros((0, 1), dtype=np.int32)).labels([[[], [], []]], [[None] * 3])[0]
    assert len(set(labels)) == 3
    assert all(labels)


def test_a_language_without_a_lexicon_is_named_between_its_stop_words() -> None:
    fields = {
        "net": ["Обучение нейронных сетей", "Глубокие нейронных сетей", "Сжатие нейронных сетей"],
        "graph": ["Раскраска планарных графов", "Случайные планарных графов", "Миноры планарных графов"],
    }
    texts = texts_of(fields, lang="bg").flat()
    labels = texts.labels([[["сеть"], ["граф"]]], [[None, None]])[0]
    assert "нейронных сетей" in labels[0].casefold()
    assert "планарных графов" in labels[1].casefold()


def test_chinese_titles_give_labels() -> None:
    fields = {
        "net": ["深度神经网络研究", "卷积神经网络", "循环神经网络"],
        "graph": ["平面图着色", "随机平面图", "平面图的子式"],
    }
    texts = texts_of(fields, lang="zh").flat()
    labels = texts.labels([[["神经"], ["平面"]]], [[None, None]])[0]
    assert "神经网络" in labels[0]
    assert "平面图" in labels[1]


def test_chinese_labels_are_words_never_pairs_across_them() -> None:
    fields = {
        "power": ["煤炭对电力的影响", "电力需求的预测研究", "风能与电力市场", "电力取决于煤炭"],
        "library": ["图书馆读者研究", "读者与图书馆的关系", "论图书馆及档案", "公共图书馆的读者"],
    }
    labels = texts_of(fields, lang="zh").flat().labels([[["电力"], ["图书馆"]]], [[None, None]])[0]
    power = "(煤炭|电力|电力需求|电力市场|风能|市场|预测)"
    library = "(图书馆|读者|图书馆读者|公共图书馆|档案)"
    assert re.fullmatch(f"{power}(, {power})?", labels[0])
    assert re.fullmatch(f"{library}(, {library})?", labels[1])


def test_hostile_titles_do_no_harm() -> None:
    titles = [
        "<script>alert(1)</script>",
        "$x$" * 500,
        "\ud800",
        "A" * 5000,
        "",
        "%s {0} ../../etc",
        "---",
        "💥💥",
    ] * 4
    texts = Library(titles, np.tile([[0], [1]], (16, 1)).astype(np.int32))
    labels = texts.labels([[["one"], ["two"]]], [[None, None]])[0]
    assert len(set(labels)) == 2
    assert all(0 < len(label) <= 60 for label in labels)


def test_papers_without_a_topic_are_left_out() -> None:
    texts = Library(["Planar graphs"] * 9, np.full((9, 1), -1, dtype=np.int32))
    assert texts.labels([[["ring"]]], [[None]]) == [["Ring"]]


@pytest.mark.parametrize(
    ("phrase", "label"),
    [
        ("graph kernels", "Graph kernels"),
        ("mRNA vaccines", "mRNA vaccines"),
        ("p-adic numbers", "p-adic numbers"),
        ("DNA repair", "DNA repair"),
        ("3D printing", "3D printing"),
        ("self-supervised learning", "Self-supervised learning"),
    ],
)
def test_sentence_case_leaves_names_alone(phrase: str, label: str) -> None:
    assert sentence_case(phrase) == label


def test_words_learn_their_case_from_running_text_not_from_headlines() -> None:
    finder, casing = PhraseFinder(analyzer()), Casing()
    for text in (
        "Deep Learning for DNA Repair and Protein Folding",
        "We study deep learning of DNA repair by the Hubble telescope. Learning is slow.",
        "SHOUTING ABOUT DEEP LEARNING AND REPAIR",
    ):
        casing.learn(text, finder.words(text))
    assert casing.phrase("Deep LEARNING of Dna Repair") == "deep learning of DNA repair"
    assert casing.phrase("hubble Telescope") == "Hubble telescope"
    assert casing.phrase("SHOUTING Headline") == "shouting headline"


def phrases(text: str) -> set[str]:
    finder = PhraseFinder(analyzer())
    return {text[phrase.start : phrase.end].lower() for phrase in finder.phrases(finder.words(text))}


def test_phrases_stop_at_verbs_stop_words_and_punctuation() -> None:
    found = phrases("Neural networks quickly learn large graphs, kernels of graphs.")
    assert "neural networks" in found
    assert "graphs, kernels" not in found
    assert "kernels of graphs" not in found
    assert not any("learn" in phrase for phrase in found)


def test_a_hyphenated_word_is_one_word() -> None:
    found = phrases("self-supervised learning of X-ray images")
    assert "self-supervised learning" in found
    assert "supervised learning" not in found


def test_math_breaks_a_phrase() -> None:
    assert "ring theory" not in phrases("the ring $R$ theory")


def test_a_fragment_of_a_longer_phrase_is_known_as_one() -> None:
    finder = PhraseFinder(analyzer())
    text = "the discrete Fourier transform"
    whole = {text[p.start : p.end]: p.whole for p in finder.phrases(finder.words(text))}
    assert whole["discrete Fourier transform"]
    assert not whole["discrete Fourier"]


def test_a_word_that_never_stands_by_itself_is_a_fragment() -> None:
    titles = [
        "Nuclear factor κB in sepsis",
        "Activation of nuclear factor κB",
        "T helper cells",
        "T helper traffic",
    ]
    titles += ["Receptor traffic", "A receptor for steroids", "The steroid receptor"]
    ask = analyzer()
    writer = StreamWriter(ask.stem)
    for row, title in enumerate(titles):
        writer.add(row, ask.joined(title), "")
    finder = PhraseFinder(ask)
    sample = SampleWords([SampleText(title) for title in titles], finder)
    stream = writer.stream(len(titles))
    candidates = collect(sample, stream, [], sparse.csr_matrix((0, len(titles))), finder, ask.stem)
    whole = dict(zip(candidates.surfaces, candidates.wholeness.tolist(), strict=True))
    assert whole["κB"] == 0
    assert whole.get("helper", 0.0) == 0
    assert whole["receptor"] == 1


def candidates_of(titles: list[str], tags: list[list[str]] | None = None) -> Candidates:
    ask = analyzer()
    writer = StreamWriter(ask.stem)
    for row, title in enumerate(titles):
        writer.add(row, ask.joined(title), "")
    finder = PhraseFinder(ask)
    names = sorted({tag for own in tags or [] for tag in own})
    tagged = np.array([[tag in own for own in tags or []] for tag in names], dtype=np.float32)
    tagged = tagged.reshape(len(names), len(titles))
    sample = SampleWords([SampleText(title) for title in titles], finder)
    stream = writer.stream(len(titles))
    return collect(sample, stream, names, sparse.csr_matrix(tagged), finder, ask.stem)


def test_what_stands_in_one_longer_phrase_alone_is_a_piece_of_it() -> None:
    titles = [f"Bacillus cereus in {food}" for food in ("milk", "rice", "meat", "tea", "soup", "bread")]
    titles += [
        f"{kind} quantum dots" for kind in ("Carbon", "Silicon", "Bright", "Graphene", "Small", "Cold")
    ]
    candidates = candidates_of([*titles, "Spores of cereus", "A glow of quantum dots"])
    whole = dict(zip(candidates.surfaces, candidates.wholeness.tolist(), strict=True))
    assert whole["bacillus cereus"] == 1
    assert whole["cereus"] < 0.3
    assert whole["quantum dots"] == 1


def test_a_heading_that_the_sample_seldom_says_is_a_name_all_the_same() -> None:
    titles = ["On frogs", "On toads", "Amphibians", *["Newts of ponds"] * 300]
    candidates = candidates_of(titles, [["Amphibians"]] * len(titles))
    assert "amphibians" in candidates.surfaces


def test_initials_of_what_the_parent_is_called_are_no_name() -> None:
    fields = {
        "weight": ["Weight and body mass index (BMI)", "The body mass index (BMI) of men", "BMI and weight"],
        "more": ["BMI of twins", "BMI of the old", "Sugar and BMI"],
        "eye": ["Cataracts of dogs", "Cataracts", "Cataracts of cats"],
        "ear": ["Tinnitus of bats", "Tinnitus", "Loud tinnitus"],
    }
    shown = [["body mass index"], ["cataract"]], [["weight"], ["sugar"], ["dog"], ["bat"]]
    tags = [["Body Mass Index"]] * 24 + [["Sense Organs"]] * 24
    tops, leaves = texts_of(fields, tags=tags).labels([list(level) for level in shown], PARENTS)
    assert tops[0].startswith("Body mass index")
    assert not any("BMI" in label for label in [*tops, *leaves])


def test_no_second_phrase_that_says_the_first_in_other_words() -> None:
    fields = {
        "virus": ["Coronavirus disease 2019 (COVID-19)", "COVID-19 at sea", "Coronavirus disease of cats"],
        "ear": ["Tinnitus of bats", "Tinnitus", "Loud tinnitus"],
    }
    labels = texts_of(fields).flat().labels([[["virus"], ["bat"]]], [[None, None]])[0]
    assert not ("COVID" in labels[0] and "oronavirus" in labels[0])


def test_no_second_phrase_of_which_hardly_anything_is_said() -> None:
    fields = {
        "virus": ["Vaccines of the world"] * 14 + ["Mumps of Iceland"] * 2,
        "ear": ["Tinnitus of bats", "Tinnitus", "Loud tinnitus"],
    }
    labels = texts_of(fields).flat().labels([[["virus"], ["bat"]]], [[None, None]])[0]
    assert "Mumps" not in labels[0]
