"""How one written word becomes folded forms: case, accents, hyphens, Greek letters, unspaced scripts."""

from __future__ import annotations

import re
import unicodedata

MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0d7f\u0e00-\u0e7f"
"""The signs that belong to a letter before them (a range inside a regular expression)."""
_MATH = re.compile(r"\$\$[^$]{1,2000}\$\$|\$(?=[^\s$])[^$]{0,500}?(?<=[^\s])\$(?!\d)")
_LONGEST = 100  # characters of a form: beyond it lies base64, not language
_SPELT = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th", "ħ": "h"}
)
_ARABIC = str.maketrans(
    {
        **dict.fromkeys("ىیې", "ي"), **dict.fromkeys("کڪ", "ك"), **dict.fromkeys("ةہھەۀ", "ه"),
        "ٱ": "ا", "ـ": None,
        **{chr(zero + digit): str(digit) for zero in (0x660, 0x6F0) for digit in range(10)},
    }
)  # fmt: skip
"""Letters that Arabic, Persian and Urdu keyboards write differently and readers take for one; digits."""
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau"
    " upsilon phi chi psi omega"
)
_GREEK = dict(zip("αβγδεζηθικλμνξοπρςστυφχψω", _GREEK_NAMES.split(), strict=True))
_GREEK_LETTER = re.compile("[α-ω]")
_ALL_GREEK = re.compile("[α-ω]{2,}")
_NAME = "alpha|beta|gamma|delta|kappa|lambda|omega"
_GREEK_TAIL = re.compile(rf"(?!di|tri|poly)([a-z]{{2,3}}\d{{0,2}}|\d+)({_NAME})")
_GREEK_HEAD = re.compile(rf"({_NAME})(\d{{1,2}}|b)")
_HALF_WIDTH = re.compile("[\uff61-\uffdc]+")
_MICRO = re.compile(r"[μµ](?=[a-zA-Z])|[㎂㎌㎍㎕㎛㎲㎶㎼]")
_ELISION = re.compile(r"(l|d|j|m|t|s|c|n|qu|dell|dall|nell|sull|all|un|jusqu|lorsqu|puisqu|quelqu)'(?=\w\w)")
_OTHER = re.compile(rf"[^\w{MARKS}'.,+#-]|_")
_LETTERS_ALONE = re.compile("[A-Za-z\u00c0-\u024f\u0400-\u0482\u048a-\u052f]+")
"""Latin and Cyrillic letters with their accents in them: each is folded as it is by itself."""
_WHOLE = {
    "covid19": "covid 19", "x-ray": "xray", "x-rays": "xrays", "k-means": "kmeans", "n-gram": "ngram",
    "n-grams": "ngrams",
}  # fmt: skip
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
)
"""Scripts that are written without spaces between words, as the inside of a character class.

Hangul has them, but glues particles to its nouns.
"""

UNSPACED_CHARACTERS = f"{UNSPACED}\U00020000-\U0003134f"
_UNSPACED_RUN = re.compile(rf"[{UNSPACED_CHARACTERS}]+|[^{UNSPACED_CHARACTERS}]+")
_IS_UNSPACED = re.compile(rf"[{UNSPACED_CHARACTERS}]")
_UNIT = re.compile(r"\d[\d.,]*([a-z]{0,2}|[a-z]{1,3}\d|\d+th|min|mol|ppm|rpm|hz|khz|mhz|ghz|kev|mev|gev)")
_DIMENSION = re.compile(r"[2-6][dg]")
_ABBREVIATIONS = frozenset(
    {"al", "et", "eg", "ie", "vs", "cf", "etc", "fig", "viz", "ibid", "kg", "mg", "ml", "cm", "mm", "km"}
    | {"nm", "hz", "mol", "ug", "ul", "um", "mu", "ng", "pg"}
)  # fmt: skip


def full_width(text: str) -> str:
    """A text with katakana, Hangul and signs of half the width, as old encodings have them, in full width."""
    return _HALF_WIDTH.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text)


def blank_math(text: str, first: str = " ") -> str:
    """A cleaned text with blanks in the place of its formulas: of the same length, so that offsets hold.

    Args:
        first: what stands for a formula's first dollar, where it is to part its neighbours.
    """
    if "$" not in text:
        return text
    return _MATH.sub(lambda math: first + " " * (len(math[0]) - 1), text)


def greek_spelt_out(folded: str) -> str:
    """A folded text with Greek letters by their names, as many write them: "tnfα" → "tnfalpha"."""
    return folded if folded.isascii() else _GREEK_LETTER.sub(lambda letter: _GREEK[letter[0]], folded)


def split(word: str) -> str:
    """The forms of one written word (with its hyphens and apostrophes), joined by a space; perhaps ""."""
    if _IS_UNSPACED.search(word):
        return " ".join(_unspaced(word))
    folded = fold(word)[:1000]
    if folded in _WHOLE:
        return _WHOLE[folded]
    if folded.isascii() and folded.isalpha():
        return folded[:_LONGEST] if len(folded) < 6 or not _named(folded) else " ".join(_greek_parts(folded))
    parts: list[str] = []
    for piece in folded.split("-"):
        for bit in _without_apostrophe(piece):
            parts += _greek_parts(bit)
    return " ".join(part[:_LONGEST] for part in _joined(parts))


