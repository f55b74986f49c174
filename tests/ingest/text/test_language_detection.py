"""Detection of languages."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from py3langid import langid

from ingest.text import language_detection as languages
from ingest.text import shared_folder
from ingest.text.analysis import analyzer
from ingest.text.language_detection import detect
from ingest.text.shared_folder import share_languages


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


TEXTS = (
    "Die Wirkung von Vitamin D auf Kinder", "L'effet de la vitamine D", "Влияние витамина", "ビタミンDの効果",
    "Het effect van vitamine D", "Effekten av vitamin D", "维生素D的作用", "x",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(shared_folder, "_folder", None)
    yield tmp_path
    languages._loaded.cache_clear()


def _told() -> list[tuple[str, float]]:
    languages._loaded.cache_clear()
    return [languages._model().classify(text) for text in TEXTS]


def test_a_model_that_processes_share_tells_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = _told()
    share_languages(folder)
    assert _told() == alone
    monkeypatch.setattr(langid, "_load_identifier", lambda **_: pytest.fail("unpacked again"))
    assert _told() == alone
    assert [path.name for path in folder.iterdir()] == ["languages"]


def test_without_a_place_to_share_it_the_model_is_read_anyway(folder: Path) -> None:
    share_languages(folder / "gone")
    assert [lang for lang, _ in _told()][:2] == ["de", "fr"]


def test_of_two_processes_that_unpack_the_model_the_first_one_s_stays(folder: Path) -> None:
    share_languages(folder)
    first = _told()
    languages._save(languages._unpacked(), folder / "languages")
    assert [path.name for path in folder.iterdir()] == ["languages"]
    assert _told() == first
