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
_KANJI = "\u4e00-\u9fff々"
_KANJI_WORD = re.compile(f"[{_KANJI}]{{2,}}")
_SUFFIXES = frozenset(
    "者室値師化性率法学型系量度力症病剤薬炎癌腫式論機器員士長所館場物品体群族類種数費料金税権感観圏史籍書紙誌"
    "板膜液酸塩素球管弁腔腺筋波線域帯層面点車船駅橋市県国州島語菌株"
)
"""What ends a longer Japanese word and has no word to itself: 利用者 is no 利用."""
_STEM = re.compile(f"[{_KANJI}]+[\u3041-\u309f]+")
_GOES_ON = re.compile("[たてるらなまず][\u3041-\u309f]*")
_INFLECTED = re.compile(f"[{_KANJI}]+[\u3041-\u309f]*[うくぐすつぬぶむるたてだでなかいらずえ]")
_NOUNS_IN_I = frozenset(
    re.findall(r"\w+", "違い 扱い 払い 思い 勢い 匂い 臭い 願い 狙い 笑い 使い 戦い 争い 習い")
)
"""Of Japanese words of kanji and kana those with other endings are nouns (揺れ, 動き, 高さ)."""
_TRADITIONAL = 0.5  # less of a text than this in words that jieba's dictionary has: it is not for this text


def cut(run: str, lang: str = "", *, endings: bool = True) -> list[Span]:
    """Where the words of a run of unspaced characters stand; between them may be what is no word.

    ``lang`` only tells Japanese from Chinese where a run has no kana. ``endings``: whether those of Japanese
    verbs are parts of their words.
    """
    spans: list[Span] = []
    for match in _SCRIPT.finditer(run):
        script, at = str(match.lastgroup), match.start()
        spans += [(at + start, at + end) for start, end in _cut(match.group(), script, lang, endings)]
    return spans


@cache
def _jieba() -> ModuleType:
    import rjieba  # here: its dictionary takes 32 MB in every process, and few texts need it

    return rjieba


def _cut(run: str, script: str, lang: str, endings: bool) -> Iterable[Span]:
    if script == "korean":
        particle = _PARTICLES.search(run)
        return [(0, particle.start() if particle else len(run))]
    if script != "han":
        return WordBreaker(run, _LOCALES[script]).segments()
    if lang == "ja" or _KANA.search(run):
        return _whole_words(run, WordBreaker(run, "ja").segments(), endings)
    plain = _jieba().cut(run, False)
    if sum(len(word) for word in plain if len(word) > 1) < _TRADITIONAL * len(run):
        return WordBreaker(run, "zh").segments()
    return _lengths(_jieba().cut(run, True))


def _lengths(words: Iterable[str]) -> Iterator[Span]:
    end = 0
    for word in words:
        start, end = end, end + len(word)
        yield start, end


def _whole_words(run: str, spans: Iterable[Span], endings: bool) -> list[Span]:
    """Japanese words whole that the dictionary cuts: borrowed ones, which it cuts into syllables, those with
    a last sign (利用者) and verbs with their endings (調べた)."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and joined[-1][1] == start and _continues(run, joined[-1][0], start, end, endings):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _continues(run: str, first: int, start: int, end: int, endings: bool) -> bool:
    if end - start == 1 and run[start] in _SUFFIXES:
        return _KANJI_WORD.fullmatch(run, first, start) is not None
    if _STEM.fullmatch(run, first, start):
        return endings and _GOES_ON.fullmatch(run, start, end) is not None
    return _KATAKANA.fullmatch(run, first, end) is not None


def cut_forms(forms: Iterable[str], lang: str = "") -> list[str]:
    """The forms of a text with the overlapping pairs of its unspaced runs put together and cut into words;
    "" stands between two runs, where the text has a comma or a full stop."""
    words: list[str] = []
    run = ""
    for form in forms:
        if form.isascii() or not is_unspaced(form):
            words += _words(run, lang)
            words.append(form)
            run = ""
        elif run and len(form) == 2 and run[-1] == form[0]:
            run += form[1]
        else:
            words += _words(run, lang)
            if run and not _SCRIPT.match(run).group("korean"):  # type: ignore[union-attr]
                words.append("")
            run = form
    return words + _words(run, lang)


def _words(run: str, lang: str) -> list[str]:
    return [run[start:end] for start, end in cut(run, lang)] if run else []


def wanted(run: str, lang: str = "") -> list[str]:
    """The words of a run that a query asks for: a single character goes with its neighbours, as a name cut
    in two by the dictionary; particles are left out, unless there is nothing else."""
    spans = [
        span
        for span in cut(run, lang, endings=False)
        if span[1] - span[0] > 1 or not _joins(run[slice(*span)])
    ]
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
    """Whether a word of an unspaced script is none of content: a particle, a numeral, a single character, a
    Japanese verb or adjective."""
    if len(word) < 2:
        return True
    if _HIRAGANA.fullmatch(word):
        return word not in _HIRAGANA_NOUNS
    if _STEM.fullmatch(word):
        return _INFLECTED.fullmatch(word) is not None and word not in _NOUNS_IN_I
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