class _Folded(dict[int, str]):
    """Letters, folded once each."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold(chr(code))
        return folded


_FOLDED = _Folded()


def fold(text: str) -> str:
    """Lower case, compatibility forms resolved, accents off Latin, Greek and stressed Cyrillic letters."""
    if text.isascii():
        return text.lower()
    return text.translate(_FOLDED) if _LETTERS_ALONE.fullmatch(text) else _fold(text)


def _fold(text: str) -> str:
    text = _MICRO.sub(lambda sign: "u" + unicodedata.normalize("NFKC", sign[0])[1:], text).lower()
    text = text.replace("’", "'").replace("ʼ", "'").replace("‐", "-").replace("‑", "-")
    letters: list[str] = []
    base = ""
    for char in unicodedata.normalize("NFKD", text.translate(_SPELT)):
        if not unicodedata.combining(char):
            base = char
            letters.append(char)
        elif not _drops(base, char):
            letters.append(char)
    composed = unicodedata.normalize("NFC", "".join(letters)).translate(_ARABIC)
    return _OTHER.sub("", composed).lower().replace("ς", "σ")


def _drops(base: str, mark: str) -> bool:
    if base < "\u0400" or _OTHER.match(base):  # a mark goes with the sign that it stands on
        return True
    if base < "\u0530":  # й, ї and ў are letters of their own; ё is commonly written е
        return mark not in "\u0306\u0308" or base == "е"
    return base < "\u0700"  # the vowel points of Hebrew and Arabic


def _named(folded: str) -> bool:
    return bool(_GREEK_TAIL.fullmatch(folded) or _GREEK_HEAD.fullmatch(folded))


def _without_apostrophe(piece: str) -> list[str]:
    """``alzheimer's`` → alzheimer; ``l'analyse`` → l, analyse; ``o'brien`` → obrien."""
    if "'" not in piece:
        return [piece]
    piece = piece.removesuffix("'s")
    elided = _ELISION.match(piece)
    if elided:
        return [elided.group(1), piece[elided.end() :].replace("'", "")]
    return [piece.replace("'", "")]


def _greek_parts(bit: str) -> list[str]:
    """Spell out Greek letters inside a name; a word in Greek stays as it is."""
    if _GREEK_LETTER.search(bit) and not _ALL_GREEK.fullmatch(bit):
        bit = _GREEK_LETTER.sub(lambda letter: f" {_GREEK[letter.group()]} ", bit)
    parts: list[str] = []
    for part in bit.split():
        named = _GREEK_TAIL.fullmatch(part) or _GREEK_HEAD.fullmatch(part)
        parts += named.groups() if named else (part,)
    return parts


def _joined(parts: list[str]) -> list[str]:
    """Put short names and their numbers together: il 6 → il6, 3 d → 3d; e mail → email."""
    out: list[str] = []
    for part in parts:
        last = out[-1] if out else ""
        glue = (
            (last.isalpha() and len(last) <= 3 and part[:1].isdigit())
            or (last.isdigit() and len(last) == 1 and part.isalpha() and len(part) <= 2)
            or (last == "e" and len(out) == 1 and len(part) > 3)
        )
        if glue:
            out[-1] = last + part
        elif part:
            out.append(part)
    return out


def is_unspaced(text: str) -> bool:
    """Whether a text begins with a character of a script without spaces."""
    return _IS_UNSPACED.match(text) is not None


def has_unspaced(text: str) -> bool:
    """Whether a text holds a character of a script without spaces."""
    return _IS_UNSPACED.search(text) is not None


def runs(word: str) -> list[tuple[int, int, bool]]:
    """The parts of ``word`` that are, and that are not, of a script without spaces."""
    return [(*run.span(), is_unspaced(run.group())) for run in _UNSPACED_RUN.finditer(word)]


def unspaced_pieces(word: str) -> list[tuple[int, int]]:
    """Where in ``word`` its forms stand, if it holds text of a script without spaces; else []."""
    if not _IS_UNSPACED.search(word):
        return []
    pieces: list[tuple[int, int]] = []
    for run in _UNSPACED_RUN.finditer(word):
        start, end = run.span()
        if _IS_UNSPACED.match(run.group()):
            pieces += [(at, at + 2) for at in range(start, end - 1)] if end - start > 1 else [(start, end)]
        else:
            pieces += [(start, end)] * len(split(run.group()).split())
    return pieces


def _unspaced(word: str) -> list[str]:
    forms: list[str] = []
    for run in _UNSPACED_RUN.findall(word):
        if not _IS_UNSPACED.match(run):
            forms.append(split(run))
        elif len(run) == 1:
            forms.append(run)
        else:
            forms += [run[at : at + 2] for at in range(len(run) - 1)]
    return [form for form in forms if form]


def is_noise(form: str) -> bool:
    """Whether a form can never be a term: a number, a quantity, a single letter, an abbreviation."""
    if len(form) < 2:
        return not _IS_UNSPACED.match(form)
    if form in _ABBREVIATIONS:
        return True
    return form[0].isdigit() and _DIMENSION.fullmatch(form) is None and _UNIT.fullmatch(form) is not None
