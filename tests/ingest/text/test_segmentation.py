from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.analysis import analyzer
from ingest.text.segmentation import cut, cut_forms, glued, is_function_word, wanted


def words(text: str, lang: str = "") -> list[str]:
    return [text[start:end] for start, end in cut(text, lang)]


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("燃煤电厂的电力需求", "zh", ["燃煤", "电厂", "的", "电力", "需求"]),
        ("公共图书馆的读者", "zh", ["公共", "图书馆", "的", "读者"]),
        ("卷积神经网络", "en", ["卷积", "神经网络"]),  # the script tells, whatever the language is said to be
        ("影像與電廠", "zh", ["影像", "與", "電廠"]),  # traditional
        ("図書館における研究", "ja", ["図書館", "における", "研究"]),
        ("ニューラルネットワークの学習", "ja", ["ニューラルネットワーク", "の", "学習"]),
        ("機械学習", "ja", ["機械", "学習"]),
        ("利用者の血糖値と液状化", "ja", ["利用者", "の", "血糖値", "と", "液状化"]),
        ("影響を調べた", "ja", ["影響", "を", "調べた"]),
        ("การเรียนรู้", "th", ["การ", "เรียน", "รู้"]),
        ("도서관의", "ko", ["도서관"]),
        ("연구", "ko", ["연구"]),
        ("", "zh", []),
    ],
)
def test_runs_are_cut_into_words(text: str, lang: str, expected: list[str]) -> None:
    assert words(text, lang) == expected


def test_pairs_of_characters_are_put_together_and_cut() -> None:
    forms = analyzer().forms("用CNN识别：图书馆与电力 systems", "zh")
    assert cut_forms(forms, "zh") == ["用", "cnn", "识别", "", "图书馆", "与", "电力", "systems"]
    assert analyzer().words(" ".join(forms), "zh") == cut_forms(forms, "zh")


@given(st.text("深度学习图书馆のネットaé กา한국 。，-1", max_size=40))
def test_words_stand_where_they_are_said_to(text: str) -> None:
    spans = analyzer().word_spans(text, "zh")
    assert all(0 <= start < end <= len(text) for _, start, end in spans)
    assert [start for _, start, _ in spans] == sorted(start for _, start, _ in spans)


@pytest.mark.parametrize(
    "word", ["的", "仅", "以及", "我们", "について", "する", "图", "与える", "調べた", "深い", "明らか"]
)
def test_particles_are_no_words_of_content(word: str) -> None:
    assert is_function_word(word)
    assert analyzer().lemma(word, "zh") == ""


@pytest.mark.parametrize(
    "word", ["电力", "图书馆", "がん", "ネットワーク", "癌症", "利用者", "揺れ", "高さ", "違い"]
)
def test_words_of_content_stay(word: str) -> None:
    assert analyzer().lemma(word, "zh") == word


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("图书馆读者", [("图书", "书馆"), ("读者",)]),
        ("电力", [("电力",)]),
        ("电力的需求", [("电力",), ("需求",)]),
        ("癌", [("癌",)]),
        ("調べた", [("調べ",)]),
        ("self-attention", [("self",), ("attention",)]),
        ("CNN识别", [("cnn",), ("识别",)]),
    ],
)
def test_a_query_asks_for_whole_words(query: str, expected: list[tuple[str, ...]]) -> None:
    assert analyzer().groups(query, "zh") == expected


def test_what_the_dictionary_cuts_into_single_characters_stays_together() -> None:
    assert "".join(wanted("的饕餮纹", "zh")) == "饕餮纹"


def test_a_full_stop_parts_words_of_the_topics() -> None:
    said = analyzer().words(analyzer().joined("図書館。津波、建物"), "ja")
    assert said == ["図書館", "", "津波", "", "建物"]
    assert analyzer().lemma("", "ja") == ""
    assert analyzer().words(analyzer().joined("도서관 지진"), "ko") == ["도서관", "지진"]


def test_terms_are_shown_as_their_script_writes_them() -> None:
    assert glued(["神经", "网络"]) == "神经网络"
    assert glued(["neural", "network"]) == "neural network"
    assert glued(["cnn", "识别"]) == "cnn 识别"
    assert glued([]) == ""
