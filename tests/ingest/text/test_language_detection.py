"""Detection of languages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from py3langid import langid

from ingest.text import language_detection as languages
from ingest.text.analysis import analyzer
from ingest.text.language_detection import detect


def language(text: str) -> str:
    return detect(text, analyzer().forms(text))


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("We study the growth of cells in the laboratory and show that salt matters.", "en"),
        ("Regular Polyhedra", "en"),
        ("Dumb-bell swimmers", "en"),
        ("Multibracket simple Lie algebras", "en"),
        ("Untersuchungen über die Wirkung von Salz auf das Wachstum der Zellen in der Kultur", "de"),
        ("Étude de la croissance des cellules dans les cultures soumises à des sels", "fr"),
        ("Estudio del crecimiento de las células en los cultivos con sal para el laboratorio", "es"),
        ("Исследование роста клеток", "ru"),
        ("深度学习在医学图像中的应用", "zh"),
        ("機械学習による画像の分類について", "ja"),
        ("", ""),
        ("$x^2$ --", ""),
    ],
)
def test_languages(text: str, lang: str) -> None:
    assert language(text) == lang


def test_citations_of_others_do_not_make_english_foreign() -> None:
    text = "We review the van der Waals forces in the models of Bindu et al. and those by de la Cruz et al."
    assert language(text) == "en"


def test_threads_that_come_first_load_the_model_once(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = []
    real = langid._load_identifier

    def load(**options: bool) -> object:
        loaded.append(options)
        return real(**options)

    monkeypatch.setattr(langid, "_load_identifier", load)
    languages._loaded.cache_clear()
    text = "Untersuchungen zur Photosynthese"
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: detect(text, text.lower().split()), range(4)))
    assert (answers, len(loaded)) == (["de"] * 4, 1)
