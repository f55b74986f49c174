"""Words of text that is written without spaces between them: Chinese, Japanese, Thai, Lao, Khmer, Burmese.

Topics are made of words, and a query's words must stand in a paper whole; the index itself holds pairs of
characters (:mod:`ingest.text.forms`), which meet every way of cutting. Chinese is cut by jieba's dictionary
(rjieba), the rest, and Chinese in traditional characters, by the dictionaries of ICU. Korean has spaces; from
its words the particles are taken off that it glues to nouns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from types import ModuleType

from icu4py.breakers import WordBreaker

from ingest.text.forms import UNSPACED_CHARACTERS, is_unspaced

Span = tuple[int, int]
"""The characters ``[start, end)`` of a run."""

_SCRIPT = re.compile(
    "(?P<korean>[\uac00-\ud7af]+)|(?P<thai>[\u0e00-\u0e7f]+)|(?P<lao>[\u0e80-\u0eff]+)"
    "|(?P<burmese>[\u1000-\u109f]+)|(?P<khmer>[\u1780-\u17ff]+)"
    f"|(?P<han>(?:(?![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\uac00-\ud7af])[{UNSPACED_CHARACTERS}])+)"
)
_LOCALES = {"thai": "th", "lao": "lo", "burmese": "my", "khmer": "km"}
_KANA = re.compile("[\u3040-\u30ff]")
_HIRAGANA = re.compile("[\u3040-\u309f]+")
_KATAKANA = re.compile("[\u30a0-\u30ff]+")
_HIRAGANA_NOUNS = frozenset(
    re.findall(r"\w+", "がん うつ てんかん ぜんそく めまい たばこ ごみ けが いじめ ねずみ")
)
"""Of words in hiragana alone nearly all are particles and endings of verbs; these are not."""
_FUNCTION_TAGS = frozenset(re.findall(r"\w+", "uj ul uv ud ug uz u p c r rz rr d m mq q f y e o dg vq"))
_PARTS = {"a": ["ADJ"], "b": ["ADJ"], "ad": ["ADJ"], "z": ["ADJ"], "v": ["NOUN", "VERB"]}
_PARTICLES = re.compile(
    "(?<=..)(에서는|으로의|에서의|으로써|으로서|에서|에게|으로|까지|부터|에는|에의|과의|와의|하는|하여|에"
    "|의|을|를|은|는|이|가|과|와|도|로|만)$"
)
_TRADITIONAL = 0.5  # less of a text than this in words that jieba's dictionary has: it is not for this text


def cut(run: str, lang: str = "") -> list[Span]:
    """Where the words of a run of unspaced characters stand; between them may be what is no word.

    ``lang`` only tells Japanese from Chinese where a run has no kana.
    """
    spans: list[Span] = []
    for match in _SCRIPT.finditer(run):
        script, at = str(match.lastgroup), match.start()
        spans += [(at + start, at + end) for start, end in _cut(match.group(), script, lang)]
    return spans


@cache
def _jieba() -> ModuleType:
    import rjieba  # here: its dictionary takes 32 MB in every process, and few texts need it

    return rjieba


def _cut(run: str, script: str, lang: str) -> Iterable[Span]:
    if script == "korean":
        particle = _PARTICLES.search(run)
        return [(0, particle.start() if particle else len(run))]
    if script != "han":
        return WordBreaker(run, _LOCALES[script]).segments()
    if lang == "ja" or _KANA.search(run):
        return _whole_katakana(run, WordBreaker(run, "ja").segments())
    plain = _jieba().cut(run, False)
    if sum(len(word) for word in plain if len(word) > 1) < _TRADITIONAL * len(run):
        return WordBreaker(run, "zh").segments()
    return _lengths(_jieba().cut(run, True))


def _lengths(words: Iterable[str]) -> Iterator[Span]:
    end = 0
    for word in words:
        start, end = end, end + len(word)
        yield start, end


def _whole_katakana(run: str, spans: Iterable[Span]) -> list[Span]:
    """Borrowed words whole: the dictionary has few of them and cuts the others into syllables."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and joined[-1][1] == start and _KATAKANA.fullmatch(run, joined[-1][0], end):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def cut_forms(forms: Iterable[str], lang: str = "") -> list[str]:
    """The forms of a text with the overlapping pairs of its unspaced runs put together and cut into words."""
    words: list[str] = []
    run = ""
    for form in forms:
        if not form.isascii() and is_unspaced(form):
            if run and len(form) == 2 and run[-1] == form[0]:
                run += form[1]
                continue
            words += _words(run, lang)
            run = form
            continue
        words += _words(run, lang)
        words.append(form)
        run = ""
    return words + _words(run, lang)


def _words(run: str, lang: str) -> list[str]:
    return [run[start:end] for start, end in cut(run, lang)] if run else []


def wanted(run: str, lang: str = "") -> list[str]:
    """The words of a run that a query asks for: a single character goes with its neighbours, as a name cut
    in two by the dictionary; particles are left out, unless there is nothing else."""
    spans = [span for span in cut(run, lang) if span[1] - span[0] > 1 or not _joins(run[slice(*span)])]
    joined: list[Span] = []
    for start, end in spans:
        single = end - start == 1 or (joined and joined[-1][1] - joined[-1][0] == 1)
        if single and joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    long = [run[start:end] for start, end in joined if end - start > 1]
    return long or [run]


def _joins(character: str) -> bool:
    return bool(_HIRAGANA.fullmatch(character)) or _tag(character) in _FUNCTION_TAGS


@cache
def is_function_word(word: str) -> bool:
    """Whether a word of an unspaced script is none of content: a particle, a numeral, a single character."""
    if len(word) < 2:
        return True
    if _HIRAGANA.fullmatch(word):
        return word not in _HIRAGANA_NOUNS
    return "\u3400" <= word[0] <= "\u9fff" and _tag(word) in _FUNCTION_TAGS


@cache
def parts_of_speech(word: str) -> frozenset[str]:
    """What a Chinese word can be, as far as jieba's dictionary tells: its verbs are nouns, too."""
    tag = _tag(word) if "\u3400" <= word[0] <= "\u9fff" else ""
    return frozenset(_PARTS.get(tag, ()))


def _tag(word: str) -> str:
    tags = _jieba().tag(word, False)
    return tags[0][1] if len(tags) == 1 else ""


def glued(words: list[str]) -> str:
    """Words with a space between them where their scripts have one."""
    text = words[0] if words else ""
    for before, word in pairwise(words):
        text += word if is_unspaced(before[-1:]) and is_unspaced(word[:1]) else f" {word}"
    return text
