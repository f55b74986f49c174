"""Passages in another language than the text's."""

from __future__ import annotations

import pytest

from ingest.text.analysis import analyzer
from ingest.text.passages import foreign
from topics.text.tokens import Tokenizer

ABSTRACT = (
    "We prove that every group of the given type has a presentation, and that it is unique in its class."
)


def kept(text: str, lang: str = "en") -> str:
    """The text's forms without those in passages of another language."""
    forms = analyzer().forms(text)
    out = foreign(forms, lang)
    return (
        " ".join(forms)
        if out is None
        else " ".join(f for f, gone in zip(forms, out, strict=True) if not gone)
    )


def test_a_title_in_another_language_goes() -> None:
    found = kept(f"La propriété de décroissance rapide pour le groupe de Wise. {ABSTRACT}")
    assert "propriete" not in found
    assert "decroissance" not in found
    assert "every group of the given type has a presentation and that it is unique in its class" in found


@pytest.mark.parametrize(
    "second",
    [
        "Nous montrons que tout groupe de ce type est unique dans la classe des groupes de Wise.",
        "Wir zeigen, dass die Gruppe von diesem Typ mit der Klasse und dem Modul eine Darstellung ist.",
        "Demostramos que el grupo de este tipo es único en la clase de los grupos con una presentación.",
        "Мы показываем, что группа из этого класса не связана с группой на плоскости.",
    ],
)
def test_a_translated_abstract_goes(second: str) -> None:
    found = kept(f"{ABSTRACT} {second}").split()
    assert "presentation" in found
    assert "unique" in found
    assert not set(analyzer().forms(second)[-6:]) & set(found)


@pytest.mark.parametrize(
    "text",
    [
        ABSTRACT,
        "We study anti de Sitter space and the van der Waals interaction of de Broglie waves in la Vega.",
        "The DE algorithm and the LA model of El Niño are compared with the DES standard for the UN.",
        "",
    ],
)
def test_names_and_abbreviations_stay(text: str) -> None:
    assert kept(text) == " ".join(analyzer().forms(text))


def test_a_text_in_its_own_language_stays() -> None:
    text = "Nous montrons que tout groupe de ce type est unique dans la classe des groupes de Wise."
    assert kept(text, "fr") == " ".join(analyzer().forms(text))
    assert foreign(["que", "de", "la"], "xx") is None, "a language whose function words are not known"


def test_the_model_does_not_learn_from_them() -> None:
    forms = analyzer().forms(f"Le groupe de Wise et la classe des groupes. {ABSTRACT}")
    lemmas = Tokenizer().lemmas(forms)
    assert len(lemmas) == len(forms)
    assert not any(lemmas[: forms.index("we")][:6])
    assert "presentation" in lemmas
