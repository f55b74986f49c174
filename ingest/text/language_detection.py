"""The language of a document whose source does not say it.

English function words settle nearly every English abstract at the price of a set look-up; only what they do
not settle is asked of py3langid, which takes about a millisecond a text. A short title in Latin letters about
which the model is not sure counts as English: it would else be taken for Latin or Luxembourgish.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.arrays import written_once
from ingest.text.shared_folder import shared

_TELLING = {
    "de": "der die das und ist fur mit von dem des ein eine einer eines wir werden wird auf auch sich nicht "
    "zu zur zum durch uber wie bei sind im",
    "en": "the of and to for with from by that this on we are which is be as an its in it can these a at or "
    "not has have between their using our also into was were than",
    "es": "el la los las de del que en un una por para con se es su como esta este entre sobre al lo",
    "fr": "le la les des du de un une et est dans pour sur que qui nous par avec cette ces ce sont dont aux "
    "au il ou entre en ainsi leur chez",
    "it": "il la di che del della delle dei degli un una per con nel nella sono alla da gli questo le",
    "nl": "de het een en van voor met dat zijn niet op te wordt deze uit bij naar",
    "pt": "de da dos das em um uma para com que por na ao mais os como sao pela pelo",
    "sv": "och att av som",
    "da": "og til af som",
    "ru": "и в на для что из не как от при это мы по",
}  # as they are folded; no single Latin letters, for they are variables
FUNCTION_WORDS = {lang: frozenset(words.split()) for lang, words in _TELLING.items()}
"""Language → the function words that tell it, folded."""

_ENGLISH = FUNCTION_WORDS["en"] - {"a", "also", "can", "in", "is", "not", "or", "was"}
"""Without the words that other languages have too."""

_FOREIGN = (
    frozenset().union(*FUNCTION_WORDS.values())
    - FUNCTION_WORDS["en"]
    - {"al", "con", "de", "di", "en", "est", "et", "lo", "na", "se", "und", "van"}
)
"""Without the words that names, citations and terms bring into English."""

_LANGUAGES = (
    "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr", "he",
    "hi", "hr", "hu", "hy", "id", "it", "ja", "ka", "kk", "ko", "lt", "lv", "mk", "ms", "nb", "nl",
    "nn", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "ta", "th", "tr", "uk", "ur",
    "vi", "zh",
)  # fmt: skip
_LOADING = Lock()
_HEAD = 80  # forms that are looked at
_SURE = 0.9
_LONG = 120  # characters from which the model's best guess is good


def detect(text: str, forms: list[str]) -> str:
    """The ISO 639-1 code of a text given with its forms; "" for a text without words.

    Args:
        text: title and abstract; the first 400 characters are looked at.
        forms: the folded forms of the same text.
    """
    head = forms[:_HEAD]
    if not head:
        return ""
    if plainly_english(head):
        return "en"
    foreign = sum(map(_FOREIGN.__contains__, head))
    if foreign == 0 and len(head) < 4 and text.isascii():
        return "en"
    lang, sure = _model().classify(text[:400])
    lang = {"nb": "no", "nn": "no"}.get(lang, lang)
    if float(sure) >= _SURE or len(text) >= _LONG or not _latin(text):
        return str(lang)
    return "en" if foreign == 0 else str(lang)


def plainly_english(forms: list[str]) -> bool:
    """Whether function words alone settle that a text, given with its folded forms, is in English."""
    head = forms[:_HEAD]
    english = sum(map(_ENGLISH.__contains__, head))
    foreign = sum(map(_FOREIGN.__contains__, head))
    return english > 2 * foreign and english >= max(1, len(head) // 16)


def _latin(text: str) -> bool:
    return not any(char > "\u024f" and char.isalpha() for char in text)


def load_model() -> None:
    """Read in what :func:`detect` asks: half a second of the processor and 50 MB."""
    _model()


def _model() -> Any:
    with _LOADING:  # whoever comes meanwhile waits, and does not load it too
        return _loaded(shared("languages"))


@lru_cache(maxsize=1)
def _loaded(folder: Path | None) -> Any:
    """The model; over tables in the folder that processes share, where one is given: the first makes them."""
    if folder is not None:
        with suppress(OSError):  # the disk is full, or somebody has tidied up
            if not folder.exists():
                _save(_unpacked(), folder)
            return _mapped(folder)
    return _unpacked()


def _unpacked() -> Any:
    from py3langid.langid import _load_identifier  # here: most processes never need it

    model = _load_identifier(norm_probs=True)
    model.set_languages([lang for lang in _LANGUAGES if lang in model.labels])
    model._full_model = ()  # from which others could be chosen later: a third of its memory
    return model


def _save(model: Any, folder: Path) -> None:
    """Write the model's tables; of processes that do so at once, the first one's stay."""
    tables = {
        "moves": model.tk_nextmove,
        "rows": model.tk_row,
        "weights": model.nb_ptc,
        "priors": model.nb_pc,
    }
    with written_once(folder) as new:
        for name, table in tables.items():
            np.save(new / name, np.asarray(table))
        np.save(new / "features", np.asarray(model.tk_output, dtype=np.int32))
        np.save(new / "classes", np.asarray(model.nb_classes))


def _mapped(folder: Path) -> Any:
    """The model over the tables in a folder; what is asked for each byte of a text gives Python's numbers."""
    from py3langid.langid import LanguageIdentifier

    def table(name: str) -> NDArray[Any]:
        return np.load(folder / f"{name}.npy", mmap_mode="r")  # type: ignore[no-any-return]

    model = LanguageIdentifier(
        table("weights"),
        table("priors"),
        table("classes").tolist(),
        table("moves").data,
        table("features").data,
        norm_probs=True,
        tk_row=table("rows").data,
    )
    model._rowbase = np.asarray(model._rowbase, dtype=np.uint32).data  # a list of numbers is 4 MB
    return model
