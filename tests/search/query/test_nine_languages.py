"""Every language of a library is looked up, whatever the language of the query."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.query.parser import parse
from tests.search.library_of_titles import ENGINES, found_by, titles

PAPERS = {
    "en": "Gulls over the harbours of the north",
    "de": "Möwen über den Häfen des Nordens",
    "fr": "Les mouettes des ports ouverts du nord",
    "es": "Gaviotas sobre los puertos abiertos",
    "it": "I gabbiani della città e i porti",
    "pt": "As gaivotas dos portos abertos",
    "nl": "Meeuwen boven de havens van het noorden",
    "ru": "Чайки над северными гаванями",
    "tr": "Kuzey limanlarında martılar",
    "ar": "طيور النورس فوق الموانئ",
    "zh": "北方港口上空的海鸥",
    "ja": "北の港を飛ぶカモメの群れ",
    "ko": "북쪽 항구의 갈매기는 난다",
}
WORDS = [
    ("Häfen", "de"), ("mouettes", "fr"), ("ouverts", "fr"), ("Gaviotas", "es"), ("città", "it"),
    ("gaivotas", "pt"), ("Meeuwen", "nl"), ("гаванями", "ru"), ("martılar", "tr"), ("النورس", "ar"),
    ("harbours", "en"), ("海鸥", "zh"), ("カモメ", "ja"), ("갈매기", "ko"), ("الموانئ", "ar"),
]  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
def test_words_of_each_language_find_its_paper(tmp_path: Path, engine: str) -> None:
    with titles(tmp_path, list(PAPERS.values()), list(PAPERS), engine=engine) as searcher:
        for word, lang in WORDS:
            assert PAPERS[lang] in found_by(searcher, word), word
            assert found_by(searcher, f"title:{word}") == {PAPERS[lang]}, word


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
def test_a_zero_width_joiner_is_a_space(joiner: str) -> None:
    assert parse(f"کتابخانه{joiner}ها") == parse("کتابخانه ها")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_stem_belongs_to_its_language(tmp_path: Path, engine: str) -> None:
    """Hungarian takes the t off "heart", German the ending off "Kindern": that finds no English words."""
    papers = ["Hearing in old frogs", "The heart of a frog", "A kind of frog", "Frogs for Kindern"]
    papers += ["A béka szíve és hallása", "Frösche und Kinder"]
    with titles(tmp_path, papers, ["en", "en", "en", "en", "hu", "de"], engine=engine) as searcher:
        assert found_by(searcher, "heart") == {"The heart of a frog"}
        assert found_by(searcher, "Kindern") == {"Frogs for Kindern", "Frösche und Kinder"}
